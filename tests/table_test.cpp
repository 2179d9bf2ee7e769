// The table for terminals: its columns, its widths, its colours and its notes, of results made by hand.
#include "src/report/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "src/base/text.hpp"
#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::add_repeat;
using samples::add_repeat_of_latency;
using samples::finished_row;
using samples::results_at_rate;
using samples::results_of;
using samples::row_of_latency;
using samples::typical;
using samples::unfinished_row;
using samples::with_intervals;
using testing::lines_of;

std::string table_of(const Results& results) { return render(results, Format::table, {}); }

std::string line_of(const std::string& text, const std::string& beginning) {
  for (const std::string& line : lines_of(text)) {
    if (line.rfind(beginning, 0) == 0) return line;
  }
  return {};
}

// The display column in which a line's first `word` ends.
std::size_t end_of(const std::string& line, const std::string& word) {
  const std::size_t at = line.find(word);
  EXPECT_NE(at, std::string::npos) << word << " in " << line;
  return at == std::string::npos ? 0 : display_width(line.substr(0, at + word.size()));
}

std::size_t widest(const std::string& text) {
  std::size_t columns = 0;
  for (const std::string& line : lines_of(text)) columns = std::max(columns, display_width(line));
  return columns;
}

TEST(Table, PutsWorkloadAndMachineAboveTheRows) {
  const std::vector<std::string> lines = lines_of(table_of(typical()));
  ASSERT_GT(lines.size(), 6U);
  EXPECT_EQ(lines[0], "workload: " + describe(Workload{}));
  EXPECT_EQ(
      lines[1] + lines[2].substr(1),
      "machine: AMD EPYC 9454 (x86_64), 48 cores, 2 of 96 CPUs usable, 8.00 GB memory, AVX-512, huge pages madvise, "
      "Linux 6.1.0, fftw version fftw-3.3.10-sse2-avx-avx2");
  EXPECT_EQ(lines[3], "");
}

TEST(Table, ShowsEveryPromisedColumn) {
  const std::vector<std::string> lines = lines_of(table_of(typical()));
  for (const std::string word : {"speed-", "concur-", "paral-", "effi-", "latency", "CPU", "peak", "veri-"}) {
    EXPECT_NE(lines[4].find(word), std::string::npos) << word;
  }
  for (const std::string word : {"executor", "makespan", "up", "rency", "lelism", "ciency", "delay", "p50/p99", "total",
                                 "time", "memory", "fied"}) {
    EXPECT_NE(lines[5].find(word), std::string::npos) << word;
  }
}

TEST(Table, ShowsEachFigureInItsColumn) {
  EXPECT_EQ(line_of(table_of(typical()), "coroutine/fftw-threads"),
            "coroutine/fftw-threads    7.57 s     4.89     9.50    1.25   0.938  28.4 ms   3.79/6.62 s  7.70 s  2.50 s"
            "  960 MB    yes");
}

TEST(Table, LinesUpInDisplayColumns) {
  const std::string table = table_of(typical());
  const std::string header = lines_of(table)[5];
  const std::string seconds = line_of(table, "sequential/fftw");
  const std::string micros = line_of(table, "threads/null");
  EXPECT_EQ(end_of(seconds, "37.0 s"), end_of(header, "makespan"));
  EXPECT_EQ(end_of(micros, "85.0 µs"), end_of(header, "makespan"));
  EXPECT_EQ(end_of(seconds, "18.5/32.4 s"), end_of(header, "p50/p99"));
  EXPECT_EQ(end_of(micros, "42.5/74.4 µs"), end_of(header, "p50/p99"));
  EXPECT_EQ(end_of(seconds, "yes"), end_of(header, "fied"));
  EXPECT_EQ(display_width(micros), end_of(header, "fied"));
  EXPECT_EQ(micros.substr(micros.size() - 3), "–");
}

