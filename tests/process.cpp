// Starting, reading and reaping programs.
#include "tests/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "src/base/clock.hpp"

namespace overlap::testing {
namespace {

constexpr std::int64_t patience_ns = 60 * ns_per_s;
constexpr std::int64_t ns_per_ms = 1'000'000;

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

std::vector<std::string> environment_of(const Command& command) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) variables[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  variables.erase("NO_COLOR");
  variables["TERM"] = "xterm-256color";
  for (const auto& [name, value] : command.environment) variables[name] = value;
  std::vector<std::string> entries;
  entries.reserve(variables.size());
  for (const auto& [name, value] : variables) entries.push_back(std::string(name).append("=").append(value));
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// What the child does between fork and exec: system calls alone.
[[noreturn]] void become(const Command& command, int out, int err, const std::vector<char*>& arguments,
                         const std::vector<char*>& environment) {
  if (command.err_is_terminal) {
    setsid();
    ioctl(err, TIOCSCTTY, 0);
  }
  if (command.largest_file_bytes != 0) {
    const rlimit limit{command.largest_file_bytes, command.largest_file_bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGXFSZ})
    signal(each, SIG_DFL);  // whatever these tests were started with
  for (const int each : command.ignored) signal(each, SIG_IGN);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  for (const int fd : command.closed) close(fd);
  execve(arguments.front(), arguments.data(), environment.data());
  _exit(127);
}

void wait_a_moment() {
  const timespec moment{0, ns_per_ms};
  nanosleep(&moment, nullptr);
}

/// The parent and the state of a process, from /proc/PID/stat: "PID (name) S PARENT …".
struct Stat {
  pid_t parent = -1;
  char state = 'Z';
};

/// Up to `end`. Empty where the process is gone, which may be found as late as in reading: getline makes that no throw.
std::string read_of_process(const std::filesystem::path& path, char end) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text, end);
  return text;
}

Stat stat_of(const std::filesystem::path& process) {
  const std::string text = read_of_process(process / "stat", '\0');
  const std::size_t name_end = text.rfind(')');
  Stat stat;
  if (name_end == std::string::npos || name_end + 4 > text.size()) return stat;
  stat.state = text[name_end + 2];
  stat.parent = static_cast<pid_t>(std::strtol(text.c_str() + name_end + 4, nullptr, 10));
  return stat;
}

std::string command_line_of(pid_t process) {
  std::string text = read_of_process("/proc/" + std::to_string(process) + "/cmdline", '\n');
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text;
}

void reap_ended_children() {
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

}  // namespace

Process::Stream Process::open_stream(bool is_terminal, unsigned short columns) {
  Stream stream;
  if (!is_terminal) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe2");
    stream.ours = UniqueFd(ends[0]);
    stream.theirs = UniqueFd(ends[1]);
  } else {
    stream.ours = UniqueFd(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!stream.ours || grantpt(stream.ours.get()) != 0 || unlockpt(stream.ours.get()) != 0)
      throw_errno("posix_openpt");
    std::array<char, 64> name{};
    if (ptsname_r(stream.ours.get(), name.data(), name.size()) != 0) throw_errno("ptsname");
    stream.theirs = UniqueFd(open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!stream.theirs) throw_errno("can't open a terminal");
    const winsize size{50, columns, 0, 0};
    ioctl(stream.ours.get(), TIOCSWINSZ, &size);
    termios settings{};
    tcgetattr(stream.theirs.get(), &settings);
    settings.c_oflag &= ~static_cast<tcflag_t>(OPOST);  // so that a newline stays one
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(stream.theirs.get(), TCSANOW, &settings);
  }
  fcntl(stream.ours.get(), F_SETFL, O_NONBLOCK);
  return stream;
}

