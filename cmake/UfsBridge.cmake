# ufs_bridge: the Rust static library of ufs-bridge/, see tools/build_bridge.sh.
function(build_ufs_bridge)
  set(crate ${CMAKE_CURRENT_SOURCE_DIR}/ufs-bridge)
  set(library ${CMAKE_CURRENT_BINARY_DIR}/ufs-bridge/libufs_bridge.a)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${crate}/src/*.rs)
  add_custom_command(
    OUTPUT ${library}
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tools/build_bridge.sh ${library}
    DEPENDS ${sources} ${crate}/Cargo.toml ${crate}/Cargo.lock
            ${CMAKE_CURRENT_SOURCE_DIR}/tools/build_bridge.sh
    USES_TERMINAL)
  add_custom_target(ufs_bridge_library DEPENDS ${library})
  add_library(ufs_bridge STATIC IMPORTED GLOBAL)
  set_target_properties(ufs_bridge PROPERTIES
                        IMPORTED_LOCATION ${library}
                        INTERFACE_INCLUDE_DIRECTORIES ${crate}/include)
  target_link_libraries(ufs_bridge INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
  add_dependencies(ufs_bridge ufs_bridge_library)
  # Of a library that holds a dozen clients, most of which share little, a lot is never called.
  target_link_options(ufs_bridge INTERFACE -Wl,--gc-sections)
endfunction()
