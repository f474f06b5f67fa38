# What `cmake --install` puts down: the headers of include/, one static library of all that an embedder links, the package files
# for find_package(hognose) and pkg-config, and the command. Built by the target `library` (not part of `all`: it takes time to
# write and only embedders need it); `cmake --install` without it installs nothing of the library.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(HOGNOSE_LIBRARY_PARTS embed modules vm types object heap compile bytecode syntax text host base stdlib)
if(HOGNOSE_HOST_ENV)
  list(PREPEND HOGNOSE_LIBRARY_PARTS os)
  if(TARGET hog_os_modules)
    list(PREPEND HOGNOSE_LIBRARY_PARTS os_modules)
  endif()
endif()

# One archive from the folders' archives, and what they need from outside themselves.
set(script "create ${CMAKE_BINARY_DIR}/libhognose.a\n")
set(archives)
set(needs)
foreach(part ${HOGNOSE_LIBRARY_PARTS})
  get_target_property(type hog_${part} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    string(APPEND script "addlib $<TARGET_FILE:hog_${part}>\n")
    list(APPEND archives hog_${part})
  endif()
  foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    get_target_property(linked hog_${part} ${property})
    foreach(library ${linked})
      string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" library "${library}")
      if(library MATCHES "^(hog_|hognose_)" OR library MATCHES "NOTFOUND")
        continue()
      endif()
      # A library that we compile ourselves goes into the archive.
      if(TARGET ${library})
        get_target_property(imported ${library} IMPORTED)
        if(NOT imported)
          if(NOT library IN_LIST archives)
            string(APPEND script "addlib $<TARGET_FILE:${library}>\n")
            list(APPEND archives ${library})
          endif()
          continue()
        endif()
      endif()
      if(library STREQUAL "ZLIB::ZLIB")
        set(library z)
      elseif(library MATCHES "::")  # BZip2::BZip2, LibLZMA::LibLZMA, ...
        get_target_property(location ${library} IMPORTED_LOCATION_RELEASE)
        if(NOT location)
          get_target_property(location ${library} IMPORTED_LOCATION)
        endif()
        set(library "${location}")
      endif()
      string(REGEX REPLACE "^.*/lib([^/]*)\\.(so|a)[.0-9]*$" "\\1" library "${library}")
      list(APPEND needs "${library}")
    endforeach()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES needs)
string(APPEND script "save\nend\n")
file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/library.mri" CONTENT "${script}")
add_custom_command(OUTPUT "${CMAKE_BINARY_DIR}/libhognose.a"
  COMMAND ${CMAKE_COMMAND} -E rm -f "${CMAKE_BINARY_DIR}/libhognose.a"
  COMMAND ${CMAKE_AR} -M < "${CMAKE_BINARY_DIR}/library.mri"
  COMMAND ${CMAKE_RANLIB} "${CMAKE_BINARY_DIR}/libhognose.a"
  DEPENDS ${archives} "${CMAKE_BINARY_DIR}/library.mri" COMMENT "Putting libhognose.a together" VERBATIM)
add_custom_target(library DEPENDS "${CMAKE_BINARY_DIR}/libhognose.a")

list(TRANSFORM needs PREPEND "-l" OUTPUT_VARIABLE flags)
list(JOIN flags " " HOGNOSE_PRIVATE_LIBS)
if(HOGNOSE_SANITIZE)
  string(APPEND HOGNOSE_PRIVATE_LIBS " -fsanitize=${HOGNOSE_SANITIZE}")
endif()
set(HOGNOSE_NEEDS ${needs})
set(HOGNOSE_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/hognose")
configure_package_config_file("${CMAKE_SOURCE_DIR}/cmake/hognoseConfig.cmake.in" "${CMAKE_BINARY_DIR}/hognoseConfig.cmake"
  INSTALL_DESTINATION "${HOGNOSE_PACKAGE_DIR}" PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/hognoseConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
configure_file("${CMAKE_SOURCE_DIR}/cmake/hognose.pc.in" "${CMAKE_BINARY_DIR}/hognose.pc" @ONLY)

install(DIRECTORY "${CMAKE_SOURCE_DIR}/include/hognose" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES "${CMAKE_BINARY_DIR}/libhognose.a" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES "${CMAKE_BINARY_DIR}/hognoseConfig.cmake" "${CMAKE_BINARY_DIR}/hognoseConfigVersion.cmake"
  DESTINATION "${HOGNOSE_PACKAGE_DIR}")
install(FILES "${CMAKE_BINARY_DIR}/hognose.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
install(PROGRAMS "${CMAKE_BINARY_DIR}/hognose" DESTINATION "${CMAKE_INSTALL_BINDIR}" OPTIONAL)
