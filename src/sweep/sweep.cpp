// Ranges, combinations and their names.
#include "src/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "src/base/errors.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
std::vector<std::uint64_t> range_values(std::uint64_t low, std::uint64_t high, const RangeStep& step) {
  std::vector<std::uint64_t> values;
  // Exact for whole factors: a long double holds every 64-bit number.
  const auto last = static_cast<long double>(high);
  for (auto value = static_cast<long double>(low); value <= last && values.size() <= most_points;) {
    const auto rounded = static_cast<std::uint64_t>(std::round(value));
    if (values.empty() || values.back() != rounded) values.push_back(rounded);
    value = step.factor > 1.0 ? value * static_cast<long double>(step.factor)
                              : value + static_cast<long double>(std::max<std::uint64_t>(step.difference, 1));
  }
  return values;
}

std::vector<Point> points_of(const std::vector<Axis>& axes) {
  std::vector<Point> points{{}};
  for (const Axis& axis : axes) {
    if (points.size() * axis.values.size() > most_points) {
      throw UsageError(fmt::format("--axis: the grid has more than {} cells", most_points));
    }
    std::vector<Point> longer;
    for (const Point& point : points) {
      for (const AxisValue& value : axis.values) {
        longer.push_back(point);
        longer.back().push_back(value);
      }
    }
    points = std::move(longer);
  }
  return points;
}

std::string text_of(const AxisValue& value) {
  const auto* count = std::get_if<std::uint64_t>(&value);
  return count != nullptr ? shortest_text(*count) : std::get<std::string>(value);
}

std::string short_text_of(const AxisValue& value) {
  std::string text = text_of(value);
  if (!text.starts_with("percentiles:")) return text;
  try {
    return parse_wait("wait", text).to_short_string();
  } catch (const UsageError&) {
    return text;  // a file's name, say
  }
}

std::string describe(const std::vector<Axis>& axes, const Point& point) {
  std::string text;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", axes[i].name, short_text_of(point[i]));
  }
  return text;
}

std::string key_of(std::string_view axis_name) {
  std::string key(axis_name);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

}  // namespace overlap
