// Guesses of when steps on a device will have ended, and how long to leave it alone.
#include "cuda/step_forecast.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "cuda/device.hpp"
#include "tests/durations.hpp"

namespace overlap {
namespace {

using testing::us;

void expect_about(std::int64_t found_ns, std::int64_t expected_ns, std::int64_t tolerance_ns = 100) {
  EXPECT_GE(found_ns, expected_ns - tolerance_ns);
  EXPECT_LE(found_ns, expected_ns + tolerance_ns);
}

/// Of `count` steps that came to the device in groups of `at_once`, each `step_us` there, one after another or at once.
StepForecast forecast_of(int count, int at_once, std::int64_t step_us, bool in_order) {
  StepForecast forecast;
  std::int64_t now_us = 0;
  for (int group = 0; group < count / at_once; ++group) {
    for (int n = 0; n < at_once; ++n) forecast.start(now_us * us);
    for (int n = 0; n < at_once; ++n) {
      const std::int64_t begin_us = in_order ? now_us + n * step_us : now_us;
      const DeviceTimes times{begin_us * us, (begin_us + step_us) * us, {}};
      forecast.end(times, times.end_ns);
    }
    now_us += in_order ? at_once * step_us : step_us;
  }
  return forecast;
}

constexpr std::int64_t later_ns = 1'000'000'000;

TEST(StepForecast, KnowsNothingBeforeTheFirstStepEnds) {
  StepForecast forecast;
  EXPECT_EQ(forecast.start(later_ns), later_ns);
  EXPECT_GT(forecast.nap(false), 0);
  EXPECT_EQ(forecast.rest(10), 0);
}

TEST(StepForecast, TellsTheEndOfEachStepWhereTheyRunInOrder) {
  StepForecast forecast = forecast_of(64, 4, 100, true);
  expect_about(forecast.start(later_ns), later_ns + 100 * us);
  expect_about(forecast.start(later_ns + 10 * us), later_ns + 200 * us);
  // The first one is over sooner than it was thought: so will be the second.
  forecast.end({later_ns, later_ns + 90 * us, {}}, later_ns + 95 * us);
  expect_about(forecast.start(later_ns + 95 * us), later_ns + (95 + 2 * 99) * us, 2 * us);
}

TEST(StepForecast, TellsWhenStepsThatShareTheDeviceAreOver) {
  StepForecast forecast = forecast_of(800, 8, 800, false);
  // The first of each group made the device busy for 800 us longer, the others not at all.
  std::int64_t last_ns = 0;
  for (int n = 0; n < 8; ++n) last_ns = forecast.start(later_ns);
  EXPECT_GT(last_ns, later_ns + 300 * us);
  EXPECT_LT(last_ns, later_ns + 801 * us);
}

TEST(StepForecast, FollowsWhatStepsTake) {
  StepForecast forecast = forecast_of(50, 1, 1000, true);
  for (int n = 0; n < 50; ++n) {
    const std::int64_t begin_ns = later_ns + n * 200 * us;
    forecast.start(begin_ns);
    forecast.end({begin_ns, begin_ns + 200 * us, {}}, begin_ns + 200 * us);
  }
  expect_about(forecast.start(2 * later_ns), 2 * later_ns + 200 * us, 2 * us);
}

TEST(StepForecast, NapsAShareOfAStep) {
  expect_about(forecast_of(64, 1, 100, true).nap(false), 5 * us);
  expect_about(forecast_of(64, 1, 100, true).nap(true), 20 * us);
  expect_about(forecast_of(64, 1, 8, true).nap(false), 2 * us);
  expect_about(forecast_of(64, 1, 16'000, true).nap(false), 500 * us);
  expect_about(forecast_of(64, 1, 16'000, true).nap(true), 1000 * us);
}

/// With so many steps on the device, and others behind them.
std::int64_t rest_with(int steps, std::int64_t step_us, std::int64_t queued = 1000) {
  StepForecast forecast = forecast_of(64, 1, step_us, true);
  for (int n = 0; n < steps; ++n) forecast.start(later_ns);
  return forecast.rest(queued);
}

TEST(StepForecast, RestsWhileTheDeviceHasEnoughToDo) {
  expect_about(rest_with(8, 100), 600 * us);
  expect_about(rest_with(8, 60), 300 * us);
  expect_about(rest_with(8, 20), 60 * us);
  EXPECT_EQ(rest_with(2, 100), 0);
  EXPECT_EQ(rest_with(1, 100), 0);
  EXPECT_EQ(rest_with(0, 100), 0);
  EXPECT_EQ(rest_with(8, 5), 0);
  expect_about(rest_with(8, 300), 900 * us, 1000);
  EXPECT_EQ(rest_with(8, 1'000'000), 0);
}

TEST(StepForecast, RestsNoLongerThanTheQueueFeedsTheDevice) {
  expect_about(rest_with(8, 100, 3), 300 * us);
  expect_about(rest_with(8, 100, 1), 100 * us);
  EXPECT_EQ(rest_with(8, 100, 0), 0);
}

}  // namespace
}  // namespace overlap
