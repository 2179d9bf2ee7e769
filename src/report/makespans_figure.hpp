// How long each row took: charts of bars.
#pragma once

#include "src/comparison/results.hpp"
#include "src/report/compare.hpp"
#include "src/report/html.hpp"

namespace overlap {

/// A bar for each row that is ok: its bound, what it took above it, and the setup of a cold start; and upon it the
/// range of its repeats. Where rows are judged by latency, that of half, of 99 % and of all requests in their place.
/// Nothing where no row is ok.
Figure makespans_figure(const Results& results);

/// Each executor's makespans, or p99 latencies where rows are judged by them, a bar for each file that has one, and
/// upon it the median's interval. Nothing where no file has any.
Figure makespans_figure(const FileComparison& comparison);

}  // namespace overlap
