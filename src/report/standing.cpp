// Sorting rows by a time, and telling a lead from noise.
#include "src/report/standing.hpp"

#include <algorithm>
#include <cmath>

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

Lead lead_between(const Row& first, const Row& second, Judged by) {
  const double first_s = seconds_of(first, by);
  const double second_s = seconds_of(second, by);
  if (std::max(first_s, second_s) <= equal_within * std::min(first_s, second_s)) return Lead::undecided;
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
  std::stable_sort(rows.begin(), rows.end(),
                   [by](const Row* a, const Row* b) { return seconds_of(*a, by) < seconds_of(*b, by); });
  Standing standing;
  standing.winner = rows.front();
  if (rows.size() == 1) return standing;
  standing.next = rows[1];
  standing.ratio = seconds_of(*rows[1], by) / seconds_of(*rows[0], by);
  standing.clear = lead_between(*rows[0], *rows[1], by) == Lead::first;
  return standing;
}

}  // namespace overlap
