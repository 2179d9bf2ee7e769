// Bars, lanes and areas.
#include "src/report/results_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/clock.hpp"
#include "src/report/chart.hpp"
#include "src/report/fields.hpp"
#include "src/report/lines.hpp"
#include "src/report/occupancy.hpp"
#include "src/report/steps.hpp"
#include "src/report/text.hpp"
#include "src/report/units.hpp"

namespace overlap {
namespace {

constexpr double left = 190.0;
constexpr double right = chart_width - 80.0;
constexpr double bar_height = 14.0;
constexpr double bar_distance = 24.0;
constexpr std::size_t widest_name = 28;

bool is_drawn(const Row& row) { return row.status == Status::ok && row.metrics.has_value(); }

std::string name_at(const Row& row, double y) {
  return svg_text(left - 10.0, y, Anchor::end, "name", clip(clean_line(row.executor), widest_name));
}

/// Of the bar and of what is drawn upon it.
double end_of_bar_s(const Row& row) {
  const auto range = makespan_range(row);
  return std::max({row.metrics->makespan_s, row.metrics->total_s, range ? range->second : 0.0});
}

std::string makespan_bar(const Row& row, const Scale& x, double y) {
  const Metrics& metrics = *row.metrics;
  const double bound_s = std::min(metrics.lower_bound_s, metrics.makespan_s);
  const double top = y - 0.8 * bar_height;
  const auto bar = [&](double from_s, double to_s, std::string_view style, std::string_view what) {
    const std::string title = fmt::format("{}: {} {}", row.executor, what, format_seconds(to_s - from_s));
    return svg_bar(x(from_s), top, x(to_s) - x(from_s), bar_height, style, title);
  };
  std::string bars = bar(0.0, bound_s, "bound", "bound");
  bars += bar(bound_s, metrics.makespan_s, "rest", "above its bound");
  bars += bar(metrics.makespan_s, metrics.total_s, "setup", "setup of a cold start");
  if (const auto range = makespan_range(row)) {
    bars += svg_line(x(range->first), top + 0.5 * bar_height, x(range->second), top + 0.5 * bar_height, "mark");
  }
  return bars + svg_text(x(end_of_bar_s(row)) + 8.0, y, Anchor::start, "figure", format_seconds(metrics.makespan_s));
}

/// Boxes of one style, as one path: a chart can have thousands.
class Boxes {
 public:
  void add(double x, double y, double width, double height) {
    if (width <= 0.0) return;
    constexpr double least = 0.3;  // what took next to no time is seen all the same
    const std::string across = svg_number(std::max(least, width));
    path_ += fmt::format("M{} {}h{}v{}h-{}z", svg_number(x), svg_number(y), across, svg_number(height), across);
  }
  std::string element(std::string_view style) const {
    return path_.empty() ? "" : fmt::format("<path d=\"{}\" class=\"{}\"/>\n", path_, style);
  }

