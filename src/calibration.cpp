// Calibration runs.
#include "src/calibration.hpp"

#include <algorithm>
#include <vector>

#include "src/clock.hpp"

namespace overlap {
namespace {

constexpr double least_steps = 3.0;
constexpr double most_steps = 20'000.0;

std::uint64_t steps_within(double seconds, double step_s) {
  return static_cast<std::uint64_t>(std::clamp(seconds / std::max(step_s, 1e-9), least_steps, most_steps));
}

double median_step_s(const Recording& recording) {
  std::vector<std::int64_t> durations;
  for (const StepRecord& step : recording.steps()) durations.push_back(step.end_ns - step.begin_ns);
  const auto middle = durations.begin() + static_cast<std::ptrdiff_t>((durations.size() - 1) / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  return to_seconds(*middle);
}

/// The sum of the requests' rates, each over its own time: workers that start or end apart do not spoil each other's.
double total_rate(const Recording& recording) {
  double steps_per_s = 0.0;
  const std::uint64_t iterations = recording.header().iterations;
  for (std::uint64_t request = 0; request < recording.requests().size(); ++request) {
    const std::int64_t elapsed_ns =
        recording.step(request, iterations - 1).end_ns - recording.step(request, 0).begin_ns;
    steps_per_s += static_cast<double>(iterations) / std::max(to_seconds(elapsed_ns), 1e-9);
  }
  return steps_per_s;
}

/// Where steps queue for fewer lanes: the rate at which steps end, once each lane has ended one.
double rate_of_ends(const Recording& recording, unsigned lanes) {
  std::vector<std::int64_t> ends;
  for (const StepRecord& step : recording.steps()) ends.push_back(step.end_ns);
  std::sort(ends.begin(), ends.end());
  const double elapsed_s = to_seconds(ends.back() - ends[lanes - 1]);
  return static_cast<double>(ends.size() - lanes) / std::max(elapsed_s, 1e-9);
}

}  // namespace

Calibration::Calibration(const Workload& workload, Driver& driver, Engine& engine, std::function<void()> prepare_worker)
    : workload_(workload), driver_(driver), engine_(engine), prepare_worker_(std::move(prepare_worker)) {
  workload_.wait.kind = WaitDistribution::Kind::none;
}

double Calibration::warm_up() { return median_step_s(run(1, 1, prepare_worker_)); }

void Calibration::in_workers(unsigned workers, const std::function<void()>& inspect) {
  run(workers, 1, [&] {
    prepare_worker_();
    inspect();
  });
}

StepRate Calibration::measure(const Effort& effort) {
  StepRate rate;
  const Recording alone = run(1, steps_within(effort.seconds, effort.first_step_s), prepare_worker_);
  rate.step_s = median_step_s(alone);
  if (effort.lanes == 1) {
    rate.steps_per_s = total_rate(alone);
    return rate;
  }
  const Recording together = run(effort.requests, steps_within(effort.seconds, rate.step_s), prepare_worker_);
  rate.steps_per_s = effort.requests > effort.lanes ? rate_of_ends(together, effort.lanes) : total_rate(together);
  return rate;
}

Recording Calibration::run(std::uint64_t requests, std::uint64_t iterations,
                           const std::function<void()>& prepare_worker) {
  Workload workload = workload_;
  workload.requests = requests;
  workload.iterations = iterations;
  Recording recording = Recording::create(requests, iterations, requests);
  recording.header().t0_ns = now_ns();
  RunContext context{workload, engine_, recording, static_cast<unsigned>(requests), prepare_worker};
  driver_.run(context);
  return recording;
}

}  // namespace overlap
