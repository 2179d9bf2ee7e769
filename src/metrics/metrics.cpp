// Metrics: pure functions of a recording, in one pass over its steps.
#include "src/metrics/metrics.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "src/base/clock.hpp"

namespace overlap {
namespace {

/// Nearest rank in integers, so that no rounding of p·n moves it.
std::size_t index_of_percentile(std::size_t count, std::size_t percent) {
  const std::size_t rank = (count * percent + 99) / 100;
  return rank - 1;
}

double ratio(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }

/// What one pass over the steps leaves.
struct StepTimes {
  std::vector<RequestTimes> requests;  // waits are those that happened, not those that were drawn
  double mean_service_s = 0.0;
  std::vector<double> compute_s;
  std::vector<double> queue_s;
  std::int64_t first_begin_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_end_ns = std::numeric_limits<std::int64_t>::min();
  std::int64_t due_to_end_ns = 0;
};

StepTimes read_steps(const Recording& recording) {
  StepTimes times;
  times.compute_s.reserve(recording.steps().size());
  times.queue_s.reserve(recording.steps().size());
  times.requests.reserve(recording.requests().size());
  const std::size_t iterations = recording.iterations();
  std::span<const StepRecord> steps = recording.steps();
  for (const RequestRecord& request : recording.requests()) {
    std::int64_t wait_begin_ns = request.begin_ns;
    std::int64_t request_waits_ns = 0;
    for (const StepRecord& step : steps.first(iterations)) {
      if (!step.finished()) throw std::logic_error("metrics of a recording with unfinished steps");
      request_waits_ns += step.due_ns - wait_begin_ns;
      wait_begin_ns = step.end_ns;
      times.due_to_end_ns += step.end_ns - step.due_ns;
      times.first_begin_ns = std::min(times.first_begin_ns, step.begin_ns);
      times.last_end_ns = std::max(times.last_end_ns, step.end_ns);
      times.compute_s.push_back(to_seconds(step.end_ns - step.begin_ns));
      times.queue_s.push_back(to_seconds(step.begin_ns - step.due_ns));
    }
    times.requests.push_back({to_seconds(request.arrival_ns - recording.header().t0_ns), to_seconds(request_waits_ns)});
    times.mean_service_s += to_seconds(request.end_ns - request.begin_ns);
    steps = steps.subspan(iterations);
  }
  times.mean_service_s /= static_cast<double>(times.requests.size());
  return times;
}

/// Steps follow one another, and take no less than `step_s`.
std::vector<StepDue> earliest_dues(const Recording& recording, const std::vector<RequestTimes>& requests,
                                   double step_s) {
  std::vector<StepDue> dues;
  dues.reserve(recording.steps().size());
  for (std::uint64_t request = 0; request < requests.size(); ++request) {
    double due_s = requests[request].arrival_s;
    std::int64_t wait_begin_ns = recording.requests()[request].begin_ns;
    for (std::uint64_t iteration = 0; iteration < recording.iterations(); ++iteration) {
      const StepRecord& step = recording.step(request, iteration);
      due_s += to_seconds(step.due_ns - wait_begin_ns);
      dues.push_back({due_s, requests[request].arrival_s});
      due_s += step_s;
      wait_begin_ns = step.end_ns;
    }
  }
  return dues;
}

double percentile_of(std::vector<double>& values, std::size_t percent) {
  const auto position = values.begin() + static_cast<std::ptrdiff_t>(index_of_percentile(values.size(), percent));
  std::nth_element(values.begin(), position, values.end());
  return *position;
}

ScheduleLimits limits_of(const RecordingHeader& header, const StepTimes& times, double compute_p5_s, bool computes) {
  ScheduleLimits limits;
  limits.iterations = static_cast<double>(header.iterations);
  limits.requests_in_progress = static_cast<double>(std::max<std::uint64_t>(header.requests_in_progress, 1));
  if (!computes) return limits;
  const auto steps = static_cast<double>(times.compute_s.size());
  const double own_capacity = ratio(steps, to_seconds(times.last_end_ns - times.first_begin_ns));
  limits.step_s = std::min(header.step_s, compute_p5_s);
  limits.capacity_steps_per_s = std::max(header.capacity_steps_per_s, own_capacity);
  limits.lanes = static_cast<double>(std::max<std::uint64_t>(header.lanes, 1));
  if (header.lanes == 1) {
    const double sum_s = std::accumulate(times.compute_s.begin(), times.compute_s.end(), 0.0);
    limits.mean_step_s = std::min(sum_s / steps, 1.0 / limits.capacity_steps_per_s);
  }
  return limits;
}

/// The largest sum of the workers' peaks at any time: where each has a request of its own, of those that were in
/// progress at once; else all of them are there throughout.
std::uint64_t peak_bytes_of_workers(const Recording& recording) {
  const auto workers = recording.workers();
  const auto requests = recording.requests();
  if (workers.size() != requests.size()) {
    std::uint64_t sum = 0;
    for (const WorkerRecord& worker : workers) sum += worker.peak_memory_bytes;
    return sum;
  }
  struct Change {
    std::int64_t time_ns;
    std::uint64_t more;
    std::uint64_t less;
  };
  std::vector<Change> changes;
  changes.reserve(2 * workers.size());
  for (std::size_t i = 0; i < workers.size(); ++i) {
    changes.push_back({requests[i].begin_ns, workers[i].peak_memory_bytes, 0});
    changes.push_back({requests[i].end_ns, 0, workers[i].peak_memory_bytes});
  }
  // One that begins as another ends is there with it.
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return a.time_ns != b.time_ns ? a.time_ns < b.time_ns : a.less < b.less;
  });
  std::uint64_t now = 0;
  std::uint64_t most = 0;
  for (const Change& change : changes) {
    now += change.more;
    now -= change.less;
    most = std::max(most, now);
  }
  return most;
}

