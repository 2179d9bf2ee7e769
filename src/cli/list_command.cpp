// `overlap list`.
#include <fmt/format.h>

#include <string>
#include <utility>

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

}  // namespace

int list_command(const Registry& registry) {
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
  print_lines(text);
  return exit_ok;
}

}  // namespace overlap
