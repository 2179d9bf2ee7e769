// Bounds from the last request to the first.
#include "src/metrics/lower_bound.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace overlap {
namespace {

/// The latest end of what begins with an arrival and then takes some time.
struct LatestEnd {
  LowerBound bound;

  void take(double arrival_s, double then_s, Bound why) {
    if (arrival_s + then_s <= bound.seconds) return;
    bound = {arrival_s + then_s, arrival_s > then_s ? Bound::arrivals : why};
  }
};

double service_s_of(const RequestTimes& request, const ScheduleLimits& limits) {
  const double step_s =
      limits.requests_in_progress == 1.0 ? std::max(limits.step_s, limits.mean_step_s) : limits.step_s;
  return request.waits_s + limits.iterations * step_s;
}

/// What most of a request's time goes into, where nothing holds it up.
Bound larger_of(double waits_s, double computes_s) { return waits_s >= computes_s ? Bound::waiting : Bound::compute; }

/// Of k · L + 1 requests, L at once, k + 1 follow one another somewhere: at the least the shortest of them, and that of
/// the longest requests.
void take_longest_in_turns(std::vector<double> services_s, double in_progress, Bound why, LatestEnd& end) {
  const auto at_once = static_cast<std::size_t>(in_progress);
  if (at_once >= services_s.size()) return;
  std::sort(services_s.begin(), services_s.end(), std::greater<>());
  std::vector<double> sums_s(services_s.size() + 1, 0.0);
  std::partial_sum(services_s.begin(), services_s.end(), sums_s.begin() + 1);
  for (std::size_t turns = 1; turns * at_once < services_s.size(); ++turns) {
    const std::size_t last = turns * at_once;
    end.take(0.0, sums_s[last + 1] - sums_s[last - turns], why);
  }
}

}  // namespace

LowerBound lower_bound_of(std::span<const RequestTimes> requests, std::span<StepDue> dues,
                          const ScheduleLimits& limits) {
  LatestEnd in_turn;
  std::vector<double> services_s(requests.size());
  // Of the requests from one on: none of them begins before the first of them has come in.
  double sum_s = 0.0;
  double waits_s = 0.0;
  double first_arrival_s = std::numeric_limits<double>::infinity();
  for (std::size_t i = requests.size(); i-- > 0;) {
    services_s[i] = service_s_of(requests[i], limits);
    sum_s += services_s[i];
    waits_s += requests[i].waits_s;
    first_arrival_s = std::min(first_arrival_s, requests[i].arrival_s);
    in_turn.take(requests[i].arrival_s, services_s[i],
                 larger_of(requests[i].waits_s, services_s[i] - requests[i].waits_s));
    in_turn.take(first_arrival_s, sum_s / limits.requests_in_progress, larger_of(waits_s, sum_s - waits_s));
  }
  take_longest_in_turns(std::move(services_s), limits.requests_in_progress, larger_of(waits_s, sum_s - waits_s),
                        in_turn);
  if (!(limits.capacity_steps_per_s > 0.0)) return in_turn.bound;

  LatestEnd compute;
  // Of the steps from one on: none of them computes before the first of them is due.
  const double turn_s = std::min(limits.step_s, limits.lanes / limits.capacity_steps_per_s);
  std::sort(dues.begin(), dues.end(), [](const StepDue& a, const StepDue& b) { return a.due_s < b.due_s; });
  for (std::size_t i = 0; i < dues.size(); ++i) {
    const auto steps = static_cast<double>(dues.size() - i);
    const double compute_s = std::max(steps / limits.capacity_steps_per_s, std::ceil(steps / limits.lanes) * turn_s);
    const double wait_s = dues[i].due_s - dues[i].arrival_s;
    compute.take(dues[i].arrival_s, wait_s + compute_s, wait_s > compute_s ? Bound::waiting : Bound::compute);
  }
  return compute.bound.seconds > in_turn.bound.seconds ? compute.bound : in_turn.bound;
}

std::optional<double> capacity_requests_per_s(const ScheduleLimits& limits, std::size_t requests, double service_s) {
  std::optional<double> capacity;
  if (limits.capacity_steps_per_s > 0.0) capacity = limits.capacity_steps_per_s / limits.iterations;
  if (limits.requests_in_progress >= static_cast<double>(requests) || service_s <= 0.0) return capacity;
  const double in_progress = limits.requests_in_progress / service_s;
  return std::min(capacity.value_or(in_progress), in_progress);
}

}  // namespace overlap
