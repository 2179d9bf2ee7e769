// A compute of the user's own, in a shared library: calling its functions.
#include "cpu/engines/engines.hpp"

#include <fmt/format.h>

#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "src/base/clock.hpp"
#include "src/base/errors.hpp"
#include "src/base/named_texts.hpp"
#include "src/overlap_compute.h"
#include "src/run/blocking_completion.hpp"
#include "src/run/own_compute.hpp"

namespace overlap {
namespace {

/// A library's functions, and calls of them for a workload's steps.
class Library {
 public:
  Library(const std::string& file, Workload workload)
      : functions_(load_own_functions(file)),
        name_(std::filesystem::path(file).filename()),
        workload_(std::move(workload)) {}

  const OwnFunctions& functions() const noexcept { return functions_; }

  void prepare() const {
    if (functions_.prepare == nullptr) return;
    const int status = functions_.prepare(workload_.size, workload_.seed);
    if (status != 0) throw RunFailed(fmt::format("overlap_prepare of {} returned {}", name_, status));
  }

  overlap_step call_for(const Step& step, std::byte* workspace) const noexcept {
    // Setup computes more steps than there are.
    return {.request = step.request,
            .iteration = step.iteration % workload_.iterations,
            .size = workload_.size,
            .seed = workload_.seed,
            .workspace = workspace,
            .results = {},
            .error = nullptr};
  }

  /// Calls `function`, which returns a status; throws what a user is told where it does.
  template <typename Function>
  int call_or_throw(const overlap_step& call, const Function& function) const {
    try {
      return function();
    } catch (const std::exception& error) {
      throw failure(call, error.what());
    } catch (...) {
      throw failure(call, "it threw what is no std::exception");
    }
  }

  RunFailed failure(const overlap_step& call, const std::string& reason) const {
    return RunFailed(fmt::format("{}: step ({}, {}): {}", name_, call.request, call.iteration, reason));
  }
  RunFailed failure(const overlap_step& call, int status) const {
    return failure(call, call.error != nullptr ? call.error : fmt::format("it returned {}", status));
  }

  static void keep_results(const overlap_step& call, StepRecord& record) noexcept {
    record.input_energy = call.results[0];
    record.spectrum_energy = call.results[1];
    record.bin_re = call.results[2];
    record.bin_im = call.results[3];
  }

 private:
  const OwnFunctions& functions_;
  std::string name_;
  Workload workload_;
};

class LibraryStarter final : public StepStarter {
 public:
  LibraryStarter(const Library& library, std::byte* workspace, std::function<void(const std::string&)> give_up)
      : library_(library), workspace_(workspace), give_up_(std::move(give_up)) {}

  void start(Step& step, Completion& completion) override {
    step_ = &step;
    completion_ = &completion;
    started_ = {library_.call_for(step, workspace_), this};
    step.record->begin_ns = now_ns();
    under_way_.store(true);
    const int status =
        library_.call_or_throw(started_.call, [this] { return library_.functions().start(&started_.call, done); });
    if (status == 0) return;
    expect_under_way();
    throw library_.failure(started_.call, status);
  }

 private:
  /// What the library is handed, and whose it is.
  struct Started {
    overlap_step call{};
    LibraryStarter* starter = nullptr;
  };
  static_assert(std::is_standard_layout_v<Started>, "the library's pointer to the call is one to this");

  static void done(overlap_step* call, int status) { reinterpret_cast<Started*>(call)->starter->end(status); }

  void end(int status) noexcept {
    const std::int64_t end_ns = now_ns();
    expect_under_way();
    Step& step = *step_;
    step.record->end_ns = end_ns;
    if (status != 0) {
      completion_->fail(step, std::make_exception_ptr(library_.failure(started_.call, status)));
      return;
    }
    Library::keep_results(started_.call, *step.record);
    completion_->complete(step);
  }

  /// It is not from here on. Where it was not, somebody else may already use what the step had.
  void expect_under_way() noexcept {
    if (under_way_.exchange(false)) return;
    give_up_(library_.failure(started_.call, "it is told to be over and is not under way").what());
  }

  const Library& library_;
  std::byte* workspace_;
  std::function<void(const std::string&)> give_up_;
  Started started_;
  std::atomic<bool> under_way_{false};
  Step* step_ = nullptr;
  Completion* completion_ = nullptr;
};

class LibraryCompute final : public StepCompute {
 public:
  LibraryCompute(const std::string& file, Workload workload) : library_(file, std::move(workload)) {
    library_.prepare();
  }

  void compute(std::byte* workspace, Step& step) const override {
    if (library_.functions().compute == nullptr) {
      start_and_wait(workspace, step);
      return;
    }
    overlap_step call = library_.call_for(step, workspace);
    StepRecord& record = *step.record;
    record.begin_ns = now_ns();
    const int status = library_.call_or_throw(call, [&] { return library_.functions().compute(&call); });
    record.end_ns = now_ns();
    if (status != 0) throw library_.failure(call, status);
    Library::keep_results(call, record);
  }

  StepArrays probe(std::byte* /*workspace*/, Step& /*step*/) const override {
    throw std::logic_error("a compute of the user's own has no arrays to show");
  }

  std::unique_ptr<StepStarter> starter(std::byte* workspace,
                                       const std::function<void(const std::string&)>& give_up) const override {
    return std::make_unique<LibraryStarter>(library_, workspace, give_up);
  }

 private:
  void start_and_wait(std::byte* workspace, Step& step) const {
    LibraryStarter starter(library_, workspace, end_process);
    BlockingCompletion done;
    starter.start(step, done);
    done.wait();
  }

  Library library_;
};

}  // namespace

ComputeInfo library_compute(const std::string& file) {
  return {
      .name = "own",
      .prepare = [file](const Workload& workload, const EngineOptions& /*options*/) -> std::unique_ptr<StepCompute> {
        return std::make_unique<LibraryCompute>(file, workload);
      },
      .workspace_bytes = [file](const Workload& workload) { return own_workspace_bytes(file, workload.size); },
      .probe_bytes = [](const Workload& /*workload*/) { return std::uint64_t{0}; },
      .facts = [] { return NamedTexts(); },
      .starts_no_steps =
          [file] {
            const bool starts = load_own_functions(file).start != nullptr;
            return starts ? std::string() : file + " has no function overlap_start";
          }};
}

}  // namespace overlap
