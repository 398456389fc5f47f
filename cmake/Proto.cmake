# room.proto: C++ generated from proto/, included as "proto/grpc/common.pb.h".
function(build_proto)
  file(GLOB_RECURSE sources RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS proto/*.proto)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${out})
  set(generated)
  foreach(source IN LISTS sources)
    string(REPLACE ".proto" ".pb" stem ${source})
    add_custom_command(
      OUTPUT ${out}/${stem}.cc ${out}/${stem}.h
      COMMAND protobuf::protoc --cpp_out=${out} -I${CMAKE_CURRENT_SOURCE_DIR} ${source}
      DEPENDS ${source}
      WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND generated ${out}/${stem}.cc ${out}/${stem}.h)
  endforeach()
  add_library(room.proto STATIC ${generated})
  target_include_directories(room.proto SYSTEM PUBLIC ${out})
  target_link_libraries(room.proto PUBLIC protobuf::libprotobuf)
  target_compile_options(room.proto PRIVATE -w -O1 -g0)
endfunction()