TEST(Table, FitsIn120Columns) {
  Results results = typical();
  EXPECT_LE(widest(table_of(results)), 120U);
  Row slow = finished_row("coroutine", "fftw-threads", 119.0 * 60.0);
  add_repeat(slow, 130.0 * 60.0);
  slow.metrics->cpu_s = 4000.0;
  slow.metrics->delay_s = 185.0;
  slow.metrics->concurrency = 999'999.0;
  slow.metrics->latency_s.p50 = 1e-6;
  results.rows.push_back(slow);
  results.rows.push_back(unfinished_row("processes", "fftw", Status::failed, std::string(300, 'x')));
  results.rows.push_back(unfinished_row("threads", "pool", Status::failed, "Σ " + std::string(150, '-')));
  results.machine.cpu_model = std::string(140, 'm');
  results.notes = {"Because " + std::string(200, 'n')};
  results.advice = "For " + std::string(200, 'a');
  EXPECT_LE(widest(table_of(results)), 120U);
}

TEST(Table, CutsALongExecutorOnlyWhereNothingElseHelps) {
  Results results = results_of({finished_row("coroutine", "fftw-threads", 185.0)});
  EXPECT_NE(table_of(results).find("coroutine/fftw-threads"), std::string::npos);
  results.rows[0].executor += std::string(100, 'y');
  EXPECT_LE(widest(table_of(results)), 120U);
  EXPECT_NE(table_of(results).find("…yy"), std::string::npos);
}

std::string narrow_table_of(const Results& results, std::size_t columns) {
  Style style;
  style.columns = columns;
  return render(results, Format::table, style);
}

TEST(Table, LeavesOutColumnsForWhichATerminalHasNoRoomAndSaysSo) {
  Results results = typical();
  results.rows.push_back(unfinished_row("processes", "fftw", Status::failed, std::string(300, 'x')));
  const std::string whole = narrow_table_of(results, 200);
  EXPECT_EQ(whole.find("a wider terminal"), std::string::npos);
  for (const std::size_t columns : {40U, 60U, 80U, 100U}) {
    const std::string table = narrow_table_of(results, columns);
    EXPECT_LE(widest(table), columns);
    const std::string row = line_of(table, columns < 60 ? "coroutin…-threads" : "coroutine/fftw-threads");
    EXPECT_NE(row.find(" 7.57 s"), std::string::npos) << table;
    EXPECT_EQ(row.substr(row.size() - 3), "yes");
    EXPECT_NE(table.find("a wider terminal shows "), std::string::npos) << table;
  }
  EXPECT_EQ(line_of(narrow_table_of(results, 80), "coroutine/fftw-threads"),
            "coroutine/fftw-threads    7.57 s     4.89    1.25   0.938  2.50 s  960 MB    yes");
  EXPECT_NE(narrow_table_of(results, 80).find("delay, total, concurrency, latency p50/p99 too\n"), std::string::npos);
}

TEST(Table, LeavesNoColumnOutOfAFile) {
  Results results = typical();
  for (Row& row : results.rows) {
    row.executor += std::string(100, 'y');
    row.metrics->concurrency = 999'999'999'999.0;
    row.metrics->parallelism = 999'999'999'999.0;
  }
  const std::string table = table_of(results);
  EXPECT_EQ(table.find("a wider terminal"), std::string::npos) << table;
  EXPECT_NE(table.find("delay"), std::string::npos) << table;
  EXPECT_NE(narrow_table_of(results, table_columns - 1).find("a wider terminal"), std::string::npos);
}

TEST(Table, KeepsTheLatencyByWhichRowsAreJudgedHoweverNarrow) {
  const Results results = results_at_rate(
      20.0, {row_of_latency("threads", "fftw", 0.25, 40.0), row_of_latency("coroutine", "fftw", 0.5, 25.0)});
  const std::string table = narrow_table_of(results, 48);
  EXPECT_LE(widest(table), 48U);
  const std::string header = line_of(table, "executor");
  EXPECT_NE(header.find("p50/p99"), std::string::npos) << table;
  EXPECT_EQ(header.find("ciency"), std::string::npos) << "what gives way after it";
}

