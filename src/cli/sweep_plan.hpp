// The cells of a sweep before they are run: their plans, and how long they may take.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/cli/estimate.hpp"
#include "src/cli/sweep_options.hpp"
#include "src/comparison/plan.hpp"
#include "src/run/registry.hpp"

namespace overlap {

struct CellPlan {
  Point point;
  Workload workload;
  NamedTexts settings;
  std::vector<ExecutorPlan> plans;
};

/// Throws as plan_comparison does, naming the cell.
CellPlan plan_cell(const SweepOptions& options, const Registry& registry, const Point& point, const PlanLimits& limits);

/// The cells of the grid; of a search those that it needs if it ends at the end of the range, where cells take longest.
std::vector<CellPlan> plan_cells(const SweepOptions& options, const Registry& registry);

/// Guesses of how long cells take.
class SweepEstimate {
 public:
  SweepEstimate(const SweepOptions& options, const Registry& registry) : options_(options), estimator_(registry) {}

  /// Seconds of all runs of a cell, less those of which there is no guess; none where there is one of none.
  std::optional<double> cell_s(const CellPlan& cell);

  /// "12 cells of 4 executors take about 3 min 20 s", of all cells that were asked for; of a search "up to 12 cells",
  /// or "about 12 cells" where several executors search, each its own way.
  std::string duration_text() const;

  bool has_guess() const noexcept { return total_s_ > 0.0; }

  /// Why there is no guess of some.
  std::string notes() const { return estimator_.notes(); }

 private:
  const SweepOptions& options_;
  Estimator estimator_;
  std::size_t cells_ = 0;
  double total_s_ = 0.0;
};

/// What --dry-run prints: each cell with its memory and time, and the sum.
std::string render_plan(const SweepOptions& options, const std::vector<CellPlan>& cells, const Registry& registry);

}  // namespace overlap
