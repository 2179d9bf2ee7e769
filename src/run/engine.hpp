// The engine interface: where a step's numbers are made. A few operations; an engine knows no scheduling of requests.
#pragma once

#include <complex>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <utility>

#include "src/base/clock.hpp"
#include "src/run/device_usage.hpp"
#include "src/run/recording.hpp"
#include "src/run/setup.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// One step on its way through an engine. The caller owns it and keeps it in place until it is complete; the engine
/// writes begin_ns, end_ns and the digest into `record`, and nothing else of it.
struct Step {
  std::uint64_t request = 0;
  std::uint64_t iteration = 0;
  StepRecord* record = nullptr;
  Step* next = nullptr;      ///< for whoever holds the step: an engine's queue, then the completion's
  std::uint32_t worker = 0;  ///< the caller, below EngineSetup::callers
};

/// Where an engine hands back a step that it completes later.
class Completion {
 public:
  // One of the two is called exactly once for each step whose submit returned false, from any thread or from poll. The
  // step may be gone when it returns.

  virtual void complete(Step& step) noexcept = 0;
  /// The step can't be completed, for this reason.
  virtual void fail(Step& step, std::exception_ptr reason) noexcept = 0;

 protected:
  ~Completion() = default;
};

/// A view of a step's numbers, whole, in host memory: for the check in setup and for `overlap step`. In the workload's
/// precision, read as double. A copy that was made for the view alone is kept by it, as its `owned`.
class StepArrays {
 public:
  StepArrays() = default;
  StepArrays(std::span<const double> input, std::span<const std::complex<double>> spectrum,
             std::shared_ptr<const void> owned = nullptr) noexcept
      : StepArrays(Precision::float64, std::as_bytes(input), std::as_bytes(spectrum), std::move(owned)) {}
  StepArrays(std::span<const float> input, std::span<const std::complex<float>> spectrum,
             std::shared_ptr<const void> owned = nullptr) noexcept
      : StepArrays(Precision::float32, std::as_bytes(input), std::as_bytes(spectrum), std::move(owned)) {}

  std::uint64_t size() const noexcept { return input_.size() / real_bytes(); }
  std::uint64_t bins() const noexcept { return spectrum_.size() / (2 * real_bytes()); }
  double input(std::uint64_t n) const noexcept { return real(input_, n); }
  std::complex<double> bin(std::uint64_t k) const noexcept {
    return {real(spectrum_, 2 * k), real(spectrum_, 2 * k + 1)};
  }

  /// As they lie in memory.
  Precision precision() const noexcept { return precision_; }
  std::span<const std::byte> input_bytes() const noexcept { return input_; }
  std::span<const std::byte> spectrum_bytes() const noexcept { return spectrum_; }

 private:
  StepArrays(Precision precision, std::span<const std::byte> input, std::span<const std::byte> spectrum,
             std::shared_ptr<const void> owned) noexcept
      : precision_(precision), input_(input), spectrum_(spectrum), owned_(std::move(owned)) {}

  std::uint64_t real_bytes() const noexcept { return precision_ == Precision::float64 ? 8 : 4; }
  double real(std::span<const std::byte> numbers, std::uint64_t index) const noexcept {
    if (precision_ == Precision::float64) return reinterpret_cast<const double*>(numbers.data())[index];
    return static_cast<double>(reinterpret_cast<const float*>(numbers.data())[index]);
  }

  Precision precision_ = Precision::float64;
  std::span<const std::byte> input_;
  std::span<const std::byte> spectrum_;
  std::shared_ptr<const void> owned_;
};

class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// First stage of setup: single-threaded, before any fork; makes what children inherit safely (wisdom, plans, shared
  /// workspaces). No thread and no CUDA context. Throws on failure.
  virtual void prepare_shared(const EngineSetup& setup) = 0;

  /// Second stage, once in each process that computes: buffers, threads, contexts. Throws on failure.
  virtual void prepare_worker(const EngineSetup& setup) = 0;

  /// Computes a step and returns when it is done. Callable by EngineSetup::callers threads at once, each with its own
  /// Step::worker; waits inside where compute slots are fewer (queue time: begin_ns is stamped after). Allocates
  /// nothing. Throws on failure.
  virtual void compute(Step& step) = 0;

  /// Starts a step. True: it is complete already (a blocking engine's submit is its compute). False: `completion` gets
  /// it later. Throws on failure to start it, and `completion` is then not called.
  virtual bool submit(Step& step, Completion& /*completion*/) {
    compute(step);
    return true;
  }

  /// Delivers the completions that can be had now, and says when it wants to be asked again, in CLOCK_MONOTONIC
  /// nanoseconds: never_ns where it needs no polling. Called by the thread that submits, while steps are outstanding.
  virtual std::int64_t poll() { return never_ns; }

  /// What this process had a device do so far; nothing on engines without one. Called while no step is with the engine.
  virtual DeviceUsage usage() { return {}; }

  /// What the device is and how fast it copies, which is measured here; nothing on engines without one. In calibration,
  /// after prepare_worker, while no step is with the engine. Throws on failure.
  virtual DeviceDescription describe_device() { return {}; }

  /// Slots that probe can be asked about: one per workspace or stream of this process. 0: nothing is computed.
  virtual unsigned slots() const noexcept = 0;

  /// Overwrites the slot's output with NaN, computes the step there as compute does, and hands out input and spectrum
  /// whole; the view stays valid until the engine's next step. Setup only, one thread. Throws std::logic_error on an
  /// engine without slots, and where it computes no FFT.
  virtual StepArrays probe(unsigned slot, Step& step) = 0;
};

}  // namespace overlap
