// Bars in groups.
#include "src/report/compare_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "src/report/chart.hpp"
#include "src/report/text.hpp"
#include "src/report/units.hpp"

namespace overlap {
namespace {

constexpr double left = 190.0;
constexpr double right = chart_width - 80.0;
constexpr double bar_height = 14.0;
constexpr double group_gap = 10.0;
constexpr std::size_t widest_name = 28;

/// All files, in the machines' order.
std::vector<std::string> files_of(const FileComparison& comparison) {
  std::vector<std::string> files;
  for (const ComparedMachine& machine : comparison.machines) {
    files.insert(files.end(), machine.files.begin(), machine.files.end());
  }
  return files;
}

double end_of_bar_s(const ComparedRow& row) {
  return std::max(*row.makespan_s, row.makespan_interval_s ? row.makespan_interval_s->high : 0.0);
}

std::string bar_of(const ComparedRow& row, std::size_t file, const Scale& x, double y) {
  const std::string title = fmt::format("{} in {}: {}", row.executor, row.file, format_seconds(*row.makespan_s));
  std::string bar = svg_bar(left, y, x(*row.makespan_s) - left, bar_height, series_style(file), title);
  if (const auto& interval = row.makespan_interval_s) {
    bar += svg_line(x(interval->low), y + 0.5 * bar_height, x(interval->high), y + 0.5 * bar_height, "mark");
  }
  return bar + svg_text(x(end_of_bar_s(row)) + 8.0, y + 0.8 * bar_height, Anchor::start, "figure",
                        format_seconds(*row.makespan_s));
}

}  // namespace

Figure compared_makespans_figure(const FileComparison& comparison) {
  Figure figure{"How long each took", "A bar for each file; the line upon it is the 95% interval of the median.", ""};
  double longest_s = 0.0;
  for (const ComparedRow& row : comparison.rows) {
    if (row.makespan_s) longest_s = std::max(longest_s, end_of_bar_s(row));
  }
  if (longest_s == 0.0) return {};
  const std::vector<std::string> files = files_of(comparison);
  const Scale x(0.0, longest_s, left, right);
  std::string bars;
  std::string last;
  double y = below_key;
  for (const ComparedRow& row : comparison.rows) {
    if (!row.makespan_s) continue;
    if (row.executor != last) {
      if (!last.empty()) y += group_gap;
      const std::string name = clip(clean_line(row.executor), widest_name);
      bars += svg_text(left - 10.0, y + 0.8 * bar_height, Anchor::end, "name", name);
      last = row.executor;
    }
    const auto file = std::find(files.begin(), files.end(), row.file) - files.begin();
    bars += bar_of(row, static_cast<std::size_t>(file), x, y);
    y += bar_height + 2.0;
  }
  std::vector<std::pair<std::string, std::string>> keys;
  for (std::size_t i = 0; i < files.size(); ++i) keys.emplace_back(series_style(i), clip(files[i], widest_name));
  figure.svg = svg_chart(chart_width, y + 2.0 * line_height, "Makespans of each executor in each file",
                         svg_key(left, keys) + svg_time_axis(x, below_key, y) + bars);
  return figure;
}

}  // namespace overlap
