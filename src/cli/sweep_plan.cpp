// Planning and guessing.
#include "src/cli/sweep_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "src/cli/axes.hpp"
#include "src/errors.hpp"
#include "src/report/units.hpp"
#include "src/statistics.hpp"

namespace overlap {
namespace {

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

CellPlan plan_cell(const SweepOptions& options, const Registry& registry, const Point& point,
                   const PlanLimits& limits) {
  PlanOptions plan = options.run.plan;
  for (std::size_t i = 0; i < point.size(); ++i) set_value(options.axes[i].name, point[i], plan);
  try {
    return {point, plan.workload, plan_comparison(plan, registry, limits)};
  } catch (const UsageError& error) {
    throw UsageError(describe(options.axes, point) + ": " + error.what());
  }
}

std::vector<CellPlan> plan_cells(const SweepOptions& options, const Registry& registry) {
  std::vector<Point> points;
  if (options.search) {
    const SearchRange& range = options.search->range;
    const BreakEven trial =
        find_break_even(range, [&](std::uint64_t value) { return value == range.high ? Lead::second : Lead::first; });
    std::set<std::uint64_t> values;
    for (const Probe& probe : trial.probes) values.insert(probe.value);
    for (const std::uint64_t value : values) points.push_back({value});
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
  double sum_s = 0.0;
  for (const ExecutorPlan& plan : cell.plans) {
    if (!plan.unavailable.empty()) continue;
    try {
      const double run_s = estimator_.run_s(plan);
      sum_s += comparison_.timeout_s > 0.0 ? std::min(run_s, comparison_.timeout_s) : run_s;
    } catch (const std::exception& error) {
      reasons_.insert(fmt::format("{}: no guess of its time: {}", plan.name(), error.what()));
      total_s_.reset();
      return std::nullopt;
    }
  }
  const RoundsWanted& rounds = comparison_.rounds;
  const double cell_s = sum_s * (rounds.automatic ? static_cast<double>(least_for_interval) : rounds.count);
  if (total_s_) *total_s_ += cell_s;
  return cell_s;
}

std::string duration_text(const SweepOptions& options, std::size_t cells, std::optional<double> seconds) {
  const std::string what = fmt::format("{}{} of {}", options.search ? "Up to " : "", counted(cells, "cell"),
                                       counted(options.run.plan.executors.size(), "executor"));
  if (!seconds) return what + ", and no guess of their time";
  return fmt::format("{} {} about {}{}", what, cells == 1 ? "takes" : "take", format_seconds(*seconds),
                     options.run.comparison.rounds.automatic ? " or more" : "");
}

std::string render_plan(const SweepOptions& options, const std::vector<CellPlan>& cells, const Registry& registry) {
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
  notes.insert(estimate.reasons().begin(), estimate.reasons().end());
  for (const std::string& note : notes) text += note + "\n";
  if (options.search) text += "A search looks at some of these values, or at others between them.\n";
  text += duration_text(options, cells.size(), estimate.total_s());
  return text + (estimate.total_s() ? ": a guess from short trials, with setup.\n" : ".\n");
}

}  // namespace overlap
