// The table for terminals.
#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/text.hpp"
#include "src/report/advice.hpp"
#include "src/report/fields.hpp"
#include "src/report/lines.hpp"
#include "src/report/report.hpp"

namespace overlap {
namespace {

constexpr std::size_t least_executor_columns = 8;
/// A longer name of an executor is cut before a column is left out for it.
constexpr std::size_t enough_executor_columns = 24;

std::string coloured(std::string text, std::string_view colour, Style style) {
  if (!style.colour || colour.empty() || text.empty()) return text;
  return std::string(colour) + text + std::string(plain);
}

// A header in two lines, the lower one first in use.
std::array<std::string, 2> broken_header(std::string_view header) {
  if (const std::size_t at = header.find(soft_hyphen); at != std::string_view::npos) {
    return {std::string(header.substr(0, at)) + "-", std::string(header.substr(at + soft_hyphen.size()))};
  }
  if (const std::size_t at = header.find(' '); at != std::string_view::npos) {
    return {std::string(header.substr(0, at)), std::string(header.substr(at + 1))};
  }
  return {"", std::string(header)};
}

struct Cell {
  std::string text;
  std::string_view colour;
};

// One line of the table: a cell for each column; or the executor's and a text across all others; or, below a row, the
// makespan's, which may reach into the executor's column, and a text across all columns after it.
struct Line {
  enum class Kind { cells, spanning, makespan };
  std::vector<Cell> cells;
  Kind kind = Kind::cells;
};

struct Layout {
  std::vector<std::size_t> widths;
  std::size_t gap = 2;

  std::size_t columns() const {
    std::size_t sum = gap * (widths.size() - 1);
    for (const std::size_t width : widths) sum += width;
    return sum;
  }
};

Layout lay_out(const std::vector<Line>& lines, std::size_t columns) {
  Layout layout{std::vector<std::size_t>(lines.front().cells.size(), 0)};
  for (const Line& line : lines) {
    if (line.kind == Line::Kind::makespan) continue;
    const std::size_t sized = line.kind == Line::Kind::spanning ? 1 : line.cells.size();
    for (std::size_t i = 0; i < sized; ++i) {
      layout.widths[i] = std::max(layout.widths[i], display_width(line.cells[i].text));
    }
  }
  if (layout.columns() > columns) layout.gap = 1;
  if (layout.columns() > columns) {
    const std::size_t excess = layout.columns() - columns;
    std::size_t& executor = layout.widths.front();
    executor = std::max(least_executor_columns, executor > excess ? executor - excess : 0);
  }
  return layout;
}

// Whether the rows' names can be told from each other, and all else is there in full.
bool fits(const std::vector<Line>& lines, std::size_t columns) {
  const std::size_t whole = lay_out(lines, std::numeric_limits<std::size_t>::max()).widths.front();
  const Layout layout = lay_out(lines, columns);
  return layout.columns() <= columns && layout.widths.front() >= std::min(whole, enough_executor_columns);
}

// The fields whose columns a narrow table leaves out, in this order: first what others imply, last what rows are
// chosen by.
constexpr std::array<std::string_view, 8> first_left_out = {
    "delay_s", "total_s", "concurrency", "latency_s.p50", "peak_memory_bytes", "efficiency", "cpu_s", "parallelism"};

// A line that grows by texts which end at given columns.
class Writer {
 public:
  explicit Writer(Style style) : style_(style) {}

  void put(const std::string& text, std::size_t end_column, std::string_view colour) {
    if (text.empty()) return;
    const std::size_t begin = end_column - std::min(end_column, display_width(text));
    line_ += std::string(begin - std::min(begin, used_), ' ') + coloured(text, colour, style_);
    used_ = end_column;
  }
  std::string line() const { return line_ + '\n'; }