/// Whether there are requests enough to tell what each takes of a CPU.
bool tells_cpu_time(const Recording& recording) {
  constexpr std::size_t least_requests = 20;
  return recording.requests().size() >= least_requests;
}

/// Whether a thread or a process is started for each request.
bool starts_workers(const Recording& recording) { return recording.workers().size() == recording.requests().size(); }

/// The requests a second that the CPUs have time for, with all that a request takes beside its steps.
std::optional<double> rate_of_cpus(const Recording& recording, double cpu_s) {
  if (recording.header().usable_cpus == 0 || cpu_s <= 0.0) return std::nullopt;
  const auto requests = static_cast<double>(recording.requests().size());
  return static_cast<double>(recording.header().usable_cpus) * requests / cpu_s;
}

/// By how many times there would be more lanes of ever more requests: 1 where the lanes are as many as there will be,
/// or hold each other up where all are busy.
double growth_of_lanes(const Recording& recording, const ScheduleLimits& limits) {
  constexpr double least_share = 0.75;
  const RecordingHeader& header = recording.header();
  if (limits.requests_in_progress < static_cast<double>(recording.requests().size())) return 1.0;
  if (limits.capacity_steps_per_s * header.step_s < least_share * limits.lanes) return 1.0;
  return std::max(1.0, static_cast<double>(header.lanes_in_long_run) / limits.lanes);
}

/// What the calibrated capacity comes to in the long run, as far as the CPUs have time for it.
std::optional<double> within_cpus(const Recording& recording, const ScheduleLimits& limits,
                                  std::optional<double> capacity, double rate_of_cpus) {
  const double growth = capacity ? growth_of_lanes(recording, limits) : 1.0;
  if (tells_cpu_time(recording) && (growth > 1.0 || starts_workers(recording))) {
    return std::min(growth * capacity.value_or(rate_of_cpus), rate_of_cpus);
  }
  return growth > 1.0 ? std::max(*capacity, std::min(growth * *capacity, rate_of_cpus)) : capacity;
}

/// How a row stands to requests that come in over time.
struct Pace {
  bool keeps_up = true;
  double requests_per_s = 0.0;  ///< as many as came in; where it falls behind, as many as it finished
};

