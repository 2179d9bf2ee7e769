// Waits, checked bins and the words that describe a workload.
#include "src/workload/workload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "src/base/clock.hpp"
#include "src/workload/philox.hpp"

namespace overlap {
namespace {

using Kind = WaitDistribution::Kind;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double hundred_years_s = 100.0 * 365.25 * 86400.0;

Workload workload_with(const WaitDistribution& wait) {
  Workload workload;
  workload.wait = wait;
  return workload;
}

TEST(Workload, DefaultsAreTheClassicDemonstration) {
  const Workload workload;
  EXPECT_EQ(workload.requests, 10U);
  EXPECT_EQ(workload.iterations, 5U);
  EXPECT_EQ(workload.size, 4'000'000U);
  EXPECT_EQ(workload.wait, (WaitDistribution{Kind::uniform, 0.0, 1.0}));
  EXPECT_EQ(workload.precision, Precision::float64);
  EXPECT_EQ(workload.spectrum, SpectrumKind::full);
  EXPECT_EQ(workload.seed, 1U);
  EXPECT_EQ(workload.steps(), 50U);
}

TEST(Workload, SizesFollowPrecisionAndSpectrum) {
  Workload workload;
  workload.size = 7;
  EXPECT_EQ(workload.bins(), 7U);
  EXPECT_EQ(workload.input_bytes(), 56U);
  EXPECT_EQ(workload.spectrum_bytes(), 112U);
  EXPECT_EQ(workload.epsilon(), std::numeric_limits<double>::epsilon());
  workload.spectrum = SpectrumKind::half;
  workload.precision = Precision::float32;
  EXPECT_EQ(workload.bins(), 4U);
  EXPECT_EQ(workload.input_bytes(), 28U);
  EXPECT_EQ(workload.spectrum_bytes(), 32U);
  EXPECT_EQ(workload.epsilon(), static_cast<double>(std::numeric_limits<float>::epsilon()));
  workload.size = 8;
  EXPECT_EQ(workload.bins(), 5U);
}

// From published tables of the normal distribution, to the last digit of a double or so.
TEST(Probit, GivesKnownValuesInItsMiddleAndBothTails) {
  const auto expect_near = [](double u, double x) { EXPECT_NEAR(probit(u), x, 4e-15 * std::abs(x)) << "u " << u; };
  EXPECT_EQ(probit(0.5), 0.0);
  expect_near(0.6, 0.2533471031357997);
  expect_near(0.75, 0.6744897501960817);
  expect_near(0.9, 1.2815515655446004);
  expect_near(0.95, 1.6448536269514722);
  expect_near(0.975, 1.959963984540054);
  expect_near(0.025, -1.959963984540054);
  expect_near(0.001, -3.090232306167813);
  expect_near(1e-10, -6.361340902404056);
  expect_near(1e-20, -9.262340089798408);
}

TEST(Probit, IsTheInverseOfTheNormalDistribution) {
  // Below 0.5 the distribution function keeps its relative precision down to the smallest doubles. A relative error of
  // x grows by x² in u.
  for (double u = 0.499; u > 1e-300; u *= 0.71) {
    const double x = probit(u);
    const double back = 0.5 * std::erfc(-x / std::sqrt(2.0));
    ASSERT_NEAR(back / u, 1.0, 1e-15 * (4.0 + 2.0 * x * x)) << "u " << u;
  }
}

TEST(Probit, IsOddAboutOneHalf) {
  for (const double u : {0.0625, 0.07421875, 0.25, 0.4375, 0x1p-20, 0x1p-50}) EXPECT_EQ(probit(u), -probit(1.0 - u));
}

TEST(Probit, IsMinusInfinityAtZero) { EXPECT_EQ(probit(0.0), -infinity); }

TEST(WaitDistribution, QuantilesAreTheInversesOfTheirDistributions) {
  const WaitDistribution none{Kind::none, 0.0, 0.0};
  const WaitDistribution constant{Kind::constant, 0.25, 0.0};
  const WaitDistribution uniform{Kind::uniform, 0.5, 2.5};
  const WaitDistribution exponential{Kind::exponential, 2.0, 0.0};
  const WaitDistribution lognormal{Kind::lognormal, 3.0, 0.5};
  for (const double u : {0.0, 0.1, 0.5, 0.999}) {
    EXPECT_EQ(none.quantile(u), 0.0);
    EXPECT_EQ(constant.quantile(u), 0.25);
  }
  EXPECT_EQ(uniform.quantile(0.0), 0.5);
  EXPECT_EQ(uniform.quantile(0.25), 1.0);
  EXPECT_EQ(uniform.quantile(0.5), 1.5);
  EXPECT_EQ(exponential.quantile(0.0), 0.0);
  EXPECT_NEAR(exponential.quantile(0.5), 2.0 * std::log(2.0), 1e-15);
  EXPECT_NEAR(exponential.quantile(0x1p-40), 0x1p-39, 0x1p-78);
  EXPECT_EQ(lognormal.quantile(0.5), 3.0);
  EXPECT_NEAR(lognormal.quantile(0.975), 3.0 * std::exp(0.5 * 1.959963984540054), 1e-13);
  EXPECT_EQ(lognormal.quantile(0.0), 0.0);
}

WaitDistribution percentiles(std::vector<WaitDistribution::Percentile> given) {
  return {Kind::percentiles, 0.0, 0.0, std::move(given)};
}

TEST(WaitDistribution, OfPercentilesIsInProportionBetweenThem) {
  const WaitDistribution from_nothing = percentiles({{50.0, 2.0}, {75.0, 2.0}, {100.0, 10.0}});
  EXPECT_EQ(from_nothing.quantile(0.0), 0.0);
  EXPECT_EQ(from_nothing.quantile(0.25), 1.0);
  EXPECT_EQ(from_nothing.quantile(0.5), 2.0);
  EXPECT_EQ(from_nothing.quantile(0.625), 2.0);
  EXPECT_EQ(from_nothing.quantile(0.75), 2.0);
  EXPECT_EQ(from_nothing.quantile(0.875), 6.0);
  EXPECT_LT(from_nothing.quantile(1.0 - 0x1p-53), 10.0 + 1e-9);
  const WaitDistribution from_the_least = percentiles({{0.0, 1.0}, {100.0, 3.0}});
  EXPECT_EQ(from_the_least.quantile(0.0), 1.0);
  EXPECT_EQ(from_the_least.quantile(0.5), 2.0);
  EXPECT_EQ(percentiles({{100.0, 3.0}}).quantile(0.5), 1.5);
}

TEST(WaitDistribution, QuantilesRise) {
  for (const Kind kind : {Kind::uniform, Kind::exponential, Kind::lognormal}) {
    const WaitDistribution wait{kind, 0.5, 2.0};
    double previous = -1.0;
    for (int step = 0; step < 4096; ++step) {
      const double wait_s = wait.quantile(step / 4096.0);
      ASSERT_GT(wait_s, previous) << wait.to_string() << " at " << step;
      previous = wait_s;
    }
  }
}

TEST(WaitDistribution, WritesItselfAsTheCommandLineDoes) {
  EXPECT_EQ((WaitDistribution{Kind::none, 0.0, 0.0}).to_string(), "none");
  EXPECT_EQ((WaitDistribution{Kind::constant, 0.01, 0.0}).to_string(), "constant:0.01");
  EXPECT_EQ((WaitDistribution{Kind::uniform, 0.0, 1.0}).to_string(), "uniform:0:1");
  EXPECT_EQ((WaitDistribution{Kind::exponential, 0.05, 0.0}).to_string(), "exponential:0.05");
  EXPECT_EQ((WaitDistribution{Kind::lognormal, 0.1, 0.5}).to_string(), "lognormal:0.1:0.5");
  EXPECT_EQ(percentiles({{50.0, 0.02}, {99.9, 0.5}, {100.0, 1.0}}).to_string(), "percentiles:50=0.02:99.9=0.5:100=1");
}

struct Moments {
  double mean = 0.0;
  double deviation = 0.0;
  double least = infinity;
  double longest = 0.0;
};

Moments moments_of(const WaitDistribution& wait) {
  const Workload workload = workload_with(wait);
  constexpr std::uint64_t requests = 1000;
  constexpr std::uint64_t iterations = 100;
  std::vector<double> waits;
  waits.reserve(requests * iterations);
  Moments moments;
  for (std::uint64_t request = 0; request < requests; ++request) {
    for (std::uint64_t iteration = 0; iteration < iterations; ++iteration) {
      waits.push_back(static_cast<double>(workload.wait_ns(request, iteration)) * 1e-9);
      moments.mean += waits.back();
    }
  }
  moments.mean /= static_cast<double>(waits.size());
  for (const double wait_s : waits) {
    moments.deviation += (wait_s - moments.mean) * (wait_s - moments.mean);
    moments.least = std::min(moments.least, wait_s);
    moments.longest = std::max(moments.longest, wait_s);
  }
  moments.deviation = std::sqrt(moments.deviation / static_cast<double>(waits.size()));
  return moments;
}

/// Five standard errors of the mean of as many draws: the seed is fixed, so this holds always or never.
double tolerance(double deviation) { return 5.0 * deviation / std::sqrt(100'000.0); }

TEST(Waits, AreAsLongAsTheirDistributionSays) {
  const Moments uniform = moments_of({Kind::uniform, 0.5, 2.5});
  EXPECT_NEAR(uniform.mean, 1.5, tolerance(2.0 / std::sqrt(12.0)));
  EXPECT_NEAR(uniform.deviation, 2.0 / std::sqrt(12.0), 0.01);
  EXPECT_GE(uniform.least, 0.5);
  EXPECT_LE(uniform.longest, 2.5);

  const Moments exponential = moments_of({Kind::exponential, 0.05, 0.0});
  EXPECT_NEAR(exponential.mean, 0.05, tolerance(0.05));
  EXPECT_NEAR(exponential.deviation, 0.05, 0.001);
  EXPECT_GT(exponential.longest, 0.4);

  const Moments of_percentiles = moments_of(percentiles({{50.0, 1.0}, {100.0, 3.0}}));
  EXPECT_NEAR(of_percentiles.mean, 0.5 * 0.5 + 0.5 * 2.0, tolerance(1.0));
  EXPECT_LE(of_percentiles.longest, 3.0);

  const double sigma = 0.5;
  const double mean = 0.1 * std::exp(sigma * sigma / 2.0);
  const double deviation = mean * std::sqrt(std::exp(sigma * sigma) - 1.0);
  const Moments lognormal = moments_of({Kind::lognormal, 0.1, sigma});
  EXPECT_NEAR(lognormal.mean, mean, tolerance(deviation));
  EXPECT_NEAR(lognormal.deviation, deviation, 0.02 * deviation);

  const Moments constant = moments_of({Kind::constant, 0.01, 0.0});
  EXPECT_EQ(constant.least, 0.01);
  EXPECT_EQ(constant.longest, 0.01);

  EXPECT_EQ(moments_of({Kind::none, 0.0, 0.0}).longest, 0.0);
}

TEST(Waits, AreRoundedToNanoseconds) {
  EXPECT_EQ(workload_with({Kind::constant, 1.4e-9, 0.0}).wait_ns(0, 0), 1);
  EXPECT_EQ(workload_with({Kind::constant, 1.6e-9, 0.0}).wait_ns(0, 0), 2);
  EXPECT_EQ(workload_with({Kind::constant, 0.01, 0.0}).wait_ns(0, 0), 10'000'000);
  EXPECT_EQ(workload_with({Kind::constant, 1.0, 0.0}).wait_ns(0, 0), 1'000'000'000);
}

TEST(Waits, AreAtMostAHundredYears) {
  const auto longest_ns = static_cast<std::int64_t>(hundred_years_s * 1e9);
  EXPECT_EQ(workload_with({Kind::constant, hundred_years_s, 0.0}).wait_ns(0, 0), longest_ns);
  const Workload wild = workload_with({Kind::lognormal, 1.0, 1e6});
  std::set<std::int64_t> waits;
  for (std::uint64_t request = 0; request < 100; ++request) waits.insert(wild.wait_ns(request, 0));
  EXPECT_EQ(waits, (std::set<std::int64_t>{0, longest_ns}));
}

TEST(Waits, OfMedianZeroAreZeroWhateverTheSigma) {
  const Workload workload = workload_with({Kind::lognormal, 0.0, 1e6});
  for (std::uint64_t request = 0; request < 100; ++request) ASSERT_EQ(workload.wait_ns(request, 0), 0);
}

TEST(Waits, AreAFunctionOfSeedRequestAndIterationAlone) {
  Workload workload;
  const std::int64_t wait_ns = workload.wait_ns(3, 2);
  workload.requests = 1000;
  workload.iterations = 77;
  workload.size = 5;
  workload.precision = Precision::float32;
  workload.spectrum = SpectrumKind::half;
  EXPECT_EQ(workload.wait_ns(3, 2), wait_ns);
  EXPECT_NE(workload.wait_ns(2, 3), wait_ns);
  EXPECT_NE(workload.wait_ns(3, 3), wait_ns);
  EXPECT_NE(workload.wait_ns(4, 2), wait_ns);
  workload.seed = 2;
  EXPECT_NE(workload.wait_ns(3, 2), wait_ns);
}

TEST(Waits, AreDistinctOverRequestsAndIterations) {
  const Workload workload;
  std::set<std::int64_t> waits;
  for (std::uint64_t request = 0; request < 100; ++request) {
    for (std::uint64_t iteration = 0; iteration < 10; ++iteration) waits.insert(workload.wait_ns(request, iteration));
  }
  EXPECT_EQ(waits.size(), 1000U);
}

TEST(Waits, AreIndependentOfTheInputs) {
  // Were they of one stream, the wait would be the first input.
  const Workload workload;
  double products = 0.0;
  constexpr int count = 10'000;
  for (std::uint64_t request = 0; request < count; ++request) {
    const double wait_s = static_cast<double>(workload.wait_ns(request, 0)) * 1e-9;
    double input = 0.0;
    generate_inputs<double>(workload.seed, request, 0, 0, {&input, 1});
    ASSERT_NE(wait_s, input);
    products += (wait_s - 0.5) * (input - 0.5);
  }
  // The correlation's standard error is 1/√count.
  EXPECT_NEAR(products / count * 12.0, 0.0, 5.0 / std::sqrt(count));
}

TEST(CheckedBin, CoversAllBinsEvenlyAndStaysWithinThem) {
  for (const SpectrumKind spectrum : {SpectrumKind::full, SpectrumKind::half}) {
    Workload workload;
    workload.size = 9;
    workload.spectrum = spectrum;
    std::vector<int> times(workload.bins());
    constexpr int steps = 9000;
    for (std::uint64_t request = 0; request < steps; ++request) {
      const std::uint64_t bin = workload.checked_bin(request, 1);
      ASSERT_LT(bin, workload.bins());
      ++times[bin];
    }
    const double mean = static_cast<double>(steps) / static_cast<double>(workload.bins());
    for (const int count : times) EXPECT_NEAR(count, mean, 5.0 * std::sqrt(mean));
  }
}

TEST(CheckedBin, IsTheOnlyBinOfSizeOne) {
  Workload workload;
  workload.size = 1;
  for (const SpectrumKind spectrum : {SpectrumKind::full, SpectrumKind::half}) {
    workload.spectrum = spectrum;
    for (std::uint64_t request = 0; request < 100; ++request) ASSERT_EQ(workload.checked_bin(request, 0), 0U);
  }
}

TEST(CheckedBin, StaysWithinTheLargestSizes) {
  Workload workload;
  workload.size = std::uint64_t{1} << 40;
  std::uint64_t highest = 0;
  for (std::uint64_t request = 0; request < 1000; ++request) {
    highest = std::max(highest, workload.checked_bin(request, 0));
  }
  EXPECT_LT(highest, workload.size);
  EXPECT_GT(highest, workload.size / 100 * 99);
}

TEST(CheckedBin, IsIndependentOfTheWait) {
  Workload workload;
  workload.size = 1000;
  std::set<std::uint64_t> bins_of_short_waits;
  for (std::uint64_t request = 0; request < 10'000; ++request) {
    if (workload.wait_ns(request, 0) < 10'000'000) bins_of_short_waits.insert(workload.checked_bin(request, 0) / 100);
  }
  EXPECT_EQ(bins_of_short_waits.size(), 10U);
}

Workload coming_in(Arrivals arrivals, double rate, std::uint64_t requests) {
  Workload workload;
  workload.requests = requests;
  workload.arrivals = arrivals;
  workload.rate = rate;
  return workload;
}

TEST(Arrivals, AreAllAtT0WithoutARate) {
  EXPECT_EQ(Workload{}.arrivals_ns(), std::vector<std::int64_t>(10, 0));
  EXPECT_FALSE(Workload{}.has_rate());
}

TEST(Arrivals, AreAtOneDistanceWhereTheyAreEven) {
  EXPECT_EQ(coming_in(Arrivals::even, 4.0, 4).arrivals_ns(),
            (std::vector<std::int64_t>{0, 250'000'000, 500'000'000, 750'000'000}));
  EXPECT_EQ(coming_in(Arrivals::even, 3.0, 3'000'001).arrivals_ns().back(), 1'000'000'000'000'000);
}

// As numpy.random.Generator(numpy.random.Philox(key=1, counter=(i << 64) - 1)).random(3)[2] gives them.
TEST(Arrivals, AreThoseOfNumpysNumbers) {
  EXPECT_EQ(coming_in(Arrivals::poisson, 50.0, 4).arrivals_ns(),
            (std::vector<std::int64_t>{0, 28'187'353, 43'264'706, 64'904'809}));
}

// As numpy.random.Generator(numpy.random.Philox(key=1, counter=(i << 64) - 1)).random(15)[14] gives them.
TEST(Arrivals, OfARepeatAreItsOwn) {
  Workload poisson = coming_in(Arrivals::poisson, 50.0, 4);
  poisson.repeat = 3;
  EXPECT_EQ(poisson.arrivals_ns(), (std::vector<std::int64_t>{0, 12690384, 67706187, 130027813}));
  Workload even = coming_in(Arrivals::even, 50.0, 4);
  const std::vector<std::int64_t> first = even.arrivals_ns();
  even.repeat = 3;
  EXPECT_EQ(even.arrivals_ns(), first);
}

TEST(Waits, OfARequestHaveQuantiles) {
  Workload workload;
  workload.iterations = 5;
  workload.wait = {WaitDistribution::Kind::constant, 0.02, 0.0};
  EXPECT_DOUBLE_EQ(workload.waits_quantile_s(0.99), 0.1);
  workload.iterations = 1;
  workload.wait = {WaitDistribution::Kind::uniform, 0.0, 1.0};
  EXPECT_NEAR(workload.waits_quantile_s(0.99), 0.99, 0.005);
  EXPECT_NEAR(workload.waits_quantile_s(0.5), 0.5, 0.02);
  workload.iterations = 4'000'000;
  EXPECT_NEAR(workload.waits_quantile_s(0.99), 2'000'000.0, 4'000.0) << "of a part of the steps";
  workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  EXPECT_EQ(workload.waits_quantile_s(0.99), 0.0);
}

// As numpy.random.Generator(numpy.random.Philox(key=1, counter=(2 << 128) + (3 << 64) - 1)).random(13)[12] gives it.
TEST(Waits, OfARepeatAreItsOwnAtARateAlone) {
  Workload workload = coming_in(Arrivals::even, 50.0, 4);
  workload.wait = {WaitDistribution::Kind::uniform, 0.0, 1.0};
  const std::int64_t first_ns = workload.wait_ns(3, 2);
  const std::uint64_t bin = workload.checked_bin(3, 2);
  workload.repeat = 3;
  EXPECT_EQ(workload.wait_ns(3, 2), 101'781'073);
  EXPECT_EQ(workload.checked_bin(3, 2), bin) << "steps compute the same in all repeats";
  workload.rate = 0.0;
  EXPECT_EQ(workload.wait_ns(3, 2), first_ns);
}

TEST(Arrivals, OfAPoissonProcessHaveExponentialGaps) {
  constexpr std::uint64_t requests = 100'001;
  const std::vector<std::int64_t> arrivals_ns = coming_in(Arrivals::poisson, 20.0, requests).arrivals_ns();
  double sum_s = 0.0;
  double squares_s2 = 0.0;
  for (std::uint64_t request = 1; request < requests; ++request) {
    const double gap_s = to_seconds(arrivals_ns[request] - arrivals_ns[request - 1]);
    ASSERT_GE(gap_s, 0.0);
    sum_s += gap_s;
    squares_s2 += gap_s * gap_s;
  }
  const double mean_s = sum_s / (requests - 1);
  EXPECT_NEAR(mean_s, 0.05, 0.001);
  EXPECT_NEAR(squares_s2 / (requests - 1), 2.0 * mean_s * mean_s, 0.0002);
}

TEST(Arrivals, DependOnTheSeedAndNotOnHowManyThereAre) {
  Workload workload = coming_in(Arrivals::poisson, 20.0, 3);
  const std::vector<std::int64_t> three = workload.arrivals_ns();
  workload.requests = 5;
  const std::vector<std::int64_t> five = workload.arrivals_ns();
  EXPECT_TRUE(std::equal(three.begin(), three.end(), five.begin()));
  workload.seed = 2;
  EXPECT_NE(workload.arrivals_ns(), five);
}

TEST(Arrivals, EndAfterAHundredYears) {
  const std::vector<std::int64_t> arrivals_ns = coming_in(Arrivals::poisson, 1e-300, 3).arrivals_ns();
  EXPECT_EQ(arrivals_ns[1], arrivals_ns[2]);
  EXPECT_EQ(to_seconds(arrivals_ns[1]), 100.0 * 365.25 * 86400.0);
}

TEST(WaitDistribution, IsShortForPeopleWhereItHasManyPercentiles) {
  const WaitDistribution five = percentiles({{10.0, 0.01}, {50.0, 0.02}, {90.0, 0.1}, {99.0, 0.2}, {100.0, 3.0}});
  EXPECT_EQ(five.to_short_string(), five.to_string());
  const WaitDistribution six =
      percentiles({{0.0, 0.001}, {10.0, 0.01}, {50.0, 0.0206}, {90.0, 0.1}, {99.0, 0.211}, {100.0, 3.01}});
  EXPECT_EQ(six.to_short_string(), "percentiles (median 20.6 ms, p99 211 ms, max 3.01 s)");
  EXPECT_EQ(six.to_string(), "percentiles:0=0.001:10=0.01:50=0.0206:90=0.1:99=0.211:100=3.01");
  Workload workload;
  workload.wait = six;
  EXPECT_EQ(describe(workload),
            "10 requests × 5 iterations, wait percentiles (median 20.6 ms, p99 211 ms, max 3.01 s), 4,000,000 doubles, "
            "full spectrum, seed 1");
}

TEST(Describe, SaysTheWholeWorkloadInALine) {
  EXPECT_EQ(describe(Workload{}),
            "10 requests × 5 iterations, wait uniform:0:1 s, 4,000,000 doubles, full spectrum, seed 1");
  Workload workload;
  workload.requests = workload.iterations = workload.size = 1;
  workload.wait = {Kind::none, 0.0, 0.0};
  workload.precision = Precision::float32;
  workload.spectrum = SpectrumKind::half;
  workload.seed = 0;
  EXPECT_EQ(describe(workload), "1 request × 1 iteration, wait none, 1 float, half spectrum, seed 0");
  workload.size = 4000;
  workload.compute = "sort.so";
  EXPECT_EQ(describe(workload), "1 request × 1 iteration, wait none, size 4,000 of sort.so, seed 0");
  workload.compute = "a\n\x1b[31mb.so";
  EXPECT_EQ(describe(workload), "1 request × 1 iteration, wait none, size 4,000 of a  [31mb.so, seed 0");
  EXPECT_EQ(describe(coming_in(Arrivals::poisson, 0.5, 20)),
            "20 requests at 0.5 a second (poisson) × 5 iterations, wait uniform:0:1 s, 4,000,000 doubles, full "
            "spectrum, seed 1");
  const auto requests_at = [](double rate) {
    const std::string line = describe(coming_in(Arrivals::even, rate, 20));
    return line.substr(0, line.find(" ×"));
  };
  EXPECT_EQ(requests_at(999.5), "20 requests at 999.5 a second (even)");
  EXPECT_EQ(requests_at(100'000.0), "20 requests at 100,000 a second (even)");
  EXPECT_EQ(requests_at(1234.5), "20 requests at 1,234.5 a second (even)");
  EXPECT_EQ(requests_at(1e300), "20 requests at 1e+300 a second (even)");
}

}  // namespace
}  // namespace overlap
