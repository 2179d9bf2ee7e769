// Bars, one below the other, in groups with a name each.
#include "src/report/makespans_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/units.hpp"
#include "src/report/chart.hpp"
#include "src/report/fields.hpp"

namespace overlap {
namespace {

constexpr double bar_height = 14.0;
constexpr double bar_gap = 2.0;
constexpr double group_gap = 8.0;

struct Part {
  double to_s = 0.0;  // from where the part before it ends
  std::string style;
  std::string title;
};

struct Bar {
  std::vector<Part> parts;
  std::optional<Interval> range_s;
  double seconds = 0.0;  // what is written beside it

  double end_s() const { return std::max(parts.back().to_s, range_s ? range_s->high : 0.0); }
};

struct Group {
  std::string name;
  std::vector<Bar> bars;
};

using Keys = std::vector<std::pair<std::string, std::string>>;

std::string draw(const Bar& bar, const Scale& x, double y) {
  const double middle = y + 0.5 * bar_height;
  std::string elements;
  double from_s = 0.0;
  for (const Part& part : bar.parts) {
    elements += svg_bar(x(from_s), y, x(part.to_s) - x(from_s), bar_height, part.style, part.title);
    from_s = part.to_s;
  }
  if (bar.range_s) elements += svg_line(x(bar.range_s->low), middle, x(bar.range_s->high), middle, "mark");
  return elements +
         svg_text(x(bar.end_s()) + 8.0, y + 0.8 * bar_height, Anchor::start, "figure", format_seconds(bar.seconds));
}

std::string chart_of(const std::vector<Group>& groups, const Keys& keys, std::string_view description) {
  double longest_s = 0.0;
  for (const Group& group : groups) {
    for (const Bar& bar : group.bars) longest_s = std::max(longest_s, bar.end_s());
  }
  if (longest_s == 0.0) return "";
  const Scale x(0.0, longest_s, rows_left, rows_right);
  std::string bars;
  double y = below_key;
  for (const Group& group : groups) {
    bars += svg_row_name(y + 0.8 * bar_height, group.name);
    for (const Bar& bar : group.bars) {
      bars += draw(bar, x, y);
      y += bar_height + bar_gap;
    }
    y += group_gap;
  }
  return svg_chart(chart_width, y + 2.0 * line_height, description,
                   svg_key(rows_left, keys) + svg_time_axis(x, below_key, y) + bars);
}

std::string title_of(const Row& row, std::string_view what, double seconds) {
  return fmt::format("{}: {} {}", row.executor, what, format_seconds(seconds));
}

/// A figure of a file may be missing.
double known_or(double seconds, double otherwise) { return std::isfinite(seconds) ? seconds : otherwise; }

Bar makespan_bar_of(const Row& row) {
  const Metrics& metrics = *row.metrics;
  const double bound_s = std::min(known_or(metrics.lower_bound_s, metrics.makespan_s), metrics.makespan_s);
  const double total_s = std::max(known_or(metrics.total_s, metrics.makespan_s), metrics.makespan_s);
  return {{{bound_s, "bound", title_of(row, "bound", bound_s)},
           {metrics.makespan_s, "rest", title_of(row, "above its bound", metrics.makespan_s - bound_s)},
           {total_s, "setup", title_of(row, "setup of a cold start", total_s - metrics.makespan_s)}},
          range_of(row, Judged::makespan),
          metrics.makespan_s};
}

Bar latency_bar_of(const Row& row) {
  const Distribution& latency_s = row.metrics->latency_s;
  const double half_s = std::min(known_or(latency_s.p50, latency_s.p99), latency_s.p99);
  const double all_s = std::max(known_or(latency_s.max, latency_s.p99), latency_s.p99);
  return {{{half_s, "bound", title_of(row, "half of the requests within", half_s)},
           {latency_s.p99, "rest", title_of(row, "99% of the requests within", latency_s.p99)},
           {all_s, "setup", title_of(row, "all of the requests within", all_s)}},
          range_of(row, Judged::latency),
          latency_s.p99};
}

Bar bar_of(const ComparedRow& row, std::size_t file, Judged by) {
  Bar bar;
  bar.seconds = *seconds_of(row, by);
  bar.parts = {{bar.seconds, series_style(file),
                fmt::format("{} in {}: {}", row.executor, row.file, format_seconds(bar.seconds))}};
  bar.range_s = interval_of(row, by);
  return bar;
}

}  // namespace

Figure makespans_figure(const Results& results) {
  const bool by_latency = judged_by(results.workload) == Judged::latency;
  std::vector<Group> groups;
  for (const Row& row : results.rows) {
    if (row.status != Status::ok || !row.metrics) continue;
    groups.push_back({row.executor, {by_latency ? latency_bar_of(row) : makespan_bar_of(row)}});
  }
  if (groups.empty()) return {};
  if (by_latency) {
    return {
        "How long requests took",
        "From a request's arrival to its end. Where a row can't keep up, that grows for as long as requests come in.",
        chart_of(groups, {{"bound", "half of them"}, {"rest", "99%"}, {"setup", "all"}},
                 "Latencies of the rows' requests, as in the table: the median, the 99th percentile and the longest")};
  }
  return {
      "How long each took",
      "The bound is the least makespan that any schedule could reach on the row's lanes. Behind the makespan stands "
      "the setup that came before it, which someone pays who starts cold.",
      chart_of(groups, {{"bound", "bound"}, {"rest", "above its bound"}, {"setup", "setup"}},
               "Makespans of the rows, as in the table, each with its bound and its setup")};
}

Figure makespans_figure(const FileComparison& comparison) {
  std::vector<std::string> files;
  for (const ComparedMachine& machine : comparison.machines) {
    files.insert(files.end(), machine.files.begin(), machine.files.end());
  }
  std::vector<Group> groups;
  for (const ComparedRow& row : comparison.rows) {
    if (!seconds_of(row, comparison.by)) continue;
    if (groups.empty() || groups.back().name != row.executor) groups.push_back({row.executor, {}});
    const auto file = std::find(files.begin(), files.end(), row.file) - files.begin();
    groups.back().bars.push_back(bar_of(row, static_cast<std::size_t>(file), comparison.by));
  }
  if (groups.empty()) return {};
  Keys keys;
  for (std::size_t i = 0; i < files.size(); ++i) keys.emplace_back(series_style(i), files[i]);
  const bool by_latency = comparison.by == Judged::latency;
  return {by_latency ? "How long requests took" : "How long each took",
          fmt::format("A bar for each file, as long as the {}; the line upon it is the 95% interval of the median.",
                      words_of(comparison.by)),
          chart_of(groups, keys, fmt::format("The {} of each executor in each file", words_of(comparison.by)))};
}

}  // namespace overlap
