// What no schedule can beat: the least makespan of requests, and how many of them can be taken in the long run. Pure
// functions; defined in docs/metrics.md, "How close to the best".
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "src/base/enum_names.hpp"

namespace overlap {

/// A request, as it comes; seconds.
struct RequestTimes {
  double arrival_s = 0.0;  ///< from T0
  double waits_s = 0.0;    ///< of all its steps
};

/// The earliest moment at which a step can be due, whatever the schedule; seconds from T0.
struct StepDue {
  double due_s = 0.0;
  double arrival_s = 0.0;  ///< its request's
};

/// What takes the requests.
struct ScheduleLimits {
  double iterations = 0.0;            ///< steps of a request
  double step_s = 0.0;                ///< the least that a step takes
  double mean_step_s = 0.0;           ///< what steps take on average, where one request after the other is taken
  double capacity_steps_per_s = 0.0;  ///< with all lanes busy; 0: nothing computes
  double lanes = 1.0;                 ///< steps that can compute at once
  double requests_in_progress = 1.0;  ///< at most, from 1
};

/// What bounds a run from below, and so what a user can do about it: its waits, its compute, or that requests come in
/// no sooner.
enum class Bound { waiting, compute, arrivals };
template <>
inline constexpr auto enum_names<Bound> = names_up_to<Bound::arrivals>("waiting", "compute", "arrivals");

struct LowerBound {
  double seconds = 0.0;  ///< from T0
  Bound bound = Bound::waiting;
};

/// The least makespan of any schedule, of requests in the order of their arrivals. `dues`, which it sorts, has all
/// steps, or none where nothing computes.
LowerBound lower_bound_of(std::span<const RequestTimes> requests, std::span<StepDue> dues,
                          const ScheduleLimits& limits);

/// The highest rate of requests that can be kept up with, in requests a second: as many as can be computed, and as many
/// as can be in progress where these are fewer than all, `service_s` being how long one is on average. None where
/// nothing bounds it.
std::optional<double> capacity_requests_per_s(const ScheduleLimits& limits, std::size_t requests, double service_s);

}  // namespace overlap
