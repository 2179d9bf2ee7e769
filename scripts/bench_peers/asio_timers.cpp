// The peer of coroutine/null: the same requests, waits and records on plain Asio timers and awaitables, on one thread.
// Prints the figures of the run as JSON.
// usage: overlap_bench_asio REQUESTS ITERATIONS LONGEST_WAIT_S
#include <fmt/format.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>

#include "src/base/clock.hpp"
#include "src/machine/machine.hpp"
#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace {

using overlap::now_ns;
using overlap::Recording;
using overlap::StepRecord;
using overlap::Workload;

asio::steady_timer::time_point time_point_of(std::int64_t ns) {
  return asio::steady_timer::time_point(std::chrono::nanoseconds(ns));
}

asio::awaitable<void> take_request(const Workload& workload, Recording& recording, std::uint64_t request) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  overlap::RequestRecord& times = recording.requests()[request];
  times.arrival_ns = recording.header().t0_ns;
  times.begin_ns = now_ns();
  std::int64_t previous_end_ns = times.begin_ns;
  for (std::uint64_t iteration = 0; iteration < workload.iterations; ++iteration) {
    StepRecord& step = recording.step(request, iteration);
    step.due_ns = previous_end_ns + workload.wait_ns(request, iteration);
    timer.expires_at(time_point_of(step.due_ns));
    co_await timer.async_wait(asio::use_awaitable);
    step.begin_ns = now_ns();
    step.end_ns = now_ns();
    step.state.store(static_cast<std::uint32_t>(overlap::StepState::finished), std::memory_order_release);
    previous_end_ns = step.end_ns;
  }
  times.end_ns = previous_end_ns;
}

void run(const Workload& workload) {
  Recording recording = Recording::create(workload.requests, workload.iterations, 1);
  asio::io_context context(1);
  const std::int64_t cpu_begin_ns = overlap::process_cpu_ns();
  recording.header().t0_ns = now_ns();
  for (std::uint64_t request = 0; request < workload.requests; ++request) {
    asio::co_spawn(context, take_request(workload, recording, request), asio::detached);
  }
  context.run();
  const std::int64_t end_ns = now_ns();
  const std::int64_t cpu_ns = overlap::process_cpu_ns() - cpu_begin_ns;
  fmt::print(R"({{"makespan_s": {}, "cpu_s": {}, "peak_memory_bytes": {}}})"
             "\n",
             overlap::to_seconds(end_ns - recording.header().t0_ns), overlap::to_seconds(cpu_ns),
             overlap::peak_private_memory_bytes());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: overlap_bench_asio REQUESTS ITERATIONS LONGEST_WAIT_S\n");
    return 2;
  }
  Workload workload;
  workload.requests = std::strtoull(argv[1], nullptr, 10);
  workload.iterations = std::strtoull(argv[2], nullptr, 10);
  workload.wait.b = std::strtod(argv[3], nullptr);
  try {
    run(workload);
  } catch (const std::exception& error) {
    fmt::print(stderr, "overlap_bench_asio: {}\n", error.what());
    return 1;
  }
  return 0;
}
