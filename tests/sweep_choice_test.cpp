// Which executor to use where in a grid, of sweeps made by hand.
#include "src/report/sweep_choice.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "src/report/sweep_lines.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::add_repeat;
using samples::finished_row;
using samples::results_of;
using samples::unfinished_row;

/// A row for each driver, of this makespan.
Results cell_of(const std::vector<std::pair<std::string, double>>& makespans) {
  std::vector<Row> rows;
  rows.reserve(makespans.size());
  for (const auto& [driver, makespan_s] : makespans) rows.push_back(finished_row(driver, "fftw", makespan_s));
  return results_of(rows);
}

/// A grid of one axis, 1, 10, 100 and so on, on which threads and coroutines took so long.
Sweep of_threads_and_coroutines(const std::vector<std::pair<double, double>>& makespans) {
  Sweep sweep;
  sweep.axes = {{"requests", {}}};
  std::uint64_t requests = 1;
  for (const auto& [threads_s, coroutine_s] : makespans) {
    sweep.axes[0].values.emplace_back(requests);
    sweep.cells.push_back({{requests}, cell_of({{"threads", threads_s}, {"coroutine", coroutine_s}})});
    requests *= 10;
  }
  return sweep;
}

TEST(SweepChoice, SaysFromWhereOnWhichIsToBeUsed) {
  EXPECT_EQ(choice_sentences(of_threads_and_coroutines({{1.0, 1.2}, {1.0, 1.1}, {1.0, 0.9}, {1.0, 0.5}})),
            "By requests: threads/fftw up to 10, coroutine/fftw from 100 on. For all cells coroutine/fftw loses least: "
            "it takes at most 1.20 times as long as the fastest (at requests 1).");
  EXPECT_EQ(choice_sentences(of_threads_and_coroutines({{1.0, 1.2}, {1.0, 0.9}, {1.0, 0.9}, {1.0, 1.5}})),
            "By requests: threads/fftw at 1, coroutine/fftw from 10 to 100, threads/fftw at 1k. For all cells "
            "threads/fftw loses least: it takes at most 1.11 times as long as the fastest (at requests 10).");
  EXPECT_EQ(choice_sentences(of_threads_and_coroutines({{1.0, 1.2}, {1.0, 0.9}, {1.0, 1.2}})),
            "By requests: threads/fftw at 1, coroutine/fftw at 10, threads/fftw at 100. For all cells threads/fftw "
            "loses least: it takes at most 1.11 times as long as the fastest (at requests 10).");
}

TEST(SweepChoice, ChangesNothingForALeadThatIsNotClear) {
  EXPECT_EQ(choice_sentences(of_threads_and_coroutines({{1.0, 1.2}, {1.04, 1.0}, {1.0, 1.2}})),
            "threads/fftw is nowhere clearly slower than the fastest.");
  // Five repeats of the same tell 4% for sure.
  Sweep sure = of_threads_and_coroutines({{1.0, 1.2}, {1.04, 1.0}, {1.0, 1.2}});
  for (Row& row : sure.cells[1].results.rows) row.repeats.resize(5, row.repeats.front());
  EXPECT_EQ(choice_sentences(sure).rfind("By requests: threads/fftw at 1, coroutine/fftw at 10, ", 0), 0U)
      << choice_sentences(sure);
  // And of ranges that overlap nobody knows.
  Sweep wide = of_threads_and_coroutines({{1.0, 1.2}, {1.2, 1.0}, {1.0, 1.2}});
  for (Row& row : wide.cells[1].results.rows) {
    add_repeat(row, 0.9);
    add_repeat(row, 1.3);
  }
  EXPECT_EQ(choice_sentences(wide), "threads/fftw is nowhere clearly slower than the fastest.");
}

TEST(SweepChoice, GoesAlongTheAxisWithTheMostNumbersForEachValueOfTheOthers) {
  Sweep sweep;
  sweep.axes = {{"wait", {std::string("none"), std::string("uniform:0:1"), std::string("constant:1")}},
                {"size", {std::uint64_t{4096}, std::uint64_t{64}}}};
  for (const AxisValue& wait : sweep.axes[0].values) {
    for (const AxisValue& size : sweep.axes[1].values) {
      const bool is_long = std::get<std::string>(wait) == "none" && std::get<std::uint64_t>(size) == 4096;
      sweep.cells.push_back({{wait, size}, cell_of({{"threads", 1.0}, {"coroutine", is_long ? 3.0 : 0.5}})});
    }
  }
  EXPECT_EQ(choice_sentences(sweep),
            "By size, with wait none: coroutine/fftw at 64, threads/fftw at 4Ki; with wait uniform:0:1: coroutine/fftw "
            "throughout; with wait constant:1: coroutine/fftw throughout. For all cells threads/fftw loses least: it "
            "takes at most 2.00 times as long as the fastest (at wait none, size 64).");
  sweep.axes[1].values.pop_back();
  EXPECT_EQ(choice_sentences(sweep).rfind("For all cells threads/fftw loses least", 0), 0U)
      << "no axis has two numbers: " << choice_sentences(sweep);
}

