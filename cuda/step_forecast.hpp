// When to look for the ends of steps on a device.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cuda/device.hpp"

namespace overlap {

/// Guesses when steps will have ended, from how long the device says that it took for those so far: never from when
/// their ends were seen, which comes later the longer one waits to look. What it counts in is a step's share of the
/// device: the time by which it made the device busy for longer, whether steps run there one after another or at once.
/// Guesses err to the early side: to look too early costs a little CPU time; too late, the request's time.
class StepForecast {
 public:
  /// A step was handed to the device; when it will have ended. Times are the engine's, in ns.
  std::int64_t start(std::int64_t now_ns) noexcept {
    ++at_once_;
    free_ns_ = std::max(now_ns, free_ns_) + share_ns();
    return free_ns_;
  }

  /// A step was seen to have ended.
  void end(const DeviceTimes& times, std::int64_t now_ns) noexcept {
    --at_once_;
    const std::int64_t own_ns = std::max<std::int64_t>(0, times.end_ns - std::max(times.begin_ns, last_end_ns_));
    last_end_ns_ = std::max(last_end_ns_, times.end_ns);
    constexpr double weight = 1.0 / 8.0;
    mean_ns_ += (static_cast<double>(own_ns) - mean_ns_) * (knows_ ? weight : 1.0);
    knows_ = true;
    free_ns_ = std::min(free_ns_, now_ns + at_once_ * share_ns());
  }

  /// How long to wait before the next look at a step that has not ended when it should have. `queue`: others wait for
  /// its slot, and the device has enough to do; else it is the latency that counts. A nap too short to sleep in costs
  /// no more than the sleep would.
  std::int64_t nap(bool queue) const noexcept {
    constexpr std::int64_t in_queue_ns = 20'000;
    constexpr std::int64_t alone_ns = 5'000;
    if (!knows_) return in_queue_ns;
    const std::int64_t least_ns = std::min(queue ? in_queue_ns : alone_ns, share_ns() / 4);
    return std::min(longest_ns, std::max(least_ns, share_ns() / (queue ? 8 : 32)));
  }

  /// How many of the steps on the device may end before anyone looks, while `queued` others wait for their slots: as
  /// many as there are to take their places (who comes back of one would be behind them in the queue), while enough are
  /// left to keep the device busy until a sleeper is awake, and none is seen much later than it ended.
  std::int64_t unseen(std::int64_t queued) const noexcept {
    if (!knows_) return 0;
    // Half of the steps and one, or if that is less those of this time and no less than two.
    constexpr std::int64_t awake_within_ns = 200'000;
    const std::int64_t share = std::max<std::int64_t>(1, share_ns());
    const std::int64_t left = std::min(at_once_ / 2 + 1, std::max<std::int64_t>(2, awake_within_ns / share));
    return std::clamp<std::int64_t>(at_once_ - left, 0, std::min(queued, longest_ns / share));
  }

  /// How long they take. 0 where that is not worth sleeping for.
  std::int64_t rest(std::int64_t queued) const noexcept {
    constexpr std::int64_t worth_sleeping_ns = 20'000;
    const std::int64_t rest_ns = unseen(queued) * share_ns();
    return rest_ns < worth_sleeping_ns ? 0 : rest_ns;
  }

 private:
  // Looks so far apart cost next to nothing.
  static constexpr std::int64_t longest_ns = 1'000'000;

  std::int64_t share_ns() const noexcept { return static_cast<std::int64_t>(mean_ns_); }

  std::int64_t at_once_ = 0;      // steps on the device
  std::int64_t free_ns_ = 0;      // when it will have done them all
  std::int64_t last_end_ns_ = 0;  // on the device's clock
  double mean_ns_ = 0.0;
  bool knows_ = false;
};

}  // namespace overlap
