// Documents in Markdown, and for terminals.
#include "src/report/document.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <numeric>

#include "src/text.hpp"

namespace overlap {
namespace {

constexpr std::size_t gap = 2;

/// Widths of the columns on a terminal.
std::vector<std::size_t> widths_of(const Document& document) {
  std::vector<std::size_t> widths;
  for (const Document::Column& column : document.columns) widths.push_back(display_width(clean_line(column.header)));
  for (const Document::Line& line : document.lines) {
    for (std::size_t i = 0; i < line.cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(clean_line(line.cells[i].text)));
    }
  }
  std::size_t sum = std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
  for (; sum > table_columns; --sum) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    // More columns than a terminal has room for: nothing is gained any more.
    if (*widest <= 1) break;
    --*widest;
  }
  return widths;
}

/// Names to the left, figures to the right.
std::string drawn(const std::vector<Document::Cell>& cells, const std::vector<Document::Column>& columns,
                  const std::vector<std::size_t>& widths, Style style) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string clipped = clip(clean_line(cells[i].text), widths[i]);
    std::string padded = columns[i].is_text ? pad_right(clipped, widths[i]) : pad_left(clipped, widths[i]);
    if (i + 1 == cells.size()) padded.erase(padded.find_last_not_of(' ') + 1);
    if (i > 0) text += std::string(gap, ' ');
    const bool coloured = style.colour && !cells[i].colour.empty();
    text += coloured ? std::string(cells[i].colour) + padded + std::string(plain) : padded;
  }
  return text + '\n';
}

std::string in_lower_case(std::string name) {
  if (!name.empty()) name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
  return name;
}

}  // namespace

std::string terminal_text_of(const Document& document, Style style) {
  std::string text;
  for (const auto& [name, value] : document.facts) {
    text += wrap(clean_line(in_lower_case(name) + ": " + value), table_columns, 2);
  }
  const std::vector<std::size_t> widths = widths_of(document);
  std::vector<Document::Cell> header;
  for (const Document::Column& column : document.columns) header.push_back({column.header, {}, bold});
  text += '\n' + drawn(header, document.columns, widths, style);
  for (const Document::Line& line : document.lines) text += drawn(line.cells, document.columns, widths, style);
  text += '\n';
  for (const std::string& note : document.notes) text += wrap("note: " + clean_line(note), table_columns, 6);
  for (const std::string* paragraph : {&document.explanation, &document.conclusion}) {
    if (!paragraph->empty()) text += '\n' + wrap(clean_line(*paragraph), table_columns, 0);
  }
  return text;
}

std::string markdown_of(const Document& document) {
  std::string text;
  for (const auto& [name, value] : document.facts)
    text += markdown_escaped(name) + ": " + markdown_escaped(value) + "\n\n";
  std::string rule = "|";
  text += "|";
  for (const Document::Column& column : document.columns) {
    text += " " + markdown_escaped(column.header) + " |";
    rule += column.is_text ? " :--- |" : " ---: |";
  }
  text += "\n" + rule + "\n";
  for (const Document::Line& line : document.lines) {
    text += "|";
    for (const Document::Cell& cell : line.cells) {
      const std::string detail = cell.detail.empty() ? "" : " (" + cell.detail + ")";
      text += " " + markdown_escaped(cell.text + detail) + " |";
    }
    text += "\n";
  }
  if (!document.notes.empty()) text += "\n";
  for (const std::string& note : document.notes) text += "- " + markdown_escaped(note) + "\n";
  for (const std::string* paragraph : {&document.explanation, &document.conclusion}) {
    if (!paragraph->empty()) text += "\n" + markdown_escaped(*paragraph) + "\n";
  }
  return text;
}

}  // namespace overlap
