// Bounds from the last request to the first.
#include "src/lower_bound.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

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
  return request.waits_s + limits.iterations * limits.step_s;
}

double first_due_s(const RequestTimes& request) { return request.arrival_s + request.first_wait_s; }

}  // namespace

LowerBound lower_bound_of(std::span<const RequestTimes> requests, const ScheduleLimits& limits) {
  LatestEnd waiting;
  LatestEnd compute;
  // Of the requests from one on: none of them begins before the first of them has come in.
  double services_s = 0.0;
  double steps = 0.0;
  double first_arrival_s = std::numeric_limits<double>::infinity();
  RequestTimes first_due{std::numeric_limits<double>::infinity(), 0.0, 0.0};
  for (std::size_t i = requests.size(); i-- > 0;) {
    const RequestTimes& request = requests[i];
    const double service_s = service_s_of(request, limits);
    services_s += service_s;
    steps += limits.iterations;
    first_arrival_s = std::min(first_arrival_s, request.arrival_s);
    if (first_due_s(request) < first_due_s(first_due)) first_due = request;
    waiting.take(request.arrival_s, service_s, Bound::waiting);
    waiting.take(first_arrival_s, services_s / limits.requests_in_progress, Bound::waiting);
    if (limits.capacity_steps_per_s > 0.0) {
      compute.take(first_due.arrival_s, first_due.first_wait_s + steps / limits.capacity_steps_per_s, Bound::compute);
    }
  }
  return compute.bound.seconds > waiting.bound.seconds ? compute.bound : waiting.bound;
}

std::optional<double> capacity_requests_per_s(std::span<const RequestTimes> requests, const ScheduleLimits& limits) {
  std::optional<double> capacity;
  if (limits.capacity_steps_per_s > 0.0) capacity = limits.capacity_steps_per_s / limits.iterations;
  const auto count = static_cast<double>(requests.size());
  if (limits.requests_in_progress >= count) return capacity;
  double services_s = 0.0;
  for (const RequestTimes& request : requests) services_s += service_s_of(request, limits);
  if (services_s <= 0.0) return capacity;
  const double in_progress = limits.requests_in_progress * count / services_s;
  return std::min(capacity.value_or(in_progress), in_progress);
}

}  // namespace overlap
