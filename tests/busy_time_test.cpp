// The union of intervals, by hand, and against a count of moments.
#include "cuda/busy_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace overlap {
namespace {

std::vector<BusyInterval> merged(std::vector<BusyInterval> intervals) {
  intervals.resize(merge_intervals(intervals));
  return intervals;
}

using Intervals = std::vector<BusyInterval>;

TEST(MergeIntervals, OfNoneIsNone) { EXPECT_TRUE(merged({}).empty()); }

TEST(MergeIntervals, KeepsThoseApartInTheirOrder) {
  EXPECT_EQ(merged({{30, 40}, {0, 10}, {15, 20}}), (Intervals{{0, 10}, {15, 20}, {30, 40}}));
}

TEST(MergeIntervals, MakesOneOfThoseThatOverlapOrTouch) {
  EXPECT_EQ(merged({{0, 10}, {5, 15}, {15, 20}}), (Intervals{{0, 20}}));
}

TEST(MergeIntervals, TakesOneWithinAnother) {
  EXPECT_EQ(merged({{0, 100}, {10, 20}, {30, 40}}), (Intervals{{0, 100}}));
}

TEST(MergeIntervals, DropsEmptyAndReversedOnes) { EXPECT_EQ(merged({{5, 5}, {20, 10}, {1, 2}}), (Intervals{{1, 2}})); }

TEST(MergeIntervals, OfTheSameIsOne) { EXPECT_EQ(merged({{3, 7}, {3, 7}, {3, 7}}), (Intervals{{3, 7}})); }

TEST(BusyTime, IsTheUnionsLength) {
  BusyTime busy(8);
  EXPECT_EQ(busy.total_ns(), 0);
  busy.add({0, 10});
  busy.add({5, 15});
  busy.add({100, 101});
  EXPECT_EQ(busy.total_ns(), 16);
  busy.add({14, 20});
  EXPECT_EQ(busy.total_ns(), 21);
}

/// Steps of some streams, ending out of order: as many moments as are covered, whatever the room is.
TEST(BusyTime, CountsEveryMomentOnceInLittleRoom) {
  for (const std::size_t capacity : {16U, 64U, 4096U}) {
    std::mt19937 random(7);
    BusyTime busy(capacity);
    std::vector<bool> covered(20'000);
    for (std::int64_t n = 0; n < 1000; ++n) {
      const std::int64_t begin = 15 * n + static_cast<std::int64_t>(random() % 40);
      const std::int64_t end = begin + static_cast<std::int64_t>(random() % 30);
      busy.add({begin, end});
      for (std::int64_t moment = begin; moment < end; ++moment) covered[static_cast<std::size_t>(moment)] = true;
    }
    EXPECT_EQ(busy.total_ns(), std::count(covered.begin(), covered.end(), true)) << capacity;
  }
}

TEST(BusyTime, NeverCountsAMomentTwiceThoughAnIntervalComesFarTooLate) {
  BusyTime busy(4);
  for (std::int64_t n = 0; n < 100; ++n) busy.add({10 * n, 10 * n + 5});
  busy.add({0, 1000});
  EXPECT_LE(busy.total_ns(), 1000);
  EXPECT_GE(busy.total_ns(), 500);
}

}  // namespace
}  // namespace overlap
