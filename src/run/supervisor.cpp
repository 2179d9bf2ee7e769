// Spawning, polling, killing and reaping.
#include "src/run/supervisor.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "src/base/clock.hpp"
#include "src/base/errors.hpp"
#include "src/base/spawn.hpp"

namespace overlap {
namespace {

/// But for those that the process was started to ignore, as by nohup.
sigset_t interrupts() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  return set;
}

/// Starts this program again as a runner, in a process group of its own: the terminal's interrupt goes to the tool
/// alone, and a signal to the group reaches all that the runner has started.
pid_t start_runner(RunnerJob job, const Recording& recording) {
  Spawn spawn;
  spawn.connect(STDERR_FILENO, STDOUT_FILENO);
  spawn.connect(recording.fd(), runner_recording_fd);
  spawn.in_group_of_its_own();
  job.tool_pid = getpid();
  job.spawned_ns = now_ns();
  pid_t pid = 0;
  const int error = spawn.start_this_program({"overlap", runner_command, to_json(job)}, pid);
  if (error != 0) throw_errno(error, "can't start a runner");
  return pid;
}

/// This process's children, of which the kernel may not tell; it starts runners one at a time and no others.
std::vector<pid_t> children() {
  std::vector<pid_t> pids;
  std::ifstream file("/proc/self/task/" + std::to_string(getpid()) + "/children");
  for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
  return pids;
}

/// Kills what is left of a runner's process group, and reaps it: the runner and the orphans adopted from it, those that
/// made groups of their own too. Returns how the runner ended.
siginfo_t end_group(pid_t runner) {
  siginfo_t end{};
  kill(-runner, SIGKILL);
  // Until it is reaped the runner holds the group's number, so none of these can meet a stranger.
  while (waitid(P_PID, static_cast<id_t>(runner), &end, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  kill(-runner, SIGKILL);
  siginfo_t other{};
  while (waitid(P_PGID, static_cast<id_t>(runner), &other, WEXITED) == 0 || errno == EINTR) {
  }
  // Whoever dies leaves its own children to this process.
  for (std::vector<pid_t> left = children(); !left.empty(); left = children()) {
    for (const pid_t pid : left) {
      kill(pid, SIGKILL);
      while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
  return end;
}

int milliseconds_until(std::int64_t deadline_ns) {
  if (deadline_ns == never_ns) return -1;
  constexpr std::int64_t ns_per_ms = 1'000'000;
  constexpr std::int64_t longest = 3'600'000;
  const std::int64_t left = deadline_ns - now_ns();
  return static_cast<int>(std::clamp<std::int64_t>((left + ns_per_ms - 1) / ns_per_ms, 0, longest));
}

}  // namespace

Supervisor::Supervisor() {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const sigset_t set = interrupts();
  sigprocmask(SIG_BLOCK, &set, nullptr);
  signals_ = UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) throw_errno(errno, "can't watch for interrupts");
}

Supervisor::~Supervisor() {
  const sigset_t set = interrupts();
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

bool Supervisor::interrupted() {
  signalfd_siginfo signal{};
  while (read(signals_.get(), &signal, sizeof(signal)) == static_cast<ssize_t>(sizeof(signal))) interrupted_ = true;
  return interrupted_;
}

Supervisor::End Supervisor::run(const RunnerJob& job, const Recording& recording, const Watch& watch) {
  const pid_t runner = start_runner(job, recording);
  const UniqueFd exited(static_cast<int>(syscall(SYS_pidfd_open, runner, 0)));
  if (!exited) {
    const int error = errno;
    end_group(runner);
    throw_errno(error, "can't watch a runner");
  }
  const std::int64_t deadline_ns =
      watch.timeout_s > 0.0 ? now_ns() + static_cast<std::int64_t>(watch.timeout_s * 1e9) : never_ns;
  End end;
  bool left_alone = true;
  while (left_alone) {
    const std::int64_t tick_ns = watch.tick_ms > 0 ? now_ns() + watch.tick_ms * std::int64_t{1'000'000} : never_ns;
    std::array<pollfd, 2> events{pollfd{signals_.get(), POLLIN, 0}, pollfd{exited.get(), POLLIN, 0}};
    poll(events.data(), events.size(), milliseconds_until(std::min(tick_ns, deadline_ns)));
    if (watch.on_tick && watch.tick_ms > 0) watch.on_tick();
    if (events[1].revents != 0) break;
    if (interrupted()) {
      end.how = End::How::interrupted;
      left_alone = false;
    } else if (now_ns() >= deadline_ns) {
      end.how = End::How::timed_out;
      left_alone = false;
    }
  }
  const siginfo_t last = end_group(runner);
  if (left_alone) {
    end.how = last.si_code == CLD_EXITED ? End::How::exited : End::How::killed;
    end.status = last.si_status;
  }
  return end;
}

}  // namespace overlap
