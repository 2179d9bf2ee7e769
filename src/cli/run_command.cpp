// `overlap run`.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/base/errors.hpp"
#include "src/base/units.hpp"
#include "src/cli/commands.hpp"
#include "src/cli/console.hpp"
#include "src/cli/estimate.hpp"
#include "src/cli/measure.hpp"
#include "src/cli/outputs.hpp"
#include "src/machine/machine.hpp"
#include "src/report/explanation.hpp"
#include "src/report/lines.hpp"

namespace overlap {
namespace {

/// What would run, with memory and a guess of the time.
std::string render_plans(const std::vector<ExecutorPlan>& plans, const Registry& registry) {
  std::string text = fmt::format("{:<24} {:>8} {:>7} {:>6} {:>10} {:>10}\n", "executor", "workers", "slots", "lanes",
                                 "memory", "expected");
  std::string notes;
  Estimator estimator(registry);
  double total_s = 0.0;
  for (const ExecutorPlan& plan : plans) {
    if (!plan.unavailable.empty()) {
      text += fmt::format("{:<24} unavailable: {}\n", plan.name(), plan.unavailable);
      continue;
    }
    const std::optional<double> expected_s = estimator.makespan_s(plan);
    total_s += expected_s.value_or(0.0);
    text += fmt::format("{:<24} {:>8} {:>7} {:>6} {:>10} {:>10}\n", plan.name(), plan.job.workers, plan.job.slots,
                        plan.job.lanes, format_bytes(plan.memory_bytes),
                        expected_s ? format_seconds(*expected_s) : "unknown");
    for (const std::string& note : plan.notes) notes += fmt::format("{}: {}\n", plan.name(), note);
  }
  text += notes + estimator.notes();
  if (total_s == 0.0) return text;
  return text + fmt::format("Expected is a guess from a short trial, without setup; a round takes at least {}.\n",
                            format_seconds(total_s));
}

/// A trace is its steps, so that one without them is refused before the run.
void require_steps_of_traces(const RunOptions& options) {
  const std::uint64_t steps = options.plan.workload.steps();
  if (options.raw || steps <= kept_steps) return;
  const std::string_view option = options.output.option_of(Format::trace);
  if (option.empty()) return;
  throw UsageError(fmt::format("{}: a trace has every step, and {} are more than the {} that are kept; --raw keeps all",
                               option, format_count(steps), format_count(kept_steps)));
}

}  // namespace

int run_command(const RunOptions& options, const Registry& registry) {
  const std::vector<ExecutorPlan> plans = plan_comparison(options.plan, registry, limits_here());
  require_steps_of_traces(options);
  if (options.dry_run) {
    print_lines(describe(options.plan.workload) + "\n" + render_plans(plans, registry));
    return exit_ok;
  }
  Outputs outputs(options.output);
  Supervisor supervisor;
  const Machine machine = inspect_machine();
  const std::unique_ptr<Observer> observer = make_observer(options.log);
  Results results =
      measure(plans, options.plan.workload, options.comparison, machine, registry, supervisor, observer.get());
  results.settings = settings_of(options.plan);
  for (const std::string& name : unheeded_settings(options.plan, registry)) {
    results.notes.push_back(fmt::format("--{}: it makes no difference to any of these rows", name));
  }
  results.include_steps = options.raw || options.plan.workload.steps() <= kept_steps;
  if (options.explain.value_or(isatty(STDOUT_FILENO) != 0)) results.explanation = explain(results);
  const auto render_results = [&](Format format, Style style) { return render(results, format, style); };
  if (!supervisor.interrupted()) {
    outputs.write(render_results);
    return exit_status(results);
  }
  const bool is_empty =
      std::all_of(results.rows.begin(), results.rows.end(), [](const Row& row) { return row.steps_finished == 0; });
  if (is_empty) {
    // What a file holds of an earlier run is worth more.
    outputs.write_stdout(render_results);
  } else {
    outputs.write(render_results);
  }
  return exit_interrupted;
}

}  // namespace overlap
