// Lines over an axis.
#include "src/report/sweep_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/report/chart.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

constexpr double left = 80.0;
constexpr double right = chart_width - 230.0;  // where the names of the executors begin
constexpr double top = 20.0;
constexpr double bottom = 320.0;
constexpr std::size_t most_charts = 24;

/// An executor's times in a cell.
struct Sample {
  double x = 0.0;
  double low_s = 0.0;
  double median_s = 0.0;
  double high_s = 0.0;
  std::string where;
};

using Series = std::map<std::string, std::vector<Sample>>;

bool are_numbers(const std::vector<AxisValue>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](const AxisValue& value) { return std::holds_alternative<std::uint64_t>(value); });
}

/// The axis that goes to the right.
struct XAxis {
  std::size_t index = 0;
  std::vector<AxisValue> values;
  bool numbers = false;

  double at(const AxisValue& value) const {
    if (numbers) return static_cast<double>(std::get<std::uint64_t>(value));
    return static_cast<double>(std::find(values.begin(), values.end(), value) - values.begin());
  }
};

/// All that the axis has, and where they are not listed those of the cells.
std::vector<AxisValue> values_on(const Sweep& sweep, std::size_t index) {
  std::vector<AxisValue> values = sweep.axes[index].values;
  if (values.empty()) {
    for (const SweepCell& cell : sweep.cells) values.push_back(cell.point[index]);
  }
  if (are_numbers(values)) std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// The first of those with the most numbers, or the first.
XAxis x_axis_of(const Sweep& sweep) {
  XAxis best{0, values_on(sweep, 0), false};
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    std::vector<AxisValue> values = values_on(sweep, i);
    const bool numbers = are_numbers(values);
    if (numbers && (!best.numbers || values.size() > best.values.size())) best = {i, std::move(values), true};
  }
  return best;
}

std::optional<Sample> sample_of(const Row& row, Judged by) {
  if (row.status != Status::ok) return std::nullopt;
  const std::vector<double> seconds = samples_of(row, by);
  if (seconds.empty()) return std::nullopt;
  const Interval range = range_of(seconds);
  return Sample{0.0, range.low, seconds_of(row, by), range.high, ""};
}

/// The sweep's executors, in the order in which they come: each has the same look in all charts.
std::vector<std::string> executors_of(const Sweep& sweep) {
  std::vector<std::string> executors;
  for (const SweepCell& cell : sweep.cells) {
    for (const Row& row : cell.results.rows) {
      if (row.status == Status::ok && std::find(executors.begin(), executors.end(), row.executor) == executors.end()) {
        executors.push_back(row.executor);
      }
    }
  }
  return executors;
}

std::string line_of(const std::vector<Sample>& samples, const Scale& x, const Scale& y, std::size_t executor) {
  std::string path;
  std::string ranges;
  std::string points;
  for (const Sample& sample : samples) {
    const std::string at = fmt::format("{} {}", svg_number(x(sample.x)), svg_number(y(sample.median_s)));
    path += (path.empty() ? "M" : "L") + at;
    if (sample.high_s > sample.low_s) {
      ranges += fmt::format("M{0} {1}L{0} {2}", svg_number(x(sample.x)), svg_number(y(sample.low_s)),
                            svg_number(y(sample.high_s)));
    }
    points += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"3\" class=\"{}\"><title>{}</title></circle>\n",
                          svg_number(x(sample.x)), svg_number(y(sample.median_s)), series_style(executor),
                          html_escaped(sample.where));
  }
  return fmt::format("<path d=\"{}{}\" class=\"{} series\"/>\n{}", path, ranges, series_style(executor), points);
}

/// The names of the executors that are drawn, beside their looks.
std::string legend_of(const Series& series, const std::vector<std::string>& executors) {
  constexpr double sample_width = 24.0;
  std::string legend;
  double y = top + line_height;
  for (std::size_t i = 0; i < executors.size(); ++i) {
    if (!series.contains(executors[i])) continue;
    const std::string row_y = svg_number(y - 4.0);
    legend += fmt::format("<path d=\"M{} {}h{}\" class=\"{} series\"/>\n", svg_number(right + 20.0), row_y,
                          svg_number(sample_width), series_style(i));
    legend +=
        svg_text(right + 28.0 + sample_width, y, Anchor::start, "name", clip(clean_line(executors[i]), widest_name));
    y += 1.25 * line_height;
  }
  return legend;
}

/// The values below the chart, without those that there is no room for.
std::string x_ticks(const XAxis& axis, const Scale& x) {
  constexpr double letter = 7.0;
  std::string ticks;
  double free = 0.0;
  for (const AxisValue& value : axis.values) {
    const std::string text = short_text_of(value);
    const double at = x(axis.at(value));
    const double half = 0.5 * letter * static_cast<double>(display_width(text));
    ticks += svg_line(at, bottom, at, bottom + 4.0, "grid");
    if (at - half < free) continue;
    ticks += svg_text(at, bottom + 4.0 + line_height, Anchor::middle, "label", text);
    free = at + half + letter;
  }
  return ticks;
}

std::string y_ticks(const Scale& y) {
  constexpr std::size_t most = 8;
  std::string ticks;
  for (const double tick : y.ticks(most)) {
    ticks += svg_line(left, y(tick), right, y(tick), "grid");
    ticks += svg_text(left - 8.0, y(tick) + 4.0, Anchor::end, "label", tick_seconds(tick));
  }
  return ticks;
}

