// The supervisor: starts a runner in a fresh process, watches it, and leaves nothing of it behind.
#pragma once

#include <cstdint>
#include <functional>

#include "src/base/unique_fd.hpp"
#include "src/run/recording.hpp"
#include "src/run/runner.hpp"

namespace overlap {

/// Takes SIGINT, SIGTERM and SIGHUP from the process into a descriptor for as long as it lives, but for what the
/// process was started to ignore, and makes the process adopt its orphaned descendants. One at a time, in a process of
/// one thread.
class Supervisor {
 public:
  Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor();

  struct Watch {
    double timeout_s = 0.0;  ///< 0: none
    int tick_ms = 0;         ///< how often on_tick is called; 0: never
    std::function<void()> on_tick;
  };

  struct End {
    enum class How { exited, killed, timed_out, interrupted };
    How how = How::exited;
    int status = 0;  ///< exited: the exit status; killed: the signal
  };

  /// Runs a job in a process of its own, into `recording`. When it returns, the runner and all that it started are
  /// gone. Throws std::system_error where no process can be started.
  End run(const RunnerJob& job, const Recording& recording, const Watch& watch);

  /// Whether an interrupt has come, now or at any time before.
  bool interrupted();

 private:
  UniqueFd signals_;
  bool interrupted_ = false;
};

}  // namespace overlap
