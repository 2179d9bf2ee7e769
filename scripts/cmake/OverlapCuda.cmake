# The CUDA engines: overlap_cuda.so beside the tool, which loads it at run time and links nothing of CUDA.

set(OVERLAP_CUDA AUTO CACHE STRING "Build the CUDA module: AUTO (where a toolkit is found), ON or OFF")
set_property(CACHE OVERLAP_CUDA PROPERTY STRINGS AUTO ON OFF)
set(OVERLAP_CUDA_ROOT "" CACHE PATH "Prefix of a CUDA toolkit, searched instead of PATH and the usual places")

# overlap_find_cuda(REASON): enables the language CUDA, or says why it can't. A toolkit is an nvcc that works, version 12
# or newer, with the static runtime and cuFFT.
macro(overlap_find_cuda reason)
  set(${reason} "")
  # What was found under one root is wrong under another.
  if(NOT "${_OVERLAP_CUDA_FOUND_IN}" STREQUAL "${OVERLAP_CUDA_ROOT}")
    unset(OVERLAP_NVCC CACHE)
    unset(CMAKE_CUDA_COMPILER CACHE)
  endif()
  # A compiler that did not work is tried again: it may have been mended.
  if(NOT CMAKE_CUDA_COMPILER)
    unset(CMAKE_CUDA_COMPILER CACHE)
  endif()
  set(_OVERLAP_CUDA_FOUND_IN "${OVERLAP_CUDA_ROOT}" CACHE INTERNAL "")

  if(CMAKE_CUDA_COMPILER)
    set(OVERLAP_NVCC ${CMAKE_CUDA_COMPILER} CACHE FILEPATH "CUDA compiler")
  elseif(OVERLAP_CUDA_ROOT)
    find_program(OVERLAP_NVCC nvcc PATHS ${OVERLAP_CUDA_ROOT}/bin NO_DEFAULT_PATH DOC "CUDA compiler")
  else()
    find_program(OVERLAP_NVCC NAMES $ENV{CUDACXX} nvcc HINTS ENV CUDA_PATH ENV CUDA_HOME PATHS /usr/local/cuda
      PATH_SUFFIXES bin DOC "CUDA compiler")
  endif()
  mark_as_advanced(OVERLAP_NVCC)

  if(NOT OVERLAP_NVCC)
    set(${reason} "no nvcc was found")
  else()
    # A100 and its like, H100 and its like, and by PTX what is newer. -DCMAKE_CUDA_ARCHITECTURES names others.
    if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
      set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 90-virtual)
    endif()
    set(ENV{CUDACXX} ${OVERLAP_NVCC})
    include(CheckLanguage)
    check_language(CUDA)
    if(NOT CMAKE_CUDA_COMPILER)
      set(${reason} "${OVERLAP_NVCC} compiles nothing here")
    else()
      enable_language(CUDA)
      # CMake 3.25.1, Debian 12's, does not know that nvcc has C++20.
      if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
        set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
        set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
      endif()
      find_package(CUDAToolkit 12 QUIET)
      if(NOT CUDAToolkit_FOUND)
        set(${reason} "the toolkit of ${OVERLAP_NVCC} is not complete, or older than CUDA 12")
      elseif(NOT TARGET CUDA::cudart_static)
        set(${reason} "the toolkit of ${OVERLAP_NVCC} has no static runtime library")
      elseif(NOT TARGET CUDA::cufft)
        set(${reason} "the toolkit of ${OVERLAP_NVCC} has no cuFFT")
      endif()
    endif()
  endif()
endmacro()

# Flags for the .cu files, as overlap_own_target has them for C++. What nvcc makes of them is not pedantic.
function(overlap_cuda_flags name)
  target_compile_options(${name} PRIVATE
    "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-Wshadow,-Wconversion>"
    "$<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${OVERLAP_WERROR}>>:-Werror=all-warnings;-Xcompiler=-Werror>")
endfunction()

string(TOUPPER "${OVERLAP_CUDA}" _overlap_cuda_wanted)
if(NOT _overlap_cuda_wanted MATCHES "^(AUTO|ON|TRUE|YES|1|OFF|FALSE|NO|0)$")
  message(FATAL_ERROR "OVERLAP_CUDA is AUTO, ON or OFF, not ${OVERLAP_CUDA}")
elseif(_overlap_cuda_wanted STREQUAL "AUTO" OR OVERLAP_CUDA)
  overlap_find_cuda(_overlap_cuda_missing)
  if(_overlap_cuda_missing STREQUAL "")
    set(_overlap_cuda_build TRUE)
    message(STATUS "CUDA module: by CUDA ${CUDAToolkit_VERSION}, ${CMAKE_CUDA_COMPILER}")
  else()
    set(_overlap_cuda_build FALSE)
    if(NOT _overlap_cuda_wanted STREQUAL "AUTO")
      message(FATAL_ERROR "The CUDA module is wanted (OVERLAP_CUDA=${OVERLAP_CUDA}), but ${_overlap_cuda_missing}.")
    endif()
    message(STATUS "CUDA module: left out, as ${_overlap_cuda_missing}")
  endif()
else()
  set(_overlap_cuda_build FALSE)
  message(STATUS "CUDA module: left out, as OVERLAP_CUDA is ${OVERLAP_CUDA}")
endif()

if(_overlap_cuda_build)
  file(GLOB cuda_sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
    ${PROJECT_SOURCE_DIR}/cuda/*.cu ${PROJECT_SOURCE_DIR}/cuda/*.cpp)
  # What needs no CUDA is built everywhere, and comes in as a library.
  get_target_property(_overlap_device_engine_sources overlap_device_engine SOURCES)
  list(REMOVE_ITEM cuda_sources ${_overlap_device_engine_sources})

  add_library(overlap_cuda MODULE ${cuda_sources})
  overlap_own_target(overlap_cuda)
  overlap_cuda_flags(overlap_cuda)
  set_target_properties(overlap_cuda PROPERTIES
    PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
    CUDA_STANDARD 20
    CUDA_STANDARD_REQUIRED ON
    CUDA_EXTENSIONS OFF
    CUDA_RUNTIME_LIBRARY Static)
  target_link_libraries(overlap_cuda PRIVATE overlap_device_engine overlap_core CUDA::cudart_static CUDA::cufft)
  # What it needs of the project is in it: nothing is left for the tool to provide. A sanitizer's runtime is.
  if(NOT OVERLAP_SANITIZE)
    target_link_options(overlap_cuda PRIVATE LINKER:-z,defs)
  endif()
  set_target_properties(overlap_core overlap_device_engine PROPERTIES POSITION_INDEPENDENT_CODE ON)
endif()
