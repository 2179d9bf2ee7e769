// `overlap run`.
#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "src/cli/commands.hpp"
#include "src/cli/console.hpp"
#include "src/cli/estimate.hpp"
#include "src/cli/measure.hpp"
#include "src/cli/outputs.hpp"
#include "src/errors.hpp"
#include "src/machine.hpp"
#include "src/report/explanation.hpp"
#include "src/report/lines.hpp"
#include "src/report/units.hpp"

namespace overlap {
namespace {

/// Guesses of the time that plans take.
class Expected {
 public:
  explicit Expected(const Registry& registry) : estimator_(registry) {}

  /// Where there is no telling, "unknown".
  std::string text_of(const ExecutorPlan& plan) {
    try {
      const double expected_s = estimator_.makespan_s(plan);
      total_s_ += expected_s;
      return format_seconds(expected_s);
    } catch (const std::exception& error) {
      unknown_[error.what()].push_back(plan.name());
      return "unknown";
    }
  }

  /// Why some are unknown, and the sum of the others.
  std::string notes() const {
    std::string text;
    for (const auto& [reason, names] : unknown_) {
      text +=
          fmt::format("{}: no guess of {} time: {}\n", names_of(names), names.size() == 1 ? "its" : "their", reason);
    }
    if (total_s_ == 0.0) return text;
    return text + fmt::format("Expected is a guess from a short trial, without setup; a round takes at least {}.\n",
                              format_seconds(total_s_));
  }

 private:
  Estimator estimator_;
  double total_s_ = 0.0;
  std::map<std::string, std::vector<std::string>> unknown_;  // by reason
};

/// What would run, with memory and a guess of the time.
std::string render_plans(const std::vector<ExecutorPlan>& plans, const Registry& registry) {
  std::string text = fmt::format("{:<24} {:>8} {:>7} {:>6} {:>10} {:>10}\n", "executor", "workers", "slots", "lanes",
                                 "memory", "expected");
  std::string notes;
  Expected expected(registry);
  for (const ExecutorPlan& plan : plans) {
    if (!plan.unavailable.empty()) {
      text += fmt::format("{:<24} unavailable: {}\n", plan.name(), plan.unavailable);
      continue;
    }
    text += fmt::format("{:<24} {:>8} {:>7} {:>6} {:>10} {:>10}\n", plan.name(), plan.job.workers, plan.job.slots,
                        plan.job.lanes, format_bytes(plan.memory_bytes), expected.text_of(plan));
    for (const std::string& note : plan.notes) notes += fmt::format("{}: {}\n", plan.name(), note);
  }
  return text + notes + expected.notes();
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
    print(describe(options.plan.workload) + "\n" + render_plans(plans, registry));
    return exit_ok;
  }
  Outputs outputs(options.output);
  Supervisor supervisor;
  const Machine machine = inspect_machine();
  const std::unique_ptr<Observer> observer = make_observer(options.log);
  Results results =
      measure(plans, options.plan.workload, options.comparison, machine, registry, supervisor, observer.get());
  results.include_steps = options.raw || options.plan.workload.steps() <= kept_steps;
  if (options.explain.value_or(isatty(STDOUT_FILENO) != 0)) results.explanation = explain(results);
  outputs.write([&](Format format, Style style) { return render(results, format, style); });
  return supervisor.interrupted() ? static_cast<int>(exit_interrupted) : exit_status(results);
}

}  // namespace overlap
