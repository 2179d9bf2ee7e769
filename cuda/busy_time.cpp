// Merging intervals.
#include "cuda/busy_time.hpp"

#include <algorithm>

namespace overlap {
namespace {

std::int64_t length_of(std::span<const BusyInterval> intervals) {
  std::int64_t length_ns = 0;
  for (const BusyInterval& interval : intervals) length_ns += interval.end_ns - interval.begin_ns;
  return length_ns;
}

}  // namespace

std::size_t merge_intervals(std::span<BusyInterval> intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const BusyInterval& a, const BusyInterval& b) { return a.begin_ns < b.begin_ns; });
  std::size_t count = 0;
  for (const BusyInterval interval : intervals) {
    if (interval.end_ns <= interval.begin_ns) continue;
    if (count > 0 && interval.begin_ns <= intervals[count - 1].end_ns) {
      intervals[count - 1].end_ns = std::max(intervals[count - 1].end_ns, interval.end_ns);
    } else {
      intervals[count++] = interval;
    }
  }
  return count;
}

void BusyTime::add(BusyInterval interval) {
  interval.begin_ns = std::max(interval.begin_ns, settled_until_ns_);
  if (interval.end_ns <= interval.begin_ns) return;
  if (intervals_.size() == intervals_.capacity()) make_room();
  intervals_.push_back(interval);
}

std::int64_t BusyTime::total_ns() {
  intervals_.resize(merge_intervals(intervals_));
  return settled_ns_ + length_of(intervals_);
}

void BusyTime::make_room() {
  intervals_.resize(merge_intervals(intervals_));
  const std::size_t kept = intervals_.capacity() / 2;
  if (intervals_.size() <= kept) return;
  const std::size_t settled = intervals_.size() - kept;
  settled_ns_ += length_of(std::span(intervals_).first(settled));
  settled_until_ns_ = intervals_[settled - 1].end_ns;
  intervals_.erase(intervals_.begin(), intervals_.begin() + static_cast<std::ptrdiff_t>(settled));
}

}  // namespace overlap