/// By how long requests took longer than their waits: it falls behind where that grows for as long as they come in.
/// None of requests that come in at once, or too few to tell.
std::optional<Pace> pace_of(const Recording& recording, const StepTimes& times) {
  constexpr std::size_t least_requests = 20;
  constexpr double least_growth = 0.05;   // of the time in which they come in
  constexpr double least_by_half = 0.25;  // of it: what came about at the end alone is a disturbance
  const auto requests = recording.requests();
  const std::size_t count = requests.size();
  if (count < least_requests) return std::nullopt;
  const double arrivals_s = to_seconds(requests.back().arrival_ns - requests.front().arrival_ns);
  if (arrivals_s <= 0.0) return std::nullopt;
  const auto median_excess_s = [&](std::size_t first) {
    std::vector<double> excess_s;
    for (std::size_t i = first; i < first + count / 5; ++i) {
      excess_s.push_back(to_seconds(requests[i].end_ns - requests[i].arrival_ns) - times.requests[i].waits_s);
    }
    return percentile_of(excess_s, 50);
  };
  const double first_s = median_excess_s(0);
  const double growth_s = median_excess_s(count - count / 5) - first_s;
  const double by_half_s = median_excess_s(2 * (count / 5)) - first_s;
  if (growth_s <= least_growth * arrivals_s || by_half_s <= least_by_half * growth_s) {
    return Pace{true, ratio(static_cast<double>(count - 1), arrivals_s)};
  }
  // Of most of the ends: the first and the last ones may be apart.
  std::vector<double> ends_s;
  for (const RequestRecord& request : requests) ends_s.push_back(to_seconds(request.end_ns));
  const double tenth_s = percentile_of(ends_s, 10);
  return Pace{false, ratio(0.8 * static_cast<double>(count), percentile_of(ends_s, 90) - tenth_s)};
}

/// Requests a second that it can keep up with; none where nothing bounds it.
std::optional<double> capacity_of(const Recording& recording, const StepTimes& times, const ScheduleLimits& limits,
                                  const std::optional<Pace>& pace, double cpu_s) {
  auto capacity = capacity_requests_per_s(limits, times.requests.size(), times.mean_service_s);
  if (const auto rate = rate_of_cpus(recording, cpu_s)) capacity = within_cpus(recording, limits, capacity, *rate);
  if (pace && !pace->keeps_up) return std::min(capacity.value_or(pace->requests_per_s), pace->requests_per_s);
  // It has just shown that it can.
  if (pace && capacity) return std::max(*capacity, pace->requests_per_s);
  return capacity;
}

DeviceMetrics device_metrics_of(const Recording& recording) {
  const DeviceUsage usage = recording.device_usage();
  DeviceMetrics device;
  if (usage.steps == 0) return device;
  const auto seconds = [](std::uint64_t ns) { return to_seconds(static_cast<std::int64_t>(ns)); };
  constexpr double giga = 1e9;
  const auto steps = static_cast<double>(usage.steps);
  const RecordingHeader& header = recording.header();
  device.busy_s = seconds(usage.busy_ns);
  const double copy_bytes_per_s = header.device_copy_bytes_per_s;
  if (copy_bytes_per_s > 0.0) device.copy_gb_per_s = copy_bytes_per_s / giga;
  if (header.device_slot_bytes > 0) {
    device.slot_bytes = header.device_slot_bytes;
    device.work_area_bytes = header.device_work_area_bytes;
  }
  for (std::size_t part = 0; part < device_part_count; ++part) {
    if (usage.part_bytes[part] == 0) continue;
    const double part_s = seconds(usage.part_ns[part]);
    const auto bytes = static_cast<double>(usage.part_bytes[part]);
    device.parts[part] = {part_s / steps, bytes / steps, ratio(bytes / giga, part_s)};
  }
  return device;
}

}  // namespace

Distribution distribution_of(std::vector<double>& values) {
  if (values.empty()) return {};
  auto begin = values.begin();
  const auto percentile = [&](std::size_t percent) {
    const auto position = values.begin() + static_cast<std::ptrdiff_t>(index_of_percentile(values.size(), percent));
    std::nth_element(begin, position, values.end());
    begin = position;
    return *position;
  };
  Distribution distribution;
  distribution.p50 = percentile(50);
  distribution.p95 = percentile(95);
  distribution.p99 = percentile(99);
  distribution.max = *std::max_element(begin, values.end());
  return distribution;
}

