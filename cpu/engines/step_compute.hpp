// What a CPU engine makes of a step: the FFT, or a compute of the user's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/run/engine.hpp"

namespace overlap {

/// A workspace in which steps are started that end later, one after another.
class StepStarter {
 public:
  StepStarter() = default;
  StepStarter(const StepStarter&) = delete;
  StepStarter& operator=(const StepStarter&) = delete;
  virtual ~StepStarter() = default;

  /// Starts a step and stamps its begin_ns. `completion` gets it when it is over, from any thread, with all that
  /// StepCompute::compute writes, and another step may be started from then on. Throws where it can't be started, and
  /// `completion` is not called.
  virtual void start(Step& step, Completion& completion) = 0;
};

/// A workload's steps, computed in workspaces.
class StepCompute {
 public:
  StepCompute() = default;
  StepCompute(const StepCompute&) = delete;
  StepCompute& operator=(const StepCompute&) = delete;
  virtual ~StepCompute() = default;

  /// Computes a step on the caller's thread in a workspace, aligned to 64 bytes, stamps begin_ns and end_ns around it
  /// and writes what it leaves into the record. Thread-safe on different workspaces. Throws on failure.
  virtual void compute(std::byte* workspace, Step& step) const = 0;

  /// As Engine::probe, in a workspace.
  virtual StepArrays probe(std::byte* workspace, Step& step) const = 0;

  /// What starts steps in a workspace; it has to be gone before this and the workspace are. `give_up` is EngineSetup's.
  /// Throws std::logic_error where ComputeInfo::starts_no_steps says why it can't.
  virtual std::unique_ptr<StepStarter> starter(std::byte* /*workspace*/,
                                               const std::function<void(const std::string&)>& /*give_up*/) const {
    throw std::logic_error("this compute starts no steps that end later");
  }
};

/// A compute that engines can be made for.
struct ComputeInfo {
  std::string name;  ///< of the engine that has it on the caller's thread
  /// Called before any fork, one thread at a time in a process. Throws on failure.
  std::function<std::unique_ptr<StepCompute>(const Workload&, const EngineOptions&)> prepare;
  std::function<std::uint64_t(const Workload&)> workspace_bytes;
  /// Bytes that a probe takes beside the workspace, while its arrays live.
  std::function<std::uint64_t(const Workload&)> probe_bytes;
  /// As EngineInfo::heeded.
  std::vector<std::string> heeded = {};
  /// As EngineInfo::facts.
  std::function<NamedTexts()> facts;
  /// Why it can't start steps that end later; empty where it can.
  std::function<std::string()> starts_no_steps = [] { return std::string("its steps end where they began"); };
};

}  // namespace overlap
