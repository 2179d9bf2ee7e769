// Notes on figures that are doubtful, each with what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/comparison/results.hpp"

namespace overlap {

/// Of fewer requests the p99 latency is the longest one.
inline constexpr std::uint64_t least_for_p99 = 100;

/// In the order of the rules, which docs/metrics.md lists with their thresholds.
std::vector<std::string> doubts(const Results& results);

/// What had a part of the machine during runs that are ok: "other programs", "the host of the virtual machine", "heat".
std::vector<std::string_view> disturbances(const Results& results);

}  // namespace overlap
