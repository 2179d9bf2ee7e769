// What the charts of a sweep show, by their elements.
#include "src/report/sweep_figures.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"
#include "tests/svg.hpp"

namespace overlap {
namespace {

using samples::finished_row;
using samples::results_of;
using testing::contains;
using testing::elements_of;
using testing::SvgElement;

/// Sizes by waits; threads take as many seconds as the size has units, coroutines 8.
Sweep sizes_by_waits(const std::vector<std::uint64_t>& sizes, const std::vector<std::string>& waits) {
  Sweep sweep;
  sweep.axes = {{"wait", {}}, {"size", {}}};
  sweep.axes[0].values.assign(waits.begin(), waits.end());
  sweep.axes[1].values.assign(sizes.begin(), sizes.end());
  for (const Point& point : points_of(sweep.axes)) {
    const auto size = static_cast<double>(std::get<std::uint64_t>(point[1]));
    sweep.cells.push_back(
        {point, results_of({finished_row("threads", "fftw", size), finished_row("coroutine", "fftw", 8.0)})});
  }
  sweep.planned = sweep.cells.size();
  return sweep;
}

TEST(SweepFigures, AreOverTheAxisWithTheMostNumbersOneForEachOfTheOthers) {
  const std::vector<Figure> figures = sweep_figures(sizes_by_waits({1, 16, 4}, {"none", "constant:1"}));
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].title, "makespan over size: wait none");
  EXPECT_EQ(figures[1].title, "makespan over size: wait constant:1");
  const std::vector<SvgElement> threads = elements_of(figures[0].svg, "circle", "s0 d0");
  ASSERT_EQ(threads.size(), 3U);
  EXPECT_EQ(threads[1].text, "threads/fftw: wait none, size 4: 4.00 s");
  // Both scales are logarithmic: what grows by the same factor goes by the same distance.
  EXPECT_NEAR(threads[1].number("cx") - threads[0].number("cx"), threads[2].number("cx") - threads[1].number("cx"),
              0.2);
  EXPECT_NEAR(threads[0].number("cy") - threads[1].number("cy"), threads[1].number("cy") - threads[2].number("cy"),
              0.2);
  EXPECT_LT(threads[2].number("cy"), threads[1].number("cy")) << "more seconds are higher up";
  const std::vector<SvgElement> coroutines = elements_of(figures[0].svg, "circle", "s1 d0");
  ASSERT_EQ(coroutines.size(), 3U);
  EXPECT_EQ(coroutines[0].number("cy"), coroutines[2].number("cy"));
  EXPECT_TRUE(contains(figures[0].svg, ">coroutine/fftw</text>"));
  EXPECT_TRUE(contains(figures[0].svg, ">16</text>"));
}

TEST(SweepFigures, ShowTheLimitOfASearch) {
  Sweep sweep = sizes_by_waits({1, 16, 4}, {"none"});
  EXPECT_TRUE(elements_of(sweep_figures(sweep)[0].svg, "path", "mark").empty());
  // Far above all times: the scale has room for it.
  sweep.highest = HighestReport{Judged::makespan, 100.0, 1, 16, {}};
  const Figure figure = sweep_figures(sweep)[0];
  const std::vector<SvgElement> marks = elements_of(figure.svg, "path", "mark");
  ASSERT_EQ(marks.size(), 1U);
  // "M80 61.2L730 61.2": as high up at both ends, and above all points.
  const std::string line = marks[0].attributes.at("d");
  const std::string y = line.substr(line.find(' ') + 1, line.find('L') - line.find(' ') - 1);
  EXPECT_EQ(line.substr(line.rfind(' ') + 1), y) << line;
  EXPECT_LT(std::stod(y), elements_of(figure.svg, "circle", "s0 d0")[2].number("cy"));
  EXPECT_TRUE(contains(figure.svg, ">within 100 s</text>") || contains(figure.svg, ">within 1 min 40 s</text>"))
      << figure.svg;
}

