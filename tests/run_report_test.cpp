// The reports of `overlap run`, driven as a process: what rows there are, and what is said of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "src/base/text.hpp"
#include "src/workload/workload.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::executors_of;
using testing::lines_of;
using testing::Output;
using testing::overlap;
using testing::quick_with;
using testing::report_of;
using testing::shown;
using testing::TemporaryFolder;
using testing::tool;

TEST(CommandLine, RunsTheNineRowsByDefault) {
  const json report = report_of(quick_with({}));
  EXPECT_EQ(executors_of(report),
            (Arguments{"sequential/fftw", "coroutine/fftw", "threads/fftw", "processes/fftw", "threads/locked",
                       "processes/locked", "coroutine/fftw-threads", "coroutine/pool", "coroutine/cuda"}));
  for (const json& run : report.at("runs")) {
    if (run.at("engine") == "cuda" && run.at("status") == "unavailable") continue;
    EXPECT_EQ(run.at("status"), "ok") << run.at("executor");
    EXPECT_EQ(run.at("verified"), true) << run.at("executor");
    EXPECT_EQ(run.at("steps_finished"), 12) << run.at("executor");
  }
}

TEST(CommandLine, SaysWhyCudaIsUnavailableAndRunsTheRest) {
  const json cuda = report_of(quick_with({})).at("runs").back();
  if (cuda.at("status") == "ok") GTEST_SKIP() << "there is a GPU here";
  EXPECT_EQ(cuda.at("status"), "unavailable");
  const std::string reason = cuda.at("reason");
  EXPECT_FALSE(reason.empty());
  EXPECT_EQ(std::count(reason.begin(), reason.end(), '\n'), 0);
  EXPECT_TRUE(contains(overlap(quick_with({})).out, "coroutine/cuda: unavailable: "));
  EXPECT_TRUE(contains(overlap({"list"}).out, reason));
  for (const char* name : {"cuda", "coroutine/cuda", "threads/cuda-copy"}) {
    const Output named = overlap(quick_with({"--executors", std::string("threads,") + name}));
    EXPECT_EQ(named.status, 4);
    EXPECT_EQ(named.out, "");
    EXPECT_TRUE(contains(named.err, reason)) << named.err;
  }
}

TEST(CommandLine, SaysThatItWasBuiltWithoutCudaWhereTheModuleIsNotThere) {
  const TemporaryFolder folder;
  std::filesystem::copy_file(OVERLAP_BINARY, folder / "overlap");
  const Output list = testing::run(folder / "overlap", {"list"});
  EXPECT_EQ(list.status, 0) << list.err;
  EXPECT_TRUE(contains(list.out,
                       "unavailable: there is no overlap_cuda.so beside the program: it was built without it (no CUDA "
                       "toolkit, or -DOVERLAP_CUDA=OFF)\n"))
      << list.out;
}

TEST(CommandLine, JsonStepsAreTheWorkloadsInOrder) {
  const json report = report_of(quick_with({"--seed", "7", "--executors", "*/fftw"}));
  Workload workload;
  workload.requests = 4;
  workload.iterations = 3;
  workload.size = 64;
  workload.wait.b = 0.004;
  workload.seed = 7;
  for (const json& run : report.at("runs")) {
    SCOPED_TRACE(run.at("executor"));
    const json& steps = run.at("steps");
    for (std::size_t index = 0; index < 12; ++index) {
      const std::uint64_t request = index / 3;
      const std::uint64_t iteration = index % 3;
      EXPECT_EQ(steps.at("request").at(index), request);
      EXPECT_EQ(steps.at("iteration").at(index), iteration);
      EXPECT_EQ(steps.at("bin").at(index), workload.checked_bin(request, iteration));
      EXPECT_EQ(std::llround(steps.at("wait_s").at(index).get<double>() * 1e9), workload.wait_ns(request, iteration));
      EXPECT_LE(steps.at("due_s").at(index), steps.at("begin_s").at(index));
      EXPECT_LE(steps.at("begin_s").at(index), steps.at("end_s").at(index));
      if (iteration > 0) {
        EXPECT_GE(steps.at("due_s").at(index), steps.at("end_s").at(index - 1));
      }
    }
  }
}

