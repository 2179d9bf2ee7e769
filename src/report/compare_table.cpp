// A comparison of files as a table for terminals.
#include <algorithm>
#include <cctype>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "src/report/compare_document.hpp"
#include "src/report/compare_report.hpp"
#include "src/report/text.hpp"

namespace overlap {
namespace {

constexpr std::size_t widest_name = 24;  // of executors and files

std::string_view colour_of(const ComparedRow& row) {
  if (row.verdict == Verdict::faster) return bold_green;
  if (row.verdict == Verdict::slower) return bold_red;
  if (row.verdict == Verdict::undecided) return yellow;
  return "";
}

using Cells = std::vector<std::vector<std::string>>;

/// The header's cells, then each row's.
Cells cells_of(const Document& document) {
  Cells cells(1);
  for (const Document::Column& column : document.columns) cells.front().push_back(column.header);
  for (const Document::Line& line : document.lines) {
    cells.emplace_back();
    for (const Document::Cell& cell : line.cells) cells.back().push_back(clip(clean_line(cell.text), widest_name));
  }
  return cells;
}

std::vector<std::size_t> widths_of(const Cells& cells) {
  std::vector<std::size_t> widths(cells.front().size());
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], display_width(line[i]));
  }
  return widths;
}

/// All but the last cell, which nothing is put behind.
std::string aligned(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                    const std::vector<Document::Column>& columns) {
  const std::size_t used = std::accumulate(widths.begin(), widths.end(), 2 * (widths.size() - 1));
  const std::string gap(used <= table_columns ? 2 : 1, ' ');
  std::string line;
  for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
    line += columns[i].is_text ? pad_right(cells[i], widths[i]) : pad_left(cells[i], widths[i]);
    line += gap;
  }
  return line;
}

std::string in_lower_case(std::string name) {
  name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
  return name;
}

}  // namespace

std::string render_table(const FileComparison& comparison, Style style) {
  const Document document = document_of(comparison);
  std::string text;
  for (const auto& [name, value] : document.facts) {
    text += wrap(clean_line(in_lower_case(name) + ": " + value), table_columns, 2);
  }
  text += '\n';
  Cells cells = cells_of(document);
  const std::vector<std::size_t> widths = widths_of(cells);
  text += aligned(cells.front(), widths, document.columns) + cells.front().back() + '\n';
  for (std::size_t i = 0; i < comparison.rows.size(); ++i) {
    const ComparedRow& row = comparison.rows[i];
    std::vector<std::string>& line = cells[i + 1];
    // An executor is named once, above its rows of other files.
    if (i > 0 && row.executor == comparison.rows[i - 1].executor) line.front().clear();
    const std::string_view colour = style.colour ? colour_of(row) : "";
    text += aligned(line, widths, document.columns);
    text += colour;
    text += line.back();
    if (!colour.empty()) text += plain;
    text += '\n';
  }
  text += '\n';
  for (const std::string& note : document.notes) text += wrap("note: " + note, table_columns, 6);
  return document.conclusion.empty() ? text : text + '\n' + wrap(document.conclusion, table_columns, 0);
}

}  // namespace overlap
