# hognose_library(NAME LINKS a b ...): the static library of one src/ folder, from every .cpp beneath it
# (ONLY names some of them).
# A folder sees the headers of what it links and of nothing else: each target publishes an include root that
# holds a symbolic link to its own folder only, so that a forbidden arrow fails at the first #include.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")  # build/KIND/hognose, exactly there

# ccache where it is installed. Paths are made relative to the checkout, so that every checkout shares the cache.
find_program(HOGNOSE_CCACHE ccache)
if(HOGNOSE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}"
    CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=time_macros,pch_defines "${HOGNOSE_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${CMAKE_CXX_COMPILER_LAUNCHER}")
endif()

add_library(hognose_flags INTERFACE)
target_compile_options(hognose_flags INTERFACE
  -Wall -Wextra -Werror -fno-exceptions -fno-rtti -fno-math-errno -fno-strict-aliasing -fno-plt
  -fvisibility=hidden -ffunction-sections -fdata-sections)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(hognose_flags INTERFACE -Wno-gnu-statement-expression -Wno-invalid-offsetof)
else()
  target_compile_options(hognose_flags INTERFACE -Wno-invalid-offsetof -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-restrict)
endif()
# Only who asks which world it is linked into sees this, so that both kinds of build share their other objects in ccache.
add_library(hognose_host_flags INTERFACE)
target_compile_definitions(hognose_host_flags INTERFACE $<$<BOOL:${HOGNOSE_HOST_ENV}>:HOG_HOST_ENV=1>)
if(HOGNOSE_SANITIZE)
  add_compile_options(-fsanitize=${HOGNOSE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${HOGNOSE_SANITIZE})
endif()
find_program(HOGNOSE_LINKER_MOLD mold)
if(HOGNOSE_LINKER_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
add_link_options(-Wl,--gc-sections)

function(hognose_library folder)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS;SOURCES;ONLY" ${ARGN})
  string(REPLACE ";" " " arrows "${ARG_LINKS};${ARG_PRIVATE_LINKS}")
  string(REPLACE "hog_" "" arrows "${arrows}")
  set_property(GLOBAL APPEND_STRING PROPERTY HOGNOSE_ARROWS "${folder} -> ${arrows}\n")
  get_filename_component(here "${CMAKE_CURRENT_SOURCE_DIR}" ABSOLUTE)
  if(ARG_ONLY)
    list(TRANSFORM ARG_ONLY PREPEND "${here}/" OUTPUT_VARIABLE sources)
  else()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${here}/*.cpp")
  endif()
  list(APPEND sources ${ARG_SOURCES})
  set(roots "${CMAKE_BINARY_DIR}/include-roots/${folder}")
  file(MAKE_DIRECTORY "${roots}")
  file(CREATE_LINK "${here}" "${roots}/${folder}" SYMBOLIC)
  set(target hog_${folder})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC ${ARG_LINKS} PRIVATE hognose_flags ${ARG_PRIVATE_LINKS})
    target_include_directories(${target} PUBLIC "${roots}")
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${ARG_LINKS})
    target_include_directories(${target} INTERFACE "${roots}")
  endif()
endfunction()
