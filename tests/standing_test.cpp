// Who is ahead in a comparison, and what a sweep's reports say of it, on results made by hand.
#include "src/report/standing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "src/report/sweep_lines.hpp"
#include "src/report/sweep_report.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::finished_row;
using samples::results_of;

/// A row of these makespans; its totals are `setup_s` above them.
Row row_with(const std::string& driver, const std::vector<double>& makespans, double setup_s) {
  Row row = finished_row(driver, "fftw", makespans.front());
  row.repeats.resize(1);
  for (std::size_t i = 1; i < makespans.size(); ++i) samples::add_repeat(row, makespans[i]);
  for (Repeat& repeat : row.repeats) repeat.metrics->total_s = repeat.metrics->makespan_s + setup_s;
  row.metrics = row.repeats[*median_repeat(row.repeats, Judged::makespan)].metrics;
  return row;
}

TEST(Standing, IsByTheMakespanOrByTheTotal) {
  const Results results = results_of({row_with("threads", {2.0}, 0.0), row_with("coroutine", {1.0}, 4.0)});
  const auto by_makespan = standing_of(results, Judged::makespan);
  ASSERT_TRUE(by_makespan);
  EXPECT_EQ(by_makespan->winner->driver, "coroutine");
  EXPECT_EQ(by_makespan->next->driver, "threads");
  EXPECT_DOUBLE_EQ(by_makespan->ratio, 2.0);
  const auto by_total = standing_of(results, Judged::total);
  ASSERT_TRUE(by_total);
  EXPECT_EQ(by_total->winner->driver, "threads");
  EXPECT_DOUBLE_EQ(by_total->ratio, 2.5);
  EXPECT_EQ(lead_between(results.rows[0], results.rows[1], Judged::makespan), Lead::second);
  EXPECT_EQ(lead_between(results.rows[0], results.rows[1], Judged::total), Lead::first);
}

TEST(Standing, LeavesOutRowsThatFailedOrWereFoundWrong) {
  Row wrong = row_with("threads", {0.5}, 0.0);
  wrong.verified = false;
  const Results results = results_of({samples::unfinished_row("processes", "fftw", Status::failed, "out of memory"),
                                      wrong, row_with("coroutine", {1.0}, 0.0)});
  const auto standing = standing_of(results, Judged::makespan);
  ASSERT_TRUE(standing);
  EXPECT_EQ(standing->winner->driver, "coroutine");
  EXPECT_EQ(standing->next, nullptr);
  EXPECT_FALSE(standing_of(results_of({wrong}), Judged::makespan));
}

TEST(Standing, IsNoLeadWithinTwoPercentOrWithinTheScatter) {
  const auto lead = [](const std::vector<double>& first, const std::vector<double>& second) {
    return lead_between(row_with("threads", first, 0.0), row_with("coroutine", second, 0.0), Judged::makespan);
  };
  EXPECT_EQ(lead({1.0}, {1.01}), Lead::undecided);
  EXPECT_EQ(lead({1.0}, {1.03}), Lead::first);
  EXPECT_EQ(lead({1.03, 1.03, 1.03, 1.03, 1.03}, {1.0, 1.0, 1.0, 1.0, 1.0}), Lead::second);
  EXPECT_EQ(lead({1.0, 1.2, 1.4, 1.6, 1.8}, {1.2, 1.4, 1.6, 1.8, 2.0}), Lead::undecided);
}