 private:
  Style style_;
  std::string line_;
  std::size_t used_ = 0;
};

std::string draw(const Line& line, const Layout& layout, Style style) {
  const auto room_after = [&](std::size_t end) { return style.columns - std::min(style.columns, end + layout.gap); };
  Writer writer(style);
  std::size_t end = layout.widths[0];
  if (line.kind == Line::Kind::makespan) {
    end += layout.gap + layout.widths[1];
    writer.put(line.cells[0].text, end, line.cells[0].colour);
    const std::size_t width = display_width(line.cells[1].text);
    if (width <= room_after(end)) writer.put(line.cells[1].text, end + layout.gap + width, line.cells[1].colour);
    return writer.line();
  }
  const std::string executor = clip_middle(line.cells[0].text, end);
  writer.put(executor, display_width(executor), line.cells[0].colour);
  if (line.kind == Line::Kind::spanning) {
    const std::string text = clip(line.cells[1].text, room_after(end));
    writer.put(text, end + layout.gap + display_width(text), line.cells[1].colour);
    return writer.line();
  }
  for (std::size_t i = 1; i < line.cells.size(); ++i) {
    end += layout.gap + layout.widths[i];
    writer.put(line.cells[i].text, end, line.cells[i].colour);
  }
  return writer.line();
}

void add_header(std::vector<Line>& lines, const std::vector<Column>& columns) {
  Line upper;
  Line lower;
  for (const Column& column : columns) {
    const auto [first, second] = broken_header(column.header);
    upper.cells.push_back({first, bold});
    lower.cells.push_back({second, bold});
  }
  lines.push_back(std::move(upper));
  lines.push_back(std::move(lower));
}

std::string_view colour_of(const Column& column, const Row& row, bool best, Judged by) {
  const std::string_view name = column.names.front();
  const std::string_view judged = by == Judged::latency ? "latency_s.p50" : "makespan_s";
  if (best && (name == judged || name == "executor")) return bold_green;
  if (name == "verified" && row.verified == false) return bold_red;
  return {};
}

void add_row(std::vector<Line>& lines, const std::vector<Column>& columns, const Row& row, bool best,
             const Workload& workload) {
  if (row.status != Status::ok) {
    const std::string_view colour = row.status == Status::failed ? bold_red : yellow;
    Line line{{{clean_line(row.executor), {}}, {status_line(row, workload.steps()), colour}}, Line::Kind::spanning};
    lines.push_back(std::move(line));
    return;
  }
  const Judged by = judged_by(workload);
  Line line;
  for (const Column& column : columns) {
    line.cells.push_back({clean_line(format_cell(column, row)), colour_of(column, row, best, by)});
  }
  lines.push_back(std::move(line));
  if (const auto repeats = repeats_text(row, by)) {
    lines.push_back({{{repeats->range, {}}, {repeats->intervals, {}}}, Line::Kind::makespan});
  }
}

std::vector<Line> lines_of(const Results& results, const std::vector<Column>& columns) {
  const std::optional<std::size_t> advised = advised_row(results);
  std::vector<Line> lines;
  add_header(lines, columns);
  for (std::size_t i = 0; i < results.rows.size(); ++i) {
    add_row(lines, columns, results.rows[i], advised == i, results.workload);
  }
  return lines;
}

}  // namespace

std::string render_table(const Results& results, Style style) {
  const Judged by = judged_by(results.workload);
  std::vector<Column> shown = columns(by);
  std::vector<Line> lines = lines_of(results, shown);
  std::vector<std::string> left_out;
  for (const std::string_view name : first_left_out) {
    if (!style.is_narrow() || fits(lines, style.columns)) break;
    if (by == Judged::latency && name == "latency_s.p50") continue;
    const auto at =
        std::find_if(shown.begin(), shown.end(), [&](const Column& column) { return column.names.front() == name; });
    left_out.push_back(unbroken(at->header));
    shown.erase(at);
    lines = lines_of(results, shown);
  }
  const Layout layout = lay_out(lines, style.columns);

  std::string text = wrap("workload: " + describe(results.workload), style.columns, 2);
  text += wrap("machine: " + machine_line(results), style.columns, 2) + '\n';
  for (const Line& line : lines) text += draw(line, layout, style);
  std::vector<std::string> notes = note_lines(results);
  if (!left_out.empty()) notes.push_back(left_out_line(left_out));
  if (!notes.empty()) text += '\n';
  for (const std::string& note : notes) text += wrap("note: " + note, style.columns, 6);
  if (!results.explanation.empty()) text += '\n' + wrap(explanation_paragraph(results), style.columns, 0);
  if (!results.advice.empty()) text += '\n' + wrap(clean_line(results.advice), style.columns, 0);
  return text;
}

}  // namespace overlap
