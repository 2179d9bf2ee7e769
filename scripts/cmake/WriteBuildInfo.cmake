# Writes build_info.cpp at build time, so that the commit it names is the one being built and not the one configured.
# Run as: cmake -D SOURCE_DIR=... -D OUTPUT=... -D OVERLAP_VERSION=... -D OVERLAP_COMPILER=... -D OVERLAP_FLAGS=... -P
# An unchanged file is left alone, and nothing is recompiled.

set(OVERLAP_COMMIT "unknown")
# No lock on the index: a build must not get in the way of the git command that someone types meanwhile.
set(ENV{GIT_OPTIONAL_LOCKS} 0)
find_program(git git)
if(git)
  # A source archive unpacked inside some other repository must not take that one's commit for its own.
  execute_process(COMMAND ${git} -C ${SOURCE_DIR} rev-parse --show-prefix
    OUTPUT_VARIABLE prefix RESULT_VARIABLE failed ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed AND prefix STREQUAL "")
    execute_process(COMMAND ${git} -C ${SOURCE_DIR} describe --always --dirty=+
      OUTPUT_VARIABLE described RESULT_VARIABLE failed ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT failed)
      set(OVERLAP_COMMIT "${described}")
    endif()
  endif()
endif()

foreach(value OVERLAP_VERSION OVERLAP_COMMIT OVERLAP_COMPILER OVERLAP_FLAGS)
  string(REGEX REPLACE "([\\\\\"])" "\\\\\\1" ${value} "${${value}}")
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/build_info.cpp.in ${OUTPUT} @ONLY)
