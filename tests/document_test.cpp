// Documents on terminals: which columns go, and which are cut, where there is no room for all.
#include "src/report/document.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "src/base/text.hpp"
#include "tests/command_line.hpp"

namespace overlap {
namespace {

using testing::contains;
using testing::lines_of;

std::string drawn(const Document& document, std::size_t columns) {
  Style style;
  style.columns = columns;
  return terminal_text_of(document, style);
}

/// A name and three figures, 42 columns wide, of which the second and the last may go.
Document of_four_columns() {
  Document document;
  document.columns = {{"name", true}, {"time", false, {}, 1}, {"total", false}, {"ratio", false, {}, 1}};
  document.lines = {{{{"a name"}, {"1234567890"}, {"1234567890"}, {"1234567890"}}}};
  return document;
}

TEST(Document, SetsColumnsCloserWhereThereIsLittleRoom) {
  const Document document = of_four_columns();
  EXPECT_TRUE(contains(drawn(document, 42), "\na name  1234567890  1234567890  1234567890\n"));
  EXPECT_TRUE(contains(drawn(document, 41), "\na name 1234567890 1234567890 1234567890\n"));
}

TEST(Document, LeavesOutColumnsThatMayGoFromTheLastOn) {
  const Document document = of_four_columns();
  EXPECT_FALSE(contains(drawn(document, 39), "a wider terminal"));
  const std::string without_one = drawn(document, 38);
  EXPECT_TRUE(contains(without_one, "a name  1234567890  1234567890\n")) << without_one;
  EXPECT_TRUE(contains(without_one, "note: a wider terminal shows ratio too\n")) << without_one;
  const std::string without_both = drawn(document, 27);
  EXPECT_TRUE(contains(without_both, "a name  1234567890\n")) << without_both;
  EXPECT_TRUE(contains(lines_of(without_both).at(1), "total")) << "none but those that may go";
}

TEST(Document, LeavesOutFirstWhatGoesFirst) {
  Document document = of_four_columns();
  document.columns[1].goes = 2;
  EXPECT_TRUE(contains(drawn(document, 38), "note: a wider terminal shows time too\n")) << drawn(document, 38);
}

TEST(Document, BreaksHeadersInTwoWhereThereIsNoRoomForOneLine) {
  Document document;
  document.columns = {{"name", true}, {"CPU time"}, {"veri\u00ADfied"}};
  document.lines = {{{{"a name"}, {"1.00 s"}, {"yes"}}}};
  EXPECT_EQ(drawn(document, 26),
            "\n"
            "name    CPU time  verified\n"
            "a name    1.00 s       yes\n");
  EXPECT_EQ(drawn(document, 25),
            "\n"
            "           CPU  veri-\n"
            "name      time   fied\n"
            "a name  1.00 s    yes\n");
  EXPECT_TRUE(contains(markdown_of(document), "| name | CPU time | verified |"));
}

TEST(Document, PutsDetailsBelowTheirCellAsFarAsThereIsRoom) {
  Document document;
  document.columns = {{"name", true}, {"time"}, {"total"}};
  document.lines = {{{{"a name"}, {"1.00 s", {"0.90–1.10 s", "95%"}}, {"12.0 s"}}}};
  EXPECT_TRUE(contains(drawn(document, 80), "a name  1.00 s  12.0 s\n   0.90–1.10 s  95%\n")) << drawn(document, 80);
  EXPECT_TRUE(contains(drawn(document, 20), "a name 1.00 s 12.0 s\n  0.90–1.10 s 95%\n")) << drawn(document, 20);
  document.lines[0].cells[1].details[1] = "95% too";
  EXPECT_FALSE(contains(drawn(document, 20), "95%")) << drawn(document, 20);
  EXPECT_TRUE(contains(markdown_of(document), "| 1.00 s (0.90–1.10 s; 95% too) |"));
}

TEST(Document, SetsOneTextInPlaceOfFigures) {
  Document document;
  document.columns = {{"name", true}, {"time"}};
  document.lines = {{{{"a name"}, {"failed"}}}};
  document.lines[0].spanning = Document::Cell{"failed: for a reason"};
  EXPECT_TRUE(contains(drawn(document, 80), "name    time\na name  failed: for a reason\n")) << drawn(document, 80);
  EXPECT_TRUE(contains(drawn(document, 20), "\na name  failed: for…\n")) << drawn(document, 20);
  EXPECT_TRUE(contains(markdown_of(document), "| a name | failed |"));
}

TEST(Document, LeavesNoColumnOutOfAFile) {
  Document document = of_four_columns();
  document.lines[0].cells[1].text = std::string(table_columns, '7');
  const std::string table = drawn(document, table_columns);
  EXPECT_FALSE(contains(table, "a wider terminal")) << table;
  EXPECT_TRUE(contains(table, "ratio")) << table;
}

TEST(Document, CutsTextsBeforeFigures) {
  Document document;
  document.columns = {{"name", true}, {"time"}};
  document.lines = {{{{"a name of 18 chars"}, {"12345678901234567890"}}}};
  EXPECT_TRUE(contains(drawn(document, 30), "a na…hars 12345678901234567890\n")) << drawn(document, 30);
  EXPECT_TRUE(contains(drawn(document, 28), "a na…ars 123456789012345678…\n")) << drawn(document, 28);
}

}  // namespace
}  // namespace overlap
