// Fake drivers and engines of every kind, planned.
#include "tests/fake_plans.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace overlap::testing {

using Kind = DriverInfo::Kind;

DriverInfo driver(std::string name, Kind kind) {
  DriverInfo info;
  info.name = std::move(name);
  info.kind = kind;
  return info;
}

EngineInfo engine(std::string name, std::uint64_t slot_bytes) {
  EngineInfo info;
  info.name = std::move(name);
  info.slot_bytes = [slot_bytes](const Workload&) { return slot_bytes; };
  return info;
}

Registry make_registry() {
  Registry registry;
  registry.add(driver("sequential", Kind::one_at_a_time));
  DriverInfo coroutine = driver("coroutine", Kind::one_thread);
  coroutine.request_bytes = request_bytes;
  registry.add(coroutine);
  registry.add(driver("threads", Kind::threads));
  registry.add(driver("processes", Kind::processes));
  registry.add(engine("fftw", slot));
  EngineInfo null = engine("null", 0);
  null.computes = false;
  registry.add(null);
  EngineInfo locked = engine("locked", slot);
  locked.lanes_per_process = [](const EngineOptions&, unsigned) { return 1U; };
  registry.add(locked);
  EngineInfo pool = engine("pool", slot);
  pool.completes_later = true;
  registry.add(pool);
  EngineInfo own_pool = pool;
  own_pool.name = "own-pool";
  own_pool.owns_slots = true;
  own_pool.lanes_per_process = [](const EngineOptions& options, unsigned) { return options.threads; };
  registry.add(own_pool);
  EngineInfo own_team = engine("own-team", slot);
  own_team.owns_slots = true;
  own_team.lanes_per_process = [](const EngineOptions& options, unsigned cpus) { return cpus / options.threads; };
  own_team.cpus_per_step = [](const EngineOptions& options) { return options.threads; };
  registry.add(own_team);
  EngineInfo gpu = engine("gpu", slot);
  gpu.completes_later = true;
  gpu.owns_slots = true;
  gpu.uses_device = true;
  gpu.lanes_per_process = [](const EngineOptions& options, unsigned) {
    return options.streams != 0 ? options.streams : 8U;
  };
  registry.add(gpu);
  EngineInfo missing = engine("missing", slot);
  missing.unavailable = [] { return std::string("no such device"); };
  registry.add(missing);
  ProgramInfo program;
  program.family = "python";
  program.driver = driver("threads", Kind::threads);
  program.engine = engine("numpy", slot);
  program.command = [] { return std::vector<std::string>{"python3", "baseline.py"}; };
  registry.add(program);
  return registry;
}

PlanOptions options_for(std::string_view executors, std::uint64_t requests) {
  PlanOptions options;
  options.workload.requests = requests;
  options.executors = parse_executors("--executors", executors, make_registry());
  return options;
}

std::vector<ExecutorPlan> plan(const PlanOptions& options, const PlanLimits& limits) {
  return plan_comparison(options, make_registry(), limits);
}

ExecutorPlan plan_one(const PlanOptions& options, const PlanLimits& limits) {
  const std::vector<ExecutorPlan> plans = plan(options, limits);
  EXPECT_EQ(plans.size(), 1U);
  return plans.at(0);
}

}  // namespace overlap::testing
