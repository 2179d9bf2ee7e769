// `overlap sweep`, driven as a process: grids, their files, and what it refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "src/base/text.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sweeps.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using sweeps::expect_refused;
using sweeps::quick_sweep;
using sweeps::small_grid;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::content_of;
using testing::lines_of;
using testing::Output;
using testing::overlap;
using testing::report_of;
using testing::TemporaryFolder;
using testing::tool;
using testing::write_content;

/// "1 none", of the cells in a sweep's JSON.
std::vector<std::string> points_of(const json& sweep) {
  std::vector<std::string> points;
  for (const json& cell : sweep.at("cells")) {
    points.push_back(cell.at("axes").at("requests").dump() + " " + cell.at("axes").at("wait").get<std::string>());
  }
  return points;
}

// ---- The grid ----

TEST(SweepCommand, RunsEveryCellOfTheGridAsAComparison) {
  const json sweep = report_of(small_grid());
  EXPECT_EQ(sweep.at("kind"), "sweep");
  EXPECT_EQ(sweep.at("planned"), 4);
  EXPECT_TRUE(sweep.at("break_even").is_null());
  EXPECT_EQ(points_of(sweep), (std::vector<std::string>{"1 none", "1 uniform:0:0.002", "3 none", "3 uniform:0:0.002"}));
  const json axes = {{{"name", "requests"}, {"values", {1, 3}}},
                     {{"name", "wait"}, {"values", {"none", "uniform:0:0.002"}}}};
  EXPECT_EQ(sweep.at("axes"), axes);
  for (const json& cell : sweep.at("cells")) {
    const json& results = cell.at("results");
    EXPECT_EQ(results.at("workload").at("requests"), cell.at("axes").at("requests"));
    EXPECT_EQ(results.at("workload").at("wait"), cell.at("axes").at("wait"));
    EXPECT_EQ(results.at("workload").at("iterations"), 2);
    EXPECT_EQ(results.at("runs").size(), 2U);
    for (const json& run : results.at("runs")) {
      EXPECT_EQ(run.at("status"), "ok");
      EXPECT_EQ(run.at("verified"), true);
      EXPECT_FALSE(run.contains("steps"));
    }
  }
}

TEST(SweepCommand, AppliesTheOptionsOfARunToEachCell) {
  const json sweep =
      report_of({"sweep", "--axis", "workers=1,2", "--requests", "3", "--iterations", "1", "--size", "16", "--wait",
                 "none", "--seed", "7", "--executors", "threads,processes", "--repeat", "3", "--reference", "threads"});
  EXPECT_EQ(sweep.at("options").at("repeat"), "3");
  EXPECT_EQ(sweep.at("options").at("executors"), "threads/fftw,processes/fftw");
  for (const json& cell : sweep.at("cells")) {
    EXPECT_EQ(cell.at("results").at("reference"), "threads/fftw");
    EXPECT_EQ(cell.at("results").at("workload").at("seed"), 7);
    for (const json& run : cell.at("results").at("runs")) {
      EXPECT_EQ(run.at("repeats").size(), 3U);
      EXPECT_LE(run.at("lanes"), cell.at("axes").at("workers"));
    }
  }
}

