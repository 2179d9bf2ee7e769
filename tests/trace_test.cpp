// Traces: what Perfetto is shown of each step.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "src/report/report.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sample_results.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using samples::small_recording;
using samples::typical;
using testing::contains;
using testing::content_of;
using testing::expect_usage_error;
using testing::Output;
using testing::quick_with;
using testing::TemporaryFolder;

json trace_of(const Results& results) { return json::parse(render(results, Format::trace, {})); }

/// The events of a kind ("C": counts) and a row.
std::vector<json> events_of(const json& trace, const std::string& kind, int row) {
  std::vector<json> events;
  for (const json& event : trace.at("traceEvents")) {
    if (event.at("ph") == kind && event.at("pid") == row) events.push_back(event);
  }
  return events;
}

struct Slice {
  int thread = 0;
  std::string name;
  double begin_us = 0.0;
  double end_us = 0.0;
  json arguments;
  bool operator==(const Slice&) const = default;
};

/// Fails where an end has no begin before it in its thread, or a begin comes before the last end.
std::vector<Slice> slices_of(const json& trace, int row) {
  std::vector<Slice> slices;
  bool open = false;
  for (const json& event : trace.at("traceEvents")) {
    if (event.at("pid") != row) continue;
    if (event.at("ph") == "B") {
      EXPECT_FALSE(open) << event;
      slices.push_back({event.at("tid"), event.at("name"), event.at("ts"), 0.0, event.at("args")});
      open = true;
    } else if (event.at("ph") == "E") {
      EXPECT_TRUE(open && slices.back().thread == event.at("tid")) << event;
      EXPECT_EQ(event.at("name"), slices.back().name);
      EXPECT_EQ(event.at("args"), slices.back().arguments);
      slices.back().end_us = event.at("ts");
      open = false;
    }
  }
  EXPECT_FALSE(open);
  return slices;
}

TEST(Trace, HasASliceForEachPartOfAStepThatTookTime) {
  Results results = typical();
  results.rows[1].recording = small_recording();
  const json trace = trace_of(results);
  EXPECT_TRUE(slices_of(trace, 1).empty()) << "a row without a recording";
  const json first = {{"iteration", 0}};
  const json second = {{"iteration", 1}};
  const json first_computed = {{"iteration", 0}, {"worker", 2}};
  const json second_computed = {{"iteration", 1}, {"worker", 2}};
  const std::vector<Slice> expected = {{1, "wait", 1.0, 3'210'001.0, first},
                                       {1, "queue", 3'210'001.0, 3'300'000.0, first},
                                       {1, "compute", 3'300'000.0, 3'400'000.0, first_computed},
                                       {1, "wait", 3'400'000.0, 3'500'000.0, second},
                                       {1, "queue", 3'500'000.0, 3'600'000.0, second},
                                       {1, "compute", 3'600'000.0, 3'700'000.0, second_computed},
                                       {2, "queue", 2.0, 3.0, first},
                                       {2, "compute", 3.0, 4.0, first_computed}};
  EXPECT_EQ(slices_of(trace, 2), expected);
}

TEST(Trace, NamesRowsAndRequests) {
  Results results = typical();
  results.rows[1].executor = "a \"name\" \xff";
  results.rows[1].recording = small_recording();
  const json trace = trace_of(results);
  std::map<std::string, json> names;
  for (const json& event : events_of(trace, "M", 2)) {
    if (event.at("args").contains("name")) {
      names[event.at("name").get<std::string>() + event.at("tid").dump()] = event.at("args").at("name");
    }
  }
  const std::map<std::string, json> expected = {
      {"process_name0", "a \"name\" \xef\xbf\xbd"}, {"thread_name1", "request 0"}, {"thread_name2", "request 1"}};
  EXPECT_EQ(names, expected);
  EXPECT_TRUE(contains(trace.at("otherData").at("machine").get<std::string>(), "AMD EPYC 9454"));
  EXPECT_TRUE(contains(trace.at("otherData").at("workload").get<std::string>(), "requests"));
}

