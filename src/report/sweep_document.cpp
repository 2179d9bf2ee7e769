// A sweep for people: what it consists of, its table, and what it found.
#include "src/base/text.hpp"
#include "src/report/document.hpp"
#include "src/report/highest_lines.hpp"
#include "src/report/html.hpp"
#include "src/report/lines.hpp"
#include "src/report/sweep_figures.hpp"
#include "src/report/sweep_lines.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {
namespace {

/// A line for each cell: the fastest executor there, with its lead.
void add_cells(const Sweep& sweep, Document& document) {
  for (const std::string& header : sweep_header(sweep)) {
    const std::size_t place = document.columns.size();
    document.columns.push_back({header, place != sweep.axes.size() + 1 && place != sweep.axes.size() + 3});
  }
  for (const SweepCell& cell : sweep.cells) {
    document.lines.emplace_back();
    for (const std::string& text : sweep_cells(sweep, cell)) document.lines.back().cells.push_back({text});
    document.lines.back().cells[sweep.axes.size()].colour = bold_green;
  }
}

Document document_of(const Sweep& sweep) {
  Document document;
  document.facts = {{"Sweep", sweep_line(sweep)}};
  if (!sweep.cells.empty()) document.facts.emplace_back("Machine", machine_line(sweep.cells.front().results));
  if (sweep.highest) {
    add_highest(sweep, document);
  } else {
    add_cells(sweep, document);
  }
  document.notes = sweep_notes(sweep);
  document.conclusion = sweep_summary(sweep);
  return document;
}

}  // namespace

std::string render_table(const Sweep& sweep, Style style) { return terminal_text_of(document_of(sweep), style); }

std::string render_markdown(const Sweep& sweep) { return markdown_of(document_of(sweep)); }

std::string render_html(const Sweep& sweep) { return html_of(document_of(sweep), sweep_figures(sweep)); }

}  // namespace overlap
