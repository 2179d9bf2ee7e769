// Documents on terminals: a table in columns, with paragraphs above and below.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/text.hpp"
#include "src/report/document.hpp"
#include "src/report/lines.hpp"

namespace overlap {
namespace {

constexpr std::size_t least_text_columns = 8;
/// A longer name is cut before a column goes for it.
constexpr std::size_t enough_text_columns = 24;

/// A header in two lines where it can be broken, the lower one first in use.
std::array<std::string, 2> header_lines(const std::string& header, bool broken) {
  if (!broken) return {"", unbroken(header)};
  if (const std::size_t at = header.find(soft_hyphen); at != std::string::npos) {
    return {header.substr(0, at) + "-", header.substr(at + soft_hyphen.size())};
  }
  if (const std::size_t at = header.find(' '); at != std::string::npos) {
    return {header.substr(0, at), header.substr(at + 1)};
  }
  return {"", header};
}

struct Layout {
  std::vector<std::size_t> widths;
  bool broken_headers = false;
  std::size_t gap = 2;

  std::size_t columns() const {
    return std::accumulate(widths.begin(), widths.end(),
                           gap * (widths.size() - std::min<std::size_t>(1, widths.size())));
  }
};

/// Where there is room for all.
Layout whole_layout(const Document& document, bool broken_headers) {
  Layout layout{std::vector<std::size_t>(document.columns.size(), 0), broken_headers};
  const auto make_room = [&](std::size_t column, const std::string& text) {
    layout.widths[column] = std::max(layout.widths[column], display_width(text));
  };
  for (std::size_t i = 0; i < document.columns.size(); ++i) {
    for (const std::string& text : header_lines(document.columns[i].header, broken_headers)) make_room(i, text);
  }
  for (const Document::Line& line : document.lines) {
    const std::size_t sized = line.spanning ? 1 : line.cells.size();
    for (std::size_t i = 0; i < sized; ++i) make_room(i, clean_line(line.cells[i].text));
  }
  return layout;
}

/// Whether all columns are there with texts that can be told from each other.
bool fits(const Document& document, std::size_t columns) {
  Layout layout = whole_layout(document, true);
  layout.gap = 1;
  for (std::size_t i = 0; i < layout.widths.size(); ++i) {
    if (document.columns[i].is_text) layout.widths[i] = std::min(layout.widths[i], enough_text_columns);
  }
  return layout.columns() <= columns;
}

/// The document without the columns that have to go.
Document narrowed(Document document, Style style) {
  std::vector<std::string> left_out;
  while (style.is_narrow() && !fits(document, style.columns)) {
    const auto first =
        std::max_element(document.columns.rbegin(), document.columns.rend(),
                         [](const Document::Column& a, const Document::Column& b) { return a.goes < b.goes; });
    if (first == document.columns.rend() || first->goes == 0) break;
    if (std::string header = unbroken(first->header);
        std::find(left_out.begin(), left_out.end(), header) == left_out.end()) {
      left_out.push_back(std::move(header));
    }
    const auto at = document.columns.rend() - first - 1;
    document.columns.erase(document.columns.begin() + at);
    for (Document::Line& line : document.lines) line.cells.erase(line.cells.begin() + at);
  }
  if (!left_out.empty()) document.notes.push_back(left_out_line(left_out));
  return document;
}

/// One in which the columns fit, as far as they can.
Layout fitted_layout(const Document& document, Style style) {
  Layout layout = whole_layout(document, false);
  if (layout.columns() > style.columns) layout = whole_layout(document, true);
  if (layout.columns() > style.columns) layout.gap = 1;
  // Of each column, what can be cut off: first of texts, then of figures.
  const auto narrow = [&](bool texts, std::size_t least) {
    std::vector<std::size_t> spare(layout.widths.size());
    while (layout.columns() > style.columns) {
      for (std::size_t i = 0; i < spare.size(); ++i) {
        const std::size_t width = layout.widths[i];
        spare[i] = document.columns[i].is_text == texts ? width - std::min(width, least) : 0;
      }
      const auto widest = std::max_element(spare.begin(), spare.end());
      if (widest == spare.end() || *widest == 0) return;
      --layout.widths[static_cast<std::size_t>(widest - spare.begin())];
    }
  };
  narrow(true, least_text_columns);
  if (style.is_narrow()) narrow(false, 1);
  return layout;
}

/// A line that grows by texts which begin at given columns.
class Writer {
 public:
  explicit Writer(Style style) : style_(style) {}

