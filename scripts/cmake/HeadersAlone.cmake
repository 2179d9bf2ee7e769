# Compiles each header on its own, twice over: it must include what it needs, and stand being included again.

file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/src/*.hpp ${PROJECT_SOURCE_DIR}/cpu/*.hpp ${PROJECT_SOURCE_DIR}/tests/*.hpp)

set(header_sources "")
foreach(header IN LISTS headers)
  set(source ${PROJECT_BINARY_DIR}/headers_alone/${header}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
  list(APPEND header_sources ${source})
endforeach()

add_library(overlap_headers OBJECT ${header_sources})
overlap_own_target(overlap_headers)
target_link_libraries(overlap_headers PRIVATE overlap_core FFTW::double)
if(OVERLAP_TESTS)
  target_link_libraries(overlap_headers PRIVATE GTest::gtest)
endif()
# clang-tidy sees the headers through the sources that include them.
set_target_properties(overlap_headers PROPERTIES CXX_CLANG_TIDY "")
