// Starting a program.
#pragma once

#include <spawn.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace overlap {

/// What a program is started with: no input, SIGPIPE as it is by default, and no other signal blocked. For one thread.
class Spawn {
 public:
  Spawn();
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
  ~Spawn();

  /// The program has `fd`, of this process, as `as`.
  void connect(int fd, int as);
  /// A signal to this process's group, as a terminal's interrupt, does not reach it; one to its own reaches all that it
  /// starts.
  void in_group_of_its_own();

  /// Searches PATH, as a shell does. Returns 0 and the program's `pid`, or errno's value.
  int start(std::vector<std::string> command, pid_t& pid);
  /// The same of the program that this process runs; the command's first word is its name alone.
  int start_this_program(std::vector<std::string> command, pid_t& pid);

 private:
  int start_by(decltype(posix_spawn)& function, const char* path, std::vector<std::string>& command, pid_t& pid);

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  short flags_ = 0;
};

}  // namespace overlap
