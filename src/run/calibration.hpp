// Calibration: how fast an engine's steps are, alone and with all lanes busy, measured by the driver's own workers.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "src/run/driver.hpp"
#include "src/run/engine.hpp"
#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

struct StepRate {
  double step_s = 0.0;       ///< seconds of a step that runs alone: docs/metrics.md
  double steps_per_s = 0.0;  ///< with all lanes busy
  unsigned lanes = 1;        ///< as many as those are
};

/// Runs the driver on workloads without waits, into recordings of its own. Throws RunFailed.
class Calibration {
 public:
  /// `prepare_worker` as in RunContext.
  Calibration(Workload workload, Driver& driver, Engine& engine, std::function<void()> prepare_worker);

  /// One step; its seconds.
  double warm_up();

  /// Calls `inspect` in each of `workers` workers of a driver that forks, when it is prepared.
  void in_workers(unsigned workers, const std::function<void()>& inspect);

  struct Effort {
    double seconds = 0.0;       ///< about, of each kind of measurement, but at least three steps of each request
    double first_step_s = 0.0;  ///< what warm_up returned: only a guess of a step's time
    unsigned lanes = 1;
    std::uint64_t requests = 1;  ///< at once, to keep all lanes busy
    /// Lanes, each of a request, where steps keep no CPU busy, as they wait for a device; 0: the same.
    unsigned blocking_lanes = 0;
  };

  /// Measures a step alone, then all lanes; in two rounds each, where the first took clearly less than its time. Where
  /// the steps of a request may differ in what they take, in more rounds, of whole requests as far as these fit.
  StepRate measure(const Effort& effort);

  /// What was measured: steps of the workload, computed before the run.
  std::vector<Recording> take_recordings() { return std::move(recordings_); }

 private:
  /// Runs `first` iterations, or the few that are safe where nothing is known of the time between them; where they take
  /// clearly less than the time, runs anew, as many as fit in it.
  Recording run_for(double seconds, std::uint64_t requests, std::uint64_t first);
  /// How many iterations in a row may differ in what they take. They do again after those.
  std::uint64_t kinds() const noexcept { return workload_.computes_fft() ? 1 : workload_.iterations; }
  /// So many iterations, in whole requests where there is one.
  std::uint64_t in_whole_requests(std::uint64_t iterations) const noexcept;
  Recording run(std::uint64_t requests, std::uint64_t iterations, const std::function<void()>& prepare_worker);
  /// Whether each step of the run before slept, or one of each request's, and they used less than half of a CPU.
  bool blocks(const Recording& recording) const;

  Workload workload_;
  Driver& driver_;
  Engine& engine_;
  std::function<void()> prepare_worker_;
  std::vector<Recording> recordings_;
  std::int64_t cpu_ns_ = 0;   // of the last run
  std::uint64_t sleeps_ = 0;  // in it: what has to wait for a CPU that others use does not sleep
};

}  // namespace overlap
