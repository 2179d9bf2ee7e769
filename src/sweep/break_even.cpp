// Bisection, and what is done about noise.
#include "src/sweep/break_even.hpp"

#include <algorithm>
#include <map>

#include "src/metrics/statistics.hpp"

namespace overlap {
namespace {

class Search {
 public:
  Search(const SearchRange& range, const std::function<Lead(std::uint64_t)>& measure)
      : range_(range), measure_(measure) {}

  BreakEven run() {
    const Lead at_high = probe(range_.high);
    const Lead at_low = probe(range_.low);
    if (at_high == Lead::second) {
      settle(at_low);
    } else if (!stopped_) {
      look_within();
    }
    if (stopped_) result_.finding = BreakEven::Finding::stopped;
    return std::move(result_);
  }

 private:
  Lead probe(std::uint64_t value) {
    if (const auto known = leads_.find(value); known != leads_.end()) return known->second;
    return measure(value);
  }

  /// Unknown where the search is stopped.
  Lead measure(std::uint64_t value) {
    if (stopped_ || result_.probes.size() == most_probes) {
      stopped_ = true;
      return Lead::unknown;
    }
    const Lead lead = measure_(value);
    result_.probes.push_back({value, lead});
    leads_[value] = lead;
    stopped_ = lead == Lead::unknown;
    return lead;
  }

  /// The second is ahead at the end of the range: from where on?
  void settle(Lead at_low) {
    std::uint64_t candidate = range_.low;
    std::optional<std::uint64_t> below;
    if (at_low != Lead::second) {
      below = range_.low;
      candidate = bisect(*below, range_.high);
    }
    for (auto doubt = find_doubt(candidate); doubt && !stopped_; doubt = find_doubt(candidate)) {
      below = *doubt;
      candidate = bisect(*below, next_led_by_second(*below));
    }
    if (stopped_) return;
    result_.finding = below ? BreakEven::Finding::found : BreakEven::Finding::throughout;
    result_.value = candidate;
    result_.interval = {largest_not_led_below(candidate).value_or(candidate), candidate};
  }

  /// The second is ahead at `high`, and not at `low`.
  std::uint64_t bisect(std::uint64_t low, std::uint64_t high) {
    for (auto middle = range_.between(low, high); middle && !stopped_; middle = range_.between(low, high)) {
      (probe(*middle) == Lead::second ? high : low) = *middle;
    }
    return high;
  }

  /// The largest of some values from `from` to the end at which the second is not ahead, even when asked again.
  std::optional<std::uint64_t> find_doubt(std::uint64_t from) {
    for (const std::uint64_t value : spread(from, range_.high)) {
      if (probe(value) == Lead::second) continue;
      if (measure(value) != Lead::second) return value;
    }
    return std::nullopt;
  }

  /// The second is not ahead at the end of the range: anywhere?
  void look_within() {
    for (const std::uint64_t value : spread(range_.low, range_.high)) probe(value);
    const bool anywhere =
        std::any_of(leads_.begin(), leads_.end(), [](const auto& known) { return known.second == Lead::second; });
    result_.finding = anywhere ? BreakEven::Finding::not_kept : BreakEven::Finding::none;
  }

  std::uint64_t next_led_by_second(std::uint64_t value) const {
    auto at = leads_.upper_bound(value);
    while (at->second != Lead::second) ++at;
    return at->first;
  }

  std::optional<std::uint64_t> largest_not_led_below(std::uint64_t value) const {
    std::optional<std::uint64_t> largest;
    for (const auto& [each, lead] : leads_) {
      if (each < value && lead != Lead::second) largest = each;
    }
    return largest;
  }

  /// Some values between two, the largest first: the middle, and the middles beside it.
  std::vector<std::uint64_t> spread(std::uint64_t low, std::uint64_t high) const {
    std::vector<std::uint64_t> values;
    const auto middle = range_.between(low, high);
    if (!middle) return values;
    if (const auto upper = range_.between(*middle, high)) values.push_back(*upper);
    values.push_back(*middle);
    if (const auto lower = range_.between(low, *middle)) values.push_back(*lower);
    return values;
  }

  const SearchRange& range_;
  const std::function<Lead(std::uint64_t)>& measure_;
  std::map<std::uint64_t, Lead> leads_;  // the last said of each value
  bool stopped_ = false;
  BreakEven result_;
};

}  // namespace

Lead lead_of(const std::vector<double>& first, const std::vector<double>& second) {
  if (first.empty() || second.empty()) return Lead::unknown;
  if (const auto ratio = ratio_interval(first, second)) {
    if (ratio->high < 1.0) return Lead::first;
    return ratio->low > 1.0 ? Lead::second : Lead::undecided;
  }
  const auto [least_first, largest_first] = std::minmax_element(first.begin(), first.end());
  const auto [least_second, largest_second] = std::minmax_element(second.begin(), second.end());
  if (*largest_first < *least_second) return Lead::first;
  return *largest_second < *least_first ? Lead::second : Lead::undecided;
}

BreakEven find_break_even(const SearchRange& range, const std::function<Lead(std::uint64_t)>& measure) {
  return Search(range, measure).run();
}

}  // namespace overlap
