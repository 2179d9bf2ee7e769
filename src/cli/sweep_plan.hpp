// The cells of a sweep before they are run: their plans, and how long they may take.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "src/cli/estimate.hpp"
#include "src/cli/sweep_options.hpp"
#include "src/plan.hpp"
#include "src/registry.hpp"

namespace overlap {

struct CellPlan {
  Point point;
  Workload workload;
  std::vector<ExecutorPlan> plans;
};

/// Throws as plan_comparison does, naming the cell.
CellPlan plan_cell(const SweepOptions& options, const Registry& registry, const Point& point, const PlanLimits& limits);

/// The cells of the grid; of a search those that it needs if the break-even lies at the end of the range, where cells
/// take longest.
std::vector<CellPlan> plan_cells(const SweepOptions& options, const Registry& registry);

/// Guesses of how long cells take.
class SweepEstimate {
 public:
  SweepEstimate(const SweepOptions& options, const Registry& registry)
      : comparison_(options.run.comparison), estimator_(registry) {}

  /// Seconds of all runs of a cell; none where an engine does not get through its trial.
  std::optional<double> cell_s(const CellPlan& cell);

  /// Of all cells that were asked for; none where one had none.
  std::optional<double> total_s() const noexcept { return total_s_; }

  /// Why there were none.
  const std::set<std::string>& reasons() const noexcept { return reasons_; }

 private:
  const ComparisonOptions& comparison_;
  Estimator estimator_;
  std::optional<double> total_s_ = 0.0;
  std::set<std::string> reasons_;
};

/// "12 cells of 4 executors take about 3 min 20 s"; of a search "up to 12 cells". Without seconds there is no telling.
std::string duration_text(const SweepOptions& options, std::size_t cells, std::optional<double> seconds);

/// What --dry-run prints: each cell with its memory and time, and the sum.
std::string render_plan(const SweepOptions& options, const std::vector<CellPlan>& cells, const Registry& registry);

}  // namespace overlap
