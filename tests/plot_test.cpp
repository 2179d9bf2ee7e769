// scripts/plot.py, driven as a process: pictures of sweeps, and what it refuses.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sweeps.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using sweeps::quick_sweep;
using sweeps::search_within;
using sweeps::small_grid;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::content_of;
using testing::Output;
using testing::overlap;
using testing::python_program;
using testing::TemporaryFolder;
using testing::write_content;

class Plot : public ::testing::Test {
 protected:
  void SetUp() override {
    if (testing::run(python_, {"-c", "import matplotlib"}).status != 0) {
      GTEST_SKIP() << "there is no matplotlib for " << python_;
    }
  }

  Output plot(const Arguments& arguments) const {
    Command command;
    command.program = python_;
    command.arguments = Arguments{std::string(OVERLAP_SOURCE_DIR) + "/scripts/plot.py"} + arguments;
    command.environment = {{"MPLCONFIGDIR", folder_.path().string()}};
    return testing::run(command);
  }

  void expect_plot_refused(const Arguments& arguments, const std::vector<std::string>& told) const {
    const Output output = plot(arguments);
    EXPECT_EQ(output.status, 2);
    EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
    for (const std::string& part : told) EXPECT_TRUE(contains(output.err, part)) << part << ": " << output.err;
  }

  const TemporaryFolder folder_;
  const std::string python_ = python_program();
};

TEST_F(Plot, DrawsMakespanAndThroughputOfEachExecutor) {
  const Arguments files = {"--repeat", "2", "--output", folder_ / "a.json", "--output", folder_ / "a.csv"};
  ASSERT_EQ(overlap(small_grid() + files).status, 0);
  for (const char* name : {"a.json", "a.csv"}) {
    const std::string picture = folder_ / (std::string(name) + ".svg");
    const Output output = plot({folder_ / name, "-x", "requests", "-o", picture});
    EXPECT_EQ(output.status, 0) << output.err;
    EXPECT_EQ(output.out, picture + "\n");
    const std::string svg = content_of(picture);
    for (const char* text : {"coroutine/fftw", "sequential/fftw", "makespan (s)", "steps/s", "requests", "wait none",
                             "wait uniform:0:0.002"}) {
      EXPECT_TRUE(contains(svg, std::string(">") + text + "<")) << name << ": " << text;
    }
  }
  const std::string picture = folder_ / "one.svg";
  EXPECT_EQ(plot({folder_ / "a.json", "-x", "wait", "--where", "requests=3", "-o", picture}).status, 0);
  EXPECT_FALSE(contains(content_of(picture), ">requests 1<"));
  EXPECT_TRUE(contains(content_of(picture), ">uniform:0:0.002<"));
}

TEST_F(Plot, DrawsLatencyOverARate) {
  const Arguments grid = {"sweep",
                          "--axis",
                          "rate=62.5,100",
                          "--requests",
                          "3",
                          "--size",
                          "16",
                          "--wait",
                          "none",
                          "--iterations",
                          "1",
                          "--executors",
                          "coroutine",
                          "--output",
                          folder_ / "a.json",
                          "--output",
                          folder_ / "a.csv"};
  ASSERT_EQ(overlap(grid).status, 0);
  for (const char* name : {"a.json", "a.csv"}) {
    const std::string picture = folder_ / (std::string(name) + ".svg");
    EXPECT_EQ(plot({folder_ / name, "-x", "rate", "-o", picture}).err, "");
    const std::string svg = content_of(picture);
    for (const char* text : {"p99 latency (s)", "steps/s", "rate", "62.5", "100"}) {
      EXPECT_TRUE(contains(svg, std::string(">") + text + "<")) << name << ": " << text;
    }
    EXPECT_FALSE(contains(svg, "makespan")) << name;
  }
}

TEST_F(Plot, DrawsWhatASearchWentByAndItsLimit) {
  const Arguments files = {"--by", "total", "--output", folder_ / "a.json"};
  ASSERT_EQ(overlap(search_within("60", "requests=1,2") + files).status, 0);
  ASSERT_EQ(plot({folder_ / "a.json", "-x", "requests"}).err, "");
  const std::string svg = content_of(folder_ / "a.svg");
  for (const char* text : {"makespan and setup (s)", "within 60 s"}) {
    EXPECT_TRUE(contains(svg, std::string(">") + text + "<")) << text;
  }
  const Arguments at_a_rate = {"--rate", "100", "--requests", "3", "--output", folder_ / "b.json"};
  ASSERT_EQ(overlap(quick_sweep({"--axis", "wait=none"}) + at_a_rate).status, 0);
  ASSERT_EQ(plot({folder_ / "b.json", "-x", "wait"}).err, "");
  EXPECT_TRUE(contains(content_of(folder_ / "b.svg"), ">p99 latency (s)<"));
}

/// A sweep's CSV over an axis: of each value a run that takes so many seconds.
std::string csv_over(const std::string& axis, const std::vector<std::pair<int, double>>& runs) {
  std::string text = axis + ",executor,makespan_s,total_s,latency_s.p99,steps_per_s\n";
  for (const auto& [value, seconds] : runs) {
    text += fmt::format("{},threads/fftw,{},{},{},{}\n", value, seconds, seconds, seconds, 10.0 / seconds);
  }
  return text;
}

