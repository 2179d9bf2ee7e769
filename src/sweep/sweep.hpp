// The grid of a sweep: axes with their values, and a point for each combination of them. Pure data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace overlap {

/// A number on axes that have an order, else a name: a wait's, a precision's.
using AxisValue = std::variant<std::uint64_t, std::string>;

struct Axis {
  std::string name;               ///< as its option is called: "size", "compute-slots"
  std::vector<AxisValue> values;  ///< at least one, none twice
};

/// A value of each axis, in the axes' order.
using Point = std::vector<AxisValue>;

/// How a range goes on from a value: times `factor` where that is above 1, else plus `difference`.
struct RangeStep {
  double factor = 2.0;
  std::uint64_t difference = 1;
};

/// More than these are a slip of the pen.
inline constexpr std::uint64_t most_points = 10'000;

/// The values from `low` on, rounded to whole numbers, as far as `high`, none twice; none where `low` is above `high`.
/// Where they are more than most_points, it ends after one that is too many.
std::vector<std::uint64_t> range_values(std::uint64_t low, std::uint64_t high, const RangeStep& step);

/// Every combination, the last axis changing fastest; one empty point where there are no axes. Throws UsageError where
/// they would be more than most_points.
std::vector<Point> points_of(const std::vector<Axis>& axes);

/// As the command line takes it, in the shortest way: "4M", "64Ki", "1500", "uniform:0:1".
std::string text_of(const AxisValue& value);

/// For people, who need not read it back: the same, but a wait of many percentiles in a few words.
std::string short_text_of(const AxisValue& value);

/// For people: "size 4M, wait none".
std::string describe(const std::vector<Axis>& axes, const Point& point);

/// The axis's name in files: "compute_slots".
std::string key_of(std::string_view axis_name);

}  // namespace overlap
