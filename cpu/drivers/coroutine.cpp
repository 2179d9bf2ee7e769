// Driver `coroutine`: all requests on one thread, each a C++20 coroutine.
#include "cpu/drivers/coroutine.hpp"

#include "cpu/drivers/blocking_request.hpp"
#include "cpu/scheduler/scheduler.hpp"
#include "src/errors.hpp"

namespace overlap {
namespace {

/// The promise, which is the step, to a coroutine that asks for it.
struct OwnStep {
  Step* step = nullptr;
  bool await_ready() const noexcept { return false; }
  bool await_suspend(Task::Handle task) noexcept {
    step = &task.promise();
    return false;
  }
  Step& await_resume() const noexcept { return *step; }
};

struct Run {
  RunContext& context;
  Scheduler& scheduler;
  std::uint64_t next_request = 0;
};

/// Sets a step's due from the end of what came before it.
std::int64_t set_due(const Run& run, Step& step, std::int64_t after_ns) noexcept {
  step.record->due_ns = after_ns + run.context.workload.wait_ns(step.request, step.iteration);
  return step.record->due_ns;
}

std::int64_t begin_request(Run& run, Step& step) noexcept {
  Recording& recording = run.context.recording;
  step.request = run.next_request++;
  step.record = &recording.step(step.request, 0);
  RequestRecord& times = recording.requests()[step.request];
  times.arrival_ns = recording.header().t0_ns;
  times.begin_ns = now_ns();
  return set_due(run, step, times.begin_ns);
}

/// Finishes the step in hand and goes on to the next; false where it was the last.
bool next_step(const Run& run, Step& step) noexcept {
  finish_step(run.context, step);
  const std::int64_t end_ns = step.record->end_ns;
  if (++step.iteration == run.context.workload.iterations) {
    run.context.recording.requests()[step.request].end_ns = end_ns;
    return false;
  }
  ++step.record;
  set_due(run, step, end_ns);
  return true;
}

/// A request. What it keeps over its waits is its step alone, for its frame is what a million of them cost.
Task request(Scheduler& scheduler, Run& run) {
  Step& step = co_await OwnStep{};
  begin_request(run, step);
  do {
    co_await scheduler.at(step.record->due_ns);
    co_await scheduler.computed();
  } while (next_step(run, step));
}

class CoroutineDriver final : public Driver {
 public:
  void run(RunContext& context) override {
    announce_worker(context, 0);
    try {
      Scheduler scheduler(context.engine, context.workload.requests);
      Run run{context, scheduler};
      for (std::uint64_t count = 0; count < context.workload.requests; ++count) {
        scheduler.start(request(scheduler, run));
      }
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
