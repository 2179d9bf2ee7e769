// Command lines of sweeps.
#include "tests/sweeps.hpp"

namespace overlap::sweeps {

using testing::Arguments;

Arguments quick_sweep(const Arguments& options) {
  return Arguments{"sweep", "--iterations", "2", "--size", "64", "--executors", "coroutine,sequential"} + options;
}

Arguments small_grid() { return quick_sweep({"--axis", "requests=1,3", "--axis", "wait=none,uniform:0:2ms"}); }

Arguments search_between(const std::string& executors) {
  return {"sweep",         "--break-even",    "requests", "--between", executors,
          "--axis",        "requests=1:8:x2", "--size",   "64",        "--wait",
          "constant:20ms", "--iterations",    "1",        "--repeat",  "3"};
}

Arguments search_within(const std::string& time, const std::string& axis) {
  return {"sweep",
          "--highest",
          "requests",
          "--within",
          time,
          "--axis",
          axis,
          "--executors",
          "sequential,coroutine",
          "--size",
          "64",
          "--wait",
          "constant:0.1",
          "--iterations",
          "1",
          "--repeat",
          "1"};
}

testing::Output failing_search() {
  testing::Command command = testing::tool({"sweep", "--break-even", "requests", "--between", "threads,threads/throws",
                                            "--axis", "requests=1:8:x2", "--size", "64", "--wait", "none",
                                            "--iterations", "2", "--workers", "2", "--format", "json"});
  command.program = OVERLAP_FAULTY_BINARY;
  return testing::run(command);
}

void expect_refused(const Arguments& arguments, const std::vector<std::string>& told) {
  // Beside --log, which would show that something ran.
  testing::expect_usage_error(arguments + Arguments{"--log"}, told);
}

}  // namespace overlap::sweeps