Process::Process(const Command& command)
    : deadline_ns_(now_ns() + patience_ns),
      out_(open_stream(command.out_is_terminal, command.terminal_columns)),
      err_(open_stream(command.err_is_terminal, command.terminal_columns)) {
  for (const int fd : command.unread) (fd == STDOUT_FILENO ? out_ : err_).ours = UniqueFd();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::vector<std::string> words{command.program};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  const std::vector<char*> arguments = pointers_to(words);
  std::vector<std::string> entries = environment_of(command);
  const std::vector<char*> environment = pointers_to(entries);
  pid_ = fork();
  if (pid_ < 0) throw_errno("fork");
  if (pid_ == 0) become(command, out_.theirs.get(), err_.theirs.get(), arguments, environment);
  out_.theirs = UniqueFd();
  err_.theirs = UniqueFd();
  exited_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  if (!exited_) throw_errno("pidfd_open");
}

Process::~Process() {
  if (ended_) return;
  send(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::read_available(Stream& stream) {
  std::array<char, 65536> bytes{};
  while (stream.ours) {
    const ssize_t count = read(stream.ours.get(), bytes.data(), bytes.size());
    if (count > 0) {
      stream.text.append(bytes.data(), static_cast<std::size_t>(count));
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else {
      // A terminal whose other side is closed gives EIO.
      if (count == 0 || errno != EAGAIN) stream.ours = UniqueFd();
      return;
    }
  }
}

bool Process::pump() {
  const std::int64_t left_ms = (deadline_ns_ - now_ns()) / ns_per_ms;
  if (left_ms <= 0) return false;
  std::array<pollfd, 3> events{pollfd{out_.ours.get(), POLLIN, 0}, pollfd{err_.ours.get(), POLLIN, 0},
                               pollfd{exited_.get(), POLLIN, 0}};
  poll(events.data(), events.size(), static_cast<int>(left_ms));
  read_available(out_);
  read_available(err_);
  return events[2].revents == 0;
}

bool Process::wait_for_err(const std::string& text) {
  while (err_.text.find(text) == std::string::npos) {
    if (!pump()) return err_.text.find(text) != std::string::npos;
  }
  return true;
}

void Process::type(const std::string& keys) const {
  if (write(err_.ours.get(), keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) throw_errno("type");
}

void Process::send(int signal) const { kill(pid_, signal); }

Output Process::finish() {
  while (pump()) {
  }
  if (now_ns() >= deadline_ns_) send(SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  ended_ = true;
  read_available(out_);
  read_available(err_);
  Output output;
  if (WIFEXITED(status)) output.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) output.signal = WTERMSIG(status);
  output.out = std::move(out_.text);
  output.err = std::move(err_.text);
  return output;
}

Output run(const Command& command) { return Process(command).finish(); }

Output run(const std::string& program, const std::vector<std::string>& arguments) {
  Command command;
  command.program = program;
  command.arguments = arguments;
  return run(command);
}

std::string python_program() {
  const std::string with_numpy = OVERLAP_PYTHON;
  return with_numpy.empty() ? "/usr/bin/python3" : with_numpy;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const Stat stat = stat_of(entry.path());
    if (stat.parent == parent && stat.state != 'Z' && stat.state != 'X') {
      children.push_back(static_cast<pid_t>(std::stol(name)));
    }
  }
  return children;
}

std::vector<pid_t> wait_for_children(pid_t parent, std::size_t count) {
  const std::int64_t deadline_ns = now_ns() + patience_ns;
  std::vector<pid_t> children = children_of(parent);
  while (children.size() != count && now_ns() < deadline_ns) {
    wait_a_moment();
    children = children_of(parent);
  }
  return children;
}

std::string left_behind() {
  std::string text;
  reap_ended_children();
  // The children of one that is ended become ours.
  for (auto children = children_of(getpid()); !children.empty(); children = children_of(getpid())) {
    for (const pid_t child : children) {
      text += command_line_of(child) + '\n';
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
  }
  return text;
}

std::string left_behind_for_good() {
  const std::int64_t deadline_ns = now_ns() + patience_ns / 3;
  while (!children_of(getpid()).empty() && now_ns() < deadline_ns) {
    reap_ended_children();
    wait_a_moment();
  }
  return left_behind();
}

}  // namespace overlap::testing
