// Sums of intervals over equal parts of time.
#include "src/report/occupancy.hpp"

#include <algorithm>

#include "src/report/steps.hpp"

namespace overlap {
namespace {

/// A number that changes in steps, as its mean over each part: a change costs the same however long it lasts.
class Mean {
 public:
  Mean(std::int64_t span_ns, std::size_t parts)
      : part_ns_(static_cast<double>(span_ns) / static_cast<double>(parts)), changes_(parts + 1) {}

  /// One more from `begin_ns` to `end_ns`, which count from T0.
  void add(std::int64_t begin_ns, std::int64_t end_ns) {
    if (end_ns <= begin_ns) return;
    change(begin_ns, 1.0);
    change(end_ns, -1.0);
  }

  std::vector<double> values() const {
    std::vector<double> values;
    double sum = 0.0;
    for (std::size_t part = 0; part + 1 < changes_.size(); ++part) {
      sum += changes_[part];
      values.push_back(std::max(0.0, sum));  // but for a rounding below
    }
    return values;
  }

 private:
  /// From a moment on: a share of its part, and all of the later ones.
  void change(std::int64_t ns, double by) {
    const double place = std::max(0.0, static_cast<double>(ns) / part_ns_);
    const auto part = static_cast<std::size_t>(place);
    if (part + 1 >= changes_.size()) return;
    const double later = place - static_cast<double>(part);
    changes_[part] += by * (1.0 - later);
    changes_[part + 1] += by * later;
  }

  double part_ns_;
  std::vector<double> changes_;  // of the mean, from one part to the next
};

}  // namespace

std::vector<Occupancy> occupancy_of(const Workload& workload, const Recording& recording, std::int64_t span_ns,
                                    std::size_t parts) {
  const std::int64_t t0_ns = recording.header().t0_ns;
  Mean not_begun(span_ns, parts);
  Mean waiting(span_ns, parts);
  Mean queued(span_ns, parts);
  Mean computing(span_ns, parts);
  for_each_finished_step(workload, recording, [&](const StepPlace& place) {
    const StepRecord& step = place.step();
    not_begun.add(place.not_begun_from_ns() - t0_ns, place.wait_begin_ns() - t0_ns);
    waiting.add(place.wait_begin_ns() - t0_ns, step.due_ns - t0_ns);
    queued.add(step.due_ns - t0_ns, step.begin_ns - t0_ns);
    computing.add(step.begin_ns - t0_ns, step.end_ns - t0_ns);
  });
  const std::vector<double> of_not_begun = not_begun.values();
  const std::vector<double> of_waiting = waiting.values();
  const std::vector<double> of_queued = queued.values();
  const std::vector<double> of_computing = computing.values();
  std::vector<Occupancy> occupancy;
  for (std::size_t i = 0; i < parts; ++i) {
    occupancy.push_back({of_not_begun[i], of_waiting[i], of_queued[i], of_computing[i]});
  }
  return occupancy;
}

}  // namespace overlap
