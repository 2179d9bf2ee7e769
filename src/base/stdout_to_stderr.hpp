// What others print does not get into a report.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "src/base/unique_fd.hpp"

namespace overlap {

/// While it is there, what anyone in this process prints to stdout, which is the report's, appears on stderr. One at a
/// time.
class StdoutToStderr {
 public:
  StdoutToStderr() : stdout_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)) {
    std::fflush(stdout);
    if (stdout_) dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  StdoutToStderr(const StdoutToStderr&) = delete;
  StdoutToStderr& operator=(const StdoutToStderr&) = delete;
  ~StdoutToStderr() {
    std::fflush(stdout);
    if (stdout_) dup2(stdout_.get(), STDOUT_FILENO);
  }

 private:
  UniqueFd stdout_;
};

}  // namespace overlap
