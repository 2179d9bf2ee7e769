// Comparing files: who is held against whom, what is said, and in which formats.
#include "src/report/compare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "src/base/errors.hpp"
#include "src/base/text.hpp"
#include "src/report/compare_document.hpp"
#include "src/report/compare_report.hpp"
#include "src/report/makespans_figure.hpp"
#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"
#include "tests/svg.hpp"

namespace overlap {
namespace {

using Lines = std::vector<std::string>;

using nlohmann::json;
using samples::add_repeat;
using samples::finished_row;
using samples::results_of;
using samples::unfinished_row;
using testing::elements_of;
using testing::lines_of;

const std::vector<double> steady = {1.0, 0.999, 1.001, 1.0, 1.0, 1.0};
const std::vector<double> shaky = {0.9, 1.0, 1.1, 0.95, 1.05, 1.0};

/// A row whose makespans are `factor` times these.
Row row_of(const std::string& driver, const std::vector<double>& makespans_s, double factor = 1.0) {
  Row row = finished_row(driver, "fftw", factor * makespans_s.front());
  for (std::size_t i = 1; i < makespans_s.size(); ++i) add_repeat(row, factor * makespans_s[i]);
  return row;
}

NamedResults file_of(const std::string& name, std::vector<Row> rows) {
  Results results = results_of(std::move(rows));
  add_intervals(results);
  return {name, std::move(results)};
}

NamedResults on_workstation(NamedResults file) {
  file.results.machine.cpu_model = "Intel Xeon w9";
  return file;
}

/// What becomes of a row of makespans `after` against one of `before`.
ComparedRow judged(const Row& before, const Row& after) {
  return compare({file_of("a.json", {before}), file_of("b.json", {after})}).rows.at(1);
}

std::string refusal_of(const std::vector<NamedResults>& files) {
  try {
    compare(files);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "compared";
}

TEST(Compare, CallsASmallDifferenceTheSame) {
  const ComparedRow row = judged(row_of("threads", steady), row_of("threads", steady, 1.01));
  EXPECT_EQ(row.verdict, Verdict::same);
  EXPECT_NEAR(*row.ratio, 1.0 / 1.01, 1e-9);
  EXPECT_LE(row.ratio_interval->low, *row.ratio);
  EXPECT_GE(row.ratio_interval->high, *row.ratio);
  EXPECT_EQ(row.against, "a.json");
  EXPECT_EQ(row.reason, "");
}

TEST(Compare, CallsAClearDifferenceFasterOrSlower) {
  EXPECT_EQ(judged(row_of("threads", steady), row_of("threads", steady, 0.8)).verdict, Verdict::faster);
  EXPECT_EQ(judged(row_of("threads", steady), row_of("threads", steady, 1.2)).verdict, Verdict::slower);
}

TEST(Compare, SaysWhatWouldDecideWhereSpreadHidesADifference) {
  const ComparedRow row = judged(row_of("threads", shaky), row_of("threads", shaky, 1.03));
  EXPECT_EQ(row.verdict, Verdict::undecided);
  EXPECT_EQ(row.reason.rfind("the ratio's interval, ", 0), 0U);
  EXPECT_NE(row.reason.find("holds 1 and more than 2% beside it; about "), std::string::npos) << row.reason;
  // The interval has to shrink from its half width to the distance from 1: with the root of the number of repeats.
  const double times = (row.ratio_interval->high - row.ratio_interval->low) / 2.0 / (1.0 - *row.ratio);
  const std::string count = std::to_string(static_cast<int>(std::ceil(6.0 * times * times)));
  EXPECT_NE(row.reason.find("about " + count + " repeats of each (--repeat " + count + ")"), std::string::npos)
      << row.reason << ", not " << count;
}

TEST(Compare, SaysHowManyRepeatsWouldTellThatTwoAreTheSame) {
  std::vector<double> twice = shaky;
  twice.insert(twice.end(), shaky.begin(), shaky.end());
  const ComparedRow row = judged(row_of("threads", shaky), row_of("threads", twice));
  EXPECT_EQ(row.verdict, Verdict::undecided);
  ASSERT_EQ(row.ratio, 1.0);
  // To within 2 %, from the more repeats of the two.
  const double times = (row.ratio_interval->high - row.ratio_interval->low) / 2.0 / 0.02;
  const std::string count = std::to_string(static_cast<int>(std::ceil(12.0 * times * times)));
  EXPECT_NE(row.reason.find("; about " + count + " repeats of each"), std::string::npos) << row.reason;
}

TEST(Compare, DecidesNothingByTooFewRepeats) {
  const ComparedRow row = judged(row_of("threads", steady), row_of("threads", {3.0}));
  EXPECT_EQ(row.verdict, Verdict::undecided);
  EXPECT_NEAR(*row.ratio, 1.0 / 3.0, 1e-9);
  EXPECT_FALSE(row.ratio_interval);
  EXPECT_EQ(row.reason,
            "b.json has 1 repeat of it, too few for an interval; 5 or more in each file (--repeat auto) would decide");
  EXPECT_EQ(judged(row_of("threads", {3.0, 3.0}), row_of("threads", steady)).reason.rfind("a.json has 2 repeats", 0),
            0U);
}

TEST(Compare, DecidesNothingByRowsThatFailedOrWereNotRight) {
  const Row failed = unfinished_row("threads", "fftw", Status::failed, "out of memory");
  const ComparedRow row = judged(row_of("threads", steady), failed);
  EXPECT_EQ(row.verdict, Verdict::undecided);
  EXPECT_EQ(row.reason, "it is failed in b.json (out of memory); a run that finishes would decide");
  EXPECT_FALSE(row.ratio);
  EXPECT_EQ(judged(failed, row_of("threads", steady)).verdict, Verdict::undecided);
  Row wrong = row_of("threads", steady, 0.5);
  wrong.verified = false;
  const ComparedRow fast = judged(row_of("threads", steady), wrong);
  EXPECT_EQ(fast.verdict, Verdict::undecided);
  EXPECT_EQ(fast.reason.rfind("its verification failed in b.json", 0), 0U);
}

TEST(Compare, DecidesNothingByRowsThatTookNoTime) {
  const ComparedRow row = judged(row_of("threads", steady), row_of("threads", steady, 0.0));
  EXPECT_EQ(row.verdict, Verdict::undecided);
  EXPECT_EQ(row.reason, "its makespan is 0 in b.json; more requests or iterations would decide");
}

TEST(Compare, MatchesRowsByExecutor) {
  const FileComparison comparison =
      compare({file_of("a.json", {row_of("threads", steady), row_of("coroutine", steady, 2.0)}),
               file_of("b.json", {row_of("coroutine", steady, 1.0), row_of("processes", steady),
                                  unfinished_row("sequential", "fftw", Status::failed, "out of memory")})});
  std::vector<std::string> order;
  for (const ComparedRow& row : comparison.rows) order.push_back(row.executor + " " + row.file);
  EXPECT_EQ(order, (std::vector<std::string>{"threads/fftw a.json", "coroutine/fftw a.json", "coroutine/fftw b.json",
                                             "processes/fftw b.json", "sequential/fftw b.json"}));
  EXPECT_EQ(comparison.rows[2].verdict, Verdict::faster);
  EXPECT_NEAR(*comparison.rows[2].ratio, 2.0, 1e-9);
  EXPECT_EQ(comparison.rows[3].verdict, Verdict::none);
  EXPECT_EQ(comparison.rows[3].reason, "it is not in a.json");
  EXPECT_EQ(comparison.rows[4].reason, "out of memory");
}

TEST(Compare, HoldsAMachinesFilesAgainstItsFirst) {
  const FileComparison comparison = compare({file_of("a.json", {row_of("threads", steady)}),
                                             on_workstation(file_of("w.json", {row_of("threads", steady, 0.5)})),
                                             file_of("b.json", {row_of("threads", steady, 1.2)}),
                                             on_workstation(file_of("x.json", {row_of("threads", steady, 0.6)}))});
  ASSERT_EQ(comparison.machines.size(), 2U);
  EXPECT_EQ(comparison.machines[0].files, (std::vector<std::string>{"a.json", "b.json"}));
  EXPECT_EQ(comparison.machines[1].files, (std::vector<std::string>{"w.json", "x.json"}));
  ASSERT_EQ(comparison.rows.size(), 4U);
  EXPECT_EQ(comparison.rows[1].file, "b.json");
  EXPECT_EQ(comparison.rows[1].verdict, Verdict::slower);
  EXPECT_EQ(comparison.rows[3].file, "x.json");
  EXPECT_EQ(comparison.rows[3].machine, "B");
  EXPECT_EQ(comparison.rows[3].against, "w.json");
  EXPECT_EQ(comparison.rows[3].verdict, Verdict::slower);
}

TEST(Compare, NeverCallsAnotherMachineSlower) {
  const FileComparison comparison = compare({file_of("a.json", {row_of("threads", steady)}),
                                             on_workstation(file_of("w.json", {row_of("threads", steady, 5.0)}))});
  EXPECT_EQ(comparison.rows[1].verdict, Verdict::other_machine);
  EXPECT_NEAR(*comparison.rows[1].ratio, 0.2, 1e-9);
  EXPECT_EQ(regressions(comparison, 0.0).judged, 0U);
  EXPECT_EQ(regressions(comparison, 0.0).reason, "no row is in both of two files of one machine");
}

TEST(Compare, SaysWhyARowOfAnotherMachineHasNoRatioAndNotWhatWouldDecide) {
  const auto reason_of = [](const Row& row) {
    return compare({file_of("a.json", {row_of("threads", steady)}), on_workstation(file_of("w.json", {row}))})
        .rows.at(1)
        .reason;
  };
  EXPECT_EQ(reason_of(row_of("threads", {5.0})), "");
  EXPECT_EQ(reason_of(unfinished_row("threads", "fftw", Status::failed, "out of memory")),
            "it is failed in w.json (out of memory)");
}

TEST(Compare, NamesMachinesByLettersWhileThereAreSome) {
  std::vector<NamedResults> files;
  for (unsigned i = 0; i < 27; ++i) {
    files.push_back(file_of(std::to_string(i) + ".json", {row_of("threads", steady)}));
    files.back().results.machine.usable_cpus = 1 + i;
  }
  const FileComparison comparison = compare(files);
  EXPECT_EQ(comparison.machines.at(25).name, "Z");
  EXPECT_EQ(comparison.machines.at(26).name, "M27");
}

TEST(Compare, TellsMachinesApartByWhatTheyAre) {
  const auto machines_with = [](const std::function<void(Results&)>& change) {
    NamedResults other = file_of("b.json", {row_of("threads", steady)});
    NamedResults first = file_of("a.json", {row_of("threads", steady)});
    first.results.machine.gpu = {{"name", "RTX 4060"}, {"driver", "550"}};
    change(other.results);
    return compare({first, other}).machines.size();
  };
  EXPECT_EQ(machines_with([](Results& r) { r.machine.kernel = "Linux 7"; }), 1U);
  EXPECT_EQ(machines_with([](Results& r) { r.machine.available_memory_bytes = 1; }), 1U);
  EXPECT_EQ(machines_with([](Results& r) { r.machine.memory_bytes += r.machine.memory_bytes / 50; }), 1U);
  EXPECT_EQ(machines_with([](Results& r) { r.machine.gpu = {{"name", "RTX 4060"}, {"driver", "560"}}; }), 1U);
  EXPECT_EQ(machines_with([](Results& r) { r.machine.memory_bytes *= 2; }), 2U);
  EXPECT_EQ(machines_with([](Results& r) { r.machine.usable_cpus = 1; }), 2U);
  EXPECT_EQ(machines_with([](Results& r) { r.machine.cpu_model = "other"; }), 2U);
  EXPECT_EQ(machines_with([](Results& r) { r.machine.gpu = {{"name", "H100"}}; }), 2U);
}

TEST(Compare, TakesAFileWithoutAGpuForNoLinkBetweenTwoThatHaveOne) {
  std::vector<NamedResults> files;
  for (const char* name : {"a.json", "b.json", "c.json"}) files.push_back(file_of(name, {row_of("threads", steady)}));
  files[1].results.machine.gpu = {{"name", "H100"}, {"driver", "550"}};
  files[2].results.machine.gpu = {{"name", "RTX 4060"}};
  const FileComparison comparison = compare(files);
  ASSERT_EQ(comparison.machines.size(), 2U);
  EXPECT_EQ(comparison.machines[0].files, (std::vector<std::string>{"a.json", "b.json"}));
  EXPECT_EQ(comparison.machines[0].machine.gpu, files[1].results.machine.gpu);
  EXPECT_EQ(comparison.machines[0].engine_facts, files[0].results.engine_facts) << "each once";
  // Between a and b, the GPU is no difference: a says nothing of it.
  EXPECT_TRUE(comparison.notes.empty());
}

TEST(Compare, NotesWhatElseDiffersOnOneMachine) {
  NamedResults other = file_of("b.json", {row_of("threads", steady)});
  other.results.tool.commit = "abc";
  other.results.machine.kernel = "Linux 7";
  other.results.engine_facts = {{"fftw_version", "fftw-4"}};
  other.results.machine.gpu = {{"name", "H100"}, {"driver", "560"}};
  NamedResults first = file_of("a.json", {row_of("threads", steady)});
  first.results.tool.commit = "def";
  first.results.machine.gpu = {{"name", "H100"}, {"driver", "550"}};
  EXPECT_EQ(
      compare({first, other}).notes,
      std::vector<std::string>{"on machine A, a.json and b.json differ in overlap's commit 'def' and 'abc', kernel "
                               "'Linux 6.1.0' and 'Linux 7', gpu_driver '550' and '560', fftw_version "
                               "'fftw-3.3.10-sse2-avx-avx2' and 'fftw-4'"});
  EXPECT_TRUE(compare({first, on_workstation(first)}).notes.empty());
  first = other;
  first.name = "a.json";
  first.results.settings = {{"rigor", "estimate"}, {"workers", "4"}};
  other.results.settings = {{"rigor", "measure"}, {"compute-slots", "2"}};
  EXPECT_EQ(compare({first, other}).notes,
            std::vector<std::string>{"on machine A, a.json and b.json differ in --rigor 'estimate' and 'measure', "
                                     "--workers '4' and 'default', --compute-slots 'default' and '2'"});
}

TEST(Compare, RefusesOtherWorkloadsWithTheDifference) {
  NamedResults other = file_of("b.json", {row_of("threads", steady)});
  other.results.workload.size = 64;
  other.results.workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  EXPECT_EQ(refusal_of({file_of("a.json", {row_of("threads", steady)}), other}),
            "a.json and b.json are of different workloads, which can't be compared: size 4,000,000 and 64, wait "
            "uniform:0:1 and none");
  EXPECT_EQ(refusal_of({other}), "compare takes two files or more");
}

TEST(Compare, CountsAsSlowerWhatIsByMoreThanAShare) {
  const FileComparison comparison =
      compare({file_of("a.json", {row_of("threads", steady), row_of("coroutine", steady)}),
               file_of("b.json", {row_of("threads", steady, 1.04), row_of("coroutine", steady, 1.10)})});
  const std::string threads = "threads/fftw is slower in b.json than in a.json";
  const std::string coroutine = "coroutine/fftw is slower in b.json than in a.json";
  EXPECT_EQ(regressions(comparison, 0.0).lines, (Lines{threads, coroutine}));
  EXPECT_EQ(regressions(comparison, 0.05).lines, Lines{coroutine});
  EXPECT_TRUE(regressions(comparison, 0.2).lines.empty());
}

/// A laptop without a GPU, and a workstation with one.
FileComparison laptop_and_workstation() {
  Row cuda = row_of("coroutine", steady, 0.25);
  cuda.executor = "coroutine/cuda";
  cuda.engine = "cuda";
  NamedResults workstation = on_workstation(file_of("workstation.json", {row_of("threads", steady, 0.5), cuda}));
  workstation.results.machine.gpu = {{"name", "H100"}};
  Row unavailable = unfinished_row("coroutine", "cuda", Status::unavailable, "no driver | is loaded");
  unavailable.repeats.clear();
  return compare({file_of("laptop.json", {row_of("threads", steady), unavailable}),
                  file_of("later, \"2\".json", {row_of("threads", steady, 1.2)}), workstation});
}

TEST(Compare, CountsAndNotesRowsThatAreMissing) {
  const NamedResults first = file_of("a.json", {row_of("threads", steady), row_of("coroutine", steady)});
  const FileComparison comparison = compare({first, file_of("b.json", {row_of("threads", steady)}), first});
  EXPECT_EQ(comparison.notes, Lines{"coroutine/fftw is in a.json and not in b.json"});
  EXPECT_EQ(regressions(comparison, 0.05).lines, Lines{"coroutine/fftw is not in b.json, and was ok in a.json"});
  // Of another machine, there is nothing to be as good as.
  const FileComparison machines =
      compare({first, file_of("b.json", {row_of("threads", steady), row_of("coroutine", steady)}),
               on_workstation(file_of("w.json", {row_of("threads", steady)}))});
  EXPECT_EQ(machines.notes, Lines{});
  EXPECT_EQ(regressions(machines, 0.05).lines, Lines{});
}

TEST(Compare, MissesNoRowThatWasNotOk) {
  Row wrong = row_of("processes", steady);
  wrong.verified = false;
  const NamedResults first = file_of(
      "a.json",
      {row_of("threads", steady), unfinished_row("coroutine", "cuda", Status::unavailable, "no driver"), wrong});
  const FileComparison comparison = compare({first, file_of("b.json", {row_of("threads", steady)})});
  EXPECT_EQ(comparison.notes, Lines{});
  EXPECT_EQ(regressions(comparison, 0.05).lines, Lines{});
  const NamedResults worse =
      file_of("b.json", {row_of("threads", steady), unfinished_row("coroutine", "cuda", Status::failed, "killed"),
                         unfinished_row("processes", "fftw", Status::failed, "out of memory")});
  EXPECT_EQ(regressions(compare({first, worse}), 0.05).lines, Lines{}) << "nor one that has become something else";
}

TEST(Compare, CountsRowsThatHaveBecomeUnavailable) {
  Row unavailable = unfinished_row("threads", "fftw", Status::unavailable, "no driver");
  unavailable.repeats.clear();
  const FileComparison comparison =
      compare({file_of("a.json", {row_of("threads", steady)}), file_of("b.json", {unavailable})});
  EXPECT_EQ(regressions(comparison, 0.05).lines, Lines{"threads/fftw is unavailable in b.json, and was ok in a.json"});
  EXPECT_EQ(comparison.notes, Lines{}) << "it has no workers or lanes to be others";
}

TEST(Compare, JudgesNothingByUndecidedRowsAlone) {
  const FileComparison comparison =
      compare({file_of("a.json", {row_of("threads", shaky)}), file_of("b.json", {row_of("threads", shaky, 1.03)})});
  ASSERT_EQ(comparison.rows.at(1).verdict, Verdict::undecided);
  const Regressions none = regressions(comparison, 0.05);
  EXPECT_EQ(none.lines, Lines{});
  EXPECT_EQ(none.judged, 0U);
  EXPECT_EQ(none.undecided, 1U);
  EXPECT_EQ(none.reason.rfind("threads/fftw: the ratio's interval, ", 0), 0U) << none.reason;
  // One that is judged is something.
  const Regressions one =
      regressions(compare({file_of("a.json", {row_of("threads", shaky), row_of("coroutine", steady)}),
                           file_of("b.json", {row_of("threads", shaky, 1.03), row_of("coroutine", steady)})}),
                  0.05);
  EXPECT_EQ(one.lines, Lines{});
  EXPECT_EQ(one.judged, 1U);
  EXPECT_EQ(one.undecided, 1U);
}

TEST(Compare, CountsRowsOfWhichNothingIsVerifiedAnyMore) {
  Row unverified = row_of("threads", steady, 0.5);
  unverified.verified.reset();
  for (Repeat& repeat : unverified.repeats) repeat.verified.reset();
  const FileComparison comparison =
      compare({file_of("a.json", {row_of("threads", steady)}), file_of("b.json", {unverified})});
  EXPECT_EQ(comparison.rows.at(1).verdict, Verdict::undecided) << "a row that may compute nothing is faster";
  EXPECT_EQ(regressions(comparison, 0.05).lines, Lines{"threads/fftw is not verified in b.json, and was ok in a.json"});
  // What had nothing to verify before, as the engine null, may have nothing now.
  EXPECT_EQ(regressions(compare({file_of("a.json", {unverified}), file_of("b.json", {unverified})}), 0.05).lines,
            Lines{});
}

TEST(CompareReport, LeavesOutColumnsThatATerminalHasNoRoomFor) {
  Style style;
  for (const std::size_t columns : {76U, 64U}) {
    style.columns = columns;
    const std::string table = render(laptop_and_workstation(), Format::table, style);
    for (const std::string& line : lines_of(table)) EXPECT_LE(display_width(line), columns) << line;
    EXPECT_NE(table.find("500 ms   2.00  other machine"), std::string::npos) << table;
    EXPECT_EQ(table.find("1.00–1.00 s"), std::string::npos) << table;
    EXPECT_NE(table.find("a wider terminal shows "), std::string::npos) << table;
  }
  style.columns = 50;
  const std::string cut = render(laptop_and_workstation(), Format::table, style);
  for (const std::string& line : lines_of(cut)) EXPECT_LE(display_width(line), 50U) << line;
  EXPECT_NE(cut.find("500 ms  2.00 "), std::string::npos) << "texts are cut, and no figures:\n" << cut;
}

TEST(CompareReport, IsOneTableOfAllMachines) {
  const std::string table = render(laptop_and_workstation(), Format::table, {});
  const std::vector<std::string> lines = lines_of(table);
  EXPECT_NE(table.find("machine A (laptop.json, later, \"2\".json): AMD EPYC 9454"), std::string::npos) << table;
  EXPECT_NE(table.find("machine B (workstation.json): Intel Xeon w9"), std::string::npos) << table;
  const auto header =
      std::find_if(lines.begin(), lines.end(), [](const std::string& line) { return line.rfind("executor ", 0) == 0; });
  ASSERT_NE(header, lines.end());
  ASSERT_GE(lines.end() - header, 6);
  EXPECT_EQ(header[1], "threads/fftw    A        laptop.json         1.00 s  0.999–1.00 s      –            –  base");
  EXPECT_EQ(header[2],
            "                A        later, \"2\".json     1.20 s   1.20–1.20 s  0.833  0.833–0.834  slower");
  EXPECT_EQ(header[3],
            "                B        workstation.json    500 ms    500–500 ms   2.00    2.00–2.00  other machine");
  EXPECT_EQ(header[4],
            "coroutine/cuda  A        laptop.json              –             –      –            –  unavailable");
  EXPECT_EQ(header[5],
            "                B        workstation.json    250 ms    250–250 ms      –            –  other machine");
  EXPECT_NE(table.find("is no verdict on"), std::string::npos);
  for (const std::string& line : lines) EXPECT_LE(display_width(line), 120U) << line;
  EXPECT_EQ(table.find('\x1b'), std::string::npos);
  EXPECT_NE(render(laptop_and_workstation(), Format::table, {true}).find("\x1b[1;31mslower\x1b[0m"), std::string::npos);
}

TEST(CompareReport, IsTheSameInMarkdown) {
  const std::vector<std::string> lines = lines_of(render(laptop_and_workstation(), Format::markdown, {}));
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return line[0] == '|'; }), 7);
  EXPECT_NE(
      std::find(lines.begin(), lines.end(),
                "| threads/fftw | B | workstation.json | 500 ms | 500–500 ms | 2.00 | 2.00–2.00 | other machine |"),
      lines.end());
}

