// Sweeps that take a moment, for tests: their command lines, and how one is refused.
#pragma once

#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/process.hpp"

namespace overlap::sweeps {

/// A sweep whose cells take a fraction of a second, but for its axes.
testing::Arguments quick_sweep(const testing::Arguments& options);

/// Four cells of two executors.
testing::Arguments small_grid();

/// One after the other against all at once: the more requests wait, the further apart.
testing::Arguments search_between(const std::string& executors);

/// How many requests that wait for 0.1 s each are over within a time, one after the other and all at once: in 1.5 s
/// two of 1, 2 and 16 ("requests=1,2,16"), and all of them, with more than a second to spare on a busy machine.
testing::Arguments search_within(const std::string& time, const std::string& axis);

/// Runs a search whose second executor fails at the end of the range, in its sixth request.
testing::Output failing_search();

/// Expects an error of usage that tells all that is `told`, and that nothing was run.
void expect_refused(const testing::Arguments& arguments, const std::vector<std::string>& told);

}  // namespace overlap::sweeps
