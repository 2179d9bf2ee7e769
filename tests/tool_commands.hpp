// Commands of the tool that tests of faults and interrupts start.
#pragma once

#include <string>

#include "tests/command_line.hpp"
#include "tests/process.hpp"

namespace overlap::testing {

/// A run of the broken engines' binary: 18 steps, the faulty one among them; two workers keep it out of
/// calibration.
inline Command faulty_tool(const std::string& executors, const Arguments& options) {
  Command command;
  command.program = OVERLAP_FAULTY_BINARY;
  command.arguments = Arguments{"run",           "--requests", "6", "--iterations", "3",      "--size", "64", "--wait",
                                "uniform:0:4ms", "--workers",  "2", "--executors",  executors} +
                      options;
  return command;
}

/// A run that waits for ever, in the first step of each of 4 requests.
inline Command waiting_tool(const std::string& executors, const Arguments& options) {
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = Arguments{"run",    "--requests",     "4",           "--iterations", "2",    "--size", "64",
                                "--wait", "constant:10000", "--executors", executors,      "--log"} +
                      options;
  return command;
}

}  // namespace overlap::testing
