// What a runner is told, and what it asks of its driver in setup, seen by a driver that tells.
#include "src/run/runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cpu/drivers/drivers.hpp"
#include "cpu/engines/engines.hpp"
#include "cpu/engines/transform.hpp"
#include "src/base/clock.hpp"
#include "src/comparison/plan.hpp"

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
  registry.add(pool_engine(fft_compute()));

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

RunnerJob sample_job() {
  RunnerJob job;
  job.executor = {"threads", "numpy", "python"};
  job.command = {"python3", "baseline.py"};
  job.workload.requests = 7;
  job.workload.iterations = 3;
  job.workload.size = 99;
  job.workload.wait = {WaitDistribution::Kind::percentiles, 0.25, 0.5, {{50.0, 0.125}, {100.0, 0.75}}};
  job.workload.precision = Precision::float32;
  job.workload.spectrum = SpectrumKind::half;
  job.workload.seed = std::numeric_limits<std::uint64_t>::max();
  job.workload.rate = 12.5;
  job.workload.arrivals = Arrivals::even;
  job.workload.compute = "own.so";
  job.own_compute.files = {"/a/own.so", "/a/own.py"};
  job.engine_options = {Rigor::patient, "/cache", 2, 5, CompletionMode::block};
  job.workers = 6;
  job.slots = 4;
  job.lanes = 2;
  job.requests_in_progress = 3;
  job.calibration_s = 0.5;
  job.tool_pid = 77;
  job.spawned_ns = 123'456'789'012'345;
  return job;
}

TEST(RunnerJob, IsReadAsItWasWritten) {
  const RunnerJob job = sample_job();
  const RunnerJob read = runner_job_from_json(to_json(job));
  EXPECT_EQ(read.executor, job.executor);
  EXPECT_EQ(read.command, job.command);
  EXPECT_EQ(read.workload, job.workload);
  EXPECT_EQ(read.own_compute, job.own_compute);
  EXPECT_EQ(read.engine_options, job.engine_options);
  EXPECT_EQ(read.workers, job.workers);
  EXPECT_EQ(read.slots, job.slots);
  EXPECT_EQ(read.lanes, job.lanes);
  EXPECT_EQ(read.blocking_lanes, job.blocking_lanes);
  EXPECT_EQ(read.requests_in_progress, job.requests_in_progress);
  EXPECT_EQ(read.calibration_s, job.calibration_s);
  EXPECT_EQ(read.tool_pid, job.tool_pid);
  EXPECT_EQ(read.spawned_ns, job.spawned_ns);
}

/// What is said of the sample job's text with a part of it written otherwise.
std::string error_of_job_with(const std::string& part, const std::string& other) {
  std::string text = to_json(sample_job());
  const std::size_t place = text.find(part);
  if (place == std::string::npos) return "the job has no " + part;
  text.replace(place, part.size(), other);
  try {
    runner_job_from_json(text);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(RunnerJob, IsRefusedWhereAMemberIsMissingOrWrong) {
  EXPECT_NE(error_of_job_with("\"lanes\"", "\"lances\"").find("key 'lanes' not found"), std::string::npos);
  EXPECT_NE(error_of_job_with("\"wait_s\"", "\"wait\"").find("key 'wait_s' not found"), std::string::npos);
  EXPECT_NE(error_of_job_with("\"seed\"", "\"sees\"").find("key 'seed' not found"), std::string::npos);
  EXPECT_NE(error_of_job_with("\"workers\":6", "\"workers\":\"six\"").find("must be number"), std::string::npos);
  EXPECT_NE(error_of_job_with("{", "").find("parse error"), std::string::npos);
}

TEST(Runner, CalibratesAQueueWithTwiceAsManyRequestsAsLanes) {
  EXPECT_EQ(most_calibrated_at_once(coroutine_driver()), 4U);
}

TEST(Runner, CalibratesForkedWorkersWithAQueueEachAsManyAsThereAreLanes) {
  EXPECT_EQ(most_calibrated_at_once(processes_driver()), 2U);
}

}  // namespace
}  // namespace overlap
