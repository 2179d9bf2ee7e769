// Asking a program: what it prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace overlap {

/// What a program printed, both streams, and how it ended.
struct Printed {
  int error = 0;   ///< errno's value, where it was not started
  int status = 0;  ///< as waitpid gives it
  std::string text;
  std::string_view cut_short = {};  ///< why it was ended; empty where it ended by itself
};

/// Runs the command, which is searched for in PATH, until it ends; it is ended after 60 s, or more than 64 MiB.
Printed ask_program(const std::vector<std::string>& command);

}  // namespace overlap
