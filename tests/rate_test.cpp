// Requests that come in over time, through the whole tool: runs, files, sweeps and a break-even, driven as processes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/base/clock.hpp"
#include "src/workload/workload.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sweeps.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::contains;
using testing::content_of;
using testing::expect_usage_error;
using testing::Output;
using testing::overlap;
using testing::quick_with;
using testing::TemporaryFolder;

/// Four requests in an eighth of a second, which one at a time take longer.
const Arguments in_turn = {"run",    "--requests", "4",      "--iterations",  "2",
                           "--size", "64",         "--wait", "constant:30ms", "--rate",
                           "32",     "--arrivals", "even",   "--executors",   "sequential,coroutine,threads"};

TEST(Rate, IsThatAtWhichRequestsComeInUnderEveryRow) {
  const TemporaryFolder folder;
  const Output output = overlap(in_turn + Arguments{"--output", folder / "a.json", "--explain"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "workload: 4 requests at 32 a second (even) × 2 iterations")) << output.out;
  EXPECT_TRUE(contains(output.out, "For this load use ")) << output.out;
  EXPECT_TRUE(contains(output.out, ": p99 latency ")) << output.out;
  EXPECT_TRUE(contains(output.out, "sequential/fftw (")) << output.out;
  EXPECT_TRUE(contains(output.out, "can't keep up with 32.0 requests a second")) << output.out;
  const json report = json::parse(content_of(folder / "a.json"));
  EXPECT_EQ(report.at("workload").at("rate"), 32.0);
  EXPECT_EQ(report.at("workload").at("arrivals"), "even");
  const json& sequential = report.at("runs").at(0);
  EXPECT_EQ(sequential.at("verified"), true);
  // One request takes at least 60 ms, and the last one waits for three; it came in after 94 ms.
  EXPECT_LE(sequential.at("capacity_requests_per_s"), 1.0 / 0.06);
  EXPECT_GE(sequential.at("latency_s").at("max"), 0.24 - 0.09375);
  for (const std::size_t row : {std::size_t{1}, std::size_t{2}}) {
    const json& run = report.at("runs").at(row);
    EXPECT_GE(run.at("makespan_s"), 0.09375 + 0.06);
    EXPECT_EQ(run.at("bound"), "arrivals");
  }
}

TEST(Rate, IsKeptInFilesThatAreShownAgain) {
  const TemporaryFolder folder;
  // Which of several repeats is the median, by latency, is held against the file when it is read.
  const Output first = overlap(in_turn + Arguments{"--repeat", "3", "--output", folder / "a.json", "--output",
                                                   folder / "a.trace.json", "--explain"});
  ASSERT_EQ(first.status, 0) << first.err;
  const Output again = overlap({"show", folder / "a.json", "--output", folder / "b.trace.json", "--explain"});
  EXPECT_EQ(again.out, first.out);
  EXPECT_EQ(content_of(folder / "b.trace.json"), content_of(folder / "a.trace.json"));
  // That the sequential row had not begun a request when it came in is seen.
  EXPECT_TRUE(
      contains(content_of(folder / "a.trace.json"), R"({"ph":"B","name":"not begun","pid":1,"tid":4,"ts":93750.000,)"));
}

TEST(Rate, HasMomentsOfItsOwnInEachRepeatWhichFilesKeep) {
  Workload workload;
  workload.requests = 20;
  workload.rate = 100.0;
  workload.seed = 10;
  const double first_s = to_seconds(workload.arrivals_ns().back());
  workload.repeat = 1;
  const double second_s = to_seconds(workload.arrivals_ns().back());
  ASSERT_GT(second_s, 1.5 * first_s) << "that the second repeat takes longer shows that it has moments of its own";
  const TemporaryFolder folder;
  const Output output = overlap(quick_with({"--requests", "20", "--iterations", "1", "--rate", "100", "--wait", "none",
                                            "--executors", "coroutine", "--seed", "10", "--repeat", "2", "--output",
                                            folder / "a.json", "--output", folder / "a.trace.json"}));
  ASSERT_EQ(output.status, 0) << output.err;
  const json repeats = json::parse(content_of(folder / "a.json")).at("runs").at(0).at("repeats");
  EXPECT_GE(repeats.at(0).at("makespan_s"), first_s);
  EXPECT_GE(repeats.at(1).at("makespan_s"), second_s);
  EXPECT_EQ(overlap({"show", folder / "a.json", "--output", folder / "b.trace.json"}).status, 0);
  EXPECT_EQ(content_of(folder / "b.trace.json"), content_of(folder / "a.trace.json"));
}

