// Waits as they were measured: a file of times becomes a distribution by its percentiles.
#pragma once

#include <string_view>
#include <vector>

#include "src/workload/workload.hpp"

namespace overlap {

/// As parse_wait, and "measured:FILE" or "measured:FILE:UNIT": times such as 12.5ms, one a line, bare numbers being in
/// UNIT (ns, us, ms, s; s where it is left out). Empty lines, and what follows a #, are passed over. Where all
/// are bare, UNIT is left out and the median is a second or more, stderr says that they are read as seconds. Throws
/// UsageError, which names the option, and the file's line where it is one.
WaitDistribution parse_wait_option(std::string_view option, std::string_view text);

/// The file that such a text names; empty where it names none.
std::string file_of_waits(std::string_view text);

/// The distribution of `waits_s` (at least one, in seconds): of the piecewise linear curve through all of them, sorted
/// (the k-th of n at 100 · k / (n - 1) percent, k from 0), at most 24 points, and no more than keep the mean distance
/// between the two curves within 1 % of the mean wait and, as far as 24 do, the waits at 99, 99.5 and 99.9 percent
/// within 2 %. The shortest and the longest are among them. Percents are rounded to 0.0001, waits to four digits.
WaitDistribution distribution_of(std::vector<double> waits_s);

}  // namespace overlap
