// What the command line says of a sweep, as text, and what it means once it is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/cli/options.hpp"
#include "src/sweep/sweep.hpp"
#include "src/sweep/sweep_results.hpp"

namespace overlap {

struct SweepText {
  RunText run;                    ///< of each cell
  std::vector<std::string> axes;  ///< "size=64Ki,1Mi"
  std::optional<std::string> break_even;
  std::optional<std::string> between;
  std::optional<std::string> highest;
  std::optional<std::string> within;
  std::optional<std::string> by;
  std::optional<std::string> resume;
  std::vector<std::string> given;  ///< options that were written, or taken from the file: "--size"
  std::optional<Sweep> resumed;    ///< what that file holds
  bool as_resumed = false;         ///< the sweep is the file's
};

/// Two executors, by their full names.
struct BreakEvenOptions {
  std::string first;
  std::string second;
};

/// The limit within which executors are to stay.
struct HighestOptions {
  double within_s = 0.0;
};

struct SearchOptions {
  std::variant<BreakEvenOptions, HighestOptions> wanted;
  Judged by = Judged::makespan;
  SearchRange range;
};

struct SweepOptions {
  RunOptions run;
  std::vector<Axis> axes;
  std::optional<SearchOptions> search;  ///< then there is one axis
  NamedTexts same_in_all;               ///< Sweep::options
  std::string resume;                   ///< empty: from the start
  std::optional<Sweep> resumed;         ///< what that file holds
  /// Values of a break-even that were doubted and measured once more, by that file.
  std::vector<std::uint64_t> measured_twice{};

  /// The sweep before any cell is finished.
  Sweep empty_sweep() const;
};

/// Repeats of a search for a break-even where --repeat doesn't say: the fewest whose medians have an interval.
inline constexpr const char* default_break_even_repeats = "5";
/// Of one for the highest value: the fewest of which one that was disturbed is outvoted.
inline constexpr const char* default_highest_repeats = "3";

/// What Sweep::options says of Python's rows where no --python was given.
inline constexpr const char* any_python = "found";

/// Throws UsageError.
SweepOptions read_sweep_options(SweepText text, const Registry& registry);

}  // namespace overlap
