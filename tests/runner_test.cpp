// What a runner asks of its driver in setup, seen by a driver that tells.
#include "src/runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "cpu/drivers/drivers.hpp"
#include "cpu/engines/engines.hpp"
#include "src/clock.hpp"
#include "src/plan.hpp"

namespace overlap {
namespace {

/// A driver that notes how many requests each of its runs has.
class WatchedDriver final : public Driver {
 public:
  WatchedDriver(std::unique_ptr<Driver> driver, std::vector<std::uint64_t>& requests)
      : driver_(std::move(driver)), requests_(requests) {}

  void run(RunContext& context) override {
    requests_.push_back(context.workload.requests);
    driver_->run(context);
  }

 private:
  std::unique_ptr<Driver> driver_;
  std::vector<std::uint64_t>& requests_;
};

/// The most requests that calibration has at once, of this driver on pools; the workload has 8, on two lanes.
std::uint64_t most_calibrated_at_once(DriverInfo driver) {
  std::vector<std::uint64_t> requests;
  const auto make = driver.make;
  driver.make = [&] { return std::make_unique<WatchedDriver>(make(), requests); };
  Registry registry;
  registry.add(driver);
  registry.add(pool_engine());

  PlanOptions options;
  options.workload.requests = 8;
  options.workload.iterations = 1;
  options.workload.size = 64;
  options.workload.wait.kind = WaitDistribution::Kind::none;
  options.executors = {{{driver.name, "pool"}, true}};
  RunnerJob job = plan_comparison(options, registry, {2, std::uint64_t{1} << 32}).front().job;
  job.calibration_s = 0.001;
  job.spawned_ns = now_ns();
  EXPECT_EQ(job.lanes, 2U);
  Recording recording = Recording::create(job.workload.requests, job.workload.iterations, job.workers);
  execute(job, registry, recording);
  EXPECT_EQ(requests.back(), 8U) << "the run itself";
  requests.pop_back();
  return *std::max_element(requests.begin(), requests.end());
}

TEST(Runner, CalibratesAQueueWithTwiceAsManyRequestsAsLanes) {
  EXPECT_EQ(most_calibrated_at_once(coroutine_driver()), 4U);
}

TEST(Runner, CalibratesForkedWorkersWithAQueueEachAsManyAsThereAreLanes) {
  EXPECT_EQ(most_calibrated_at_once(processes_driver()), 2U);
}

}  // namespace
}  // namespace overlap
