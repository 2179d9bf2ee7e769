// The sentence of advice under a table, drawn from its figures by rules.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "src/results.hpp"

namespace overlap {

/// The rows that may be advised, fastest first by what the workload is judged by: ok, with a makespan, and not found
/// wrong by verification; `null` rows, which compute nothing, only where no other row is left.
std::vector<std::size_t> advisable_rows(const Results& results);

/// The one of them that is advised: the fastest, or of those about as fast the one that takes the least CPU time or
/// memory. None where there are not two to choose from, or where runs are too short to.
std::optional<std::size_t> advised_row(const Results& results);

/// Whether it is Python's threads, which would compute on several cores and kept to one. Of a row with metrics.
bool held_by_python_lock(const Row& row) noexcept;

/// What bounds a row: "waiting", "arrivals", "one core", "all cores", "the GPU", … Of a row with metrics.
std::string what_bounds(const Row& row, unsigned usable_cpus);

/// One sentence: for this load which row, by how much, and what bounds it (waiting, one core, all cores); or that the
/// runs were too short to say it. Empty where no row finished. Rows that failed, or whose verification failed, are
/// never advised; `null` rows compute nothing and are never advised beside rows that do.
std::string advise(const Results& results);

/// Whether the row could not keep up for ever with the rate at which the workload's requests come in. Of a row with
/// metrics.
bool falls_behind(const Row& row, const Workload& workload) noexcept;

}  // namespace overlap
