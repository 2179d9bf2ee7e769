// Drives a program as a process: what it prints, how it ends, and what it leaves behind.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/base/unique_fd.hpp"

namespace overlap::testing {

/// What to start. The environment is this process's, less NO_COLOR, with TERM set to a terminal that has colour.
struct Command {
  std::string program;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment = {};  ///< beside what is inherited
  bool out_is_terminal = false;
  unsigned short terminal_columns = 200;  ///< 0: as of a terminal that doesn't know
  bool err_is_terminal = false;           ///< it is then the controlling terminal too, as a shell's is
  std::uint64_t largest_file_bytes = 0;   ///< writing more to a file is an error (EFBIG); 0: no limit
  std::vector<int> closed = {};           ///< descriptors that it starts without
  std::vector<int> ignored = {};          ///< signals that it is started to ignore, as by nohup
  std::vector<int> unread = {};           ///< standard streams whose reader is gone when it starts
};

struct Output {
  int status = -1;  ///< the exit status; -1 where a signal ended it
  int signal = 0;   ///< what ended it; 0 where it exited
  std::string out;
  std::string err;
};

/// A program that runs. This process adopts what it leaves behind, so that it can be told. Nothing waits for longer
/// than a generous deadline; a program that is late then is killed, which shows as signal 9. Throws std::system_error
/// where a program can't be started.
class Process {
 public:
  explicit Process(const Command& command);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  /// Kills it if it runs still.
  ~Process();

  pid_t pid() const noexcept { return pid_; }

  /// Reads on until stderr holds `text`: true. False where the program ended, or the deadline came, without it.
  bool wait_for_err(const std::string& text);

  /// Types on the controlling terminal.
  void type(const std::string& keys) const;

  void send(int signal) const;

  /// Reads on until the program has ended.
  Output finish();

 private:
  struct Stream {
    UniqueFd ours;
    UniqueFd theirs;
    std::string text;
  };

  static Stream open_stream(bool is_terminal, unsigned short columns);
  static void read_available(Stream& stream);
  /// Waits for output or the end, and takes it; false where the program has ended or is late.
  bool pump();

  pid_t pid_ = -1;
  bool ended_ = false;
  std::int64_t deadline_ns_ = 0;
  UniqueFd exited_;
  Stream out_;
  Stream err_;
};

/// Starts a program and waits for its end.
Output run(const Command& command);
Output run(const std::string& program, const std::vector<std::string>& arguments);

/// The Python to run scripts with: the one that has NumPy, where there is one.
std::string python_program();

/// Processes whose parent is `parent` and that have not ended.
std::vector<pid_t> children_of(pid_t parent);

/// Waits until `count` children of `parent` live, and returns them; what there is at the deadline.
std::vector<pid_t> wait_for_children(pid_t parent, std::size_t count);

/// What lives of ended programs' descendants now: their command lines, empty where there is nothing. They are then
/// ended.
std::string left_behind();

/// As left_behind, but gives what lives until the deadline to end by itself.
std::string left_behind_for_good();

}  // namespace overlap::testing