 private:
  std::string path_;
};

std::string lanes_of(const Workload& workload, const Recording& recording, const Scale& x, double top, double height) {
  Boxes waits;
  Boxes queues;
  Boxes computes;
  const double lane = height / static_cast<double>(workload.requests);
  const auto seconds_at = [&](std::int64_t ns) { return to_seconds(ns - recording.header().t0_ns); };
  for_each_finished_step(workload, recording, [&](const StepPlace& place) {
    const double y = top + lane * static_cast<double>(place.request);
    const auto add = [&](Boxes& boxes, std::int64_t begin_ns, std::int64_t end_ns) {
      const double from = x(seconds_at(begin_ns));
      boxes.add(from, y, x(seconds_at(end_ns)) - from, 0.8 * lane);
    };
    const StepRecord& step = place.step();
    add(waits, place.wait_begin_ns(), step.due_ns);
    add(queues, step.due_ns, step.begin_ns);
    add(computes, step.begin_ns, step.end_ns);
  });
  return waits.element("wait") + queues.element("queue") + computes.element("compute");
}

/// Stacked, the computing ones at the bottom.
std::string areas_of(const std::vector<Occupancy>& occupancy, const Scale& y) {
  std::vector<double> below(occupancy.size(), 0.0);
  const double part = (right - left) / static_cast<double>(occupancy.size());
  const auto begin_of = [part](std::size_t i) { return left + part * static_cast<double>(i); };
  const auto area = [&](double Occupancy::*number, std::string_view style) {
    std::string path;
    const auto line_to = [&path](double x, double y_there) {
      path += fmt::format("{}{} {}", path.empty() ? "M" : "L", svg_number(x), svg_number(y_there));
    };
    for (std::size_t i = 0; i < occupancy.size(); ++i) {
      const double above = y(below[i] + occupancy[i].*number);
      line_to(begin_of(i), above);
      line_to(begin_of(i + 1), above);
    }
    for (std::size_t i = occupancy.size(); i-- > 0;) {
      line_to(begin_of(i + 1), y(below[i]));
      line_to(begin_of(i), y(below[i]));
      below[i] += occupancy[i].*number;
    }
    return fmt::format("<path d=\"{}z\" class=\"{}\"/>\n", path, style);
  };
  std::string areas = area(&Occupancy::computing, "compute");
  areas += area(&Occupancy::queued, "queue");
  return areas + area(&Occupancy::waiting, "wait");
}

bool has_lanes(const Workload& workload) {
  constexpr std::uint64_t most_requests = 40;
  constexpr std::uint64_t most_steps = 2'000;
  return workload.requests <= most_requests && workload.steps() <= most_steps;
}

/// A row's part of the timelines: what is drawn, and how high it is.
struct Panel {
  std::string elements;
  double height = 0.0;
};

Panel panel_of(const Workload& workload, const Row& row, double top) {
  constexpr double highest = 120.0;
  constexpr double highest_lane = 12.0;
  constexpr std::size_t parts = 220;
  const double makespan_s = row.metrics->makespan_s;
  const bool lanes = has_lanes(workload);
  const double height = lanes ? std::min(highest, highest_lane * static_cast<double>(workload.requests)) : highest;
  const double bottom = top + height;
  const Scale x(0.0, makespan_s, left, right);
  Panel panel;
  panel.elements = name_at(row, top + line_height) +
                   svg_text(left - 10.0, top + 2.0 * line_height, Anchor::end, "label", format_seconds(makespan_s));
  if (lanes) {
    panel.elements += svg_time_axis(x, top, bottom) + lanes_of(workload, *row.recording, x, top, height);
  } else {
    const auto span_ns = static_cast<std::int64_t>(makespan_s * static_cast<double>(ns_per_s));
    const std::vector<Occupancy> occupancy =
        occupancy_of(workload, *row.recording, std::max<std::int64_t>(1, span_ns), parts);
    double most = 1.0;
    for (const Occupancy& each : occupancy) most = std::max(most, each.waiting + each.queued + each.computing);
    const Scale y(0.0, most, bottom, top);
    panel.elements += svg_time_axis(x, top, bottom) + areas_of(occupancy, y);
    const std::string peak = fmt::format("up to {} at once", format_count(static_cast<std::uint64_t>(most + 0.5)));
    panel.elements += svg_text(left - 10.0, top + 3.0 * line_height, Anchor::end, "label", peak);
  }
  panel.height = height + 2.0 * line_height + 10.0;
  return panel;
}

}  // namespace

Figure makespans_figure(const Results& results) {
  Figure figure{"How long each took",
                "The bound is the least makespan that any schedule could reach on the row's lanes. Behind the makespan "
                "stands the setup that came before it, which someone pays who starts cold.",
                ""};
  double longest_s = 0.0;
  std::size_t bars = 0;
  for (const Row& row : results.rows) {
    if (!is_drawn(row)) continue;
    ++bars;
    longest_s = std::max(longest_s, end_of_bar_s(row));
  }
  if (bars == 0) return figure;
  constexpr double top = below_key;
  const double bottom = top + bar_distance * static_cast<double>(bars);
  const Scale x(0.0, longest_s, left, right);
  std::string elements = svg_key(left, {{"bound", "bound"}, {"rest", "above its bound"}, {"setup", "setup"}});
  elements += svg_time_axis(x, top, bottom);
  double y = top + 0.7 * bar_distance;
  for (const Row& row : results.rows) {
    if (!is_drawn(row)) continue;
    elements += name_at(row, y) + makespan_bar(row, x, y);
    y += bar_distance;
  }
  figure.svg = svg_chart(chart_width, bottom + 2.0 * line_height,
                         "Makespans of the rows, as in the table, each with its bound and its setup", elements);
  return figure;
}

Figure timelines_figure(const Results& results) {
  Figure figure{"What overlapped",
                has_lanes(results.workload)
                    ? "A lane for each request, the first at the top. Each row has a time scale of its own."
                    : "How many requests waited, queued and computed. Each row has scales of its own.",
                ""};
  double top = below_key;
  std::string elements;
  for (const Row& row : results.rows) {
    if (!is_drawn(row) || !row.recording || row.metrics->makespan_s <= 0.0) continue;
    const Panel panel = panel_of(results.workload, row, top);
    elements += panel.elements;
    top += panel.height;
  }
  if (elements.empty()) {
    figure.caption =
        results.include_steps ? "" : "Steps beyond 100,000, which this would be drawn from, are kept with --raw alone.";
    return figure;
  }
  const std::string key = svg_key(left, {{"wait", "waits"}, {"queue", "queues"}, {"compute", "computes"}});
  figure.svg = svg_chart(chart_width, top, "When the requests of each row waited, queued and computed", key + elements);
  return figure;
}

}  // namespace overlap
