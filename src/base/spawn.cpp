// posix_spawn, with what it takes.
#include "src/base/spawn.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace overlap {

Spawn::Spawn() : flags_(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) {
  posix_spawn_file_actions_init(&actions_);
  posix_spawnattr_init(&attributes_);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes_, &signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes_, &signals);
}

Spawn::~Spawn() {
  posix_spawnattr_destroy(&attributes_);
  posix_spawn_file_actions_destroy(&actions_);
}

void Spawn::connect(int fd, int as) { posix_spawn_file_actions_adddup2(&actions_, fd, as); }

void Spawn::in_group_of_its_own() {
  posix_spawnattr_setpgroup(&attributes_, 0);
  flags_ = static_cast<short>(flags_ | POSIX_SPAWN_SETPGROUP);
}

int Spawn::start_by(decltype(posix_spawn)& function, const char* path, std::vector<std::string>& command, pid_t& pid) {
  // Input last: where this process has none, what is connected may stand in its place.
  posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawnattr_setflags(&attributes_, flags_);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  return function(&pid, path, &actions_, &attributes_, arguments.data(), environ);
}

int Spawn::start(std::vector<std::string> command, pid_t& pid) {
  return start_by(posix_spawnp, command.front().c_str(), command, pid);
}

int Spawn::start_this_program(std::vector<std::string> command, pid_t& pid) {
  return start_by(posix_spawn, "/proc/self/exe", command, pid);
}

}  // namespace overlap
