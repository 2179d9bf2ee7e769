// `overlap show`, driven as a process: what a file held, as it was printed then.
#include <gtest/gtest.h>

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
using sweeps::search_between;
using sweeps::search_within;
using sweeps::small_grid;
using testing::Arguments;
using testing::content_of;
using testing::expect_usage_error;
using testing::Output;
using testing::overlap;
using testing::quick_with;
using testing::TemporaryFolder;
using testing::write_content;

Arguments outputs(const TemporaryFolder& folder, const std::string& name, const std::vector<std::string>& endings) {
  Arguments arguments;
  for (const std::string& ending : endings) arguments = arguments + Arguments{"--output", folder / (name + ending)};
  return arguments;
}

/// Runs it with these outputs, shows its JSON with the same, and expects the same of both.
void expect_shown_as_printed(const Arguments& command, std::vector<std::string> endings,
                             const Arguments& options = {}) {
  const TemporaryFolder folder;
  endings.emplace_back(".json");
  const Output printed = overlap(command + outputs(folder, "printed", endings));
  const Output shown =
      overlap(Arguments{"show", folder / "printed.json"} + outputs(folder, "shown", endings) + options);
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_EQ(shown.out, printed.out);
  for (const std::string& ending : endings) {
    EXPECT_EQ(content_of(folder / ("shown" + ending)), content_of(folder / ("printed" + ending))) << ending;
    EXPECT_FALSE(content_of(folder / ("shown" + ending)).empty()) << ending;
  }
}

TEST(ShowCommand, ShowsARunAsItWasPrintedInEveryFormat) {
  expect_shown_as_printed(quick_with({"--executors", "coroutine,threads,coroutine/null", "--repeat", "5", "--explain"}),
                          {".md", ".csv", ".html", ".txt", ".trace.json"}, {"--explain"});
}

TEST(ShowCommand, ShowsWhatAFailedRowFinished) {
  expect_shown_as_printed({"run", "--executors", "coroutine,sequential", "--wait", "constant:0.2", "--iterations", "3",
                           "--requests", "4", "--size", "64", "--timeout", "1"},
                          {".md", ".html", ".trace.json"});
}

TEST(ShowCommand, ShowsARunOfWhichNothingFinished) {
  expect_shown_as_printed(
      {"run", "--executors", "coroutine", "--wait", "constant:5", "--size", "64", "--timeout", "0.3"},
      {".md", ".html"});
}

TEST(ShowCommand, ShowsASweepAsItWasPrinted) {
  expect_shown_as_printed(small_grid(), {".md", ".csv", ".html"});
  expect_shown_as_printed(search_between("sequential,coroutine"), {".md", ".csv", ".html"});
}

TEST(ShowCommand, LeavesTheSentencesOutUnlessAsked) {
  const TemporaryFolder folder;
  ASSERT_EQ(overlap(quick_with({"--executors", "sequential,threads", "--output", folder / "a.json"})).status, 0);
  const std::string plain = overlap({"show", folder / "a.json"}).out;
  const std::string explained = overlap({"show", folder / "a.json", "--explain"}).out;
  // Which sentences they are, before the advice, is told by the times measured.
  const std::size_t advice = plain.rfind("\n\n") + 2;
  ASSERT_GT(explained.size(), plain.size()) << explained;
  EXPECT_EQ(explained.substr(0, advice), plain.substr(0, advice));
  EXPECT_EQ(explained.substr(explained.size() - (plain.size() - advice)), plain.substr(advice));
}

