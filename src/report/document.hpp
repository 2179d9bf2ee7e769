// A report for people as plain data, which Markdown and HTML are made of alike.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace overlap {

/// All text is as it came: whoever writes it cleans and escapes it.
struct Document {
  struct Column {
    std::string header;
    bool is_text = false;  ///< else figures, which are set to the right
    std::string meaning{};
  };
  enum class Mark { none, best, wrong, missing };
  struct Cell {
    std::string text;
    std::string detail{};  ///< said beside it, in brackets
  };
  struct Line {
    std::vector<Cell> cells;  ///< one for each column; the first names the line
    Mark mark = Mark::none;
  };

  std::vector<std::pair<std::string, std::string>> facts;  ///< {"Workload", "10 requests × …"}
  std::vector<Column> columns;
  std::vector<Line> lines;
  std::vector<std::string> notes;
  std::string explanation;
  std::string conclusion;
};

/// In GitHub's Markdown, newline-terminated.
std::string markdown_of(const Document& document);

}  // namespace overlap
