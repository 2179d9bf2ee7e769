// `overlap sweep --highest`, driven as a process.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sweeps.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using sweeps::expect_refused;
using sweeps::search_within;
using testing::Arguments;
using testing::contains;
using testing::content_of;
using testing::Output;
using testing::overlap;
using testing::TemporaryFolder;
using testing::write_content;

/// What was found, by executor.
std::map<std::string, json> found_in(const std::string& path) {
  std::map<std::string, json> found;
  const json sweep = json::parse(content_of(path));
  for (const json& each : sweep.at("highest").at("executors")) {
    found[each.at("executor")] = each;
  }
  return found;
}

TEST(HighestCommand, FindsHowFarEachExecutorStaysWithinTheLimit) {
  const TemporaryFolder folder;
  const Output output = overlap(search_within("1.5", "requests=1,2,16") + Arguments{"--output", folder / "sweep.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  const json sweep = json::parse(content_of(folder / "sweep.json"));
  EXPECT_EQ(sweep.at("highest").at("axis"), "requests");
  EXPECT_EQ(sweep.at("highest").at("by"), "makespan");
  EXPECT_EQ(sweep.at("highest").at("within_s"), 1.5);
  EXPECT_EQ(sweep.at("highest").at("range"), (json{1, 16}));
  EXPECT_EQ(sweep.at("options").at("within"), "1.5");
  std::map<std::string, json> found = found_in(folder / "sweep.json");
  EXPECT_EQ(
      found["sequential/fftw"],
      (json{{"executor", "sequential/fftw"}, {"finding", "found"}, {"value", 2}, {"beyond", 16}, {"reason", nullptr}}));
  EXPECT_EQ(found["coroutine/fftw"].at("finding"), "throughout");
  EXPECT_EQ(found["coroutine/fftw"].at("value"), 16);
  EXPECT_TRUE(
      contains(output.out, "coroutine/fftw stays within 1.50 s (makespan) up to requests 16, the end of the range"))
      << output.out;
}

TEST(HighestCommand, AsksOnlyThoseThatAreNotDecidedYet) {
  const TemporaryFolder folder;
  // Beyond the limit at once, one of them is asked no more.
  const Output output = overlap(search_within("1.5", "requests=16,17") + Arguments{"--output", folder / "sweep.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  const json cells = json::parse(content_of(folder / "sweep.json")).at("cells");
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[0].at("results").at("runs").size(), 2U);
  ASSERT_EQ(cells[1].at("results").at("runs").size(), 1U);
  EXPECT_EQ(cells[1].at("results").at("runs").at(0).at("executor"), "coroutine/fftw");
  std::map<std::string, json> found = found_in(folder / "sweep.json");
  EXPECT_EQ(found["sequential/fftw"].at("finding"), "none");
  EXPECT_TRUE(found["sequential/fftw"].at("value").is_null());
  EXPECT_EQ(found["sequential/fftw"].at("beyond"), 16);
}

TEST(HighestCommand, ResumesFromWhatWasMeasured) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Output first = overlap(search_within("1.5", "requests=1,2,16") + Arguments{"--output", path});
  ASSERT_EQ(first.status, 0) << first.err;
  const Output second = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(second.err, "") << "something was run";
  EXPECT_EQ(second.out, first.out);
  EXPECT_EQ(overlap({"show", path}).out, first.out);
  EXPECT_TRUE(contains(overlap({"sweep", "--resume", path, "--dry-run"}).out, "No cell is left to run."));
  // A cell in which one of the executors is missing is run again.
  json sweep = json::parse(content_of(path));
  sweep.at("cells").at(1).at("results").at("runs").erase(0);
  sweep.at("cells").at(1).at("results").at("reference") = "coroutine/fftw";
  write_content(path, sweep.dump());
  const Output third = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(third.status, 0) << third.err;
  EXPECT_TRUE(contains(third.err, "requests 2: sequential/fftw")) << third.err;
  EXPECT_FALSE(contains(third.err, "requests 1: ")) << third.err;
  EXPECT_FALSE(contains(third.err, "requests 16: ")) << third.err;
  expect_refused(search_within("1.6", "requests=1,2,16") + Arguments{"--resume", path},
                 {"--within is 1.5 there and 1.6 here"});
}

TEST(HighestCommand, GoesOnWithTheOthersWhereOneFails) {
  const TemporaryFolder folder;
  testing::Command command =
      testing::tool({"sweep", "--highest", "requests", "--within", "60", "--axis", "requests=1:8:x2", "--executors",
                     "threads/throws,threads", "--size", "64", "--wait", "none", "--iterations", "2", "--workers", "2",
                     "--output", folder / "sweep.json"});
  command.program = OVERLAP_FAULTY_BINARY;
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 1) << output.err;
  std::map<std::string, json> found = found_in(folder / "sweep.json");
  EXPECT_EQ(found["threads/fftw"].at("finding"), "throughout");
  EXPECT_EQ(found["threads/throws"].at("finding"), "stopped");
  EXPECT_TRUE(contains(found["threads/throws"].at("reason"), "requests 8: failed")) << found["threads/throws"];
  EXPECT_TRUE(contains(output.out, "note: threads/throws: requests 8: failed")) << output.out;
}

TEST(HighestCommand, LeavesOutWhatIsUnavailable) {
  const TemporaryFolder folder;
  // Without the module beside it, a program has no GPU's rows.
  std::filesystem::copy_file(OVERLAP_BINARY, folder / "overlap");
  const Output output = testing::run(
      folder / "overlap", {"sweep", "--highest", "requests", "--within", "60", "--axis", "requests=1,2", "--size", "64",
                           "--wait", "none", "--repeat", "1", "--output", folder / "sweep.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  const std::map<std::string, json> found = found_in(folder / "sweep.json");
  EXPECT_EQ(found.at("threads/fftw").at("finding"), "throughout");
  const json& cuda = found.at("coroutine/cuda");
  EXPECT_EQ(cuda.at("finding"), "stopped");
  EXPECT_EQ(cuda.at("reason").get<std::string>().rfind("unavailable: ", 0), 0U) << cuda;
}

TEST(HighestCommand, LetsRequestsComeInForLongEnough) {
  const Arguments rates = {"sweep",      "--highest",   "rate",      "--axis",
                           "rate=10:20", "--executors", "coroutine", "--dry-run"};
  EXPECT_TRUE(contains(overlap(rates + Arguments{"--within", "0.2"}).out, "for 10,"));
  EXPECT_TRUE(contains(overlap(rates + Arguments{"--within", "2"}).out, "for 40,"));
  EXPECT_TRUE(contains(overlap(rates + Arguments{"--within", "2", "--for", "5"}).out, "for 5,"));
  const Output counted = overlap(rates + Arguments{"--within", "2", "--requests", "7"});
  EXPECT_TRUE(contains(counted.out, "requests 7,")) << counted.out;
  EXPECT_FALSE(contains(counted.out, "for ")) << counted.out;
  EXPECT_TRUE(contains(counted.out, "repeat 3,")) << counted.out;
  EXPECT_TRUE(contains(counted.out, "by latency")) << counted.out;
  // Those of the axis are as many as it says.
  const Output requests = overlap({"sweep", "--highest", "requests", "--axis", "requests=10:20", "--rate", "10",
                                   "--within", "2", "--executors", "coroutine", "--dry-run"});
  EXPECT_EQ(requests.status, 0) << requests.err;
  EXPECT_FALSE(contains(requests.out, "for 40,")) << requests.out;
}

TEST(HighestCommand, RefusesWhatItCannotSearch) {
  const Arguments sizes = {"sweep", "--axis", "size=64:256Ki"};
  expect_refused(sizes + Arguments{"--highest", "size"}, {"--highest", "--within"});
  expect_refused(sizes + Arguments{"--within", "1"}, {"--within", "--highest"});
  const Arguments within = sizes + Arguments{"--within", "1"};
  expect_refused(within + Arguments{"--highest", "sice"}, {"--highest", "'sice'", "size"});
  expect_refused(within + Arguments{"--highest", "requests"}, {"--highest", "--axis", "requests"});
  expect_refused(within + Arguments{"--highest", "size", "--break-even", "size"}, {"--highest", "--break-even"});
  expect_refused(within + Arguments{"--highest", "size", "--between", "threads,coroutine"},
                 {"--between", "--break-even"});
  expect_refused(within + Arguments{"--highest", "size", "--reference", "threads"}, {"--reference"});
  expect_refused(within + Arguments{"--highest", "size", "--by", "cpu"}, {"--by", "makespan, total"});
  for (const char* time : {"0", "-1", "soon", ""}) {
    expect_refused(sizes + Arguments{"--highest", "size", "--within", time}, {"--within", "time"});
  }
  expect_refused({"sweep", "--axis", "wait=none,constant:1", "--highest", "wait", "--within", "1"},
                 {"--highest", "no order"});
}

TEST(HighestCommand, RefusesAxesAlongWhichTimeFalls) {
  for (const std::string axis : {"workers", "compute-slots", "engine-threads", "streams"}) {
    expect_refused({"sweep", "--axis", axis + "=1:4", "--highest", axis, "--within", "1"},
                   {"--highest: along " + axis + " time falls", "it takes requests, iterations, size or rate"});
  }
  for (const std::string axis : {"workers", "compute-slots", "engine-threads"}) {
    const Output output = overlap({"sweep", "--axis", axis + "=1:4", "--break-even", axis, "--between",
                                   "threads,threads/pool", "--size", "64", "--dry-run"});
    EXPECT_EQ(output.status, 0) << axis << " has no break-even: " << output.err;
  }
}

}  // namespace
}  // namespace overlap