std::string break_even_mark(const Sweep& sweep, const XAxis& axis, const Scale& x) {
  if (!sweep.break_even || !sweep.break_even->search.value || !axis.numbers) return "";
  const std::uint64_t value = *sweep.break_even->search.value;
  const double at = x(static_cast<double>(value));
  return svg_line(at, top, at, bottom, "mark") +
         svg_text(at - 6.0, top + 12.0, Anchor::end, "name", "from " + text_of(AxisValue(value)) + " on");
}

/// The limit of a search.
std::string limit_mark(const Sweep& sweep, const Scale& y) {
  if (!sweep.highest) return "";
  const double at = y(sweep.highest->within_s);
  return svg_line(left, at, right, at, "mark") +
         svg_text(left + 6.0, at - 6.0, Anchor::start, "name", "within " + format_seconds(sweep.highest->within_s));
}

std::string chart_of(const Sweep& sweep, const XAxis& axis, const Series& series,
                     const std::vector<std::string>& executors) {
  double least_s = 0.0;
  double most_s = 0.0;
  for (const auto& [name, samples] : series) {
    for (const Sample& sample : samples) {
      least_s = most_s == 0.0 ? sample.low_s : std::min(least_s, sample.low_s);
      most_s = std::max(most_s, sample.high_s);
    }
  }
  if (sweep.highest) {
    least_s = std::min(least_s, sweep.highest->within_s);
    most_s = std::max(most_s, sweep.highest->within_s);
  }
  constexpr double room = 1.15;
  const Scale logarithmic(least_s / room, most_s * room, bottom, top, true);
  const Scale y = logarithmic.is_logarithmic() ? logarithmic : Scale(0.0, most_s, bottom, top);
  const Scale x(axis.at(axis.values.front()), axis.at(axis.values.back()), left + 20.0, right - 20.0, axis.numbers);
  std::string elements = y_ticks(y) + x_ticks(axis, x) + break_even_mark(sweep, axis, x) + limit_mark(sweep, y);
  for (std::size_t i = 0; i < executors.size(); ++i) {
    if (const auto found = series.find(executors[i]); found != series.end()) {
      elements += line_of(found->second, x, y, i);
    }
  }
  elements += legend_of(series, executors);
  const std::string& name = sweep.axes[axis.index].name;
  elements += svg_text(0.5 * (left + right), bottom + 6.0 + 2.25 * line_height, Anchor::middle, "name", name);
  const double legend_end = top + 1.25 * line_height * static_cast<double>(series.size() + 1);
  return svg_chart(chart_width, std::max(bottom + 3.0 * line_height, legend_end),
                   fmt::format("{} of each executor over {}", words_of(judged(sweep)), name), elements);
}

/// The point without its value on the x axis.
Point others_of(const Point& point, std::size_t x_index) {
  Point others = point;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(x_index));
  return others;
}

struct Group {
  Point others;
  Series series;
};

std::vector<Group> groups_of(const Sweep& sweep, const XAxis& axis) {
  std::vector<Group> groups;
  std::map<Point, std::size_t> places;
  for (const SweepCell& cell : sweep.cells) {
    const Point others = others_of(cell.point, axis.index);
    const std::size_t place = places.try_emplace(others, groups.size()).first->second;
    if (place == groups.size()) groups.push_back({others, {}});
    for (const Row& row : cell.results.rows) {
      std::optional<Sample> sample = sample_of(row, judged(sweep));
      if (!sample) continue;
      sample->x = axis.at(cell.point[axis.index]);
      sample->where =
          fmt::format("{}: {}: {}", row.executor, describe(sweep.axes, cell.point), format_seconds(sample->median_s));
      groups[place].series[row.executor].push_back(*std::move(sample));
    }
  }
  for (Group& group : groups) {
    for (auto& [name, samples] : group.series) {
      std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.x < b.x; });
    }
  }
  return groups;
}

}  // namespace

std::vector<Figure> sweep_figures(const Sweep& sweep) {
  std::vector<Figure> figures;
  if (sweep.cells.empty() || sweep.axes.empty()) return figures;
  const XAxis axis = x_axis_of(sweep);
  std::vector<Axis> other_axes = sweep.axes;
  other_axes.erase(other_axes.begin() + static_cast<std::ptrdiff_t>(axis.index));
  const std::vector<std::string> executors = executors_of(sweep);
  const std::vector<Group> groups = groups_of(sweep, axis);
  for (const Group& group : groups) {
    if (figures.size() == most_charts) break;
    if (group.series.empty()) continue;
    std::string title = fmt::format("{} over {}", words_of(judged(sweep)), sweep.axes[axis.index].name);
    if (!other_axes.empty()) title += ": " + describe(other_axes, group.others);
    figures.push_back({title, "Lines go through the medians of the repeats; upright, from the least to the largest.",
                       chart_of(sweep, axis, group.series, executors)});
  }
  if (groups.size() > figures.size() && figures.size() == most_charts) {
    figures.back().caption += fmt::format(" {} more are not drawn.", groups.size() - most_charts);
  }
  return figures;
}

}  // namespace overlap
