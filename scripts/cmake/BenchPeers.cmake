# What only scripts/bench builds and runs: programs that the tool is measured against.

find_path(OVERLAP_ASIO_INCLUDE asio.hpp)
mark_as_advanced(OVERLAP_ASIO_INCLUDE)
if(OVERLAP_ASIO_INCLUDE)
  add_executable(overlap_bench_asio EXCLUDE_FROM_ALL scripts/bench_peers/asio_timers.cpp)
  overlap_own_target(overlap_bench_asio)
  target_include_directories(overlap_bench_asio SYSTEM PRIVATE ${OVERLAP_ASIO_INCLUDE})
  target_compile_definitions(overlap_bench_asio PRIVATE ASIO_STANDALONE)
  target_link_libraries(overlap_bench_asio PRIVATE overlap_core)
endif()
