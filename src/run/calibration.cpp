// Calibration runs.
#include "src/run/calibration.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "src/base/clock.hpp"

namespace overlap {
namespace {

constexpr std::uint64_t least_steps = 3;
constexpr std::uint64_t most_steps = 20'000;

// Steps of a request in a first round. How long it takes is not known: a step's own time leaves out its way to another
// thread and back, which may be a thousand times as long.
constexpr std::uint64_t most_untried = 256;

// A first round that took this share of the time it was given is not worth a longer one, nor is a later one.
constexpr double enough_at_first = 0.9;
constexpr double enough = 0.5;
// As many iterations as in the round before, where there are kinds of steps that it had none of: they may take longer.
constexpr std::uint64_t growth_into_unknown = 4;
// The mean of steps is taken for their median where it is this much more or less.
constexpr double clearly = 1.25;
// Of the time, for the first round of a step alone: the one step known till then may be slow or fast by chance.
constexpr double share_of_trial = 0.25;

std::uint64_t iterations_within(double seconds, double iteration_s) {
  return static_cast<std::uint64_t>(std::clamp(seconds / std::max(iteration_s, 1e-9), static_cast<double>(least_steps),
                                               static_cast<double>(most_steps)));
}

double median_s(std::vector<std::int64_t>& durations_ns) {
  const auto middle = durations_ns.begin() + static_cast<std::ptrdiff_t>((durations_ns.size() - 1) / 2);
  std::nth_element(durations_ns.begin(), middle, durations_ns.end());
  return to_seconds(*middle);
}

/// The median, as what disturbs steps makes them longer. Where the steps of a request clearly differ, what they take on
/// average: each iteration's median counts once.
double step_s_of(const Recording& recording, std::uint64_t kinds) {
  std::vector<std::int64_t> all_ns;
  std::vector<std::vector<std::int64_t>> by_kind_ns(std::min(kinds, recording.iterations()));
  for (std::size_t i = 0; i < recording.steps().size(); ++i) {
    const StepRecord& step = recording.steps()[i];
    all_ns.push_back(step.end_ns - step.begin_ns);
    by_kind_ns[i % recording.iterations() % kinds].push_back(all_ns.back());
  }
  double mean_s = 0.0;
  for (std::vector<std::int64_t>& durations_ns : by_kind_ns) mean_s += median_s(durations_ns);
  mean_s /= static_cast<double>(by_kind_ns.size());
  const double middle_s = median_s(all_ns);
  return std::max(mean_s, middle_s) > clearly * std::min(mean_s, middle_s) ? mean_s : middle_s;
}

/// From a request's first begin to its last end.
double seconds_of(const Recording& recording, std::uint64_t request) {
  const std::uint64_t last = recording.header().iterations - 1;
  return to_seconds(recording.step(request, last).end_ns - recording.step(request, 0).begin_ns);
}

/// From the first request's begin to the last one's end.
double seconds_of(const Recording& recording) {
  std::int64_t begin_ns = never_ns;
  std::int64_t end_ns = 0;
  for (const StepRecord& step : recording.steps()) {
    begin_ns = std::min(begin_ns, step.begin_ns);
    end_ns = std::max(end_ns, step.end_ns);
  }
  return to_seconds(end_ns - begin_ns);
}

/// What one more iteration of all requests takes: of the slowest request, as workers may start apart.
double iteration_s_of(const Recording& recording) {
  double slowest_s = 0.0;
  for (std::uint64_t request = 0; request < recording.requests().size(); ++request) {
    slowest_s = std::max(slowest_s, seconds_of(recording, request));
  }
  return slowest_s / static_cast<double>(recording.header().iterations);
}

/// The sum of the requests' rates, each over its own time: workers that start or end apart do not spoil each other's.
double total_rate(const Recording& recording) {
  double steps_per_s = 0.0;
  const auto iterations = static_cast<double>(recording.header().iterations);
  for (std::uint64_t request = 0; request < recording.requests().size(); ++request) {
    steps_per_s += iterations / std::max(seconds_of(recording, request), 1e-9);
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

/// How often this process's threads and reaped children gave their CPU away to wait for something.
std::uint64_t sleeps() {
  std::uint64_t count = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    count += static_cast<std::uint64_t>(usage.ru_nvcsw);
  }
  return count;
}

}  // namespace

Calibration::Calibration(Workload workload, Driver& driver, Engine& engine, std::function<void()> prepare_worker)
    : workload_(std::move(workload)), driver_(driver), engine_(engine), prepare_worker_(std::move(prepare_worker)) {
  workload_.wait.kind = WaitDistribution::Kind::none;
  workload_.rate = 0.0;
}

double Calibration::warm_up() { return step_s_of(run(1, 1, prepare_worker_), 1); }

void Calibration::in_workers(unsigned workers, const std::function<void()>& inspect) {
  run(workers, 1, [&] {
    prepare_worker_();
    inspect();
  });
}

StepRate Calibration::measure(const Effort& effort) {
  StepRate rate;
  recordings_.clear();
  recordings_.reserve(2);
  // Where steps differ, the first one says nothing of the others.
  const std::uint64_t steps =
      kinds() > 1 ? least_steps : iterations_within(effort.seconds * share_of_trial, effort.first_step_s);
  const Recording& alone = recordings_.emplace_back(run_for(effort.seconds, 1, steps));
  rate.step_s = step_s_of(alone, kinds());
  const bool blocking = effort.blocking_lanes > effort.lanes && blocks(alone);
  rate.lanes = blocking ? effort.blocking_lanes : effort.lanes;
  const std::uint64_t requests = blocking ? effort.blocking_lanes : effort.requests;
  if (rate.lanes == 1) {
    rate.steps_per_s = total_rate(alone);
    return rate;
  }
  // How far the lanes are parallel is not known yet: as many iterations as fit in the time if they were not at all.
  const double serial_s = rate.step_s * static_cast<double>(requests);
  const bool knows_all_kinds = alone.iterations() >= kinds();
  const std::uint64_t first =
      std::min(iterations_within(effort.seconds, serial_s), knows_all_kinds ? most_steps : alone.iterations());
  const Recording& together = recordings_.emplace_back(run_for(effort.seconds, requests, first));
  rate.steps_per_s = requests > rate.lanes ? rate_of_ends(together, rate.lanes) : total_rate(together);
  return rate;
}

bool Calibration::blocks(const Recording& recording) const {
  constexpr double least_busy_share = 0.5;
  if (sleeps_ < std::max<std::uint64_t>(1, recording.steps().size() / kinds())) return false;
  double computed_s = 0.0;
  for (const StepRecord& step : recording.steps()) computed_s += to_seconds(step.end_ns - step.begin_ns);
  return to_seconds(cpu_ns_) < least_busy_share * computed_s;
}

Recording Calibration::run_for(double seconds, std::uint64_t requests, std::uint64_t first) {
  std::uint64_t iterations = in_whole_requests(std::min(first, most_untried));
  for (double least_share = enough_at_first;; least_share = enough) {
    Recording recording = run(requests, iterations, prepare_worker_);
    if (seconds_of(recording) >= least_share * seconds) return recording;
    const std::uint64_t most = iterations < kinds() ? growth_into_unknown * iterations : most_steps;
    const std::uint64_t wanted =
        in_whole_requests(std::min(iterations_within(seconds, iteration_s_of(recording)), most));
    if (wanted <= iterations) return recording;
    iterations = wanted;
  }
}

std::uint64_t Calibration::in_whole_requests(std::uint64_t iterations) const noexcept {
  if (iterations < kinds()) return iterations;
  const std::uint64_t whole = iterations / kinds() * kinds();
  return whole < least_steps ? whole + kinds() : whole;
}

Recording Calibration::run(std::uint64_t requests, std::uint64_t iterations,
                           const std::function<void()>& prepare_worker) {
  Workload workload = workload_;
  workload.requests = requests;
  workload.iterations = iterations;
  Recording recording = Recording::create(requests, iterations, requests);
  recording.header().t0_ns = now_ns();
  RunContext context{workload, engine_, recording, static_cast<unsigned>(requests), prepare_worker};
  const std::int64_t cpu_begin_ns = process_cpu_ns() + reaped_children_cpu_ns();
  const std::uint64_t sleeps_before = sleeps();
  driver_.run(context);
  cpu_ns_ = process_cpu_ns() + reaped_children_cpu_ns() - cpu_begin_ns;
  sleeps_ = sleeps() - sleeps_before;
  return recording;
}

}  // namespace overlap
