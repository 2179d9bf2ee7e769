// Code run in a forked child, for tests of what processes share and of what ends them.
#pragma once

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace overlap::testing {

/// How a child ended: "exit 0", "signal 9".
inline std::string end_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return "lost";
  }
  if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
  return fmt::format("exit {}", WEXITSTATUS(status));
}

/// Forks a child whose exit status is what `work` returns: 0 for true. The child runs no destructors and no other test.
template <typename Work>
pid_t start_child(Work&& work) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    _exit(std::forward<Work>(work)() ? 0 : 1);
  } catch (...) {
    _exit(2);
  }
}

/// As start_child, and waits for its end.
template <typename Work>
std::string run_in_child(Work&& work) {
  return end_of(start_child(std::forward<Work>(work)));
}

}  // namespace overlap::testing
