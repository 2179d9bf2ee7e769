// Who is ahead in a comparison, and how clearly.
#pragma once

#include <optional>

#include "src/break_even.hpp"
#include "src/results.hpp"

namespace overlap {

/// The median of a row's repeats that are ok, the lower of two; there has to be one.
double seconds_of(const Row& row, Judged by);

/// Who of two rows that are ok is clearly ahead: more than 2 %, and further than their repeats scatter;
/// of fewer repeats than that takes, also none of which both are too short.
Lead lead_between(const Row& first, const Row& second, Judged by);

struct Standing {
  const Row* winner = nullptr;  ///< the fastest of the rows that may be advised
  const Row* next = nullptr;    ///< the one after it; nullptr where there is none
  double ratio = 1.0;           ///< the next one's time over the winner's
  bool clear = false;           ///< as lead_between has it
};

/// None where no row may be advised. Its rows are those of `results`.
std::optional<Standing> standing_of(const Results& results, Judged by);

}  // namespace overlap
