// The errors that the tool tells apart.
#pragma once

#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace overlap {

/// Bad input: one line that names the option and what it takes. Exit 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An executor named explicitly is unavailable. Exit 4.
struct UnavailableError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A run that did not finish; the message is for the row.
struct RunFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What an error says, for people.
inline std::string text_of(const std::exception& error) {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ? "out of memory" : error.what();
}

/// Throws std::system_error of this error number.
[[noreturn]] inline void throw_errno(int error, std::string_view what) {
  throw std::system_error(error, std::generic_category(), std::string(what));
}

enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,
  exit_usage = 2,
  exit_slower = 3,
  exit_unavailable = 4,
  exit_interrupted = 130
};

}  // namespace overlap
