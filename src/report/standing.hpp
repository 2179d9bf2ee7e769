// Who is ahead in a comparison, and how clearly.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "src/comparison/results.hpp"
#include "src/sweep/break_even.hpp"

namespace overlap {

/// The rows that may be advised, fastest first by what the workload is judged by: ok, with a makespan, and not found
/// wrong by verification; `null` rows, which compute nothing, only where no other row is left.
std::vector<std::size_t> advisable_rows(const Results& results);

/// Whether the row could not keep up for ever with the rate at which the workload's requests come in: by what the run
/// showed, or where it was too short to, by what the row could take. Of a row with metrics.
bool falls_behind(const Row& row, const Workload& workload) noexcept;

/// Whether all that is known of the rate which the row can keep up with is that it kept up with this one: calibrated,
/// it could do less, as where other programs had the CPUs meanwhile. Of a row with metrics.
bool may_take_more(const Row& row, const Workload& workload) noexcept;

/// The median of a row's repeats that are ok, the lower of two; there has to be one.
double seconds_of(const Row& row, Judged by);

/// The first row's times over the second's, repeat by repeat, which have the same waits and arrivals; empty where the
/// repeats of one are not all ok, or not as many as the other's.
std::vector<double> paired_ratios(const Row& first, const Row& second, Judged by);

/// Who of two rows that are ok is clearly ahead: more than 2 %, and further than their repeats scatter;
/// of fewer repeats than that takes, also none of which both are too short. By latency it goes by paired_ratios.
Lead lead_between(const Row& first, const Row& second, Judged by);

struct Standing {
  const Row* winner = nullptr;  ///< the fastest of the rows that may be advised, if any keeps up of those that do
  const Row* next = nullptr;    ///< the one after it; nullptr where there is none
  double ratio = 1.0;           ///< the next one's time over the winner's
  bool clear = false;           ///< as lead_between has it, or as only one of them keeps up
  bool keeps_up = true;         ///< whether the winner does
};

/// None where no row may be advised. Its rows are those of `results`.
std::optional<Standing> standing_of(const Results& results, Judged by);

}  // namespace overlap
