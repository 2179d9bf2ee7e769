// `overlap sweep`.
#include "src/base/errors.hpp"
#include "src/cli/commands.hpp"
#include "src/cli/outputs.hpp"
#include "src/cli/sweep_plan.hpp"
#include "src/cli/sweep_resume.hpp"
#include "src/cli/sweep_run.hpp"
#include "src/machine/machine.hpp"
#include "src/report/sweep_lines.hpp"

namespace overlap {

int sweep_command(SweepOptions options, const Registry& registry) {
  const std::vector<CellPlan> cells = plan_cells(options, registry);
  const Machine machine = inspect_machine();
  std::vector<SweepCell> finished = finished_cells(options, registry, machine);
  if (!options.run.dry_run) return run_sweep(options, cells, std::move(finished), machine, registry);
  Sweep sweep = options.empty_sweep();
  sweep.planned = cells.size();
  print_lines(sweep_line(sweep) + "\n" + render_plan(options, missing_cells(cells, finished), registry));
  return exit_ok;
}

}  // namespace overlap
