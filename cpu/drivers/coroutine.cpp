// Driver `coroutine`: all requests on one thread, each a C++20 coroutine.
#include "cpu/drivers/drivers.hpp"

#include "cpu/drivers/blocking_request.hpp"
#include "cpu/scheduler/scheduler.hpp"
#include "src/base/errors.hpp"

namespace overlap {
namespace {

/// A scheduler that knows the run, so that a request's coroutine needs to keep nothing else.
class RequestScheduler final : public Scheduler {
 public:
  explicit RequestScheduler(RunContext& context)
      : Scheduler(context.engine, context.workload.requests), context_(context) {}

  /// Takes the next request in hand. True where it is still to come in: the step's due is when.
  bool expect_request(Step& step) noexcept {
    step.request = next_request_++;
    step.record = &context_.recording.step(step.request, 0);
    if (!context_.workload.has_rate()) return false;
    step.record->due_ns = context_.recording.next_arrival_ns(step.request);
    return true;
  }

  /// Begins the request in hand: the first step's due counts from now. Where requests come in over time, the next one
  /// is expected from now on.
  void begin_request(Step& step) {
    const std::int64_t begin_ns = now_ns();
    context_.recording.begin_request(step.request, begin_ns);
    set_due(step, begin_ns);
    if (context_.workload.has_rate() && next_request_ < context_.workload.requests) start_next();
  }

  /// Starts the next request's coroutine.
  void start_next();

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

/// Awaited in a request: takes one in hand, and resumes when it has come in.
struct Arrived {
  bool await_ready() const noexcept { return false; }
  bool await_suspend(Task::Handle task) const {
    if (!scheduler_of(task).expect_request(task.promise())) return false;
    Scheduler::Due{}.await_suspend(task);
    return true;
  }
  void await_resume() const noexcept {}
};

/// Awaited in a request, without suspending: begins the one in hand.
struct Begun {
  bool await_ready() const noexcept { return false; }
  bool await_suspend(Task::Handle task) const {
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
  co_await Arrived{};
  co_await Begun{};
  bool more = true;
  // Not in the loop's condition: g++ 12 loses the coroutine there.
  while (more) {
    co_await Scheduler::Due{};
    co_await Scheduler::Computed{};
    more = co_await NextStep{};
  }
}

void RequestScheduler::start_next() { start(request(*this)); }

class CoroutineDriver final : public Driver {
 public:
  void run(RunContext& context) override {
    announce_worker(context, 0);
    try {
      RequestScheduler scheduler(context);
      // Requests that come in over time start one another.
      const std::uint64_t at_once = context.workload.has_rate() ? 1 : context.workload.requests;
      for (std::uint64_t count = 0; count < at_once; ++count) scheduler.start_next();
      scheduler.run();
    } catch (const std::exception& error) {
      context.recording.fail(text_of(error));
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
  info.request_bytes = 128;  // rounded up from what was seen
  info.make = [] { return std::make_unique<CoroutineDriver>(); };
  return info;
}

}  // namespace overlap
