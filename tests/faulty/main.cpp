// The tool with broken engines beside its own.
#include "cpu/drivers/coroutine.hpp"
#include "cpu/drivers/processes.hpp"
#include "cpu/drivers/sequential.hpp"
#include "cpu/drivers/threads.hpp"
#include "cpu/engines/caller.hpp"
#include "cpu/engines/null.hpp"
#include "src/cli/cli.hpp"
#include "tests/faulty/engines.hpp"

int main(int argc, char** argv) {
  overlap::Registry registry;
  registry.add(overlap::sequential_driver());
  registry.add(overlap::coroutine_driver());
  registry.add(overlap::threads_driver());
  registry.add(overlap::processes_driver());
  registry.add(overlap::fftw_engine());
  registry.add(overlap::null_engine());
  overlap::faulty::add_late_engines(registry);
  overlap::faulty::add_wrong_engines(registry);
  overlap::faulty::add_failing_engines(registry);
  overlap::faulty::add_device_engines(registry);
  return overlap::cli_main(argc, argv, registry);
}
