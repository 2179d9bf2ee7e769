// `overlap compare`, driven as a process.
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/report/report.hpp"
#include "src/report/sweep_report.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sample_results.hpp"
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
using testing::write_content;

/// Results made by hand: makespans of five repeats around `makespan_s`.
Results steady_results(double makespan_s, const std::function<void(Results&)>& change) {
  Row row = samples::finished_row("threads", "fftw", makespan_s);
  for (const double factor : {0.999, 1.001, 1.0, 1.0}) samples::add_repeat(row, factor * makespan_s);
  Results results = samples::results_of({row});
  if (change) change(results);
  add_intervals(results);
  return results;
}

/// A file of them.
void write_results(const std::string& path, double makespan_s, const std::function<void(Results&)>& change = {}) {
  write_content(path, render_json(steady_results(makespan_s, change)));
}

TEST(CompareCommand, ComparesFilesInEveryFormat) {
  const TemporaryFolder folder;
  write_results(folder / "a.json", 3.0);
  write_results(folder / "b.json", 3.0);
  write_results(folder / "c.json", 2.0, [](Results& results) { results.machine.cpu_model = "other"; });
  const Output output = overlap({"compare", folder / "a.json", folder / "b.json", folder / "c.json", "--output",
                                 folder / "all.md", "--output", folder / "all.csv", "--output", folder / "all.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "b.json")) << output.out;
  EXPECT_TRUE(contains(output.out, "same")) << output.out;
  EXPECT_TRUE(contains(output.out, "other machine")) << output.out;
  EXPECT_TRUE(contains(content_of(folder / "all.md"), "| threads/fftw | B | c.json | 2.00 s |"));
  EXPECT_TRUE(contains(content_of(folder / "all.csv"), ",threads/fftw,B,c.json,ok,"));
  EXPECT_EQ(json::parse(content_of(folder / "all.json"))["rows"].size(), 3U);
}

TEST(CompareCommand, ComparesWhatItWrote) {
  const TemporaryFolder folder;
  for (const char* name : {"a.json", "b.json"}) {
    ASSERT_EQ(overlap(quick_with({"--executors", "*/null", "--repeat", "5", "--output", folder / name})).status, 0);
  }
  const Output output = overlap({"compare", folder / "a.json", folder / "b.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "threads/null")) << output.out;
}

TEST(CompareCommand, FailsOnSlowerRowsOfOneMachineWhereAsked) {
  const TemporaryFolder folder;
  write_results(folder / "a.json", 3.0);
  write_results(folder / "b.json", 3.1);
  write_results(folder / "c.json", 30.0, [](Results& results) { results.machine.cpu_model = "other"; });
  const Arguments files = {"compare", folder / "a.json", folder / "b.json", folder / "c.json"};
  EXPECT_EQ(overlap(files).status, 0);
  EXPECT_EQ(overlap(files + Arguments{"--fail-on", "slower:5%"}).status, 0);
  for (const char* limit : {"slower", "slower:2.5%"}) {
    const Output output = overlap(files + Arguments{"--fail-on", limit});
    EXPECT_EQ(output.status, 3);
    EXPECT_EQ(output.err, "overlap: --fail-on: threads/fftw is slower in b.json than in a.json\n");
    EXPECT_TRUE(contains(output.out, "slower")) << output.out;
  }
  EXPECT_EQ(overlap({"compare", folder / "b.json", folder / "a.json", "--fail-on", "slower"}).status, 0);
  for (const char* wrong : {"faster", "slower:", "slower:5", "slower:-5%", "slower:x%", ""}) {
    expect_usage_error(files + Arguments{std::string("--fail-on=") + wrong}, {"--fail-on"});
  }
}

TEST(CompareCommand, FailsOnRowsThatFailedOrCouldNotBeJudgedWhereAsked) {
  const TemporaryFolder folder;
  write_results(folder / "a.json", 3.0);
  const auto errors_beside = [&](const std::function<void(Results&)>& change, int status) {
    write_results(folder / "b.json", 3.0, change);
    const Output output = overlap({"compare", folder / "a.json", folder / "b.json", "--fail-on", "slower:5%"});
    EXPECT_EQ(output.status, status) << output.err;
    return output.err;
  };
  EXPECT_EQ(errors_beside([](Results& /*unchanged*/) {}, 0), "");
  EXPECT_EQ(errors_beside(
                [](Results& results) {
                  Row& row = results.rows[0];
                  row.repeats.resize(1);
                  row.repeats[0] = {Status::failed, "killed", 3, {}, {}, {}};
                  static_cast<Repeat&>(row) = row.repeats[0];
                  results.reference.clear();
                },
                3),
            "overlap: --fail-on: threads/fftw is failed in b.json, and was ok in a.json\n");
  EXPECT_EQ(errors_beside(
                [](Results& results) { results.rows[0].verified = results.rows[0].repeats[0].verified = false; }, 3),
            "overlap: --fail-on: threads/fftw is not verified in b.json, and was ok in a.json\n");
  const std::string few = errors_beside([](Results& results) { results.rows[0].repeats.resize(1); }, 3);
  EXPECT_EQ(few.rfind("overlap: --fail-on: nothing could be judged: threads/fftw: b.json has 1 repeat of it", 0), 0U)
      << few;
  EXPECT_EQ(errors_beside([](Results& results) { results.rows[0].executor = results.reference = "threads/own"; }, 3),
            "overlap: --fail-on: threads/fftw is not in b.json, and was ok in a.json\n");
}

TEST(CompareCommand, SaysHowManyRowsCouldNotBeJudgedWhereOthersWere) {
  const TemporaryFolder folder;
  const auto with_another = [](std::size_t repeats) {
    return [repeats](Results& results) {
      results.rows.push_back(samples::finished_row("coroutine", "fftw", 3.0));
      while (results.rows[1].repeats.size() < repeats) samples::add_repeat(results.rows[1], 3.0);
    };
  };
  write_results(folder / "a.json", 3.0, with_another(5));
  write_results(folder / "b.json", 3.0, with_another(1));
  const Output output = overlap({"compare", folder / "a.json", folder / "b.json", "--fail-on", "slower:5%"});
  EXPECT_EQ(output.status, 0);
  EXPECT_EQ(output.err.rfind("overlap: --fail-on: 1 row could not be judged, such as coroutine/fftw: b.json has 1 "
                             "repeat of it",
                             0),
            0U)
      << output.err;
}

/// A file of a grid made by hand: of one executor at two sizes.
void write_sweep(const std::string& path, double makespan_s, double larger_s,
                 const std::function<void(Results&)>& change = {}) {
  Sweep sweep;
  sweep.options = {{"iterations", "5"}};
  sweep.axes = {{"size", {std::uint64_t{64}, std::uint64_t{128}}}};
  sweep.planned = 2;
  for (const std::uint64_t size : {64U, 128U}) {
    Results results = steady_results(size == 64 ? makespan_s : larger_s, change);
    results.workload.size = size;
    sweep.cells.push_back({{size}, std::move(results)});
  }
  write_content(path, render_json(sweep));
}

TEST(CompareCommand, ComparesSweepsCellByCell) {
  const TemporaryFolder folder;
  write_sweep(folder / "a.json", 3.0, 3.0);
  write_sweep(folder / "b.json", 3.0, 3.3);
  write_sweep(folder / "c.json", 6.0, 1.0, [](Results& results) { results.machine.cpu_model = "other"; });
  const Arguments command = {"compare", folder / "a.json", folder / "b.json", folder / "c.json"};
  const Output output = overlap(command + Arguments{"--output", folder / "all.md", "--output", folder / "all.csv",
                                                    "--output", folder / "all.html", "--output", folder / "all.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "128   a.json  threads/fftw    3.00 s       –  base\n")) << output.out;
  EXPECT_TRUE(contains(output.out, "      b.json  threads/fftw    3.30 s   0.909  1 slower\n")) << output.out;
  EXPECT_TRUE(contains(output.out, "      c.json  threads/fftw    1.00 s    3.00  other machine\n")) << output.out;
  EXPECT_TRUE(
      contains(content_of(folder / "all.md"), "| 128 | c.json | threads/fftw | 1.00 s | 3.00 | other machine |"));
  EXPECT_TRUE(contains(content_of(folder / "all.csv"), "\n128,10,"));
  EXPECT_TRUE(contains(content_of(folder / "all.html"), "<svg"));
  EXPECT_EQ(json::parse(content_of(folder / "all.json"))["cells"][1]["fastest"][2]["seconds"], 1.0);
  const Output failing = overlap(command + Arguments{"--fail-on", "slower:5%"});
  EXPECT_EQ(failing.status, 3);
  EXPECT_EQ(failing.err, "overlap: --fail-on: at size 128: threads/fftw is slower in b.json than in a.json\n");
  EXPECT_EQ(overlap(command + Arguments{"--fail-on", "slower:15%"}).status, 0);
}

TEST(CompareCommand, RefusesFilesThatCantBeCompared) {
  const TemporaryFolder folder;
  write_results(folder / "a.json", 3.0);
  write_results(folder / "other.json", 3.0, [](Results& results) { results.workload.size = 64; });
  write_content(folder / "broken.json", "{\"schema_version\": 1");
  write_content(folder / "missing.json", "{\"schema_version\": 1}");
  write_content(folder / "sweep.json", R"({"schema_version": 1, "kind": "sweep"})");
  write_content(folder / "comparison.json", R"({"schema_version": 1, "kind": "comparison"})");
  const auto refused = [&](const std::string& name, const std::vector<std::string>& told) {
    expect_usage_error({"compare", folder / "a.json", folder / name}, told);
  };
  refused("none.json", {"none.json", "No such file"});
  refused("broken.json", {"broken.json", "line 1"});
  refused("missing.json", {"missing.json", "member 'tool' is missing"});
  refused("sweep.json", {"a.json", "sweep.json", "one is a run's and one a sweep's"});
  refused("comparison.json", {"comparison.json: it is a comparison's; compare takes what"});
  refused("other.json", {"a.json and other.json", "size 4,000,000 and 64"});
  refused("a.json", {"given twice"});
  refused("./a.json", {"given twice"});
  expect_usage_error({"compare", folder / "a.json"}, {"two files"});
  expect_usage_error({"compare"}, {"files"});
}

}  // namespace
}  // namespace overlap
