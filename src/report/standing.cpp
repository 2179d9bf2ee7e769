// Sorting rows by a time, and telling a lead from noise.
#include "src/report/standing.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "src/metrics/statistics.hpp"

namespace overlap {

std::vector<std::size_t> advisable_rows(const Results& results) {
  const Judged by = judged_by(results.workload);
  const auto seconds_at = [&](std::size_t index) { return seconds_of(*results.rows[index].metrics, by); };
  std::vector<std::size_t> computing;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < results.rows.size(); ++i) {
    const Row& row = results.rows[i];
    if (row.status != Status::ok || !row.metrics || row.verified == false) continue;
    if (!std::isfinite(seconds_at(i)) || seconds_at(i) <= 0.0) continue;
    (row.engine == "null" ? others : computing).push_back(i);
  }
  std::vector<std::size_t> candidates = computing.empty() ? others : computing;
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](std::size_t a, std::size_t b) { return seconds_at(a) < seconds_at(b); });
  return candidates;
}

bool falls_behind(const Row& row, const Workload& workload) noexcept {
  if (!workload.has_rate()) return false;
  // Of too few requests to tell, the calibration has to do.
  constexpr double clearly_below = 0.9;
  const Metrics& metrics = *row.metrics;
  if (metrics.keeps_up) return !*metrics.keeps_up;
  return metrics.capacity_requests_per_s.value_or(workload.rate) < clearly_below * workload.rate;
}

bool may_take_more(const Row& row, const Workload& workload) noexcept {
  constexpr double about_the_rate = 1.1;  // requests at random moments come in somewhat faster or slower
  const Metrics& metrics = *row.metrics;
  if (!metrics.keeps_up.value_or(false) || !metrics.capacity_requests_per_s) return false;
  const double calibrated = metrics.capacity_steps_per_s / static_cast<double>(workload.iterations);
  const double requests_per_s = *metrics.capacity_requests_per_s;
  return calibrated > 0.0 && requests_per_s > calibrated && requests_per_s < about_the_rate * workload.rate &&
         workload.rate < about_the_rate * requests_per_s;
}

double seconds_of(const Row& row, Judged by) {
  return seconds_of(*row.repeats[*median_repeat(row.repeats, by)].metrics, by);
}

std::vector<double> paired_ratios(const Row& first, const Row& second, Judged by) {
  std::vector<double> ratios = samples_of(first, by);
  const std::vector<double> others = samples_of(second, by);
  const bool are_all = ratios.size() == first.repeats.size() && others.size() == second.repeats.size();
  if (!are_all || ratios.size() != others.size()) return {};
  std::transform(ratios.begin(), ratios.end(), others.begin(), ratios.begin(), std::divides<>());
  return ratios;
}

namespace {

Lead lead_by_pairs(const std::vector<double>& ratios) {
  Interval interval = range_of(ratios);
  double clear_from = equal_within;
  if (const auto of_median = median_interval(ratios)) {
    interval = *of_median;
    clear_from = 1.0;
  }
  if (interval.high < 1.0 / clear_from) return Lead::first;
  return interval.low > clear_from ? Lead::second : Lead::undecided;
}

}  // namespace

Lead lead_between(const Row& first, const Row& second, Judged by) {
  const double first_s = seconds_of(first, by);
  const double second_s = seconds_of(second, by);
  if (std::max(first_s, second_s) <= equal_within * std::min(first_s, second_s)) return Lead::undecided;
  if (by == Judged::latency) {
    if (const auto ratios = paired_ratios(first, second, by); !ratios.empty()) return lead_by_pairs(ratios);
  }
  const std::vector<double> first_samples = samples_of(first, by);
  const std::vector<double> second_samples = samples_of(second, by);
  const bool few = std::min(first_samples.size(), second_samples.size()) < least_for_interval;
  if (few && by != Judged::latency && std::max(first_s, second_s) < too_short_s) return Lead::undecided;
  return lead_of(first_samples, second_samples);
}

std::optional<Standing> standing_of(const Results& results, Judged by) {
  std::vector<const Row*> rows;
  for (const std::size_t index : advisable_rows(results)) rows.push_back(&results.rows[index]);
  if (rows.empty()) return std::nullopt;
  const auto is_behind = [&](const Row* row) { return falls_behind(*row, results.workload); };
  std::stable_sort(rows.begin(), rows.end(), [&](const Row* a, const Row* b) {
    return std::pair(is_behind(a), seconds_of(*a, by)) < std::pair(is_behind(b), seconds_of(*b, by));
  });
  Standing standing;
  standing.winner = rows.front();
  standing.keeps_up = !is_behind(rows.front());
  if (rows.size() == 1) return standing;
  standing.next = rows[1];
  standing.ratio = seconds_of(*rows[1], by) / seconds_of(*rows[0], by);
  const bool next_is_behind = standing.keeps_up && is_behind(rows[1]);
  standing.clear = next_is_behind || lead_between(*rows[0], *rows[1], by) == Lead::first;
  return standing;
}

}  // namespace overlap
