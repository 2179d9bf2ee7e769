// What the bars show, by their elements.
#include "src/report/makespans_figure.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"
#include "tests/svg.hpp"

namespace overlap {
namespace {

using samples::add_repeat;
using samples::typical;
using samples::unfinished_row;
using testing::contains;
using testing::elements_of;
using testing::SvgElement;

/// Without the first one of each style, which is the key's.
std::vector<SvgElement> bars_of(const Figure& figure, const std::string& style) {
  std::vector<SvgElement> bars = elements_of(figure.svg, "rect", style);
  if (!bars.empty()) bars.erase(bars.begin());
  return bars;
}

TEST(MakespansFigure, HasABarAsLongAsTheMakespanForEachRow) {
  const Figure figure = makespans_figure(typical());
  const std::vector<SvgElement> bounds = bars_of(figure, "bound");
  const std::vector<SvgElement> rests = bars_of(figure, "rest");
  const std::vector<SvgElement> setups = bars_of(figure, "setup");
  ASSERT_EQ(bounds.size(), 3U);
  ASSERT_EQ(rests.size(), 3U);
  ASSERT_EQ(setups.size(), 3U);
  const double unit = bounds[0].number("width") / (0.9375 * 37.03);
  EXPECT_NEAR(bounds[1].number("width"), unit * 0.9375 * 7.57, 0.2);
  EXPECT_NEAR(rests[1].number("width"), unit * 0.0625 * 7.57, 0.2);
  EXPECT_NEAR(rests[1].number("x"), bounds[1].number("x") + bounds[1].number("width"), 0.2);
  EXPECT_NEAR(setups[1].number("width"), unit * 0.125, 0.2);
  EXPECT_NEAR(setups[1].number("x"), rests[1].number("x") + rests[1].number("width"), 0.2);
  EXPECT_LT(bounds[0].number("y"), bounds[1].number("y"));
  EXPECT_EQ(setups[1].text, "coroutine/fftw-threads: setup of a cold start 125 ms");
  EXPECT_TRUE(contains(figure.svg, ">coroutine/fftw-threads</text>"));
  EXPECT_TRUE(contains(figure.svg, ">7.57 s</text>"));
}

TEST(MakespansFigure, MarksTheRangeOfRepeats) {
  Results results = typical();
  EXPECT_TRUE(elements_of(makespans_figure(results).svg, "path", "mark").empty());
  add_repeat(results.rows[1], 9.0);
  EXPECT_EQ(elements_of(makespans_figure(results).svg, "path", "mark").size(), 1U);
}

TEST(MakespansFigure, LeavesOutRowsWithoutFigures) {
  Results results = typical();
  results.rows.push_back(unfinished_row("coroutine", "cuda", Status::unavailable, "no driver"));
  EXPECT_FALSE(contains(makespans_figure(results).svg, "coroutine/cuda"));
  results.rows = {results.rows.back()};
  EXPECT_EQ(makespans_figure(results).svg, "");
  EXPECT_EQ(makespans_figure(results).caption, "");
}

TEST(MakespansFigure, StaysAPictureWhereAFileLacksFigures) {
  Results results = typical();
  for (Row& row : results.rows) row.metrics->total_s = row.metrics->lower_bound_s = std::nan("");
  EXPECT_FALSE(contains(makespans_figure(results).svg, "nan"));
  EXPECT_TRUE(contains(makespans_figure(results).svg, ">7.57 s</text>"));
}

TEST(MakespansFigure, IsOfLatenciesWhereRequestsComeInOverTime) {
  Row row = samples::row_of_latency("threads", "fftw", 0.8, 99.0);
  Results results = samples::results_at_rate(15.0, {row});
  const Figure figure = makespans_figure(results);
  EXPECT_EQ(figure.title, "How long requests took");
  const std::vector<SvgElement> halves = bars_of(figure, "bound");
  const std::vector<SvgElement> most = bars_of(figure, "rest");
  const std::vector<SvgElement> all = bars_of(figure, "setup");
  ASSERT_EQ(halves.size() + most.size() + all.size(), 3U);
  const double unit = halves[0].number("width") / 0.2;
  EXPECT_NEAR(most[0].number("width"), unit * 0.6, 0.2);
  EXPECT_NEAR(all[0].number("width"), unit * 0.4, 0.2);
  EXPECT_EQ(most[0].text, "threads/fftw: 99% of the requests within 800 ms");
  EXPECT_TRUE(contains(figure.svg, ">800 ms</text>"));
  EXPECT_TRUE(elements_of(figure.svg, "path", "mark").empty());
  samples::add_repeat_of_latency(results.rows[0], 0.9);
  EXPECT_EQ(elements_of(makespans_figure(results).svg, "path", "mark").size(), 1U);
  results.rows[0].metrics->latency_s.p50 = results.rows[0].metrics->latency_s.max = std::nan("");
  EXPECT_FALSE(contains(makespans_figure(results).svg, "nan"));
}

}  // namespace
}  // namespace overlap
