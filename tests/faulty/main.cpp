// The tool with broken engines beside its own.
#include "cpu/drivers/drivers.hpp"
#include "cpu/engines/engines.hpp"
#include "src/cli/cli.hpp"
#include "tests/faulty/engines.hpp"

int main(int argc, char** argv) {
  overlap::Registry registry;
  overlap::add_drivers(registry);
  registry.add(overlap::fftw_engine());
  registry.add(overlap::null_engine());
  overlap::faulty::add_late_engines(registry);
  overlap::faulty::add_wrong_engines(registry);
  overlap::faulty::add_failing_engines(registry);
  overlap::faulty::add_device_engines(registry);
  return overlap::cli_main(argc, argv, registry);
}
