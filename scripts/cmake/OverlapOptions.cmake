# The project's options, and the flags that go with them.

option(OVERLAP_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(OVERLAP_WERROR "Treat warnings in the project's own code as errors" OFF)
option(OVERLAP_NATIVE "Compile for this machine's processor; the binary may not run on others" OFF)
option(OVERLAP_HEADERS_ALONE "Compile every header on its own too, to see that it includes what it needs" OFF)
set(OVERLAP_SANITIZE "" CACHE STRING "Sanitizers to build with, as address,undefined or thread")
set(OVERLAP_FFTW_ROOT "" CACHE PATH "Prefix of a tuned FFTW build, searched instead of the system's")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# Fused multiply-adds, which compilers make by themselves on Arm, would give numbers that differ from x86-64's.
set(overlap_flags -ffp-contract=off)
if(OVERLAP_NATIVE)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
    list(APPEND overlap_flags -march=native)
  else()
    list(APPEND overlap_flags -mcpu=native)
  endif()
endif()
if(OVERLAP_SANITIZE)
  list(APPEND overlap_flags -fsanitize=${OVERLAP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${OVERLAP_SANITIZE})
endif()
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:${overlap_flags}>")

# overlap_own_target(NAME): the include root and the warnings that every target of the project is held to.
function(overlap_own_target name)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE
    "$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion>"
    # g++ 12 sees overlaps in std::string that are not there (GCC bug 105651).
    "$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>"
    "$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${OVERLAP_WERROR}>>:-Werror>")
endfunction()
