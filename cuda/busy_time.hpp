// How long something was busy: the length of the union of intervals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace overlap {

struct BusyInterval {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;

  bool operator==(const BusyInterval&) const = default;
};

/// Puts the intervals in order, makes one of those that overlap or touch, and returns how many are left, from the first
/// place on. Empty ones vanish.
std::size_t merge_intervals(std::span<BusyInterval> intervals);

/// Adds up the union of intervals that come in about their order, in memory that is reserved at the beginning. Exact
/// while no interval begins before the last `capacity` / 2 disjoint ones before it; of one that does, only the later
/// part counts.
class BusyTime {
 public:
  explicit BusyTime(std::size_t capacity) { intervals_.reserve(capacity); }

  void add(BusyInterval interval);
  std::int64_t total_ns();

 private:
  void make_room();

  std::vector<BusyInterval> intervals_;
  std::int64_t settled_ns_ = 0;
  std::int64_t settled_until_ns_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace overlap
