// Round values, and text of SVG.
#include "src/report/chart.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "src/base/text.hpp"
#include "src/report/html.hpp"

namespace overlap {
namespace {

constexpr std::array<double, 3> round_factors{1.0, 2.0, 5.0};

/// Multiples, within [low, high], of the least 1, 2 or 5 times a power of ten of which there are no more than `most`.
std::vector<double> multiples(double low, double high, std::size_t most) {
  if (!(high > low)) return {low};
  const double least_step = (high - low) / static_cast<double>(most);
  const double power = std::pow(10.0, std::floor(std::log10(least_step)));
  double step = 10.0 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= least_step) step = factor * power;
  }
  std::vector<double> values;
  // By a little more than the end, which may be a multiple but for its rounding.
  const double last = std::floor(high / step + 1e-9);
  for (double i = std::ceil(low / step - 1e-9); i <= last; ++i) values.push_back(i * step);
  return values;
}

/// Those of 1, 2 and 5 times a power of ten that lie in [low, high], or the powers alone, or each second one, …: the
/// first that are no more than `most`.
std::vector<double> of_decades(double low, double high, std::size_t most) {
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::ceil(std::log10(high)));
  const auto values_of = [&](auto factors, int decades) {
    std::vector<double> values;
    for (int exponent = first; exponent <= last; exponent += decades) {
      for (const double factor : factors) {
        const double value = factor * std::pow(10.0, exponent);
        if (value >= low * (1.0 - 1e-9) && value <= high * (1.0 + 1e-9)) values.push_back(value);
      }
    }
    return values;
  };
  std::vector<double> values = values_of(round_factors, 1);
  for (int decades = 1; values.size() > most; ++decades) values = values_of(std::array{1.0}, decades);
  return values;
}

std::string_view name_of(Anchor anchor) {
  return anchor == Anchor::start ? "start" : anchor == Anchor::middle ? "middle" : "end";
}

}  // namespace

Scale::Scale(double low, double high, double from, double to, bool may_be_logarithmic)
    : low_(low),
      high_(high),
      from_(from),
      to_(to),
      logarithmic_(may_be_logarithmic && low > 0.0 && high > 10.0 * low) {}

double Scale::operator()(double value) const {
  if (!(high_ > low_)) return 0.5 * (from_ + to_);
  const double share = logarithmic_ ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
  return from_ + share * (to_ - from_);
}

std::vector<double> Scale::ticks(std::size_t most) const {
  return logarithmic_ ? of_decades(low_, high_, most) : multiples(low_, high_, most);
}

std::string tick_seconds(double seconds) {
  constexpr std::array<std::pair<double, std::string_view>, 4> units{
      {{1.0, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}}};
  if (seconds == 0.0) return "0";
  for (const auto& [size, name] : units) {
    // A tick's value may be a rounding below its unit.
    if (seconds >= size * (1.0 - 1e-9)) return fmt::format("{:.6g} {}", seconds / size, name);
  }
  return fmt::format("{:.6g} ns", seconds / units.back().first);
}

std::string series_style(std::size_t i) {
  constexpr std::size_t colours = 8;
  constexpr std::size_t dashes = 3;
  return fmt::format("s{} d{}", i % colours, i / colours % dashes);
}

std::string svg_number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string svg_text(double x, double y, Anchor anchor, std::string_view style, std::string_view text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\" class=\"{}\">{}</text>\n", svg_number(x),
                     svg_number(y), name_of(anchor), style, html_escaped(text));
}

std::string svg_line(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format("<path d=\"M{} {}L{} {}\" class=\"{}\"/>\n", svg_number(x1), svg_number(y1), svg_number(x2),
                     svg_number(y2), style);
}

std::string svg_bar(double x, double y, double width, double height, std::string_view style, std::string_view title) {
  if (!(width > 0.0)) return "";
  return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"><title>{}</title></rect>\n",
                     svg_number(x), svg_number(y), svg_number(width), svg_number(height), style, html_escaped(title));
}

std::string svg_row_name(double y, std::string_view name) {
  return svg_text(rows_left - 10.0, y, Anchor::end, "name", clip(clean_line(name), widest_name));
}

std::string svg_key(double x, const std::vector<std::pair<std::string, std::string>>& styles_and_names) {
  constexpr double y = 12.0;
  constexpr double box = 10.0;
  constexpr double gap = 5.0;
  constexpr double letter = 6.5;  // about, of the charts' font
  std::string key;
  for (const auto& [style, name] : styles_and_names) {
    const std::string shown = clip(clean_line(name), widest_name);
    key += svg_bar(x, y - box + 1.0, box, box, style, name);
    key += svg_text(x + box + gap, y, Anchor::start, "label", shown);
    x += box + gap + letter * static_cast<double>(display_width(shown)) + 3.0 * gap;
  }
  return key;
}

std::string svg_time_axis(const Scale& x, double top, double bottom) {
  constexpr std::size_t most = 7;
  std::string axis;
  for (const double tick : x.ticks(most)) {
    axis += svg_line(x(tick), top, x(tick), bottom, "grid");
    axis += svg_text(x(tick), bottom + line_height, Anchor::middle, "label", tick_seconds(tick));
  }
  return axis;
}

std::string svg_chart(double width, double height, std::string_view description, std::string_view elements) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n{}</svg>\n",
      svg_number(width), svg_number(height), html_escaped(description), elements);
}

}  // namespace overlap