TEST(CommandLine, LeavesStepsOutOfLargeJsonUnlessTheyAreAskedFor) {
  const Arguments large = {"run",    "--executors", "coroutine/null", "--requests", "100001", "--iterations", "1",
                           "--size", "1",           "--wait",         "none"};
  EXPECT_FALSE(report_of(large).at("runs").at(0).contains("steps"));
  EXPECT_EQ(report_of(large + Arguments{"--raw"}).at("runs").at(0).at("steps").at("request").size(), 100'001U);
}

TEST(CommandLine, KeepsEveryRepeatAndTakesTheMedian) {
  const json report = report_of(quick_with({"--repeat", "3", "--executors", "coroutine,threads"}));
  for (const json& run : report.at("runs")) {
    std::vector<double> makespans;
    for (const json& repeat : run.at("repeats")) {
      makespans.push_back(repeat.at("makespan_s"));
      EXPECT_EQ(repeat.at("status"), "ok");
      EXPECT_EQ(repeat.at("verified"), true);
    }
    ASSERT_EQ(makespans.size(), 3U);
    std::sort(makespans.begin(), makespans.end());
    EXPECT_EQ(run.at("makespan_s"), makespans[1]);
  }
  const Output table = overlap(quick_with({"--repeat", "3", "--executors", "coroutine"}));
  EXPECT_TRUE(contains(table.out, "–")) << "no least and largest makespan in:\n" << table.out;
}

TEST(CommandLine, FirstRoundKeepsTheOrderAndLaterOnesAreShuffledBySeed) {
  const auto order_of = [](const char* seed) {
    Arguments order;
    const Output output = overlap({"run", "--requests", "1", "--iterations", "1", "--size", "1", "--wait", "none",
                                   "--executors", "*/null", "--repeat", "8", "--log", "--seed", seed});
    for (const std::string& line : lines_of(output.err)) {
      if (contains(line, "/null")) order.push_back(line);
    }
    return order;
  };
  const Arguments given = {"sequential/null", "coroutine/null", "threads/null", "processes/null"};
  const Arguments order = order_of("1");
  ASSERT_EQ(order.size(), 32U);
  std::set<Arguments> orders;
  for (std::ptrdiff_t round = 0; round < 8; ++round) {
    const Arguments names(order.begin() + 4 * round, order.begin() + 4 * round + 4);
    if (round == 0) {
      EXPECT_EQ(names, given);
    }
    EXPECT_TRUE(std::is_permutation(names.begin(), names.end(), given.begin())) << shown(names);
    orders.insert(names);
  }
  EXPECT_GT(orders.size(), 2U) << "each round has an order of its own";
  EXPECT_EQ(order_of("1"), order);
  EXPECT_NE(order_of("2"), order);
}

TEST(CommandLine, TakesExecutorsByNameShortNameGlobAndAll) {
  const auto rows = [](const char* list) {
    return executors_of(report_of(
        {"run", "--requests", "2", "--iterations", "1", "--size", "16", "--wait", "none", "--executors", list}));
  };
  EXPECT_EQ(rows("threads"), Arguments{"threads/fftw"});
  EXPECT_EQ(rows("threads/null"), Arguments{"threads/null"});
  EXPECT_EQ(rows("coroutine/*"), (Arguments{"coroutine/fftw", "coroutine/locked", "coroutine/fftw-threads",
                                            "coroutine/pool", "coroutine/null"}));
  EXPECT_EQ(rows("*/null"), (Arguments{"sequential/null", "coroutine/null", "threads/null", "processes/null"}));
  EXPECT_EQ(rows("processes,sequential"), (Arguments{"processes/fftw", "sequential/fftw"}));
  EXPECT_EQ(rows("processes,threads/fftw,*/fftw,threads"),
            (Arguments{"processes/fftw", "threads/fftw", "sequential/fftw", "coroutine/fftw"}));
  EXPECT_EQ(rows("all").size(), 20U);
  const json report = report_of(
      {"run", "--requests", "2", "--iterations", "1", "--size", "16", "--wait", "none", "--executors", "all"});
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("verified"), run.at("engine") == "null" ? json(nullptr) : json(true)) << run.at("executor");
  }
}