TEST(SweepCommand, TellsTheWinnerAndTheRatioOfEachCell) {
  // Three requests of 2 × 30 ms, one after the other or together.
  const Output output = overlap({"sweep", "--axis", "requests=3", "--axis", "size=16,1Ki", "--iterations", "2",
                                 "--wait", "constant:30ms", "--executors", "sequential,coroutine"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(output.err, "");
  int rows = 0;
  for (const std::string& line : lines_of(output.out)) {
    EXPECT_LE(display_width(line), 120U) << line;
    std::istringstream words(line);
    std::string requests;
    std::string size;
    std::string winner;
    std::string figure;
    std::string unit;
    std::string next;
    double ratio = 0.0;
    if (!(words >> requests >> size >> winner >> figure >> unit >> next >> ratio) || requests != "3") continue;
    ++rows;
    EXPECT_TRUE(size == "16" || size == "1Ki") << line;
    EXPECT_EQ(winner, "coroutine/fftw");
    EXPECT_EQ(next, "sequential/fftw");
    EXPECT_GT(ratio, 1.5) << line;
  }
  EXPECT_EQ(rows, 2) << output.out;
  EXPECT_TRUE(contains(output.out, "coroutine/fftw is fastest in 2 of 2 cells")) << output.out;
}

TEST(SweepCommand, WritesCsvInLongForm) {
  const TemporaryFolder folder;
  EXPECT_EQ(overlap(small_grid() + Arguments{"--repeat", "2", "--output", folder / "sweep.csv"}).status, 0);
  const std::vector<std::string> lines = lines_of(content_of(folder / "sweep.csv"));
  ASSERT_EQ(lines.size(), 1U + 4 * 2 * 2);
  EXPECT_EQ(lines[0].rfind("requests,wait,executor,driver,engine,repeat,status,", 0), 0U) << lines[0];
  for (const char* column : {",makespan_s,", ",total_s,", ",steps_per_s,", ",cpu_s,", ",verified"}) {
    EXPECT_TRUE(contains(lines[0], column)) << column;
  }
  const auto commas = std::count(lines[0].begin(), lines[0].end(), ',');
  std::set<std::string> keys;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    EXPECT_EQ(std::count(lines[i].begin(), lines[i].end(), ','), commas) << lines[i];
    keys.insert(lines[i].substr(0, lines[i].find(",ok,")));
  }
  EXPECT_EQ(keys.size(), 16U) << "cell, executor and repeat do not tell lines apart";
  EXPECT_EQ(keys.count("3,uniform:0:0.002,coroutine/fftw,coroutine,fftw,2"), 1U) << lines[1];
}

TEST(SweepCommand, NamesNoColumnOfACsvTwice) {
  const TemporaryFolder folder;
  ASSERT_EQ(overlap({"sweep", "--axis", "workers=1,3", "--requests", "3", "--iterations", "1", "--size", "16", "--wait",
                     "none", "--executors", "sequential,threads", "--output", folder / "sweep.csv"})
                .status,
            0);
  const std::vector<std::string> lines = lines_of(content_of(folder / "sweep.csv"));
  ASSERT_EQ(lines.size(), 5U);
  std::multiset<std::string> columns;
  std::istringstream header(lines[0]);
  for (std::string column; std::getline(header, column, ',');) columns.insert(column);
  EXPECT_EQ(columns.count("workers"), 1U) << lines[0];
  // What the axis says, not what a row makes of it.
  EXPECT_EQ(lines[3].rfind("3,sequential/fftw,", 0), 0U) << lines[3];
  EXPECT_EQ(std::count(lines[3].begin(), lines[3].end(), ','), std::count(lines[0].begin(), lines[0].end(), ','));
}

TEST(SweepCommand, DryRunSaysMemoryAndTimeOfEachCellAndTheirSumAndRunsNothing) {
  const TemporaryFolder folder;
  const Output output = overlap(small_grid() + Arguments{"--dry-run", "--log", "--output", folder / "sweep.json"});
  EXPECT_EQ(output.status, 0);
  EXPECT_EQ(output.err, "");
  EXPECT_EQ(folder.entries(), 0U);
  for (const char* text : {"requests 1, wait none", "requests 3, wait uniform:0:0.002", "memory", "expected", " MB",
                           "4 cells of 2 executors take about "}) {
    EXPECT_TRUE(contains(output.out, text)) << text << " is not in:\n" << output.out;
  }
  const Output search = overlap({"sweep", "--break-even", "size", "--between", "threads,coroutine", "--axis",
                                 "size=64:1Ki", "--requests", "2", "--dry-run", "--log"});
  EXPECT_EQ(search.status, 0);
  EXPECT_EQ(search.err, "");
  for (const char* text : {"size 64 ", "size 1Ki ", "Up to ", " cells of 2 executors take about "}) {
    EXPECT_TRUE(contains(search.out, text)) << text << " is not in:\n" << search.out;
  }
}

TEST(SweepCommand, ShowsAnEstimateAndWhichCellRunsOnATerminalAlone) {
  Command command = tool({"sweep", "--axis", "iterations=4,5", "--requests", "2", "--size", "64", "--wait",
                          "constant:30ms", "--executors", "sequential", "--format", "json"});
  EXPECT_EQ(testing::run(command).err, "");
  command.err_is_terminal = true;
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 0);
  EXPECT_EQ(output.err.rfind("2 cells of 1 executor take about ", 0), 0U) << output.err;
  EXPECT_TRUE(contains(output.err, "cell 1 of 2, iterations 4: sequential/fftw")) << output.err;
  EXPECT_TRUE(contains(output.err, "cell 2 of 2, iterations 5: sequential/fftw")) << output.err;
  EXPECT_TRUE(json::accept(output.out)) << "progress is in the report";
}

// ---- Files ----

