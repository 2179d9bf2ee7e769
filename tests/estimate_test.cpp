// Expected times: what is known of them, whatever the trials take.
#include "src/cli/estimate.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "src/comparison/expected_time.hpp"

namespace overlap {
namespace {

using Kind = DriverInfo::Kind;

/// Drivers of every kind, and the engine `null`, which computes nothing.
Registry make_registry() {
  Registry registry;
  for (const auto& [name, kind] :
       {std::pair("sequential", Kind::one_at_a_time), std::pair("coroutine", Kind::one_thread),
        std::pair("threads", Kind::threads), std::pair("processes", Kind::processes)}) {
    DriverInfo driver;
    driver.name = name;
    driver.kind = kind;
    registry.add(driver);
  }
  EngineInfo null;
  null.name = "null";
  null.computes = false;
  registry.add(null);
  return registry;
}

ExecutorPlan plan_of(const std::string& driver, unsigned workers) {
  ExecutorPlan plan;
  plan.computes = false;
  plan.job.executor = {driver, "null"};
  plan.job.workload.requests = 1000;
  plan.job.workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  plan.job.workers = workers;
  plan.job.requests_in_progress = workers;
  return plan;
}

TEST(Estimator, ExpectsNothingOfRequestsOfNothingWithoutWorkers) {
  const Registry registry = make_registry();
  Estimator estimator(registry);
  EXPECT_EQ(estimator.makespan_s(plan_of("sequential", 1)), 0.0);
  EXPECT_EQ(estimator.makespan_s(plan_of("coroutine", 1)), 0.0);
}

TEST(Estimator, ExpectsWorkersToBeStartedOneAfterTheOther) {
  const Registry registry = make_registry();
  Estimator estimator(registry);
  for (const char* driver : {"threads", "processes"}) {
    const std::optional<double> one_s = estimator.makespan_s(plan_of(driver, 1));
    ASSERT_TRUE(one_s) << driver;
    EXPECT_GT(*one_s, 0.0) << driver;
    EXPECT_DOUBLE_EQ(*estimator.makespan_s(plan_of(driver, 1000)), 1000.0 * *one_s) << driver;
    EXPECT_NEAR(*estimator.run_s(plan_of(driver, 1000)) - *estimator.run_s(plan_of(driver, 1)), 999.0 * *one_s, 1e-9)
        << driver;
  }
}

TEST(Estimator, ExpectsWorkersToBeStartedWhileOthersWait) {
  const Registry registry = make_registry();
  Estimator estimator(registry);
  for (const char* driver : {"threads", "processes"}) {
    ExecutorPlan plan = plan_of(driver, 2);
    plan.job.workload.requests = 2;
    plan.job.workload.iterations = 1;
    plan.job.workload.wait = {WaitDistribution::Kind::constant, 1e6, 0.0};
    EXPECT_EQ(estimator.makespan_s(plan), expected_makespan_s(plan, 0.0)) << driver;
  }
}

}  // namespace
}  // namespace overlap
