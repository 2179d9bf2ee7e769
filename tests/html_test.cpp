// Web pages: the table, what stands around it, and that a browser needs nothing else.
#include "src/report/html.hpp"

#include <gtest/gtest.h>

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

/// Reads pages as XML, which is stricter than a browser, and tells of tags and addresses that would fetch anything.
constexpr const char* reader = R"(
import sys, xml.etree.ElementTree as tree
for path in sys.argv[1:]:
    root = tree.parse(path).getroot()
    kinds = {element.tag.split('}')[1] for element in root.iter()}
    forbidden = kinds & {'script', 'link', 'img', 'iframe', 'image', 'use', 'object', 'embed'}
    addresses = [name for element in root.iter() for name in element.attrib if name.split('}')[-1] in ('src', 'href')]
    style = root.find('.//{*}style').text
    if forbidden or addresses or 'url(' in style or '@import' in style:
        print(path, forbidden, addresses)
    charts = len(root.findall('.//{*}svg'))
    rows = len(root.findall('.//{*}tbody/{*}tr'))
    print(charts, rows)
)";

TEST(Html, IsAWholeFileForEachCommandWithItsCharts) {
  const std::string python = python_program();
  if (testing::run(python, {"-c", "import xml.etree"}).status != 0) GTEST_SKIP() << "there is no " << python;
  const TemporaryFolder folder;
  ASSERT_EQ(overlap(quick_with({"--executors", "coroutine,threads", "--output", folder / "run.html", "--output",
                                folder / "a.json"}))
                .status,
            0);
  ASSERT_EQ(overlap(quick_with({"--executors", "coroutine,threads", "--output", folder / "b.json"})).status, 0);
  ASSERT_EQ(overlap(small_grid() + testing::Arguments{"--output", folder / "sweep.html"}).status, 0);
  ASSERT_EQ(
      overlap(search_between("sequential,coroutine") + testing::Arguments{"--output", folder / "search.html"}).status,
      0);
  const Output compared = overlap({"compare", folder / "a.json", folder / "b.json", "--format", "html"});
  ASSERT_EQ(compared.status, 0) << compared.err;
  testing::write_content(folder / "compare.html", compared.out);
  const auto read = [&](const char* name) { return testing::run(python, {"-c", reader, folder / name}).out; };
  EXPECT_EQ(read("run.html"), "2 2\n");
  EXPECT_EQ(read("compare.html"), "1 4\n");
  EXPECT_EQ(read("sweep.html"), "2 4\n");
  EXPECT_EQ(read("search.html").rfind("1 ", 0), 0U);
  EXPECT_TRUE(contains(content_of(folder / "search.html"), " on</text>")) << "the break-even's mark";
  EXPECT_TRUE(contains(content_of(folder / "run.html"), "What overlapped"));
}

}  // namespace
}  // namespace overlap
