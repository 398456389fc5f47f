# Precompiled headers: what nearly every source of ours pulls in, parsed once a build folder.
#
#   pch.core    the standard library, fmt and Abseil, for every room
#   pch.proto   pch.core and the protobuf library's own headers, for rooms with a door to proto
#   pch.test    pch.proto and GoogleTest, for the tests
#
# Only libraries every room may see are in here: no gRPC, no Boost, nothing of ours. A source must
# include what it uses all the same: tools/check_tidy.py (check_own_includes) looks for that, and
# the builds of the sanitizers, of clang and of the fuzzers do without.
set(default_pch ON)
if(ALLUXIO_SANITIZE OR CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(default_pch OFF)
endif()
option(ALLUXIO_PCH "use precompiled headers" ${default_pch})

set(PCH_CORE
    <algorithm> <atomic> <cstdint> <cstring> <deque> <functional> <map> <memory> <optional> <set>
    <span> <string> <string_view> <unordered_map> <utility> <vector> <fmt/format.h>
    <absl/container/flat_hash_map.h> <absl/functional/any_invocable.h>)
set(PCH_PROTO
    <google/protobuf/arena.h> <google/protobuf/extension_set.h>
    <google/protobuf/generated_enum_reflection.h> <google/protobuf/io/coded_stream.h>
    <google/protobuf/map.h> <google/protobuf/map_entry.h> <google/protobuf/map_field_inl.h>
    <google/protobuf/message.h> <google/protobuf/repeated_field.h>
    <google/protobuf/unknown_field_set.h>)
set(PCH_TEST <gmock/gmock.h> <gtest/gtest.h>)

function(make_pch name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Carries a precompiled header.\n")
  add_library(${name} OBJECT ${source})
  cmake_parse_arguments(arg "" "" "HEADERS;LINK" ${ARGN})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
  # What ccache asks for: g++ shall tell it of the header, clang leave the time out of it. g++ 12
  # takes text joined to a string for an overflow (bug 105329) and says so even in its own headers
  # when these are precompiled; the builds without them keep the warnings.
  set(no_warnings -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow
      -Wno-stringop-overread)
  target_compile_options(${name} PUBLIC
    "$<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess;${no_warnings}>"
    "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endfunction()

function(build_pch)
  if(NOT ALLUXIO_PCH)
    return()
  endif()
  set(core fmt::fmt absl::any_invocable absl::flat_hash_map Threads::Threads)
  make_pch(pch.core HEADERS ${PCH_CORE} LINK ${core})
  make_pch(pch.proto HEADERS ${PCH_CORE} ${PCH_PROTO} LINK ${core} protobuf::libprotobuf)
  make_pch(pch.test HEADERS ${PCH_CORE} ${PCH_PROTO} ${PCH_TEST}
           LINK ${core} protobuf::libprotobuf GTest::gmock_main)
endfunction()

# Lets `target` use `pch`. With flags other than the header was made with, the compiler reads it as
# text, which only takes longer.
function(use_pch target pch)
  if(ALLUXIO_PCH)
    set_target_properties(${target} PROPERTIES PCH_WARN_INVALID OFF)
    target_precompile_headers(${target} REUSE_FROM ${pch})
    target_compile_options(${target} PRIVATE $<TARGET_PROPERTY:${pch},INTERFACE_COMPILE_OPTIONS>)
  endif()
endfunction()
