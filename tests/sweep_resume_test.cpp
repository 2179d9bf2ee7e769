// Going on with a sweep's file: `overlap sweep --resume`, driven as a process.
#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sweeps.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using sweeps::expect_refused;
using sweeps::quick_sweep;
using sweeps::search_between;
using sweeps::small_grid;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::content_of;
using testing::left_behind;
using testing::left_behind_for_good;
using testing::Output;
using testing::overlap;
using testing::Process;
using testing::TemporaryFolder;
using testing::tool;
using testing::write_content;

TEST(SweepResume, KeepsFinishedCellsWhenItIsInterruptedAndResumesTheRest) {
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
  EXPECT_TRUE(contains(output.out, "1 of 2 cells is finished")) << output.out;
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

TEST(SweepResume, KeepsAllFinishedCellsOfManyShortOnesWhenItIsInterrupted) {
  const TemporaryFolder folder;
  EXPECT_GE(cells_after(SIGINT, folder / "sweep.json").size(), 89U);
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(SweepResume, ResumesFromTheWholeFileOfASweepThatWasKilled) {
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

TEST(SweepResume, ResumesToTheSameReportsWhereNothingIsMissing) {
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

TEST(SweepResume, ReadsMeasuredWaitsBackWholeThatReportsPrintShortly) {
  const TemporaryFolder folder;
  std::string waits;
  for (int wait_us = 1; wait_us <= 2'000; wait_us *= 2) waits += std::to_string(wait_us) + "us\n";
  write_content(folder / "waits", waits);
  const Arguments measured = {"measured:" + (folder / "waits")};
  const std::string path = folder / "sweep.json";
  for (const Arguments& sweep : {quick_sweep({"--requests", "2", "--axis", "wait=none," + measured.front()}),
                                 quick_sweep({"--axis", "requests=1,2", "--wait"}) + measured}) {
    const Output first = overlap(sweep + Arguments{"--output", path});
    ASSERT_EQ(first.status, 0) << first.err;
    EXPECT_TRUE(contains(first.out, "percentiles (median ")) << first.out;
    EXPECT_FALSE(contains(first.out, "percentiles:")) << first.out;
    EXPECT_TRUE(contains(content_of(path), "percentiles:")) << "the file keeps all of them";
    const Output resumed = overlap({"sweep", "--resume", path, "--log"});
    EXPECT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_EQ(resumed.err, "") << "something was run";
    EXPECT_EQ(resumed.out, first.out);
  }
}

TEST(SweepResume, KeepsTheFileFitToBeResumedWhateverOutputIsGivenForIt) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "in");
  const std::string path = folder / "state";
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", path, "--format", "json"}).status, 0);
  const Arguments resumed = small_grid() + Arguments{"--resume", path};
  ASSERT_EQ(overlap(resumed + Arguments{"--output", path}).status, 0);
  ASSERT_EQ(overlap(resumed + Arguments{"--output", folder / "in/../state"}).status, 0);
  const Output again = overlap(resumed + Arguments{"--log"});
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.err, "") << "something was run";
}

TEST(SweepResume, NamesItselfWhereItsFileCantBeWritten) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", path}).status, 0);
  const std::string content = content_of(path);
  Command limited = tool(small_grid() + Arguments{"--resume", path});
  limited.largest_file_bytes = 1000;
  const Output output = testing::run(limited);
  EXPECT_EQ(output.status, 1);
  EXPECT_EQ(output.err, "overlap: --resume: " + path + ": File too large\n");
  EXPECT_EQ(content_of(path), content);
}

TEST(SweepResume, RunsACellAgainThatWasFoundWrong) {
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

TEST(SweepResume, ResumesNoOtherSweepAndNamesTheDifference) {
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
  expect_refused(with("/cells/1/results/machine/usable_cpus", 1000),
                 {"--resume", "measured on another machine: usable_cpus is 1,000 there and "});
  expect_refused(with("/cells/1/results/machine/memory_bytes", 1000),
                 {"--resume", "measured on another machine: memory_bytes is 1,000 there and "});
  expect_refused(with("/cells/1/results/workload/seed", 5), {"--resume", "workload", "requests 1, wait uniform"});
}

TEST(SweepResume, NotesCellsOfAnotherVersion) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", path}).status, 0);
  json sweep = json::parse(content_of(path));
  for (const std::size_t cell : {0U, 1U}) {
    json& results = sweep.at("cells").at(cell).at("results");
    results.at("tool").at("commit") = "older";
    results.at("engines").at("fftw_version") = "fftw-2";
  }
  sweep.at("cells").erase(std::size_t{3});
  write_content(path, sweep.dump());
  const Output output = overlap({"sweep", "--resume", path, "--output", folder / "sweep.md"});
  EXPECT_EQ(output.status, 0) << output.err;
  const std::string report = content_of(folder / "sweep.md");
  EXPECT_TRUE(contains(report, "2 of 4 cells differ from the first in overlap's commit 'older' and '")) << report;
  EXPECT_TRUE(contains(report, "', fftw\\_version 'fftw-2' and '") ||
              contains(report, "', fftw_version 'fftw-2' and '"))
      << report;
}

TEST(SweepResume, RefusesAComputeThatHasChanged) {
  const TemporaryFolder folder;
  const std::string compute = folder / "own.py";
  const std::string path = folder / "sweep.json";
  write_content(compute, "def compute(request, iteration, size, seed):\n    return request + 1\n");
  const Arguments sweep = {"sweep",        "--axis", "requests=1,2", "--compute", compute,
                           "--iterations", "1",      "--size",       "1",         "--executors",
                           "threads",      "--wait", "none",         "--python",  testing::python_program()};
  const Output first = overlap(sweep + Arguments{"--output", path});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_FALSE(contains(first.out, "own.py (")) << first.out;
  EXPECT_EQ(overlap({"sweep", "--resume", path}).status, 0);
  write_content(compute, "def compute(request, iteration, size, seed):\n    return request + 2\n");
  expect_refused({"sweep", "--resume", path}, {"--resume", "another compute: own.py (68 bytes, "});
}

// ---- Without axes, the sweep is the file's ----

/// Expects that the sweep, resumed by its file's name alone, is the same sweep with nothing left to run.
void expect_resumed_alone(const Arguments& sweep) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Output first = overlap(sweep + Arguments{"--output", path});
  ASSERT_EQ(first.status, 0) << first.err;
  const std::string content = content_of(path);
  const Output second = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(second.status, 0);
  EXPECT_EQ(second.err, "") << "something was run";
  EXPECT_EQ(second.out, first.out);
  EXPECT_EQ(content_of(path), content);
}