TEST(ShowCommand, RefusesWhatItCantShow) {
  const TemporaryFolder folder;
  const std::string run = folder / "run.json";
  const std::string sweep = folder / "sweep.json";
  ASSERT_EQ(overlap(quick_with({"--executors", "coroutine", "--output", run})).status, 0);
  ASSERT_EQ(overlap(small_grid() + Arguments{"--output", sweep}).status, 0);
  write_content(folder / "comparison.json", R"({"kind": "comparison"})");
  write_content(folder / "text.json", "hello");
  expect_usage_error({"show"}, {"takes a file"});
  expect_usage_error({"show", folder / "nothing.json"}, {"nothing.json", "can't be read"});
  expect_usage_error({"show", folder / "text.json"}, {"text.json", "no JSON"});
  expect_usage_error({"show", folder / "comparison.json"}, {"comparison.json", "show takes results or a sweep"});
  expect_usage_error({"show", run, sweep}, {"'" + sweep + "'", "takes one FILE.json"});
  expect_usage_error({"show", sweep, "--format", "trace"}, {"--format", "has no trace"});
  json without_steps = json::parse(content_of(run));
  without_steps["runs"][0].erase("steps");
  write_content(run, without_steps.dump());
  expect_usage_error({"show", run, "--output", folder / "a.trace.json"}, {"--output", "has no steps"});
  EXPECT_EQ(folder.entries(), 4U) << "nothing was written";
  EXPECT_EQ(overlap({"show", run}).status, 0);
}

TEST(ShowCommand, RefusesABreakEvenThatContradictsItself) {
  const TemporaryFolder folder;
  const std::string file = folder / "search.json";
  ASSERT_EQ(overlap(search_between("sequential,coroutine") + Arguments{"--output", file}).status, 0);
  const json document = json::parse(content_of(file));
  ASSERT_EQ(document["break_even"]["finding"], "found");
  const auto expect_refused = [&](const std::string& member, const json& value, const std::string& told) {
    json changed = document;
    changed["break_even"][member] = value;
    write_content(file, changed.dump());
    expect_usage_error({"show", file}, {"break_even." + member, told});
  };
  expect_refused("axis", "size", "only axis");
  expect_refused("by", "luck", "takes makespan, total");
  expect_refused("finding", "perhaps", "takes found, throughout");
  expect_refused("value", nullptr, "the finding says otherwise");
  expect_refused("interval", nullptr, "the finding says otherwise");
  expect_refused("interval", {1}, "two whole numbers");
  expect_refused("range", 3, "an array");
  expect_refused("probes", {{{"value", 1}, {"lead", "nobody"}}}, "");
}

TEST(ShowCommand, RefusesAHighestValueThatContradictsItself) {
  const TemporaryFolder folder;
  const std::string file = folder / "search.json";
  ASSERT_EQ(overlap(search_within("1.5", "requests=1,16") + Arguments{"--output", file}).status, 0);
  const json document = json::parse(content_of(file));
  ASSERT_EQ(document["highest"]["executors"][0]["finding"], "found");
  ASSERT_EQ(document["highest"]["executors"][1]["finding"], "throughout");
  const auto expect_refused = [&](const char* place, const json& value, const std::string& member,
                                  const std::string& told) {
    json changed = document;
    changed["highest"][json::json_pointer(place)] = value;
    write_content(file, changed.dump());
    expect_usage_error({"show", file}, {"highest." + member, told});
  };
  expect_refused("/axis", "size", "axis", "only axis");
  expect_refused("/by", "luck", "by", "takes makespan, total");
  expect_refused("/within_s", "soon", "within_s", "a number");
  expect_refused("/within_s", 0, "within_s", "above 0");
  expect_refused("/range", 3, "range", "an array");
  expect_refused("/executors/0/finding", "perhaps", "executors[0].finding", "takes found, throughout");
  expect_refused("/executors/0/value", nullptr, "executors[0].value", "the finding says otherwise");
  expect_refused("/executors/0/beyond", nullptr, "executors[0].beyond", "the finding says otherwise");
  expect_refused("/executors/1/beyond", 9, "executors[1].beyond", "the finding says otherwise");
  expect_refused("/executors/0/extra", 1, "executors[0]", "unknown");
}

}  // namespace
}  // namespace overlap