TEST(Table, HasNoEscapeCodesWithoutColour) {
  Results results = typical();
  results.rows[0].verified = false;
  results.rows.push_back(unfinished_row("threads", "pool", Status::failed, "\x1b[31mred"));
  results.notes = {"\x1b[31mnote"};
  EXPECT_EQ(table_of(results).find('\x1b'), std::string::npos);
}

TEST(Table, ColoursTheAdvisedMakespanAndWhatIsWrong) {
  Results results = typical();
  results.rows[0].verified = false;
  results.rows.push_back(finished_row("threads", "fftw", 9.0));
  const std::string table = render(results, Format::table, {true});
  EXPECT_NE(table.find("\x1b[1;32m7.57 s\x1b[0m"), std::string::npos);
  EXPECT_EQ(table.find("\x1b[1;32m9.00 s"), std::string::npos);
  EXPECT_NE(table.find("\x1b[1;31mNO\x1b[0m"), std::string::npos);
}

TEST(Table, ColoursTheRowThatIsAdvisedAmongEqualOnes) {
  Results results = results_of({finished_row("threads", "fftw", 3.0), finished_row("coroutine", "pool", 3.05)});
  results.rows[1].metrics->cpu_s = 1.0;
  const std::string table = render(results, Format::table, {true});
  EXPECT_NE(table.find("\x1b[1;32m3.05 s\x1b[0m"), std::string::npos);
  EXPECT_EQ(table.find("\x1b[1;32m3.00 s"), std::string::npos);
}

TEST(Table, IsTheSameWithColourButForTheCodes) {
  const Results results = typical();
  std::string table = render(results, Format::table, {true});
  for (std::size_t at = table.find('\x1b'); at != std::string::npos; at = table.find('\x1b')) {
    table.erase(at, table.find('m', at) + 1 - at);
  }
  EXPECT_EQ(table, table_of(results));
}

TEST(Table, ColoursNoBestWhereThereIsOneRow) {
  const Results results = results_of({finished_row("threads", "fftw", 3.0)});
  EXPECT_EQ(render(results, Format::table, {true}).find("\x1b[1;32m"), std::string::npos);
}

TEST(Table, SaysVerifiedYesNoOrDash) {
  Results results = typical();
  results.rows[1].verified = false;
  const std::string table = table_of(results);
  const auto last_word = [](const std::string& line) { return line.substr(line.rfind(' ') + 1); };
  EXPECT_EQ(last_word(line_of(table, "sequential/fftw")), "yes");
  EXPECT_EQ(last_word(line_of(table, "coroutine/fftw-threads")), "NO");
  EXPECT_EQ(last_word(line_of(table, "threads/null")), "–");
}

TEST(Table, ShowsWhyARowHasNoFiguresAndTheWholeReasonBelow) {
  const std::string reason =
      "worker 3 was killed by signal 9 while it was computing step (3, 4); " + std::string(60, 'z');
  Results results = typical();
  results.rows.push_back(unfinished_row("processes", "fftw", Status::failed, reason));
  results.rows.back().steps_finished = 12;
  results.rows.push_back(unfinished_row("coroutine", "cuda", Status::unavailable, "no CUDA\ndriver"));
  const std::string table = table_of(results);
  const std::string row = line_of(table, "processes/fftw");
  EXPECT_NE(row.find("failed after 12 of 50 steps: worker 3 was killed"), std::string::npos);
  EXPECT_EQ(display_width(row), 120U);
  EXPECT_EQ(row.substr(row.size() - std::string("…").size()), "…");
  EXPECT_EQ(line_of(table, "coroutine/cuda"), "coroutine/cuda          unavailable: no CUDA driver");
  EXPECT_NE(line_of(table, "note: processes/fftw: failed after 12 of 50 steps: worker 3"), "");
  EXPECT_NE(table.find(std::string(60, 'z')), std::string::npos);
  EXPECT_EQ(line_of(table, "note: coroutine/cuda"), "note: coroutine/cuda: unavailable: no CUDA driver");
}

