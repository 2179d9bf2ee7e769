// Documents in Markdown, and for terminals.
#include "src/report/document.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <numeric>

#include "src/base/text.hpp"
#include "src/report/lines.hpp"

namespace overlap {
namespace {

constexpr std::size_t gap = 2;

/// Widths of the columns where there is room for all.
std::vector<std::size_t> widths_of(const Document& document) {
  std::vector<std::size_t> widths;
  for (const Document::Column& column : document.columns) widths.push_back(display_width(clean_line(column.header)));
  for (const Document::Line& line : document.lines) {
    for (std::size_t i = 0; i < line.cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(clean_line(line.cells[i].text)));
    }
  }
  return widths;
}

std::size_t sum_of(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
}

/// Whether all columns are there with texts that can be told from each other.
bool fits(const Document& document, std::size_t columns) {
  constexpr std::size_t enough_for_a_name = 24;
  std::vector<std::size_t> widths = widths_of(document);
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (document.columns[i].is_text) widths[i] = std::min(widths[i], enough_for_a_name);
  }
  return sum_of(widths) <= columns;
}

/// The document without the columns that have to go.
Document narrowed(Document document, Style style) {
  std::vector<std::string> left_out;
  for (std::size_t i = document.columns.size(); i-- > 0 && style.is_narrow() && !fits(document, style.columns);) {
    if (!document.columns[i].may_go) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    const std::string& header = document.columns[i].header;
    if (std::find(left_out.begin(), left_out.end(), header) == left_out.end())
      left_out.insert(left_out.begin(), header);
    document.columns.erase(document.columns.begin() + at);
    for (Document::Line& line : document.lines) line.cells.erase(line.cells.begin() + at);
  }
  if (!left_out.empty()) document.notes.push_back(left_out_line(left_out));
  return document;
}

/// Widths with which the columns fit, as far as there are any.
std::vector<std::size_t> fitted_widths(const Document& document, std::size_t columns) {
  constexpr std::size_t enough_for_a_text = 8;
  std::vector<std::size_t> widths = widths_of(document);
  std::vector<std::size_t> spare(widths.size());
  for (std::size_t sum = sum_of(widths); sum > columns; --sum) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      spare[i] = document.columns[i].is_text ? widths[i] - std::min(widths[i], enough_for_a_text) : 0;
    }
    const bool a_text = std::any_of(spare.begin(), spare.end(), [](std::size_t width) { return width > 0; });
    const std::vector<std::size_t>& of = a_text ? spare : widths;
    const auto widest = static_cast<std::size_t>(std::max_element(of.begin(), of.end()) - of.begin());
    // More columns than a terminal has room for: nothing is gained any more.
    if (widths[widest] <= 1) break;
    --widths[widest];
  }
  return widths;
}

/// Names to the left, figures to the right.
std::string drawn(const std::vector<Document::Cell>& cells, const std::vector<Document::Column>& columns,
                  const std::vector<std::size_t>& widths, Style style) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text_of_cell = clean_line(cells[i].text);
    std::string padded = columns[i].is_text ? pad_right(clip_middle(text_of_cell, widths[i]), widths[i])
                                            : pad_left(clip(text_of_cell, widths[i]), widths[i]);
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

std::string terminal_text_of(const Document& whole, Style style) {
  const Document document = narrowed(whole, style);
  std::string text;
  for (const auto& [name, value] : document.facts) {
    text += wrap(clean_line(in_lower_case(name) + ": " + value), style.columns, 2);
  }
  const std::vector<std::size_t> widths = fitted_widths(document, style.columns);
  std::vector<Document::Cell> header;
  for (const Document::Column& column : document.columns) header.push_back({column.header, {}, bold});
  text += '\n' + drawn(header, document.columns, widths, style);
  for (const Document::Line& line : document.lines) text += drawn(line.cells, document.columns, widths, style);
  text += '\n';
  for (const std::string& note : document.notes) text += wrap("note: " + clean_line(note), style.columns, 6);
  for (const std::string* paragraph : {&document.explanation, &document.conclusion}) {
    if (!paragraph->empty()) text += '\n' + wrap(clean_line(*paragraph), style.columns, 0);
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
