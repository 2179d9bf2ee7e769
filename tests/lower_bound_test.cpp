// The least makespan of any schedule, and the highest rate, of requests made by hand.
#include "src/metrics/lower_bound.hpp"

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
  limits.lanes = 1000.0;
  limits.requests_in_progress = 1000.0;
  return limits;
}

/// An arrival and the waits of a request's two steps.
struct Coming {
  double arrival_s;
  double first_wait_s;
  double second_wait_s;
};

void expect_bound(const std::vector<Coming>& coming, const ScheduleLimits& limits, double seconds, Bound why) {
  std::vector<RequestTimes> requests;
  std::vector<StepDue> dues;
  for (const Coming& each : coming) {
    requests.push_back({each.arrival_s, each.first_wait_s + each.second_wait_s});
    const double first_due_s = each.arrival_s + each.first_wait_s;
    dues.push_back({first_due_s, each.arrival_s});
    dues.push_back({first_due_s + limits.step_s + each.second_wait_s, each.arrival_s});
  }
  if (limits.capacity_steps_per_s == 0.0) dues.clear();
  const LowerBound bound = lower_bound_of(requests, dues, limits);
  EXPECT_DOUBLE_EQ(bound.seconds, seconds);
  EXPECT_EQ(bound.bound, why) << name_of(bound.bound);
}

TEST(LowerBoundOfArrivals, IsTheLatestRequestsWhereLanesAreFree) {
  expect_bound({{0.0, 1.0, 2.0}, {2.0, 1.0, 2.0}}, plenty(), 6.0, Bound::waiting);
  // A long request that came early ends after a short one that came late.
  expect_bound({{0.0, 1.0, 8.0}, {2.0, 1.0, 2.0}}, plenty(), 10.0, Bound::waiting);
}

TEST(LowerBoundOfArrivals, ComesFromTheArrivalsWhereMostOfItIsWaitedForThem) {
  expect_bound({{0.0, 1.0, 2.0}, {4.5, 1.0, 2.0}}, plenty(), 8.5, Bound::arrivals);
}

TEST(LowerBoundOfArrivals, LetsNothingComputeBeforeItIsDue) {
  ScheduleLimits limits = plenty();
  limits.capacity_steps_per_s = 1.0;
  // Two steps a request, a second each, one at a time. All four from 0.25 s on; the last two from 2.25 s on.
  expect_bound({{0.0, 0.25, 0.0}, {2.0, 0.25, 0.0}}, limits, 4.25, Bound::compute);
  expect_bound({{0.0, 0.25, 0.0}, {3.0, 0.25, 0.0}}, limits, 5.25, Bound::arrivals);
}

TEST(LowerBound, LetsStepsThatAreDueLateComputeAfterwards) {
  ScheduleLimits limits = plenty();
  limits.capacity_steps_per_s = 2.0;
  // Of four steps two are due at 3 and 3.5 s, half a second each.
  expect_bound({{0.0, 0.0, 2.5}, {0.0, 0.0, 3.0}}, limits, 4.0, Bound::waiting);
  limits.capacity_steps_per_s = 0.25;
  expect_bound({{0.0, 0.0, 2.5}, {0.0, 0.0, 3.0}}, limits, 16.0, Bound::compute);
  // In whatever order the requests are listed.
  expect_bound({{0.0, 9.0, 0.0}, {0.0, 1.0, 0.0}}, limits, 17.0, Bound::compute);
  expect_bound({{0.0, 1.0, 0.0}, {0.0, 9.0, 0.0}}, limits, 17.0, Bound::compute);
}

TEST(LowerBound, IsWaitingWhereLittleIsComputedAfterALongWait) {
  ScheduleLimits limits = plenty();
  limits.capacity_steps_per_s = 2.0;
  limits.step_s = 0.1;
  // Three times two steps, half a second each.
  expect_bound({{0.0, 4.0, 0.0}, {0.0, 4.0, 0.0}, {0.0, 4.0, 0.0}}, limits, 7.0, Bound::waiting);
  expect_bound({{0.0, 2.0, 0.0}, {0.0, 2.0, 0.0}, {0.0, 2.0, 0.0}}, limits, 5.0, Bound::compute);
}

TEST(LowerBound, HasWholeStepsOnWholeLanes) {
  ScheduleLimits limits = plenty();
  limits.lanes = 4.0;
  limits.capacity_steps_per_s = 8.0;
  // Six steps on four lanes take two turns of half a second, as a request's two steps do.
  expect_bound({3, {0.0, 0.0, 0.0}}, limits, 1.0, Bound::compute);
  // Ten of them three.
  expect_bound({5, {0.0, 0.0, 0.0}}, limits, 1.5, Bound::compute);
}