TEST(Table, SaysAReasonOnceWhereANoteGivesItAlready) {
  Results results = typical();
  results.rows.push_back(unfinished_row("coroutine", "cuda", Status::unavailable, "no driver"));
  results.rows.push_back(unfinished_row("threads", "cuda", Status::unavailable, "no driver"));
  results.notes = {"coroutine/cuda is unavailable: no driver"};
  const std::string table = table_of(results);
  EXPECT_EQ(table.find("note: coroutine/cuda: unavailable"), std::string::npos);
  EXPECT_NE(table.find("note: threads/cuda: unavailable: no driver"), std::string::npos);
}

TEST(Table, PutsNotesAndAdviceBelow) {
  Results results = typical();
  results.notes = {"compute slots were limited to 4"};
  results.rows[1].notes = {"planned with measure"};
  results.advice = "For this load use threads/fftw.";
  const std::vector<std::string> lines = lines_of(table_of(results));
  const std::vector<std::string> expected = {"",
                                             "note: speedup is against sequential/fftw",
                                             "note: compute slots were limited to 4",
                                             "note: coroutine/fftw-threads: planned with measure",
                                             "",
                                             "For this load use threads/fftw."};
  ASSERT_GT(lines.size(), expected.size());
  EXPECT_EQ(std::vector<std::string>(lines.end() - static_cast<std::ptrdiff_t>(expected.size()), lines.end()),
            expected);
}

TEST(Table, SaysOnceWhatBecameOfSeveralRows) {
  Results results = typical();
  for (const char* engine : {"a", "b", "c"}) {
    results.rows.push_back(unfinished_row("threads", engine, Status::failed, "no module named x"));
  }
  results.rows.push_back(unfinished_row("threads", "d", Status::failed, "another reason"));
  const std::string table = table_of(results);
  EXPECT_NE(table.find("note: threads/a, threads/b and threads/c: failed: no module named x\n"), std::string::npos)
      << table;
  EXPECT_NE(table.find("note: threads/d: failed: another reason\n"), std::string::npos) << table;
}

TEST(Table, ShowsTheRangeOfRepeatsUnderTheMakespan) {
  Results results = typical();
  EXPECT_EQ(table_of(results).find("median"), std::string::npos);
  add_repeat(results.rows[1], 7.4);
  add_repeat(results.rows[1], 8.05);
  const std::string table = table_of(results);
  const std::vector<std::string> lines = lines_of(table);
  const auto row = std::find(lines.begin(), lines.end(), line_of(table, "coroutine/fftw-threads"));
  ASSERT_NE(row, lines.end());
  EXPECT_EQ(row[1].substr(row[1].find_first_not_of(' ')), "7.40–8.05 s");
  EXPECT_EQ(display_width(row[1]), end_of(*row, "7.57 s"));
  EXPECT_NE(table.find("median repeat"), std::string::npos);
  EXPECT_LE(widest(table), 120U);
}

TEST(Table, ShowsIntervalsBesideTheRange) {
  const std::string table = table_of(with_intervals());
  const std::vector<std::string> lines = lines_of(table);
  const auto row = std::find(lines.begin(), lines.end(), line_of(table, "coroutine/fftw-threads"));
  ASSERT_NE(row, lines.end());
  EXPECT_EQ(row[1].substr(row[1].find_first_not_of(' ')), "7.49–7.72 s  95% 7.49–7.72 s, speedup 4.80–4.99");
  EXPECT_EQ(display_width(row[1].substr(0, row[1].find(" s "))) + 2, end_of(*row, "7.57 s"));
  // The reference's speedup is 1 whatever happens.
  EXPECT_EQ(line_of(table, "sequential/fftw").find("speedup"), std::string::npos);
  EXPECT_NE(table.find("note: 95%: the intervals of the median"), std::string::npos);
  EXPECT_EQ(table_of(typical()).find("95%"), std::string::npos);
}

