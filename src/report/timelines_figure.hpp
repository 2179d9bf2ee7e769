// What overlapped in each row: a chart of its recording.
#pragma once

#include "src/comparison/results.hpp"
#include "src/report/html.hpp"

namespace overlap {

/// For each row whose recording is kept, when its requests waited, queued and computed, up to its last finished step: a
/// lane for each request where they are few, else how many did. Without a picture where no recording is kept, which the
/// caption says where it is by the number of steps.
Figure timelines_figure(const Results& results);

}  // namespace overlap