TEST(LowerBound, HasWholeRequestsOneAfterTheOther) {
  ScheduleLimits limits = plenty();
  limits.requests_in_progress = 2.0;
  // Three of two seconds: one of two workers has two of them.
  expect_bound({3, {0.0, 1.0, 0.0}}, limits, 4.0, Bound::waiting);
  // Of five, one has three: at the least the shortest three.
  expect_bound({{0.0, 1.0, 0.0}, {0.0, 2.0, 0.0}, {0.0, 3.0, 0.0}, {0.0, 4.0, 0.0}, {0.0, 5.0, 0.0}}, limits, 10.0,
               Bound::waiting);
  expect_bound({{0.0, 9.0, 0.0}, {0.0, 9.0, 0.0}, {0.0, 5.0, 0.0}}, limits, 16.0, Bound::waiting);
  // Of five equal ones too, though half of all their time is less.
  expect_bound({5, {0.0, 1.0, 0.0}}, limits, 6.0, Bound::waiting);
}

TEST(LowerBound, IsComputeWhereRequestsThatFollowOneAnotherMostlyCompute) {
  ScheduleLimits limits = plenty();
  limits.requests_in_progress = 1.0;
  expect_bound({2, {0.0, 0.25, 0.0}}, limits, 2.5, Bound::compute);
  limits.requests_in_progress = 2.0;
  expect_bound({3, {0.0, 0.25, 0.0}}, limits, 2.5, Bound::compute);
}

TEST(LowerBound, TakesStepsOfUnequalLengthAsTheyAreOnAverageWhereOneFollowsTheOther) {
  ScheduleLimits limits = plenty();
  limits.lanes = 1.0;
  limits.mean_step_s = 0.75;
  expect_bound({{0.0, 1.0, 2.0}, {0.0, 1.0, 2.0}}, limits, 4.0, Bound::waiting);
  limits.requests_in_progress = 1.0;
  expect_bound({{0.0, 1.0, 2.0}, {0.0, 1.0, 2.0}}, limits, 9.0, Bound::waiting);
}

TEST(LowerBoundOfArrivals, TakesRequestsOneAfterTheOtherWhereOneMayBeInProgress) {
  ScheduleLimits limits = plenty();
  limits.requests_in_progress = 1.0;
  // Four seconds each: both from 0 on, or the second from its arrival on.
  expect_bound({{0.0, 1.0, 2.0}, {2.0, 1.0, 2.0}}, limits, 8.0, Bound::waiting);
  expect_bound({{0.0, 1.0, 2.0}, {7.0, 1.0, 2.0}}, limits, 11.0, Bound::arrivals);
  // The last two, one after the other.
  expect_bound({{0.0, 1.0, 2.0}, {7.0, 1.0, 2.0}, {7.0, 1.0, 2.0}}, limits, 15.0, Bound::waiting);
}

TEST(LowerBoundOfArrivals, DoesNotDependOnTheOrderInWhichRequestsAreListed) {
  ScheduleLimits limits = plenty();
  limits.requests_in_progress = 1.0;
  // Listed the other way round, the bound may be lower, but never above what a schedule reaches.
  expect_bound({{2.0, 1.0, 2.0}, {0.0, 1.0, 2.0}}, limits, 8.0, Bound::waiting);
}

TEST(LowerBoundOfArrivals, LeavesComputeOutWhereNothingComputes) {
  ScheduleLimits limits;
  limits.iterations = 2.0;
  limits.requests_in_progress = 2.0;
  expect_bound({{0.0, 1.0, 2.0}, {1.0, 1.0, 2.0}}, limits, 4.0, Bound::waiting);
  EXPECT_DOUBLE_EQ(lower_bound_of({}, {}, limits).seconds, 0.0);
}

TEST(HighestRate, IsWhatCanBeComputed) {
  ScheduleLimits limits = plenty();
  limits.capacity_steps_per_s = 8.0;
  EXPECT_DOUBLE_EQ(*capacity_requests_per_s(limits, 2, 5.0), 4.0);
}

TEST(HighestRate, IsWhatCanBeInProgressWhereThatIsLess) {
  ScheduleLimits limits = plenty();
  limits.requests_in_progress = 1.0;
  EXPECT_DOUBLE_EQ(*capacity_requests_per_s(limits, 2, 5.0), 0.2);
  EXPECT_DOUBLE_EQ(*capacity_requests_per_s(limits, 1, 5.0), 500.0) << "all of them";
  limits.capacity_steps_per_s = 0.2;
  EXPECT_DOUBLE_EQ(*capacity_requests_per_s(limits, 2, 5.0), 0.1);
}

TEST(HighestRate, IsNoneWhereNothingBoundsIt) {
  ScheduleLimits limits;
  limits.iterations = 2.0;
  limits.requests_in_progress = 2.0;
  EXPECT_FALSE(capacity_requests_per_s(limits, 2, 5.0));
  limits.requests_in_progress = 1.0;
  EXPECT_FALSE(capacity_requests_per_s(limits, 3, 0.0)) << "requests that take no time";
}

}  // namespace
}  // namespace overlap
