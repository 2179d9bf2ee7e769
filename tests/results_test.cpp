// Results: intervals, the median repeat, and names of statuses.
#include "src/comparison/results.hpp"

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

TEST(Results, ARowHasARangeWhereItIsOkAndHasMoreThanOneRepeat) {
  Row row = finished_row("threads", "fftw", 4.0);
  EXPECT_FALSE(range_of(row, Judged::makespan));
  add_repeat(row, 9.0);
  EXPECT_EQ(range_of(row, Judged::makespan), (Interval{4.0, 9.0}));
  row.status = Status::failed;
  EXPECT_FALSE(range_of(row, Judged::makespan));
}

TEST(Results, ARowShowsTheRepeatThatFailedElseTheMedianElseTheLast) {
  Row row = finished_row("threads", "fftw", 4.0);
  add_repeat(row, 9.0);
  EXPECT_EQ(shown_repeat(row.repeats, Judged::makespan), 0U);
  row.repeats[1].status = Status::failed;
  EXPECT_EQ(shown_repeat(row.repeats, Judged::makespan), 1U);
  row.repeats[0].status = Status::interrupted;
  row.repeats[1].status = Status::interrupted;
  EXPECT_EQ(shown_repeat(row.repeats, Judged::makespan), 1U);
}

TEST(Results, StatusesHaveNames) {
  EXPECT_EQ(name_of(Status::ok), "ok");
  EXPECT_EQ(name_of(Status::failed), "failed");
  EXPECT_EQ(name_of(Status::unavailable), "unavailable");
  EXPECT_EQ(name_of(Status::interrupted), "interrupted");
}

TEST(Results, AreJudgedByLatencyWhereRequestsComeInOverTime) {
  Workload workload;
  EXPECT_EQ(judged_by(workload), Judged::makespan);
  workload.arrivals = Arrivals::even;
  workload.rate = 2.0;
  EXPECT_EQ(judged_by(workload), Judged::latency);
  Metrics metrics;
  metrics.makespan_s = 1.0;
  metrics.total_s = 2.0;
  metrics.latency_s = {3.0, 4.0, 5.0, 6.0};
  EXPECT_EQ(seconds_of(metrics, Judged::makespan), 1.0);
  EXPECT_EQ(seconds_of(metrics, Judged::total), 2.0);
  EXPECT_EQ(seconds_of(metrics, Judged::latency), 5.0);
}

TEST(Results, TheMedianIsByWhatRowsAreJudgedBy) {
  Row row = samples::row_of_latency("threads", "fftw", 3.0, 99.0);
  samples::add_repeat_of_latency(row, 1.0);
  samples::add_repeat_of_latency(row, 2.0);
  row.repeats[0].metrics->makespan_s = 11.0;
  row.repeats[1].metrics->makespan_s = 10.5;
  EXPECT_EQ(median_repeat(row.repeats, Judged::makespan), 1U);
  EXPECT_EQ(median_repeat(row.repeats, Judged::latency), 2U);
}

TEST(Results, LatenciesHaveAnIntervalOfTheirOwn) {
  Row row = samples::row_of_latency("threads", "fftw", 1.0, 99.0);
  for (const double latency_s : {1.1, 1.2, 1.3}) samples::add_repeat_of_latency(row, latency_s);
  Results results = samples::results_at_rate(5.0, {row});
  add_intervals(results);
  EXPECT_FALSE(results.rows[0].latency_interval_s);
  samples::add_repeat_of_latency(results.rows[0], 1.4);
  add_intervals(results);
  EXPECT_EQ(results.rows[0].latency_interval_s, (Interval{1.0, 1.4}));
}

}  // namespace
}  // namespace overlap
