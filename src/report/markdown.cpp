// The same table in GitHub's Markdown.
#include <string>
#include <string_view>
#include <vector>

#include "src/report/fields.hpp"
#include "src/report/lines.hpp"
#include "src/report/report.hpp"
#include "src/report/text.hpp"
#include "src/report/units.hpp"

namespace overlap {
namespace {

std::string unbroken(std::string_view header) {
  constexpr std::string_view soft_hyphen = "\u00AD";
  std::string text(header);
  if (const std::size_t at = text.find(soft_hyphen); at != std::string::npos) text.erase(at, soft_hyphen.size());
  return text;
}

std::string cell_of(const Column& column, const Row& row) {
  const bool makespan = column.names.front() == "makespan_s";
  if (makespan && row.status != Status::ok) return std::string(name_of(row.status));
  std::string cell = format_cell(column, row);
  if (const auto repeats = repeats_text(row); makespan && repeats) {
    cell += " (" + repeats->range + (repeats->intervals.empty() ? "" : "; " + repeats->intervals) + ")";
  }
  return cell;
}

}  // namespace

std::string render_markdown(const Results& results) {
  std::string text = "Workload: " + markdown_escaped(describe(results.workload)) + "\n\n";
  text += "Machine: " + markdown_escaped(machine_line(results)) + "\n\n";
  std::string rule = "|";
  text += "|";
  for (const Column& column : columns()) {
    text += " " + unbroken(column.header) + " |";
    rule += column.names.front() == "executor" ? " :--- |" : " ---: |";
  }
  text += "\n" + rule + "\n";
  for (const Row& row : results.rows) {
    text += "|";
    for (const Column& column : columns()) text += " " + markdown_escaped(cell_of(column, row)) + " |";
    text += "\n";
  }
  const std::vector<std::string> notes = note_lines(results);
  if (!notes.empty()) text += "\n";
  for (const std::string& note : notes) text += "- " + markdown_escaped(note) + "\n";
  if (!results.explanation.empty()) text += "\n" + markdown_escaped(explanation_paragraph(results)) + "\n";
  if (!results.advice.empty()) text += "\n" + markdown_escaped(results.advice) + "\n";
  return text;
}

}  // namespace overlap
