// Running the cells of a sweep, each saved as it finishes.
#pragma once

#include <vector>

#include "src/cli/sweep_options.hpp"
#include "src/cli/sweep_plan.hpp"
#include "src/registry.hpp"

namespace overlap {

/// Runs the planned cells, or searches for the break-even, less what the file of --resume holds; writes the outputs
/// after each cell and at the end. Returns the exit status: 130 interrupted, with all finished cells kept; 1 where a
/// run or its verification failed. Throws UsageError for a file that is not of this sweep and machine.
int run_sweep(const SweepOptions& options, const std::vector<CellPlan>& cells, const Registry& registry);

}  // namespace overlap
