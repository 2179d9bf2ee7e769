// A comparison: rounds over the planned executors, each run held against the reference and turned into a row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/comparison/plan.hpp"
#include "src/comparison/results.hpp"
#include "src/comparison/rounds.hpp"
#include "src/run/supervisor.hpp"

namespace overlap {

/// Is told of runs as they go. Measuring knows no printing: this is where printing listens.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A run begins; the recording stays in place until `ended`.
  virtual void began(const ExecutorPlan& plan, const Recording& recording) = 0;
  /// Called every tick_ms() while it runs, and at its end.
  virtual void tick() = 0;
  virtual void ended(const Repeat& repeat) = 0;
  /// 0: no ticks, so that nothing disturbs the run.
  virtual int tick_ms() const = 0;
};

struct ComparisonOptions {
  RoundsWanted rounds;
  double timeout_s = 0.0;             ///< of each run; 0: none
  std::optional<Executor> reference;  ///< none: the usual one where it is listed, else the first computing row
  std::string usual_reference = "sequential/fftw";
  bool keep_recordings = false;  ///< also of workloads with many steps
};

/// Runs the plans of one workload, in as many rounds as are wanted. Rows are in the plans' order. The first round is in
/// that order too, later ones are shuffled by the workload's seed. After an interrupt, what has not finished is marked
/// as such. The results lack engines' facts, notes and advice. `observer` may be nullptr.
Results run_comparison(const std::vector<ExecutorPlan>& plans, const Workload& workload, const Machine& machine,
                       const ComparisonOptions& options, Supervisor& supervisor, Observer* observer);

}  // namespace overlap
