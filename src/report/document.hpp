// A report for people as plain data, of which terminal tables, Markdown and HTML are made.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/report/report.hpp"

namespace overlap {

/// All text is as it came: whoever writes it cleans and escapes it.
struct Document {
  struct Column {
    std::string header;
    bool is_text = false;  ///< else figures, which are set to the right
    std::string meaning{};
    bool may_go = false;  ///< from a terminal too narrow for all
  };
  enum class Mark { none, best, wrong, missing };
  struct Cell {
    std::string text;
    std::string detail{};       ///< said beside it, in brackets
    std::string_view colour{};  ///< on terminals: an escape (text.hpp)
  };
  struct Line {
    std::vector<Cell> cells;  ///< one for each column; the first names the line
    Mark mark = Mark::none;
  };

  NamedTexts facts;  ///< {"Workload", "10 requests × …"}
  std::vector<Column> columns;
  std::vector<Line> lines;
  std::vector<std::string> notes;
  std::string explanation;
  std::string conclusion;
};

/// In GitHub's Markdown, newline-terminated.
std::string markdown_of(const Document& document);

/// For terminals, newline-terminated: columns as wide as they need. Where they don't fit, those that may go do, from
/// the last one on, which a note says; then the widest are made narrower, texts before figures, as far as that goes.
/// Has no room for details.
std::string terminal_text_of(const Document& whole, Style style);

}  // namespace overlap
