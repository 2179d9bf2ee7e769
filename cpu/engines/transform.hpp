// One step on a CPU: inputs generated, transformed by an FFTW plan, the upper half filled with the digest in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "cpu/engines/team.hpp"
#include "src/engine.hpp"

namespace overlap {

/// The plan and the arithmetic of a workload's steps, in its precision. The plan is real-to-complex, whatever the
/// spectrum; of a full spectrum the upper half is the lower one's conjugate.
class Transform {
 public:
  /// Makes the plan, for steps on so many threads; of rigor measure or patient with wisdom kept in the cache folder.
  /// One thread at a time in a process (FFTW's planner). Leaves no thread behind. Throws std::runtime_error, and
  /// std::bad_alloc.
  static std::unique_ptr<Transform> plan(const Workload& workload, const EngineOptions& options, unsigned threads = 1);

  Transform() = default;
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;
  virtual ~Transform() = default;

  /// Computes a step in a workspace of workspace_bytes(), aligned to 64 bytes, and stamps begin_ns and end_ns around
  /// it; on the threads of the team where one is given, else on the caller's alone. Thread-safe on different workspaces
  /// and teams. Allocates nothing, but for FFTW in plans for several threads.
  virtual void compute(std::byte* workspace, Step& step, Team* team = nullptr) const noexcept = 0;

  /// Overwrites a workspace's spectrum with NaN.
  virtual void poison(std::byte* workspace) const noexcept = 0;

  /// A workspace's numbers.
  virtual StepArrays view(std::byte* workspace) const noexcept = 0;

  /// As Engine::probe, in a workspace: poison, compute, view.
  StepArrays probe(std::byte* workspace, Step& step, Team* team = nullptr) const noexcept {
    poison(workspace);
    compute(workspace, step, team);
    return view(workspace);
  }
};

/// Bytes of a step's input and spectrum, each padded to 64 bytes.
std::uint64_t workspace_bytes(const Workload& workload) noexcept;

std::string fftw_version_text();

}  // namespace overlap
