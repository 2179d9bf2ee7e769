// How long plans may take: a guess, from short trials of their engines.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "src/comparison/plan.hpp"
#include "src/run/registry.hpp"

namespace overlap {

/// Remembers its trials: one for each engine, its threads, and the workload's size, precision and spectrum, and one of
/// starting threads and processes each. They run in the caller's process, so that what might end that, or keep a device
/// from the runs to come, is not tried.
class Estimator {
 public:
  explicit Estimator(const Registry& registry) : registry_(registry) {}

  /// Seconds of the timed part, in which threads and processes are started too; none where there is no guess.
  std::optional<double> makespan_s(const ExecutorPlan& plan);

  /// Seconds of the whole run: also for starting it, calibration and checks; none where there is no guess.
  std::optional<double> run_s(const ExecutorPlan& plan);

  /// Whether there was a guess for all that were asked for.
  bool knows_all() const noexcept { return without_guess_.empty(); }

  /// Why there was none, a line for each reason; empty where there was one for all.
  std::string notes() const;

 private:
  std::optional<double> step_s(const ExecutorPlan& plan);
  /// Of all its workers, one after the other.
  double start_s(const ExecutorPlan& plan);

  const Registry& registry_;
  std::map<std::string, double> step_s_;
  std::map<DriverInfo::Kind, double> worker_start_s_;
  std::map<std::string, std::vector<std::string>> without_guess_;  // executors, by the reason
};

}  // namespace overlap
