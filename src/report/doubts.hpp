// Notes on figures that are doubtful, each with what to do about it.
#pragma once

#include <string>
#include <vector>

#include "src/results.hpp"

namespace overlap {

/// In the order of the rules, which docs/metrics.md lists with their thresholds.
std::vector<std::string> doubts(const Results& results);

}  // namespace overlap
