// Calibration: rates taken from schedules that are known, written by a driver that computes nothing.
#include "src/calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cpu/engines/null.hpp"

namespace overlap {
namespace {

constexpr std::int64_t step_ns = 1'000'000;

/// Records what an engine of so many lanes makes of steps that queue, first in, first out, each of 1 ms.
class ScheduledDriver final : public Driver {
 public:
  explicit ScheduledDriver(unsigned lanes) : lanes_(lanes) {}

  void run(RunContext& context) override {
    std::vector<std::int64_t> free_ns(lanes_, context.recording.header().t0_ns);
    for (std::uint64_t iteration = 0; iteration < context.workload.iterations; ++iteration) {
      for (std::uint64_t request = 0; request < context.workload.requests; ++request) {
        const auto lane = std::min_element(free_ns.begin(), free_ns.end());
        StepRecord& step = context.recording.step(request, iteration);
        step.begin_ns = *lane;
        step.end_ns = *lane += step_ns;
      }
    }
  }

 private:
  unsigned lanes_;
};

StepRate measured(unsigned lanes, std::uint64_t requests) {
  Workload workload;
  ScheduledDriver driver(lanes);
  const auto engine = null_engine().make();
  Calibration calibration(workload, driver, *engine, [] {});
  return calibration.measure({.seconds = 0.006, .first_step_s = 0.001, .lanes = lanes, .requests = requests});
}

TEST(Calibration, TakesTheTimeOfAStepAlone) { EXPECT_DOUBLE_EQ(measured(1, 1).step_s, 0.001); }

TEST(Calibration, TakesTheRateOfAllLanes) {
  EXPECT_DOUBLE_EQ(measured(1, 1).steps_per_s, 1000.0);
  EXPECT_DOUBLE_EQ(measured(3, 3).steps_per_s, 3000.0);
}

TEST(Calibration, IsNotMisledByStepsThatQueueForFewerLanes) {
  EXPECT_NEAR(measured(2, 4).steps_per_s, 2000.0, 1e-6);
  EXPECT_NEAR(measured(4, 8).steps_per_s, 4000.0, 1e-6);
}

}  // namespace
}  // namespace overlap
