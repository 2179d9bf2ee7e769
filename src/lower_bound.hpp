// What no schedule can beat: the least makespan of requests, and how many of them can be taken in the long run. Pure
// functions; defined in docs/metrics.md, "How close to the best".
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "src/enum_names.hpp"

namespace overlap {

/// A request, as it comes; seconds.
struct RequestTimes {
  double arrival_s = 0.0;  ///< from T0
  double first_wait_s = 0.0;
  double waits_s = 0.0;  ///< of all its steps
};

/// What takes the requests.
struct ScheduleLimits {
  double iterations = 0.0;            ///< steps of a request
  double step_s = 0.0;                ///< of a step alone
  double capacity_steps_per_s = 0.0;  ///< with all lanes busy; 0: nothing computes
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

/// The least makespan of any schedule.
LowerBound lower_bound_of(std::span<const RequestTimes> requests, const ScheduleLimits& limits);

/// The highest rate of requests that can be kept up with, in requests a second: as many as can be computed, and as many
/// as can be in progress where these are fewer than there are. None where nothing bounds it.
std::optional<double> capacity_requests_per_s(std::span<const RequestTimes> requests, const ScheduleLimits& limits);

}  // namespace overlap
