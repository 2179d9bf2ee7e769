// Sweeps that take a moment, for tests: their command lines, and how one is refused.
#pragma once

#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/process.hpp"

namespace overlap::sweeps {

/// A sweep whose cells take a fraction of a second, but for its axes.
inline testing::Arguments quick_sweep(const testing::Arguments& options) {
  return testing::Arguments{"sweep", "--iterations", "2", "--size", "64", "--executors", "coroutine,sequential"} +
         options;
}

/// Four cells of two executors.
inline const testing::Arguments small_grid =
    quick_sweep({"--axis", "requests=1,3", "--axis", "wait=none,uniform:0:2ms"});

/// One after the other against all at once: the more requests wait, the further apart.
inline testing::Arguments search_between(const std::string& executors) {
  return {"sweep",         "--break-even",    "requests", "--between", executors,
          "--axis",        "requests=1:8:x2", "--size",   "64",        "--wait",
          "constant:20ms", "--iterations",    "1",        "--repeat",  "3"};
}

/// The second executor fails at the end of the range, in its sixth request.
inline testing::Output failing_search() {
  testing::Command command = testing::tool({"sweep", "--break-even", "requests", "--between", "threads,threads/throws",
                                            "--axis", "requests=1:8:x2", "--size", "64", "--wait", "none",
                                            "--iterations", "2", "--workers", "2", "--format", "json"});
  command.program = OVERLAP_FAULTY_BINARY;
  return testing::run(command);
}

/// Expects an error of usage that tells all that is `told`, and that nothing was run.
inline void expect_refused(const testing::Arguments& arguments, const std::vector<std::string>& told) {
  // Beside --log, which would show that something ran.
  testing::expect_usage_error(arguments + testing::Arguments{"--log"}, told);
}

}  // namespace overlap::sweeps
