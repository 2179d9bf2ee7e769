// `overlap sweep`, driven as a process: grids, their files, and what it refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "src/report/text.hpp"
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
using testing::left_behind;
using testing::left_behind_for_good;
using testing::lines_of;
using testing::Output;
using testing::overlap;
using testing::Process;
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

TEST(SweepCommand, WritesEachFileByItsEnding) {
  const TemporaryFolder folder;
  const Output output = overlap(small_grid() + Arguments{"--output", folder / "a.json", "--output", folder / "a.md"});
  EXPECT_EQ(output.status, 0);
  EXPECT_TRUE(contains(output.out, "requests  wait"));
  EXPECT_EQ(json::parse(content_of(folder / "a.json"), nullptr, false).at("cells").size(), 4U);
  EXPECT_TRUE(contains(content_of(folder / "a.md"), "| requests | wait | fastest |"));
  EXPECT_EQ(folder.entries(), 2U);
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

TEST(SweepCommand, KeepsFinishedCellsWhenItIsInterruptedAndResumesTheRest) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Arguments grid = quick_sweep({"--requests", "2", "--axis", "wait=none,constant:10000", "--log"});
  Process process(tool(grid + Arguments{"--output", path}));
  ASSERT_TRUE(process.wait_for_err("cell 2 of 2, wait constant:10000: coroutine/fftw\ncall 0"));
  const json saved = json::parse(content_of(path), nullptr, false);
  ASSERT_TRUE(saved.is_object()) << "the first cell was not saved when it was finished";
  EXPECT_EQ(saved.at("cells").size(), 1U);
  process.send(SIGINT);
  const Output output = process.finish();
  EXPECT_EQ(output.status, 130);
  EXPECT_EQ(left_behind(), "");
  EXPECT_TRUE(contains(output.out, "1 of 2 cells are finished")) << output.out;
  const json kept = json::parse(content_of(path));
  EXPECT_EQ(kept.at("planned"), 2);
  EXPECT_EQ(kept.at("cells"), saved.at("cells"));
  EXPECT_EQ(folder.entries(), 1U);

  // A timeout is not what is measured: the rest may be given another.
  const Output resumed = overlap(grid + Arguments{"--resume", path, "--timeout", "1"});
  EXPECT_EQ(resumed.status, 1) << resumed.err;
  EXPECT_FALSE(contains(resumed.err, "cell 1 of 2")) << "a finished cell was run again";
  EXPECT_TRUE(contains(resumed.err, "cell 2 of 2"));
  const json whole = json::parse(content_of(path));
  ASSERT_EQ(whole.at("cells").size(), 2U);
  EXPECT_EQ(whole.at("cells").at(0), saved.at("cells").at(0));
  EXPECT_EQ(whole.at("cells").at(1).at("results").at("runs").at(0).at("status"), "failed");

  const Output again = overlap(grid + Arguments{"--resume", path, "--timeout", "1"});
  EXPECT_FALSE(contains(again.err, "cell 1 of 2"));
  EXPECT_TRUE(contains(again.err, "cell 2 of 2")) << "a failed cell was not run again";
}

/// Cells that take less time than it takes to write them all anew after each.
const Arguments many_cells = {"sweep",  "--axis", "seed=1:100", "--requests", "1",           "--iterations",   "1",
                              "--size", "16",     "--wait",     "none",       "--executors", "coroutine/null", "--log"};

/// The cells in the file of that sweep, ended by a signal at its 90th cell.
json cells_after(int signal, const std::string& path) {
  Process process(tool(many_cells + Arguments{"--output", path}));
  EXPECT_TRUE(process.wait_for_err("cell 90 of 100"));
  process.send(signal);
  process.finish();
  EXPECT_EQ(left_behind_for_good(), "");
  return json::parse(content_of(path), nullptr, false).at("cells");
}

TEST(SweepCommand, KeepsAllFinishedCellsOfManyShortOnesWhenItIsInterrupted) {
  const TemporaryFolder folder;
  EXPECT_GE(cells_after(SIGINT, folder / "sweep.json").size(), 89U);
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(SweepCommand, ResumesFromTheWholeFileOfASweepThatWasKilled) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const json kept = cells_after(SIGKILL, path);
  ASSERT_GE(kept.size(), 1U);
  const Output resumed = overlap(many_cells + Arguments{"--resume", path});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  const json cells = json::parse(content_of(path)).at("cells");
  ASSERT_EQ(cells.size(), 100U);
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(cells.at(i), kept.at(i));
}

TEST(SweepCommand, ResumesToTheSameReportsWhereNothingIsMissing) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Output first = overlap(small_grid() + Arguments{"--output", path, "--output", folder / "a.csv"});
  ASSERT_EQ(first.status, 0);
  const std::string content = content_of(path);
  const Output second = overlap(small_grid() + Arguments{"--resume", path, "--log", "--output", folder / "b.csv"});
  EXPECT_EQ(second.status, 0);
  EXPECT_EQ(second.err, "") << "something was run";
  EXPECT_EQ(second.out, first.out);
  EXPECT_EQ(content_of(path), content);
  EXPECT_EQ(content_of(folder / "b.csv"), content_of(folder / "a.csv"));
}

