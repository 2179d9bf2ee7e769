// A compute of the user's own, in place of the FFT: what --compute names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct overlap_step;  // src/overlap_compute.h

namespace overlap {

/// The functions of a user's shared library, which src/overlap_compute.h declares. Those that may be left out are
/// nullptr then.
struct OwnFunctions {
  int (*compute)(overlap_step* step) = nullptr;
  std::uint64_t (*workspace_bytes)(std::uint64_t size) = nullptr;
  int (*prepare)(std::uint64_t size, std::uint64_t seed) = nullptr;
};

/// Loads a library, once; it stays loaded. Throws UsageError, with the file and what it lacks.
const OwnFunctions& load_own_functions(const std::string& file);

/// Whether the file is of Python, for Python's rows; else it is a library, for all others.
bool is_python(std::string_view file) noexcept;

/// The file that an option names, as a whole path. Throws UsageError where there is none, or it is neither a library
/// that loads (.so) nor Python (.py).
std::string parse_own_compute(std::string_view option, const std::string& file);

/// What a workload calls it: the file's name without its folder.
std::string name_of_compute(const std::string& file);

}  // namespace overlap
