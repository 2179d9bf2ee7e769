// A row's cells, with the range of its repeats.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/text.hpp"
#include "src/report/advice.hpp"
#include "src/report/document.hpp"
#include "src/report/fields.hpp"
#include "src/report/html.hpp"
#include "src/report/lines.hpp"
#include "src/report/makespans_figure.hpp"
#include "src/report/report.hpp"
#include "src/report/timelines_figure.hpp"

namespace overlap {
namespace {

// The fields whose columns go from a narrow terminal, in this order: first what others imply, last what rows are chosen
// by.
constexpr std::array<std::string_view, 8> first_to_go = {
    "delay_s", "total_s", "concurrency", "latency_s.p50", "peak_memory_bytes", "efficiency", "cpu_s", "parallelism"};

/// The field that stands first in the column by which rows are judged.
std::string_view judged_field(Judged by) { return by == Judged::latency ? "latency_s.p50" : "makespan_s"; }

Document::Column column_of(const Column& column, Judged by) {
  const std::string_view name = column.names.front();
  const auto place = std::find(first_to_go.begin(), first_to_go.end(), name);
  const bool stays = name == judged_field(by);
  return {std::string(column.header), name == "executor", std::string(column.meaning),
          stays ? 0U : static_cast<unsigned>(first_to_go.end() - place)};
}

std::string_view colour_of(std::string_view field, const Row& row, bool best, Judged by) {
  if (best && (field == judged_field(by) || field == "executor")) return bold_green;
  if (field == "verified" && row.verified == false) return bold_red;
  return {};
}

Document::Cell cell_of(const Column& column, const Row& row, bool best, Judged by) {
  const std::string_view name = column.names.front();
  if (name == "makespan_s" && row.status != Status::ok) return {std::string(name_of(row.status))};
  Document::Cell cell{format_cell(column, row), {}, colour_of(name, row, best, by)};
  if (const auto repeats = repeats_text(row, by); name == "makespan_s" && repeats) {
    cell.details.push_back(repeats->range);
    if (!repeats->intervals.empty()) cell.details.push_back(repeats->intervals);
  }
  return cell;
}

Document::Mark mark_of(const Row& row, bool best) {
  if (best) return Document::Mark::best;
  if (row.status == Status::failed || row.verified == false) return Document::Mark::wrong;
  return row.status == Status::ok ? Document::Mark::none : Document::Mark::missing;
}

Document::Line line_of(const Row& row, bool best, const Workload& workload) {
  const Judged by = judged_by(workload);
  Document::Line line{{}, mark_of(row, best)};
  for (const Column& column : columns(by)) line.cells.push_back(cell_of(column, row, best, by));
  if (row.status != Status::ok) {
    const std::string_view colour = row.status == Status::failed ? bold_red : yellow;
    line.spanning = Document::Cell{status_line(row, workload.steps()), {}, colour};
  }
  return line;
}

Document document_of(const Results& results) {
  const Judged by = judged_by(results.workload);
  Document document;
  document.facts = {{"Workload", describe(results.workload)}, {"Machine", machine_line(results)}};
  for (const Column& column : columns(by)) document.columns.push_back(column_of(column, by));
  const std::optional<std::size_t> advised = advised_row(results);
  for (std::size_t i = 0; i < results.rows.size(); ++i) {
    document.lines.push_back(line_of(results.rows[i], advised == i, results.workload));
  }
  document.notes = note_lines(results);
  document.explanation = explanation_paragraph(results);
  document.conclusion = results.advice;
  return document;
}

}  // namespace

std::string render_table(const Results& results, Style style) { return terminal_text_of(document_of(results), style); }

std::string render_markdown(const Results& results) { return markdown_of(document_of(results)); }

std::string render_html(const Results& results) {
  return html_of(document_of(results), {makespans_figure(results), timelines_figure(results)});
}

}  // namespace overlap