TEST(SweepCommand, RunsACellAgainThatWasFoundWrong) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", path}).status, 0);
  json sweep = json::parse(content_of(path));
  json& run = sweep.at("cells").at(2).at("results").at("runs").at(1);
  run.at("verified") = false;
  run.at("repeats").at(0).at("verified") = false;
  write_content(path, sweep.dump());
  const Output output = overlap(small_grid() + Arguments{"--resume", path, "--log"});
  EXPECT_EQ(output.status, 0) << output.err;
  for (const char* place : {"cell 1 of 4", "cell 2 of 4", "cell 4 of 4"}) EXPECT_FALSE(contains(output.err, place));
  EXPECT_TRUE(contains(output.err, "cell 3 of 4, requests 3, wait none: sequential/fftw")) << output.err;
  EXPECT_EQ(json::parse(content_of(path)).at("cells").at(2).at("results").at("runs").at(1).at("verified"), true);
}

TEST(SweepCommand, ResumesNoOtherSweepAndNamesTheDifference) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", path}).status, 0);
  const std::string content = content_of(path);
  const auto resumed = [&](const Arguments& options) { return quick_sweep(options) + Arguments{"--resume", path}; };
  const Arguments requests = {"--axis", "requests=1,3"};
  const Arguments wait = {"--axis", "wait=none,uniform:0:2ms"};
  expect_refused(resumed(requests + wait + Arguments{"--repeat", "2"}),
                 {"--resume", path, "--repeat is 1 there and 2 here"});
  expect_refused(resumed(requests + wait + Arguments{"--seed", "2"}), {"--seed is 1 there and 2 here"});
  expect_refused(resumed(requests + wait + Arguments{"--workers", "2"}), {"--workers is not given there and 2 here"});
  expect_refused(resumed({"--axis", "requests=1,4", "--axis", "wait=none,uniform:0:2ms"}),
                 {"--axis requests is 1,3 there and 1,4 here"});
  expect_refused(resumed(wait + requests), {"axes", "another order"});
  expect_refused({"sweep", "--iterations", "2", "--size", "64", "--executors", "coroutine", "--axis", "requests=1,3",
                  "--axis", "wait=none,uniform:0:2ms", "--resume", path},
                 {"--executors is coroutine/fftw,sequential/fftw there and coroutine/fftw here"});
  EXPECT_EQ(content_of(path), content);

  const auto with = [&](const char* place, const json& value) {
    json sweep = json::parse(content);
    sweep.at(json::json_pointer(place)) = value;
    write_content(folder / "other.json", sweep.dump());
    return small_grid() + Arguments{"--resume", folder / "other.json"};
  };
  expect_refused(with("/cells/1/results/machine/usable_cpus", 1000), {"--resume", "measured on", "1000 usable CPUs"});
  expect_refused(with("/cells/1/results/workload/seed", 5), {"--resume", "workload", "requests 1, wait uniform"});
}

TEST(SweepCommand, RefusesBadFilesToResume) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", path}).status, 0);
  const json sweep = json::parse(content_of(path));
  const auto refused = [&](const std::string& content, const std::vector<std::string>& told) {
    write_content(folder / "bad.json", content);
    expect_refused(small_grid() + Arguments{"--resume", folder / "bad.json"}, told + Arguments{"--resume", "bad.json"});
    EXPECT_EQ(content_of(folder / "bad.json"), content);
  };
  refused("", {"no JSON"});
  refused(content_of(path).substr(0, 500), {"no JSON"});
  refused("[]", {"an object"});
  refused("{}", {"no sweep's file"});
  refused(sweep.at("cells").at(0).at("results").dump(), {"no sweep's file"});
  json spoilt = sweep;
  spoilt["schema_version"] = 2;
  refused(spoilt.dump(), {"schema_version", "takes 1, and is 2"});
  spoilt = sweep;
  spoilt["extra"] = 1;
  refused(spoilt.dump(), {"'extra' is unknown"});
  for (const char* name : {"options", "axes", "planned", "break_even", "cells"}) {
    spoilt = sweep;
    spoilt.erase(name);
    refused(spoilt.dump(), {name, "missing"});
  }
  spoilt = sweep;
  spoilt["cells"][0]["axes"]["requests"] = 2;
  refused(spoilt.dump(), {"cells[0].axes.requests", "no value of the axis"});
  spoilt["cells"][0]["axes"]["requests"] = nullptr;
  refused(spoilt.dump(), {"cells[0].axes.requests"});
  spoilt = sweep;
  spoilt["cells"][1]["axes"] = spoilt["cells"][0]["axes"];
  refused(spoilt.dump(), {"cells[1].axes", "another cell"});
  spoilt = sweep;
  spoilt["cells"][3]["results"]["runs"][0].erase("makespan_s");
  refused(spoilt.dump(), {"cells[3].results", "runs[0]", "makespan_s"});
  expect_refused(small_grid() + Arguments{"--resume", folder / "missing.json"},
                 {"--resume", "missing.json", "can't be read"});
  expect_refused(small_grid() + Arguments{"--resume", folder.path().string()}, {"--resume", "can't be read"});
  expect_refused(small_grid() + Arguments{"--resume", ""}, {"--resume"});
}

TEST(SweepCommand, FindsAnUnwritableOutputBeforeTheFirstCell) {
  expect_refused(small_grid() + Arguments{"--output", "/nowhere/sweep.json"}, {"--output", "can't be written"});
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

}  // namespace
}  // namespace overlap
