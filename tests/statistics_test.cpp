// Statistics against known distributions, with fixed seeds.
#include "src/metrics/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <stdexcept>

#include "src/workload/workload.hpp"

namespace overlap {
namespace {

/// Samples by inverse distribution functions: the standard's distributions differ between libraries.
class Source {
 public:
  explicit Source(std::uint64_t seed) : random_(seed) {}
  double uniform() { return (static_cast<double>(random_() >> 11U) + 0.5) * 0x1p-53; }
  double normal() { return probit(uniform()); }
  double exponential() { return -std::log1p(-uniform()); }
  double lognormal() { return std::exp(0.1 * normal()); }

 private:
  std::mt19937_64 random_;
};

std::vector<double> sample(std::size_t count, const std::function<double()>& draw) {
  std::vector<double> values(count);
  for (double& value : values) value = draw();
  return values;
}

TEST(Range, IsFromTheLeastToTheLargest) {
  EXPECT_EQ(range_of(std::vector{3.0, 1.0, 2.0}), (Interval{1.0, 3.0}));
  EXPECT_EQ(range_of(std::vector{3.0}), (Interval{3.0, 3.0}));
  EXPECT_THROW(range_of({}), std::invalid_argument);
}

TEST(Median, IsTheMiddleOrTheMeanOfTwo) {
  EXPECT_EQ(median(std::vector<double>{3.0}), 3.0);
  EXPECT_EQ(median(std::vector<double>{9.0, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median(std::vector<double>{4.0, 1.0, 2.0, 100.0}), 3.0);
  EXPECT_THROW(median({}), std::invalid_argument);
}

TEST(Quantile, IsNumPys) {
  const std::vector<double> values = {7.0, 1.0, 3.0, 10.0};  // numpy.quantile(values, [0, .25, .5, .75, 1])
  EXPECT_DOUBLE_EQ(quantile(values, 0.0), 1.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 2.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 5.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.75), 7.75);
  EXPECT_DOUBLE_EQ(quantile(values, 1.0), 10.0);
  EXPECT_EQ(quantile(std::vector<double>{2.0}, 0.75), 2.0);
}

TEST(MedianInterval, IsNoneOfFewerThanFive) {
  EXPECT_FALSE(median_interval(std::vector<double>{1.0, 2.0, 3.0, 4.0}));
  EXPECT_TRUE(median_interval(std::vector<double>{1.0, 2.0, 3.0, 4.0, 5.0}));
}

TEST(MedianInterval, IsTheRangeOfFive) {
  EXPECT_EQ(median_interval(std::vector<double>{4.0, 1.0, 5.0, 2.0, 3.0}), (Interval{1.0, 5.0}));
}

TEST(MedianInterval, EndsAtTheValuesThatTheBinomialDistributionNames) {
  const auto numbers_to = [](std::size_t count) {
    std::vector<double> numbers(count);
    for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<double>(i + 1);
    return numbers;
  };
  // scipy.stats.binom.ppf(0.025, n, 0.5) is the lower end, counted from 1.
  EXPECT_EQ(median_interval(numbers_to(7)), (Interval{1.0, 7.0}));
  EXPECT_EQ(median_interval(numbers_to(9)), (Interval{2.0, 8.0}));
  EXPECT_EQ(median_interval(numbers_to(10)), (Interval{2.0, 9.0}));
  EXPECT_EQ(median_interval(numbers_to(30)), (Interval{10.0, 21.0}));
  EXPECT_EQ(median_interval(numbers_to(5000)), (Interval{2431.0, 2570.0}));
}

TEST(MedianInterval, IsAPointWhereAllAreEqual) {
  EXPECT_EQ(median_interval(std::vector<double>(9, 2.5)), (Interval{2.5, 2.5}));
}

TEST(MedianInterval, IsTheSameEachTimeAndInAnyOrder) {
  Source source(3);
  std::vector<double> values = sample(12, [&] { return source.normal(); });
  const auto interval = median_interval(values);
  EXPECT_EQ(median_interval(values), interval);
  // To a scale of two, exactly: no step of it depends on size.
  for (double& value : values) value *= 2.0;
  EXPECT_EQ(median_interval(values), (Interval{2.0 * interval->low, 2.0 * interval->high}));
}

/// The share of samples whose interval holds the true median.
double coverage(std::size_t size, double truth, const std::function<double()>& draw) {
  constexpr int samples = 250;
  int held = 0;
  for (int i = 0; i < samples; ++i) {
    const auto interval = median_interval(sample(size, draw));
    held += interval->low <= truth && truth <= interval->high ? 1 : 0;
  }
  return static_cast<double>(held) / samples;
}

TEST(MedianInterval, HoldsTheMedianOfKnownDistributionsAsOftenAsItSays) {
  Source source(1);
  // 0.95, give or take three standard errors of 250 trials, and what so few values allow.
  for (const std::size_t size : {5U, 9U, 12U, 30U}) {
    SCOPED_TRACE(size);
    const double normal = coverage(size, 0.0, [&] { return source.normal(); });
    EXPECT_GT(normal, 0.90);
    EXPECT_LT(normal, 0.985);
    const double exponential = coverage(size, std::log(2.0), [&] { return source.exponential(); });
    EXPECT_GT(exponential, 0.90);
    EXPECT_LT(exponential, 0.985);
  }
}

TEST(MedianInterval, NarrowsWithTheRootOfTheCount) {
  Source source(2);
  const auto mean_width = [&](std::size_t size) {
    double sum = 0.0;
    for (int i = 0; i < 25; ++i) {
      const auto interval = median_interval(sample(size, [&] { return source.normal(); }));
      sum += interval->high - interval->low;
    }
    return sum / 25.0;
  };
  const double at_25 = mean_width(25);
  const double at_400 = mean_width(400);
  // Of a normal sample the median's standard error is 1.2533 / sqrt(n), and 1.96 of them lie on each side.
  EXPECT_NEAR(at_25, 2.0 * 1.96 * 1.2533 / 5.0, 0.1);
  EXPECT_NEAR(at_25 / at_400, 4.0, 0.4);
}

TEST(RatioInterval, HoldsTheRatioOfMedians) {
  Source source(4);
  int held = 0;
  for (int i = 0; i < 200; ++i) {
    const auto above = sample(15, [&] { return 3.0 * source.lognormal(); });
    const auto below = sample(25, [&] { return 2.0 * source.lognormal(); });
    const auto interval = ratio_interval(above, below);
    held += interval->low <= 1.5 && 1.5 <= interval->high ? 1 : 0;
  }
  EXPECT_GE(held, 180);
  EXPECT_LE(held, 198);
}

TEST(RatioInterval, DrawsTheFirstValueAndTheLastAsOftenAsOthers) {
  const std::vector<double> ones(5, 1.0);
  // Three or more of five draws are the one that differs in 6 % of cases.
  EXPECT_EQ(ratio_interval(std::vector<double>{9.0, 1.0, 1.0, 1.0, 1.0}, ones), (Interval{1.0, 9.0}));
  EXPECT_EQ(ratio_interval(std::vector<double>{1.0, 1.0, 1.0, 1.0, 9.0}, ones), (Interval{1.0, 9.0}));
}

TEST(RatioInterval, IsOneOfEqualSamplesWithoutSpreadAndNoneWithoutADivisor) {
  const std::vector<double> same(6, 4.0);
  EXPECT_EQ(ratio_interval(same, same), (Interval{1.0, 1.0}));
  EXPECT_FALSE(ratio_interval(same, std::vector<double>(6, 0.0)));
  EXPECT_FALSE(ratio_interval(same, std::vector<double>(4, 1.0)));
  EXPECT_FALSE(ratio_interval(std::vector<double>(4, 1.0), same));
}

TEST(ModifiedZScore, IsTheDeviationInRobustStandardDeviations) {
  // Median 3.5, absolute deviations 2.5 1.5 0.5 0.5 1.5 96.5, their median 1.5.
  const auto scores = modified_z_scores(std::vector<double>{1.0, 2.0, 3.0, 4.0, 5.0, 100.0});
  EXPECT_NEAR(scores[0], -0.67449 * 2.5 / 1.5, 1e-5);
  EXPECT_NEAR(scores[5], 0.67449 * 96.5 / 1.5, 1e-3);
}

TEST(ModifiedZScore, FallsBackToTheMeanDeviation) {
  const auto scores = modified_z_scores(std::vector<double>{2.0, 2.0, 2.0, 2.0, 7.0});
  EXPECT_EQ(scores[0], 0.0);
  EXPECT_NEAR(scores[4], 0.79788 * 5.0, 1e-4);
  EXPECT_EQ(modified_z_scores(std::vector<double>(3, 1.0)), std::vector<double>(3, 0.0));
  EXPECT_TRUE(modified_z_scores({}).empty());
}

TEST(ModifiedZScore, IsAStandardNormalsOwnOfNormalSamples) {
  Source source(5);
  const auto values = sample(4001, [&] { return 10.0 + 3.0 * source.normal(); });
  const auto scores = modified_z_scores(values);
  const auto beyond = [&](double limit) {
    return static_cast<double>(
               std::count_if(scores.begin(), scores.end(), [&](double score) { return std::abs(score) > limit; })) /
           4001.0;
  };
  EXPECT_NEAR(beyond(1.0), 0.3173, 0.03);
  EXPECT_NEAR(beyond(2.0), 0.0455, 0.012);
  EXPECT_LT(beyond(outlier_score), 0.002);
}

TEST(RelativeSpread, IsTheMiddleHalfOverTheMedian) {
  EXPECT_DOUBLE_EQ(relative_spread(std::vector<double>{10.0, 11.0, 12.0, 13.0, 14.0}), 2.0 / 12.0);
  EXPECT_EQ(relative_spread(std::vector<double>{10.0}), 0.0);
  EXPECT_EQ(relative_spread(std::vector<double>{0.0, 0.0}), 0.0);
  Source source(6);
  // A normal's quartiles lie 0.6745 standard deviations from its mean.
  const auto values = sample(4001, [&] { return 100.0 + 5.0 * source.normal(); });
  EXPECT_NEAR(relative_spread(values), 2.0 * 0.6745 * 0.05, 0.004);
}

}  // namespace
}  // namespace overlap