TEST(SweepCommand, GoesOnWhereItsFileCantBeSaved) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  write_content(path, "kept");
  // A cell's recordings fit the limit one by one, the report of all does not.
  Command limited = tool({"sweep", "--axis", "requests=10,20", "--iterations", "2", "--size", "64", "--wait", "none",
                          "--executors", "*/null", "--repeat", "5", "--output", path});
  limited.largest_file_bytes = 49'152;
  const Output output = testing::run(limited);
  EXPECT_EQ(output.status, 1);
  EXPECT_EQ(output.err, "overlap: " + path + ": File too large; the sweep goes on\n" + "overlap: --output: " + path +
                            ": File too large\n");
  EXPECT_TRUE(contains(output.out, "\n20 ")) << output.out;
  EXPECT_EQ(content_of(path), "kept");
  EXPECT_EQ(folder.entries(), 1U);
}

// ---- Bad input ----

TEST(SweepCommand, RefusesBadAxes) {
  expect_refused({"sweep"}, {"--axis", "at least one", "requests, iterations, size"});
  expect_refused({"sweep", "--axis", "sice=4M"}, {"--axis", "'sice'", "size"});
  expect_refused({"sweep", "--axis", "size=4M:64Ki"}, {"--axis size", "empty range"});
  expect_refused({"sweep", "--axis", "size=1", "--axis", "size=2"}, {"--axis", "size", "twice"});
  expect_refused({"sweep", "--axis", "size=1,2", "--size", "3"}, {"--size", "--axis size"});
  expect_refused({"sweep", "--axis", "compute-slots=1,2", "--compute-slots", "3"}, {"--compute-slots"});
  expect_refused({"sweep", "--axis", "seed=1:9000", "--axis", "requests=1,2"}, {"--axis", "10000 cells"});
  expect_refused({"sweep", "--axis"}, {"--axis"});
  expect_refused({"sweep", "--axis", "size=64", "--raw"}, {"--raw"});
}

TEST(SweepCommand, NamesTheCellThatMemoryCannotHold) {
  expect_refused({"sweep", "--axis", "size=64,1024Gi", "--wait", "none"}, {"size 1024Gi: ", "needs", "can be used"});
}

TEST(SweepCommand, RunsNothingWhereANamedExecutorIsUnavailable) {
  Command command = tool(quick_sweep({"--axis", "requests=1,2"}));
  command.program = OVERLAP_FAULTY_BINARY;
  std::replace(command.arguments.begin(), command.arguments.end(), std::string("coroutine,sequential"),
               std::string("threads,threads/unavailable"));
  command.arguments.emplace_back("--log");
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 4);
  EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
}

TEST(SweepCommand, GoesOnWhereARowFailsAndSaysSo) {
  Command command = tool({"sweep", "--axis", "requests=6,7", "--iterations", "2", "--size", "64", "--wait", "none",
                          "--workers", "2", "--executors", "threads/throws,threads,threads/nothing"});
  command.program = OVERLAP_FAULTY_BINARY;
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 1) << output.out;
  EXPECT_TRUE(contains(output.out, "threads/fftw is fastest in 2 of 2 cells")) << output.out;
  for (const char* cell : {"requests 6: ", "requests 7: "}) {
    EXPECT_TRUE(contains(output.out, std::string(cell) + "threads/throws: failed")) << output.out;
    EXPECT_TRUE(contains(output.out, std::string(cell) + "threads/nothing: verification failed")) << output.out;
  }
}

TEST(SweepCommand, RefusesAnAxisAlongWhichNothingChanges) {
  const auto sweep_of = [](const std::string& axis, const std::string& executors) {
    return Arguments{"sweep", "--axis", axis, "--executors", executors, "--size", "64", "--dry-run"};
  };
  for (const auto& [axis, executors] :
       {std::pair("engine-threads=1,2", "threads,sequential"), std::pair("workers=1,2", "sequential,coroutine/pool"),
        std::pair("compute-slots=1,2", "sequential,coroutine,processes/pool"),
        std::pair("streams=1,2", "threads,coroutine/pool")}) {
    const std::string name(axis, std::string_view(axis).find('='));
    expect_refused(sweep_of(axis, executors), {"--axis " + name + ": it makes no difference", "--executors "});
  }
  for (const auto& [axis, executors] :
       {std::pair("engine-threads=1,2", "threads,threads/pool"), std::pair("workers=1,2", "sequential,processes"),
        std::pair("compute-slots=1,2", "coroutine/pool")}) {
    EXPECT_EQ(overlap(sweep_of(axis, executors)).err.find("no difference"), std::string::npos) << axis;
  }
  EXPECT_EQ(overlap({"sweep", "--axis", "streams=1,2", "--size", "64", "--dry-run"}).status, 0) << "a GPU's rows do";
}

}  // namespace
}  // namespace overlap
