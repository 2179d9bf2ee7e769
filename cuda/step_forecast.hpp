// When to look for the end of a step on a device.
#pragma once

#include <algorithm>
#include <cstdint>

namespace overlap {

/// Guesses how long a step will be on the device, from how long the device says that those so far were: never from when
/// their ends were seen, which comes later the longer one waits to look. Where steps share the device, each takes
/// longer the more there are: the guess is the shorter one of what a step takes by itself and of its share by their
/// number. To look too early costs a little CPU time; to look too late, the request's time.
class StepForecast {
 public:
  /// Of a step that ended, with the number that were on the device then, itself included.
  void add(std::int64_t step_ns, unsigned at_once) noexcept {
    step_ns_ = mean(step_ns_, static_cast<double>(step_ns));
    share_ns_ = mean(share_ns_, static_cast<double>(step_ns) / at_once);
  }

  /// How long a step will take that is on the device with `at_once` - 1 others; 0 before the first ended.
  std::int64_t of_step(unsigned at_once) const noexcept {
    return static_cast<std::int64_t>(std::min(step_ns_, share_ns_ * at_once));
  }

  /// When to look at it first, from its start on: when it has most likely ended, as a look too many costs as much as the
  /// time that it would save.
  std::int64_t first_look(unsigned at_once) const noexcept {
    return of_step(at_once) + of_step(at_once) / naps_a_step;
  }

  /// How long to wait before the next look at one that has not ended when it should have.
  std::int64_t nap(unsigned at_once) const noexcept {
    return std::max(shortest_nap_ns, of_step(at_once) / naps_a_step);
  }

  /// How long the device can be left alone that has `at_once` steps, and will be given others as they end: until half
  /// of them, but one, are over.
  std::int64_t rest(unsigned at_once) const noexcept {
    const unsigned steps = std::max(at_once / 2, 1U) - 1;
    return std::max(shortest_nap_ns, of_step(at_once) / std::max(at_once, 1U) * steps);
  }

 private:
  static constexpr std::int64_t shortest_nap_ns = 20'000;
  static constexpr std::int64_t naps_a_step = 16;

  static double mean(double before, double now) noexcept {
    constexpr double weight = 1.0 / 8.0;
    return before == 0.0 ? now : before + (now - before) * weight;
  }

  double step_ns_ = 0.0;
  double share_ns_ = 0.0;
};

}  // namespace overlap