TEST(Rate, HasWaitsOfItsOwnInEachRepeat) {
  Workload workload;
  workload.requests = workload.iterations = 1;
  workload.rate = 100.0;
  workload.wait = {WaitDistribution::Kind::uniform, 0.0, 0.2};
  workload.seed = 8;
  const double first_s = to_seconds(workload.wait_ns(0, 0));
  workload.repeat = 1;
  const double second_s = to_seconds(workload.wait_ns(0, 0));
  ASSERT_GT(second_s, first_s + 0.15) << "that the second repeat takes longer shows that it has a wait of its own";
  const Arguments one_request =
      quick_with({"--requests", "1", "--iterations", "1", "--wait", "uniform:0:0.2", "--seed", "8", "--repeat", "2",
                  "--format", "json", "--executors", "sequential,coroutine,threads,python/asyncio"});
  const json runs = json::parse(overlap(one_request + Arguments{"--rate", "100"}).out).at("runs");
  for (const json& run : runs) {
    if (run.at("status") == "unavailable") continue;  // without NumPy
    EXPECT_GE(run.at("repeats").at(0).at("latency_s").at("max"), first_s) << run.at("executor");
    EXPECT_GE(run.at("repeats").at(1).at("latency_s").at("max"), second_s) << run.at("executor");
  }
}

TEST(Rate, IsKeptSoThatLatenciesFollowFromSteps) {
  const Output output =
      overlap(quick_with({"--requests", "20", "--iterations", "2", "--rate", "400", "--wait", "uniform:0:10ms",
                          "--workers", "2", "--executors", "threads,sequential", "--repeat", "3", "--format", "json"}));
  ASSERT_EQ(output.status, 0) << output.err;
  const json report = json::parse(output.out);
  for (const json& run : report.at("runs")) {
    const json& steps = run.at("steps");
    double longest_s = 0.0;
    for (std::size_t last = 1; last < steps.at("end_s").size(); last += 2) {
      const double latency_s = steps.at("end_s").at(last).get<double>() - steps.at("arrival_s").at(last).get<double>();
      longest_s = std::max(longest_s, latency_s);
    }
    EXPECT_NEAR(run.at("latency_s").at("max").get<double>(), longest_s, 1e-8) << run.at("executor");
  }
}

TEST(Rate, IsBoundedByTheCpusWhereEachRequestHasAProcess) {
  const Output output = overlap(quick_with({"--requests", "30", "--iterations", "1", "--rate", "300", "--wait", "none",
                                            "--executors", "processes/null,coroutine/null", "--format", "json"}));
  const json report = json::parse(output.out);
  const json& processes = report.at("runs").at(0);
  const double cpu_s = processes.at("cpu_s");
  const double cpus = report.at("machine").at("usable_cpus");
  ASSERT_TRUE(processes.at("capacity_requests_per_s").is_number());
  // At least as many as came in, which none of the CPU time says.
  EXPECT_LE(processes.at("capacity_requests_per_s"), std::max(cpus * 30.0 / cpu_s, 1000.0));
  EXPECT_TRUE(report.at("runs").at(1).at("capacity_requests_per_s").is_null()) << "nothing bounds it";
}

TEST(Rate, IsNoneWhereAllRequestsComeInAtOnce) {
  const Output output = overlap(quick_with({"--format", "json"}));
  const json workload = json::parse(output.out).at("workload");
  EXPECT_TRUE(workload.at("rate").is_null());
  EXPECT_TRUE(workload.at("arrivals").is_null());
}

TEST(Rate, IsRefusedWhereItIsNone) {
  expect_usage_error(quick_with({"--rate", "0"}), {"--rate", "'0'", "a number above 0"});
  expect_usage_error(quick_with({"--rate", "50/s"}), {"--rate", "'50/s'", "a number above 0"});
  expect_usage_error(quick_with({"--rate", "50", "--arrivals", "together"}),
                     {"--arrivals", "'together'", "poisson or even"});
  expect_usage_error(quick_with({"--arrivals", "even"}), {"--arrivals", "with --rate alone"});
  expect_usage_error(quick_with({"--arrivals", "odd"}), {"--arrivals", "'odd'", "poisson or even"});
}

