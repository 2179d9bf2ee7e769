// Values between two.
#include "src/sweep/search_range.hpp"

#include <algorithm>
#include <cmath>

namespace overlap {
namespace {

constexpr double close_enough = 1.05;  // of two values' ratio

bool is_smooth(std::uint64_t number) {
  for (const std::uint64_t prime : {2U, 3U, 5U}) {
    while (number % prime == 0) number /= prime;
  }
  return number == 1;
}

bool are_close(std::uint64_t low, std::uint64_t high) {
  return high <= low + 1 || static_cast<double>(high) <= close_enough * static_cast<double>(low);
}

std::uint64_t geometric_mean(std::uint64_t low, std::uint64_t high) {
  const auto mean = std::sqrt(static_cast<long double>(low)) * std::sqrt(static_cast<long double>(high));
  return std::clamp(static_cast<std::uint64_t>(std::round(mean)), low + 1, high - 1);
}

}  // namespace

std::optional<std::uint64_t> between_counts(std::uint64_t low, std::uint64_t high) {
  if (are_close(low, high)) return std::nullopt;
  return geometric_mean(low, high);
}

std::optional<std::uint64_t> between_sizes(std::uint64_t low, std::uint64_t high) {
  if (are_close(low, high)) return std::nullopt;
  const std::uint64_t mean = geometric_mean(low, high);
  for (std::uint64_t away = 0; mean + away < high || mean - away > low; ++away) {
    if (mean + away < high && is_smooth(mean + away)) return mean + away;
    if (mean - away > low && is_smooth(mean - away)) return mean - away;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> between_listed(const std::vector<std::uint64_t>& values, std::uint64_t low,
                                            std::uint64_t high) {
  const auto first = std::upper_bound(values.begin(), values.end(), low);
  const auto last = std::lower_bound(first, values.end(), high);
  if (first == last) return std::nullopt;
  return *(first + (last - first) / 2);
}

}  // namespace overlap
