// The tool with broken engines beside its own.
#include "cpu/drivers/drivers.hpp"
#include "cpu/engines/engines.hpp"
#include "src/cli/cli.hpp"
#include "src/run/engine_module.hpp"
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
  overlap::EngineInfo in_module = overlap::null_engine();
  in_module.name = "in-module";
  in_module.description = "of a module whose library starts a thread in the tool itself";
  registry.add(overlap::engine_in_module("overlap_faulty_module.so", in_module));
  return overlap::cli_main(argc, argv, registry);
}
