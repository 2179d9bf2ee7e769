// Tables, Markdown and JSON of results made by hand.
#include "src/report/report.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "src/report/device_line.hpp"
#include "src/report/fields.hpp"
#include "src/report/text.hpp"
#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using samples::add_repeat;
using samples::finished_row;
using samples::results_of;
using samples::unfinished_row;
using testing::lines_of;

std::string table_of(const Results& results) { return render(results, Format::table, {}); }
std::string markdown_of(const Results& results) { return render(results, Format::markdown, {}); }
json json_of(const Results& results) { return json::parse(render(results, Format::json, {})); }

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

Results typical() {
  Row null_row = finished_row("threads", "null", 0.000'085);
  null_row.verified.reset();
  return results_of(
      {finished_row("sequential", "fftw", 37.03), finished_row("coroutine", "fftw-threads", 7.57), null_row});
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
  EXPECT_NE(table_of(results).find("yy…"), std::string::npos);
}

TEST(Table, HasNoEscapeCodesWithoutColour) {
  Results results = typical();
  results.rows[0].verified = false;
  results.rows.push_back(unfinished_row("threads", "pool", Status::failed, "\x1b[31mred"));
  results.notes = {"\x1b[31mnote"};
  EXPECT_EQ(table_of(results).find('\x1b'), std::string::npos);
}

TEST(Table, ColoursTheBestMakespanAndWhatIsWrong) {
  Results results = typical();
  results.rows[0].verified = false;
  results.rows.push_back(finished_row("threads", "fftw", 9.0));
  const std::string table = render(results, Format::table, {true});
  EXPECT_NE(table.find("\x1b[1;32m7.57 s\x1b[0m"), std::string::npos);
  EXPECT_EQ(table.find("\x1b[1;32m9.00 s"), std::string::npos);
  EXPECT_NE(table.find("\x1b[1;31mNO\x1b[0m"), std::string::npos);
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

Results with_intervals() {
  Results results = typical();
  for (Row& row : results.rows) {
    const double makespan_s = row.metrics->makespan_s;
    for (const double factor : {0.99, 1.0, 1.01, 1.02}) add_repeat(row, factor * makespan_s);
  }
  add_intervals(results);
  return results;
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
  EXPECT_NE(table.find("note: 95%: the bootstrap interval"), std::string::npos);
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

TEST(Markdown, HasTheSameCellsInEveryRow) {
  Results results = typical();
  add_repeat(results.rows[0], 40.0);
  results.rows.push_back(unfinished_row("coroutine", "cuda", Status::unavailable, "a | b\nc"));
  std::vector<std::string> table;
  for (const std::string& line : lines_of(markdown_of(results))) {
    if (!line.empty() && line[0] == '|') table.push_back(line);
  }
  ASSERT_EQ(table.size(), 6U);
  for (const std::string& line : table) {
    EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 13) << line;
    EXPECT_EQ(line.back(), '|');
  }
  EXPECT_EQ(table[0],
            "| executor | makespan | speedup | concurrency | parallelism | efficiency | delay | latency p50/p99 | "
            "total | CPU "
            "time | peak memory | verified |");
  EXPECT_EQ(table[1].rfind("| :--- | ---: |", 0), 0U);
  EXPECT_EQ(table[2].rfind("| sequential/fftw | 37.0 s (37.0–40.0 s) | 1.00 | 9.50 |", 0), 0U);
  EXPECT_EQ(table[5].rfind("| coroutine/cuda | unavailable | – |", 0), 0U);
}

TEST(Markdown, SetsTheTableApartAndEscapesText) {
  Results results = typical();
  results.notes = {"a *b* <c> | d_e"};
  results.advice = "Use it.";
  const std::string markdown = markdown_of(results);
  EXPECT_NE(markdown.find("\n\n| executor"), std::string::npos);
  EXPECT_NE(markdown.find(" |\n\n- speedup is against sequential/fftw\n"), std::string::npos);
  EXPECT_NE(markdown.find("\n- a \\*b\\* \\<c\\> \\| d\\_e\n\nUse it.\n"), std::string::npos);
}

std::string csv_of(const Results& results) { return render(results, Format::csv, {}); }

// Records of RFC 4180, by a reader of the test's own.
std::vector<std::vector<std::string>> records_of(const std::string& text) {
  std::vector<std::vector<std::string>> records(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& cell = records.back().back();
    if (quoted && text[i] == '"' && text.substr(i, 2) != "\"\"") {
      quoted = false;
    } else if (quoted) {
      if (text[i] == '"') ++i;
      cell += text[i];
    } else if (text[i] == '"' && cell.empty()) {
      quoted = true;
    } else if (text[i] == ',') {
      records.back().emplace_back();
    } else if (text.substr(i, 2) == "\r\n") {
      records.emplace_back(1);
      ++i;
    } else {
      EXPECT_TRUE(text[i] != '"' && text[i] != '\r' && text[i] != '\n') << "stray at " << i;
      cell += text[i];
    }
  }
  EXPECT_EQ(records.back(), std::vector<std::string>(1)) << "the last record has its line end";
  records.pop_back();
  return records;
}

// The cell of a record in the column of that name.
std::string cell_of(const std::vector<std::vector<std::string>>& records, std::size_t record, const std::string& name) {
  const auto& header = records.front();
  const auto at = std::find(header.begin(), header.end(), name);
  EXPECT_NE(at, header.end()) << name;
  return at == header.end() ? "" : records.at(record).at(static_cast<std::size_t>(at - header.begin()));
}

TEST(Csv, HasALineForEachRepeat) {
  Results results = typical();
  add_repeat(results.rows[0], 40.5);
  results.rows[0].repeats[1].metrics->cpu_s = 0.1 + 0.2;
  results.rows[2].repeats[0].verified = false;
  results.rows.push_back(unfinished_row("coroutine", "cuda", Status::unavailable, "no driver"));
  results.rows.back().repeats.clear();
  const auto records = records_of(csv_of(results));
  ASSERT_EQ(records.size(), 6U);
  for (const auto& record : records) EXPECT_EQ(record.size(), records.front().size());
  EXPECT_EQ(cell_of(records, 1, "executor"), "sequential/fftw");
  EXPECT_EQ(cell_of(records, 1, "repeat"), "1");
  EXPECT_EQ(cell_of(records, 1, "makespan_s"), "37.03");
  EXPECT_EQ(cell_of(records, 2, "repeat"), "2");
  EXPECT_EQ(cell_of(records, 2, "makespan_s"), "40.5");
  EXPECT_EQ(cell_of(records, 2, "cpu_s"), "0.30000000000000004");
  EXPECT_DOUBLE_EQ(std::stod(cell_of(records, 2, "speedup")), 37.03 / 40.5);
  EXPECT_EQ(cell_of(records, 3, "latency_s.p99"), fmt::format("{}", 0.875 * 7.57));
  EXPECT_EQ(cell_of(records, 3, "verified"), "true");
  EXPECT_EQ(cell_of(records, 4, "verified"), "false");
  EXPECT_EQ(cell_of(records, 5, "status"), "unavailable");
  EXPECT_EQ(cell_of(records, 5, "repeat"), "");
  EXPECT_EQ(cell_of(records, 5, "makespan_s"), "");
  EXPECT_EQ(cell_of(records, 1, "wait"), "uniform:0:1");
  EXPECT_EQ(cell_of(records, 5, "requests"), "10");
}

TEST(Csv, HasTheFieldsOfTheTableButThoseOfAllRepeats) {
  const auto records = records_of(csv_of(typical()));
  const auto& header = records.front();
  for (const Field& field : fields()) {
    EXPECT_EQ(std::count(header.begin(), header.end(), field.name), field.access.scope == Scope::repeats ? 0 : 1)
        << field.name;
  }
}

TEST(Csv, QuotesWhatHasTo) {
  Results results = results_of({unfinished_row("threads", "fftw", Status::failed, "a, \"b\"\nc \xff")});
  const std::string text = csv_of(results);
  EXPECT_NE(text.find(",\"a, \"\"b\"\" c \uFFFD\","), std::string::npos) << text;
  const auto records = records_of(text);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(cell_of(records, 1, "reason"), "a, \"b\" c \uFFFD");
}

TEST(Csv, LeavesOutWhatIsNotFinite) {
  Results results = typical();
  results.rows[0].repeats[0].metrics->delay_s = std::numeric_limits<double>::quiet_NaN();
  results.rows[0].repeats[0].metrics->cpu_s = std::numeric_limits<double>::infinity();
  const auto records = records_of(csv_of(results));
  EXPECT_EQ(cell_of(records, 1, "delay_s"), "");
  EXPECT_EQ(cell_of(records, 1, "cpu_s"), "");
}

TEST(Json, SaysWhatMadeItAndOfWhat) {
  Results results = typical();
  results.notes = {"limited"};
  results.advice = "Use it.";
  results.workload.seed = std::numeric_limits<std::uint64_t>::max();
  const json report = json_of(results);
  EXPECT_EQ(report["schema_version"], 1);
  for (const char* key : {"version", "commit", "compiler", "flags"})
    EXPECT_TRUE(report["tool"][key].is_string()) << key;
  EXPECT_EQ(report["machine"]["cpu_model"], "AMD EPYC 9454");
  EXPECT_EQ(report["machine"]["usable_cpus"], 2);
  EXPECT_EQ(report["workload"]["requests"], 10);
  EXPECT_EQ(report["workload"]["wait"], "uniform:0:1");
  EXPECT_EQ(report["workload"]["precision"], "double");
  EXPECT_EQ(report["workload"]["spectrum"], "full");
  EXPECT_EQ(report["workload"]["seed"], std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(report["engines"]["fftw_version"], "fftw-3.3.10-sse2-avx-avx2");
  EXPECT_EQ(report["reference"], "sequential/fftw");
  EXPECT_EQ(report["notes"], json({"limited"}));
  EXPECT_EQ(report["advice"], "Use it.");
  EXPECT_EQ(report["runs"].size(), 3U);
}

TEST(Json, HasEveryPromisedKeyOfARun) {
  const Results results = typical();
  const json run = json_of(results)["runs"][1];
  const Metrics& metrics = *results.rows[1].metrics;
  EXPECT_EQ(run["executor"], "coroutine/fftw-threads");
  EXPECT_EQ(run["driver"], "coroutine");
  EXPECT_EQ(run["engine"], "fftw-threads");
  EXPECT_EQ(run["status"], "ok");
  EXPECT_TRUE(run.at("reason").is_null());
  EXPECT_EQ(run["steps_finished"], 50);
  EXPECT_EQ(run["makespan_s"], metrics.makespan_s);
  EXPECT_EQ(run["total_s"], metrics.total_s);
  EXPECT_EQ(run["speedup"], *results.rows[1].speedup);
  EXPECT_EQ(run["concurrency"], metrics.concurrency);
  EXPECT_EQ(run["parallelism"], metrics.parallelism);
  EXPECT_EQ(run["lower_bound_s"], metrics.lower_bound_s);
  EXPECT_EQ(run["bound"], "waiting");
  EXPECT_EQ(run["efficiency"], metrics.efficiency);
  EXPECT_EQ(run["lanes"], 2);
  EXPECT_EQ(run["capacity_steps_per_s"], metrics.capacity_steps_per_s);
  EXPECT_EQ(run["step_s"], metrics.step_s);
  EXPECT_EQ(run["delay_s"], metrics.delay_s);
  EXPECT_EQ(run["latency_s"], (json{{"p50", metrics.latency_s.p50},
                                    {"p95", metrics.latency_s.p95},
                                    {"p99", metrics.latency_s.p99},
                                    {"max", metrics.latency_s.max}}));
  EXPECT_EQ(run["service_s"], (json{{"p50", 0.25}, {"p95", 0.5}, {"p99", 0.625}, {"max", 0.75}}));
  EXPECT_EQ(run["queue_s"], (json{{"p50", 0.001}, {"p99", 0.003}}));
  EXPECT_EQ(run["steps_per_s"], metrics.steps_per_s);
  EXPECT_EQ(run["setup_s"], (json{{"spawn", 0.001},
                                  {"load", 0.002},
                                  {"context", 0.003},
                                  {"plan", 0.004},
                                  {"allocate", 0.005},
                                  {"warm_up", 0.006},
                                  {"check", 0.007},
                                  {"calibrate", 0.008}}));
  EXPECT_EQ(run["cpu_s"], 2.5);
  EXPECT_EQ(run["setup_cpu_s"], 0.25);
  EXPECT_EQ(run["peak_memory_bytes"], 960'000'000);
  EXPECT_EQ(run["verified"], true);
  EXPECT_EQ(run["notes"], json::array());
  EXPECT_FALSE(run.contains("steps"));
}

TEST(Json, MetricsOfARowThatIsNotOkAreNull) {
  Row failed = finished_row("threads", "fftw", 3.0);  // as if its figures had been left in place
  failed.status = Status::interrupted;
  failed.reason = "interrupted";
  failed.speedup = 2.0;
  failed.steps_finished = 12;
  Results results = results_of({});
  results.rows = {failed};
  const json run = json_of(results)["runs"][0];
  EXPECT_EQ(run["status"], "interrupted");
  EXPECT_EQ(run["reason"], "interrupted");
  EXPECT_EQ(run["steps_finished"], 12);
  const std::vector<std::string> known = {"executor", "driver",         "engine",  "status",
                                          "reason",   "steps_finished", "repeats", "notes"};
  for (const auto& [key, value] : run.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    EXPECT_TRUE(value.is_null()) << key;
  }
  EXPECT_TRUE(run.contains("verified"));
  EXPECT_TRUE(run.contains("latency_s"));
}

TEST(Json, VerifiedIsTrueFalseOrNull) {
  Results results = typical();
  results.rows[1].verified = false;
  const json runs = json_of(results)["runs"];
  EXPECT_EQ(runs[0]["verified"], true);
  EXPECT_EQ(runs[1]["verified"], false);
  EXPECT_TRUE(runs[2]["verified"].is_null());
}

TEST(Json, WhatIsNotFiniteIsNull) {
  Results results = typical();
  results.rows[0].metrics->delay_s = std::numeric_limits<double>::quiet_NaN();
  results.rows[0].speedup = std::numeric_limits<double>::infinity();
  results.rows[0].repeats[0].metrics->cpu_s = std::numeric_limits<double>::quiet_NaN();
  const json run = json_of(results)["runs"][0];
  EXPECT_TRUE(run["delay_s"].is_null());
  EXPECT_TRUE(run["speedup"].is_null());
  EXPECT_TRUE(run["repeats"][0]["cpu_s"].is_null());
}

TEST(Json, AnEngineThatComputesNothingHasNoCapacity) {
  Results results = typical();
  results.rows[2].metrics->capacity_steps_per_s = 0.0;
  EXPECT_TRUE(json_of(results)["runs"][2]["capacity_steps_per_s"].is_null());
}

TEST(Json, FiguresRoundTripExactly) {
  Results results = typical();
  results.rows[0].metrics->makespan_s = 0.1 + 0.2;
  EXPECT_EQ(json_of(results)["runs"][0]["makespan_s"].get<double>(), 0.1 + 0.2);
}

TEST(Json, SurvivesTextThatIsNotUtf8) {
  Results results = typical();
  results.rows.push_back(unfinished_row("threads", "pool", Status::failed, "bad \xff\xc3 text"));
  EXPECT_EQ(json_of(results)["runs"][3]["reason"], "bad \uFFFD\uFFFD text");
}

TEST(Json, ListsRepeatsWithTheirOwnOutcome) {
  Results results = typical();
  Row& row = results.rows[1];
  add_repeat(row, 7.25);
  row.repeats.push_back({Status::failed, "killed", 12, std::nullopt, std::nullopt});
  const json run = json_of(results)["runs"][1];
  ASSERT_EQ(run["repeats"].size(), 3U);
  EXPECT_EQ(run["repeats"][0]["makespan_s"], 7.57);
  const json& second = run["repeats"][1];
  EXPECT_EQ(second["status"], "ok");
  EXPECT_TRUE(second["reason"].is_null());
  EXPECT_EQ(second["steps_finished"], 50);
  EXPECT_EQ(second["makespan_s"], 7.25);
  EXPECT_EQ(second["latency_s"]["p50"], 0.5 * 7.57);
  EXPECT_EQ(second["verified"], true);
  const json& third = run["repeats"][2];
  EXPECT_EQ(third["status"], "failed");
  EXPECT_EQ(third["reason"], "killed");
  EXPECT_EQ(third["steps_finished"], 12);
  for (const char* figure : {"makespan_s", "total_s", "cpu_s", "latency_s", "verified"}) {
    EXPECT_TRUE(third.at(figure).is_null()) << figure;
  }
  for (const json& repeat : run["repeats"]) {
    for (const char* of_the_row : {"executor", "driver", "engine", "speedup", "makespan_min_s", "repeats", "notes"}) {
      EXPECT_FALSE(repeat.contains(of_the_row)) << of_the_row;
    }
  }
  EXPECT_EQ(run["makespan_min_s"], 7.25);
  EXPECT_EQ(run["makespan_max_s"], 7.57);
}

TEST(Json, TakesNoFiguresFromARepeatThatIsNotOk) {
  Results results = typical();
  Row& row = results.rows[1];
  add_repeat(row, 7.25);
  add_repeat(row, 1.0);
  row.repeats[2].status = Status::failed;  // as if its figures had been left in place
  const json run = json_of(results)["runs"][1];
  EXPECT_EQ(run["makespan_min_s"], 7.25);
  EXPECT_TRUE(run["repeats"][2]["makespan_s"].is_null());
  EXPECT_TRUE(run["repeats"][2]["verified"].is_null());
}

// Two requests of two steps; the last one is not finished.
std::shared_ptr<const Recording> small_recording() {
  auto recording = std::make_shared<Recording>(Recording::create(2, 2, 3));
  constexpr std::int64_t t0 = 1'000'000'000'000;
  recording->header().t0_ns = t0;
  const auto fill = [&](std::uint64_t request, std::uint64_t iteration, std::int64_t due, std::int64_t begin,
                        std::int64_t end) {
    StepRecord& step = recording->step(request, iteration);
    step.due_ns = t0 + due;
    step.begin_ns = t0 + begin;
    step.end_ns = t0 + end;
    step.worker = 2;
    step.input_energy = 1.5;
    step.spectrum_energy = 2.5;
    step.bin_re = 0.1;
    step.bin_im = -1e-300;
    step.state = static_cast<std::uint32_t>(StepState::finished);
  };
  recording->requests()[0].begin_ns = t0 + 1'000;
  recording->requests()[1].begin_ns = t0 + 2'000;
  fill(0, 0, 3'210'001'000, 3'300'000'000, 3'400'000'000);
  fill(0, 1, 3'500'000'000, 3'600'000'000, 3'700'000'000);
  fill(1, 0, 2'000, 3'000, 4'000);
  recording->step(1, 1).due_ns = t0;
  recording->step(1, 0).spectrum_energy = std::numeric_limits<double>::quiet_NaN();
  return recording;
}

TEST(Json, GivesFinishedStepsInColumnsWhereAsked) {
  Results results = typical();
  results.workload.requests = 2;
  results.workload.iterations = 2;
  results.workload.size = 1000;
  results.rows[0].recording = small_recording();
  EXPECT_FALSE(json_of(results)["runs"][0].contains("steps"));

  results.include_steps = true;
  const json report = json_of(results);
  const json steps = report["runs"][0]["steps"];
  EXPECT_EQ(steps["request"], json({0, 0, 1}));
  EXPECT_EQ(steps["iteration"], json({0, 1, 0}));
  EXPECT_EQ(steps["wait_s"], json({3.21, 0.1, 0.0}));
  EXPECT_EQ(steps["due_s"], json({3.210001, 3.5, 2e-6}));
  EXPECT_EQ(steps["begin_s"], json({3.3, 3.6, 3e-6}));
  EXPECT_EQ(steps["end_s"], json({3.4, 3.7, 4e-6}));
  EXPECT_EQ(steps["worker"], json({2, 2, 2}));
  EXPECT_EQ(steps["input_energy"], json({1.5, 1.5, 1.5}));
  EXPECT_EQ(steps["spectrum_energy"], json({2.5, 2.5, nullptr}));
  EXPECT_EQ(steps["bin"], json({results.workload.checked_bin(0, 0), results.workload.checked_bin(0, 1),
                                results.workload.checked_bin(1, 0)}));
  EXPECT_EQ(steps["bin_re"], json({0.1, 0.1, 0.1}));
  EXPECT_EQ(steps["bin_im"], json({-1e-300, -1e-300, -1e-300}));
  EXPECT_EQ(steps.size(), 12U);
  EXPECT_FALSE(report["runs"][1].contains("steps"));
  EXPECT_EQ(report["runs"].size(), 3U);
}

TEST(Json, IsValidWithoutRowsOrSteps) {
  Results results = results_of({});
  results.include_steps = true;
  EXPECT_EQ(json_of(results)["runs"], json::array());
  EXPECT_TRUE(json_of(results)["advice"].is_null());
  results.rows = {finished_row("threads", "fftw", 1.0)};
  results.rows[0].recording = std::make_shared<Recording>(Recording::create(1, 1, 1));
  EXPECT_EQ(json_of(results)["runs"][0]["steps"]["request"], json::array());
}

DeviceMetrics sample_device() {
  DeviceMetrics device;
  device.busy_s = 1.5;
  device.parts[static_cast<std::size_t>(DevicePart::generate)] = {12e-6, 32e6, 32e-3 / 12e-6};
  device.parts[static_cast<std::size_t>(DevicePart::transform)] = {90e-6, 64e6, 64e-3 / 90e-6};
  return device;
}

TEST(Json, HasADevicesFiguresAndNullWhereThereIsNoDevice) {
  Results results = typical();
  results.rows[1].metrics->device = sample_device();
  const json runs = json_of(results)["runs"];
  EXPECT_EQ(runs[1]["device_busy_s"], 1.5);
  EXPECT_EQ(runs[1]["device_step_s"]["transform"], 90e-6);
  EXPECT_EQ(runs[1]["device_step_bytes"]["generate"], 32e6);
  EXPECT_NEAR(runs[1]["device_gb_per_s"]["transform"], 711.1, 0.1);
  EXPECT_TRUE(runs[1]["device_step_s"]["copy_in"].is_null());
  EXPECT_TRUE(runs[0]["device_busy_s"].is_null());
  for (const char* figure : {"device_step_s", "device_step_bytes", "device_gb_per_s"}) {
    EXPECT_EQ(runs[0][figure].size(), device_part_count);
    for (const json& part : runs[0][figure]) EXPECT_TRUE(part.is_null());
  }
}

TEST(Json, HasTheGpuInTheMachineWhereOneWasUsed) {
  Results results = typical();
  EXPECT_TRUE(json_of(results)["machine"]["gpu_name"].is_null());
  EXPECT_TRUE(json_of(results)["machine"]["gpu_memory_bytes"].is_null());
  results.machine.gpu = {
      {"name", "NVIDIA H100"}, {"memory_bytes", "85520809984"}, {"driver", "580.82.07"}, {"toolkit", ""}};
  const json machine = json_of(results)["machine"];
  EXPECT_EQ(machine["gpu_name"], "NVIDIA H100");
  EXPECT_EQ(machine["gpu_memory_bytes"], 85520809984U);
  EXPECT_EQ(machine["gpu_driver"], "580.82.07");
  EXPECT_TRUE(machine["gpu_toolkit"].is_null());
  EXPECT_NE(table_of(results).find("NVIDIA H100, driver 580.82.07"), std::string::npos) << table_of(results);
}

TEST(DeviceLine, NamesTheBusyShareAndEachPartOfAStep) {
  EXPECT_EQ(describe_device(sample_device(), 2.0),
            "the device was busy 75% of the run; a step: generation 12.0 µs (2.67 TB/s), transform 90.0 µs (711 GB/s)");
  DeviceMetrics device = sample_device();
  device.copy_gb_per_s = 2800.0;
  device.parts[static_cast<std::size_t>(DevicePart::copy_out)] = {1e-3, 64e6, 64.0};
  EXPECT_EQ(describe_device(device, 2.0),
            "the device was busy 75% of the run; a step: generation 12.0 µs (2.67 TB/s, 95.2% of the copy ceiling), "
            "transform 90.0 µs (711 GB/s, 25.4% of the copy ceiling), copy out 1.00 ms (64.0 GB/s)");
}

TEST(Fields, AreFoundByNameAndNameEachFieldOnce) {
  for (const Field& field : fields()) EXPECT_EQ(&find_field(field.name), &field);
  EXPECT_THROW(find_field("none"), std::out_of_range);
}

TEST(Json, GivesIntervalsAndRounds) {
  Results results = with_intervals();
  results.rounds = {true, 60.0, 5, Rounds::End::settled};
  const json report = json_of(results);
  EXPECT_EQ(report["rounds"], (json{{"automatic", true}, {"max_time_s", 60.0}, {"made", 5}, {"ended_by", "settled"}}));
  const json run = report["runs"][1];
  EXPECT_EQ(run["makespan_interval_s"], (json{{"low", 0.99 * 7.57}, {"high", 1.02 * 7.57}}));
  EXPECT_EQ(run["speedup_interval"]["low"], results.rows[1].speedup_interval->low);
  EXPECT_EQ(json_of(typical())["runs"][1]["makespan_interval_s"], (json{{"low", nullptr}, {"high", nullptr}}));
}

TEST(Json, GivesWhatWasObservedOfTheMachine) {
  Results results = typical();
  results.rows[0].repeats[0].observed.other_cpus = 0.25;
  results.rows[0].repeats[0].observed.throttle_events = 3;
  const json observed = json_of(results)["runs"][0]["repeats"][0]["observed"];
  EXPECT_EQ(observed["other_cpus"], 0.25);
  EXPECT_EQ(observed["throttle_events"], 3);
  EXPECT_TRUE(observed["stolen_cpus"].is_null());
}

TEST(Results, IntervalsNeedRepeatsEnoughOfBothRows) {
  Results results = with_intervals();
  const Row& row = results.rows[1];
  EXPECT_EQ(row.makespan_interval_s, (Interval{0.99 * 7.57, 1.02 * 7.57}));
  EXPECT_LT(row.speedup_interval->low, *row.speedup);
  EXPECT_GT(row.speedup_interval->high, *row.speedup);
  EXPECT_EQ(results.rows[0].speedup_interval, (Interval{1.0, 1.0}));
  results.rows[0].repeats.pop_back();
  add_intervals(results);
  EXPECT_FALSE(results.rows[0].makespan_interval_s);
  EXPECT_FALSE(results.rows[0].speedup_interval);
  EXPECT_TRUE(results.rows[1].makespan_interval_s);
  EXPECT_FALSE(results.rows[1].speedup_interval);
}

TEST(Results, TheMedianIsTheLowerOfTwoMiddleRepeats) {
  Row row = finished_row("threads", "fftw", 4.0);
  EXPECT_EQ(median_repeat(row.repeats), 0U);
  add_repeat(row, 1.0);
  EXPECT_EQ(median_repeat(row.repeats), 1U);
  add_repeat(row, 3.0);
  EXPECT_EQ(median_repeat(row.repeats), 2U);
  add_repeat(row, 2.0);
  EXPECT_EQ(median_repeat(row.repeats), 3U);
}

TEST(Results, TheMedianIsOfRepeatsThatAreOk) {
  Row row = finished_row("threads", "fftw", 4.0);
  add_repeat(row, 9.0);
  row.repeats[0].status = Status::failed;
  row.repeats.push_back({Status::interrupted, "", 3, std::nullopt, std::nullopt});
  EXPECT_EQ(median_repeat(row.repeats), 1U);
  row.repeats[1].status = Status::interrupted;
  EXPECT_EQ(median_repeat(row.repeats), std::nullopt);
  EXPECT_EQ(median_repeat({}), std::nullopt);
}

TEST(Results, StatusesHaveNames) {
  EXPECT_EQ(name_of(Status::ok), "ok");
  EXPECT_EQ(name_of(Status::failed), "failed");
  EXPECT_EQ(name_of(Status::unavailable), "unavailable");
  EXPECT_EQ(name_of(Status::interrupted), "interrupted");
}

}  // namespace
}  // namespace overlap
