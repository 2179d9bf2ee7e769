// Driver `threads`: a thread for each request, or a fixed number that take requests from a shared counter.
#include "cpu/drivers/drivers.hpp"

#include <fmt/format.h>

#include <atomic>
#include <deque>
#include <exception>
#include <thread>

#include "cpu/drivers/blocking_request.hpp"
#include "src/base/errors.hpp"

namespace overlap {
namespace {

/// A worker, which says when it is done, so that it can be joined without waiting for it.
struct Worker {
  std::atomic<bool> done{false};
  std::thread thread;
};

class ThreadsDriver final : public Driver {
 public:
  void run(RunContext& context) override {
    // A worker's first request is its own; a quick one could otherwise take two while others have none yet.
    std::atomic<std::uint64_t> next_request{context.workers};
    std::deque<Worker> workers;
    const bool one_each = context.workers == context.workload.requests;  // a thread for each, as it comes in
    std::uint32_t started = 0;
    try {
      for (; started < context.workers; ++started) {
        if (one_each && !await_request(context, started)) break;
        join_oldest(workers);
        Worker& worker = workers.emplace_back();
        worker.thread = std::thread([&context, &next_request, &worker, index = started] {
          work(context, next_request, index);
          worker.done.store(true, std::memory_order_release);
        });
      }
    } catch (const std::exception& error) {
      if (!workers.empty() && !workers.back().thread.joinable()) workers.pop_back();
      context.recording.fail(fmt::format("thread {} of {} can't be started ({}); --workers bounds their number",
                                         started + 1, context.workers, text_of(error)));
    }
    for (Worker& worker : workers) worker.thread.join();
    if (context.recording.failed()) throw RunFailed(context.recording.error());
  }

 private:
  /// A thread's stack stays until it is joined: of those who came long ago, none is to be left.
  static void join_oldest(std::deque<Worker>& workers) {
    while (!workers.empty() && workers.front().done.load(std::memory_order_acquire)) {
      workers.front().thread.join();
      workers.pop_front();
    }
  }

  static void work(RunContext& context, std::atomic<std::uint64_t>& next_request, std::uint32_t worker) noexcept {
    try {
      announce_worker(context, worker);
      std::uint64_t request = worker;
      while (request < context.workload.requests && await_request(context, request) &&
             take_request(context, request, worker, now_ns())) {
        request = next_request.fetch_add(1, std::memory_order_relaxed);
      }
    } catch (const std::exception& error) {
      context.recording.fail(text_of(error));
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
