// A compute of the user's own, in a shared library: calling its functions.
#include "cpu/engines/engines.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "src/clock.hpp"
#include "src/errors.hpp"
#include "src/named_texts.hpp"
#include "src/overlap_compute.h"
#include "src/own_compute.hpp"

namespace overlap {
namespace {

class LibraryCompute final : public StepCompute {
 public:
  LibraryCompute(const std::string& file, Workload workload)
      : functions_(load_own_functions(file)),
        name_(std::filesystem::path(file).filename()),
        workload_(std::move(workload)) {
    if (functions_.prepare == nullptr) return;
    const int status = functions_.prepare(workload_.size, workload_.seed);
    if (status != 0) throw RunFailed(fmt::format("overlap_prepare of {} returned {}", name_, status));
  }

  void compute(std::byte* workspace, Step& step, Team* /*team*/) const override {
    overlap_step call{.request = step.request,
                      .iteration = step.iteration,
                      .size = workload_.size,
                      .seed = workload_.seed,
                      .workspace = workspace,
                      .results = {},
                      .error = nullptr};
    StepRecord& record = *step.record;
    record.begin_ns = now_ns();
    const int status = compute_or_throw(call);
    record.end_ns = now_ns();
    if (status != 0) fail(call, call.error != nullptr ? call.error : fmt::format("it returned {}", status));
    record.input_energy = call.results[0];
    record.spectrum_energy = call.results[1];
    record.bin_re = call.results[2];
    record.bin_im = call.results[3];
  }

  StepArrays probe(std::byte* /*workspace*/, Step& /*step*/, Team* /*team*/) const override {
    throw std::logic_error("a compute of the user's own has no arrays to show");
  }

 private:
  int compute_or_throw(overlap_step& call) const {
    try {
      return functions_.compute(&call);
    } catch (const std::exception& error) {
      fail(call, error.what());
    } catch (...) {
      fail(call, "it threw what is no std::exception");
    }
  }

  [[noreturn]] void fail(const overlap_step& call, const std::string& reason) const {
    throw RunFailed(fmt::format("{}: step ({}, {}): {}", name_, call.request, call.iteration, reason));
  }

  const OwnFunctions& functions_;
  std::string name_;
  Workload workload_;
};

}  // namespace

ComputeInfo library_compute(const std::string& file) {
  return {
      .prepare = [file](const Workload& workload, const EngineOptions& /*options*/) -> std::unique_ptr<StepCompute> {
        return std::make_unique<LibraryCompute>(file, workload);
      },
      .workspace_bytes =
          [file](const Workload& workload) {
            const OwnFunctions& functions = load_own_functions(file);
            return functions.workspace_bytes == nullptr ? 0 : functions.workspace_bytes(workload.size);
          },
      .probe_bytes = [](const Workload& /*workload*/) { return std::uint64_t{0}; },
      .facts = [] { return NamedTexts(); }};
}

}  // namespace overlap
