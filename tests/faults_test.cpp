// Faults, each provoked in the tool as a process: one row fails, the others stand, and nothing is left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/tool_commands.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::content_of;
using testing::faulty_tool;
using testing::left_behind;
using testing::left_behind_for_good;
using testing::Output;
using testing::Process;
using testing::TemporaryFolder;
using testing::wait_for_children;
using testing::waiting_tool;
using testing::write_content;

const Arguments drivers = {"sequential", "coroutine", "threads", "processes"};

constexpr int steps = 18;

struct Result {
  int status = -1;
  json rows;
};

/// Runs one faulty executor between two that work, and holds these to have stood.
Result run_between_working_ones(const std::string& executor, const Arguments& options = {}) {
  const Output output = testing::run(
      faulty_tool("sequential/fftw," + executor + ",processes/fftw", options + Arguments{"--format", "json"}));
  EXPECT_EQ(left_behind(), "");
  const json report = json::parse(output.out, nullptr, false);
  if (report.is_discarded() || report.at("runs").size() != 3) {
    ADD_FAILURE() << executor << ": " << output.status << '\n' << output.err << output.out;
    return {};
  }
  for (const int working : {0, 2}) {
    const json& row = report.at("runs").at(static_cast<std::size_t>(working));
    EXPECT_EQ(row.at("status"), "ok") << row.at("reason");
    EXPECT_EQ(row.at("verified"), true) << row.at("reason");
    EXPECT_EQ(row.at("steps_finished"), steps);
  }
  return {output.status, report.at("runs").at(1)};
}

std::string reason_of(const json& row) {
  return row.is_object() && row.at("reason").is_string() ? row.at("reason").get<std::string>() : "";
}

/// Every driver with this engine, one by one.
template <typename Check>
void under_every_driver(const std::string& engine, const Check& check) {
  for (const std::string& driver : drivers) {
    std::string executor = driver;
    executor += "/" + engine;
    SCOPED_TRACE(executor);
    const Result result = run_between_working_ones(executor);
    if (result.rows.is_object()) check(driver, result);
  }
}

void expect_wrong(const Result& result, const std::string& finding) {
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.rows.at("status"), "ok");
  EXPECT_EQ(result.rows.at("verified"), false);
  EXPECT_EQ(result.rows.at("steps_finished"), steps);
  EXPECT_TRUE(contains(reason_of(result.rows), finding)) << reason_of(result.rows);
}

/// A row that failed after some of its steps, without metrics.
void expect_failed(const Result& result, const std::string& finding) {
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.rows.at("status"), "failed");
  EXPECT_TRUE(contains(reason_of(result.rows), finding)) << reason_of(result.rows);
  const int finished = result.rows.at("steps_finished");
  EXPECT_LT(finished, steps);
  for (const char* metric : {"makespan_s", "total_s", "speedup", "efficiency", "latency_s", "cpu_s", "verified"}) {
    EXPECT_TRUE(result.rows.at(metric).is_null()) << metric;
  }
  // What did finish is there to be looked at.
  EXPECT_EQ(result.rows.contains("steps"), finished > 0);
  if (finished > 0) {
    EXPECT_EQ(result.rows.at("steps").at("end_s").size(), static_cast<std::size_t>(finished));
  }
}

/// As expect_failed, of a fault in step (5, 1), before which at least (5, 0) has finished.
void expect_failed_in_step(const Result& result, const std::string& driver, const std::string& finding) {
  expect_failed(result, finding);
  EXPECT_FALSE(contains(reason_of(result.rows), "setup")) << reason_of(result.rows);
  if (driver == "sequential") {
    EXPECT_EQ(result.rows.at("steps_finished"), 5 * 3 + 1);
  } else {
    EXPECT_GE(result.rows.at("steps_finished"), 1);
  }
}

std::string killed_by(const std::string& driver, const std::string& signal) {
  return (driver == "processes" ? "was killed by " : "the runner was killed by ") + signal;
}

// ---- Engines whose numbers are wrong ----

TEST(BrokenEngines, OneThatComputesNothingIsCaught) {
  under_every_driver("nothing", [](const std::string&, const Result& result) { expect_wrong(result, "input 0"); });
}