Sweep searched(BreakEven search) {
  Sweep sweep;
  sweep.axes = {{"size", {}}};
  sweep.break_even =
      BreakEvenReport{"threads/fftw", "coroutine/pool", Judged::total, 64, 262'144, std::move(search), ""};
  return sweep;
}

TEST(SweepLines, SayWhatASearchFound) {
  BreakEven search;
  search.finding = BreakEven::Finding::found;
  search.value = 4096;
  search.interval = {3840, 4096};
  EXPECT_EQ(
      sweep_summary(searched(search)),
      "coroutine/pool stays clearly ahead of threads/fftw from size 4Ki on, and is not yet at 3840 (by total, at 0 "
      "values).");
  search.value = 262'144;
  search.interval = {250'000, 262'144};
  EXPECT_EQ(sweep_summary(searched(search)),
            "coroutine/pool is clearly ahead of threads/fftw at size 256Ki, the end of the range, and not yet at 250k; "
            "nothing beyond confirms it (by total, at 0 values).");
  search = {};
  search.finding = BreakEven::Finding::throughout;
  search.value = 64;
  EXPECT_EQ(sweep_summary(searched(search))
                .rfind("coroutine/pool is ahead of threads/fftw all the way from size 64 to "
                       "256Ki",
                       0),
            0U);
  search = {};
  EXPECT_EQ(sweep_summary(searched(search)).rfind("No break-even from size 64 to 256Ki: coroutine/pool is nowhere", 0),
            0U);
  search.finding = BreakEven::Finding::not_kept;
  // Of a value that was asked twice, the last answer counts.
  search.probes = {{262'144, Lead::first},  {64, Lead::second},   {4096, Lead::second},
                   {1024, Lead::undecided}, {1024, Lead::second}, {64, Lead::first}};
  EXPECT_NE(sweep_summary(searched(search)).find("clearly ahead of threads/fftw at 1Ki, 4Ki, but not at the end"),
            std::string::npos);
  EXPECT_NE(sweep_summary(searched(search)).find(", which is ahead there: try --between coroutine/pool,threads/fftw"),
            std::string::npos);
  search.probes.front().lead = Lead::undecided;
  EXPECT_EQ(sweep_summary(searched(search)).find("--between"), std::string::npos);
  Sweep stopped = searched({});
  stopped.break_even->search.finding = BreakEven::Finding::stopped;
  stopped.break_even->reason = "interrupted";
  EXPECT_EQ(sweep_summary(stopped), "The search for a break-even was stopped: interrupted.");
}

TEST(Standing, OfASingleRunThatIsTooShortIsNotClear) {
  const auto lead = [](double first_s, double second_s, Judged by, std::size_t repeats = 1) {
    return lead_between(row_with("threads", std::vector<double>(repeats, first_s), 0.0),
                        row_with("coroutine", std::vector<double>(repeats, second_s), 0.0), by);
  };
  EXPECT_EQ(lead(0.0009, 0.0001, Judged::makespan), Lead::undecided);
  EXPECT_EQ(lead(0.0011, 0.0001, Judged::makespan), Lead::second);
  EXPECT_EQ(lead(0.0009, 0.0001, Judged::makespan, 5), Lead::second);
  Row slow = row_with("threads", {1.0}, 0.0);
  Row fast = row_with("coroutine", {1.0}, 0.0);
  slow.repeats.front().metrics->latency_s.p99 = 0.0009;
  fast.repeats.front().metrics->latency_s.p99 = 0.0001;
  EXPECT_EQ(lead_between(slow, fast, Judged::latency), Lead::second);
}

TEST(SweepLines, SayWhoCannotKeepUp) {
  Sweep sweep;
  sweep.axes = {{"rate", {std::uint64_t{5}, std::uint64_t{20}, std::uint64_t{50}}}};
  sweep.planned = 3;
  for (const double rate : {5.0, 20.0, 50.0}) {
    sweep.cells.push_back({{static_cast<std::uint64_t>(rate)},
                           samples::results_at_rate(rate, {samples::row_of_latency("threads", "fftw", 0.5, 90.0),
                                                           samples::row_of_latency("sequential", "fftw", 9.0, 9.0)})});
  }
  const std::vector<std::string> notes = sweep_notes(sweep);
  ASSERT_GE(notes.size(), 2U);
  EXPECT_EQ(notes[1].rfind("sequential/fftw can't keep up in 2 cells: ", 0), 0U) << notes[1];
}

bool has_note(const Sweep& sweep, const std::string& begin) {
  const std::vector<std::string> notes = sweep_notes(sweep);
  return std::count_if(notes.begin(), notes.end(),
                       [&](const std::string& note) { return note.rfind(begin, 0) == 0; }) == 1;
}

/// A row of such p99 latencies, a repeat each.
Row row_of_latencies(const std::string& driver, const std::vector<double>& latencies_s) {
  Row row = samples::row_of_latency(driver, "fftw", latencies_s.front(), 90.0);
  for (std::size_t i = 1; i < latencies_s.size(); ++i) samples::add_repeat_of_latency(row, latencies_s[i]);
  return row;
}

TEST(Standing, ComparesLatenciesRepeatByRepeat) {
  // What the waits of a repeat do to one row, they do to the other.
  const Row slow = row_of_latencies("threads", {0.3, 0.9, 0.5, 0.4, 0.8});
  const Row fast = row_of_latencies("coroutine", {0.28, 0.85, 0.47, 0.38, 0.7});
  EXPECT_EQ(lead_between(slow, fast, Judged::latency), Lead::second);
  EXPECT_EQ(lead_between(fast, slow, Judged::latency), Lead::first);
  const Row other = row_of_latencies("coroutine", {0.28, 0.95, 0.47, 0.38, 0.7});
  EXPECT_EQ(lead_between(slow, other, Judged::latency), Lead::undecided) << "one repeat is the other way round";
  // Of fewer, each has to be clear by itself.
  EXPECT_EQ(lead_between(row_of_latencies("threads", {0.3, 0.9}), row_of_latencies("coroutine", {0.28, 0.85}),
                         Judged::latency),
            Lead::second);
  EXPECT_EQ(lead_between(row_of_latencies("threads", {0.3, 0.9}), row_of_latencies("coroutine", {0.28, 0.89}),
                         Judged::latency),
            Lead::undecided);
  Row failed_once = fast;
  failed_once.repeats[1].status = Status::failed;
  EXPECT_EQ(lead_between(slow, failed_once, Judged::latency), Lead::undecided) << "no pairs, and ranges that overlap";
}

TEST(SweepLines, SayOnceWhereTheP99LatencyIsTheLongest) {
  Sweep sweep;
  sweep.axes = {{"rate", {std::uint64_t{5}, std::uint64_t{20}, std::uint64_t{50}}}};
  for (const std::uint64_t rate : {5U, 20U, 50U}) {
    sweep.cells.push_back(
        {{rate},
         samples::results_at_rate(static_cast<double>(rate), {samples::row_of_latency("threads", "fftw", 0.5, 90.0)})});
    sweep.cells.back().results.workload.requests = 10 * rate;
  }
  EXPECT_TRUE(has_note(sweep, "in 1 of 3 cells fewer than 100 requests came in"));
  sweep.cells[1].results.workload.requests = 99;
  EXPECT_TRUE(has_note(sweep, "in 2 of 3 cells fewer than 100 requests came in"));
  sweep.break_even = BreakEvenReport{"threads/fftw", "coroutine/fftw", Judged::total, 5, 50, {}, ""};
  EXPECT_EQ(sweep_notes(sweep).size(), 1U) << "no latency is told";
  sweep.break_even.reset();
  for (SweepCell& cell : sweep.cells) cell.results.workload.requests = 100;
  EXPECT_EQ(sweep_notes(sweep).size(), 1U);
}

/// One cell, in which coroutines are twice as fast as threads in so many repeats.
Sweep led_by_coroutines(std::size_t repeats) {
  Sweep sweep;
  sweep.axes = {{"requests", {std::uint64_t{1}}}};
  sweep.planned = 1;
  sweep.cells.push_back({{std::uint64_t{1}},
                         results_of({row_with("threads", std::vector<double>(repeats, 2.0), 0.0),
                                     row_with("coroutine", std::vector<double>(repeats, 1.0), 0.0)})});
  return sweep;
}

TEST(SweepLines, DoubtLeadsOfSoFewRepeatsThatChanceMayMakeThem) {
  // Of equal executors, the ranges of two repeats lie apart in 1 of 3 cases, those of three in 1 of 10, of four in 1 of
  // 35.
  for (const std::size_t repeats : {1U, 2U, 3U}) {
    EXPECT_TRUE(has_note(led_by_coroutines(repeats), "a lead of fewer than 4 repeats may be chance")) << repeats;
  }
  EXPECT_EQ(sweep_notes(led_by_coroutines(4)).size(), 1U);
  for (const std::size_t row : {0U, 1U}) {
    Sweep one_of_few = led_by_coroutines(4);
    one_of_few.cells[0].results.rows[row].repeats.pop_back();
    EXPECT_EQ(sweep_notes(one_of_few).size(), 2U) << "of either";
  }
  Sweep equal = led_by_coroutines(3);
  equal.cells[0].results.rows[1] = row_with("coroutine", {2.0, 2.0, 2.0}, 0.0);
  EXPECT_EQ(sweep_notes(equal).size(), 1U) << "no lead is there to be doubted";
}

TEST(SweepLines, SayInWhatCellsDiffer) {
  Sweep sweep;
  sweep.axes = {{"requests", {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}}}};
  sweep.planned = 3;
  for (const std::uint64_t requests : {1U, 2U, 3U}) {
    sweep.cells.push_back({{requests}, results_of({row_with("threads", {2.0}, 0.0)})});
    sweep.cells.back().results.tool.commit = "new";
    sweep.cells.back().results.settings = {{"workers", std::to_string(requests)}};
  }
  EXPECT_EQ(sweep_notes(sweep).size(), 1U) << "an axis may be a setting";
  sweep.cells[0].results.tool.commit = "old";
  sweep.cells[0].results.engine_facts = {{"fftw_version", "fftw-2"}};
  ASSERT_EQ(sweep_notes(sweep).size(), 2U);
  EXPECT_EQ(sweep_notes(sweep)[1],
            "2 of 3 cells differ from the first in overlap's commit 'old' and 'new', fftw_version 'fftw-2' and "
            "'fftw-3.3.10-sse2-avx-avx2': figures of different cells may differ for that alone");
  sweep.cells.pop_back();
  sweep.planned = 2;
  EXPECT_TRUE(has_note(sweep, "1 of 2 cells differs from the first in "));
  sweep.highest = HighestReport{Judged::makespan, 0.2, 1, 2, {}};
  EXPECT_TRUE(has_note(sweep, "1 of 2 cells differs from the first in "));
}

TEST(SweepLines, SayOnceWhatIsUnavailableAndInWhichCellsRowsFailedOrWereWrong) {
  Row wrong = row_with("processes", {2.0}, 0.0);
  wrong.verified = false;
  wrong.reason = "step (0, 0): not finished";
  Sweep sweep;
  sweep.axes = {{"requests", {std::uint64_t{1}, std::uint64_t{2}}}};
  sweep.planned = 2;
  for (const std::uint64_t requests : {1U, 2U}) {
    sweep.cells.push_back(
        {{requests},
         results_of({row_with("threads", {2.0}, 0.0), wrong,
                     samples::unfinished_row("coroutine", "cuda", Status::unavailable, "no NVIDIA driver is loaded"),
                     samples::unfinished_row("sequential", "fftw", Status::failed, "out of memory")})});
  }
  EXPECT_TRUE(has_note(sweep, "coroutine/cuda: unavailable: no NVIDIA driver is loaded"));
  for (const std::string where : {"requests 1", "requests 2"}) {
    EXPECT_TRUE(has_note(sweep, where + ": processes/fftw: verification failed: step (0, 0): not finished"));
    EXPECT_TRUE(has_note(sweep, where + ": sequential/fftw: failed: out of memory"));
  }
  EXPECT_EQ(sweep_summary(sweep), "threads/fftw is fastest in 2 of 2 cells.") << "there is none to be ahead of";
}

TEST(SweepLines, SayWhatDisturbedTheCellsAndBreakTheExecutorsAtTheirCommas) {
  Sweep sweep;
  sweep.options = {{"executors", "threads/fftw,coroutine/fftw"}};
  sweep.axes = {{"requests", {std::uint64_t{1}, std::uint64_t{2}}}};
  sweep.planned = 2;
  for (const std::uint64_t requests : {1U, 2U}) {
    sweep.cells.push_back({{requests}, results_of({row_with("threads", {2.0}, 0.0)})});
  }
  EXPECT_EQ(sweep_notes(sweep).size(), 1U);
  sweep.cells[1].results.rows[0].repeats[0].observed.other_cpus = 90.0;
  ASSERT_EQ(sweep_notes(sweep).size(), 2U);
  EXPECT_EQ(sweep_notes(sweep)[1],
            "other programs disturbed 1 of 2 cells, whose figures may be off: run again on an idle machine");
  EXPECT_EQ(sweep_line(sweep), "2 cells of requests (2); executors threads/fftw, coroutine/fftw");
  sweep.highest = HighestReport{Judged::makespan, 0.2, 1, 2, {}};
  EXPECT_TRUE(has_note(sweep, "other programs disturbed 1 of 2 cells"));
  sweep.axes.front().values.clear();
  EXPECT_EQ(sweep_line(sweep), "2 cells of requests; executors threads/fftw, coroutine/fftw") << "it is searched";
}

TEST(SweepLines, CountTheWinsAndTheDraws) {
  Sweep sweep;
  sweep.axes = {{"requests", {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}}}};
  sweep.planned = 4;
  std::uint64_t requests = 1;
  for (const double coroutine_s : {1.0, 2.5, 2.01}) {
    sweep.cells.push_back(
        {{requests++}, results_of({row_with("threads", {2.0}, 0.0), row_with("coroutine", {coroutine_s}, 0.0)})});
  }
  EXPECT_EQ(
      sweep_summary(sweep),
      "threads/fftw is fastest in 2 of 3 cells, coroutine/fftw in 1; in 1 it is not clearly ahead of the next. By "
      "requests: coroutine/fftw at 1, threads/fftw from 2 on. For all cells coroutine/fftw loses least: it takes at "
      "most 1.25 times as long as the fastest (at requests 2).");
  EXPECT_EQ(sweep_cells(sweep, sweep.cells[0]),
            (std::vector<std::string>{"1", "coroutine/fftw", "1.00 s", "threads/fftw", "2.00"}));
  EXPECT_EQ(sweep_cells(sweep, sweep.cells[2]).back(), "≈ 1.00");
  EXPECT_EQ(sweep_notes(sweep)[1], "3 of 4 cells are finished");
  sweep.cells.resize(1);
  EXPECT_EQ(sweep_notes(sweep)[1], "1 of 4 cells is finished");
}

