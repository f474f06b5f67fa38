# libmpdec from source: its objects become part of hog_modules, so that tests/link looks at what they need, too. The folder
# build/deps/mpdecimal is fetched when it is missing (./dev setup does so before).
set(mpdecimal "${CMAKE_SOURCE_DIR}/build/deps/mpdecimal/libmpdec")
if(NOT EXISTS "${mpdecimal}/mpdecimal.c")
  execute_process(COMMAND "${CMAKE_SOURCE_DIR}/tools/fetch_mpdecimal.sh" RESULT_VARIABLE fetched)
  if(NOT fetched EQUAL 0)
    message(FATAL_ERROR "no source of libmpdec: tools/fetch_mpdecimal.sh failed")
  endif()
endif()

set(MPD_HEADER_CONFIG "#define MPD_CONFIG_64 1")
configure_file("${mpdecimal}/mpdecimal.h.in" "${CMAKE_BINARY_DIR}/generated/libmpdec/mpdecimal.h" @ONLY)

set(names basearith constants context convolute crt difradix2 fnt fourstep io mpalloc mpdecimal mpsignal numbertheory sixstep transpose)
list(TRANSFORM names PREPEND "${mpdecimal}/" OUTPUT_VARIABLE mpdecimal_sources)
list(TRANSFORM mpdecimal_sources APPEND ".c")
add_library(mpdec OBJECT ${mpdecimal_sources})
target_include_directories(mpdec PUBLIC "${CMAKE_BINARY_DIR}/generated/libmpdec" PRIVATE "${mpdecimal}")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND NOT HOGNOSE_SANITIZE)
  target_compile_definitions(mpdec PRIVATE CONFIG_64=1 ASM=1)
else()
  target_compile_definitions(mpdec PRIVATE CONFIG_64=1 ANSI=1 HAVE_UINT128_T=1)
endif()
# -O2 in every kind of build: the bounds on the work of one call (work.cpp) count on its speed.
target_compile_definitions(mpdec PRIVATE NDEBUG=1)
target_compile_options(mpdec PRIVATE -w -O2 -fno-strict-aliasing -fno-plt -fvisibility=hidden -ffunction-sections -fdata-sections
  -include "${CMAKE_CURRENT_SOURCE_DIR}/decimal/libmpdec_surroundings.h")
