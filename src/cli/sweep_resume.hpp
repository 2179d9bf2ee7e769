// Going on with the file of an earlier sweep: what it says of the sweep, and which of its cells need not be run again.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/cli/sweep_options.hpp"
#include "src/cli/sweep_plan.hpp"
#include "src/machine/machine.hpp"
#include "src/run/registry.hpp"

namespace overlap {

/// The file of --resume, where one is given. Throws UsageError.
std::optional<Sweep> read_resumed(const std::optional<std::string>& file);

/// The options that the command line of that sweep had, or might have had: {"--size", "64Ki"}, {"--axis", "…"}.
NamedTexts written_options(const Sweep& sweep);

/// The cells that need not be run again, neither failed nor found wrong, out of `options.resumed`, which holds nothing
/// afterwards; sets `options.measured_twice`. Throws UsageError where that is another sweep, or of another machine or
/// compute, and names the difference.
std::vector<SweepCell> finished_cells(SweepOptions& options, const Registry& registry, const Machine& machine);

/// Those that are still to be run.
std::vector<CellPlan> missing_cells(const std::vector<CellPlan>& cells, const std::vector<SweepCell>& finished);

}  // namespace overlap
