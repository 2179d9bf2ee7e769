// Elements of SVG, found in text, for tests of charts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace overlap::testing {

/// An element's attributes, and the text right within it or within its title.
struct SvgElement {
  std::map<std::string, std::string> attributes;
  std::string text;

  double number(const std::string& attribute) const { return std::stod(attributes.at(attribute)); }
};

/// The text from `begin` up to `end`, beyond which `begin` is set.
inline std::string take_until(const std::string& text, std::size_t& begin, const std::string& end) {
  const std::size_t at = std::min(text.find(end, begin), text.size());
  std::string taken = text.substr(begin, at - begin);
  begin = std::min(at + end.size(), text.size());
  return taken;
}

/// Of a kind, such as "rect", in their order; with a class, where one is given.
inline std::vector<SvgElement> elements_of(const std::string& svg, const std::string& kind,
                                           const std::string& style = "") {
  std::vector<SvgElement> found;
  const std::string opening = "<" + kind + " ";
  for (std::size_t at = svg.find(opening); at != std::string::npos; at = svg.find(opening, at)) {
    at += opening.size();
    const std::string attributes = take_until(svg, at, ">");
    SvgElement element;
    for (std::size_t begin = 0; attributes.find("=\"", begin) != std::string::npos;) {
      const std::string name = take_until(attributes, begin, "=\"");
      element.attributes[name] = take_until(attributes, begin, "\"");
      while (begin < attributes.size() && attributes[begin] == ' ') ++begin;
    }
    const std::string title = "<title>";
    std::size_t text = svg.compare(at, title.size(), title) == 0 ? at + title.size() : at;
    element.text = take_until(svg, text, "<");
    if (style.empty() || element.attributes["class"] == style) found.push_back(element);
  }
  return found;
}

}  // namespace overlap::testing
