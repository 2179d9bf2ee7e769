// Choosing among the repeats of a row.
#include "src/comparison/results.hpp"

#include <algorithm>

#include "src/base/build_info.hpp"

namespace overlap {

Tool this_tool() {
  const BuildInfo& build = build_info();
  return {build.version, build.commit, build.compiler, build.flags};
}

bool is_python_row(const Row& row) noexcept { return row.executor.rfind("python/", 0) == 0; }

std::string_view words_of(Judged judged) noexcept {
  return judged == Judged::latency ? "p99 latency" : name_of(judged);
}

double seconds_of(const Metrics& metrics, Judged by) noexcept {
  switch (by) {
    case Judged::makespan:
      return metrics.makespan_s;
    case Judged::total:
      return metrics.total_s;
    case Judged::latency:
      return metrics.latency_s.p99;
  }
  return metrics.makespan_s;
}

Judged judged_by(const Workload& workload) noexcept { return workload.has_rate() ? Judged::latency : Judged::makespan; }

std::vector<double> samples_of(const Row& row, Judged by) {
  std::vector<double> samples;
  for (const Repeat& repeat : row.repeats) {
    if (repeat.status == Status::ok && repeat.metrics) samples.push_back(seconds_of(*repeat.metrics, by));
  }
  return samples;
}

const Row* find_row(const Results& results, std::string_view executor) noexcept {
  const auto found =
      std::find_if(results.rows.begin(), results.rows.end(), [&](const Row& row) { return row.executor == executor; });
  return found == results.rows.end() ? nullptr : &*found;
}

std::optional<Interval> range_of(const Row& row, Judged by) {
  const std::vector<double> samples = samples_of(row, by);
  if (row.status != Status::ok || samples.size() < 2) return std::nullopt;
  return range_of(samples);
}

const std::optional<Interval>& interval_of(const Row& row, Judged by) noexcept {
  return by == Judged::latency ? row.latency_interval_s : row.makespan_interval_s;
}

void add_intervals(Results& results) {
  std::vector<double> reference_s;
  if (const Row* reference = find_row(results, results.reference)) {
    reference_s = samples_of(*reference, Judged::makespan);
  }
  for (Row& row : results.rows) {
    if (row.status != Status::ok) continue;
    const std::vector<double> makespans_s = samples_of(row, Judged::makespan);
    row.makespan_interval_s = median_interval(makespans_s);
    row.speedup_interval = ratio_interval(reference_s, makespans_s);
    row.latency_interval_s = median_interval(samples_of(row, Judged::latency));
    // Against itself it is 1 in every repeat.
    if (row.executor == results.reference && row.makespan_interval_s) row.speedup_interval = Interval{1.0, 1.0};
  }
}

std::optional<std::size_t> median_repeat(const std::vector<Repeat>& repeats, Judged by) {
  std::vector<std::size_t> finished;
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    if (repeats[i].status == Status::ok && repeats[i].metrics) finished.push_back(i);
  }
  if (finished.empty()) return std::nullopt;
  std::stable_sort(finished.begin(), finished.end(), [&](std::size_t a, std::size_t b) {
    return seconds_of(*repeats[a].metrics, by) < seconds_of(*repeats[b].metrics, by);
  });
  return finished[(finished.size() - 1) / 2];
}

std::size_t shown_repeat(const std::vector<Repeat>& repeats, Judged by) {
  const auto failed = std::find_if(repeats.begin(), repeats.end(),
                                   [](const Repeat& repeat) { return repeat.status == Status::failed; });
  if (failed != repeats.end()) return static_cast<std::size_t>(failed - repeats.begin());
  return median_repeat(repeats, by).value_or(repeats.size() - 1);
}

}  // namespace overlap
