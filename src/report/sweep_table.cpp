// A sweep as a table for terminals.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "src/report/lines.hpp"
#include "src/report/sweep_lines.hpp"
#include "src/report/sweep_report.hpp"
#include "src/report/text.hpp"

namespace overlap {
namespace {

constexpr std::size_t gap = 2;

using Line = std::vector<std::string>;

std::vector<Line> cell_lines(const Sweep& sweep) {
  std::vector<Line> lines;
  for (const SweepCell& cell : sweep.cells) lines.push_back(sweep_cells(sweep, cell));
  return lines;
}

/// Widths of the columns, the widest made narrower until all fit a terminal.
std::vector<std::size_t> widths_of(const Line& header, const std::vector<Line>& lines) {
  std::vector<std::size_t> widths;
  for (const std::string& name : header) widths.push_back(display_width(name));
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], display_width(line[i]));
  }
  std::size_t sum = gap * (widths.size() - 1);
  for (const std::size_t width : widths) sum += width;
  for (; sum > table_columns; --sum) --*std::max_element(widths.begin(), widths.end());
  return widths;
}

/// Names to the left, figures to the right.
std::string draw(const Line& line, const std::vector<std::size_t>& widths, std::size_t axes, std::string_view colour,
                 std::size_t first_coloured, std::size_t last_coloured) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool is_figure = i == axes + 1 || i == axes + 3;
    const std::string cell = clip(line[i], widths[i]);
    std::string padded = is_figure ? pad_left(cell, widths[i]) : pad_right(cell, widths[i]);
    if (i + 1 == line.size()) padded.erase(padded.find_last_not_of(' ') + 1);
    if (i > 0) text += std::string(gap, ' ');
    const bool coloured = !colour.empty() && i >= first_coloured && i <= last_coloured;
    text += coloured ? std::string(colour) + padded + std::string(plain) : padded;
  }
  return text + '\n';
}

}  // namespace

std::string render_table(const Sweep& sweep, Style style) {
  const Line header = sweep_header(sweep);
  const std::vector<Line> lines = cell_lines(sweep);
  const std::vector<std::size_t> widths = widths_of(header, lines);
  const std::size_t axes = sweep.axes.size();

  std::string text = wrap("sweep: " + sweep_line(sweep), table_columns, 2);
  if (!sweep.cells.empty()) text += wrap("machine: " + machine_line(sweep.cells.front().results), table_columns, 2);
  text += '\n' + draw(header, widths, axes, style.colour ? bold : "", 0, header.size());
  for (const Line& line : lines) text += draw(line, widths, axes, style.colour ? bold_green : "", axes, axes);
  text += '\n';
  for (const std::string& note : sweep_notes(sweep)) text += wrap("note: " + note, table_columns, 6);
  const std::string summary = sweep_summary(sweep);
  return summary.empty() ? text : text + '\n' + wrap(summary, table_columns, 0);
}

}  // namespace overlap
