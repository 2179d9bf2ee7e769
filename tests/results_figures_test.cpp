// What the charts of results show, by their elements.
#include "src/report/results_figures.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"
#include "tests/svg.hpp"

namespace overlap {
namespace {

using samples::add_repeat;
using samples::small_recording;
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
}

Results with_recording(std::uint64_t requests, double makespan_s, std::shared_ptr<const Recording> recording) {
  Results results = typical();
  results.workload.requests = requests;
  results.workload.iterations = recording->header().iterations;
  results.include_steps = true;
  results.rows[1].metrics->makespan_s = makespan_s;
  results.rows[1].recording = std::move(recording);
  return results;
}

TEST(TimelinesFigure, HasALaneForEachOfFewRequests) {
  const Figure figure = timelines_figure(with_recording(2, 4.6, small_recording()));
  EXPECT_EQ(figure.caption.rfind("A lane for each request", 0), 0U);
  const auto path_of = [&](const std::string& style) {
    const std::vector<SvgElement> paths = elements_of(figure.svg, "path", style);
    return paths.size() == 1 ? paths.front().attributes.at("d") : "";
  };
  // 150 units a second from 190 on; two lanes of 12 from 28 on.
  EXPECT_EQ(path_of("compute"), "M685 28h15v9.6h-15zM730 28h15v9.6h-15zM190 40h0.3v9.6h-0.3z");
  EXPECT_EQ(path_of("queue"), "M671.5 28h13.5v9.6h-13.5zM715 28h15v9.6h-15zM190 40h0.3v9.6h-0.3z");
  EXPECT_EQ(path_of("wait"), "M190 28h481.5v9.6h-481.5zM700 28h15v9.6h-15z");
  EXPECT_TRUE(contains(figure.svg, ">coroutine/fftw-threads</text>"));
  EXPECT_FALSE(contains(figure.svg, ">sequential/fftw</text>")) << "a row without a recording";
}

std::shared_ptr<const Recording> many_requests(std::uint64_t requests) {
  auto recording = std::make_shared<Recording>(Recording::create(requests, 1, 1));
  constexpr std::int64_t s = 1'000'000'000;
  recording->header().t0_ns = s;
  for (std::uint64_t request = 0; request < requests; ++request) {
    recording->requests()[request].begin_ns = s;
    StepRecord& step = recording->step(request, 0);
    step.due_ns = 2 * s;
    step.begin_ns = request == 0 ? 2 * s : 3 * s;
    step.end_ns = request == 0 ? 3 * s : 5 * s;
    step.state = static_cast<std::uint32_t>(StepState::finished);
  }
  return recording;
}

TEST(TimelinesFigure, StacksManyRequestsTheComputingAtTheBottom) {
  const Figure figure = timelines_figure(with_recording(100, 4.0, many_requests(100)));
  EXPECT_EQ(figure.caption.rfind("How many requests", 0), 0U);
  EXPECT_TRUE(contains(figure.svg, ">up to 100 at once</text>"));
  const auto path_of = [&](const std::string& style) {
    const std::vector<SvgElement> paths = elements_of(figure.svg, "path", style);
    return paths.size() == 1 ? paths.front().attributes.at("d") : "";
  };
  // 100 requests are 120 units, from 148 up to 28. In the first quarter all wait; then one computes and 99 queue.
  EXPECT_EQ(path_of("wait").rfind("M190 28L193.1 28", 0), 0U) << path_of("wait");
  EXPECT_TRUE(contains(path_of("compute"), "L362.5 148L362.5 146.8L365.6 146.8")) << path_of("compute");
  EXPECT_TRUE(contains(path_of("queue"), "L362.5 28L365.6 28")) << path_of("queue");
  EXPECT_TRUE(contains(path_of("queue"), "L365.6 146.8L362.5 146.8")) << path_of("queue");
}

TEST(TimelinesFigure, SaysWhyThereIsNone) {
  Results results = typical();
  EXPECT_EQ(timelines_figure(results).svg, "");
  EXPECT_TRUE(contains(timelines_figure(results).caption, "--raw"));
  results.include_steps = true;
  EXPECT_EQ(timelines_figure(results).caption, "") << "kept, but no row finished";
}

}  // namespace
}  // namespace overlap