TEST(SweepChoice, KeepsWaitsApartThatArePrintedTheSame) {
  Sweep sweep;
  sweep.axes = {{"wait",
                 {std::string("percentiles:0=0:1=1:50=2:98=3:99=4:100=5"),
                  std::string("percentiles:0=1:1=1:50=2:98=3:99=4:100=5")}},
                {"size", {std::uint64_t{64}, std::uint64_t{4096}}}};
  for (const AxisValue& wait : sweep.axes[0].values) {
    for (const AxisValue& size : sweep.axes[1].values) {
      const bool is_long = std::get<std::uint64_t>(size) == 4096;
      sweep.cells.push_back({{wait, size}, cell_of({{"threads", 1.0}, {"coroutine", is_long ? 3.0 : 0.5}})});
    }
  }
  const std::string wait = "wait percentiles (median 2.00 s, p99 4.00 s, max 5.00 s)";
  const std::string stretches = ": coroutine/fftw at 64, threads/fftw at 4Ki";
  EXPECT_EQ(choice_sentences(sweep).rfind("By size, with " + wait + stretches + "; with " + wait + stretches + ".", 0),
            0U)
      << choice_sentences(sweep);
}

TEST(SweepChoice, CallsNoneTheBestForAllCellsThatIsMissingInOne) {
  Sweep sweep = of_threads_and_coroutines({{1.0, 1.2}, {1.0, 0.5}});
  sweep.cells[0].results.rows[1] = unfinished_row("coroutine", "fftw", Status::failed, "a reason");
  EXPECT_EQ(choice_sentences(sweep),
            "By requests: threads/fftw at 1, coroutine/fftw at 10. For all cells threads/fftw loses least: it takes at "
            "most 2.00 times as long as the fastest (at requests 10).");
  sweep.cells[1].results.rows[0].verified = false;
  EXPECT_EQ(choice_sentences(sweep), "By requests: threads/fftw at 1, coroutine/fftw at 10.");
}

TEST(SweepChoice, ChoosesNoneThatCannotKeepUp) {
  Sweep sweep;
  sweep.axes = {{"workers", {}}};
  // What keeps up with 10, 30 and 30 requests a second has to take 20; the first cell's fastest does not.
  for (const auto& [workers, threads, processes] :
       {std::tuple(2U, 10.0, 10.0), std::tuple(4U, 10.0, 30.0), std::tuple(8U, 30.0, 30.0)}) {
    sweep.axes[0].values.emplace_back(std::uint64_t{workers});
    sweep.cells.push_back(
        {{std::uint64_t{workers}},
         samples::results_at_rate(20.0, {samples::row_of_latency("threads", "fftw", 0.5, threads),
                                         samples::row_of_latency("processes", "fftw", 0.6, processes)})});
  }
  EXPECT_EQ(
      choice_sentences(sweep),
      "By workers: none keeps up at 2, processes/fftw at 4, threads/fftw at 8. For all cells processes/fftw loses "
      "least: it takes at most 1.20 times as long as the fastest (at workers 8).");
  EXPECT_EQ(sweep_cells(sweep, sweep.cells[0]), (std::vector<std::string>{"2", "none keeps up", "–", "–", "–"}));
  EXPECT_EQ(sweep_cells(sweep, sweep.cells[1]),
            (std::vector<std::string>{"4", "processes/fftw", "600 ms", "threads/fftw", "behind"}));
  EXPECT_EQ(sweep_summary(sweep).rfind(
                "processes/fftw is fastest in 1 of 3 cells, threads/fftw in 1; in 1 none keeps up.", 0),
            0U)
      << sweep_summary(sweep);
  sweep.cells.resize(1);
  EXPECT_EQ(sweep_summary(sweep), "No executor keeps up in any cell.");
}

TEST(SweepChoice, IsSilentWhereThereIsNothingToChoose) {
  Sweep sweep = of_threads_and_coroutines({{1.0, 1.2}});
  EXPECT_EQ(choice_sentences(sweep), "") << "one cell";
  sweep = of_threads_and_coroutines({{1.0, 1.2}, {1.0, 1.2}});
  for (SweepCell& cell : sweep.cells) cell.results.rows.pop_back();
  EXPECT_EQ(choice_sentences(sweep), "") << "one executor";
  EXPECT_EQ(choice_sentences(Sweep{}), "");
}

}  // namespace
}  // namespace overlap
