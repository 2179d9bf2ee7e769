// The words of a sweep's reports: a table of its cells, and the lines around it.
#pragma once

#include <string>
#include <vector>

#include "src/sweep/sweep_results.hpp"

namespace overlap {

/// "12 cells of requests (3) × size (4); iterations 5, wait uniform:0:1, …": the axes, and what is the same in all.
std::string sweep_line(const Sweep& sweep);

/// The table's header: the axes, then the fastest executor, its time, the next one, and the ratio of their times.
std::vector<std::string> sweep_header(const Sweep& sweep);

/// A cell's line, in the header's order: "4M", "threads/fftw", "3.21 s", "coroutine/fftw", "≈ 1.01".
std::vector<std::string> sweep_cells(const Sweep& sweep, const SweepCell& cell);

/// How to read the table, what is missing, and rows that failed or were found wrong; none said twice.
std::vector<std::string> sweep_notes(const Sweep& sweep);

/// "threads/fftw is fastest in 7 of 12 cells, …", and which to use where (sweep_choice.hpp); or what the search found.
std::string sweep_summary(const Sweep& sweep);

}  // namespace overlap
