// Commands of the tool that tests of faults and interrupts start.
#pragma once

#include <string>

#include "tests/command_line.hpp"
#include "tests/process.hpp"

namespace overlap::testing {

/// A run of the broken engines' binary: 18 steps, the faulty one among them; two workers keep it out of calibration.
Command faulty_tool(const std::string& executors, const Arguments& options);

/// A run that waits for ever, in the first step of each of 4 requests.
Command waiting_tool(const std::string& executors, const Arguments& options);

}  // namespace overlap::testing