TEST(CommandLine, RefersSpeedupToTheReference) {
  const json first = report_of(quick_with({"--executors", "threads,sequential"}));
  EXPECT_EQ(first.at("reference"), "sequential/fftw");
  EXPECT_EQ(first.at("runs").at(1).at("speedup"), 1.0);
  const json named = report_of(quick_with({"--executors", "sequential,threads", "--reference", "threads"}));
  EXPECT_EQ(named.at("reference"), "threads/fftw");
  EXPECT_EQ(named.at("runs").at(1).at("speedup"), 1.0);
  EXPECT_DOUBLE_EQ(
      named.at("runs").at(0).at("speedup").get<double>(),
      named.at("runs").at(1).at("makespan_s").get<double>() / named.at("runs").at(0).at("makespan_s").get<double>());
  const json without = report_of(quick_with({"--executors", "threads/null,coroutine"}));
  EXPECT_EQ(without.at("reference"), "coroutine/fftw");
}

TEST(CommandLine, BoundsWorkersAndComputeSlots) {
  const json report = report_of(quick_with({"--executors", "threads,processes", "--workers", "2"}));
  for (const json& run : report.at("runs")) {
    std::set<int> workers;
    for (const json& worker : run.at("steps").at("worker")) workers.insert(worker.get<int>());
    EXPECT_EQ(workers, (std::set<int>{0, 1})) << run.at("executor");
  }
  const json slots = report_of(quick_with({"--executors", "threads,processes", "--compute-slots", "1"}));
  for (const json& run : slots.at("runs")) {
    EXPECT_EQ(run.at("verified"), true) << run.at("executor");
    EXPECT_EQ(run.at("lanes"), 1) << run.at("executor");
  }
}

TEST(CommandLine, VerifiesEveryPrecisionSpectrumAndSmallSize) {
  for (const char* size : {"1", "2", "3", "5", "63", "1001"}) {
    for (const char* precision : {"double", "float"}) {
      for (const char* spectrum : {"full", "half"}) {
        SCOPED_TRACE(std::string(size) + precision + spectrum);
        const json report = report_of({"run", "--requests", "1", "--iterations", "1", "--wait", "none", "--executors",
                                       "sequential", "--size", size, "--precision", precision, "--spectrum", spectrum});
        EXPECT_EQ(report.at("runs").at(0).at("verified"), true);
      }
    }
  }
}

TEST(CommandLine, RepeatsUntilTheMediansAreKnownOrTheTimeIsSpentAndSaysWhich) {
  const json report = report_of(quick_with({"--repeat", "auto", "--max-time", "15", "--wait", "constant:20ms",
                                            "--executors", "coroutine/null,threads/null"}));
  EXPECT_EQ(report["rounds"]["automatic"], true);
  EXPECT_EQ(report["rounds"]["max_time_s"], 15.0);
  std::size_t most = 0;
  bool all_known = true;
  for (const json& run : report["runs"]) {
    const double makespan_s = run["makespan_s"];
    EXPECT_GE(run["repeats"].size(), 5U);
    most = std::max(most, run["repeats"].size());
    all_known = all_known && run["makespan_interval_s"]["low"] >= 0.97 * makespan_s &&
                run["makespan_interval_s"]["high"] <= 1.03 * makespan_s;
  }
  EXPECT_EQ(report["rounds"]["made"], most);
  // On a machine with much else to do the medians may take longer than that.
  if (report["rounds"]["ended_by"] == "settled") {
    EXPECT_TRUE(all_known);
  } else {
    EXPECT_EQ(report["rounds"]["ended_by"], "max_time");
  }
}