TEST(Trace, CountsTheStepsThatComputeAtEachMoment) {
  Results results = typical();
  auto recording = std::make_shared<Recording>(Recording::create(3, 1, 3));
  recording->header().t0_ns = 1000;
  const auto fill = [&](std::uint64_t request, std::int64_t begin_ns, std::int64_t end_ns) {
    StepRecord& step = recording->step(request, 0);
    step.begin_ns = 1000 + begin_ns;
    step.end_ns = 1000 + end_ns;
    step.state = static_cast<std::uint32_t>(StepState::finished);
  };
  fill(0, 1000, 4000);
  fill(1, 2000, 3000);
  fill(2, 3000, 5000);  // begins as the second ends
  results.rows[0].recording = recording;
  std::vector<std::pair<double, int>> counts;
  for (const json& event : events_of(trace_of(results), "C", 1)) {
    counts.emplace_back(event.at("ts"), event.at("args").at("steps"));
  }
  EXPECT_EQ(counts, (std::vector<std::pair<double, int>>{{1, 1}, {2, 2}, {3, 2}, {4, 1}, {5, 0}}));
}

TEST(Trace, IsValidWithoutRows) { EXPECT_EQ(trace_of(samples::results_of({})).at("traceEvents"), json::array()); }

TEST(Trace, OfARunHoldsEveryStepOfEveryRow) {
  const TemporaryFolder folder;
  const Output output = testing::overlap(quick_with({"--executors", "sequential,coroutine,threads", "--output",
                                                     folder / "run.trace.json", "--output", folder / "run.json"}));
  ASSERT_EQ(output.status, 0) << output.err;
  const json trace = json::parse(content_of(folder / "run.trace.json"));
  const json report = json::parse(content_of(folder / "run.json"));
  for (int row = 1; row <= 3; ++row) {
    const json& steps = report.at("runs").at(static_cast<std::size_t>(row - 1)).at("steps");
    std::vector<double> begins;
    for (const Slice& slice : slices_of(trace, row)) {
      if (slice.name == "compute") begins.push_back(slice.begin_us);
    }
    ASSERT_EQ(begins.size(), steps.at("begin_s").size());
    ASSERT_FALSE(begins.empty());
    for (std::size_t i = 0; i < begins.size(); ++i) {
      EXPECT_NEAR(begins[i], 1e6 * steps.at("begin_s").at(i).get<double>(), 1e-3);
    }
  }
}

TEST(Trace, IsOfRunsAloneAndOfKeptSteps) {
  expect_usage_error({"sweep", "--axis", "size=64,128", "--format", "trace"}, {"--format", "'trace'", "csv, json"});
  expect_usage_error({"compare", "a.json", "b.json", "--format", "trace"}, {"--format", "'trace'"});
  const testing::Arguments many = {"run", "--requests", "1000", "--iterations", "101", "--executors", "coroutine/null"};
  expect_usage_error(many + testing::Arguments{"--format", "trace"}, {"--format", "101,000", "100,000", "--raw"});
  expect_usage_error(many + testing::Arguments{"--output", "x.trace.json"}, {"--output", "--raw"});
  const Output raw = testing::overlap(many + testing::Arguments{"--wait", "none", "--format", "trace", "--raw"});
  EXPECT_EQ(raw.status, 0) << raw.err;
  EXPECT_FALSE(slices_of(json::parse(raw.out), 1).empty());
}

TEST(Trace, ShowsThatARequestHadComeInBeforeItWasBegun) {
  Results results = typical();
  const auto recording = std::make_shared<Recording>(Recording::create(1, 1, 1));
  recording->header().t0_ns = 1'000;
  recording->requests()[0] = {3'000, 5'000, 9'000};
  StepRecord& step = recording->step(0, 0);
  step.due_ns = 6'000;
  step.begin_ns = 6'000;
  step.end_ns = 9'000;
  step.state = static_cast<std::uint32_t>(StepState::finished);
  results.rows[1].recording = recording;
  results.workload.arrivals = Arrivals::even;
  results.workload.rate = 1.0;
  const json first = {{"iteration", 0}};
  const json computed = {{"iteration", 0}, {"worker", 0}};
  const std::vector<Slice> expected = {
      {1, "not begun", 2.0, 4.0, first}, {1, "wait", 4.0, 5.0, first}, {1, "compute", 5.0, 8.0, computed}};
  EXPECT_EQ(slices_of(trace_of(results), 2), expected);
  results.workload.rate = 0.0;
  EXPECT_EQ(slices_of(trace_of(results), 2), std::vector<Slice>(expected.begin() + 1, expected.end()));
}

}  // namespace
}  // namespace overlap
