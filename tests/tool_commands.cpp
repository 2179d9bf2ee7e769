// The commands' arguments.
#include "tests/tool_commands.hpp"

namespace overlap::testing {

Command faulty_tool(const std::string& executors, const Arguments& options) {
  Command command;
  command.program = OVERLAP_FAULTY_BINARY;
  command.arguments = Arguments{"run",           "--requests", "6", "--iterations", "3",      "--size", "64", "--wait",
                                "uniform:0:4ms", "--workers",  "2", "--executors",  executors} +
                      options;
  return command;
}

Command waiting_tool(const std::string& executors, const Arguments& options) {
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = Arguments{"run",    "--requests",     "4",           "--iterations", "2",    "--size", "64",
                                "--wait", "constant:10000", "--executors", executors,      "--log"} +
                      options;
  return command;
}

}  // namespace overlap::testing
