// Calibration: rates taken from schedules that are known, written by a driver that computes nothing.
#include "src/run/calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "cpu/engines/engines.hpp"
#include "src/base/clock.hpp"

namespace overlap {
namespace {

constexpr std::int64_t step_ns = 1'000'000;

/// Records what an engine of so many lanes makes of steps that queue, first in, first out, each of 1 ms, or of so many
/// ns, by turns of its request's iterations, after which its lane is handed over to the next one.
class ScheduledDriver final : public Driver {
 public:
  explicit ScheduledDriver(unsigned lanes, std::int64_t busy_ns = step_ns, std::int64_t hand_over_ns = 0)
      : ScheduledDriver(lanes, std::vector{busy_ns}, hand_over_ns) {}
  ScheduledDriver(unsigned lanes, std::vector<std::int64_t> busy_ns, std::int64_t hand_over_ns = 0)
      : lanes_(lanes), busy_ns_(std::move(busy_ns)), hand_over_ns_(hand_over_ns) {}

  void run(RunContext& context) override {
    std::vector<std::int64_t> free_ns(lanes_, context.recording.header().t0_ns);
    for (std::uint64_t iteration = 0; iteration < context.workload.iterations; ++iteration) {
      for (std::uint64_t request = 0; request < context.workload.requests; ++request) {
        const auto lane = std::min_element(free_ns.begin(), free_ns.end());
        StepRecord& step = context.recording.step(request, iteration);
        step.begin_ns = *lane;
        step.end_ns = *lane + busy_ns_[iteration % busy_ns_.size()];
        *lane = step.end_ns + hand_over_ns_;
      }
    }
    iterations_.push_back(context.workload.iterations);
    rounds_.push_back(to_seconds(*std::max_element(free_ns.begin(), free_ns.end()) - context.recording.header().t0_ns));
  }

  /// Of each run so far, by its own schedule.
  const std::vector<double>& rounds_s() const noexcept { return rounds_; }
  const std::vector<std::uint64_t>& iterations() const noexcept { return iterations_; }

