// One step on a CPU: inputs generated, transformed by an FFTW plan, the upper half filled with the digest in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "cpu/engines/step_compute.hpp"
#include "cpu/engines/team.hpp"

namespace overlap {

/// The plan and the arithmetic of a workload's steps, in its precision. The plan is real-to-complex, whatever the
/// spectrum; of a full spectrum the upper half is the lower one's conjugate.
class Transform : public StepCompute {
 public:
  /// Makes the plan, for steps on so many threads; of rigor measure or patient with wisdom kept in the cache folder.
  /// One thread at a time in a process (FFTW's planner). Leaves no thread behind. Throws std::runtime_error, and
  /// std::bad_alloc.
  static std::unique_ptr<Transform> plan(const Workload& workload, const EngineOptions& options, unsigned threads = 1);

  /// In a workspace of workspace_bytes(), which begins with the spectrum then; the inputs are gone where it is full.
  /// Allocates nothing, but for FFTW in plans for several threads.
  void compute(std::byte* workspace, Step& step) const noexcept final { compute_on(nullptr, workspace, step); }

  /// Compute, into bins that are NaN when they are written. The inputs are a copy, made when they were transformed and
  /// owned by the arrays; the making is not in the record's times. Throws std::bad_alloc.
  StepArrays probe(std::byte* workspace, Step& step) const final { return probe_on(nullptr, workspace, step); }

  /// The same on the threads of a team, which works at one step at a time; nullptr: on the caller's.
  virtual void compute_on(Team* team, std::byte* workspace, Step& step) const noexcept = 0;
  virtual StepArrays probe_on(Team* team, std::byte* workspace, Step& step) const = 0;
};

/// A Transform for steps on one thread.
ComputeInfo fft_compute();

/// Bytes of a step's lower half of the spectrum and of its inputs, each padded to 64 bytes. A full spectrum's upper
/// half takes the inputs' place.
std::uint64_t workspace_bytes(const Workload& workload) noexcept;

/// Bytes that a probe takes beside the workspace, while its arrays live.
std::uint64_t probe_bytes(const Workload& workload) noexcept;

std::string fftw_version_text();

}  // namespace overlap
