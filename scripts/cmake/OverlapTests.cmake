# The tests: overlap_tests, the tool with broken engines that it drives as a process, and the folders' include rule.

find_package(GTest REQUIRED)
include(PythonWithNumPy)
include(GoogleTest)

file(GLOB test_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*.cpp)
file(GLOB faulty_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/faulty/*.cpp)
list(REMOVE_ITEM faulty_sources ${PROJECT_SOURCE_DIR}/tests/faulty/main.cpp ${PROJECT_SOURCE_DIR}/tests/faulty/module.cpp)

add_library(overlap_faulty_engines STATIC ${faulty_sources})
overlap_own_target(overlap_faulty_engines)
target_link_libraries(overlap_faulty_engines PUBLIC overlap_device_engine overlap_cpu overlap_core)

add_executable(overlap_faulty tests/faulty/main.cpp)
overlap_own_target(overlap_faulty)
target_link_libraries(overlap_faulty PRIVATE overlap_faulty_engines)

add_library(overlap_faulty_module MODULE tests/faulty/module.cpp)
overlap_own_target(overlap_faulty_module)
set_target_properties(overlap_faulty_module PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
add_dependencies(overlap_faulty overlap_faulty_module)

add_executable(overlap_tests ${test_sources})
overlap_own_target(overlap_tests)
target_link_libraries(overlap_tests PRIVATE overlap_faulty_engines nlohmann_json::nlohmann_json GTest::gtest_main)
add_dependencies(overlap_tests overlap overlap_faulty)
# They need not be fast, and compile sooner so; what they test is built as users run it.
target_compile_options(overlap_tests PRIVATE $<$<CONFIG:Release>:-O1>)

if(TARGET overlap_cuda)
  # The example that needs a GPU, as a user builds it: run where there is one.
  add_library(sort_gpu MODULE docs/examples/sort_gpu.cu)
  overlap_cuda_flags(sort_gpu)
  target_include_directories(sort_gpu PRIVATE src)
  set_target_properties(sort_gpu PROPERTIES
    PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
    CUDA_STANDARD 17
    CUDA_STANDARD_REQUIRED ON
    CUDA_RUNTIME_LIBRARY Static)
  add_dependencies(overlap_tests sort_gpu)
endif()

target_compile_definitions(overlap_tests PRIVATE
  OVERLAP_BINARY="$<TARGET_FILE:overlap>"
  OVERLAP_FAULTY_BINARY="$<TARGET_FILE:overlap_faulty>"
  OVERLAP_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  OVERLAP_PYTHON="${OVERLAP_PYTHON}"
  OVERLAP_COMPILER_PATH="${CMAKE_CXX_COMPILER}")

# Listed when they are run, not when they are built: a build must not depend on a program that can be run here.
gtest_discover_tests(overlap_tests
  TEST_FILTER -Gpu.*
  NO_PRETTY_VALUES  # parameters have names
  WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
  DISCOVERY_MODE PRE_TEST
  PROPERTIES TIMEOUT 120)
# `ctest -L gpu` runs these alone: one at a time, as they share a device, and skipped where there is none.
gtest_discover_tests(overlap_tests
  TEST_FILTER Gpu.*
  WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
  DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS gpu RESOURCE_LOCK gpu TIMEOUT 300)

# That its parts work; speed is asserted nowhere.
if(OVERLAP_PYTHON AND NOT OVERLAP_SANITIZE)
  add_test(NAME bench_quick COMMAND ${OVERLAP_PYTHON} ${PROJECT_SOURCE_DIR}/scripts/bench_ratios.py --quick
    --binaries ${PROJECT_BINARY_DIR})
  set_tests_properties(bench_quick PROPERTIES TIMEOUT 300 PASS_REGULAR_EXPRESSION "Python's `import numpy`")
endif()

# That the parts of gpu_check work, on the fake device; and that what it once measured is told as it would tell it.
if(OVERLAP_PYTHON AND NOT OVERLAP_SANITIZE)
  add_test(NAME gpu_check_rehearsal COMMAND ${PROJECT_SOURCE_DIR}/scripts/gpu_check --rehearse
    --binaries ${PROJECT_BINARY_DIR} ${PROJECT_BINARY_DIR}/rehearsal)
  set_tests_properties(gpu_check_rehearsal PROPERTIES TIMEOUT 300 PASS_REGULAR_EXPRESSION "no part failed")
endif()
file(GLOB results LIST_DIRECTORIES true CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/results/*/)
foreach(folder IN LISTS results)
  if(OVERLAP_PYTHON AND IS_DIRECTORY ${folder})
    get_filename_component(name ${folder} NAME)
    add_test(NAME summary_of_${name}
      COMMAND ${OVERLAP_PYTHON} -B ${PROJECT_SOURCE_DIR}/scripts/gpu/summary.py --check ${folder})
  endif()
endforeach()

add_test(NAME include_rule COMMAND ${PROJECT_SOURCE_DIR}/scripts/check_includes)
add_test(NAME include_rule_self_test COMMAND ${PROJECT_SOURCE_DIR}/scripts/check_includes --self-test)
set_tests_properties(include_rule include_rule_self_test PROPERTIES TIMEOUT 120)
