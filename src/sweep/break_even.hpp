// The break-even of two executors: the value of an axis from which the second stays ahead. A search over a measure,
// pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/enum_names.hpp"
#include "src/sweep/search_range.hpp"

namespace overlap {

/// Who is clearly ahead at a value; `unknown` where it could not be measured, which ends a search.
enum class Lead { first, second, undecided, unknown };
template <>
inline constexpr auto enum_names<Lead> = names_up_to<Lead::unknown>("first", "second", "undecided", "unknown");

/// The lead by the ratio of the medians, less being ahead: clear where its 95 % interval (ratio_interval) leaves out 1;
/// of too few samples for that, where their ranges lie apart. Unknown where one has no samples.
Lead lead_of(const std::vector<double>& first, const std::vector<double>& second);

struct Probe {
  std::uint64_t value = 0;
  Lead lead = Lead::unknown;

  bool operator==(const Probe&) const = default;
};

struct BreakEven {
  enum class Finding {
    found,       ///< within the range
    throughout,  ///< the second is ahead at every probed value: `value` is the least of the range
    none,        ///< the second is ahead at no probed value
    not_kept,    ///< the second is ahead at some value, and not at the end of the range
    stopped,     ///< a value could not be measured, or there were too many probes
  };
  Finding finding = Finding::none;
  std::optional<std::uint64_t> value;  ///< from here on the second stays ahead; where found or throughout
  /// Where found: the largest value below at which the second is not clearly ahead, and `value`. Where throughout:
  /// `value` twice.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> interval;
  std::vector<Probe> probes;  ///< in the order in which they were made; a value is there twice where it was doubted
};
template <>
inline constexpr auto enum_names<BreakEven::Finding> = names_up_to<BreakEven::Finding::stopped>("found", "throughout",
                                                                                                "none", "not_kept",
                                                                                                "stopped");

inline constexpr std::size_t most_probes = 64;

/// Bisects for the value from which the second stays ahead up to the end of the range, and confirms it at values
/// between there and the end; where the second is not ahead at one of these, measured twice, the search goes on above
/// it. Calls `measure` at most `most_probes` times.
BreakEven find_break_even(const SearchRange& range, const std::function<Lead(std::uint64_t)>& measure);

}  // namespace overlap
