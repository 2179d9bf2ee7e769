// A cell's line, without what a terminal's width asks for.
#include "src/report/sweep_document.hpp"

#include "src/report/html.hpp"
#include "src/report/lines.hpp"
#include "src/report/sweep_figures.hpp"
#include "src/report/sweep_lines.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {

Document document_of(const Sweep& sweep) {
  Document document;
  document.facts = {{"Sweep", sweep_line(sweep)}};
  if (!sweep.cells.empty()) document.facts.emplace_back("Machine", machine_line(sweep.cells.front().results));
  for (const std::string& header : sweep_header(sweep)) {
    const std::size_t place = document.columns.size();
    document.columns.push_back({header, place == sweep.axes.size() || place == sweep.axes.size() + 2});
  }
  for (const SweepCell& cell : sweep.cells) {
    document.lines.emplace_back();
    for (const std::string& text : sweep_cells(sweep, cell)) document.lines.back().cells.push_back({text});
  }
  document.notes = sweep_notes(sweep);
  document.conclusion = sweep_summary(sweep);
  return document;
}

std::string render_markdown(const Sweep& sweep) { return markdown_of(document_of(sweep)); }

std::string render_html(const Sweep& sweep) { return html_of(document_of(sweep), sweep_figures(sweep)); }

}  // namespace overlap
