// Reading a program's output until it has ended.
#include "src/run/ask_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "src/base/clock.hpp"
#include "src/base/spawn.hpp"
#include "src/base/unique_fd.hpp"

namespace overlap {
namespace {

// Far more than an answer takes.
constexpr std::int64_t longest_answer_ns = 60 * ns_per_s;
constexpr std::size_t longest_answer = std::size_t{64} << 20;

/// Reads what a program prints until it has ended, though others that it started may hold its streams, or until it is
/// too much.
void read_to_end(int stream, pid_t pid, Printed& printed) {
  const UniqueFd exited(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  const std::int64_t deadline_ns = now_ns() + longest_answer_ns;
  std::array<pollfd, 2> events{pollfd{stream, POLLIN, 0}, pollfd{exited.get(), POLLIN, 0}};
  std::array<char, 4096> buffer{};
  while (events[0].fd >= 0 || events[1].fd >= 0) {
    const std::int64_t left_ms = (deadline_ns - now_ns()) / 1'000'000;
    if (left_ms <= 0) printed.cut_short = "it does not end within 60 s";
    if (printed.text.size() > longest_answer) printed.cut_short = "it prints without an end";
    if (!printed.cut_short.empty()) return;
    if (poll(events.data(), events.size(), static_cast<int>(left_ms)) <= 0) continue;
    const bool has_ended = events[1].revents != 0;
    // It may have printed and ended between the looks at the one and at the other.
    if (has_ended && events[0].revents == 0) poll(events.data(), 1, 0);
    if (events[0].revents != 0) {
      const ssize_t size = read(stream, buffer.data(), buffer.size());
      if (size > 0) printed.text.append(buffer.data(), static_cast<std::size_t>(size));
      if (size == 0 || (size < 0 && errno != EINTR)) events[0].fd = -1;
    } else if (has_ended) {
      return;
    }
  }
}

}  // namespace

Printed ask_program(const std::vector<std::string>& command) {
  Printed printed;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    printed.error = errno;
    return printed;
  }
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  Spawn spawn;
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) spawn.connect(writing.get(), stream);
  pid_t pid = 0;
  printed.error = spawn.start(command, pid);
  if (printed.error != 0) return printed;
  writing = UniqueFd();
  read_to_end(reading.get(), pid, printed);
  if (!printed.cut_short.empty()) kill(pid, SIGKILL);
  while (waitpid(pid, &printed.status, 0) < 0 && errno == EINTR) {
  }
  return printed;
}

}  // namespace overlap
