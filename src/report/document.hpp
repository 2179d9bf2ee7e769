// A report for people as plain data, of which terminal tables, Markdown and HTML are made.
#pragma once

#include <optional>
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
    std::string header;    ///< can be broken in two lines, at a soft hyphen or else a space
    bool is_text = false;  ///< else figures, which are set to the right
    std::string meaning{};
    /// From a terminal too narrow for all, the columns of the highest number go first, of several the last one; those
    /// of 0 never.
    unsigned goes = 0;
  };
  enum class Mark { none, best, wrong, missing };
  struct Cell {
    std::string text;
    /// Said beside it, in brackets; on terminals in a line of their own: the first below the cell, the others after it.
    std::vector<std::string> details{};
    std::string_view colour{};  ///< on terminals: an escape (text.hpp)
  };
  struct Line {
    std::vector<Cell> cells;  ///< one for each column; the first names the line
    Mark mark = Mark::none;
    std::optional<Cell> spanning{};  ///< on terminals, in place of all cells but the first
  };

  NamedTexts facts;  ///< {"Workload", "10 requests × …"}
  std::vector<Column> columns;
  std::vector<Line> lines;
  std::vector<std::string> notes;
  std::string explanation;
  std::string conclusion;
};

inline constexpr std::string_view soft_hyphen = "\u00AD";

/// A header in one piece.
std::string unbroken(std::string_view header);

/// In GitHub's Markdown, newline-terminated.
std::string markdown_of(const Document& document);

/// For terminals, newline-terminated: columns as wide as they need. Where they don't fit, headers are broken; then
/// columns come closer; then those that may go do, which a note says; then the widest are made narrower, texts before
/// figures. In a file, where there is no terminal, no column goes and no figure is cut.
std::string terminal_text_of(const Document& whole, Style style);

}  // namespace overlap
