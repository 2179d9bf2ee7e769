// Planning and guessing.
#include "src/cli/sweep_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "src/base/errors.hpp"
#include "src/base/units.hpp"
#include "src/cli/axes.hpp"
#include "src/metrics/statistics.hpp"
#include "src/sweep/highest.hpp"

namespace overlap {
namespace {

/// The values that a search looks at if it ends at the end of the range, where cells take longest.
std::set<std::uint64_t> longest_search(const SearchOptions& search) {
  const SearchRange& range = search.range;
  std::set<std::uint64_t> values;
  if (std::holds_alternative<HighestOptions>(search.wanted)) {
    find_highest(range, 1, [&](std::uint64_t value, const std::vector<std::size_t>&) {
      values.insert(value);
      return std::vector{std::optional(value < range.high)};
    });
  } else {
    find_break_even(range, [&](std::uint64_t value) {
      values.insert(value);
      return value == range.high ? Lead::second : Lead::first;
    });
  }
  return values;
}

}  // namespace

CellPlan plan_cell(const SweepOptions& options, const Registry& registry, const Point& point,
                   const PlanLimits& limits) {
  PlanOptions plan = options.run.plan;
  for (std::size_t i = 0; i < point.size(); ++i) set_value(options.axes[i].name, point[i], plan);
  plan.count_requests();
  try {
    return {point, plan.workload, settings_of(plan), plan_comparison(plan, registry, limits)};
  } catch (const UsageError& error) {
    throw UsageError(describe(options.axes, point) + ": " + error.what());
  }
}

std::vector<CellPlan> plan_cells(const SweepOptions& options, const Registry& registry) {
  std::vector<Point> points;
  if (options.search) {
    for (const std::uint64_t value : longest_search(*options.search)) points.push_back({value});
  } else {
    points = points_of(options.axes);
  }
  const PlanLimits limits = limits_here();
  std::vector<CellPlan> cells;
  cells.reserve(points.size());
  for (const Point& point : points) cells.push_back(plan_cell(options, registry, point, limits));
  return cells;
}

std::optional<double> SweepEstimate::cell_s(const CellPlan& cell) {
  const ComparisonOptions& comparison = options_.run.comparison;
  std::optional<double> sum_s;
  for (const ExecutorPlan& plan : cell.plans) {
    if (!plan.unavailable.empty()) continue;
    const auto run_s = estimator_.run_s(plan);
    if (!run_s) continue;
    sum_s = sum_s.value_or(0.0) + (comparison.timeout_s > 0.0 ? std::min(*run_s, comparison.timeout_s) : *run_s);
  }
  ++cells_;
  if (!sum_s) return std::nullopt;
  const double cell_s =
      *sum_s * (comparison.rounds.automatic ? static_cast<double>(least_for_interval) : comparison.rounds.count);
  total_s_ += cell_s;
  return cell_s;
}

std::string SweepEstimate::duration_text() const {
  const bool many_ways = options_.search && std::holds_alternative<HighestOptions>(options_.search->wanted) &&
                         options_.run.plan.executors.size() > 1;
  const std::string what =
      fmt::format("{}{} of {}",
                  many_ways         ? "About "
                  : options_.search ? "Up to "
                                    : "",
                  counted(cells_, "cell"), counted(options_.run.plan.executors.size(), "executor"));
  if (cells_ > 0 && !has_guess()) return what + ", and no guess of their time";
  const bool more = options_.run.comparison.rounds.automatic || !estimator_.knows_all();
  return fmt::format("{} {} about {}{}", what, cells_ == 1 ? "takes" : "take", format_seconds(total_s_),
                     more ? " or more" : "");
}

std::string render_plan(const SweepOptions& options, const std::vector<CellPlan>& cells, const Registry& registry) {
  if (cells.empty()) return "No cell is left to run.\n";
  SweepEstimate estimate(options, registry);
  std::string text = fmt::format("{:<48} {:>10} {:>12}\n", "cell", "memory", "expected");
  std::set<std::string> notes;
  for (const CellPlan& cell : cells) {
    std::uint64_t memory_bytes = 0;
    for (const ExecutorPlan& plan : cell.plans) {
      memory_bytes = std::max(memory_bytes, plan.memory_bytes);
      if (!plan.unavailable.empty()) notes.insert(fmt::format("{}: unavailable: {}", plan.name(), plan.unavailable));
    }
    const auto seconds = estimate.cell_s(cell);
    text += fmt::format("{:<48} {:>10} {:>12}\n", describe(options.axes, cell.point), format_bytes(memory_bytes),
                        seconds ? format_seconds(*seconds) : "unknown");
  }
  for (const std::string& note : notes) text += note + "\n";
  text += estimate.notes();
  if (options.search) text += "A search looks at some of these values, or at others between them.\n";
  text += estimate.duration_text();
  return text + (estimate.has_guess() ? ": a guess from short trials, with setup.\n" : ".\n");
}

}  // namespace overlap