  void put(const std::string& text, std::size_t begin, std::string_view colour) {
    if (text.empty()) return;
    line_ += std::string(begin - std::min(begin, used_), ' ');
    line_ += style_.colour && !colour.empty() ? std::string(colour) + text + std::string(plain) : text;
    used_ = begin + display_width(text);
  }
  void put_before(const std::string& text, std::size_t end, std::string_view colour) {
    put(text, end - std::min(end, display_width(text)), colour);
  }
  std::string line() const { return line_ + '\n'; }

 private:
  Style style_;
  std::string line_;
  std::size_t used_ = 0;
};

/// Texts to the left, figures to the right.
std::string drawn(const Document::Line& line, const Document& document, const Layout& layout, Style style) {
  Writer writer(style);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < line.cells.size(); ++i) {
    if (i == 1 && line.spanning) {
      const std::size_t room = style.columns - std::min(style.columns, begin);
      writer.put(clip(clean_line(line.spanning->text), room), begin, line.spanning->colour);
      break;
    }
    const Document::Cell& cell = line.cells[i];
    const std::string text = clean_line(cell.text);
    const std::size_t width = layout.widths[i];
    if (document.columns[i].is_text) {
      writer.put(clip_middle(text, width), begin, cell.colour);
    } else {
      writer.put_before(clip(text, width), begin + width, cell.colour);
    }
    begin += width + layout.gap;
  }
  return writer.line();
}

/// What is said below a line: empty where it has no details.
std::string drawn_details(const Document::Line& line, const Layout& layout, Style style) {
  std::string text;
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.cells.size(); ++i) {
    end += layout.widths[i] + (i > 0 ? layout.gap : 0);
    const std::vector<std::string>& details = line.cells[i].details;
    if (details.empty()) continue;
    Writer writer(style);
    writer.put_before(details.front(), end, {});
    std::size_t begin = end + layout.gap;
    for (std::size_t k = 1; k < details.size(); ++k) {
      if (begin + display_width(details[k]) > style.columns) break;
      writer.put(details[k], begin, {});
      begin += display_width(details[k]) + layout.gap;
    }
    text += writer.line();
  }
  return text;
}

std::string drawn_header(const Document& document, const Layout& layout, Style style) {
  std::string text;
  for (const std::size_t which : {0U, 1U}) {
    Document::Line line;
    for (const Document::Column& column : document.columns) {
      line.cells.push_back({header_lines(column.header, layout.broken_headers)[which], {}, bold});
    }
    const bool is_empty =
        std::all_of(line.cells.begin(), line.cells.end(), [](const Document::Cell& cell) { return cell.text.empty(); });
    if (!is_empty) text += drawn(line, document, layout, style);
  }
  return text;
}

std::string in_lower_case(std::string name) {
  if (!name.empty()) name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
  return name;
}

}  // namespace

std::string terminal_text_of(const Document& whole, Style style) {
  const Document document = narrowed(whole, style);
  const Layout layout = fitted_layout(document, style);
  std::string text;
  for (const auto& [name, value] : document.facts) {
    text += wrap(clean_line(in_lower_case(name) + ": " + value), style.columns, 2);
  }
  text += '\n' + drawn_header(document, layout, style);
  for (const Document::Line& line : document.lines) {
    text += drawn(line, document, layout, style) + drawn_details(line, layout, style);
  }
  if (!document.notes.empty()) text += '\n';
  for (const std::string& note : document.notes) text += wrap("note: " + clean_line(note), style.columns, 6);
  for (const std::string* paragraph : {&document.explanation, &document.conclusion}) {
    if (!paragraph->empty()) text += '\n' + wrap(clean_line(*paragraph), style.columns, 0);
  }
  return text;
}

}  // namespace overlap
