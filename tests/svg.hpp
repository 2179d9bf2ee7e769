// Elements of SVG, found in text, for tests of charts.
#pragma once

#include <map>
#include <regex>
#include <string>
#include <vector>

namespace overlap::testing {

/// An element's attributes, and the text right within it or within its title.
struct SvgElement {
  std::map<std::string, std::string> attributes;
  std::string text;

  double number(const std::string& attribute) const { return std::stod(attributes.at(attribute)); }
};

/// Of a kind, such as "rect", in their order; with a class, where one is given.
inline std::vector<SvgElement> elements_of(const std::string& svg, const std::string& kind,
                                           const std::string& style = "") {
  const std::regex element("<" + kind + " ([^>]*)>(<title>)?([^<]*)");
  const std::regex attribute("([a-z0-9-]+)=\"([^\"]*)\"");
  std::vector<SvgElement> found;
  for (std::sregex_iterator each(svg.begin(), svg.end(), element), end; each != end; ++each) {
    SvgElement one;
    const std::string attributes = (*each)[1];
    for (std::sregex_iterator at(attributes.begin(), attributes.end(), attribute); at != end; ++at) {
      one.attributes[(*at)[1]] = (*at)[2];
    }
    one.text = (*each)[3];
    if (style.empty() || one.attributes["class"] == style) found.push_back(one);
  }
  return found;
}

}  // namespace overlap::testing
