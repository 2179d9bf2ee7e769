// When to stop.
#include "src/comparison/rounds.hpp"

#include "src/metrics/statistics.hpp"

namespace overlap {

bool is_settled(std::span<const double> samples_s) {
  const auto interval = median_interval(samples_s);
  if (!interval) return false;
  const double middle = median(samples_s);
  return interval->low >= (1.0 - settled_within) * middle && interval->high <= (1.0 + settled_within) * middle;
}

std::vector<std::size_t> next_round(const RoundsWanted& wanted, const std::vector<RowSoFar>& rows, double elapsed_s,
                                    Rounds& rounds) {
  rounds.automatic = wanted.automatic;
  rounds.max_time_s = wanted.automatic ? wanted.max_time_s : 0.0;
  std::vector<std::size_t> next;
  double expected_s = 0.0;
  for (std::size_t index = 0; index < rows.size(); ++index) {
    const RowSoFar& row = rows[index];
    if (!row.runs || (wanted.automatic && is_settled(row.samples_s))) continue;
    next.push_back(index);
    if (!row.samples_s.empty()) expected_s += row.seconds / static_cast<double>(row.samples_s.size());
  }
  const bool enough = !wanted.automatic && rounds.made >= wanted.count;
  const bool too_late = wanted.automatic && rounds.made > 0 && elapsed_s + expected_s > wanted.max_time_s;
  if (next.empty() || enough || too_late) {
    rounds.ended_by = !wanted.automatic ? Rounds::End::count
                      : next.empty()    ? Rounds::End::settled
                                        : Rounds::End::max_time;
    return {};
  }
  ++rounds.made;
  return next;
}

}  // namespace overlap
