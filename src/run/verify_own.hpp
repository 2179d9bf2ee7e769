// Verification of a compute of the user's own: a step leaves the same results whenever, and by whomever, it is
// computed.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "src/run/recording.hpp"

namespace overlap {

/// What a step left, in the order of the record.
std::array<double, 4> results_of(const StepRecord& step) noexcept;

/// Results agree within this share of the larger one, which leaves room for sums in another order in float. NaN agrees
/// with nothing, itself included; an infinity with itself.
inline constexpr double own_tolerance = 1e-6;

/// Empty where the steps that both recordings have finished left the same, else the first finding in a line: "step
/// (0, 2) left 4, 0, 0, 0, in setup 5, 0, 0, 0". `where` is of the other recording.
std::string difference_of_results(const Recording& recording, const Recording& other, std::string_view where);

/// Whether any step left a result that is not 0: where none did, there is nothing to verify.
bool leaves_results(const Recording& recording) noexcept;

/// Whether several steps are finished, and all left the same: a step that computed another's could not be told.
bool leaves_the_same(const Recording& recording) noexcept;

/// Empty where a recording in which every step is finished passes: what its runner checked, and agreement with
/// `reference` (nullptr, or the recording itself: left out); else the first finding.
std::string verify_own(const Recording& recording, const Recording* reference);

}  // namespace overlap
