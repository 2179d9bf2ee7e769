// Doubling, then bisection.
#include "src/sweep/highest.hpp"

#include <algorithm>

namespace overlap {
namespace {

/// About twice the value, no further than the end of the range; none from there on.
std::optional<std::uint64_t> grown(const SearchRange& range, std::uint64_t value) {
  if (value >= range.high) return std::nullopt;
  if (value > range.high / 2) return range.high;
  for (std::uint64_t bound = value; bound <= range.high / 4;) {
    bound *= 4;
    if (const auto next = range.between(value, bound)) return next;
  }
  return range.between(value, range.high).value_or(range.high);
}

/// What is known of an executor.
struct Known {
  std::optional<std::uint64_t> within;
  std::optional<std::uint64_t> beyond;
  bool stopped = false;

  /// None where all is known.
  std::optional<std::uint64_t> next(const SearchRange& range) const {
    if (stopped) return std::nullopt;
    if (!within) return beyond ? std::nullopt : std::optional(range.low);
    return beyond ? range.between(*within, *beyond) : grown(range, *within);
  }

  Highest found() const {
    if (stopped) return {Highest::Finding::stopped, within, beyond};
    if (!within) return {Highest::Finding::none, {}, beyond};
    return {beyond ? Highest::Finding::found : Highest::Finding::throughout, within, beyond};
  }
};

}  // namespace

std::vector<Highest> find_highest(const SearchRange& range, std::size_t executors, const WithinLimit& within) {
  std::vector<Known> known(executors);
  for (;;) {
    // Executors that part at a value never meet again: what they have still to look at lies on its two sides.
    std::optional<std::uint64_t> value;
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < executors; ++i) {
      const auto next = known[i].next(range);
      if (!value) value = next;
      if (next && next == value) asked.push_back(i);
    }
    if (!value) break;
    std::vector<std::optional<bool>> answers = within(*value, asked);
    const auto ends_doubling = [&](std::size_t i) { return answers.at(i) == false && !known[asked[i]].beyond; };
    bool again = false;
    for (std::size_t i = 0; i < asked.size(); ++i) again = again || ends_doubling(i);
    if (again) answers = within(*value, asked);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      Known& executor = known[asked[i]];
      executor.stopped = !answers.at(i);
      if (answers[i]) (*answers[i] ? executor.within : executor.beyond) = value;
    }
  }
  std::vector<Highest> found;
  found.reserve(executors);
  for (const Known& each : known) found.push_back(each.found());
  return found;
}

}  // namespace overlap
