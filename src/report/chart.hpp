// What charts are drawn with: scales, their ticks, and lines of SVG.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace overlap {

// In a chart's units, which are pixels where it is shown in full width.
inline constexpr double chart_width = 960.0;
inline constexpr double line_height = 16.0;
inline constexpr double below_key = 28.0;  ///< where the rest of a chart with a key begins
// Where the time begins and ends in charts that have their rows' names to the left.
inline constexpr double rows_left = 190.0;
inline constexpr double rows_right = chart_width - 80.0;
inline constexpr std::size_t widest_name = 28;  ///< in columns

/// Where values lie on a chart.
class Scale {
 public:
  /// From `low` at `from` to `high` at `to`, which are in the chart's units; logarithmic where both values are above 0
  /// and more than a factor of ten apart, and `may_be_logarithmic`.
  Scale(double low, double high, double from, double to, bool may_be_logarithmic = false);

  double operator()(double value) const;
  bool is_logarithmic() const noexcept { return logarithmic_; }

  /// Values for ticks, at most about `most`, ascending: 1, 2 or 5 times powers of ten. Where there are decades enough,
  /// a logarithmic scale's are powers of ten.
  std::vector<double> ticks(std::size_t most) const;

 private:
  double low_;
  double high_;
  double from_;
  double to_;
  bool logarithmic_;
};

/// A tick's: "0", "50 ms", "2 s", "1500 s".
std::string tick_seconds(double seconds);

/// In the chart's units, to a tenth.
std::string svg_number(double value);

/// The class of the page's styles that the i-th of several series is drawn in: 8 colours, then with dashes.
std::string series_style(std::size_t i);

enum class Anchor { start, middle, end };

// Elements, each newline-terminated. `style` names a class of the page's styles.

std::string svg_text(double x, double y, Anchor anchor, std::string_view style, std::string_view text);
std::string svg_line(double x1, double y1, double x2, double y2, std::string_view style);
/// Nothing where it has no width. `title` is shown where a pointer rests on it.
std::string svg_bar(double x, double y, double width, double height, std::string_view style, std::string_view title);

/// To the left of `rows_left`, cut where it is too wide.
std::string svg_row_name(double y, std::string_view name);

/// A chart's key, at its top from `x` on: a box of each style, and what it stands for.
std::string svg_key(double x, const std::vector<std::pair<std::string, std::string>>& styles_and_names);

/// Seconds at a chart's `bottom`, with lines from there to its `top`.
std::string svg_time_axis(const Scale& x, double top, double bottom);

/// The whole of a chart, whose text for those who don't see it is `description`.
std::string svg_chart(double width, double height, std::string_view description, std::string_view elements);

}  // namespace overlap