TEST(Table, SaysHowRoundsEnded) {
  Results results = with_intervals();
  results.rounds = {true, 300.0, 7, Rounds::End::settled};
  EXPECT_NE(
      table_of(results).find("note: repeated in 7 rounds, until the 95% interval of every median was within 2%\n"),
      std::string::npos);
  results.rounds = {true, 300.0, 1, Rounds::End::max_time};
  EXPECT_NE(table_of(results).find("note: repeated in 1 round, until --max-time (5 min 00 s) was spent\n"),
            std::string::npos);
  results.rounds = {true, 300.0, 2, Rounds::End::interrupt};
  EXPECT_NE(table_of(results).find("note: repeated in 2 rounds, until it was interrupted\n"), std::string::npos);
}

TEST(Table, IsNotWidenedByTheRangeOfRepeats) {
  Results results = results_of({finished_row("a", "b", 7.57)});
  const std::size_t columns = display_width(line_of(table_of(results), "a/b"));
  add_repeat(results.rows[0], 8.05);
  EXPECT_EQ(display_width(line_of(table_of(results), "a/b")), columns);
}

TEST(Table, SaysTheSameNoteOnce) {
  Results results = typical();
  results.notes = {"no huge pages", "no huge pages"};
  const std::string table = table_of(results);
  EXPECT_EQ(table.find("no huge pages"), table.rfind("no huge pages"));
}

TEST(Table, LeavesNoSpacesAtLineEnds) {
  Results results = typical();
  add_repeat(results.rows[0], 40.0);
  results.rows.push_back(unfinished_row("coroutine", "cuda", Status::interrupted, ""));
  for (const std::string& line : lines_of(table_of(results))) {
    EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
  }
}

TEST(Table, IsMadeOfNoRowsToo) { EXPECT_NE(table_of(results_of({})).find("executor"), std::string::npos); }

TEST(TableAtARate, ShowsTheHighestRateInPlaceOfTheSpeedup) {
  const std::string table = table_of(results_at_rate(
      15.0, {row_of_latency("sequential", "fftw", 18.4, 4.18), row_of_latency("threads", "fftw", 0.748, 22.8)}));
  EXPECT_EQ(table.find("speed-"), std::string::npos);
  EXPECT_EQ(table.find("speedup is against"), std::string::npos);
  const std::vector<std::string> lines = lines_of(table);
  const auto header =
      std::find_if(lines.begin(), lines.end(), [](const std::string& line) { return line.rfind("executor", 0) == 0; });
  ASSERT_NE(header, lines.end());
  EXPECT_EQ(end_of(line_of(table, "threads/fftw"), "22.8"), end_of(*header, "rate"));
  EXPECT_NE(
      table.find("note: max rate is the most requests a second that a row could keep up with; rows are compared by "
                 "p99 latency"),
      std::string::npos);
}

TEST(TableAtARate, ColoursTheLatencyOfTheAdvisedRow) {
  const Results results = results_at_rate(
      15.0, {row_of_latency("sequential", "fftw", 18.4, 4.18), row_of_latency("threads", "fftw", 0.748, 22.8)});
  const std::string table = render(results, Format::table, {true});
  EXPECT_NE(table.find(std::string(bold_green) + "187/748 ms"), std::string::npos) << table;
  EXPECT_EQ(table.find(std::string(bold_green) + "10.0 s"), std::string::npos) << table;
}

TEST(TableAtARate, PutsTheLatencysIntervalBelow) {
  Row row = row_of_latency("threads", "fftw", 1.0, 99.0);
  for (const double latency_s : {1.0, 1.1, 1.2, 1.3}) add_repeat_of_latency(row, latency_s);
  Results results = results_at_rate(15.0, {row});
  add_intervals(results);
  const std::string table = table_of(results);
  EXPECT_NE(table.find("95% 1.00–1.30 s"), std::string::npos) << table;
  EXPECT_NE(table.find("note: 95%: the interval of the median p99 latency"), std::string::npos) << table;
  EXPECT_NE(table.find("its median repeat by p99 latency"), std::string::npos) << table;
}

}  // namespace
}  // namespace overlap
