// What the timelines show, by their elements.
#include "src/report/timelines_figure.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"
#include "tests/svg.hpp"

namespace overlap {
namespace {

using samples::typical;
using samples::unfinished_row;
using testing::contains;
using testing::elements_of;
using testing::SvgElement;

constexpr std::int64_t s = 1'000'000'000;

/// Requests of a step each, which begin at T0, one second; none of the steps is finished.
std::shared_ptr<Recording> requests(std::uint64_t count) {
  auto recording = std::make_shared<Recording>(Recording::create(count, 1, 1));
  recording->header().t0_ns = s;
  for (std::uint64_t request = 0; request < count; ++request) recording->requests()[request].begin_ns = s;
  return recording;
}

/// From T0.
void finish(Recording& recording, std::uint64_t request, std::int64_t due_ns, std::int64_t begin_ns,
            std::int64_t end_ns) {
  StepRecord& step = recording.step(request, 0);
  step.due_ns = s + due_ns;
  step.begin_ns = s + begin_ns;
  step.end_ns = s + end_ns;
  step.state = static_cast<std::uint32_t>(StepState::finished);
}

Results with_recording(std::shared_ptr<const Recording> recording) {
  Results results = typical();
  results.workload.requests = recording->header().requests;
  results.workload.iterations = 1;
  results.include_steps = true;
  results.rows[1].recording = std::move(recording);
  return results;
}

/// The only path of a style.
std::string path_of(const Figure& figure, const std::string& style) {
  const std::vector<SvgElement> paths = elements_of(figure.svg, "path", style);
  return paths.size() == 1 ? paths.front().attributes.at("d") : "";
}

TEST(TimelinesFigure, HasALaneForEachOfFewRequests) {
  const auto recording = requests(3);
  finish(*recording, 0, 1 * s, 2 * s, 3 * s);
  finish(*recording, 1, 1'000, 2'000, 46 * s / 10);
  const Figure figure = timelines_figure(with_recording(recording));
  EXPECT_EQ(figure.caption.rfind("A lane for each request", 0), 0U);
  // 150 units a second from 190 on; lanes of 12 from 28 on. What took next to no time is seen all the same.
  EXPECT_EQ(path_of(figure, "wait"), "M190 28h150v9.6h-150zM190 40h0.3v9.6h-0.3z");
  EXPECT_EQ(path_of(figure, "queue"), "M340 28h150v9.6h-150zM190 40h0.3v9.6h-0.3z");
  EXPECT_EQ(path_of(figure, "compute"), "M490 28h150v9.6h-150zM190 40h690v9.6h-690z");
  EXPECT_TRUE(contains(figure.svg, ">coroutine/fftw-threads</text>"));
  EXPECT_TRUE(contains(figure.svg, ">4.60 s</text>"));
  EXPECT_FALSE(contains(figure.svg, ">sequential/fftw</text>")) << "a row without a recording";
}

TEST(TimelinesFigure, StacksManyRequestsTheComputingAtTheBottom) {
  const auto recording = requests(100);
  for (std::uint64_t request = 1; request < 100; ++request) finish(*recording, request, 1 * s, 2 * s, 4 * s);
  finish(*recording, 0, 1 * s, 1 * s, 2 * s);
  const Figure figure = timelines_figure(with_recording(recording));
  EXPECT_EQ(figure.caption.rfind("How many requests", 0), 0U);
  EXPECT_TRUE(contains(figure.svg, ">up to 100 at once</text>"));
  // 100 requests are 120 units, from 148 up to 28. In the first quarter all wait; then one computes and 99 queue.
  EXPECT_EQ(path_of(figure, "wait").rfind("M190 28L193.1 28", 0), 0U);
  EXPECT_TRUE(contains(path_of(figure, "compute"), "L362.5 148L362.5 146.8L365.6 146.8"));
  EXPECT_TRUE(contains(path_of(figure, "queue"), "L362.5 28L365.6 28"));
  EXPECT_TRUE(contains(path_of(figure, "queue"), "L365.6 146.8L362.5 146.8"));
}

TEST(TimelinesFigure, ShowsWhatAFailedRowFinished) {
  const auto recording = requests(2);
  finish(*recording, 0, 1 * s, 2 * s, 3 * s);
  Results results = with_recording(recording);
  results.rows[1] = unfinished_row("threads", "fftw", Status::failed, "a reason");
  results.rows[1].recording = recording;
  const Figure figure = timelines_figure(results);
  EXPECT_TRUE(contains(figure.svg, ">threads/fftw</text>"));
  EXPECT_TRUE(contains(figure.svg, ">failed</text>"));
  EXPECT_EQ(path_of(figure, "compute"), "M650 28h230v9.6h-230z");
}

TEST(TimelinesFigure, SaysWhyThereIsNone) {
  Results results = typical();
  EXPECT_EQ(timelines_figure(results).caption, "") << "kept, but no row finished a step";
  results.workload.requests = kept_steps / results.workload.iterations + 1;
  EXPECT_EQ(timelines_figure(results).svg, "");
  EXPECT_TRUE(contains(timelines_figure(results).caption, "more than 100,000 steps"));
  results.include_steps = true;
  EXPECT_EQ(timelines_figure(results).caption, "") << "asked for";
}

TEST(TimelinesFigure, ShowsThatARequestHadComeInBeforeItWasBegun) {
  const auto recording = requests(2);
  finish(*recording, 0, 1 * s, 1 * s, 2 * s);
  finish(*recording, 1, 3 * s, 3 * s, 4 * s);
  recording->requests()[0].arrival_ns = s;
  recording->requests()[1].arrival_ns = 2 * s;
  recording->requests()[1].begin_ns = 3 * s;
  Results results = with_recording(recording);
  results.workload.arrivals = Arrivals::even;
  results.workload.rate = 1.0;
  // From its arrival, a second after T0, for a second; steps themselves queued for no time.
  EXPECT_EQ(path_of(timelines_figure(results), "not-begun"), "M362.5 40h172.5v9.6h-172.5z");
  EXPECT_EQ(path_of(timelines_figure(results), "queue"), "");
  EXPECT_TRUE(contains(timelines_figure(results).svg, ">has come in, not begun</text>"));
  results.workload = with_recording(recording).workload;
  EXPECT_EQ(path_of(timelines_figure(results), "not-begun"), "");
  EXPECT_FALSE(contains(timelines_figure(results).svg, "not begun"));
}

TEST(TimelinesFigure, CountsManyRequestsThatHadComeInAndWereNotBegun) {
  const auto recording = requests(100);
  for (std::uint64_t request = 0; request < 100; ++request) {
    recording->requests()[request].arrival_ns = s;
    recording->requests()[request].begin_ns = 2 * s;
    finish(*recording, request, 3 * s, 3 * s, 4 * s);
  }
  Results results = with_recording(recording);
  EXPECT_EQ(path_of(timelines_figure(results), "not-begun"), "");
  results.workload.rate = 1.0;
  const Figure figure = timelines_figure(results);
  EXPECT_EQ(figure.caption.rfind("How many requests were not begun, waited, ", 0), 0U);
  // 100 requests are 120 units, from 148 up to 28: in the first quarter, all of them.
  EXPECT_EQ(path_of(figure, "not-begun").rfind("M190 28L193.1 28", 0), 0U);
  EXPECT_TRUE(contains(path_of(figure, "not-begun"), "L193.1 148L190 148")) << path_of(figure, "not-begun");
}

}  // namespace
}  // namespace overlap
