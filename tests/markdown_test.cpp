// The table in Markdown, of results made by hand.
#include "src/report/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::add_repeat;
using samples::typical;
using samples::unfinished_row;
using testing::lines_of;

std::string markdown_of(const Results& results) { return render(results, Format::markdown, {}); }

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

}  // namespace
}  // namespace overlap
