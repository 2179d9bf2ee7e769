// A row's cells, with the range of its repeats.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

Document::Cell cell_of(const Column& column, const Row& row, Judged by) {
  const bool makespan = column.names.front() == "makespan_s";
  if (makespan && row.status != Status::ok) return {std::string(name_of(row.status))};
  Document::Cell cell{format_cell(column, row)};
  if (const auto repeats = repeats_text(row, by); makespan && repeats) {
    cell.detail = repeats->range + (repeats->intervals.empty() ? "" : "; " + repeats->intervals);
  }
  return cell;
}

Document::Mark mark_of(const Row& row, bool best) {
  if (best) return Document::Mark::best;
  if (row.status == Status::failed || row.verified == false) return Document::Mark::wrong;
  return row.status == Status::ok ? Document::Mark::none : Document::Mark::missing;
}

Document document_of(const Results& results) {
  const Judged by = judged_by(results.workload);
  Document document;
  document.facts = {{"Workload", describe(results.workload)}, {"Machine", machine_line(results)}};
  for (const Column& column : columns(by)) {
    const bool is_text = column.names.front() == "executor";
    document.columns.push_back({unbroken(column.header), is_text, std::string(column.meaning)});
  }
  const std::optional<std::size_t> advised = advised_row(results);
  for (std::size_t i = 0; i < results.rows.size(); ++i) {
    const Row& row = results.rows[i];
    document.lines.push_back({{}, mark_of(row, advised == i)});
    for (const Column& column : columns(by)) document.lines.back().cells.push_back(cell_of(column, row, by));
  }
  document.notes = note_lines(results);
  document.explanation = explanation_paragraph(results);
  document.conclusion = results.advice;
  return document;
}

}  // namespace

std::string render_markdown(const Results& results) { return markdown_of(document_of(results)); }

std::string render_html(const Results& results) {
  return html_of(document_of(results), {makespans_figure(results), timelines_figure(results)});
}

}  // namespace overlap