 private:
  unsigned lanes_;
  std::vector<std::int64_t> busy_ns_;
  std::int64_t hand_over_ns_;
  std::vector<double> rounds_;
  std::vector<std::uint64_t> iterations_;
};

StepRate calibrate(ScheduledDriver& driver, const Calibration::Effort& effort) {
  const Workload workload;
  const auto engine = null_engine().make();
  return Calibration(workload, driver, *engine, [] {}).measure(effort);
}

/// The same of a compute of the user's own, whose requests have so many steps; a quarter of a second for each part.
StepRate calibrate_own(ScheduledDriver& driver, std::uint64_t iterations, unsigned lanes) {
  Workload workload;
  workload.compute = "own.so";
  workload.iterations = iterations;
  const auto engine = null_engine().make();
  const Calibration::Effort effort{.seconds = 0.25, .first_step_s = 1e-7, .lanes = lanes, .requests = lanes};
  return Calibration(workload, driver, *engine, [] {}).measure(effort);
}

StepRate measured(unsigned lanes, std::uint64_t requests) {
  ScheduledDriver driver(lanes);
  return calibrate(driver, {.seconds = 0.006, .first_step_s = 0.001, .lanes = lanes, .requests = requests});
}

/// The seconds of each run in a calibration of a second, where 32 lanes are expected of an engine that has fewer.
std::vector<double> rounds_with_lanes(unsigned true_lanes) {
  ScheduledDriver driver(true_lanes);
  calibrate(driver, {.seconds = 1.0, .first_step_s = 0.001, .lanes = 32, .requests = 64});
  return driver.rounds_s();
}

/// The same of one lane, after a first step of so many seconds; a step takes 1 ms.
std::vector<double> rounds_after(double first_step_s) {
  ScheduledDriver driver(1);
  calibrate(driver, {.seconds = 1.0, .first_step_s = first_step_s, .lanes = 1, .requests = 1});
  return driver.rounds_s();
}

double sum(const std::vector<double>& rounds) { return std::accumulate(rounds.begin(), rounds.end(), 0.0); }

TEST(Calibration, TakesTheTimeOfAStepAlone) { EXPECT_DOUBLE_EQ(measured(1, 1).step_s, 0.001); }

TEST(Calibration, TakesTheRateOfAllLanes) {
  EXPECT_DOUBLE_EQ(measured(1, 1).steps_per_s, 1000.0);
  EXPECT_DOUBLE_EQ(measured(3, 3).steps_per_s, 3000.0);
}

TEST(Calibration, IsNotMisledByStepsThatQueueForFewerLanes) {
  EXPECT_NEAR(measured(2, 4).steps_per_s, 2000.0, 1e-6);
  EXPECT_NEAR(measured(4, 8).steps_per_s, 4000.0, 1e-6);
}

TEST(Calibration, TakesTheRateOfLanesThatShareADevice) {
  ScheduledDriver driver(1);
  const StepRate rate = calibrate(driver, {.seconds = 1.0, .first_step_s = 0.001, .lanes = 32, .requests = 64});
  EXPECT_NEAR(rate.steps_per_s, 1000.0, 1e-6);
}

TEST(Calibration, KeepsToItsTimeHoweverFewLanesAreParallel) {
  for (const unsigned true_lanes : {1U, 2U, 8U, 32U}) {
    const std::vector<double> rounds = rounds_with_lanes(true_lanes);
    // A second for a step alone, one for all lanes, and what the first rounds of both may take beside them.
    EXPECT_LE(sum(rounds), 3.0) << true_lanes << " lanes";
    EXPECT_GE(rounds.back(), 0.9) << true_lanes << " lanes";
    EXPECT_LE(rounds.back(), 1.1) << true_lanes << " lanes";
  }
}

TEST(Calibration, KeepsToItsTimeHoweverSlowOrFastTheFirstStepWas) {
  for (const double first_step_s : {0.1, 0.01, 0.001, 0.0001}) {
    const std::vector<double> rounds = rounds_after(first_step_s);
    EXPECT_LE(sum(rounds), 2.6) << first_step_s << " s";
    EXPECT_GE(rounds.back(), 0.9) << first_step_s << " s";
  }
}

TEST(Calibration, KeepsToItsTimeHoweverLongLanesAreHandedOver) {
  for (const std::int64_t hand_over_ns : {1'000, 50'000, 1'000'000}) {
    constexpr std::int64_t busy_ns = 100;
    ScheduledDriver driver(2, busy_ns, hand_over_ns);
    const StepRate rate =
        calibrate(driver, {.seconds = 1.0, .first_step_s = to_seconds(busy_ns), .lanes = 2, .requests = 4});
    EXPECT_LE(sum(driver.rounds_s()), 3.0) << hand_over_ns << " ns";
    EXPECT_DOUBLE_EQ(rate.step_s, to_seconds(busy_ns)) << hand_over_ns << " ns";
    EXPECT_NEAR(rate.steps_per_s * to_seconds(busy_ns + hand_over_ns), 2.0, 1e-6) << hand_over_ns << " ns";
  }
}

TEST(Calibration, TakesManyShortStepsForAMeasurement) {
  constexpr std::int64_t busy_ns = 100;
  ScheduledDriver driver(1, busy_ns);
  calibrate(driver, {.seconds = 1.0, .first_step_s = 0.001, .lanes = 1, .requests = 1});
  EXPECT_DOUBLE_EQ(driver.rounds_s().back(), 20'000 * to_seconds(busy_ns));
}

TEST(Calibration, TakesAFirstRoundThatFilledItsTimeForTheMeasurement) {
  EXPECT_EQ(rounds_with_lanes(1).size(), 3U) << "two of a step alone, one of all lanes";
}

TEST(Calibration, TakesThreeStepsOfEachRequestAtLeast) {
  ScheduledDriver driver(1);
  calibrate(driver, {.seconds = 0.001, .first_step_s = 0.001, .lanes = 4, .requests = 8});
  EXPECT_EQ(driver.rounds_s(), (std::vector<double>{0.003, 0.024}));
}

TEST(Calibration, KeepsToItsTimeWhereTheFirstStepOfRequestsIsFarShorterThanOthers) {
  for (const unsigned lanes : {1U, 2U, 4U}) {
    ScheduledDriver driver(lanes, {100, 5'000'000});
    calibrate_own(driver, 2, lanes);
    EXPECT_LE(sum(driver.rounds_s()), 3 * 0.25) << lanes << " lanes";
    for (const std::uint64_t iterations : driver.iterations()) EXPECT_EQ(iterations % 2, 0U) << lanes << " lanes";
  }
  // Of a request that takes far longer than there is time for: some of its steps.
  std::vector<std::int64_t> busy_ns(100, 100'000'000);
  busy_ns[0] = 100;
  ScheduledDriver driver(1, busy_ns);
  calibrate_own(driver, 100, 1);
  EXPECT_LE(sum(driver.rounds_s()), 3 * 0.25);
}

TEST(Calibration, TakesTheMeanOfStepsThatClearlyDiffer) {
  for (const unsigned lanes : {1U, 2U}) {
    ScheduledDriver driver(lanes, {1'000'000, 1'000'000, 7'000'000});
    const StepRate rate = calibrate_own(driver, 3, lanes);
    EXPECT_DOUBLE_EQ(rate.step_s, 0.003);
    EXPECT_NEAR(rate.steps_per_s * rate.step_s, lanes, 1e-6);
  }
}

TEST(Calibration, TakesTheMedianOfStepsThatAreDisturbedNowAndThen) {
  ScheduledDriver driver(1, {1'000'000, 1'000'000, 1'000'000, 1'000'000, 20'000'000});
  EXPECT_DOUBLE_EQ(calibrate_own(driver, 2, 1).step_s, 0.001);
  EXPECT_DOUBLE_EQ(calibrate_own(driver, 1, 1).step_s, 0.001);
}

}  // namespace
}  // namespace overlap
