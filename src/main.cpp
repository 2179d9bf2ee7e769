// Registers what there is, and hands over to the command line.
#include "cpu/drivers/coroutine.hpp"
#include "cpu/drivers/processes.hpp"
#include "cpu/drivers/sequential.hpp"
#include "cpu/drivers/threads.hpp"
#include "cpu/engines/fftw.hpp"
#include "cpu/engines/null.hpp"
#include "src/cli/cli.hpp"

int main(int argc, char** argv) {
  overlap::Registry registry;
  registry.add(overlap::sequential_driver());
  registry.add(overlap::coroutine_driver());
  registry.add(overlap::threads_driver());
  registry.add(overlap::processes_driver());
  registry.add(overlap::fftw_engine());
  registry.add(overlap::null_engine());
  return overlap::cli_main(argc, argv, registry);
}
