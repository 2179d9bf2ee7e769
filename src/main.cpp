// Registers what there is, and hands over to the command line.
#include "cpu/drivers/coroutine.hpp"
#include "cpu/drivers/processes.hpp"
#include "cpu/drivers/sequential.hpp"
#include "cpu/drivers/threads.hpp"
#include "cpu/engines/fftw.hpp"
#include "cpu/engines/null.hpp"
#include "src/cli/cli.hpp"
#include "src/engine_module.hpp"

namespace {

/// What is known of the CUDA engines without loading their module.
overlap::EngineInfo cuda_engine(const char* name, const char* description) {
  constexpr unsigned most_streams = 32;
  overlap::EngineInfo info;
  info.name = name;
  info.description = description;
  info.completes_later = true;
  info.has_streams = true;
  info.lanes_per_process = [](unsigned /*usable_cpus*/) { return most_streams; };
  return overlap::engine_in_module("overlap_cuda.so", info);
}

}  // namespace

int main(int argc, char** argv) {
  overlap::Registry registry;
  registry.add(overlap::sequential_driver());
  registry.add(overlap::coroutine_driver());
  registry.add(overlap::threads_driver());
  registry.add(overlap::processes_driver());
  registry.add(overlap::fftw_engine());
  registry.add(overlap::null_engine());
  overlap::EngineInfo cuda = cuda_engine("cuda", "a GPU, a stream a request: numbers are born and digested there");
  cuda.has_short_name = true;
  registry.add(cuda);
  registry.add(cuda_engine("cuda-copy", "a GPU, a stream a request: inputs are copied in, spectra copied back"));
  return overlap::cli_main(argc, argv, registry);
}
