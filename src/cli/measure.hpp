// One comparison, from its plans to results that are ready for a report; for the commands that make them.
#pragma once

#include <string>
#include <vector>

#include "src/comparison/comparison.hpp"
#include "src/comparison/plan.hpp"
#include "src/comparison/results.hpp"
#include "src/machine/machine.hpp"
#include "src/run/registry.hpp"

namespace overlap {

/// Runs the plans of a workload and completes the results by the engines' facts, notes and advice.
/// `observer` may be nullptr.
Results measure(const std::vector<ExecutorPlan>& plans, const Workload& workload, const ComparisonOptions& options,
                const Machine& machine, const Registry& registry, Supervisor& supervisor, Observer* observer);

/// The fact compute_fact: "sort.py (283 bytes, e3b0c44298fc1c14)", of each file; empty of the FFT.
std::string content_line(const OwnCompute& own);

/// The exit status that the results stand for: interrupted, failed (a run, or its verification), or ok.
int exit_status(const Results& results);

}  // namespace overlap
