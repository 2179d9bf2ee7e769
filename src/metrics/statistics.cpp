// Medians, resampling, robust deviations.
#include "src/metrics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <stdexcept>

namespace overlap {
namespace {

constexpr std::size_t resamples = 4000;
constexpr std::uint64_t resampling_seed = 0x9E3779B97F4A7C15;
constexpr double outside_share = 0.025;

double median_in_place(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2.0;
}

/// Draws with replacement. Its own mapping to indices, as the standard's differs between libraries.
class Resampler {
 public:
  explicit Resampler(std::span<const double> values) : values_(values), drawn_(values.size()) {}

  double median(std::mt19937_64& random) {
    for (double& value : drawn_) value = values_[((random() >> 32U) * values_.size()) >> 32U];
    return median_in_place(drawn_);
  }

 private:
  std::span<const double> values_;
  std::vector<double> drawn_;
};

Interval middle_of(std::vector<double>& estimates) {
  std::sort(estimates.begin(), estimates.end());
  const auto outside = static_cast<std::size_t>(outside_share * static_cast<double>(estimates.size()));
  return {estimates[outside], estimates[estimates.size() - 1 - outside]};
}

/// How many values to leave out at each end: as the median is more than so many from an end in 39 of 40 cases. How many
/// values lie below it is binomial, and logarithms keep its shares from vanishing.
std::size_t outside_of_median_interval(std::size_t count) {
  double log_share = -static_cast<double>(count) * std::log(2.0);
  double share_up_to = std::exp(log_share);
  std::size_t outside = 0;
  while (true) {
    log_share += std::log(static_cast<double>(count - outside) / static_cast<double>(outside + 1));
    share_up_to += std::exp(log_share);
    if (share_up_to > outside_share) return outside;
    ++outside;
  }
}

}  // namespace

double median(std::span<const double> values) {
  if (values.empty()) throw std::invalid_argument("the median of no values");
  std::vector<double> copy(values.begin(), values.end());
  return median_in_place(copy);
}

Interval range_of(std::span<const double> values) {
  if (values.empty()) throw std::invalid_argument("the range of no values");
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {*least, *most};
}

double quantile(std::span<const double> values, double share) {
  if (values.empty()) throw std::invalid_argument("a quantile of no values");
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

std::optional<Interval> median_interval(std::span<const double> values) {
  if (values.size() < least_for_interval) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t outside = outside_of_median_interval(sorted.size());
  return Interval{sorted[outside], sorted[sorted.size() - 1 - outside]};
}

std::optional<Interval> ratio_interval(std::span<const double> numerator, std::span<const double> denominator) {
  if (numerator.size() < least_for_interval || denominator.size() < least_for_interval) return std::nullopt;
  std::mt19937_64 random(resampling_seed);
  Resampler above(numerator);
  Resampler below(denominator);
  std::vector<double> estimates(resamples);
  for (double& estimate : estimates) {
    const double divided = above.median(random);
    const double divisor = below.median(random);
    if (divisor == 0.0) return std::nullopt;
    estimate = divided / divisor;
  }
  return middle_of(estimates);
}

std::vector<double> modified_z_scores(std::span<const double> values) {
  if (values.empty()) return {};
  constexpr double median_deviation_of_normal = 0.6744897501960817;
  constexpr double mean_deviation_of_normal = 0.7978845608028654;
  const double middle = median(values);
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (const double value : values) deviations.push_back(std::abs(value - middle));
  double scale = median(deviations) / median_deviation_of_normal;
  if (scale == 0.0) {
    const double sum = std::accumulate(deviations.begin(), deviations.end(), 0.0);
    scale = sum / static_cast<double>(deviations.size()) / mean_deviation_of_normal;
  }
  std::vector<double> scores;
  scores.reserve(values.size());
  for (const double value : values) scores.push_back(scale > 0.0 ? (value - middle) / scale : 0.0);
  return scores;
}

double relative_spread(std::span<const double> values) {
  const double middle = median(values);
  return middle > 0.0 ? (quantile(values, 0.75) - quantile(values, 0.25)) / middle : 0.0;
}

}  // namespace overlap
