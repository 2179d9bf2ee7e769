// `overlap sweep --break-even`, driven as a process.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sweeps.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using sweeps::expect_refused;
using sweeps::failing_search;
using sweeps::search_between;
using testing::Arguments;
using testing::contains;
using testing::content_of;
using testing::Output;
using testing::overlap;
using testing::report_of;
using testing::TemporaryFolder;
using testing::write_content;

TEST(BreakEvenCommand, FindsTheValueFromWhichTheSecondStaysAheadWithItsInterval) {
  const json sweep = report_of(search_between("sequential,coroutine"));
  const json& found = sweep.at("break_even");
  EXPECT_EQ(found.at("axis"), "requests");
  EXPECT_EQ(found.at("by"), "makespan");
  EXPECT_EQ(found.at("first"), "sequential/fftw");
  EXPECT_EQ(found.at("second"), "coroutine/fftw");
  EXPECT_EQ(found.at("range"), (json{1, 8}));
  // From which one it is told by the times measured; from there on the second is ahead wherever it was looked at.
  ASSERT_TRUE(found.at("value").is_number()) << found;
  EXPECT_LE(found.at("interval").at(0), found.at("value"));
  EXPECT_EQ(found.at("interval").at(1), found.at("value"));
  std::map<json, json> leads;
  for (const json& probe : found.at("probes")) leads[probe.at("value")] = probe.at("lead");
  for (const auto& [value, lead] : leads) EXPECT_TRUE(value < found.at("value") || lead == "second") << found;
  std::set<json> values;
  for (const json& cell : sweep.at("cells")) {
    values.insert(cell.at("axes").at("requests"));
    EXPECT_EQ(cell.at("results").at("runs").at(0).at("repeats").size(), 3U);
  }
  EXPECT_EQ(values, (std::set<json>{1, 2, 4, 8}));
}

TEST(BreakEvenCommand, SaysThatThereIsNoneInTheRange) {
  const TemporaryFolder folder;
  const Output output =
      overlap(search_between("coroutine,sequential") + Arguments{"--by", "total", "--output", folder / "sweep.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "No break-even from requests 1 to 8: ")) << output.out;
  const json found = json::parse(content_of(folder / "sweep.json")).at("break_even");
  EXPECT_TRUE(found.at("value").is_null());
  EXPECT_TRUE(found.at("interval").is_null());
  EXPECT_EQ(found.at("by"), "total");
}

TEST(BreakEvenCommand, ResumesFromWhatWasMeasured) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  const Output first = overlap(search_between("sequential,coroutine") + Arguments{"--output", path});
  ASSERT_EQ(first.status, 0) << first.err;
  const Output second = overlap(search_between("sequential,coroutine") + Arguments{"--resume", path, "--log"});
  EXPECT_EQ(second.err, "") << "something was run";
  EXPECT_EQ(second.out, first.out);
  json sweep = json::parse(content_of(path));
  const json missing = sweep.at("cells").back().at("axes").at("requests");
  sweep.at("cells").erase(sweep.at("cells").size() - 1);
  write_content(path, sweep.dump());
  const Output third = overlap(search_between("sequential,coroutine") + Arguments{"--resume", path, "--log"});
  EXPECT_EQ(third.status, 0);
  EXPECT_TRUE(contains(third.err, "requests " + missing.dump() + ": sequential/fftw")) << third.err;
  EXPECT_FALSE(contains(third.err, "requests 1: ")) << third.err;
  expect_refused(search_between("sequential,coroutine") + Arguments{"--resume", path, "--by", "total"},
                 {"--by is makespan there and total here"});
}

/// The row of an executor becomes another's, in the same place.
void exchange_rows(json& cell) {
  json& runs = cell.at("results").at("runs");
  for (const char* name : {"executor", "driver", "engine"}) std::swap(runs.at(0).at(name), runs.at(1).at(name));
}

TEST(BreakEvenCommand, TakesRowsOfAFileByTheirNames) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  ASSERT_EQ(overlap(search_between("sequential,coroutine") + Arguments{"--output", path}).status, 0);
  const json before = json::parse(content_of(path));
  json sweep = before;
  for (json& cell : sweep.at("cells"))
    std::swap(cell.at("results").at("runs").at(0), cell.at("results").at("runs").at(1));
  sweep.at("break_even") = nullptr;
  write_content(path, sweep.dump());
  ASSERT_EQ(overlap({"sweep", "--resume", path}).status, 0);
  EXPECT_EQ(json::parse(content_of(path)).at("break_even"), before.at("break_even"));
}

