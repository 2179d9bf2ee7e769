// A chart of a comparison of files.
#pragma once

#include "src/compare.hpp"
#include "src/report/html.hpp"

namespace overlap {

/// Each executor's makespans, a bar for each file that has one.
Figure compared_makespans_figure(const FileComparison& comparison);

}  // namespace overlap