TEST(BrokenEngines, OneThatTransformsAnotherInputIsCaughtInThatStep) {
  under_every_driver("wrong-input",
                     [](const std::string&, const Result& result) { expect_wrong(result, "step (5, 1): "); });
}

TEST(BrokenEngines, OneThatSkipsAStepIsCaughtInThatStep) {
  under_every_driver("skips", [](const std::string&, const Result& result) {
    expect_wrong(result, "step (5, 1): nothing was computed");
  });
}

TEST(BrokenEngines, OneThatLeavesTheUpperHalfUnwrittenIsCaughtAtItsFirstBin) {
  under_every_driver("half-unwritten",
                     [](const std::string&, const Result& result) { expect_wrong(result, "bin 33 is not finite"); });
}

TEST(BrokenEngines, OneThatShowsNothingToTheCheckInSetupIsCaught) {
  under_every_driver("unchecked",
                     [](const std::string&, const Result& result) { expect_wrong(result, "check in setup"); });
}

TEST(BrokenEngines, AreCaughtWithoutAnotherRowToCompareWith) {
  for (const char* engine : {"nothing", "wrong-input", "skips", "half-unwritten", "unchecked"}) {
    SCOPED_TRACE(engine);
    // So few steps that direct sums are made for all.
    Command command;
    command.program = OVERLAP_FAULTY_BINARY;
    command.arguments = {"run",
                         "--requests",
                         "6",
                         "--iterations",
                         "2",
                         "--size",
                         "64",
                         "--wait",
                         "none",
                         "--executors",
                         std::string("coroutine/") + engine,
                         "--repeat",
                         "2",
                         "--format",
                         "json"};
    const Output output = testing::run(command);
    EXPECT_EQ(output.status, 1);
    const json row = json::parse(output.out).at("runs").at(0);
    EXPECT_EQ(row.at("verified"), false) << row.at("reason");
    ASSERT_EQ(row.at("repeats").size(), 2U);
    for (const json& repeat : row.at("repeats")) EXPECT_EQ(repeat.at("verified"), false);
  }
}

TEST(BrokenEngines, ShowAsSuchInTheTable) {
  const Output output = testing::run(faulty_tool("sequential,threads/skips,coroutine/throws", {}));
  EXPECT_EQ(output.status, 1);
  EXPECT_TRUE(contains(output.out, "NO")) << output.out;
  EXPECT_TRUE(contains(output.out, "step (5, 1)")) << output.out;
  EXPECT_TRUE(contains(output.out, "failed after")) << output.out;
  EXPECT_TRUE(contains(output.out, "the engine is out of ink")) << output.out;
}

// ---- Engines that fail, and processes that die ----

TEST(Faults, AStepThatThrowsFailsItsRowWithTheMessage) {
  under_every_driver("throws", [](const std::string& driver, const Result& result) {
    expect_failed_in_step(result, driver, "the engine is out of ink");
  });
}

TEST(Faults, AStepThatFailsOnAnotherThreadFailsItsRowWithTheMessage) {
  under_every_driver("late-throws", [](const std::string& driver, const Result& result) {
    expect_failed_in_step(result, driver, "the engine is out of ink, and says so late");
  });
}

TEST(Faults, ASetupThatThrowsFailsItsRowWithTheMessage) {
  under_every_driver("throws-in-setup", [](const std::string&, const Result& result) {
    expect_failed(result, "the engine has no paper");
    EXPECT_TRUE(contains(reason_of(result.rows), "setup")) << reason_of(result.rows);
    EXPECT_EQ(result.rows.at("steps_finished"), 0);
  });
}

TEST(Faults, AKilledProcessFailsItsRowWithTheSignal) {
  under_every_driver("dies", [](const std::string& driver, const Result& result) {
    expect_failed_in_step(result, driver, killed_by(driver, "SIGKILL"));
  });
}

TEST(Faults, AnAbortFailsItsRowWithTheSignal) {
  under_every_driver("aborts", [](const std::string& driver, const Result& result) {
    expect_failed_in_step(result, driver, killed_by(driver, "SIGABRT"));
  });
}