std::string conclusion_of(const FileComparison& comparison) { return document_of(comparison).conclusion; }

TEST(CompareReport, ConcludesForEachFileAndForEachMachine) {
  const FileComparison comparison = laptop_and_workstation();
  const std::string conclusion =
      "later, \"2\".json against laptop.json: 1 slower (threads/fftw). On machine A use threads/fftw (1.00 s); on B "
      "coroutine/cuda (250 ms), 4.00 times as fast.";
  EXPECT_EQ(conclusion_of(comparison), conclusion);
  EXPECT_NE(render(comparison, Format::markdown, {}).find("\n\nlater, \"2\".json against laptop.json: "),
            std::string::npos);
  EXPECT_NE(render(comparison, Format::table, {}).find("\n\nlater, \"2\".json against laptop.json: "),
            std::string::npos);
}

TEST(CompareReport, CountsVerdictsAndNamesWhatChanged) {
  std::vector<Row> before;
  std::vector<Row> after;
  for (const char* driver : {"sequential", "coroutine", "threads", "processes"}) {
    before.push_back(row_of(driver, steady));
    after.push_back(row_of(driver, steady, 0.5));
  }
  before.push_back(finished_row("sequential", "pool", 1.0));
  after.push_back(finished_row("sequential", "pool", 1.0));
  EXPECT_EQ(conclusion_of(compare({file_of("a.json", before), file_of("b.json", after)})),
            "b.json against a.json: 4 faster (sequential/fftw, coroutine/fftw and 2 others), 1 undecided.");
}

