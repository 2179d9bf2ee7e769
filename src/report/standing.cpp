// Sorting rows by a time, and telling a lead from noise.
#include "src/report/standing.hpp"

#include <algorithm>

#include "src/report/advice.hpp"
#include "src/statistics.hpp"

namespace overlap {

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
