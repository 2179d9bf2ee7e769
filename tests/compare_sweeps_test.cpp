// Comparing grids: which cells, what is fastest in each file, and what is concluded.
#include "src/report/compare_sweeps.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"
#include "src/report/compare_sweeps_report.hpp"
#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::finished_row;
using samples::results_of;
using samples::unfinished_row;
using testing::contains;

using Lines = std::vector<std::string>;

/// Threads and coroutines at sizes 64, 128 and so on, which took so long, five times the same.
NamedSweep file_of(const std::string& name, const std::vector<std::pair<double, double>>& makespans,
                   const std::string& cpu = "AMD EPYC 9454") {
  NamedSweep file{name, {}};
  file.sweep.options = {{"iterations", "5"}, {"repeat", "5"}};
  file.sweep.axes = {{"size", {}}};
  std::uint64_t size = 64;
  for (const auto& [threads_s, coroutine_s] : makespans) {
    Results results =
        results_of({finished_row("threads", "fftw", threads_s), finished_row("coroutine", "fftw", coroutine_s)});
    for (Row& row : results.rows) row.repeats.resize(5, row.repeats.front());
    results.workload.size = size;
    results.machine.cpu_model = cpu;
    add_intervals(results);
    file.sweep.axes[0].values.emplace_back(size);
    file.sweep.cells.push_back({{size}, std::move(results)});
    size *= 2;
  }
  file.sweep.planned = file.sweep.cells.size();
  return file;
}

std::string refusal_of(const std::vector<NamedSweep>& files) {
  try {
    compare(files);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "compared";
}

TEST(CompareSweeps, HoldsEachCellsRowsAgainstTheFirstFiles) {
  const SweepComparison comparison =
      compare({file_of("a.json", {{1.0, 2.0}, {1.0, 0.5}}), file_of("b.json", {{1.0, 1.0}, {1.5, 0.5}})});
  ASSERT_EQ(comparison.cells.size(), 2U);
  EXPECT_EQ(comparison.cells[0].comparison.rows.at(1).verdict, Verdict::same);
  EXPECT_EQ(comparison.cells[0].comparison.rows.at(3).verdict, Verdict::faster);
  EXPECT_EQ(comparison.cells[1].comparison.rows.at(1).verdict, Verdict::slower);
  EXPECT_EQ(comparison.fastest_executors[0], (Lines{"threads/fftw", "threads/fftw"}));
  EXPECT_EQ(comparison.fastest_executors[1], (Lines{"coroutine/fftw", "coroutine/fftw"}));
  EXPECT_EQ(regressions(comparison, 0.05).lines, Lines{"at size 128: threads/fftw is slower in b.json than in a.json"});
  const std::string table = render(comparison, Format::table, {});
  EXPECT_TRUE(contains(table,
                       "b.json against a.json, in 2 cells: 2 same, 1 faster (coroutine/fftw in 1), 1 slower "
                       "(threads/fftw in 1).\n"))
      << table;
}

TEST(CompareSweeps, SaysFromWhereOnAnotherMachineIsFaster) {
  const SweepComparison comparison =
      compare({file_of("laptop.json", {{1.0, 2.0}, {1.0, 2.0}, {4.0, 5.0}}),
               file_of("workstation.json", {{1.5, 2.0}, {0.5, 2.0}, {2.0, 1.0}}, "Intel Xeon w9")});
  const std::string table = render(comparison, Format::table, {});
  EXPECT_TRUE(contains(table, "256   laptop.json       threads/fftw      4.00 s      –  base\n")) << table;
  EXPECT_TRUE(contains(table, "      workstation.json  coroutine/fftw    1.00 s   4.00  other machine\n")) << table;
  EXPECT_TRUE(contains(table,
                       "workstation.json is fastest in 2 of 3 cells, laptop.json in 1. By size: laptop.json at 64, "
                       "workstation.json from 128 on.\n"))
      << table;
  EXPECT_FALSE(contains(table, "against laptop.json, in")) << "no verdict between machines";
}

TEST(CompareSweeps, LeavesOutCellsThatAreNotInAllFiles) {
  const SweepComparison comparison =
      compare({file_of("a.json", {{1.0, 2.0}, {1.0, 2.0}, {1.0, 2.0}}), file_of("b.json", {{1.0, 2.0}, {1.0, 2.0}})});
  EXPECT_EQ(comparison.cells.size(), 2U);
  EXPECT_EQ(comparison.axes().front().values.size(), 2U);
  EXPECT_EQ(comparison.notes, Lines{"1 cell of a.json is not in all files"});
}

TEST(CompareSweeps, NotesOnceWhatDiffersInSeveralCells) {
  NamedSweep other = file_of("b.json", {{1.0, 2.0}, {1.0, 2.0}, {1.0, 2.0}});
  for (const std::size_t i : {0U, 2U}) other.sweep.cells[i].results.rows.pop_back();
  const SweepComparison comparison = compare({file_of("a.json", {{1.0, 2.0}, {1.0, 2.0}, {1.0, 2.0}}), other});
  EXPECT_EQ(comparison.notes, Lines{"coroutine/fftw is in a.json and not in b.json (in 2 of 3 cells)"});
}

TEST(CompareSweeps, HasNoFastestWhereNoRowMayBeAdvised) {
  NamedSweep other = file_of("b.json", {{1.0, 2.0}});
  for (Row& row : other.sweep.cells[0].results.rows)
    row = unfinished_row(row.driver, row.engine, Status::failed, "killed");
  const SweepComparison comparison = compare({file_of("a.json", {{1.0, 2.0}}), other});
  const std::string table = render(comparison, Format::table, {});
  EXPECT_TRUE(contains(table, "b.json  none                 –      –  2 undecided\n")) << table;
  EXPECT_EQ(regressions(comparison, 0.05).lines.size(), 2U);
  EXPECT_TRUE(contains(render(comparison, Format::json, {}), "\"seconds\": null"));
}

TEST(CompareSweeps, SaysWhatIsTheSameInAllFiles) {
  NamedSweep other = file_of("b.json", {{1.0, 2.0}});
  other.sweep.options = {{"iterations", "5"}, {"repeat", "7"}};
  EXPECT_EQ(compare({file_of("a.json", {{1.0, 2.0}}), other}).fastest.options, (NamedTexts{{"iterations", "5"}}));
}

TEST(CompareSweeps, RefusesWhatCantBeCompared) {
  const NamedSweep first = file_of("a.json", {{1.0, 2.0}});
  NamedSweep other = file_of("b.json", {{1.0, 2.0}});
  EXPECT_EQ(refusal_of({first}), "compare takes two files or more");
  other.sweep.axes[0].name = "requests";
  EXPECT_EQ(refusal_of({first, other}),
            "a.json and b.json are of different axes, which can't be compared: size and requests");
  other = file_of("b.json", {{1.0, 2.0}});
  other.sweep.cells[0].results.workload.iterations = 7;
  EXPECT_EQ(refusal_of({first, other}),
            "at size 64: a.json and b.json are of different workloads, which can't be compared: iterations 5 and 7");
  other.sweep.cells[0].point = {std::uint64_t{65}};
  EXPECT_EQ(refusal_of({first, other}), "no cell is in all of a.json, b.json");
  other.sweep.break_even.emplace();
  EXPECT_EQ(refusal_of({first, other}),
            "b.json: it is a search's, whose cells are what it looked at; compare takes grids");
}

}  // namespace
}  // namespace overlap
