// `overlap list`.
#include <fmt/format.h>

#include <cstdio>

#include "src/cli/commands.hpp"
#include "src/errors.hpp"

namespace overlap {

int list_command(const Registry& registry) {
  fmt::print("Executors are written driver/engine; a driver's name alone means …/fftw.\n\nDrivers\n");
  for (const DriverInfo& driver : registry.drivers()) fmt::print("  {:<14} {}\n", driver.name, driver.description);
  fmt::print("\nEngines\n");
  for (const EngineInfo& engine : registry.engines()) fmt::print("  {:<14} {}\n", engine.name, engine.description);
  fmt::print("\nExecutors\n");
  for (const EngineInfo& engine : registry.engines()) {
    const std::string unavailable = engine.unavailable();
    for (const DriverInfo& driver : registry.drivers()) {
      fmt::print("  {:<24} {}\n", driver.name + "/" + engine.name,
                 unavailable.empty() ? "available" : "unavailable: " + unavailable);
    }
  }
  return exit_ok;
}

}  // namespace overlap
