// Documents in Markdown.
#include "src/report/document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>

#include "src/base/text.hpp"

namespace overlap {

std::string unbroken(std::string_view header) {
  std::string text(header);
  if (const std::size_t at = text.find(soft_hyphen); at != std::string::npos) text.erase(at, soft_hyphen.size());
  return text;
}

std::string markdown_of(const Document& document) {
  std::string text;
  for (const auto& [name, value] : document.facts)
    text += markdown_escaped(name) + ": " + markdown_escaped(value) + "\n\n";
  std::string rule = "|";
  text += "|";
  for (const Document::Column& column : document.columns) {
    text += " " + markdown_escaped(unbroken(column.header)) + " |";
    rule += column.is_text ? " :--- |" : " ---: |";
  }
  text += "\n" + rule + "\n";
  for (const Document::Line& line : document.lines) {
    text += "|";
    for (const Document::Cell& cell : line.cells) {
      const std::string details = cell.details.empty() ? "" : fmt::format(" ({})", fmt::join(cell.details, "; "));
      text += " " + markdown_escaped(cell.text + details) + " |";
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
