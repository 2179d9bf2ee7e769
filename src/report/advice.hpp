// The sentence of advice under a table, drawn from its figures by rules.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "src/comparison/results.hpp"

namespace overlap {

/// The row that is advised: the fastest, or of those about as fast the one that takes the least CPU time or memory;
/// none with a lock that gains nothing. None where there are not two to choose from, or where runs are too short to.
std::optional<std::size_t> advised_row(const Results& results);

/// Whether it is Python's threads, which would compute on several cores and kept to one; none where other programs left
/// them no second one, so that nobody knows. Of a row with metrics.
std::optional<bool> held_by_python_lock(const Row& row, unsigned usable_cpus) noexcept;

/// What bounds a row: "waiting", "arrivals", "one core", "all cores", "the GPU", … Of a row with metrics.
std::string what_bounds(const Row& row, unsigned usable_cpus);

/// One sentence: for this load which row, by how much, and what bounds it (waiting, one core, all cores); or that the
/// runs were too short to say it. Empty where no row finished. Rows that failed, or whose verification failed, are
/// never advised; `null` rows compute nothing and are never advised beside rows that do.
std::string advise(const Results& results);

}  // namespace overlap