TEST_F(Plot, LeavesOutLabelsOfValuesThatLieTooCloseForThem) {
  const std::vector<int> close = {253, 260, 268, 276, 284, 292, 300, 309, 318};
  std::vector<std::pair<int, double>> runs = {{10, 0.2}, {100, 0.3}};
  for (const int rate : close) runs.emplace_back(rate, 0.5);
  runs.emplace_back(999, 0.9);
  write_content(folder_ / "a.csv", csv_over("rate", runs));
  ASSERT_EQ(plot({folder_ / "a.csv", "-x", "rate"}).err, "");
  const std::string svg = content_of(folder_ / "a.svg");
  const auto is_labelled = [&](int rate) { return contains(svg, fmt::format(">{}<", rate)); };
  for (const int rate : {10, 100, 999}) EXPECT_TRUE(is_labelled(rate)) << rate;
  EXPECT_EQ(std::count_if(close.begin(), close.end(), is_labelled), 1);
}

TEST_F(Plot, LabelsFiguresWithinADecadeOrTwoByPlainNumbers) {
  write_content(folder_ / "a.csv", csv_over("size", {{16, 0.55}, {32, 1.2}, {64, 6.3}}));
  ASSERT_EQ(plot({folder_ / "a.csv", "-x", "size"}).err, "");
  const std::string svg = content_of(folder_ / "a.svg");
  for (const char* text : {"0.5", "1", "2", "5"}) EXPECT_TRUE(contains(svg, std::string(">") + text + "<")) << text;
  EXPECT_FALSE(contains(svg, "10^")) << "of the kind 10^0";
}

TEST_F(Plot, DrawsACsvOverTheWorkersOfItsAxis) {
  const Arguments grid = {"sweep",  "--axis",      "workers=1,3", "--requests", "3",
                          "--size", "16",          "--wait",      "none",       "--iterations",
                          "1",      "--executors", "threads",     "--output",   folder_ / "a.csv"};
  ASSERT_EQ(overlap(grid).status, 0);
  EXPECT_EQ(plot({folder_ / "a.csv", "-x", "workers", "--where", "workers=3", "-o", folder_ / "a.svg"}).err, "");
}

TEST_F(Plot, LabelsWaitsOfManyPercentilesShortly) {
  const std::string wait = "percentiles:0=0.001:10=0.01:50=0.0206:90=0.1:99=0.211:100=3.01";
  const std::string figures = "threads/fftw,1,1,1,10\n";
  write_content(folder_ / "a.csv", "wait,size,executor,makespan_s,total_s,latency_s.p99,steps_per_s\n" + wait + ",1," +
                                       figures + wait + ",2," + figures + "none,1," + figures + "none,2," + figures);
  for (const char* axis : {"wait", "size"}) {
    ASSERT_EQ(plot({folder_ / "a.csv", "-x", axis}).err, "");
    const std::string svg = content_of(folder_ / "a.svg");
    EXPECT_TRUE(contains(svg, "percentiles (median 20.6 ms, p99 211 ms, max 3.01 s)<")) << axis;
    EXPECT_FALSE(contains(svg, "percentiles:")) << axis;
  }
  EXPECT_EQ(plot({folder_ / "a.csv", "-x", "size", "--where", "wait=" + wait}).err, "");
}

TEST_F(Plot, RefusesBadFilesAxesAndTooManyPanels) {
  const Arguments grid = {"sweep",  "--axis",      "requests=1,2",   "--axis",   "seed=1:5",
                          "--wait", "none",        "--size",         "16",       "--iterations",
                          "1",      "--executors", "coroutine/null", "--output", folder_ / "a.json"};
  ASSERT_EQ(overlap(grid).status, 0);
  write_content(folder_ / "run.json", "{}");
  write_content(folder_ / "none.csv", "a,b\n1,2\n");
  write_content(folder_ / "text.json", "hello");
  expect_plot_refused({folder_ / "missing.json", "-x", "size"}, {"missing.json", "can't be read"});
  expect_plot_refused({folder_ / "run.json", "-x", "size"}, {"run.json", "no sweep"});
  expect_plot_refused({folder_ / "text.json", "-x", "size"}, {"text.json", "no sweep"});
  expect_plot_refused({folder_ / "none.csv", "-x", "size"}, {"none.csv", "executor"});
  expect_plot_refused({folder_ / "a.json", "-x", "size"}, {"-x", "'size'", "requests, seed"});
  expect_plot_refused({folder_ / "a.json", "-x", "requests"}, {"5 panels", "--where seed="});
  expect_plot_refused({folder_ / "a.json", "-x", "requests", "--where", "seed"}, {"--where", "AXIS=VALUE"});
  expect_plot_refused({folder_ / "a.json", "-x", "requests", "--where", "seed=9"}, {"--where", "never 9", "1, 2, 3"});
  expect_plot_refused({folder_ / "a.json", "-x", "requests", "--where", "seed=1", "-o", "/nowhere/a.svg"},
                      {"--output", "can't be written"});
  EXPECT_EQ(plot({folder_ / "a.json", "-x", "requests", "--where", "seed=1"}).status, 0);
  EXPECT_TRUE(contains(content_of(folder_ / "a.svg"), ">coroutine/null<"))
      << "the default is the file's name with .svg";
}

}  // namespace
}  // namespace overlap