TEST(BreakEvenCommand, MeasuresADoubtedValueOfAFileOnceMore) {
  const TemporaryFolder folder;
  const std::string path = folder / "sweep.json";
  Arguments search = search_between("sequential,coroutine");
  std::replace(search.begin(), search.end(), std::string("requests=1:8:x2"), std::string("requests=1,2,3,4,5,6,8"));
  ASSERT_EQ(overlap(search + Arguments{"--output", path}).status, 0);
  // The first is ahead at a value that comes in the confirmation alone.
  json sweep = json::parse(content_of(path));
  for (json& cell : sweep.at("cells")) {
    if (cell.at("axes").at("requests") == 6) exchange_rows(cell);
  }
  const json probes = sweep.at("break_even").at("probes");
  sweep.at("break_even").at("probes").push_back({{"value", 6}, {"lead", "first"}});
  write_content(path, sweep.dump());
  const Output settled = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(settled.err, "") << "what was measured twice was measured again";
  EXPECT_EQ(json::parse(content_of(path)).at("break_even").at("value"), 8);
  // One that had not been measured twice when the search was ended.
  sweep.at("break_even") = nullptr;
  write_content(path, sweep.dump());
  const Output doubted = overlap({"sweep", "--resume", path, "--log"});
  EXPECT_EQ(doubted.status, 0) << doubted.err;
  EXPECT_TRUE(contains(doubted.err, "requests 6: ")) << doubted.err;
  EXPECT_LE(json::parse(content_of(path)).at("break_even").at("value"), 2);
}

TEST(BreakEvenCommand, LetsRequestsComeInForLongEnough) {
  const Arguments search = {"sweep", "--between", "threads,coroutine", "--size", "64", "--dry-run"};
  const Arguments rates = search + Arguments{"--break-even", "rate", "--axis", "rate=10,20"};
  EXPECT_TRUE(contains(overlap(rates).out, "for 10,"));
  EXPECT_TRUE(contains(overlap(rates + Arguments{"--for", "5"}).out, "for 5,"));
  EXPECT_TRUE(contains(overlap(rates + Arguments{"--requests", "7"}).out, "requests 7,"));
  const Arguments sizes = search + Arguments{"--break-even", "iterations", "--axis", "iterations=1,2"};
  EXPECT_TRUE(contains(overlap(sizes + Arguments{"--rate", "10"}).out, "for 10,"));
  EXPECT_TRUE(contains(overlap(sizes).out, "requests 10,"));
  // Those of the axis are as many as it says.
  const Output counts =
      overlap(search + Arguments{"--break-even", "requests", "--axis", "requests=10,20", "--rate", "10"});
  EXPECT_EQ(counts.status, 0) << counts.err;
  EXPECT_FALSE(contains(counts.out, "for 10,")) << counts.out;
}

TEST(BreakEvenCommand, RepeatsFiveTimesUnlessItIsTold) {
  const json sweep = report_of({"sweep", "--break-even", "requests", "--between", "threads/null,coroutine/null",
                                "--axis", "requests=1,2", "--iterations", "1", "--wait", "none"});
  for (const json& cell : sweep.at("cells")) {
    for (const json& run : cell.at("results").at("runs")) EXPECT_EQ(run.at("repeats").size(), 5U);
  }
}

TEST(BreakEvenCommand, StopsWhereAnExecutorFails) {
  const Output output = failing_search();
  EXPECT_EQ(output.status, 1);
  const json found = json::parse(output.out, nullptr, false).at("break_even");
  EXPECT_EQ(found.at("finding"), "stopped");
  EXPECT_TRUE(found.at("value").is_null());
  EXPECT_TRUE(contains(found.at("reason"), "threads/throws: failed")) << found;
  EXPECT_EQ(found.at("probes").size(), 1U);
}

TEST(BreakEvenCommand, RefusesWhatItCannotSearch) {
  const Arguments size = {"sweep", "--axis", "size=64:256Ki"};
  const Arguments between = {"--between", "threads,coroutine"};
  expect_refused(size + Arguments{"--break-even", "size"}, {"--break-even", "--between"});
  expect_refused(size + between, {"--between", "--break-even"});
  expect_refused(size + Arguments{"--by", "total"}, {"--by", "--break-even"});
  expect_refused(size + between + Arguments{"--break-even", "sice"}, {"--break-even", "'sice'", "size"});
  expect_refused(size + between + Arguments{"--break-even", "requests"}, {"--break-even", "--axis", "requests"});
  expect_refused(size + between + Arguments{"--break-even", "size", "--axis", "requests=1,2"}, {"one --axis"});
  expect_refused(size + between + Arguments{"--break-even", "size", "--by", "cpu"}, {"--by", "makespan, total"});
  expect_refused(size + between + Arguments{"--break-even", "size", "--executors", "all"}, {"--executors"});
  expect_refused({"sweep", "--axis", "wait=none,constant:1", "--break-even", "wait", "--between", "threads,coroutine"},
                 {"--break-even", "no order"});
  expect_refused({"sweep", "--axis", "size=64", "--break-even", "size", "--between", "threads,coroutine"},
                 {"--break-even", "one value"});
  for (const char* names : {"threads", "threads,coroutine,sequential", "threads,", ",", "", "threads,*", "threads,all",
                            "threads,threads/fftw", "threads,corutine"}) {
    expect_refused(size + Arguments{"--break-even", "size", "--between", names}, {"--between"});
  }
}

}  // namespace
}  // namespace overlap
