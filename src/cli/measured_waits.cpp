// A curve is simplified as by Ramer, Douglas and Peucker, but the stretch that is split next is the one with the
// largest area between the curves, not the one with the largest distance: what counts is how long all waits take
// together.
#include "src/cli/measured_waits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include "src/base/errors.hpp"
#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/base/whole_file.hpp"
#include "src/cli/console.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

constexpr std::string_view measured = "measured:";
constexpr std::array<std::string_view, 5> units{"ns", "us", "µs", "ms", "s"};
constexpr std::size_t most_points = 24;
constexpr double largest_share = 0.01;
constexpr std::array<double, 3> tail{0.99, 0.995, 0.999};  // which p99 latencies depend on
constexpr double tail_within = 0.02;

struct MeasuredFile {
  std::string file;
  std::string_view unit;  ///< empty where none is named
};

/// Of "FILE" or "FILE:UNIT".
MeasuredFile named_by(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool has_unit =
      colon != std::string_view::npos && std::find(units.begin(), units.end(), text.substr(colon + 1)) != units.end();
  if (!has_unit) return {std::string(text), {}};
  return {std::string(text.substr(0, colon)), text.substr(colon + 1)};
}

/// Between two points that are kept: the area that their line leaves, in seconds times waits, and the wait farthest
/// off.
struct Stretch {
  std::size_t low = 0;
  std::size_t high = 0;
  double area = 0.0;
  std::size_t farthest = 0;
};

double wait_on_line(std::span<const double> sorted, const Stretch& stretch, std::size_t index) {
  const double slope = (sorted[stretch.high] - sorted[stretch.low]) / static_cast<double>(stretch.high - stretch.low);
  return sorted[stretch.low] + slope * static_cast<double>(index - stretch.low);
}

Stretch stretch_between(std::span<const double> sorted, std::size_t low, std::size_t high) {
  Stretch stretch{low, high, 0.0, low};
  double farthest = -1.0;
  for (std::size_t index = low + 1; index < high; ++index) {
    const double distance = std::abs(sorted[index] - wait_on_line(sorted, stretch, index));
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
  const auto split_at = [&](Stretch& stretch, std::size_t point) {
    const std::size_t high = stretch.high;
    stretch = stretch_between(sorted, stretch.low, point);
    stretches.push_back(stretch_between(sorted, point, high));
  };
  while (stretches.size() + 1 + tail.size() < most_points && area() > enough) {
    Stretch& largest = *std::max_element(stretches.begin(), stretches.end(),
                                         [](const Stretch& a, const Stretch& b) { return a.area < b.area; });
    split_at(largest, largest.farthest);
  }
  for (const double share : tail) {
    const auto point = static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)));
    Stretch& stretch = *std::find_if(stretches.begin(), stretches.end(),
                                     [&](const Stretch& each) { return each.low <= point && point <= each.high; });
    if (std::abs(wait_on_line(sorted, stretch, point) - sorted[point]) > tail_within * sorted[point]) {
      split_at(stretch, point);
    }
  }
  std::vector<std::size_t> points{0};
  points.reserve(stretches.size() + 1);
  for (const Stretch& stretch : stretches) points.push_back(stretch.high);
  std::sort(points.begin(), points.end());
  return points;
}

/// Not by std::stod, which takes no number as small as some that are written.
double to_four_digits(double value) {
  const std::string text = fmt::format("{:.4g}", value);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = line.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(blanks) + 1 - begin);
}

/// A line's time, without blanks before its unit, and without a comment: "12.5ms" of "12.5 ms  # slow".
std::string time_in(std::string_view line) {
  const std::string_view text = trimmed(line.substr(0, line.find('#')));
  const std::size_t blank = text.find_last_of(" \t");
  const bool before_unit =
      blank != std::string_view::npos && std::find(units.begin(), units.end(), text.substr(blank + 1)) != units.end();
  return before_unit ? std::string(trimmed(text.substr(0, blank))) + std::string(text.substr(blank + 1))
                     : std::string(text);
}

/// "12.5", without a unit.
bool is_bare(std::string_view text) { return text.find_first_not_of("0123456789.") == std::string_view::npos; }

struct MeasuredTimes {
  std::vector<double> seconds;
  bool are_bare = true;  ///< all of them
};

MeasuredTimes read_times(std::string_view option, const std::string& file, std::string_view unit) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  const std::string content = content_of_file(fmt::format("{}: {}", option, file), file);
  std::string_view rest = content;
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  MeasuredTimes times;
  std::size_t number = 0;
  for (const std::string_view line : split(rest, '\n')) {
    ++number;
    const std::string time = time_in(line);
    if (time.empty()) continue;
    times.are_bare = times.are_bare && is_bare(time);
    const std::string text = clip(clean_line(time), 40) + std::string(is_bare(time) ? unit : "");
    times.seconds.push_back(parse_duration(fmt::format("{}: {}, line {}", option, file, number), text));
  }
  if (times.seconds.empty()) {
    throw UsageError(fmt::format("{}: {}: there is no time in it; it takes one a line, such as 12.5ms", option, file));
  }
  return times;
}

/// Whoever measured in another unit sees it by the median: few wait for seconds.
void tell_bare_seconds(std::string_view option, const std::string& file, double median_s) {
  constexpr double long_s = 1.0;
  if (median_s < long_s) return;
  print_error(clean_line(fmt::format("overlap: {0}: {1}: its bare numbers are read as seconds, their median is {2}; "
                                     "measured:{1}:ms reads milliseconds, measured:{1}:s says that they are seconds",
                                     option, file, format_seconds(median_s))) +
              "\n");
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

std::string file_of_waits(std::string_view text) {
  return text.starts_with(measured) ? named_by(text.substr(measured.size())).file : std::string();
}

WaitDistribution parse_wait_option(std::string_view option, std::string_view text) {
  if (!text.starts_with(measured)) return parse_wait_or("measured:FILE", option, text);
  const MeasuredFile named = named_by(text.substr(measured.size()));
  if (named.file.empty()) {
    refuse(option, text,
           "measured:FILE or measured:FILE:UNIT, a time a line, of UNIT ns, us, ms or s where they are bare numbers");
  }
  const MeasuredTimes times = read_times(option, named.file, named.unit);
  WaitDistribution wait = distribution_of(times.seconds);
  if (times.are_bare && named.unit.empty()) tell_bare_seconds(option, named.file, wait.quantile(0.5));
  return wait;
}

}  // namespace overlap