TEST(Faults, AProcessThatEndsEarlyAsIfAllWereWellFailsItsRow) {
  under_every_driver(
      "exits", [](const std::string& driver, const Result& result) { expect_failed_in_step(result, driver, ""); });
}

TEST(Faults, AWorkerKilledWithASharedSlotInHandHangsNobody) {
  // The other worker has many steps to go, so that it asks for the slot that nobody gives back.
  Command command = faulty_tool("processes/dies-in-slot", {"--compute-slots", "1", "--format", "json"});
  std::replace(command.arguments.begin(), command.arguments.end(), std::string("6"), std::string("10k"));
  std::replace(command.arguments.begin(), command.arguments.end(), std::string("uniform:0:4ms"), std::string("none"));
  const Output output = testing::run(command);
  EXPECT_EQ(left_behind(), "");
  EXPECT_EQ(output.status, 1);
  const json row = json::parse(output.out, nullptr, false).at("runs").at(0);
  EXPECT_EQ(row.at("status"), "failed");
  EXPECT_TRUE(contains(reason_of(row), "was killed by SIGKILL")) << reason_of(row);
  EXPECT_LT(row.at("steps_finished"), 30'000);
}

TEST(Faults, WhereRequestsComeInOverTimeARowFailsLongBeforeTheLast) {
  // A worker for each request, started as it comes in; the sixth, after a quarter of a second, fails.
  for (const std::string& driver : drivers) {
    for (const char* engine : {"throws", "dies"}) {
      SCOPED_TRACE(driver + "/" + engine);
      Command command = faulty_tool(driver + "/" + engine, {"--rate", "20", "--arrivals", "even", "--format", "json"});
      for (const char* count : {"6", "2"}) {
        std::replace(command.arguments.begin(), command.arguments.end(), std::string(count), std::string("400"));
      }
      const Output output = testing::run(command);
      EXPECT_EQ(left_behind(), "");
      EXPECT_EQ(output.status, 1) << output.err;
      const json row = json::parse(output.out, nullptr, false).at("runs").at(0);
      EXPECT_EQ(row.at("status"), "failed");
      EXPECT_TRUE(contains(reason_of(row), *engine == 't' ? "out of ink" : "SIGKILL")) << reason_of(row);
      EXPECT_LT(row.at("steps_finished"), 600);
    }
  }
}

TEST(Faults, AFailedRepeatFailsItsRowAndNotTheOthers) {
  const Result result = run_between_working_ones("threads/throws", {"--repeat", "2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.rows.at("status"), "failed");
  EXPECT_EQ(result.rows.at("repeats").size(), 2U);
}

TEST(Faults, ARowThatFailsIsNotRunAgainWhereRepeatsAreAutomatic) {
  const Output output =
      testing::run(faulty_tool("threads/throws", {"--repeat", "auto", "--max-time", "2", "--format", "json"}));
  EXPECT_EQ(output.status, 1);
  EXPECT_EQ(json::parse(output.out).at("runs").at(0).at("repeats").size(), 1U);
}

TEST(Faults, AFailedReferenceLeavesSpeedupToTheFirstRowThatComputes) {
  const Output output = testing::run(faulty_tool("sequential/throws,threads/null,coroutine",
                                                 {"--reference", "sequential/throws", "--format", "json"}));
  EXPECT_EQ(output.status, 1);
  const json report = json::parse(output.out);
  EXPECT_EQ(report.at("reference"), "coroutine/fftw");
  EXPECT_EQ(report.at("runs").at(2).at("verified"), true);
}

TEST(Faults, AProcessThatAnEngineForgetsEndsWithItsRunner) {
  under_every_driver("orphans", [](const std::string&, const Result& result) {
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.rows.at("verified"), true) << result.rows.at("reason");
  });
}

/// Kills the runner of a row that hangs, or its workers, and holds that row to have failed and the next one to stand.
void expect_failed_when_killed(const std::string& driver, bool worker, int signal, const std::string& name) {
  SCOPED_TRACE(driver + (worker ? "'s worker by " : "'s runner by ") + name);
  Process tool(faulty_tool(driver + "/hangs,threads/fftw", {"--format", "json", "--log"}));
  ASSERT_TRUE(tool.wait_for_err("call 5 iteration 1\n"));
  const std::vector<pid_t> runners = wait_for_children(tool.pid(), 1);
  ASSERT_EQ(runners.size(), 1U);
  if (worker) {
    // One hangs; the other may have ended, as it has nothing left to do.
    const std::vector<pid_t> workers = testing::children_of(runners[0]);
    ASSERT_FALSE(workers.empty());
    for (const pid_t each : workers) kill(each, signal);
  } else {
    kill(runners[0], signal);
  }
  const Output output = tool.finish();
  EXPECT_EQ(left_behind(), "");
  EXPECT_EQ(output.status, 1);
  const json rows = json::parse(output.out, nullptr, false).at("runs");
  expect_failed({output.status, rows.at(0)}, name);
  EXPECT_GE(rows.at(0).at("steps_finished"), 1);
  EXPECT_EQ(rows.at(1).at("status"), "ok");
  EXPECT_EQ(rows.at(1).at("verified"), true);
}

TEST(Faults, ARunnerKilledFromOutsideFailsItsRowAloneWithTheSignal) {
  for (const std::string& driver : drivers) expect_failed_when_killed(driver, false, SIGKILL, "SIGKILL");
  expect_failed_when_killed("threads", false, SIGSEGV, "SIGSEGV");
}

TEST(Faults, AWorkerKilledFromOutsideFailsItsRowAloneWithTheSignal) {
  expect_failed_when_killed("processes", true, SIGKILL, "SIGKILL");
  expect_failed_when_killed("processes", true, SIGTERM, "SIGTERM");
}

TEST(Faults, RunnersAndWorkersIgnoreInterruptsMeantForTheTool) {
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = {"run",    "--requests",    "2",           "--iterations", "2",     "--size",   "64",
                       "--wait", "constant:60ms", "--executors", "processes",    "--log", "--format", "json"};
  Process tool(command);
  ASSERT_TRUE(tool.wait_for_err("call 1 iteration 1\n"));
  for (const pid_t runner : testing::children_of(tool.pid())) {
    for (const pid_t worker : testing::children_of(runner)) kill(worker, SIGINT);
    kill(runner, SIGINT);
  }
  const Output output = tool.finish();
  EXPECT_EQ(output.status, 0) << output.out;
}

// ---- Timeouts ----

TEST(Faults, ATimeoutEndsAHangingRunUnderEveryDriver) {
  const TemporaryFolder folder;
  const Output output =
      testing::run(faulty_tool("*/hangs", {"--timeout", "400ms", "--output", folder / "report.json"}));
  EXPECT_EQ(left_behind(), "");
  EXPECT_EQ(output.status, 1);
  const json rows = json::parse(content_of(folder / "report.json")).at("runs");
  ASSERT_EQ(rows.size(), 4U);
  for (const json& row : rows) {
    SCOPED_TRACE(row.at("executor"));
    expect_failed({output.status, row}, "timeout");
  }
  EXPECT_TRUE(contains(output.out, "timeout after 400 ms")) << output.out;
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(Faults, ATimeoutEndsAHangingSetup) {
  for (const char* driver : {"threads", "processes"}) {
    const Output output =
        testing::run(faulty_tool(std::string(driver) + "/hangs-in-setup", {"--timeout", "0.2", "--format", "json"}));
    EXPECT_EQ(left_behind(), "");
    EXPECT_EQ(output.status, 1);
    const json row = json::parse(output.out).at("runs").at(0);
    expect_failed({output.status, row}, "timeout");
    EXPECT_TRUE(contains(reason_of(row), "setup")) << reason_of(row);
  }
}

TEST(Faults, ADeviceThatNeverOpensFailsItsRow) {
  for (const char* mode : {"poll", "block"}) {
    for (const std::string& driver : drivers) {
      SCOPED_TRACE(driver);
      const Result result = run_between_working_ones(driver + "/device-hangs-in-setup", {"--completion", mode});
      if (!result.rows.is_object()) continue;
      expect_failed(result, "opening the device has not ended after 0.05 s");
      EXPECT_TRUE(contains(reason_of(result.rows), "setup")) << reason_of(result.rows);
    }
  }
}

TEST(Faults, OfNoKindGiveARowWithADevicesFigures) {
  const Result result = run_between_working_ones("coroutine/device", {"--completion", "block"});
  ASSERT_TRUE(result.rows.is_object());
  EXPECT_EQ(result.rows.at("device_copy_gb_per_s"), 1.0);
  EXPECT_GT(result.rows.at("device_slot_bytes"), result.rows.at("device_work_area_bytes"));
  EXPECT_EQ(result.rows.at("verified"), true) << reason_of(result.rows);
  EXPECT_EQ(result.rows.at("device_busy_s"), steps * 4e-6);
  EXPECT_EQ(result.rows.at("device_step_s").at("transform"), 5e-6);
  EXPECT_EQ(result.rows.at("parallelism"),
            result.rows.at("device_busy_s").get<double>() / result.rows.at("makespan_s").get<double>());
  EXPECT_TRUE(contains(result.rows.at("notes").dump(), "transform 5.00 µs")) << result.rows.at("notes");
}

TEST(Faults, ATimeoutIsEachRunsOwn) {
  const Result result = run_between_working_ones("coroutine/hangs", {"--timeout", "2"});
  expect_failed_in_step(result, "coroutine", "timeout after 2.00 s");
}

TEST(Faults, ChildrenThatTheToolWasStartedToIgnoreAreItsOwnToSee) {
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = testing::quick_with({"--executors", "threads,processes"});
  command.ignored = {SIGCHLD};
  const Output output = Process(command).finish();
  EXPECT_EQ(output.status, 0) << output.out;
}

// ---- The tool itself killed ----

TEST(Faults, RunnersAndWorkersEndWithAKilledTool) {
  for (const std::string& driver : drivers) {
    SCOPED_TRACE(driver);
    const TemporaryFolder folder;
    write_content(folder / "report.json", "old");
    Process tool(waiting_tool(driver, {"--output", folder / "report.json"}));
    ASSERT_TRUE(tool.wait_for_err(driver == "sequential" ? "call 0 iteration 0\n" : "call 3 iteration 0\n"));
    const std::vector<pid_t> runners = wait_for_children(tool.pid(), 1);
    ASSERT_EQ(runners.size(), 1U);
    EXPECT_EQ(testing::children_of(runners[0]).size(), driver == "processes" ? 4U : 0U);
    tool.send(SIGKILL);
    EXPECT_EQ(tool.finish().signal, SIGKILL);
    EXPECT_EQ(left_behind_for_good(), "");
    EXPECT_EQ(content_of(folder / "report.json"), "old");
    EXPECT_EQ(folder.entries(), 1U);
  }
}

TEST(Faults, ARunnerThatIsJustStartingEndsWithAKilledTool) {
  for (int round = 0; round < 40; ++round) {
    Process tool(waiting_tool("threads", {}));
    // Printed right before the runner is started.
    ASSERT_TRUE(tool.wait_for_err("threads/fftw\n"));
    if (round % 2 == 0) wait_for_children(tool.pid(), 1);
    tool.send(SIGKILL);
    tool.finish();
    EXPECT_EQ(left_behind_for_good(), "") << "round " << round;
    if (HasFailure()) return;
  }
}

// ---- Steps that complete later ----

TEST(LateEngine, IsVerifiedUnderEveryDriver) {
  under_every_driver("late", [](const std::string&, const Result& result) {
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.rows.at("status"), "ok") << result.rows.at("reason");
    EXPECT_EQ(result.rows.at("verified"), true) << result.rows.at("reason");
  });
}

TEST(Faults, OfATrialLeaveTheOtherRowsOfADryRun) {
  const Output output = testing::run(faulty_tool("threads/throws-in-setup,threads", {"--dry-run"}));
  EXPECT_EQ(output.status, 0);
  EXPECT_NE(output.out.find("threads/throws-in-setup: no guess of its time: "), std::string::npos) << output.out;
  EXPECT_NE(output.out.find("unknown"), std::string::npos) << output.out;
  EXPECT_NE(output.out.find("\nthreads/fftw "), std::string::npos) << output.out;
}

}  // namespace
}  // namespace overlap
