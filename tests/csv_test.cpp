// CSV of results made by hand, read back by a reader of the test's own.
#include "src/report/report.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "src/report/fields.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::add_repeat;
using samples::results_of;
using samples::typical;
using samples::unfinished_row;

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

}  // namespace
}  // namespace overlap