TEST(SweepResume, TakesAGridsOptionsFromItsFile) {
  expect_resumed_alone(small_grid());
  const Arguments axes = {"sweep", "--axis", "size=64:256", "--axis", "precision=double,float"};
  const Arguments workload = {"--requests", "2", "--iterations", "2", "--wait", "uniform:0:1ms", "--spectrum", "half"};
  const Arguments executors = {"--seed", "9", "--executors", "coroutine/*", "--reference", "coroutine"};
  const Arguments bounds = {"--workers", "2", "--compute-slots", "1", "--streams", "3", "--engine-threads", "1"};
  const Arguments how = {"--completion", "block", "--rigor", "measure", "--repeat", "auto", "--max-time", "0.01"};
  expect_resumed_alone(axes + workload + executors + bounds + how);
  expect_resumed_alone({"sweep", "--axis", "workers=1,2", "--axis", "compute-slots=1,2", "--requests", "2", "--size",
                        "64", "--iterations", "1", "--wait", "none", "--executors", "threads"});
}

TEST(SweepResume, TakesASearchsOptionsFromItsFile) {
  expect_resumed_alone(search_between("sequential,coroutine"));
  expect_resumed_alone({"sweep", "--break-even", "requests", "--between", "threads/null,coroutine/null", "--axis",
                        "requests=1,2,5", "--iterations", "1", "--wait", "none", "--by", "total"});
  expect_resumed_alone({"sweep", "--break-even", "requests", "--between", "sequential/null,coroutine/null", "--axis",
                        "requests=1:6", "--iterations", "1", "--wait", "constant:10ms", "--repeat", "3"});
}

TEST(SweepResume, RunsWhatIsMissingInAFileOfDefaultRows) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Output first = overlap(
      {"sweep", "--axis", "requests=1,2", "--iterations", "1", "--size", "64", "--wait", "none", "--output", path});
  ASSERT_EQ(first.status, 0) << first.err;
  json sweep = json::parse(content_of(path));
  sweep.at("cells").erase(std::size_t{0});
  write_content(path, sweep.dump());
  // The default's rows are unnamed, and so may be unavailable, as a GPU's may be here.
  const Output second = overlap({"sweep", "--resume", path, "--log", "--timeout", "60"});
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_TRUE(contains(second.err, "cell 1 of 2, requests 1: sequential/fftw")) << second.err;
  EXPECT_FALSE(contains(second.err, "cell 2 of 2")) << second.err;
  EXPECT_EQ(json::parse(content_of(path)).at("cells").size(), 2U);
}

TEST(SweepResume, OnTrialCountsTheMissingCellsAlone) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", path}).status, 0);
  json sweep = json::parse(content_of(path));
  sweep.at("cells").erase(std::size_t{2});
  write_content(path, sweep.dump());
  const Output output = overlap({"sweep", "--resume", path, "--dry-run"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "\nrequests 3, wait none ")) << output.out;
  EXPECT_FALSE(contains(output.out, "\nrequests 1, ")) << output.out;
  EXPECT_TRUE(contains(output.out, "\n1 cell of 2 executors takes about ")) << output.out;
  EXPECT_EQ(json::parse(content_of(path)), sweep);
}

TEST(SweepResume, HoldsWhatIsGivenAgainstTheFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", path}).status, 0);
  const Arguments resumed = {"sweep", "--resume", path};
  EXPECT_EQ(overlap(resumed + Arguments{"--repeat", "1"}).status, 0);
  expect_refused(resumed + Arguments{"--repeat", "2"}, {"--resume", path, "--repeat is 1 there and 2 here"});
  expect_refused(resumed + Arguments{"--requests", "2"}, {"--requests: --axis requests takes its place"});

  const json sweep = json::parse(content_of(path));
  const auto refused = [&](const char* name, const std::string& told) {
    json spoilt = sweep;
    spoilt.at("options")[name] = "red";
    write_content(path, spoilt.dump());
    expect_refused(resumed, {told});
  };
  refused("colour", "--resume: " + path + ": --colour is no option");
  refused("seed", "--seed: 'red'");
  refused("help", "--resume: " + path + ": ");
  refused("raw", "--raw");
}

// ---- Bad files ----

TEST(SweepResume, RefusesBadFilesToResume) {
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
  for (const char* name : {"options", "axes", "planned", "break_even", "highest", "cells"}) {
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

}  // namespace
}  // namespace overlap
