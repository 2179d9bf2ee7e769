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
  document.columns = {{"name", true}, {"time", false, {}, true}, {"total", false}, {"ratio", false, {}, true}};
  document.lines = {{{{"a name"}, {"1234567890"}, {"1234567890"}, {"1234567890"}}}};
  return document;
}

TEST(Document, LeavesOutColumnsThatMayGoFromTheLastOn) {
  const Document document = of_four_columns();
  EXPECT_FALSE(contains(drawn(document, 42), "a wider terminal"));
  const std::string without_one = drawn(document, 41);
  EXPECT_TRUE(contains(without_one, "a name  1234567890  1234567890\n")) << without_one;
  EXPECT_TRUE(contains(without_one, "note: a wider terminal shows ratio too\n")) << without_one;
  const std::string without_both = drawn(document, 29);
  EXPECT_TRUE(contains(without_both, "a name  1234567890\n")) << without_both;
  EXPECT_TRUE(contains(lines_of(without_both).at(1), "total")) << "none but those that may go";
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
  EXPECT_TRUE(contains(drawn(document, 30), "a na…ars  12345678901234567890\n")) << drawn(document, 30);
  EXPECT_TRUE(contains(drawn(document, 29), "a na…ars  123456789012345678…\n")) << drawn(document, 29);
}

}  // namespace
}  // namespace overlap
