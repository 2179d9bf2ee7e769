// The plan of a comparison: what would run, with how many workers and slots, and in how much memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/run/registry.hpp"
#include "src/run/runner.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

struct PlanOptions {
  Workload workload;
  OwnCompute own_compute;  ///< empty: the FFT
  std::vector<ExecutorChoice> executors;
  EngineOptions engine_options;
  unsigned workers = 0;        ///< 0: one per request
  unsigned compute_slots = 0;  ///< 0: one per worker, or as many as memory holds
  /// Seconds for which requests come in, where that and the rate say how many they are; 0: the workload does.
  double arrive_for_s = 0.0;

  /// Sets the workload's requests accordingly.
  void count_requests();
};

/// How rows are to run, by the options' names: the rigor, and what differs from its default.
NamedTexts settings_of(const PlanOptions& plan);

/// Those of the settings asked for that make no difference to any of the executors, available or not.
std::vector<std::string> unheeded_settings(const PlanOptions& plan, const Registry& registry);

/// What the machine leaves to a comparison.
struct PlanLimits {
  unsigned usable_cpus = 1;
  std::uint64_t memory_bytes = 0;
};

struct ExecutorPlan {
  RunnerJob job;
  bool computes = true;
  bool takes_compute_slots = true;  ///< whether PlanOptions::compute_slots bounds it
  std::string unavailable;          ///< why it can't run here; empty where it can
  std::uint64_t memory_bytes = 0;
  std::vector<std::string> notes;  ///< what was limited

  std::string name() const { return job.executor.name(); }
};

/// Plans every executor. Sets compute slots where memory would not hold a workspace for every worker. Throws
/// UnavailableError for a named executor that is unavailable, and where all are, and UsageError, with the figures, for
/// what can't fit.
std::vector<ExecutorPlan> plan_comparison(const PlanOptions& options, const Registry& registry,
                                          const PlanLimits& limits);

/// Throws UsageError for an option that is given and only the FFT has, where another compute takes its place.
void require_fft(const Workload& workload, std::string_view option, bool is_given);
/// The same for a workload's own options.
void require_meaning(const Workload& workload);

/// Limits of this machine now.
PlanLimits limits_here();

}  // namespace overlap
