// How long plans are expected to take.
#include "src/comparison/expected_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "src/base/clock.hpp"
#include "tests/fake_plans.hpp"

namespace overlap {
namespace {

using testing::ample;
using testing::engine;
using testing::options_for;
using testing::plan_one;

// Two requests of three steps, each step a wait of 1 s.
ExecutorPlan plan_of_six_steps(std::string_view executor, unsigned usable_cpus) {
  PlanOptions options = options_for(executor, 2);
  options.workload.iterations = 3;
  options.workload.wait = {WaitDistribution::Kind::constant, 1.0, 0.0};
  return plan_one(options, {usable_cpus, ample.memory_bytes});
}

TEST(ExpectedMakespan, OfOneRequestAtATimeIsTheSumOfAll) {
  EXPECT_DOUBLE_EQ(expected_makespan_s(plan_of_six_steps("sequential", 4), 0.5), 9.0);
}

TEST(ExpectedMakespan, IsTheLongestRequestWhereNothingElseBinds) {
  EXPECT_DOUBLE_EQ(expected_makespan_s(plan_of_six_steps("threads", 4), 0.5), 4.5);
  EXPECT_DOUBLE_EQ(expected_makespan_s(plan_of_six_steps("coroutine", 4), 0.5), 5.0) << "the last two steps in turn";
}

TEST(ExpectedMakespan, IsTheComputeAfterTheFirstWaitWhereLanesBind) {
  EXPECT_DOUBLE_EQ(expected_makespan_s(plan_of_six_steps("coroutine", 4), 10.0), 61.0);
  EXPECT_DOUBLE_EQ(expected_makespan_s(plan_of_six_steps("threads", 1), 10.0), 61.0);
  EXPECT_DOUBLE_EQ(expected_makespan_s(plan_of_six_steps("threads", 2), 10.0), 33.0);  // the longest request
}

TEST(ExpectedMakespan, TakesRequestsInTurnsWhereFewerMayBeInProgress) {
  PlanOptions options = options_for("threads", 5);
  options.workers = 2;
  options.workload.iterations = 1;
  options.workload.wait = {WaitDistribution::Kind::constant, 1.0, 0.0};
  EXPECT_DOUBLE_EQ(expected_makespan_s(plan_one(options), 0.0), 3.0);
}

TEST(ExpectedMakespan, TakesTheWorkloadsOwnWaits) {
  PlanOptions options = options_for("coroutine/null", 3);
  options.workload.iterations = 2;
  const Workload& workload = options.workload;
  double longest = 0.0;
  for (std::uint64_t request = 0; request < 3; ++request) {
    longest = std::max(longest, to_seconds(workload.wait_ns(request, 0)) + to_seconds(workload.wait_ns(request, 1)));
  }
  EXPECT_DOUBLE_EQ(expected_makespan_s(plan_one(options), 0.0), longest);
}

/// Says that a step takes a millisecond and a tenth less in each trial, whatever the clock does.
class FakeEngine final : public Engine {
 public:
  explicit FakeEngine(std::uint64_t& trial_size) : trial_size_(trial_size) {}
  void prepare_shared(const EngineSetup& setup) override { trial_size_ = setup.workload.size; }
  void prepare_worker(const EngineSetup& /*setup*/) override { prepared_ = true; }
  void compute(Step& step) override {
    if (!prepared_) throw std::logic_error("not prepared");
    step.record->begin_ns = 1000;
    step.record->end_ns = 1000 + 1'000'000 - 100'000 * trials_++;
  }
  unsigned slots() const noexcept override { return 1; }
  StepArrays probe(unsigned /*slot*/, Step& /*step*/) override { return {}; }

 private:
  std::uint64_t& trial_size_;
  bool prepared_ = false;
  int trials_ = 0;
};

TEST(GuessStep, IsTheLeastTrialScaledToTheSize) {
  std::uint64_t trial_size = 0;
  EngineInfo info = engine("fake", 0);
  info.make = [&trial_size] { return std::make_unique<FakeEngine>(trial_size); };
  Workload workload;
  workload.size = 1000;
  EXPECT_DOUBLE_EQ(guess_step_s(info, {}, workload), 0.0008);
  EXPECT_EQ(trial_size, 1000U);
  workload.size = std::uint64_t{1} << 22;
  EXPECT_DOUBLE_EQ(guess_step_s(info, {}, workload), 0.0008 * 16.0 * 23.0 / 19.0);
  EXPECT_EQ(trial_size, std::uint64_t{1} << 18);
  info.computes = false;
  EXPECT_EQ(guess_step_s(info, {}, workload), 0.0);
}

TEST(GuessStep, TriesTheEngineWithItsOwnOptionsButSearchesForNoPlans) {
  class OptionsEngine final : public Engine {
   public:
    explicit OptionsEngine(EngineOptions& seen) : seen_(seen) {}
    void prepare_shared(const EngineSetup& setup) override { seen_ = setup.options; }
    void prepare_worker(const EngineSetup& /*setup*/) override {}
    void compute(Step& step) override { step.record->end_ns = 1; }
    unsigned slots() const noexcept override { return 1; }
    StepArrays probe(unsigned /*slot*/, Step& /*step*/) override { return {}; }

   private:
    EngineOptions& seen_;
  };
  EngineOptions seen;
  EngineInfo info = engine("fake", 0);
  info.make = [&seen] { return std::make_unique<OptionsEngine>(seen); };
  EngineOptions options;
  options.threads = 3;
  options.rigor = Rigor::patient;
  guess_step_s(info, options, Workload{});
  EXPECT_EQ(seen.threads, 3U);
  EXPECT_EQ(seen.rigor, Rigor::estimate);
}

}  // namespace
}  // namespace overlap
