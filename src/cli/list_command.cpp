// `overlap list`.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"
#include "src/cli/commands.hpp"
#include "src/cli/outputs.hpp"

namespace overlap {
namespace {

/// What programs compute with, once each: nothing where a compute of the user's own is in libraries alone.
std::string engines_of_programs(const Registry& registry) {
  const OwnCompute& own = registry.own_compute();
  std::string text;
  if (!own.empty() && own.python().empty()) return text;
  std::string described;
  for (const ProgramInfo& program : registry.programs()) {
    const EngineInfo& engine = program.engine;
    if (std::exchange(described, engine.name) == engine.name) continue;
    text += fmt::format("  {:<14} {}\n", engine.name, engine.description);
  }
  return text;
}

nlohmann::ordered_json executor_json(const Executor& executor, const std::string& unavailable, bool is_default) {
  return {{"name", executor.name()},
          {"driver", executor.driver},
          {"engine", executor.engine},
          {"available", unavailable.empty()},
          {"reason", unavailable.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(unavailable)},
          {"default", is_default}};
}

std::string json_of(const Registry& registry) {
  nlohmann::ordered_json executors = nlohmann::ordered_json::array();
  const std::vector<ExecutorChoice> usual = default_executors(registry);
  const auto add = [&](const Executor& executor, const std::string& unavailable) {
    const bool is_default = std::any_of(usual.begin(), usual.end(),
                                        [&](const ExecutorChoice& choice) { return choice.executor == executor; });
    executors.push_back(executor_json(executor, unavailable, is_default));
  };
  for (const EngineInfo& engine : registry.engines()) {
    const std::string unavailable = engine.unavailable();
    for (const DriverInfo& driver : registry.drivers()) add({driver.name, engine.name}, unavailable);
  }
  for (const ProgramInfo& program : registry.programs()) add(program.executor(), program.engine.unavailable());
  const nlohmann::ordered_json report = {{"schema_version", 1}, {"kind", "list"}, {"executors", std::move(executors)}};
  return report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string text_of(const Registry& registry) {
  std::string text = fmt::format("Executors are written driver/engine; a driver's name alone means {}.\n\nDrivers\n",
                                 registry.plain_name("…"));
  for (const DriverInfo& driver : registry.drivers()) {
    text += fmt::format("  {:<14} {}\n", driver.name, driver.description);
  }
  text += "\nEngines\n";
  for (const EngineInfo& engine : registry.engines()) {
    text += fmt::format("  {:<14} {}\n", engine.name, engine.description);
  }
  text += engines_of_programs(registry) + "\nExecutors\n";
  for (const EngineInfo& engine : registry.engines()) {
    const std::string unavailable = engine.unavailable();
    for (const DriverInfo& driver : registry.drivers()) {
      text += fmt::format("  {:<24} {}\n", driver.name + "/" + engine.name,
                          unavailable.empty() ? "available" : "unavailable: " + unavailable);
    }
  }
  text += "\nPrograms: by name, or all of a family by its name; 'all' leaves them out\n";
  for (const ProgramInfo& program : registry.programs()) {
    const std::string unavailable = program.engine.unavailable();
    text += fmt::format("  {:<24} {}\n  {:<24} {}\n", program.executor().name(), program.driver.description, "",
                        unavailable.empty() ? "available" : "unavailable: " + unavailable);
  }
  return text;
}

}  // namespace

int list_command(const Registry& registry, bool as_json) {
  if (as_json) {
    print(json_of(registry));
  } else {
    print_lines(text_of(registry));
  }
  return exit_ok;
}

}  // namespace overlap
