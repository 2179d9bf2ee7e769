// Going on with the file of an earlier sweep: what it says of the sweep, and which of its cells need not be run again.
#pragma once

#include <string>
#include <vector>

#include "src/cli/sweep_options.hpp"
#include "src/cli/sweep_plan.hpp"
#include "src/machine.hpp"
#include "src/registry.hpp"

namespace overlap {

/// Reads the file of --resume, where one is given; where no axis is, the sweep is the file's: what else was not given
/// is taken from there. Throws UsageError.
void read_resumed(SweepText& text);

/// The cells of the file that need not be run again: neither failed nor found wrong. None without a file. Throws
/// UsageError where it is of another sweep, and names the difference, or of another machine.
std::vector<SweepCell> finished_cells(const SweepOptions& options, const Registry& registry, const Machine& machine);

/// Those that are still to be run.
std::vector<CellPlan> missing_cells(const std::vector<CellPlan>& cells, const std::vector<SweepCell>& finished);

}  // namespace overlap
