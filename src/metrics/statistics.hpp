// Statistics of repeated measurements: what a median is worth. Pure functions; the same values give the same results on
// every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace overlap {

struct Interval {
  double low = 0.0;
  double high = 0.0;

  bool operator==(const Interval&) const = default;
};

/// Times of this ratio or less are called equal: closer than runs repeat.
inline constexpr double equal_within = 1.02;

/// Fewer values give no interval: no two of them enclose their median in 19 of 20 cases. (The range of five does in
/// 15 of 16, which is taken as near enough.)
inline constexpr std::size_t least_for_interval = 5;

/// Of a makespan: starting threads takes this long, and fewer such runs than that say little.
inline constexpr double too_short_s = 1e-3;

/// The middle value, or the mean of the two in the middle. Throws std::invalid_argument where there are none.
double median(std::span<const double> values);

/// The least and the largest value. Throws std::invalid_argument where there are none.
Interval range_of(std::span<const double> values);

/// The value below which a share of the sorted values lies, between two of them in proportion (NumPy's default).
double quantile(std::span<const double> values, double share);

/// The interval (95 % or more) of the median whose ends are two of the values, by the binomial distribution of how many
/// lie below it (the sign test's interval). None where there are fewer than least_for_interval values.
std::optional<Interval> median_interval(std::span<const double> values);

/// Bootstrap percentile interval (95 %) of median(numerator) / median(denominator), each resampled by itself, 4000
/// times, by a generator of fixed seed. None where either has fewer than least_for_interval values, or a resample's
/// denominator is 0.
std::optional<Interval> ratio_interval(std::span<const double> numerator, std::span<const double> denominator);

/// How far each value stands from the others, in robust standard deviations (Iglewicz and Hoaglin's modified z-score):
/// by the median absolute deviation, or by the mean one where that is 0; all 0 where that is 0 too.
std::vector<double> modified_z_scores(std::span<const double> values);

/// Above it is an outlier, of so many values or more. Of ten normal ones, one is in 4 of 100 samples; by the
/// authors' 3.5 it would be in 12, and of five in 20.
inline constexpr double outlier_score = 5.0;
inline constexpr std::size_t least_for_outliers = 10;

/// Interquartile range over median: how far apart the middle half of the values lies. 0 where the median is.
double relative_spread(std::span<const double> values);

}  // namespace overlap