TEST(CompareReport, SaysHowMuchLongerAnotherMachineTakes) {
  const auto with_workstation = [](double factor) {
    return conclusion_of(compare({file_of("a.json", {row_of("threads", steady)}),
                                  on_workstation(file_of("b.json", {row_of("threads", steady, factor)}))}));
  };
  EXPECT_EQ(with_workstation(2.0),
            "On machine A use threads/fftw (1.00 s); on B threads/fftw (2.00 s), which takes 2.00 times as long.");
  EXPECT_EQ(with_workstation(1.01), "On machine A use threads/fftw (1.00 s); on B threads/fftw (1.01 s), as fast.");
}

TEST(CompareReport, NamesNoRowToUseWhereRunsAreTooShort) {
  const auto with_rows = [](double seconds) {
    return conclusion_of(compare({file_of("a.json", {finished_row("threads", "fftw", seconds),
                                                     finished_row("coroutine", "fftw", 2.0 * seconds)}),
                                  on_workstation(file_of("b.json", {finished_row("threads", "fftw", 1.0)}))}));
  };
  EXPECT_EQ(with_rows(2.0).rfind("On machine A use threads/fftw (2.00 s); on B threads/fftw", 0), 0U) << with_rows(2.0);
  EXPECT_EQ(with_rows(1e-5).find("machine A"), std::string::npos) << with_rows(1e-5);
}

