// Plans: workers, slots, lanes, and memory of each executor, with fake drivers and engines.
#include "src/comparison/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"
#include "src/run/recording.hpp"
#include "tests/fake_plans.hpp"

namespace overlap {
namespace {

using testing::ample;
using testing::driver;
using testing::engine;
using testing::make_registry;
using testing::mb;
using testing::options_for;
using testing::plan;
using testing::plan_one;
using testing::request_bytes;
using testing::slot;

std::string refusal_of(const PlanOptions& options, const PlanLimits& limits = ample) {
  try {
    plan(options, limits);
    return "planned";
  } catch (const UsageError& error) {
    return error.what();
  }
}

void expect_contains(const std::string& text, std::string_view part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << text << "' has no '" << part << "'";
}

TEST(Plan, KeepsOrderWorkloadAndOptionsOfEveryExecutor) {
  PlanOptions options = options_for("threads/null,sequential");
  options.workload.seed = 77;
  options.engine_options.rigor = Rigor::measure;
  options.engine_options.cache_folder = "/somewhere";
  const std::vector<ExecutorPlan> plans = plan(options);
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[0].name(), "threads/null");
  EXPECT_EQ(plans[1].name(), "sequential/fftw");
  EXPECT_FALSE(plans[0].computes);
  EXPECT_TRUE(plans[1].computes);
  for (const ExecutorPlan& each : plans) {
    EXPECT_EQ(each.job.workload, options.workload);
    EXPECT_EQ(each.job.engine_options.rigor, options.engine_options.rigor);
    EXPECT_EQ(each.job.engine_options.cache_folder, options.engine_options.cache_folder);
    EXPECT_EQ(each.unavailable, "");
    EXPECT_TRUE(each.notes.empty());
  }
}

TEST(PlanWorkers, AreOneOfDriversOfOneThreadAndOneARequestOfTheOthers) {
  EXPECT_EQ(plan_one(options_for("sequential")).job.workers, 1U);
  EXPECT_EQ(plan_one(options_for("coroutine")).job.workers, 1U);
  EXPECT_EQ(plan_one(options_for("threads")).job.workers, 10U);
  EXPECT_EQ(plan_one(options_for("processes")).job.workers, 10U);
}

TEST(PlanWorkers, AreAsManyAsAskedForAndNoMoreThanRequests) {
  PlanOptions options = options_for("sequential,coroutine,threads,processes");
  options.workers = 3;
  std::vector<ExecutorPlan> plans = plan(options);
  EXPECT_EQ(plans[0].job.workers, 1U);
  EXPECT_EQ(plans[1].job.workers, 1U);
  EXPECT_EQ(plans[2].job.workers, 3U);
  EXPECT_EQ(plans[3].job.workers, 3U);
  options.workers = 30;
  plans = plan(options);
  EXPECT_EQ(plans[2].job.workers, 10U);
  EXPECT_EQ(plans[3].job.workers, 10U);
}

TEST(PlanThreads, AreTheUsableCpusWhereNoOptionSetsThem) {
  PlanOptions options = options_for("coroutine/own-pool");
  EXPECT_EQ(plan_one(options).job.engine_options.threads, ample.usable_cpus);
  options.engine_options.threads = 3;
  EXPECT_EQ(plan_one(options).job.engine_options.threads, 3U);
}

TEST(PlanSlots, AreAnEnginesOwnAsManyAsItsLanesAndTheRequestsOfAProcess) {
  PlanOptions options = options_for("sequential/own-pool,coroutine/own-pool,threads/own-pool,processes/own-pool");
  options.engine_options.threads = 6;
  const std::vector<ExecutorPlan> plans = plan(options);
  const std::vector<unsigned> slots{1, 6, 6, 10};
  const std::vector<unsigned> lanes{1, 6, 6, 4};
  for (std::size_t index = 0; index < plans.size(); ++index) {
    EXPECT_EQ(plans[index].job.slots, slots[index]) << plans[index].name();
    EXPECT_EQ(plans[index].job.lanes, lanes[index]) << plans[index].name();
    EXPECT_GE(plans[index].memory_bytes, slots[index] * slot) << plans[index].name();
    EXPECT_LT(plans[index].memory_bytes, (slots[index] + 1) * slot) << plans[index].name();
  }
}

TEST(PlanSlots, OfAnEnginesOwnAreBoundedByComputeSlotsAndByMemory) {
  PlanOptions options = options_for("coroutine/own-pool", 1000);
  options.engine_options.threads = 6;
  options.compute_slots = 2;
  EXPECT_EQ(plan_one(options).job.lanes, 2U);
  options.compute_slots = 0;
  const ExecutorPlan limited = plan_one(options, {4, 500 * mb});
  EXPECT_EQ(limited.job.slots, 4U);
  EXPECT_EQ(limited.job.lanes, 4U);
  ASSERT_EQ(limited.notes.size(), 1U);
  expect_contains(limited.notes[0], "4 compute slots of 6");
}

TEST(PlanLanes, AreFewerWhereAStepKeepsManyCpusBusy) {
  PlanOptions options = options_for("threads/own-team,processes/own-team");
  options.engine_options.threads = 2;
  for (const ExecutorPlan& each : plan(options)) EXPECT_EQ(each.job.lanes, 2U) << each.name();
  options.engine_options.threads = 9;
  for (const ExecutorPlan& each : plan(options)) EXPECT_EQ(each.job.lanes, 1U) << each.name();
}

TEST(PlanRequestsInProgress, AreOneAllOrAsManyAsWorkers) {
  PlanOptions options = options_for("sequential,coroutine,threads,processes");
  for (const std::uint64_t expected : {10U, 3U}) {
    const std::vector<ExecutorPlan> plans = plan(options);
    EXPECT_EQ(plans[0].job.requests_in_progress, 1U);
    EXPECT_EQ(plans[1].job.requests_in_progress, 10U);
    EXPECT_EQ(plans[2].job.requests_in_progress, expected);
    EXPECT_EQ(plans[3].job.requests_in_progress, expected);
    options.workers = 3;
  }
}

TEST(PlanSlots, AreOneAWorkerByDefault) {
  EXPECT_EQ(plan_one(options_for("sequential")).job.slots, 1U);
  EXPECT_EQ(plan_one(options_for("coroutine")).job.slots, 1U);
  EXPECT_EQ(plan_one(options_for("threads")).job.slots, 10U);
  EXPECT_EQ(plan_one(options_for("processes")).job.slots, 10U);
}

TEST(PlanSlots, AreEnoughForTheCpusWhereThreadsComeAndGoWithTheirRequests) {
  PlanOptions options = options_for("threads,processes,threads/null");
  options.workload.requests = 1000;
  EXPECT_EQ(plan(options)[0].job.slots, 1000U);
  options.workload.rate = 50.0;
  EXPECT_EQ(plan(options)[0].job.slots, 4U * 32U);
  EXPECT_EQ(plan(options)[0].job.workers, 1000U);
  EXPECT_EQ(plan(options)[1].job.slots, 1000U) << "a process has its own, and only while it runs";
  EXPECT_EQ(plan(options, {4, 50'000 * mb})[1].job.slots, 4U * 32U) << "shared slots stay";
  options.compute_slots = 200;
  EXPECT_EQ(plan(options)[0].job.slots, 200U);
  options.compute_slots = 0;
  options.workers = 500;
  EXPECT_EQ(plan(options)[0].job.slots, 500U) << "these workers stay";
  options.workers = 0;
  options.workload.requests = 100;
  EXPECT_EQ(plan(options)[0].job.slots, 100U);
}

TEST(PlanRequests, AreThoseThatComeInForSoLong) {
  PlanOptions options = options_for("coroutine");
  options.count_requests();
  EXPECT_EQ(options.workload.requests, 10U) << "as given";
  options.workload.rate = 2.5;
  options.arrive_for_s = 10.0;
  options.count_requests();
  EXPECT_EQ(options.workload.requests, 25U);
  options.arrive_for_s = 0.7;
  options.count_requests();
  EXPECT_EQ(options.workload.requests, 2U);
  options.arrive_for_s = 0.01;
  options.count_requests();
  EXPECT_EQ(options.workload.requests, 1U);
  options.workload.rate = 1e300;
  options.count_requests();
  expect_contains(refusal_of(options), "the recording needs");
}

TEST(PlanSlots, AreAsManyAsAskedForAndNoMoreThanWorkers) {
  PlanOptions options = options_for("sequential,threads");
  options.compute_slots = 2;
  EXPECT_EQ(plan(options)[0].job.slots, 1U);
  EXPECT_EQ(plan(options)[1].job.slots, 2U);
  options.compute_slots = 20;
  EXPECT_EQ(plan(options)[1].job.slots, 10U);
  EXPECT_TRUE(plan(options)[1].notes.empty());
}

TEST(PlanLanes, AreOneWhereOneThreadComputes) {
  EXPECT_EQ(plan_one(options_for("sequential")).job.lanes, 1U);
  EXPECT_EQ(plan_one(options_for("coroutine")).job.lanes, 1U);
  EXPECT_EQ(plan_one(options_for("sequential/pool")).job.lanes, 1U);
}

TEST(PlanLanes, OfThreadsAndProcessesAreTheLeastOfWorkersCpusAndSlots) {
  for (const char* name : {"threads", "processes"}) {
    PlanOptions options = options_for(name);
    EXPECT_EQ(plan_one(options).job.lanes, 4U) << name;  // CPUs
    options.compute_slots = 2;
    EXPECT_EQ(plan_one(options).job.lanes, 2U) << name;
    options.compute_slots = 0;
    options.workers = 3;
    EXPECT_EQ(plan_one(options).job.lanes, 3U) << name;
    options.workers = 0;
    EXPECT_EQ(plan_one(options, {16, ample.memory_bytes}).job.lanes, 10U) << name;  // requests
  }
}

TEST(PlanLanes, OfAnEngineWithALockAreOneAProcess) {
  EXPECT_EQ(plan_one(options_for("threads/locked")).job.lanes, 1U);
  EXPECT_EQ(plan_one(options_for("processes/locked")).job.lanes, 4U);
}

TEST(PlanLanes, OfAnEngineThatCompletesLaterAreItsOwn) {
  EXPECT_EQ(plan_one(options_for("coroutine/pool")).job.lanes, 4U);
  EXPECT_EQ(plan_one(options_for("threads/pool")).job.lanes, 4U);
}

TEST(PlanMemory, HoldsWorkspacesRecordsAndWorkers) {
  PlanOptions options = options_for("threads");
  const std::uint64_t whole = plan_one(options).memory_bytes;
  EXPECT_GE(whole, 10 * slot + Recording::bytes_for(10, 5, 10));
  EXPECT_LT(whole, 10 * slot + 50 * mb);
  options.compute_slots = 4;
  EXPECT_EQ(whole - plan_one(options).memory_bytes, 6 * slot);
}

TEST(PlanMemory, HoldsWhatTheCheckInSetupTakes) {
  Registry registry = make_registry();
  EngineInfo copies = engine("copies", slot);
  copies.probe_bytes = [](const Workload&) { return slot / 2; };
  registry.add(copies);
  const auto memory_of = [&](const char* driver_name, const char* engine_name, unsigned workers,
                             const PlanLimits& limits, unsigned expected_slots) {
    PlanOptions options;
    options.executors = {{{driver_name, engine_name}, true}};
    options.workers = workers;
    const ExecutorPlan each = plan_comparison(options, registry, limits).at(0);
    EXPECT_EQ(each.job.slots, expected_slots) << driver_name;
    return each.memory_bytes;
  };
  const auto more_with = [&](const char* driver_name, unsigned workers) {
    const unsigned slots = workers == 0 ? 1 : workers;
    return memory_of(driver_name, "copies", workers, ample, slots) -
           memory_of(driver_name, "fftw", workers, ample, slots);
  };
  EXPECT_EQ(more_with("sequential", 0), slot / 2);
  EXPECT_EQ(more_with("threads", 10), slot / 2);  // one slot after the other
  EXPECT_EQ(more_with("processes", 1), slot / 2);
  EXPECT_EQ(more_with("processes", 4), 2 * slot);  // in four workers at once
  EXPECT_EQ(more_with("processes", 5), slot);      // the same, of which the fifth's slot is free
  EXPECT_EQ(more_with("processes", 10), 0U);       // and the slots of six, which are not there yet

  // What holds four slots and not their check: they are shared by the workers then, so that one is probed at a time.
  const PlanLimits limits{4, (4 * slot + slot / 2 + 60 * mb) * 10 / 9};
  EXPECT_LE(memory_of("processes", "copies", 4, limits, 3), limits.memory_bytes);
  // What holds two slots and not the check of one of them.
  const PlanLimits lower{4, (2 * slot + slot / 4 + 20 * mb) * 10 / 9};
  EXPECT_LE(memory_of("threads", "copies", 4, lower, 1), lower.memory_bytes);
}

TEST(PlanMemory, HoldsEveryByteOfTheRecording) {
  PlanOptions options = options_for("threads/null", 1'000'000);
  options.workload.iterations = 1;
  options.workers = 1'000'000;
  EXPECT_GE(plan_one(options).memory_bytes, Recording::bytes_for(1'000'000, 1, 1'000'000));
  options = options_for("coroutine/null", 1'000'000);
  options.workload.iterations = 1;
  EXPECT_GE(plan_one(options).memory_bytes, Recording::bytes_for(1'000'000, 1, 1) + 1'000'000 * request_bytes);
}

TEST(PlanMemory, ShortOfItLowersTheSlotsAndSaysSo) {
  for (const char* name : {"threads", "processes"}) {
    const PlanLimits limits{4, 700 * mb};
    const ExecutorPlan limited = plan_one(options_for(name), limits);
    EXPECT_EQ(limited.job.workers, 10U) << name;
    EXPECT_GE(limited.job.slots, 4U) << name;
    EXPECT_LE(limited.job.slots, 6U) << name;
    EXPECT_LE(limited.memory_bytes, limits.memory_bytes);
    ASSERT_FALSE(limited.notes.empty()) << name;
    expect_contains(limited.notes[0], std::to_string(limited.job.slots) + " compute slots of 10");
    expect_contains(limited.notes[0], "100 MB");
    expect_contains(limited.notes[0], "--compute-slots");
  }
}

TEST(PlanMemory, ShortOfItUsesAllThatFits) {
  // Between one slot and ten, every further 100 MB give one more.
  unsigned previous = plan_one(options_for("threads"), {4, 200 * mb}).job.slots;
  EXPECT_GE(previous, 1U);
  for (int hundreds = 1; hundreds <= 5; ++hundreds) {
    const auto more = static_cast<std::uint64_t>(hundreds) * (slot * 10 / 9 + 1);  // a tenth is left to the system
    const unsigned slots = plan_one(options_for("threads"), {4, 200 * mb + more}).job.slots;
    EXPECT_EQ(slots, previous + 1);
    previous = slots;
  }
}

TEST(PlanMemory, LeavesLanesToTheSlotsThatItHolds) {
  EXPECT_EQ(plan_one(options_for("threads"), {16, 400 * mb}).job.lanes,
            plan_one(options_for("threads"), {16, 400 * mb}).job.slots);
}

TEST(PlanMemory, RefusesWhatCannotHoldOneWorkspaceWithTheFigures) {
  for (const char* name : {"sequential", "coroutine", "threads", "processes"}) {
    const std::string refusal = refusal_of(options_for(name), {4, 100 * mb});
    expect_contains(refusal, std::string(name) + "/fftw needs 1");  // 100 MB and what goes with it
    expect_contains(refusal, " MB of memory, and 90.0 MB can be used");
    expect_contains(refusal, "--size");
    EXPECT_EQ(refusal.find('\n'), std::string::npos);
  }
}

TEST(PlanMemory, RefusesExplicitSlotsThatDoNotFit) {
  PlanOptions options = options_for("threads");
  options.compute_slots = 8;
  const std::string refusal = refusal_of(options, {4, 700 * mb});
  expect_contains(refusal, "threads/fftw needs 8");
  expect_contains(refusal, "630 MB can be used");
  expect_contains(refusal, "--compute-slots");
  options.compute_slots = 2;
  EXPECT_EQ(plan_one(options, {4, 700 * mb}).job.slots, 2U);
}

TEST(PlanMemory, RefusesMoreWorkersThanItHolds) {
  const std::string refusal = refusal_of(options_for("processes/null", 1'000'000), {4, 2000 * mb});
  expect_contains(refusal, "processes/null needs");
  expect_contains(refusal, "--workers");
}

TEST(PlanMemory, RefusesARecordingThatDoesNotFit) {
  const std::string refusal = refusal_of(options_for("sequential/null", 10 * mb), {4, 1000 * mb});
  expect_contains(refusal, "the recording needs 3.4");
  expect_contains(refusal, "--requests");
}

TEST(PlanMemory, CountsTheRecordingsOfAllExecutors) {
  // Each has 320 MB of steps: one fits beside its workspace, and two do, but three do not.
  const PlanLimits limits{4, 1000 * mb};
  EXPECT_EQ(refusal_of(options_for("sequential/fftw", mb), limits), "planned");
  EXPECT_EQ(refusal_of(options_for("sequential/null,sequential/fftw", mb), limits), "planned");
  expect_contains(refusal_of(options_for("sequential/null,sequential/fftw,coroutine/null", mb), limits),
                  "the recording needs");
  // The second one's coroutines find no room beside the first one's recording and their own.
  EXPECT_EQ(refusal_of(options_for("coroutine/fftw", mb), limits), "planned");
  expect_contains(refusal_of(options_for("sequential/null,coroutine/fftw", mb), limits), "coroutine/fftw needs");
}

TEST(PlanMemory, RefusesSizesWhoseBytesOverflow) {
  Registry registry;
  registry.add(driver("threads", DriverInfo::Kind::threads));
  registry.add(engine("fftw", std::numeric_limits<std::uint64_t>::max() / 2));
  PlanOptions options;
  options.executors = {{{"threads", "fftw"}, true}};
  options.compute_slots = 5;
  EXPECT_THROW(plan_comparison(options, registry, ample), UsageError);
  options.compute_slots = 0;
  EXPECT_THROW(plan_comparison(options, registry, ample), UsageError);
  // A slot fits, and all that are asked for take 2^64 bytes.
  EngineInfo wide = engine("wide", std::uint64_t{1} << 34);
  wide.completes_later = true;
  wide.owns_slots = true;
  wide.lanes_per_process = [](const EngineOptions&, unsigned) { return 1U << 30; };
  registry.add(wide);
  registry.add(driver("coroutine", DriverInfo::Kind::one_thread));
  options.executors = {{{"coroutine", "wide"}, true}};
  options.workload.requests = std::uint64_t{1} << 30;
  options.workload.iterations = 1;
  options.compute_slots = 1U << 30;
  EXPECT_THROW(plan_comparison(options, registry, ample), UsageError);
}

TEST(Plan, RefusesRequestsTimesIterationsBeyond64Bits) {
  PlanOptions options = options_for("sequential/null", std::uint64_t{1} << 40);
  options.workload.iterations = std::uint64_t{1} << 24;
  const std::string refusal = refusal_of(options, {4, std::numeric_limits<std::uint64_t>::max()});
  expect_contains(refusal, "--requests");
  expect_contains(refusal, "--iterations");
  expect_contains(refusal, "64 bits");
  // Their product fits, their records' bytes do not.
  options.workload.iterations = std::uint64_t{1} << 23;
  expect_contains(refusal_of(options, {4, std::numeric_limits<std::uint64_t>::max() / 2}), "the recording needs");
}

TEST(Plan, ThrowsForAnUnavailableExecutorThatIsNamed) {
  try {
    plan(options_for("sequential,threads/missing"));
    FAIL() << "planned";
  } catch (const UnavailableError& error) {
    EXPECT_STREQ(error.what(), "threads/missing is unavailable: no such device");
  }
}

TEST(Plan, KeepsAnUnavailableExecutorThatIsNotNamedWithItsReason) {
  PlanOptions options;
  options.executors = {{{"sequential", "fftw"}, true}, {{"threads", "missing"}, false}};
  const std::vector<ExecutorPlan> plans = plan(options);
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[0].unavailable, "");
  EXPECT_EQ(plans[1].unavailable, "no such device");
  EXPECT_EQ(plans[1].name(), "threads/missing");
  EXPECT_EQ(plans[1].memory_bytes, 0U);
}

TEST(Plan, RefusesAnExecutorThatTheRegistryLacks) {
  PlanOptions options;
  options.executors = {{{"fibers", "fftw"}, true}};
  expect_contains(refusal_of(options), "fibers/fftw");
}

TEST(PlanPrograms, HaveTheirCommandAndWorkers) {
  PlanOptions options = options_for("python/threads,threads");
  options.workers = 3;
  const std::vector<ExecutorPlan> plans = plan(options);
  EXPECT_EQ(plans[0].name(), "python/threads");
  EXPECT_EQ(plans[0].job.executor, (Executor{"threads", "numpy", "python"}));
  EXPECT_EQ(plans[0].job.command, (std::vector<std::string>{"python3", "baseline.py"}));
  EXPECT_EQ(plans[0].job.workers, 3U);
  EXPECT_TRUE(plans[0].computes);
  EXPECT_EQ(plans[1].job.executor, (Executor{"threads", "fftw"}));
  EXPECT_TRUE(plans[1].job.command.empty());
}

TEST(PlanPrograms, TakeNoComputeSlotsAndSaySo) {
  PlanOptions options = options_for("python/threads");
  options.compute_slots = 1;
  const ExecutorPlan one = plan_one(options);
  EXPECT_EQ(one.job.lanes, 4U);
  EXPECT_FALSE(one.takes_compute_slots);
  ASSERT_EQ(one.notes.size(), 1U);
  expect_contains(one.notes[0], "--compute-slots does not apply");
}

TEST(PlanPrograms, AreRefusedWhereMemoryHoldsNotAllTheirWorkers) {
  const PlanOptions options = options_for("python/threads");
  const PlanLimits tight{4, 5 * slot};
  expect_contains(refusal_of(options, tight), "--workers");
  PlanOptions fewer = options;
  fewer.workers = 3;
  EXPECT_EQ(plan_one(fewer, tight).job.workers, 3U);
}

TEST(Plan, LetsStepsThatBlockBeAsManyAsThereAreWorkersWithSlots) {
  const auto lanes_of = [](const std::string& executor, unsigned slots) {
    PlanOptions options = options_for(executor, 10);
    options.workload.compute = "own.so";
    options.compute_slots = slots;
    const RunnerJob job = plan_one(options).job;
    return std::pair(job.lanes, job.blocking_lanes);
  };
  EXPECT_EQ(lanes_of("threads/fftw", 0), std::pair(4U, 10U));
  EXPECT_EQ(lanes_of("threads/fftw", 3), std::pair(3U, 3U));
  EXPECT_EQ(lanes_of("processes/fftw", 0), std::pair(4U, 10U));
  EXPECT_EQ(lanes_of("threads/locked", 0), std::pair(1U, 1U));
  EXPECT_EQ(lanes_of("coroutine/fftw", 0), std::pair(1U, 1U));
  EXPECT_EQ(plan_one(options_for("threads/fftw", 10)).job.blocking_lanes, 4U) << "the FFT keeps a CPU busy";
}

TEST(Plan, OfTheRealMachineHasLimits) {
  const PlanLimits limits = limits_here();
  EXPECT_GE(limits.usable_cpus, 1U);
  EXPECT_GT(limits.memory_bytes, 0U);
}

TEST(Plan, SaysThatProcessesTakeTurnsOnAGpu) {
  const auto says_so = [](const ExecutorPlan& plan) {
    return std::any_of(plan.notes.begin(), plan.notes.end(), [](const std::string& note) {
      return note.find("the driver gives the GPU to one after another") != std::string::npos;
    });
  };
  PlanOptions options = options_for("processes/gpu,threads/gpu,processes/fftw");
  EXPECT_TRUE(says_so(plan(options)[0]));
  EXPECT_FALSE(says_so(plan(options)[1]));
  EXPECT_FALSE(says_so(plan(options)[2]));
  options.workers = 1;
  EXPECT_FALSE(says_so(plan(options)[0]));
}

TEST(Plan, CountsTheHostBuffersOfEveryStream) {
  const auto slots_of = [](const std::string& executor, unsigned streams) {
    PlanOptions options = options_for(executor);
    options.engine_options.streams = streams;
    return plan(options)[0].memory_bytes / slot;
  };
  EXPECT_EQ(slots_of("sequential/gpu", 0), 1U);
  EXPECT_EQ(slots_of("coroutine/gpu", 0), 8U);
  EXPECT_EQ(slots_of("coroutine/gpu", 3), 3U);
  EXPECT_EQ(slots_of("coroutine/gpu", 20), 10U);
  EXPECT_EQ(slots_of("threads/gpu", 0), 8U);
  EXPECT_EQ(slots_of("processes/gpu", 0), 10U);
}

TEST(Plan, TakesFewerStreamsWhereMemoryHoldsNoMoreHostBuffersAndSaysSo) {
  const ExecutorPlan limited = plan(options_for("coroutine/gpu"), {4, 4 * slot})[0];
  EXPECT_EQ(limited.job.slots, 3U);
  EXPECT_EQ(limited.job.lanes, 3U);
  ASSERT_EQ(limited.notes.size(), 1U);
  expect_contains(limited.notes[0], "3 compute slots of 8");
  EXPECT_TRUE(limited.takes_compute_slots) << "one process has them all";
}

TEST(Plan, SharesNoSlotOfAnEnginesOwnAmongProcesses) {
  for (const char* executor : {"processes/gpu", "processes/own-pool"}) {
    PlanOptions options = options_for(executor);
    options.compute_slots = 2;
    const ExecutorPlan own = plan(options)[0];
    EXPECT_EQ(own.job.slots, own.job.workers) << executor;
    EXPECT_FALSE(own.takes_compute_slots) << executor;
    expect_contains(own.notes.at(0), "--compute-slots does not apply");
  }
  try {
    plan(options_for("processes/gpu"), {4, 4 * slot});
    FAIL() << "ten processes' buffers fit";
  } catch (const UsageError& error) {
    expect_contains(error.what(), "fewer --workers take less");
  }
}

}  // namespace
}  // namespace overlap
