// Running and completing results.
#include "src/cli/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "src/base/errors.hpp"
#include "src/base/whole_file.hpp"
#include "src/report/advice.hpp"
#include "src/report/device_line.hpp"
#include "src/report/doubts.hpp"
#include "src/report/same_machine.hpp"

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

/// FNV-1a: no guard against forgers, but a change of a file is not overlooked.
std::uint64_t hash_of(const std::string& content) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char each : content) hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3;
  return hash;
}

std::string content_line_of(const std::string& file) {
  const std::string name = std::filesystem::path(file).filename().string();
  try {
    const std::string content = content_of_file(name, file);
    return fmt::format("{} ({} bytes, {:016x})", name, content.size(), hash_of(content));
  } catch (const UsageError& error) {
    // It may have been removed while it was measured, which is no reason to lose the figures.
    return error.what();
  }
}

}  // namespace

std::string content_line(const OwnCompute& own) {
  std::string line;
  for (const std::string& file : own.files) line += (line.empty() ? "" : ", ") + content_line_of(file);
  return line;
}

Results measure(const std::vector<ExecutorPlan>& plans, const Workload& workload, const ComparisonOptions& options,
                const Machine& machine, const Registry& registry, Supervisor& supervisor, Observer* observer) {
  const std::string content = content_line(registry.own_compute());
  Results results = run_comparison(plans, workload, machine, options, supervisor, observer);
  add_engine_facts(results, registry);
  if (!content.empty()) results.engine_facts.emplace_back(compute_fact, content);
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
