// One door to a sweep's formats.
#include "src/report/sweep_report.hpp"

#include <stdexcept>

namespace overlap {

std::string render_sweep(const Sweep& sweep, Format format, Style style) {
  switch (format) {
    case Format::table:
      return render_sweep_table(sweep, style);
    case Format::markdown:
      return render_sweep_markdown(sweep);
    case Format::csv:
      return render_sweep_csv(sweep);
    case Format::json:
      return render_sweep_json(sweep);
  }
  throw std::logic_error("no such format");
}

}  // namespace overlap
