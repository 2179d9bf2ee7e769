// A page's frame, its styles and its table.
#include "src/report/html.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>

#include "src/base/text.hpp"
#include "src/comparison/results.hpp"

namespace overlap {
namespace {

// Colours of the series are those of Okabe and Ito (2008), which people with any kind of colour vision can tell apart,
// with a darker yellow and a grey for black, so that all are seen on a light ground; on a dark one some are lighter.
constexpr std::string_view styles = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #6a737d; --ground: #ffffff; --line: #d5dae0;
  --not-begun: #f5dca0; --wait: #c9d3de; --queue: #e69f00; --compute: #0072b2; --good: #00704f; --bad: #b3261e;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #cc79a7; --s4: #e69f00; --s5: #56b4e9; --s6: #8c7a00; --s7: #666666; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e7ec; --faint: #99a3ae; --ground: #14181d; --line: #333b45; --not-begun: #6e5418; --wait: #3b4856;
    --compute: #4aa3df; --good: #3ecf9d; --bad: #ff8a80; --s0: #4aa3df; --s6: #d8c93a; --s7: #aaaaaa; } }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.2rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
p { margin: .5rem 0; }
.conclusion { font-size: 1.1rem; border-left: .25rem solid var(--good); padding-left: .75rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; margin: 1rem 0; width: 100%; }
th, td { padding: .3rem .4rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
thead th { vertical-align: bottom; }
tbody th, td { font-weight: normal; white-space: nowrap; }
small { display: block; white-space: normal; color: var(--faint); font-weight: normal; }
.text { text-align: left; }
.best th, .best td { font-weight: bold; color: var(--good); }
.wrong th, .wrong td { color: var(--bad); }
.missing th, .missing td { color: var(--faint); }
figure { margin: 2rem 0; }
figcaption { color: var(--faint); font-size: .9rem; margin-bottom: .5rem; }
figcaption strong { display: block; color: var(--ink); font-size: 1.1rem; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .label { fill: var(--faint); }
svg .grid { stroke: var(--line); fill: none; }
svg .mark { stroke: var(--ink); fill: none; }
svg .not-begun { fill: var(--not-begun); } svg .wait { fill: var(--wait); }
svg .queue { fill: var(--queue); } svg .compute { fill: var(--compute); }
svg .bound { fill: var(--compute); } svg .rest { fill: var(--queue); } svg .setup { fill: var(--wait); }
svg .s0 { fill: var(--s0); stroke: var(--s0); } svg .s1 { fill: var(--s1); stroke: var(--s1); }
svg .s2 { fill: var(--s2); stroke: var(--s2); } svg .s3 { fill: var(--s3); stroke: var(--s3); }
svg .s4 { fill: var(--s4); stroke: var(--s4); } svg .s5 { fill: var(--s5); stroke: var(--s5); }
svg .s6 { fill: var(--s6); stroke: var(--s6); } svg .s7 { fill: var(--s7); stroke: var(--s7); }
svg .series { fill: none; stroke-width: 2; } svg .d1 { stroke-dasharray: 6 3; } svg .d2 { stroke-dasharray: 2 3; }
svg circle { stroke: none; }
dl { font-size: .9rem; } dt { font-weight: bold; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
ul { padding-left: 1.25rem; font-size: .9rem; overflow-wrap: anywhere; }
summary { color: var(--faint); font-size: .9rem; cursor: pointer; }
footer { margin-top: 2rem; color: var(--faint); font-size: .85rem; }
)";

std::string_view class_of(Document::Mark mark) {
  switch (mark) {
    case Document::Mark::best:
      return " class=\"best\"";
    case Document::Mark::wrong:
      return " class=\"wrong\"";
    case Document::Mark::missing:
      return " class=\"missing\"";
    default:
      return "";
  }
}

std::string table_of(const Document& document) {
  const auto alignment = [&](std::size_t column) {
    return document.columns[column].is_text ? std::string_view(" class=\"text\"") : std::string_view();
  };
  std::string text = "<div class=\"scroll\">\n<table>\n<thead>\n<tr>";
  for (std::size_t i = 0; i < document.columns.size(); ++i) {
    text +=
        fmt::format("<th scope=\"col\"{}>{}</th>", alignment(i), html_escaped(unbroken(document.columns[i].header)));
  }
  text += "</tr>\n</thead>\n<tbody>\n";
  for (const Document::Line& line : document.lines) {
    text += fmt::format("<tr{}>", class_of(line.mark));
    for (std::size_t i = 0; i < line.cells.size(); ++i) {
      const std::string details = fmt::format("{}", fmt::join(line.cells[i].details, "; "));
      const std::string small = details.empty() ? "" : fmt::format(" <small>{}</small>", html_escaped(details));
      const std::string cell = html_escaped(line.cells[i].text) + small;
      text += i == 0 ? fmt::format("<th scope=\"row\"{}>{}</th>", alignment(i), cell)
                     : fmt::format("<td{}>{}</td>", alignment(i), cell);
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table>\n</div>\n";
}

/// What the columns mean, for those who ask.
std::string meanings_of(const Document& document) {
  std::string meanings;
  for (const Document::Column& column : document.columns) {
    if (column.meaning.empty()) continue;
    meanings +=
        fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_escaped(unbroken(column.header)), html_escaped(column.meaning));
  }
  if (meanings.empty()) return "";
  return "<details>\n<summary>What the columns mean</summary>\n<dl>\n" + meanings + "</dl>\n</details>\n";
}

std::string paragraph(std::string_view attributes, const std::string& text) {
  return text.empty() ? "" : fmt::format("<p{}>{}</p>\n", attributes, html_escaped(text));
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string safe;
  for (const char letter : clean_line(text)) {
    switch (letter) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += letter;
    }
  }
  return safe;
}

std::string html_of(const Document& document, const std::vector<Figure>& figures) {
  const std::string title = document.facts.empty() ? "" : html_escaped(document.facts.front().second);
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>overlap: {0}</title>\n"
      "<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n",
      title, styles);
  page += paragraph(" class=\"conclusion\"", document.conclusion);
  page += table_of(document) + meanings_of(document);
  page += paragraph("", document.explanation);
  for (const Figure& figure : figures) {
    if (figure.svg.empty() && figure.caption.empty()) continue;
    page += fmt::format("<figure>\n<figcaption><strong>{}</strong>{}</figcaption>\n{}</figure>\n",
                        html_escaped(figure.title), html_escaped(figure.caption), figure.svg);
  }
  if (!document.notes.empty()) page += "<h2>Notes</h2>\n<ul>\n";
  for (const std::string& note : document.notes) page += fmt::format("<li>{}</li>\n", html_escaped(note));
  if (!document.notes.empty()) page += "</ul>\n";
  page += "<h2>What was run, and where</h2>\n<dl>\n";
  for (const auto& [name, value] : document.facts) {
    page += fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_escaped(name), html_escaped(value));
  }
  const Tool tool = this_tool();
  page += fmt::format("</dl>\n</main>\n<footer>Written by overlap {} ({})</footer>\n</body>\n</html>\n",
                      html_escaped(tool.version), html_escaped(tool.commit));
  return page;
}

}  // namespace overlap
