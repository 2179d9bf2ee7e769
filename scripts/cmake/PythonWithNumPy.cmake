# Looks for an interpreter that has NumPy, which some tests compare with: OVERLAP_PYTHON, empty if there is none.
# The one on PATH may belong to a version manager that has no NumPy, so the system's is asked first.

set(OVERLAP_PYTHON "" CACHE FILEPATH "Python interpreter with NumPy, for tests; found if empty")

function(_overlap_has_numpy python result)
  execute_process(COMMAND ${python} -c "import numpy" RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(failed)
    set(${result} FALSE PARENT_SCOPE)
  else()
    set(${result} TRUE PARENT_SCOPE)
  endif()
endfunction()

# Asked again at each configure while there is none: NumPy may have been installed since.
if(NOT OVERLAP_PYTHON)
  foreach(_python /usr/bin/python3 python3)
    find_program(_overlap_python_path NAMES ${_python} NO_CACHE)
    if(_overlap_python_path)
      _overlap_has_numpy(${_overlap_python_path} _has_numpy)
      if(_has_numpy)
        set_property(CACHE OVERLAP_PYTHON PROPERTY VALUE ${_overlap_python_path})
        break()
      endif()
    endif()
    unset(_overlap_python_path)
  endforeach()
endif()
