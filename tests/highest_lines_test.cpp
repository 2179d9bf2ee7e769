// The words of a search for the highest value.
#include "src/report/highest_lines.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/report/sweep_lines.hpp"
#include "src/report/sweep_report.hpp"
#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using Finding = Highest::Finding;
using samples::results_at_rate;
using samples::row_of_latency;
using testing::contains;

Highest up_to(std::uint64_t value, std::uint64_t beyond) { return {Finding::found, value, beyond}; }

/// A search from rate 10 to 1k for a p99 latency within 200 ms, with a cell of 1,000 requests at 100 and at 50.
Sweep search(std::vector<HighestReport::Line> lines) {
  Sweep sweep;
  sweep.axes = {{"rate", {}}};
  for (const std::uint64_t rate : {50U, 100U}) {
    const double latency_s = static_cast<double>(rate) / 1000.0;
    sweep.cells.push_back(
        {{rate},
         results_at_rate(static_cast<double>(rate), {row_of_latency("threads", "fftw", latency_s, 100.0),
                                                     row_of_latency("coroutine", "fftw", 3 * latency_s, 100.0)})});
    sweep.cells.back().results.workload.requests = 1000;
    sweep.cells.back().results.workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  }
  sweep.planned = 2;
  sweep.highest = HighestReport{Judged::latency, 0.2, 10, 1000, std::move(lines)};
  return sweep;
}

std::vector<std::string> cells_of(const Document::Line& line) {
  std::vector<std::string> texts;
  for (const Document::Cell& cell : line.cells) texts.push_back(cell.text);
  return texts;
}

TEST(HighestLines, HaveNoTimeWhereAnExecutorsRowFailedAndNoneIsBestWhereNoneStaysWithin) {
  Sweep sweep = search({{"threads/fftw", {Finding::none, {}, 50}}});
  sweep.cells[0].results.rows = {samples::unfinished_row("threads", "fftw", Status::failed, "out of memory")};
  Document document;
  add_highest(sweep, document);
  EXPECT_EQ(cells_of(document.lines.at(0)), (std::vector<std::string>{"threads/fftw", "none", "–", "50", "–"}));
  EXPECT_EQ(document.lines[0].mark, Document::Mark::none);
}

TEST(HighestLines, HaveEachExecutorsTimesThereAndJustBeyond) {
  Document document;
  add_highest(search({{"threads/fftw", {Finding::throughout, 100, {}}},
                      {"coroutine/fftw", up_to(50, 100)},
                      {"sequential/fftw", {Finding::none, {}, 50}},
                      {"coroutine/cuda", {}, "unavailable: no driver"}}),
              document);
  std::vector<std::string> headers;
  for (const Document::Column& column : document.columns) headers.push_back(column.header);
  EXPECT_EQ(headers, (std::vector<std::string>{"executor", "highest rate", "p99 latency", "beyond at", "p99 latency"}));
  ASSERT_EQ(document.lines.size(), 4U);
  EXPECT_EQ(cells_of(document.lines[0]), (std::vector<std::string>{"threads/fftw", "100", "100 ms", "–", "–"}));
  EXPECT_EQ(cells_of(document.lines[1]), (std::vector<std::string>{"coroutine/fftw", "50", "150 ms", "100", "300 ms"}));
  EXPECT_EQ(cells_of(document.lines[2]), (std::vector<std::string>{"sequential/fftw", "none", "–", "50", "–"}))
      << "a row that its cell lacks has no time";
  EXPECT_EQ(cells_of(document.lines[3]), (std::vector<std::string>{"coroutine/cuda", "–", "–", "–", "–"}));
  EXPECT_EQ(document.lines[0].mark, Document::Mark::best);
  EXPECT_EQ(document.lines[1].mark, Document::Mark::none);
  EXPECT_EQ(document.lines[3].mark, Document::Mark::missing);
}