TEST(SweepLines, OfRatesAreByLatency) {
  Sweep sweep;
  sweep.axes = {{"rate", {std::uint64_t{5}}}};
  sweep.planned = 1;
  sweep.cells.push_back({{std::uint64_t{5}},
                         samples::results_at_rate(5.0, {samples::row_of_latency("threads", "fftw", 0.5, 9.0),
                                                        samples::row_of_latency("coroutine", "fftw", 0.25, 9.0)})});
  EXPECT_EQ(judged(sweep), Judged::latency);
  EXPECT_EQ(sweep_header(sweep), (std::vector<std::string>{"rate", "fastest", "p99 latency", "next", "ratio"}));
  EXPECT_EQ(sweep_cells(sweep, sweep.cells.front()),
            (std::vector<std::string>{"5", "coroutine/fftw", "250 ms", "threads/fftw", "2.00"}));
  EXPECT_EQ(sweep_notes(sweep).front().rfind("ratio is the next one's p99 latency over the fastest's", 0), 0U);
  sweep.break_even = BreakEvenReport{"threads/fftw", "coroutine/fftw", Judged::total, 1, 9, {}, ""};
  EXPECT_EQ(judged(sweep), Judged::total);
  sweep.break_even.reset();
  sweep.highest = HighestReport{Judged::total, 0.2, 1, 9, {}};
  EXPECT_EQ(judged(sweep), Judged::total);
  EXPECT_EQ(judged(Sweep{}), Judged::makespan);
}

TEST(SweepLines, OfMoreAxesThanATerminalHasRoomForAreDrawnAllTheSame) {
  Sweep sweep;
  Point point;
  for (std::size_t i = 0; i < 80; ++i) {
    sweep.axes.push_back({"requests", {}});
    point.emplace_back(std::uint64_t{1});
  }
  sweep.cells.push_back({point, results_of({row_with("threads", {2.0}, 0.0)})});
  EXPECT_NE(render_table(sweep, {}).find("rat"), std::string::npos);
}

}  // namespace
}  // namespace overlap
