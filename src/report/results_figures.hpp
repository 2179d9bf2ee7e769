// Charts of results: how long the rows took, and what overlapped in each.
#pragma once

#include "src/report/html.hpp"
#include "src/results.hpp"

namespace overlap {

/// A bar for each row that is ok: its bound, what it took above it, and the setup of a cold start.
Figure makespans_figure(const Results& results);

/// For each row whose recording is kept, when its requests waited, queued and computed: a lane for each request where
/// they are few, else how many did. Without a picture where no recording is kept, which the caption says where it is by
/// their number.
Figure timelines_figure(const Results& results);

}  // namespace overlap
