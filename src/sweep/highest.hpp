// The highest value of an axis at which each of several executors stays within a limit: the most requests a second that
// it takes with a latency that is short enough. A search over a measure, pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "src/base/enum_names.hpp"
#include "src/sweep/search_range.hpp"

namespace overlap {

/// What was found of one executor.
struct Highest {
  enum class Finding {
    found,       ///< between two values of the range
    throughout,  ///< it is within the limit at the end of the range still
    none,        ///< it is not within the limit at the least of the range
    stopped,     ///< a value could not be measured
  };
  Finding finding = Finding::stopped;
  std::optional<std::uint64_t> value;   ///< the highest known to be within; none where none is
  std::optional<std::uint64_t> beyond;  ///< the least known to be beyond; none where none is

  bool operator==(const Highest&) const = default;
};
template <>
inline constexpr auto enum_names<Highest::Finding> = names_up_to<Highest::Finding::stopped>("found", "throughout",
                                                                                            "none", "stopped");

/// Whether executors, by their indices, are within the limit at a value, in their order; none for one that could not be
/// measured, which ends the search for it.
using WithinLimit =
    std::function<std::vector<std::optional<bool>>(std::uint64_t value, const std::vector<std::size_t>& executors)>;

/// For each of `executors` executors: doubles the value, from the least of the range on, until it is beyond the limit
/// (far beyond it a run would take long), then bisects. Takes for granted that what is within at a value is so below.
/// An executor's values don't depend on the others; those that are at the same value are asked together. Where that is
/// the first beyond for one of them, all of these are asked once more, and what they say then counts: a single run that
/// was disturbed is not to end the doubling. Else nobody is asked twice.
std::vector<Highest> find_highest(const SearchRange& range, std::size_t executors, const WithinLimit& within);

}  // namespace overlap
