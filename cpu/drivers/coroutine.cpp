// Driver `coroutine`: all requests on one thread, each a C++20 coroutine.
#include "cpu/drivers/coroutine.hpp"

#include "cpu/drivers/blocking_request.hpp"
#include "cpu/scheduler/scheduler.hpp"
#include "src/errors.hpp"

namespace overlap {
namespace {

/// A scheduler that knows the run, so that a request's coroutine needs to keep nothing else.
class RequestScheduler final : public Scheduler {
 public:
  explicit RequestScheduler(RunContext& context)
      : Scheduler(context.engine, context.workload.requests), context_(context) {}

  /// Takes the next request in hand. The first step's due counts from now.
  void begin_request(Step& step) noexcept {
    Recording& recording = context_.recording;
    step.request = next_request_++;
    step.record = &recording.step(step.request, 0);
    RequestRecord& times = recording.requests()[step.request];
    times.arrival_ns = recording.header().t0_ns;
    times.begin_ns = now_ns();
    set_due(step, times.begin_ns);
  }

  /// Finishes the step in hand and takes the request's next one; false where it was the last.
  bool next_step(Step& step) noexcept {
    finish_step(context_, step);
    const std::int64_t end_ns = step.record->end_ns;
    if (++step.iteration == context_.workload.iterations) {
      context_.recording.requests()[step.request].end_ns = end_ns;
      return false;
    }
    ++step.record;
    set_due(step, end_ns);
    return true;
  }

 private:
  void set_due(Step& step, std::int64_t after_ns) const noexcept {
    step.record->due_ns = after_ns + context_.workload.wait_ns(step.request, step.iteration);
  }

  RunContext& context_;
  std::uint64_t next_request_ = 0;
};

RequestScheduler& scheduler_of(Task::Handle task) noexcept {
  return static_cast<RequestScheduler&>(*task.promise().scheduler);
}

/// Awaited in a request, without suspending: takes a request in hand.
struct Begun {
  bool await_ready() const noexcept { return false; }
  bool await_suspend(Task::Handle task) const noexcept {
    scheduler_of(task).begin_request(task.promise());
    return false;
  }
  void await_resume() const noexcept {}
};

/// Awaited in a request, without suspending: finishes its step; true where there is another.
struct NextStep {
  bool more = false;
  bool await_ready() const noexcept { return false; }
  bool await_suspend(Task::Handle task) noexcept {
    more = scheduler_of(task).next_step(task.promise());
    return false;
  }
  bool await_resume() const noexcept { return more; }
};

/// A request. All that it keeps is in its promise: its frame is what a million requests cost.
Task request(Scheduler& /*scheduler*/) {
  co_await Begun{};
  bool more = true;
  // Not in the loop's condition: g++ 12 loses the coroutine there.
  while (more) {
    co_await Scheduler::Due{};
    co_await Scheduler::Computed{};
    more = co_await NextStep{};
  }
}

class CoroutineDriver final : public Driver {
 public:
  void run(RunContext& context) override {
    announce_worker(context, 0);
    try {
      RequestScheduler scheduler(context);
      for (std::uint64_t count = 0; count < context.workload.requests; ++count) scheduler.start(request(scheduler));
      scheduler.run();
    } catch (const std::exception& error) {
      context.recording.fail(error.what());
      throw RunFailed(context.recording.error());
    }
  }
};

}  // namespace

DriverInfo coroutine_driver() {
  DriverInfo info;
  info.name = "coroutine";
  info.description = "all requests on one thread, each a C++20 coroutine";
  info.kind = DriverInfo::Kind::one_thread;
  info.make = [] { return std::make_unique<CoroutineDriver>(); };
  return info;
}

}  // namespace overlap
