// Charts of a sweep: each executor's time over an axis.
#pragma once

#include <vector>

#include "src/report/html.hpp"
#include "src/sweep/sweep_results.hpp"

namespace overlap {

/// The time over the axis with the most numbers (the first of these; where there is none, over the first axis), a line
/// for each executor through its medians: a chart for each combination of the other axes' values, in the order in which
/// they were run; a break-even is marked. Of a sweep with many combinations the first ones, which the caption says.
std::vector<Figure> sweep_figures(const Sweep& sweep);

}  // namespace overlap
