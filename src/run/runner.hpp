// The runner: the process in which one executor runs, alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/run/recording.hpp"
#include "src/run/registry.hpp"
#include "src/run/setup.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// All that a runner is told.
struct RunnerJob {
  Executor executor;
  std::vector<std::string> command;  ///< of an executor that is another program: what the runner becomes
  Workload workload;
  OwnCompute own_compute;  ///< empty: the FFT
  EngineOptions engine_options;
  unsigned workers = 1;  ///< threads or processes; 1 for drivers of one thread
  unsigned slots = 1;    ///< workspaces over all workers
  unsigned lanes = 1;
  unsigned blocking_lanes = 1;  ///< as many where steps keep no CPU busy; of the FFT, the same
  std::uint64_t requests_in_progress = 1;
  double calibration_s = 0.2;   ///< seconds of each part of the calibration, or three steps where those take longer
  int tool_pid = 0;             ///< whose child the runner is; should the tool be gone, so is the runner
  std::int64_t spawned_ns = 0;  ///< when the tool began to start the runner
};

std::string to_json(const RunnerJob& job);
/// Throws std::exception, with what is missing or wrong, where the text is no job.
RunnerJob runner_job_from_json(const std::string& text);

/// Sets up the executor in this process, runs it and fills the recording. Throws RunFailed, with the message in the
/// recording too. Leaves no process behind.
void execute(const RunnerJob& job, const Registry& registry, Recording& recording);

/// The hidden command by which the tool starts itself as a runner: maps the recording from descriptor
/// `runner_recording_fd` and executes the job. The exit status: 0, or 1 with the reason in the recording.
int runner_main(const std::string& job_text, const Registry& registry);

inline constexpr int runner_recording_fd = 3;
inline constexpr const char* runner_command = "internal-runner";

}  // namespace overlap
