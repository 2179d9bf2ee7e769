// Results: intervals, the median repeat, and names of statuses.
#include "src/results.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::add_repeat;
using samples::finished_row;
using samples::with_intervals;

TEST(Results, IntervalsNeedRepeatsEnoughOfBothRows) {
  Results results = with_intervals();
  const Row& row = results.rows[1];
  EXPECT_EQ(row.makespan_interval_s, (Interval{0.99 * 7.57, 1.02 * 7.57}));
  EXPECT_LT(row.speedup_interval->low, *row.speedup);
  EXPECT_GT(row.speedup_interval->high, *row.speedup);
  EXPECT_EQ(results.rows[0].speedup_interval, (Interval{1.0, 1.0}));
  results.rows[0].repeats.pop_back();
  add_intervals(results);
  EXPECT_FALSE(results.rows[0].makespan_interval_s);
  EXPECT_FALSE(results.rows[0].speedup_interval);
  EXPECT_TRUE(results.rows[1].makespan_interval_s);
  EXPECT_FALSE(results.rows[1].speedup_interval);
}

TEST(Results, TheMedianIsTheLowerOfTwoMiddleRepeats) {
  Row row = finished_row("threads", "fftw", 4.0);
  EXPECT_EQ(median_repeat(row.repeats, Judged::makespan), 0U);
  add_repeat(row, 1.0);
  EXPECT_EQ(median_repeat(row.repeats, Judged::makespan), 1U);
  add_repeat(row, 3.0);
  EXPECT_EQ(median_repeat(row.repeats, Judged::makespan), 2U);
  add_repeat(row, 2.0);
  EXPECT_EQ(median_repeat(row.repeats, Judged::makespan), 3U);
}

TEST(Results, TheMedianIsOfRepeatsThatAreOk) {
  Row row = finished_row("threads", "fftw", 4.0);
  add_repeat(row, 9.0);
  row.repeats[0].status = Status::failed;
  row.repeats.push_back({Status::interrupted, "", 3, std::nullopt, std::nullopt});
  EXPECT_EQ(median_repeat(row.repeats, Judged::makespan), 1U);
  row.repeats[1].status = Status::interrupted;
  EXPECT_EQ(median_repeat(row.repeats, Judged::makespan), std::nullopt);
  EXPECT_EQ(median_repeat({}, Judged::makespan), std::nullopt);
}

TEST(Results, StatusesHaveNames) {
  EXPECT_EQ(name_of(Status::ok), "ok");
  EXPECT_EQ(name_of(Status::failed), "failed");
  EXPECT_EQ(name_of(Status::unavailable), "unavailable");
  EXPECT_EQ(name_of(Status::interrupted), "interrupted");
}

}  // namespace
}  // namespace overlap
