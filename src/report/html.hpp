// Documents as web pages: a file that needs no other, no script and no network.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/report/document.hpp"

namespace overlap {

/// A picture for a page.
struct Figure {
  std::string title;    ///< what it shows; text
  std::string caption;  ///< how to read it; text
  std::string svg;      ///< an element `svg`, for the page's own styles
};

/// The text on one line, fit to stand between tags or in an attribute.
std::string html_escaped(std::string_view text);

/// HTML5 that is well-formed XML as well, newline-terminated. A figure with neither picture nor caption is left
/// out.
std::string html_of(const Document& document, const std::vector<Figure>& figures);

}  // namespace overlap
