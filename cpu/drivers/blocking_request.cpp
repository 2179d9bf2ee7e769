// The loop of a blocking request.
#include "cpu/drivers/blocking_request.hpp"

#include <unistd.h>

namespace overlap {

void announce_worker(RunContext& context, std::uint32_t worker) noexcept {
  WorkerRecord& record = context.recording.workers()[worker];
  record.pid = static_cast<std::uint32_t>(getpid());
  record.ready_ns = now_ns();
}

void finish_step(RunContext& context, Step& step) noexcept {
  step.record->worker = step.worker;
  step.record->state.store(static_cast<std::uint32_t>(StepState::finished), std::memory_order_release);
  // Each worker counts its own steps: a plain increment, atomic only for its readers.
  auto& finished = context.recording.workers()[step.worker].steps_finished;
  finished.store(finished.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

bool await_request(RunContext& context, std::uint64_t request) {
  return !context.workload.has_rate() || context.recording.wait_until(context.recording.next_arrival_ns(request));
}

bool take_request(RunContext& context, std::uint64_t request, std::uint32_t worker, std::int64_t begin_ns) {
  Recording& recording = context.recording;
  recording.begin_request(request, begin_ns);
  std::int64_t previous_end_ns = begin_ns;
  for (std::uint64_t iteration = 0; iteration < context.workload.iterations; ++iteration) {
    StepRecord& record = recording.step(request, iteration);
    record.due_ns = previous_end_ns + context.workload.wait_ns(request, iteration);
    if (!recording.wait_until(record.due_ns)) return false;
    Step step;
    step.request = request;
    step.iteration = iteration;
    step.record = &record;
    step.worker = worker;
    context.engine.compute(step);
    finish_step(context, step);
    previous_end_ns = record.end_ns;
  }
  recording.requests()[request].end_ns = previous_end_ns;
  return true;
}

}  // namespace overlap