Metrics compute_metrics(const Recording& recording, bool computes) {
  const RecordingHeader& header = recording.header();
  StepTimes times = read_steps(recording);

  std::vector<double> latency_s;
  std::vector<double> service_s;
  latency_s.reserve(recording.requests().size());
  service_s.reserve(recording.requests().size());
  std::int64_t last_end_ns = header.t0_ns;
  std::int64_t in_progress_ns = 0;
  for (const RequestRecord& request : recording.requests()) {
    latency_s.push_back(to_seconds(request.end_ns - request.arrival_ns));
    service_s.push_back(to_seconds(request.end_ns - request.begin_ns));
    in_progress_ns += request.end_ns - request.begin_ns;
    last_end_ns = std::max(last_end_ns, request.end_ns);
  }

  std::int64_t cpu_ns = header.end_cpu_ns - header.setup_cpu_ns;
  std::int64_t digest_cpu_ns = 0;
  const std::uint64_t memory_bytes = header.peak_memory_bytes + recording.bytes() + peak_bytes_of_workers(recording);
  for (const WorkerRecord& worker : recording.workers()) {
    cpu_ns += worker.cpu_end_ns - worker.cpu_begin_ns;
    digest_cpu_ns += worker.digest_cpu_ns;
  }

  Metrics metrics;
  std::copy_n(header.setup_s, setup_phase_count, metrics.setup_s.begin());
  metrics.makespan_s = to_seconds(last_end_ns - header.t0_ns);
  metrics.total_s = metrics.makespan_s;
  for (const Phase phase : {Phase::spawn, Phase::load, Phase::context, Phase::plan, Phase::allocate}) {
    metrics.total_s += metrics.setup_s[static_cast<std::size_t>(phase)];
  }
  metrics.concurrency = ratio(to_seconds(in_progress_ns), metrics.makespan_s);
  metrics.cpu_s = to_seconds(cpu_ns);
  metrics.digest_s = to_seconds(digest_cpu_ns);
  metrics.setup_cpu_s = to_seconds(header.setup_cpu_ns);
  metrics.device = device_metrics_of(recording);
  metrics.parallelism = ratio(metrics.device.busy_s.value_or(metrics.cpu_s), metrics.makespan_s);
  metrics.step_s = computes ? header.step_s : 0.0;
  metrics.capacity_steps_per_s = computes ? header.capacity_steps_per_s : 0.0;
  const auto steps = static_cast<double>(recording.steps().size());
  metrics.delay_s = to_seconds(times.due_to_end_ns) / steps - metrics.step_s;
  metrics.latency_s = distribution_of(latency_s);
  metrics.service_s = distribution_of(service_s);
  metrics.queue_mean_s = std::accumulate(times.queue_s.begin(), times.queue_s.end(), 0.0) / steps;
  metrics.queue_s = distribution_of(times.queue_s);
  metrics.steps_per_s = ratio(steps, metrics.makespan_s);
  metrics.compute_p5_s = percentile_of(times.compute_s, 5);
  metrics.compute_p50_s = percentile_of(times.compute_s, 50);
  const ScheduleLimits limits = limits_of(header, times, metrics.compute_p5_s, computes);
  std::vector<StepDue> dues;
  if (computes) dues = earliest_dues(recording, times.requests, limits.step_s);
  const LowerBound lower_bound = lower_bound_of(times.requests, dues, limits);
  metrics.lower_bound_s = lower_bound.seconds;
  metrics.bound = lower_bound.bound;
  metrics.efficiency = ratio(metrics.lower_bound_s, metrics.makespan_s);
  const std::optional<Pace> pace = pace_of(recording, times);
  metrics.capacity_requests_per_s = capacity_of(recording, times, limits, pace, metrics.cpu_s);
  if (pace) metrics.keeps_up = pace->keeps_up;
  metrics.lanes = header.lanes;
  metrics.workers = recording.workers().size();
  metrics.peak_memory_bytes = memory_bytes;
  return metrics;
}

std::uint64_t count_finished_steps(const Recording& recording) {
  const auto steps = recording.steps();
  return static_cast<std::uint64_t>(
      std::count_if(steps.begin(), steps.end(), [](const StepRecord& step) { return step.finished(); }));
}

}  // namespace overlap
