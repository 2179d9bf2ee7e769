// `overlap sweep`.
#include "src/cli/commands.hpp"
#include "src/cli/outputs.hpp"
#include "src/cli/sweep_plan.hpp"
#include "src/cli/sweep_resume.hpp"
#include "src/cli/sweep_run.hpp"
#include "src/errors.hpp"
#include "src/machine.hpp"
#include "src/report/sweep_lines.hpp"

namespace overlap {

int sweep_command(const SweepOptions& options, const Registry& registry) {
  const std::vector<CellPlan> cells = plan_cells(options, registry);
  if (!options.run.dry_run) return run_sweep(options, cells, registry);
  Sweep sweep = options.empty_sweep();
  sweep.planned = cells.size();
  const std::vector<CellPlan> missing = missing_cells(cells, finished_cells(options, registry, inspect_machine()));
  print(sweep_line(sweep) + "\n" + render_plan(options, missing, registry));
  return exit_ok;
}

}  // namespace overlap
