// Rounding and units.
#include "src/base/units.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace overlap {
namespace {

constexpr std::string_view not_a_figure = "–";
// A figure of three digits rounds up to the next unit from here on.
constexpr double next_unit = 999.5;

struct TimeUnit {
  double seconds;
  std::string_view name;
};

constexpr std::array<TimeUnit, 4> small_units = {{{1e-9, "ns"}, {1e-6, "µs"}, {1e-3, "ms"}, {1.0, "s"}}};
constexpr TimeUnit minute{60.0, "min"};
constexpr TimeUnit hour{3600.0, "h"};
// Both after rounding to seconds: 119.6 s is "2 min 00 s".
constexpr double first_minutes = 119.5;
constexpr double first_hours = 3599.5;

std::string three_digits(double value) {
  const double magnitude = std::abs(value);
  int decimals = 0;
  for (double limit = 99.95; decimals < 6 && magnitude < limit; limit /= 10.0) ++decimals;
  return fmt::format("{:.{}f}", value, decimals);
}

TimeUnit unit_for(double seconds) {
  if (seconds >= first_hours) return hour;
  if (seconds >= first_minutes) return minute;
  for (const TimeUnit& unit : small_units) {
    if (seconds < next_unit * unit.seconds) return unit;
  }
  return small_units.back();
}

std::string in_unit(double seconds, const TimeUnit& unit) {
  return seconds == 0.0 ? "0" : three_digits(seconds / unit.seconds);
}

}  // namespace

std::string format_seconds(double seconds) {
  if (!std::isfinite(seconds)) return std::string(not_a_figure);
  if (seconds == 0.0) return "0 s";
  if (seconds < 0.0) return "-" + format_seconds(-seconds);
  if (seconds >= first_hours) {
    const double minutes = std::round(seconds / 60.0);
    return fmt::format("{:.0f} h {:02.0f} min", std::floor(minutes / 60.0), std::fmod(minutes, 60.0));
  }
  if (seconds >= first_minutes) {
    const double whole = std::round(seconds);
    return fmt::format("{:.0f} min {:02.0f} s", std::floor(whole / 60.0), std::fmod(whole, 60.0));
  }
  const TimeUnit unit = unit_for(seconds);
  return fmt::format("{} {}", in_unit(seconds, unit), unit.name);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

std::string format_seconds_pair(double low, double high, std::string_view between) {
  if (std::isfinite(low) && std::isfinite(high) && low >= 0.0 && high > 0.0) {
    const TimeUnit unit = unit_for(high);
    if (low == 0.0 || low >= 0.001 * unit.seconds) {
      return fmt::format("{}{}{} {}", in_unit(low, unit), between, in_unit(high, unit), unit.name);
    }
  }
  return fmt::format("{}{}{}", format_seconds(low), between, format_seconds(high));
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> names = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= next_unit && unit + 1 < names.size()) {
    value /= 1000.0;
    ++unit;
  }
  return fmt::format("{} {}", three_digits(value), names[unit]);
}

std::string format_ratio(double ratio) {
  constexpr double largest_counted = 1e18;
  if (!std::isfinite(ratio)) return std::string(not_a_figure);
  if (ratio == 0.0) return "0";
  if (ratio < 0.0) return "-" + format_ratio(-ratio);
  if (ratio < 0.001) return "<0.001";
  if (ratio >= largest_counted) return fmt::format("{:.2e}", ratio);
  if (ratio >= next_unit) return format_count(static_cast<std::uint64_t>(std::round(ratio)));
  return three_digits(ratio);
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t left = digits.size(); left > 3;) {
    left -= 3;
    digits.insert(left, ",");
  }
  return digits;
}

}  // namespace overlap
