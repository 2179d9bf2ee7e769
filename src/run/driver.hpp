// The driver interface: how requests are interleaved. A driver knows no FFT.
#pragma once

#include <cstdint>
#include <functional>

#include "src/run/engine.hpp"
#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

struct RunContext {
  const Workload& workload;
  Engine& engine;
  Recording& recording;  ///< of this workload's requests × iterations, with at least `workers` worker entries
  unsigned workers = 1;  ///< threads or processes; drivers of one thread have one
  /// Called by a driver that forks, in each child, before its first step; throws on failure. The other drivers' engine
  /// is prepared before run.
  std::function<void()> prepare_worker = [] {};
};

class Driver {
 public:
  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  virtual ~Driver() = default;

  /// Takes every request through its steps, writing their records, from the recording's T0 on and none before it has
  /// come in, and returns when all are done. On any failure it stops the rest, leaves no thread and no process behind,
  /// and throws RunFailed, with the message in the recording too.
  virtual void run(RunContext& context) = 0;
};

}  // namespace overlap
