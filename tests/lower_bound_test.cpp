// The least makespan of any schedule, and the highest rate, of requests made by hand.
#include "src/lower_bound.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace overlap {
namespace {

/// Steps of 0.5 s, two a request, without an end of lanes.
ScheduleLimits plenty() {
  ScheduleLimits limits;
  limits.iterations = 2.0;
  limits.step_s = 0.5;
  limits.capacity_steps_per_s = 1000.0;
  limits.requests_in_progress = 1000.0;
  return limits;
}

void expect_bound(const std::vector<RequestTimes>& requests, const ScheduleLimits& limits, double seconds, Bound why) {
  const LowerBound bound = lower_bound_of(requests, limits);
  EXPECT_DOUBLE_EQ(bound.seconds, seconds);
  EXPECT_EQ(bound.bound, why) << name_of(bound.bound);
}

TEST(LowerBoundOfArrivals, IsTheLatestRequestsWhereLanesAreFree) {
  expect_bound({{0.0, 1.0, 3.0}, {2.0, 1.0, 3.0}}, plenty(), 6.0, Bound::waiting);
  // A long request that came early ends after a short one that came late.
  expect_bound({{0.0, 1.0, 9.0}, {2.0, 1.0, 3.0}}, plenty(), 10.0, Bound::waiting);
}

TEST(LowerBoundOfArrivals, ComesFromTheArrivalsWhereMostOfItIsWaitedForThem) {
  expect_bound({{0.0, 1.0, 3.0}, {4.5, 1.0, 3.0}}, plenty(), 8.5, Bound::arrivals);
}

TEST(LowerBoundOfArrivals, LetsNothingComputeBeforeItIsDue) {
  ScheduleLimits limits = plenty();
  limits.capacity_steps_per_s = 1.0;
  // Two steps a request, a second each, one at a time. All four from 0.25 s on; the last two from 2.25 s on.
  expect_bound({{0.0, 0.25, 0.25}, {2.0, 0.25, 0.25}}, limits, 4.25, Bound::compute);
  expect_bound({{0.0, 0.25, 0.25}, {3.0, 0.25, 0.25}}, limits, 5.25, Bound::arrivals);
}

TEST(LowerBoundOfArrivals, TakesRequestsOneAfterTheOtherWhereOneMayBeInProgress) {
  ScheduleLimits limits = plenty();
  limits.requests_in_progress = 1.0;
  // Four seconds each: both from 0 on, or the second from its arrival on.
  expect_bound({{0.0, 1.0, 3.0}, {2.0, 1.0, 3.0}}, limits, 8.0, Bound::waiting);
  expect_bound({{0.0, 1.0, 3.0}, {7.0, 1.0, 3.0}}, limits, 11.0, Bound::arrivals);
  // The last two, one after the other.
  expect_bound({{0.0, 1.0, 3.0}, {7.0, 1.0, 3.0}, {7.0, 1.0, 3.0}}, limits, 15.0, Bound::waiting);
}

TEST(LowerBoundOfArrivals, DoesNotDependOnTheOrderInWhichRequestsAreListed) {
  ScheduleLimits limits = plenty();
  limits.requests_in_progress = 1.0;
  // Listed the other way round, the bound may be lower, but never above what a schedule reaches.
  const LowerBound bound = lower_bound_of(std::vector<RequestTimes>{{2.0, 1.0, 3.0}, {0.0, 1.0, 3.0}}, limits);
  EXPECT_DOUBLE_EQ(bound.seconds, 8.0);
}

TEST(LowerBoundOfArrivals, LeavesComputeOutWhereNothingComputes) {
  ScheduleLimits limits;
  limits.iterations = 2.0;
  limits.requests_in_progress = 2.0;
  expect_bound({{0.0, 1.0, 3.0}, {1.0, 1.0, 3.0}}, limits, 4.0, Bound::waiting);
  EXPECT_DOUBLE_EQ(lower_bound_of({}, limits).seconds, 0.0);
}

TEST(HighestRate, IsWhatCanBeComputed) {
  ScheduleLimits limits = plenty();
  limits.capacity_steps_per_s = 8.0;
  const std::vector<RequestTimes> requests = {{0.0, 1.0, 3.0}, {0.0, 1.0, 5.0}};
  EXPECT_DOUBLE_EQ(*capacity_requests_per_s(requests, limits), 4.0);
}

TEST(HighestRate, IsWhatCanBeInProgressWhereThatIsLess) {
  ScheduleLimits limits = plenty();
  limits.requests_in_progress = 1.0;
  // 4 and 6 s each: one in 5 s on the mean.
  const std::vector<RequestTimes> requests = {{0.0, 1.0, 3.0}, {0.0, 1.0, 5.0}};
  EXPECT_DOUBLE_EQ(*capacity_requests_per_s(requests, limits), 0.2);
  limits.capacity_steps_per_s = 0.2;
  EXPECT_DOUBLE_EQ(*capacity_requests_per_s(requests, limits), 0.1);
}

TEST(HighestRate, IsNoneWhereNothingBoundsIt) {
  ScheduleLimits limits;
  limits.iterations = 2.0;
  limits.requests_in_progress = 2.0;
  const std::vector<RequestTimes> requests = {{0.0, 1.0, 3.0}, {0.0, 1.0, 5.0}};
  EXPECT_FALSE(capacity_requests_per_s(requests, limits));
  limits.requests_in_progress = 1.0;
  EXPECT_FALSE(capacity_requests_per_s(std::vector<RequestTimes>(3), limits)) << "requests that take no time";
}

}  // namespace
}  // namespace overlap