TEST(CommandLine, StopsRepeatingWhenTheTimeIsSpent) {
  const json report = report_of(quick_with({"--repeat", "auto", "--max-time", "1ns", "--executors", "*/null"}));
  EXPECT_EQ(report["rounds"]["ended_by"], "max_time");
  EXPECT_EQ(report["rounds"]["made"], 1);
  for (const json& run : report["runs"]) EXPECT_EQ(run["repeats"].size(), 1U);
  const std::string notes = report["notes"].dump();
  EXPECT_TRUE(contains(notes, "--max-time was spent before")) << notes;
}

TEST(CommandLine, ExplainsTheRowsOnATerminalOrWhereAskedTo) {
  const auto explained = [](const Arguments& more, bool terminal) {
    Command command = tool(quick_with({"--executors", "sequential,threads"}));
    command.arguments.insert(command.arguments.end(), more.begin(), more.end());
    command.out_is_terminal = terminal;
    std::string out = testing::run(command).out;
    std::erase(out, '\r');
    std::replace(out.begin(), out.end(), '\n', ' ');
    return contains(out, "the bound of its lanes") || contains(out, "furthest from its bound");
  };
  EXPECT_FALSE(explained({}, false));
  EXPECT_TRUE(explained({"--explain"}, false));
  EXPECT_TRUE(explained({}, true));
  EXPECT_FALSE(explained({"--no-explain"}, true));
  EXPECT_TRUE(explained({"--explain", "--format", "markdown"}, false));
}

TEST(Run, KeepsNoFileOpenForARepeatThatIsOver) {
  Command command;
  command.program = "/bin/sh";
  command.arguments = {"-c", R"(ulimit -n 14; exec "$0" "$@")", OVERLAP_BINARY};
  command.arguments = command.arguments + quick_with({"--executors", "coroutine,threads", "--repeat", "15"});
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 0) << output.err << output.out;
}

TEST(Run, KeepsTheSettingsOfItsRows) {
  EXPECT_EQ(report_of(quick_with({"--executors", "threads"})).at("settings"), json({{"rigor", "estimate"}}));
  const json set = {{"rigor", "estimate"},   {"workers", "3"}, {"compute-slots", "2"},
                    {"engine-threads", "1"}, {"streams", "4"}, {"completion", "block"}};
  EXPECT_EQ(report_of(quick_with({"--executors", "threads", "--workers", "3", "--compute-slots", "2",
                                  "--engine-threads", "1", "--streams", "4", "--completion", "block"}))
                .at("settings"),
            set);
}

TEST(Run, ShowsTheStepsOfItsMedianAfterManyRepeats) {
  const json report = report_of(quick_with({"--executors", "threads,processes", "--repeat", "12"}));
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("repeats").size(), 12U);
    EXPECT_EQ(run.at("steps").at("due_s").size(), 12U) << run.at("executor");
  }
}

TEST(Run, NamesOptionsThatMakeNoDifference) {
  const auto notes_with = [](const Arguments& options) { return report_of(quick_with(options)).at("notes").dump(); };
  const std::string notes = notes_with({"--executors", "sequential,coroutine", "--workers", "2", "--engine-threads",
                                        "3", "--compute-slots", "2", "--completion", "block"});
  for (const std::string option : {"--workers", "--engine-threads", "--compute-slots", "--completion"}) {
    EXPECT_TRUE(contains(notes, option + ": it makes no difference to any of these rows")) << notes;
  }
  EXPECT_TRUE(contains(notes_with({"--executors", "coroutine/null", "--rigor", "measure"}), "--rigor: "));
  EXPECT_FALSE(contains(notes_with({"--executors", "threads,coroutine/pool", "--workers", "2", "--engine-threads", "3",
                                    "--compute-slots", "2"}),
                        "no difference"));
}

}  // namespace
}  // namespace overlap
