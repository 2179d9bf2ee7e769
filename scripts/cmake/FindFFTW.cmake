# Finds FFTW 3 in double and single precision with its threads, as FFTW::double, FFTW::single, FFTW::double_threads and
# FFTW::single_threads. OVERLAP_FFTW_ROOT names the prefix of a tuned build, which is then the only place searched.

set(_fftw_vars FFTW_INCLUDE_DIR FFTW_DOUBLE_LIBRARY FFTW_SINGLE_LIBRARY FFTW_DOUBLE_THREADS_LIBRARY
  FFTW_SINGLE_THREADS_LIBRARY)

# What was found under one root is wrong under another.
if(NOT "${_OVERLAP_FFTW_FOUND_IN}" STREQUAL "${OVERLAP_FFTW_ROOT}")
  foreach(_var IN LISTS _fftw_vars)
    unset(${_var} CACHE)
  endforeach()
endif()
set(_OVERLAP_FFTW_FOUND_IN "${OVERLAP_FFTW_ROOT}" CACHE INTERNAL "")

if(OVERLAP_FFTW_ROOT)
  set(_fftw_where PATHS ${OVERLAP_FFTW_ROOT} PATH_SUFFIXES lib lib64 lib/${CMAKE_LIBRARY_ARCHITECTURE} include
    NO_DEFAULT_PATH)
else()
  pkg_check_modules(PC_FFTW QUIET fftw3 fftw3f)
  set(_fftw_where HINTS ${PC_FFTW_LIBRARY_DIRS} ${PC_FFTW_INCLUDE_DIRS})
endif()

find_path(FFTW_INCLUDE_DIR fftw3.h ${_fftw_where})
find_library(FFTW_DOUBLE_LIBRARY fftw3 ${_fftw_where})
find_library(FFTW_SINGLE_LIBRARY fftw3f ${_fftw_where})
find_library(FFTW_DOUBLE_THREADS_LIBRARY fftw3_threads ${_fftw_where})
find_library(FFTW_SINGLE_THREADS_LIBRARY fftw3f_threads ${_fftw_where})
mark_as_advanced(${_fftw_vars})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(FFTW REQUIRED_VARS FFTW_DOUBLE_LIBRARY FFTW_SINGLE_LIBRARY
  FFTW_DOUBLE_THREADS_LIBRARY FFTW_SINGLE_THREADS_LIBRARY FFTW_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "FFTW is needed twice: configured with --enable-threads, and with that and --enable-float")

if(FFTW_FOUND)
  # From version 3.3.9 on, FFTW runs its parallel loops on threads that it is lent.
  file(STRINGS ${FFTW_INCLUDE_DIR}/fftw3.h _fftw_callback REGEX "threads_set_callback")
  foreach(_precision double single)
    string(TOUPPER ${_precision} _upper)
    if(NOT TARGET FFTW::${_precision})
      add_library(FFTW::${_precision} UNKNOWN IMPORTED)
      set_target_properties(FFTW::${_precision} PROPERTIES
        IMPORTED_LOCATION ${FFTW_${_upper}_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${FFTW_INCLUDE_DIR}
        INTERFACE_LINK_LIBRARIES m)
      # A tuned build is often static, and then order counts: the threads' library before the one that it calls.
      add_library(FFTW::${_precision}_threads UNKNOWN IMPORTED)
      set_target_properties(FFTW::${_precision}_threads PROPERTIES
        IMPORTED_LOCATION ${FFTW_${_upper}_THREADS_LIBRARY}
        INTERFACE_COMPILE_DEFINITIONS "$<$<BOOL:${_fftw_callback}>:FFTW_HAS_THREADS_CALLBACK>"
        INTERFACE_LINK_LIBRARIES "FFTW::${_precision};Threads::Threads")
    endif()
  endforeach()
endif()
