// A curve is simplified as by Ramer, Douglas and Peucker, but the stretch that is split next is the one with the
// largest area between the curves, not the one with the largest distance: what counts is how long all waits take
// together.
#include "src/cli/measured_waits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include "src/errors.hpp"
#include "src/parse.hpp"
#include "src/text.hpp"
#include "src/whole_file.hpp"

namespace overlap {
namespace {

constexpr std::string_view measured = "measured:";
constexpr std::array<std::string_view, 5> units{"ns", "us", "µs", "ms", "s"};
constexpr std::size_t most_points = 24;
constexpr double largest_share = 0.01;

/// Between two points that are kept: the area that their line leaves, in seconds times waits, and the wait farthest
/// off.
struct Stretch {
  std::size_t low = 0;
  std::size_t high = 0;
  double area = 0.0;
  std::size_t farthest = 0;
};

Stretch stretch_between(std::span<const double> sorted, std::size_t low, std::size_t high) {
  Stretch stretch{low, high, 0.0, low};
  const double slope = (sorted[high] - sorted[low]) / static_cast<double>(high - low);
  double farthest = -1.0;
  for (std::size_t index = low + 1; index < high; ++index) {
    const double line = sorted[low] + slope * static_cast<double>(index - low);
    const double distance = std::abs(sorted[index] - line);
    stretch.area += distance;
    if (distance > farthest) {
      farthest = distance;
      stretch.farthest = index;
    }
  }
  return stretch;
}

/// Ascending.
std::vector<std::size_t> points_of(std::span<const double> sorted) {
  const double enough = largest_share * std::accumulate(sorted.begin(), sorted.end(), 0.0);
  std::vector<Stretch> stretches{stretch_between(sorted, 0, sorted.size() - 1)};
  const auto area = [&] {
    return std::accumulate(stretches.begin(), stretches.end(), 0.0,
                           [](double sum, const Stretch& each) { return sum + each.area; });
  };
  while (stretches.size() + 1 < most_points && area() > enough) {
    const auto largest = std::max_element(stretches.begin(), stretches.end(),
                                          [](const Stretch& a, const Stretch& b) { return a.area < b.area; });
    const Stretch split = *largest;
    *largest = stretch_between(sorted, split.low, split.farthest);
    stretches.push_back(stretch_between(sorted, split.farthest, split.high));
  }
  std::vector<std::size_t> points{0};
  points.reserve(stretches.size() + 1);
  for (const Stretch& stretch : stretches) points.push_back(stretch.high);
  std::sort(points.begin(), points.end());
  return points;
}

double to_four_digits(double value) { return std::stod(fmt::format("{:.4g}", value)); }

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = line.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(blanks) + 1 - begin);
}

/// "12.5", without a unit.
bool is_bare(std::string_view text) { return text.find_first_not_of("0123456789.") == std::string_view::npos; }

std::vector<double> read_times(std::string_view option, const std::string& file, std::string_view unit) {
  const std::string content = content_of_file(fmt::format("{}: {}", option, file), file);
  std::vector<double> times_s;
  std::size_t number = 0;
  for (const std::string_view whole_line : split(content, '\n')) {
    ++number;
    const std::string_view line = trimmed(whole_line);
    if (line.empty() || line.front() == '#') continue;
    const std::string text = clip(clean_line(line), 40) + std::string(is_bare(line) ? unit : "");
    times_s.push_back(parse_duration(fmt::format("{}: {}, line {}", option, file, number), text));
  }
  if (times_s.empty()) {
    throw UsageError(fmt::format("{}: {}: there is no time in it; it takes one a line, such as 12.5ms", option, file));
  }
  return times_s;
}

}  // namespace

WaitDistribution distribution_of(std::vector<double> waits_s) {
  std::sort(waits_s.begin(), waits_s.end());
  if (waits_s.front() == waits_s.back()) {
    return {WaitDistribution::Kind::constant, to_four_digits(waits_s.front()), 0.0};
  }
  WaitDistribution wait{WaitDistribution::Kind::percentiles, 0.0, 0.0};
  for (const std::size_t point : points_of(waits_s)) {
    const double share = static_cast<double>(point) / static_cast<double>(waits_s.size() - 1);
    const WaitDistribution::Percentile next{std::round(share * 1e6) / 1e4, to_four_digits(waits_s[point])};
    // Of points that are one when rounded, the last one stays.
    if (!wait.percentiles.empty() && wait.percentiles.back().percent == next.percent) wait.percentiles.pop_back();
    wait.percentiles.push_back(next);
  }
  return wait;
}

WaitDistribution parse_wait_option(std::string_view option, std::string_view text) {
  if (!text.starts_with(measured)) return parse_wait_or("measured:FILE", option, text);
  std::string_view file = text.substr(measured.size());
  std::string_view unit = "s";
  const std::size_t colon = file.rfind(':');
  if (colon != std::string_view::npos && std::find(units.begin(), units.end(), file.substr(colon + 1)) != units.end()) {
    unit = file.substr(colon + 1);
    file = file.substr(0, colon);
  }
  if (file.empty()) {
    refuse(option, text,
           "measured:FILE or measured:FILE:UNIT, a time a line, of UNIT ns, us, ms or s where they are bare numbers");
  }
  return distribution_of(read_times(option, std::string(file), unit));
}

}  // namespace overlap
