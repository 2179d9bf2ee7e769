// Lanes and areas.
#include "src/report/timelines_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/clock.hpp"
#include "src/base/units.hpp"
#include "src/report/chart.hpp"
#include "src/report/occupancy.hpp"
#include "src/report/steps.hpp"

namespace overlap {
namespace {

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
  Boxes not_begun;
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
    if (place.not_begun_from_ns() < place.wait_begin_ns()) {
      add(not_begun, place.not_begun_from_ns(), place.wait_begin_ns());
    }
    add(waits, place.wait_begin_ns(), step.due_ns);
    add(queues, step.due_ns, step.begin_ns);
    add(computes, step.begin_ns, step.end_ns);
  });
  return not_begun.element("not-begun") + waits.element("wait") + queues.element("queue") + computes.element("compute");
}

/// Stacked, the computing ones at the bottom.
std::string areas_of(const std::vector<Occupancy>& occupancy, const Scale& y, bool at_rate) {
  std::vector<double> below(occupancy.size(), 0.0);
  const double part = (rows_right - rows_left) / static_cast<double>(occupancy.size());
  const auto begin_of = [part](std::size_t i) { return rows_left + part * static_cast<double>(i); };
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
  areas += area(&Occupancy::waiting, "wait");
  return areas + (at_rate ? area(&Occupancy::not_begun, "not-begun") : "");
}

bool has_lanes(const Workload& workload) {
  constexpr std::uint64_t most_requests = 40;
  constexpr std::uint64_t most_steps = 2'000;
  return workload.requests <= most_requests && workload.steps() <= most_steps;
}

/// From T0 to the end of the last finished step; 0 without one.
std::int64_t span_ns(const Workload& workload, const Recording& recording) {
  std::int64_t end_ns = recording.header().t0_ns;
  for_each_finished_step(workload, recording,
                         [&](const StepPlace& place) { end_ns = std::max(end_ns, place.step().end_ns); });
  return end_ns - recording.header().t0_ns;
}

/// A row's part of the timelines: what is drawn, and how high it is.
struct Panel {
  std::string elements;
  double height = 0.0;
};

Panel panel_of(const Workload& workload, const Row& row, std::int64_t span, double top) {
  constexpr double highest = 120.0;
  constexpr double highest_lane = 12.0;
  constexpr std::size_t parts = 220;
  const bool lanes = has_lanes(workload);
  const double height = lanes ? std::min(highest, highest_lane * static_cast<double>(workload.requests)) : highest;
  const double bottom = top + height;
  const Scale x(0.0, to_seconds(span), rows_left, rows_right);
  const auto label = [top](double line, const std::string& text) {
    return svg_text(rows_left - 10.0, top + line * line_height, Anchor::end, "label", text);
  };
  std::string elements = svg_row_name(top + line_height, row.executor);
  elements +=
      label(2.0, row.status == Status::ok ? format_seconds(to_seconds(span)) : std::string(name_of(row.status)));
  elements += svg_time_axis(x, top, bottom);
  if (lanes) {
    elements += lanes_of(workload, *row.recording, x, top, height);
  } else {
    const std::vector<Occupancy> occupancy = occupancy_of(workload, *row.recording, span, parts);
    double most = 1.0;
    for (const Occupancy& each : occupancy) {
      most = std::max(most, each.not_begun + each.waiting + each.queued + each.computing);
    }
    elements += areas_of(occupancy, Scale(0.0, most, bottom, top), workload.has_rate());
    elements += label(3.0, fmt::format("up to {} at once", format_count(static_cast<std::uint64_t>(most + 0.5))));
  }
  return {elements, height + 2.0 * line_height + 10.0};
}

}  // namespace

Figure timelines_figure(const Results& results) {
  const bool at_rate = results.workload.has_rate();
  const std::string_view states =
      at_rate ? "were not begun, waited, queued and computed" : "waited, queued and computed";
  Figure figure{"What overlapped",
                has_lanes(results.workload)
                    ? "A lane for each request, the first at the top. Each row has a time scale of its own."
                    : fmt::format("How many requests {}. Each row has scales of its own.", states),
                ""};
  double top = below_key;
  std::string elements;
  for (const Row& row : results.rows) {
    const std::int64_t span = row.recording ? span_ns(results.workload, *row.recording) : 0;
    if (span == 0) continue;
    const Panel panel = panel_of(results.workload, row, span, top);
    elements += panel.elements;
    top += panel.height;
  }
  if (elements.empty()) {
    if (results.include_steps || results.workload.steps() <= kept_steps) return {};
    figure.caption =
        fmt::format("Of a workload of more than {} steps, which this would be drawn from, --raw keeps them.",
                    format_count(kept_steps));
    return figure;
  }
  std::vector<std::pair<std::string, std::string>> key = {
      {"wait", "waits"}, {"queue", "queues"}, {"compute", "computes"}};
  if (at_rate) key.insert(key.begin(), {"not-begun", "has come in, not begun"});
  figure.svg = svg_chart(chart_width, top, fmt::format("When the requests of each row {}", states),
                         svg_key(rows_left, key) + elements);
  return figure;
}

}  // namespace overlap
