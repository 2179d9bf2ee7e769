// What the command line says of a sweep, as text, and what it means once it is checked.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/cli/options.hpp"
#include "src/sweep.hpp"
#include "src/sweep_results.hpp"

namespace overlap {

struct SweepText {
  RunText run;                    ///< of each cell
  std::vector<std::string> axes;  ///< "size=64Ki,1Mi"
  std::optional<std::string> break_even;
  std::optional<std::string> between;
  std::optional<std::string> by;
  std::optional<std::string> resume;
  std::vector<std::string> given;  ///< options that were written, or taken from the file: "--size"
  std::optional<Sweep> resumed;    ///< what that file holds
  bool as_resumed = false;         ///< the sweep is the file's
};

struct SearchOptions {
  std::string first;  ///< executors
  std::string second;
  Judged by = Judged::makespan;
  SearchRange range;
};

struct SweepOptions {
  RunOptions run;
  std::vector<Axis> axes;
  std::optional<SearchOptions> search;                           ///< of a break-even; then there is one axis
  std::vector<std::pair<std::string, std::string>> same_in_all;  ///< Sweep::options
  std::string resume;                                            ///< empty: from the start
  std::optional<Sweep> resumed;                                  ///< what that file holds

  /// The sweep before any cell is finished.
  Sweep empty_sweep() const;
};

/// Repeats of a search where --repeat doesn't say: the fewest whose medians have an interval.
inline constexpr const char* default_search_repeats = "5";

/// What Sweep::options says of Python's rows where no --python was given.
inline constexpr const char* any_python = "found";

/// Throws UsageError.
SweepOptions read_sweep_options(SweepText text, const Registry& registry);

}  // namespace overlap
