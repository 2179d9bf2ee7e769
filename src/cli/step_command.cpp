// `overlap step`.
#include <fmt/format.h>

#include <array>
#include <optional>
#include <system_error>

#include "src/base/atomic_file.hpp"
#include "src/base/errors.hpp"
#include "src/base/npy.hpp"
#include "src/base/stdout_to_stderr.hpp"
#include "src/base/units.hpp"
#include "src/cli/commands.hpp"
#include "src/cli/outputs.hpp"
#include "src/comparison/plan.hpp"
#include "src/run/verify_own.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

void require_within(std::string_view option, std::uint64_t index, std::string_view bound_option, std::uint64_t bound) {
  if (index < bound) return;
  throw UsageError(fmt::format("{}: {} lies outside the workload; with {} {} it takes 0 to {}", option, index,
                               bound_option, bound, bound - 1));
}

void require_library(const OwnCompute& own) {
  if (own.empty() || !own.libraries().empty()) return;
  throw UsageError(
      "--compute: a step takes a shared library (.so); a Python file's steps are computed by 'overlap run'");
}

const EngineInfo& require_engine(const std::string& name, const Registry& registry) {
  const EngineInfo* engine = registry.find_engine(name);
  std::string names;
  for (const EngineInfo& each : registry.engines()) {
    if (each.computes && each.unavailable().empty()) names += (names.empty() ? "" : ", ") + each.name;
  }
  if (engine == nullptr || !engine->computes) {
    refuse("--engine", name, "one of " + names);
  }
  const std::string unavailable = engine->unavailable();
  if (!unavailable.empty()) throw UnavailableError("--engine: " + name + " is unavailable: " + unavailable);
  return *engine;
}

std::optional<AtomicFile> open_output(std::string_view option, const std::string& path) {
  if (path.empty()) return std::nullopt;
  try {
    return AtomicFile(path);
  } catch (const std::system_error& error) {
    throw UsageError(fmt::format("{}: '{}' can't be written ({})", option, path, error.code().message()));
  }
}

void save(std::optional<AtomicFile>& file, const std::string& header, std::span<const std::byte> numbers) {
  if (!file) return;
  file->write(header);
  file->write({reinterpret_cast<const char*>(numbers.data()), numbers.size()});
  file->commit();
}

std::string digest_lines(const StepOptions& options, const StepRecord& record) {
  return fmt::format(
      "input energy    {:.17g}   (sum of s^2)\nspectrum energy {:.17g}   (sum of |X|^2 / N)\nbin {:<11} {:.17g} "
      "{:+.17g}i\n",
      record.input_energy, record.spectrum_energy, options.workload.checked_bin(options.request, options.iteration),
      record.bin_re, record.bin_im);
}

std::string result_lines(const StepRecord& record) {
  std::string lines;
  const std::array<double, 4> results = results_of(record);
  for (std::size_t i = 0; i < results.size(); ++i) lines += fmt::format("result {}        {:.17g}\n", i, results[i]);
  return lines;
}

/// Saves the step's numbers where that is asked for. What a compute of the user's own prints appears on stderr.
void compute_step(const StepOptions& options, const EngineInfo& engine_info, StepRecord& record,
                  std::optional<AtomicFile>& input, std::optional<AtomicFile>& spectrum) {
  const Workload& workload = options.workload;
  SetupTimes times;
  const EngineSetup setup{.workload = workload, .options = {}, .times = times};
  const StdoutToStderr redirected;
  const std::unique_ptr<Engine> engine = engine_info.make();
  engine->prepare_shared(setup);
  engine->prepare_worker(setup);
  Step step;
  step.request = options.request;
  step.iteration = options.iteration;
  step.record = &record;
  if (workload.computes_fft()) {
    const StepArrays arrays = engine->probe(0, step);
    const bool wide = workload.precision == Precision::float64;
    save(input, npy_header(wide ? "<f8" : "<f4", arrays.size()), arrays.input_bytes());
    save(spectrum, npy_header(wide ? "<c16" : "<c8", arrays.bins()), arrays.spectrum_bytes());
  } else {
    engine->compute(step);
  }
}

}  // namespace

int step_command(const StepOptions& options, const Registry& registry) {
  const Workload& workload = options.workload;
  require_meaning(workload);
  require_fft(workload, "--save-input", !options.save_input.empty());
  require_fft(workload, "--save-spectrum", !options.save_spectrum.empty());
  require_within("--request", options.request, "--requests", workload.requests);
  require_within("--iteration", options.iteration, "--iterations", workload.iterations);
  require_library(registry.own_compute());
  const EngineInfo& engine_info = require_engine(options.engine, registry);
  const std::uint64_t needed = engine_info.slot_bytes(workload) + engine_info.probe_bytes(workload);
  if (needed > limits_here().memory_bytes) {
    throw UsageError(fmt::format("a step of this --size needs {} of memory, and {} can be used", format_bytes(needed),
                                 format_bytes(limits_here().memory_bytes)));
  }
  std::optional<AtomicFile> input = open_output("--save-input", options.save_input);
  std::optional<AtomicFile> spectrum = open_output("--save-spectrum", options.save_spectrum);

  StepRecord record{};
  compute_step(options, engine_info, record, input, spectrum);
  print(fmt::format("step            request {}, iteration {}\nwait            {:.9f} s\n{}compute         {}\n",
                    options.request, options.iteration,
                    to_seconds(workload.wait_ns(options.request, options.iteration)),
                    workload.computes_fft() ? digest_lines(options, record) : result_lines(record),
                    format_seconds(to_seconds(record.end_ns - record.begin_ns))));
  return exit_ok;
}

}  // namespace overlap
