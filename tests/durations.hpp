// Durations in nanoseconds, for tests.
#pragma once

#include <cstdint>

namespace overlap::testing {

inline constexpr std::int64_t us = 1'000;
inline constexpr std::int64_t ms = 1'000'000;
inline constexpr std::int64_t hundred_years = std::int64_t{36'525} * 86'400'000 * ms;  ///< the longest wait there is

}  // namespace overlap::testing
