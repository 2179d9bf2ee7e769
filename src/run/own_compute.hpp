// Computes of the user's own, in place of the FFT: what --compute names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct overlap_step;  // src/overlap_compute.h

namespace overlap {

/// The functions of a user's shared library, which src/overlap_compute.h declares. Those that are left out are nullptr:
/// not both of the first two.
struct OwnFunctions {
  int (*compute)(overlap_step* step) = nullptr;
  int (*start)(overlap_step* step, void (*done)(overlap_step* step, int status)) = nullptr;
  std::uint64_t (*workspace_bytes)(std::uint64_t size) = nullptr;
  int (*prepare)(std::uint64_t size, std::uint64_t seed) = nullptr;
};

/// Loads a library, once; it stays loaded. Throws UsageError, with the file and what it lacks.
const OwnFunctions& load_own_functions(const std::string& file);

/// What the library says that a step of this size works in, 0 where it says nothing. What it prints appears on stderr;
/// throws UsageError where it throws.
std::uint64_t own_workspace_bytes(const std::string& file, std::uint64_t size);

/// Implementations of one compute: shared libraries (.so), and for Python's rows at most one Python file (.py). The
/// first gives the workload its name, and its row is what a driver's name alone means.
struct OwnCompute {
  std::vector<std::string> files;  ///< whole paths; none: the FFT

  bool empty() const noexcept { return files.empty(); }
  /// The first file's name, without its folder.
  std::string name() const;
  std::vector<std::string> libraries() const;
  std::string python() const;  ///< empty where there is none
  bool python_is_first() const noexcept;

  bool operator==(const OwnCompute&) const = default;
};

/// Reads a list of files with commas between, and loads its libraries. Throws UsageError for a file that is not there,
/// or is neither a library that loads nor Python, and for a second Python file.
OwnCompute parse_own_compute(std::string_view option, std::string_view list);

/// What the engine of a further library is called: the file's name, without folder and ending.
std::string engine_name_of(const std::string& library);

}  // namespace overlap
