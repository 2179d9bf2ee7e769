// Web pages: the table, what stands around it, and that a browser needs nothing else.
#include "src/report/html.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "src/report/report.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sample_results.hpp"
#include "tests/sweeps.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using samples::typical;
using samples::unfinished_row;
using samples::with_intervals;
using sweeps::search_between;
using sweeps::small_grid;
using testing::Arguments;
using testing::contains;
using testing::content_of;
using testing::Output;
using testing::overlap;
using testing::python_program;
using testing::quick_with;
using testing::TemporaryFolder;

std::string page_of(const Results& results) { return render(results, Format::html, {}); }

TEST(Html, HasTheTableAndWhatStandsAroundIt) {
  Results results = with_intervals();
  results.notes = {"a note"};
  results.advice = "Use it.";
  results.explanation = {"It waits.", "It computes."};
  Row failed = unfinished_row("processes", "fftw", Status::failed, "out of memory");
  failed.steps_finished = 3;
  results.rows.push_back(failed);
  const std::string page = page_of(results);
  for (const char* part :
       {"<title>overlap: 10 requests × 5 iterations", "<p class=\"conclusion\">Use it.</p>",
        "<p>It waits. It computes.</p>",
        "<th scope=\"col\" class=\"text\">executor</th><th scope=\"col\">makespan</th>",
        "<tr><th scope=\"row\" class=\"text\">sequential/fftw</th><td>37.0 s <small>36.7–37.8 s; 95%",
        "<tr class=\"best\"><th scope=\"row\" class=\"text\">coroutine/fftw-threads</th>",
        "<tr class=\"wrong\"><th scope=\"row\" class=\"text\">processes/fftw</th><td>failed</td>", "<li>a note</li>",
        "<li>processes/fftw: failed after 3 of 50 steps: out of memory</li>", "<dt>Machine</dt><dd>AMD EPYC 9454",
        "How long each took", "<dt>delay</dt><dd>what queueing,"}) {
    EXPECT_TRUE(contains(page, part)) << part << '\n' << page;
  }
}

TEST(Html, EscapesText) {
  Results results = typical();
  results.rows[0].executor = "<b>&\"x\"";
  results.notes = {"1 < 2\x01\xFF"};
  const std::string page = page_of(results);
  EXPECT_TRUE(contains(page, ">&lt;b&gt;&amp;&quot;x&quot;</th>"));
  EXPECT_TRUE(contains(page, "<li>1 &lt; 2 \xEF\xBF\xBD</li>"));
  EXPECT_FALSE(contains(page, "<b>"));
}

TEST(Html, LeavesOutFiguresOfNothing) {
  EXPECT_FALSE(contains(html_of({}, {{"A title", "", ""}}), "<figure>"));
  EXPECT_TRUE(contains(html_of({}, {{"A title", "why not", ""}}), "<strong>A title</strong>why not</figcaption>"));
}

/// How often a text is there.
std::size_t count_of(const std::string& page, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) ++count;
  return count;
}

/// A page of each command, by its name.
class Pages : public ::testing::Test {
 protected:
  void SetUp() override {
    const Arguments results = quick_with({"--executors", "coroutine,threads"});
    expect_ok(results + Arguments{"--output", folder_ / "run.html", "--output", folder_ / "a.json"});
    expect_ok(results + Arguments{"--output", folder_ / "b.json"});
    expect_ok(small_grid() + Arguments{"--output", folder_ / "sweep.html"});
    expect_ok(search_between("sequential,coroutine") + Arguments{"--output", folder_ / "search.html"});
    const Arguments compare = {"compare", folder_ / "a.json", folder_ / "b.json", "--format", "html"};
    testing::write_content(folder_ / "compare.html", expect_ok(compare).out);
  }

  static Output expect_ok(const Arguments& arguments) {
    Output output = overlap(arguments);
    EXPECT_EQ(output.status, 0) << output.err;
    return output;
  }

  std::string page(const std::string& name) const { return content_of(folder_ / (name + ".html")); }

  const TemporaryFolder folder_;
  const std::vector<std::string> names_ = {"run", "sweep", "search", "compare"};
};

TEST_F(Pages, HaveTheirRowsAndCharts) {
  const auto expect_rows_and_charts = [&](const char* name, std::size_t rows, std::size_t charts) {
    EXPECT_EQ(count_of(page(name), "<th scope=\"row\""), rows) << name;
    EXPECT_EQ(count_of(page(name), "<svg "), charts) << name;
  };
  expect_rows_and_charts("run", 2, 2);
  expect_rows_and_charts("compare", 4, 1);
  expect_rows_and_charts("sweep", 4, 2);
  EXPECT_EQ(count_of(page("search"), "<svg "), 1U);
  EXPECT_TRUE(contains(page("search"), " on</text>")) << "the break-even's mark";
  EXPECT_TRUE(contains(page("run"), "What overlapped"));
}

TEST_F(Pages, NeedNothingElse) {
  for (const std::string& name : names_) {
    for (const char* fetches : {"<script", "<link", "<img", "<iframe", "<image", "<use", "<object", "<embed",
                                " src=", " href=", "url(", "@import"}) {
      EXPECT_FALSE(contains(page(name), fetches)) << name << ": " << fetches;
    }
  }
}

TEST_F(Pages, AreWellFormedXml) {
  const std::string python = python_program();
  if (testing::run(python, {"-c", ""}).status != 0) GTEST_SKIP() << "there is no " << python;
  for (const std::string& name : names_) {
    const Output output = testing::run(
        python,
        {"-c", "import sys, xml.etree.ElementTree as tree; tree.parse(sys.argv[1])", folder_ / (name + ".html")});
    EXPECT_EQ(output.status, 0) << name << ": " << output.err;
  }
}

}  // namespace
}  // namespace overlap
