// Running and completing results.
#include "src/cli/measure.hpp"

#include <algorithm>

#include "src/errors.hpp"
#include "src/report/advice.hpp"
#include "src/report/device_line.hpp"
#include "src/report/doubts.hpp"

namespace overlap {
namespace {

void add_engine_facts(Results& results, const Registry& registry) {
  const auto add = [&](const EngineInfo& engine) {
    const bool in_use = std::any_of(results.rows.begin(), results.rows.end(),
                                    [&](const Row& row) { return row.engine == engine.name; });
    if (!in_use) return;
    for (const auto& fact : engine.facts()) {
      if (std::find(results.engine_facts.begin(), results.engine_facts.end(), fact) == results.engine_facts.end()) {
        results.engine_facts.push_back(fact);
      }
    }
  };
  for (const EngineInfo& engine : registry.engines()) add(engine);
  for (const ProgramInfo& program : registry.programs()) add(program.engine);
}

}  // namespace

Results measure(const std::vector<ExecutorPlan>& plans, const Workload& workload, const ComparisonOptions& options,
                const Machine& machine, const Registry& registry, Supervisor& supervisor, Observer* observer) {
  Results results = run_comparison(plans, workload, machine, options, supervisor, observer);
  add_engine_facts(results, registry);
  for (Row& row : results.rows) {
    if (row.metrics && ran_on_device(*row.metrics)) {
      row.notes.push_back(device_line(row.metrics->device, row.metrics->makespan_s));
    }
  }
  results.notes = doubts(results);
  results.advice = advise(results);
  return results;
}

int exit_status(const Results& results) {
  int status = exit_ok;
  for (const Row& row : results.rows) {
    if (row.status == Status::interrupted) return exit_interrupted;
    if (row.status == Status::failed || row.verified == false) status = exit_failed;
  }
  return status;
}

}  // namespace overlap
