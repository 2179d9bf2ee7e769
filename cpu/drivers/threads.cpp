// Driver `threads`: a thread for each request, or a fixed number that take requests from a shared counter.
#include "cpu/drivers/threads.hpp"

#include <fmt/format.h>

#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

#include "cpu/drivers/blocking_request.hpp"
#include "src/errors.hpp"

namespace overlap {
namespace {

class ThreadsDriver final : public Driver {
 public:
  void run(RunContext& context) override {
    // A worker's first request is its own; a quick one could otherwise take two while others have none yet.
    std::atomic<std::uint64_t> next_request{context.workers};
    std::vector<std::thread> threads;
    const bool one_each = context.workers == context.workload.requests;  // a thread for each, as it comes in
    threads.reserve(context.workers);
    try {
      for (std::uint32_t worker = 0; worker < context.workers; ++worker) {
        if (one_each && !await_request(context, worker)) break;
        threads.emplace_back([&context, &next_request, worker] { work(context, next_request, worker); });
      }
    } catch (const std::system_error& error) {
      context.recording.fail(fmt::format("thread {} of {} can't be started ({}); --workers bounds their number",
                                         threads.size() + 1, context.workers, error.code().message()));
    }
    for (std::thread& thread : threads) thread.join();
    if (context.recording.failed()) throw RunFailed(context.recording.error());
  }

 private:
  static void work(RunContext& context, std::atomic<std::uint64_t>& next_request, std::uint32_t worker) noexcept {
    try {
      announce_worker(context, worker);
      std::uint64_t request = worker;
      while (request < context.workload.requests && await_request(context, request) &&
             take_request(context, request, worker, now_ns())) {
        request = next_request.fetch_add(1, std::memory_order_relaxed);
      }
    } catch (const std::exception& error) {
      context.recording.fail(error.what());
    }
  }
};

}  // namespace

DriverInfo threads_driver() {
  DriverInfo info;
  info.name = "threads";
  info.description = "a thread for each request, or --workers of them";
  info.kind = DriverInfo::Kind::threads;
  info.make = [] { return std::make_unique<ThreadsDriver>(); };
  return info;
}

}  // namespace overlap
