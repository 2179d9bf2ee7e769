// `overlap list`.
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

#include "src/cli/commands.hpp"
#include "src/errors.hpp"

namespace overlap {
namespace {

/// What programs compute with, once each: nothing where a compute of the user's own is in libraries alone.
void list_engines_of_programs(const Registry& registry) {
  const OwnCompute& own = registry.own_compute();
  if (!own.empty() && own.python().empty()) return;
  std::string described;
  for (const ProgramInfo& program : registry.programs()) {
    const EngineInfo& engine = program.engine;
    if (std::exchange(described, engine.name) != engine.name)
      fmt::print("  {:<14} {}\n", engine.name, engine.description);
  }
}

}  // namespace

int list_command(const Registry& registry) {
  fmt::print("Executors are written driver/engine; a driver's name alone means {}.\n\nDrivers\n",
             registry.plain_name("…"));
  for (const DriverInfo& driver : registry.drivers()) fmt::print("  {:<14} {}\n", driver.name, driver.description);
  fmt::print("\nEngines\n");
  for (const EngineInfo& engine : registry.engines()) fmt::print("  {:<14} {}\n", engine.name, engine.description);
  list_engines_of_programs(registry);
  fmt::print("\nExecutors\n");
  for (const EngineInfo& engine : registry.engines()) {
    const std::string unavailable = engine.unavailable();
    for (const DriverInfo& driver : registry.drivers()) {
      fmt::print("  {:<24} {}\n", driver.name + "/" + engine.name,
                 unavailable.empty() ? "available" : "unavailable: " + unavailable);
    }
  }
  fmt::print("\nPrograms: by name, or all of a family by its name; 'all' leaves them out\n");
  for (const ProgramInfo& program : registry.programs()) {
    const std::string unavailable = program.engine.unavailable();
    fmt::print("  {:<24} {}\n  {:<24} {}\n", program.executor().name(), program.driver.description, "",
               unavailable.empty() ? "available" : "unavailable: " + unavailable);
  }
  return exit_ok;
}

}  // namespace overlap
