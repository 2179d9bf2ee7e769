// Plans over fake drivers and engines, which are never run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/comparison/plan.hpp"

namespace overlap::testing {

inline constexpr std::uint64_t mb = 1'000'000;
inline constexpr std::uint64_t slot = 100 * mb;
inline constexpr std::uint64_t request_bytes = 128;  ///< of `coroutine`
inline constexpr PlanLimits ample{4, 1'000'000 * mb};

DriverInfo driver(std::string name, DriverInfo::Kind kind);
EngineInfo engine(std::string name, std::uint64_t slot_bytes);

/// Drivers of every kind, named as the real ones are; engines `fftw` (100 MB a slot), `null` (nothing), `locked` (one
/// lane a process), `pool` (completes later), `own-pool` (that, with a slot for each of its threads), `own-team` (its
/// threads share a step), `gpu` (8 streams, 100 MB of host memory each) and `missing` (unavailable).
Registry make_registry();

PlanOptions options_for(std::string_view executors, std::uint64_t requests = 10);

std::vector<ExecutorPlan> plan(const PlanOptions& options, const PlanLimits& limits = ample);
ExecutorPlan plan_one(const PlanOptions& options, const PlanLimits& limits = ample);

}  // namespace overlap::testing