TEST(CompareReport, HasABarForEachMakespanInHtml) {
  const std::string page = render(laptop_and_workstation(), Format::html, {});
  const auto bars_of = [&](const char* style) { return elements_of(page, "rect", style); };
  // The first of each file's is the key's.
  ASSERT_EQ(bars_of("s0 d0").size(), 2U);
  ASSERT_EQ(bars_of("s1 d0").size(), 2U);
  ASSERT_EQ(bars_of("s2 d0").size(), 3U);
  EXPECT_EQ(bars_of("s2 d0")[0].text, "workstation.json");
  EXPECT_EQ(bars_of("s2 d0")[1].text, "threads/fftw in workstation.json: 500 ms");
  EXPECT_NEAR(bars_of("s0 d0")[1].number("width"), 2.0 * bars_of("s2 d0")[1].number("width"), 0.2);
  EXPECT_NEAR(bars_of("s1 d0")[1].number("width"), 1.2 * bars_of("s0 d0")[1].number("width"), 0.2);
  EXPECT_NE(page.find("<tr class=\"wrong\"><th scope=\"row\" class=\"text\">threads/fftw</th>"), std::string::npos);
  EXPECT_NE(page.find("<dt>Machine A (laptop.json, later, &quot;2&quot;.json)</dt>"), std::string::npos);
}

