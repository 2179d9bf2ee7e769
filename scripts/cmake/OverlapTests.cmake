# The tests: overlap_tests, the tool with broken engines that it drives as a process, and the folders' include rule.

find_package(GTest REQUIRED)
include(PythonWithNumPy)
include(GoogleTest)

file(GLOB test_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*.cpp)
file(GLOB faulty_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/faulty/*.cpp)

add_executable(overlap_tests ${test_sources})
overlap_own_target(overlap_tests)
target_link_libraries(overlap_tests PRIVATE overlap_cpu overlap_core nlohmann_json::nlohmann_json GTest::gtest)
if(NOT ${PROJECT_SOURCE_DIR}/tests/main.cpp IN_LIST test_sources)
  target_link_libraries(overlap_tests PRIVATE GTest::gtest_main)
endif()
add_dependencies(overlap_tests overlap)

set(faulty_binary "")
if(faulty_sources)
  add_executable(overlap_faulty ${faulty_sources})
  overlap_own_target(overlap_faulty)
  target_link_libraries(overlap_faulty PRIVATE overlap_cpu overlap_core)
  add_dependencies(overlap_tests overlap_faulty)
  set(faulty_binary $<TARGET_FILE:overlap_faulty>)
endif()

target_compile_definitions(overlap_tests PRIVATE
  OVERLAP_BINARY="$<TARGET_FILE:overlap>"
  OVERLAP_FAULTY_BINARY="${faulty_binary}"
  OVERLAP_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  OVERLAP_PYTHON="${OVERLAP_PYTHON}")

# Listed when they are run, not when they are built: a build must not depend on a program that can be run here.
gtest_discover_tests(overlap_tests
  WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
  DISCOVERY_MODE PRE_TEST
  PROPERTIES TIMEOUT 120)

add_test(NAME include_rule COMMAND ${PROJECT_SOURCE_DIR}/scripts/check_includes)
add_test(NAME include_rule_self_test COMMAND ${PROJECT_SOURCE_DIR}/scripts/check_includes --self-test)
set_tests_properties(include_rule include_rule_self_test PROPERTIES TIMEOUT 120)
