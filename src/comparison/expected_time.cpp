// Bounds of plans, and trials of engines.
#include "src/comparison/expected_time.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "src/base/clock.hpp"
#include "src/metrics/lower_bound.hpp"

namespace overlap {

double expected_makespan_s(const ExecutorPlan& plan, double step_s) {
  const Workload& workload = plan.job.workload;
  const std::vector<std::int64_t> arrivals_ns = workload.arrivals_ns();
  std::vector<RequestTimes> requests(workload.requests);
  std::vector<StepDue> dues;
  for (std::uint64_t request = 0; request < workload.requests; ++request) {
    RequestTimes& times = requests[request];
    times.arrival_s = to_seconds(arrivals_ns[request]);
    for (std::uint64_t iteration = 0; iteration < workload.iterations; ++iteration) {
      times.waits_s += to_seconds(workload.wait_ns(request, iteration));
      if (step_s <= 0.0) continue;
      dues.push_back({times.arrival_s + times.waits_s + static_cast<double>(iteration) * step_s, times.arrival_s});
    }
  }
  ScheduleLimits limits;
  limits.iterations = static_cast<double>(workload.iterations);
  limits.step_s = step_s;
  limits.capacity_steps_per_s = step_s > 0.0 ? plan.job.lanes / step_s : 0.0;
  limits.lanes = plan.job.lanes;
  limits.requests_in_progress = static_cast<double>(plan.job.requests_in_progress);
  return lower_bound_of(requests, dues, limits).seconds;
}

double guess_step_s(const EngineInfo& engine_info, const EngineOptions& options, const Workload& workload) {
  if (!engine_info.computes) return 0.0;
  constexpr std::uint64_t largest_trial = 1 << 18;
  constexpr int trials = 3;
  Workload trial = workload;
  trial.size = std::min(workload.size, largest_trial);
  SetupTimes times;
  EngineOptions trial_options = options;
  trial_options.rigor = Rigor::estimate;
  const EngineSetup setup{.workload = trial, .options = trial_options, .times = times};
  const std::unique_ptr<Engine> engine = engine_info.make();
  engine->prepare_shared(setup);
  engine->prepare_worker(setup);
  double least = std::numeric_limits<double>::infinity();
  for (int count = 0; count < trials; ++count) {
    StepRecord record{};
    Step step;
    step.record = &record;
    engine->compute(step);
    least = std::min(least, to_seconds(record.end_ns - record.begin_ns));
  }
  const auto work = [](std::uint64_t size) {
    return static_cast<double>(size) * std::log2(2.0 * static_cast<double>(size));
  };
  return least * work(workload.size) / work(trial.size);
}

}  // namespace overlap
