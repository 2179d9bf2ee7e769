// A recording's steps, one by one, and the columns in which they are given.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// A step that is finished, where it stands.
struct StepPlace {
  const Workload& workload;
  const Recording& recording;
  std::uint64_t request = 0;
  std::uint64_t iteration = 0;

  const StepRecord& step() const noexcept { return recording.step(request, iteration); }
  /// Where its wait began: at the end of the step before it, or with its request.
  std::int64_t wait_begin_ns() const noexcept {
    return iteration == 0 ? recording.requests()[request].begin_ns : recording.step(request, iteration - 1).end_ns;
  }
  /// When its request came in, where requests do at a rate.
  std::int64_t arrival_ns() const noexcept { return recording.requests()[request].arrival_ns; }
  /// From when on its request had come in and was not begun: with a rate, of its first step. Else where its wait
  /// begins.
  std::int64_t not_begun_from_ns() const noexcept {
    return iteration == 0 && workload.has_rate() ? arrival_ns() : wait_begin_ns();
  }
};

/// Calls `f` with the place of each finished step, by request and iteration.
template <typename F>
void for_each_finished_step(const Workload& workload, const Recording& recording, F&& f) {
  StepPlace place{workload, recording};
  for (place.request = 0; place.request < recording.requests().size(); ++place.request) {
    for (place.iteration = 0; place.iteration < recording.iterations(); ++place.iteration) {
      if (place.step().finished()) f(place);
    }
  }
}

struct StepColumn {
  using Whole = std::uint64_t (*)(const StepPlace&);
  using Real = double (*)(const StepPlace&);
  std::string_view name;
  std::variant<Whole, Real> get;
};

/// In JSON's order. Times are seconds from T0. When its request came in is told where requests do at a rate; what a
/// step left is a digest of the FFT, or the results of a compute of the user's own.
std::vector<StepColumn> step_columns(const Workload& workload);

}  // namespace overlap
