// How many requests are not begun, wait, queue and compute over a run's time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// Requests, on the mean over a part of the time.
struct Occupancy {
  double not_begun = 0.0;  ///< which have come in, where they do at a rate
  double waiting = 0.0;
  double queued = 0.0;
  double computing = 0.0;
};

/// Of the finished steps, in each of `parts` equal parts of the first `span_ns` from T0; `span_ns` is above 0.
std::vector<Occupancy> occupancy_of(const Workload& workload, const Recording& recording, std::int64_t span_ns,
                                    std::size_t parts);

}  // namespace overlap
