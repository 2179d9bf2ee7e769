// The range of an axis that a search may look at, and which values lie between two.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace overlap {

/// From `low` up to `high`, not below it.
struct SearchRange {
  std::uint64_t low = 1;
  std::uint64_t high = 1;
  /// A value strictly between two, about their geometric mean; none where they are close enough to each other.
  std::function<std::optional<std::uint64_t>(std::uint64_t, std::uint64_t)> between;
};

/// SearchRange::between for counts: the geometric mean, rounded, until two values are within 5 % or neighbours.
std::optional<std::uint64_t> between_counts(std::uint64_t low, std::uint64_t high);

/// The same for sizes of a transform, among the numbers of no other prime factors than 2, 3 and 5: between others,
/// transforms take now twice and now ten times as long, and no curve has one crossing.
std::optional<std::uint64_t> between_sizes(std::uint64_t low, std::uint64_t high);

/// The same among the values of a list, ascending: the middle one.
std::optional<std::uint64_t> between_listed(const std::vector<std::uint64_t>& values, std::uint64_t low,
                                            std::uint64_t high);

}  // namespace overlap
