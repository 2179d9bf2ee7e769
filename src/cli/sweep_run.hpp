// Running the cells of a sweep, each saved as it finishes.
#pragma once

#include <vector>

#include "src/cli/sweep_options.hpp"
#include "src/cli/sweep_plan.hpp"
#include "src/machine/machine.hpp"
#include "src/run/registry.hpp"

namespace overlap {

/// Runs the planned cells, or searches for the break-even, less the cells that are finished; writes the outputs after
/// each cell and at the end. Returns the exit status: 130 interrupted, with all finished cells kept; 1 where a run or
/// its verification failed. Throws UsageError for an output that can't be written.
int run_sweep(const SweepOptions& options, const std::vector<CellPlan>& cells, std::vector<SweepCell> finished,
              const Machine& machine, const Registry& registry);

}  // namespace overlap
