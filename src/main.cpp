// Registers what there is, and hands over to the command line.
#include "cpu/drivers/drivers.hpp"
#include "cpu/engines/engines.hpp"
#include "cpu/engines/transform.hpp"
#include "src/cli/cli.hpp"
#include "src/run/engine_module.hpp"
#include "src/workload/workload.hpp"

namespace {

/// What is known of the CUDA engines without loading their module.
overlap::EngineInfo cuda_engine(const char* name, const char* description) {
  overlap::EngineInfo info;
  info.name = name;
  info.description = description;
  info.completes_later = true;
  info.owns_slots = true;
  info.uses_device = true;
  info.heeded = {"streams", "completion"};
  info.lanes_per_process = [](const overlap::EngineOptions& options, unsigned /*usable_cpus*/) {
    return options.streams_of_use();
  };
  return overlap::engine_in_module("overlap_cuda.so", info);
}

}  // namespace

int main(int argc, char** argv) {
  overlap::Registry registry;
  overlap::add_drivers(registry);
  registry.add(overlap::fftw_engine());
  registry.add(overlap::own_engine());
  registry.add(overlap::locked_engine(overlap::fft_compute()));
  registry.add(overlap::fftw_threads_engine());
  registry.add(overlap::pool_engine(overlap::fft_compute()));
  registry.add(overlap::async_engine());
  registry.add(overlap::null_engine());
  overlap::EngineInfo cuda =
      cuda_engine("cuda", "a GPU, --streams steps at once: numbers are generated and checked there");
  cuda.has_short_name = true;
  cuda.default_drivers = {"coroutine"};
  cuda.probe_bytes = [](const overlap::Workload& workload) {
    return workload.input_bytes() + workload.spectrum_bytes();  // copied back for the check
  };
  registry.add(cuda);
  overlap::EngineInfo copying =
      cuda_engine("cuda-copy", "a GPU, --streams steps at once: inputs are copied in, spectra copied back");
  copying.slot_bytes = [](const overlap::Workload& workload) {
    return workload.input_bytes() + workload.spectrum_bytes();  // pinned
  };
  registry.add(copying);
  registry.add(overlap::own_engines);
  return overlap::cli_main(argc, argv, registry);
}