TEST(HighestLines, SayWhoGetsFurthestAndHowMuchFurther) {
  EXPECT_EQ(highest_sentence(search({{"a/x", up_to(50, 52)}, {"b/x", up_to(100, 105)}, {"c/x", up_to(98, 100)}})),
            "b/x stays within 200 ms (p99 latency) up to rate 100; so, about, does c/x; that is 2.00 times as far as "
            "a/x (50).");
  EXPECT_EQ(highest_sentence(search({{"a/x", up_to(90, 94)}, {"b/x", up_to(100, 105)}})),
            "b/x stays within 200 ms (p99 latency) up to rate 100; that is 1.11 times as far as a/x (90).");
  EXPECT_EQ(highest_sentence(search({{"a/x", up_to(50, 52)}, {"b/x", up_to(20, 21)}, {"c/x", up_to(25, 26)}})),
            "a/x stays within 200 ms (p99 latency) up to rate 50; that is 2.00 times as far as c/x (25) and 2.50 times "
            "as far as b/x (20).");
  EXPECT_EQ(highest_sentence(search({{"a/x", {Finding::throughout, 1000, {}}}, {"b/x", {Finding::none, {}, 10}}})),
            "a/x stays within 200 ms (p99 latency) up to rate 1k, the end of the range, and maybe beyond; b/x not even "
            "at 10.");
  EXPECT_EQ(highest_sentence(search({{"a/x", {Finding::none, {}, 10}}, {"b/x", {}, "interrupted"}})),
            "At rate 10 already, no executor stays within 200 ms (p99 latency).");
  EXPECT_EQ(highest_sentence(search({{"a/x", {}, "interrupted"}})),
            "The search was stopped before anything was found.");
  Sweep waiting = search({{"a/x", {Finding::none, {}, 10}}});
  waiting.cells.front().results.workload.wait = {WaitDistribution::Kind::constant, 0.05, 0.0};
  EXPECT_EQ(highest_sentence(waiting),
            "At rate 10 already, no executor stays within 200 ms (p99 latency); 1% of such requests wait for 250 ms or "
            "longer, whoever runs them.");
}

TEST(HighestLines, TellHowFarItCameThatWasStoppedButDontRankIt) {
  const Sweep sweep = search({{"a/x", up_to(50, 52)}, {"b/x", {Finding::stopped, 100, {}}, "failed"}});
  Document document;
  add_highest(sweep, document);
  EXPECT_EQ(document.lines[1].cells[1].text, "≥ 100");
  EXPECT_EQ(document.lines[1].mark, Document::Mark::missing);
  EXPECT_EQ(document.lines[0].mark, Document::Mark::best);
  EXPECT_EQ(highest_sentence(sweep), "a/x stays within 200 ms (p99 latency) up to rate 50.");
}

TEST(HighestLines, NoteWhatWasStopped) {
  const std::vector<std::string> notes = sweep_notes(search({{"a/x", {}, "rate 20: failed: \x1b[1mboom"}}));
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_TRUE(contains(notes[0], "p99 latency, the repeats' median, is at most 200 ms")) << notes[0];
  EXPECT_EQ(notes[1], "a/x: rate 20: failed:  [1mboom");
}

TEST(HighestLines, NoteWhereRequestsCameInForTooShortATime) {
  Sweep sweep = search({{"threads/fftw", up_to(100, 105)}, {"coroutine/fftw", up_to(50, 52)}});
  EXPECT_EQ(sweep_notes(sweep).size(), 1U) << "for 10 and 20 s";
  // The limit is more than a twentieth of 3.9 s.
  sweep.cells[1].results.workload.requests = 390;
  ASSERT_EQ(sweep_notes(sweep).size(), 2U);
  EXPECT_EQ(sweep_notes(sweep)[1],
            "requests came in for too short a time to be sure of the highest rate of threads/fftw: --for 4 is enough");
  sweep.highest->within_s = 0.197;
  sweep.cells[0].results.workload.requests = 99;
  EXPECT_EQ(sweep_notes(sweep).at(1),
            "requests came in for too short a time to be sure of the highest rate of threads/fftw and coroutine/fftw: "
            "--for 4 is enough");
  sweep.cells[0].results.workload.requests = 1000;
  sweep.cells[1].results.workload.requests = 394;
  EXPECT_EQ(sweep_notes(sweep).size(), 1U) << "for as long as it takes";
  sweep.cells[1].results.workload.requests = 390;
  // Of 99 requests the 99th percentile is the longest one.
  sweep.highest->within_s = 0.01;
  sweep.cells[0].results.workload.requests = 99;
  EXPECT_EQ(
      sweep_notes(sweep)[1],
      "requests came in for too short a time to be sure of the highest rate of coroutine/fftw: --for 2 is enough");
  sweep.cells[1].results.workload.requests = 99;
  std::swap(sweep.highest->lines[0], sweep.highest->lines[1]);
  EXPECT_TRUE(contains(sweep_notes(sweep)[1], "coroutine/fftw and threads/fftw: --for 2 ")) << "the longest time";
  sweep.highest->by = Judged::total;
  EXPECT_EQ(sweep_notes(sweep).size(), 1U);
}

TEST(HighestLines, StandInAllReportsInPlaceOfTheCells) {
  const Sweep sweep = search({{"threads/fftw", up_to(100, 105)}});
  for (const std::string& report : {render_table(sweep, {}), render_markdown(sweep), render_html(sweep)}) {
    EXPECT_TRUE(contains(report, "highest rate")) << report;
    EXPECT_TRUE(contains(report, "threads/fftw stays within 200 ms")) << report;
    EXPECT_FALSE(contains(report, "fastest")) << report;
  }
}

}  // namespace
}  // namespace overlap