TEST(SweepFigures, TakeTheFirstOfAxesWithAsManyNumbers) {
  Sweep sweep = sizes_by_waits({1, 4, 16}, {"none"});
  const auto over = [&](const std::vector<std::uint64_t>& requests) {
    sweep.axes[0] = {"requests", {}};
    sweep.axes[0].values.assign(requests.begin(), requests.end());
    sweep.cells.clear();
    for (const Point& point : points_of(sweep.axes)) {
      sweep.cells.push_back({point, results_of({finished_row("threads", "fftw", 2.0)})});
    }
    return sweep_figures(sweep).front().title;
  };
  EXPECT_EQ(over({1, 2}), "makespan over size: requests 1");
  EXPECT_EQ(over({1, 2, 3}), "makespan over requests: size 1");
  EXPECT_EQ(over({1, 2, 3, 4}), "makespan over requests: size 1");
}

TEST(SweepFigures, TakeNamesInTheirOrderWhereNoAxisHasNumbers) {
  Sweep sweep = sizes_by_waits({3}, {"none", "constant:1", "exponential:1"});
  for (SweepCell& cell : sweep.cells) cell.point.pop_back();
  sweep.axes.pop_back();
  const std::vector<Figure> figures = sweep_figures(sweep);
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].title, "makespan over wait");
  const std::vector<SvgElement> threads = elements_of(figures[0].svg, "circle", "s0 d0");
  ASSERT_EQ(threads.size(), 3U);
  EXPECT_LT(threads[0].number("cx"), threads[1].number("cx"));
  EXPECT_TRUE(contains(figures[0].svg, ">exponential:1</text>"));
}

TEST(SweepFigures, MarkTheBreakEvenAndJudgeAsItDoes) {
  Sweep sweep = sizes_by_waits({1, 4, 16}, {"none"});
  for (SweepCell& cell : sweep.cells) cell.point.erase(cell.point.begin());
  sweep.axes.erase(sweep.axes.begin());
  BreakEven search;
  search.finding = BreakEven::Finding::found;
  search.value = 16;
  search.interval = {4, 16};
  sweep.break_even = BreakEvenReport{"threads/fftw", "coroutine/fftw", Judged::total, 1, 16, search, ""};
  const std::vector<Figure> figures = sweep_figures(sweep);
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].title, "total over size");
  EXPECT_TRUE(contains(figures[0].svg, ">from 16 on</text>"));
  const std::vector<SvgElement> threads = elements_of(figures[0].svg, "circle", "s0 d0");
  ASSERT_EQ(threads.size(), 3U);
  EXPECT_EQ(threads[1].text, "threads/fftw: size 4: 4.12 s");
  const std::vector<SvgElement> mark = elements_of(figures[0].svg, "path", "mark");
  ASSERT_EQ(mark.size(), 1U);
  EXPECT_EQ(mark[0].attributes.at("d").rfind("M" + threads[2].attributes.at("cx") + " ", 0), 0U);
  sweep.break_even->search.value.reset();
  EXPECT_TRUE(elements_of(sweep_figures(sweep)[0].svg, "path", "mark").empty());
}

TEST(SweepFigures, LeaveOutWhatFailedAndKeepEachExecutorsLook) {
  Sweep sweep = sizes_by_waits({1, 4}, {"none", "constant:1"});
  for (SweepCell& cell : sweep.cells) {
    if (std::get<std::string>(cell.point[0]) == "constant:1") cell.results.rows[0].status = Status::failed;
  }
  const std::vector<Figure> figures = sweep_figures(sweep);
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_FALSE(contains(figures[1].svg, "threads/fftw"));
  EXPECT_EQ(elements_of(figures[1].svg, "circle", "s1 d0").size(), 2U);
  for (SweepCell& cell : sweep.cells) cell.results.rows.clear();
  EXPECT_TRUE(sweep_figures(sweep).empty());
}

TEST(SweepFigures, SayHowManyAreNotDrawn) {
  std::vector<std::string> waits;
  for (int i = 1; i <= 30; ++i) waits.push_back("constant:" + std::to_string(i));
  const std::vector<Figure> figures = sweep_figures(sizes_by_waits({1, 4}, waits));
  ASSERT_EQ(figures.size(), 24U);
  EXPECT_TRUE(contains(figures.back().caption, " 6 more are not drawn."));
  EXPECT_FALSE(contains(figures.front().caption, "not drawn"));
}

TEST(SweepFigures, AreNoneOfASweepWithoutCells) { EXPECT_TRUE(sweep_figures(Sweep{}).empty()); }

}  // namespace
}  // namespace overlap
