// How long plans may take: a guess, from short trials of their engines.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "src/plan.hpp"
#include "src/registry.hpp"

namespace overlap {

/// Remembers its trials: one for each engine, its threads, and the workload's size, precision and
/// spectrum. Its calls throw what an
/// engine's trial throws, and std::runtime_error for an executor that is another program.
class Estimator {
 public:
  explicit Estimator(const Registry& registry) : registry_(registry) {}

  /// Seconds of the timed part.
  double makespan_s(const ExecutorPlan& plan);

  /// Seconds of the whole run: also for starting it, calibration and checks.
  double run_s(const ExecutorPlan& plan);

 private:
  double step_s(const ExecutorPlan& plan);

  const Registry& registry_;
  std::map<std::string, double> step_s_;
};

}  // namespace overlap
