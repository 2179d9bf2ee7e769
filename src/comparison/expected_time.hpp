// How long a plan may take: what no schedule of it can beat, and a guess of a step's time.
#pragma once

#include "src/comparison/plan.hpp"

namespace overlap {

/// The least makespan of a plan if a step takes `step_s` seconds on one lane; see lower_bound_s in docs/metrics.md.
double expected_makespan_s(const ExecutorPlan& plan, double step_s);

/// Seconds of a step of this engine, from a short trial of a smaller size, scaled by N·log2(2N). A rough guess.
double guess_step_s(const EngineInfo& engine, const EngineOptions& options, const Workload& workload);

}  // namespace overlap