TEST(CompareReport, IsALineARowInCsv) {
  const std::string csv = render(laptop_and_workstation(), Format::csv, {});
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 6);
  EXPECT_EQ(
      csv.rfind(
          "requests,iterations,size,wait,precision,spectrum,seed,rate,arrivals,compute,executor,machine,file,status,",
          0),
      0U);
  EXPECT_NE(csv.find(",threads/fftw,A,\"later, \"\"2\"\".json\",ok,true,6,1.2,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",slower,\r\n"), std::string::npos) << csv;
}

TEST(CompareReport, GivesProgramsAllFigures) {
  const json report = json::parse(render(laptop_and_workstation(), Format::json, {}));
  EXPECT_EQ(report["schema_version"], comparison_schema_version);
  EXPECT_EQ(report["machines"][1]["name"], "B");
  EXPECT_EQ(report["machines"][1]["machine"]["cpu_model"], "Intel Xeon w9");
  EXPECT_EQ(report["machines"][1]["machine"]["gpu_name"], "H100");
  EXPECT_EQ(report["rows"].size(), 5U);
  EXPECT_EQ(report["rows"][1]["verdict"], "slower");
  EXPECT_EQ(report["rows"][1]["against"], "laptop.json");
  EXPECT_NEAR(report["rows"][1]["ratio"].get<double>(), 1.0 / 1.2, 1e-9);
  EXPECT_EQ(report["rows"][3]["status"], "unavailable");
  EXPECT_TRUE(report["rows"][3]["ratio_interval"]["low"].is_null());
}

TEST(CompareReport, NamesVerdicts) {
  EXPECT_EQ(name_of(Verdict::base), "base");
  EXPECT_EQ(name_of(Verdict::same), "same");
  EXPECT_EQ(name_of(Verdict::faster), "faster");
  EXPECT_EQ(name_of(Verdict::slower), "slower");
  EXPECT_EQ(name_of(Verdict::undecided), "undecided");
  EXPECT_EQ(name_of(Verdict::other_machine), "other_machine");
  EXPECT_EQ(name_of(Verdict::none), "none");
}

/// A file of a row of these p99 latencies; the makespans are all the same.
NamedResults file_of_latencies(const std::string& name, double factor) {
  Row row = samples::row_of_latency("threads", "fftw", factor, 99.0);
  for (const double latency_s : {0.999, 1.001, 1.0, 1.0, 1.0}) samples::add_repeat_of_latency(row, factor * latency_s);
  Results results = samples::results_at_rate(15.0, {row});
  add_intervals(results);
  return {name, std::move(results)};
}

TEST(Compare, NamesRowsOfOtherLanesAndFilesThatWereDisturbed) {
  const NamedResults first = file_of("a.json", {row_of("threads", steady)});
  NamedResults other = file_of("b.json", {row_of("threads", steady, 2.0)});
  EXPECT_TRUE(compare({first, other}).notes.empty());
  other.results.rows[0].metrics->workers = 8;
  other.results.rows[0].metrics->lanes = 1;
  other.results.rows[0].repeats[3].observed.stolen_cpus = 1.0;
  EXPECT_EQ(compare({first, other}).notes,
            (Lines{"threads/fftw has 0 workers in a.json and 8 in b.json",
                   "threads/fftw has 2 lanes in a.json and 1 in b.json",
                   "the host of the virtual machine disturbed runs of b.json, whose figures may be off"}));
}

TEST(CompareAtARate, ComparesRepeatByRepeat) {
  const auto file = [](const std::string& name, const std::vector<double>& latencies_s) {
    Row row = samples::row_of_latency("threads", "fftw", latencies_s.front(), 40.0);
    for (std::size_t i = 1; i < latencies_s.size(); ++i) samples::add_repeat_of_latency(row, latencies_s[i]);
    return NamedResults{name, samples::results_at_rate(15.0, {row})};
  };
  // The waits of a repeat make it long or short in both files.
  const NamedResults before = file("a.json", {0.3, 0.9, 0.5, 0.4, 0.8});
  const NamedResults after = file("b.json", {0.33, 0.99, 0.56, 0.44, 0.87});
  EXPECT_EQ(compare({before, after}).rows.at(1).verdict, Verdict::slower);
  EXPECT_NEAR(*compare({before, after}).rows.at(1).ratio, 1.0 / 1.1, 1e-9);
  const NamedResults longer = file("b.json", {0.33, 0.99, 0.56, 0.44, 0.87, 0.6});
  EXPECT_EQ(compare({before, longer}).rows.at(1).verdict, Verdict::undecided) << "no pairs";
}

TEST(CompareAtARate, IsByLatency) {
  const FileComparison comparison =
      compare({file_of_latencies("before.json", 1.0), file_of_latencies("after.json", 1.5)});
  EXPECT_EQ(comparison.by, Judged::latency);
  EXPECT_EQ(comparison.rows.at(1).verdict, Verdict::slower);
  EXPECT_NEAR(*comparison.rows.at(1).ratio, 1.0 / 1.5, 1e-12);
  EXPECT_EQ(regressions(comparison, 0.4).lines.size(), 1U);
  EXPECT_EQ(regressions(comparison, 0.6).lines.size(), 0U);
  const std::string table = render(comparison, Format::table, {});
  EXPECT_NE(table.find("p99 latency"), std::string::npos) << table;
  EXPECT_NE(table.find("1.50 s"), std::string::npos) << table;
  EXPECT_EQ(table.find("makespan"), std::string::npos) << table;
  EXPECT_EQ(table.find("10.0 s"), std::string::npos) << table;
  const json report = json::parse(render(comparison, Format::json, {}));
  EXPECT_EQ(report["by"], "latency");
  EXPECT_EQ(report["rows"][1]["latency_p99_s"], 1.5);
  EXPECT_EQ(report["rows"][1]["makespan_s"], 10.0);
}

TEST(CompareAtARate, HasBarsThatAreCalledLatencies) {
  const Figure figure =
      makespans_figure(compare({file_of_latencies("before.json", 1.0), file_of_latencies("after.json", 1.5)}));
  EXPECT_EQ(figure.title, "How long requests took");
  EXPECT_EQ(figure.caption.rfind("A bar for each file, as long as the p99 latency;", 0), 0U) << figure.caption;
  EXPECT_NE(figure.svg.find("p99 latency of each executor in each file"), std::string::npos);
  EXPECT_EQ(figure.svg.find("akespan"), std::string::npos);
}

TEST(CompareAtARate, TakesFilesOfTheSameRateAlone) {
  NamedResults other = file_of_latencies("after.json", 1.0);
  other.results.workload.rate = 16.0;
  EXPECT_EQ(refusal_of({file_of_latencies("before.json", 1.0), other}),
            "before.json and after.json are of different workloads, which can't be compared: rate 15 and 16");
}

}  // namespace
}  // namespace overlap