TEST(Rate, SaysWithATimeHowManyRequestsThereAre) {
  const Arguments at_rate = {"run", "--iterations", "1", "--size", "64", "--wait", "none", "--executors", "coroutine"};
  const Output output = overlap(at_rate + Arguments{"--rate", "150", "--for", "100ms", "--format", "json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(json::parse(output.out).at("workload").at("requests"), 15);
  expect_usage_error(at_rate + Arguments{"--for", "10"}, {"--for", "with --rate alone"});
  expect_usage_error(at_rate + Arguments{"--rate", "5", "--for", "10", "--requests", "9"}, {"--requests", "--for"});
  for (const char* time : {"0", "-1", "a while", ""}) {
    expect_usage_error(at_rate + Arguments{"--rate", "5", "--for", time}, {"--for", "time"});
  }
  expect_usage_error(at_rate + Arguments{"--rate", "1G", "--for", "1G"}, {"--for"});
}

TEST(Rate, OfASweepSaysWithATimeHowManyRequestsItsCellsHave) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Arguments grid = {"sweep",  "--iterations", "1",         "--size",      "64",
                          "--wait", "none",         "--axis",    "rate=50,100", "--for",
                          "100ms",  "--executors",  "coroutine", "--output",    path};
  const Output output = overlap(grid);
  EXPECT_EQ(output.status, 0) << output.err;
  const json sweep = json::parse(content_of(path));
  EXPECT_EQ(sweep.at("options").at("for"), "0.1");
  EXPECT_FALSE(sweep.at("options").contains("requests"));
  EXPECT_EQ(sweep.at("cells").at(0).at("results").at("workload").at("requests"), 5);
  EXPECT_EQ(sweep.at("cells").at(1).at("results").at("workload").at("requests"), 10);
  const Output resumed = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(resumed.err, "") << "something was run";
  EXPECT_EQ(resumed.out, output.out);
  sweeps::expect_refused({"sweep", "--axis", "requests=1,2", "--rate", "5", "--for", "1"},
                         {"--for", "--axis requests"});
}

TEST(Rate, IsNoMatterOfASingleStep) { expect_usage_error({"step", "--rate", "5"}, {"--rate"}); }

TEST(Rate, BoundsTheGuessOfATrial) {
  const Output output = overlap({"run", "--requests", "11", "--iterations", "1", "--size", "64", "--wait", "none",
                                 "--rate", "0.1", "--arrivals", "even", "--executors", "coroutine", "--dry-run"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "1 min 40 s") || contains(output.out, "100 s")) << output.out;
}

const Arguments quick_grid = {"sweep",  "--requests", "3",           "--iterations", "1",          "--size", "64",
                              "--wait", "none",       "--executors", "coroutine",    "--arrivals", "even",   "--axis"};

TEST(Rate, IsAnAxisWithDecimalsToo) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Output output =
      overlap(quick_grid + Arguments{"rate=62.5,100", "--output", path, "--output", folder / "sweep.html"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "p99 latency")) << output.out;
  const json sweep = json::parse(content_of(path));
  EXPECT_EQ(sweep.at("axes").at(0).at("values"), (json{"62.5", 100}));
  EXPECT_EQ(sweep.at("options").at("arrivals"), "even");
  EXPECT_EQ(sweep.at("cells").at(0).at("results").at("workload").at("rate"), 62.5);
  EXPECT_EQ(sweep.at("cells").at(1).at("results").at("workload").at("arrivals"), "even");
  const Output resumed = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(resumed.err, "") << "something was run";
  EXPECT_EQ(resumed.out, output.out);
  Arguments others = quick_grid + Arguments{"rate=62.5,100", "--resume", path};
  std::replace(others.begin(), others.end(), std::string("even"), std::string("poisson"));
  sweeps::expect_refused(others, {"--arrivals is even there and poisson here"});
}

TEST(Rate, IsThatOfAllCellsWhereAnotherAxisVaries) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Output output = overlap(quick_grid + Arguments{"seed=1,2", "--rate", "100", "--output", path});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(json::parse(content_of(path)).at("options").at("rate"), "100");
  const Output resumed = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(resumed.err, "") << "something was run";
}

TEST(Rate, CanBeSearchedForABreakEvenByLatency) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  // One at a time, a request of 10 ms keeps up with 100 a second.
  const Output output = overlap({"sweep",
                                 "--break-even",
                                 "rate",
                                 "--between",
                                 "sequential,coroutine",
                                 "--axis",
                                 "rate=400:1600:x2",
                                 "--requests",
                                 "8",
                                 "--iterations",
                                 "1",
                                 "--size",
                                 "64",
                                 "--wait",
                                 "constant:10ms",
                                 "--arrivals",
                                 "even",
                                 "--repeat",
                                 "3",
                                 "--output",
                                 path});
  EXPECT_EQ(output.status, 0) << output.err;
  const json found = json::parse(content_of(path)).at("break_even");
  EXPECT_EQ(found.at("by"), "latency");
  EXPECT_EQ(found.at("finding"), "throughout");
  EXPECT_TRUE(contains(output.out, "(by p99")) << output.out;
  const Output resumed = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(resumed.err, "") << "something was run";
  EXPECT_EQ(resumed.out, output.out);
}

TEST(Rate, LeavesASearchToBeJudgedOtherwise) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Output output =
      overlap(sweeps::search_between("sequential,coroutine") + Arguments{"--by", "latency", "--output", path});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(json::parse(content_of(path)).at("break_even").at("by"), "latency");
  sweeps::expect_refused(sweeps::search_between("sequential,coroutine") + Arguments{"--by", "luck"},
                         {"--by", "'luck'", "makespan, total or latency"});
}

}  // namespace
}  // namespace overlap
