// One door to the formats.
#include "src/report/report.hpp"

#include <stdexcept>

namespace overlap {

std::string render(const Results& results, Format format, Style style) {
  switch (format) {
    case Format::table:
      return render_table(results, style);
    case Format::markdown:
      return render_markdown(results);
    case Format::csv:
      return render_csv(results);
    case Format::json:
      return render_json(results);
  }
  throw std::logic_error("no such format");
}

}  // namespace overlap
