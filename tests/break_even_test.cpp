// The search for a break-even, on synthetic cost curves.
#include "src/sweep/break_even.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace overlap {
namespace {

using Finding = BreakEven::Finding;
using Interval = std::pair<std::uint64_t, std::uint64_t>;

/// The second is ahead exactly where `ahead` says so.
std::function<Lead(std::uint64_t)> exact(const std::function<bool(std::uint64_t)>& ahead) {
  return [ahead](std::uint64_t value) { return ahead(value) ? Lead::second : Lead::first; };
}

SearchRange counts(std::uint64_t low, std::uint64_t high) { return {low, high, between_counts}; }

/// Five samples around each of two costs, noise being relative.
class NoisyCosts {
 public:
  NoisyCosts(std::function<double(double)> first, std::function<double(double)> second, double noise, unsigned seed)
      : first_(std::move(first)), second_(std::move(second)), noise_(noise), random_(seed) {}

  Lead operator()(std::uint64_t value) {
    const auto samples = [&](double cost) {
      std::vector<double> drawn(5);
      for (double& sample : drawn) sample = cost * (1.0 + noise_ * std::exponential_distribution<double>()(random_));
      return drawn;
    };
    const std::vector<double> first = samples(first_(static_cast<double>(value)));
    return lead_of(first, samples(second_(static_cast<double>(value))));
  }

 private:
  std::function<double(double)> first_;
  std::function<double(double)> second_;
  double noise_;
  std::mt19937 random_;
};

TEST(BreakEvenSearch, FindsTheCrossingWithinFivePercent) {
  for (const std::uint64_t crossing : {2U, 3U, 100U, 4096U, 5000U, 99'999U}) {
    const BreakEven found =
        find_break_even(counts(1, 100'000), exact([&](std::uint64_t value) { return value >= crossing; }));
    ASSERT_EQ(found.finding, Finding::found) << crossing;
    EXPECT_GE(*found.value, crossing);
    EXPECT_EQ(found.interval->second, *found.value);
    EXPECT_LT(found.interval->first, crossing);
    EXPECT_TRUE(between_counts(found.interval->first, *found.value) == std::nullopt) << crossing;
    EXPECT_LE(found.probes.size(), 20U);
  }
}

TEST(BreakEvenSearch, FindsNeighboursExactly) {
  const BreakEven found = find_break_even(counts(1, 16), exact([](std::uint64_t value) { return value >= 7; }));
  EXPECT_EQ(found.value, 7U);
  EXPECT_EQ(found.interval, (Interval{6, 7}));
}

TEST(BreakEvenSearch, FindsACrossingAtTheEndItself) {
  const BreakEven found = find_break_even(counts(1, 1000), exact([](std::uint64_t value) { return value == 1000; }));
  ASSERT_EQ(found.finding, Finding::found);
  EXPECT_EQ(found.value, 1000U);
  EXPECT_LT(found.interval->first, 1000U);
}

TEST(BreakEvenSearch, SaysThatTheSecondIsAheadThroughout) {
  const BreakEven found = find_break_even(counts(8, 4096), exact([](std::uint64_t) { return true; }));
  EXPECT_EQ(found.finding, Finding::throughout);
  EXPECT_EQ(found.value, 8U);
  EXPECT_EQ(found.interval, (Interval{8, 8}));
  EXPECT_GE(found.probes.size(), 5U) << "taken on trust from the ends";
}

TEST(BreakEvenSearch, SaysThatThereIsNone) {
  for (const Lead lead : {Lead::first, Lead::undecided}) {
    const BreakEven found = find_break_even(counts(8, 4096), [&](std::uint64_t) { return lead; });
    EXPECT_EQ(found.finding, Finding::none);
    EXPECT_FALSE(found.value);
    EXPECT_FALSE(found.interval);
  }
}

TEST(BreakEvenSearch, SaysThatTheLeadIsNotKept) {
  const BreakEven found =
      find_break_even(counts(1, 10'000), exact([](std::uint64_t value) { return value > 50 && value < 5000; }));
  EXPECT_EQ(found.finding, Finding::not_kept);
  EXPECT_FALSE(found.value);
  EXPECT_FALSE(found.interval);
}

TEST(BreakEvenSearch, GoesOnAboveWhereTheFirstIsAheadAgain) {
  // Ahead from 20 on, but behind once more between 500 and 3000.
  const auto ahead = [](std::uint64_t value) { return value >= 20 && (value < 500 || value >= 3000); };
  const BreakEven found = find_break_even(counts(1, 100'000), exact(ahead));
  ASSERT_EQ(found.finding, Finding::found);
  EXPECT_GE(*found.value, 3000U);
  EXPECT_LE(*found.value, 3150U);
  EXPECT_LT(found.interval->first, 3000U);
  EXPECT_GE(found.interval->first, 2850U);
}

TEST(BreakEvenSearch, TakesNoBreakEvenFromBelowALaterDoubtWhenTheStartIsAhead) {
  const auto ahead = [](std::uint64_t value) { return value < 20 || value >= 700; };
  const BreakEven found = find_break_even(counts(1, 100'000), exact(ahead));
  ASSERT_EQ(found.finding, Finding::found);
  EXPECT_GE(*found.value, 700U);
  EXPECT_LE(*found.value, 735U);
}

TEST(BreakEvenSearch, AsksTwiceBeforeADoubtCounts) {
  // One disturbed measurement far above the crossing, and only one.
  bool disturbed = false;
  const auto measure = [&](std::uint64_t value) {
    if (value > 1000 && value < 50'000 && !disturbed) {
      disturbed = true;
      return Lead::undecided;
    }
    return value >= 30 ? Lead::second : Lead::first;
  };
  // Of a list without values between the crossing and the disturbance, so that it comes in the confirmation.
  const std::vector<std::uint64_t> values = {1, 10, 20, 30, 40, 2000, 3000, 100'000};
  const SearchRange range{1, 100'000,
                          [&](std::uint64_t low, std::uint64_t high) { return between_listed(values, low, high); }};
  const BreakEven found = find_break_even(range, measure);
  EXPECT_TRUE(disturbed);
  EXPECT_EQ(found.value, 30U);
  EXPECT_EQ(found.interval, (Interval{20, 30}));
}

TEST(BreakEvenSearch, CountsAnUndecidedValueAsNotAhead) {
  const auto measure = [](std::uint64_t value) {
    if (value < 100) return Lead::first;
    return value < 200 ? Lead::undecided : Lead::second;
  };
  const BreakEven found = find_break_even(counts(1, 10'000), measure);
  EXPECT_GE(*found.value, 200U);
  EXPECT_GE(found.interval->first, 100U);
}

TEST(BreakEvenSearch, StopsWhereAValueCannotBeMeasured) {
  for (const std::size_t at : {0U, 1U, 4U}) {
    std::size_t calls = 0;
    const auto measure = [&](std::uint64_t value) {
      if (calls++ == at) return Lead::unknown;
      return value >= 30 ? Lead::second : Lead::first;
    };
    const BreakEven found = find_break_even(counts(1, 10'000), measure);
    EXPECT_EQ(found.finding, Finding::stopped);
    EXPECT_FALSE(found.value);
    EXPECT_FALSE(found.interval);
    EXPECT_EQ(found.probes.size(), at + 1);
    EXPECT_EQ(calls, at + 1) << "measured on after it was told to stop";
  }
}

TEST(BreakEvenSearch, BoundsItsProbesWhateverIsMeasured) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    std::size_t calls = 0;
    const auto measure = [&](std::uint64_t) {
      ++calls;
      return random() % 2 == 0 ? Lead::first : Lead::second;
    };
    const BreakEven found = find_break_even(counts(1, std::uint64_t{1} << 40), measure);
    EXPECT_LE(calls, most_probes);
    EXPECT_EQ(found.probes.size(), calls);
    EXPECT_EQ(found.value.has_value(), found.finding == Finding::found || found.finding == Finding::throughout);
  }
}

TEST(BreakEvenSearch, FindsTheCrossingOfNoisyCosts) {
  // Threads cost by the request, a pool has a fixed price: they cross at 1000.
  for (unsigned seed = 0; seed < 50; ++seed) {
    NoisyCosts measure([](double n) { return 3.0 * n; }, [](double n) { return 2000.0 + n; }, 0.05, seed);
    const BreakEven found = find_break_even(counts(16, 65'536), std::ref(measure));
    ASSERT_EQ(found.finding, Finding::found) << seed;
    EXPECT_GT(*found.value, 900U) << seed;
    EXPECT_LT(*found.value, 1500U) << seed;
    EXPECT_LT(found.interval->first, *found.value) << seed;
  }
}

TEST(BreakEvenSearch, FindsNoneInNoiseAlone) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    NoisyCosts measure([](double n) { return n; }, [](double n) { return 1.1 * n; }, 0.05, seed);
    const BreakEven found = find_break_even(counts(16, 65'536), std::ref(measure));
    EXPECT_FALSE(found.value) << seed;
  }
}

TEST(BreakEvenLead, IsClearWhereTheIntervalOfTheMediansRatioLeavesOutOne) {
  EXPECT_EQ(lead_of({10, 11, 12, 13, 14}, {15, 16, 17, 18, 19}), Lead::first);
  EXPECT_EQ(lead_of({19, 18, 17, 16, 15}, {10, 11, 12, 13, 14}), Lead::second);
  EXPECT_EQ(lead_of({10, 11, 12, 13, 14}, {10.5, 11.5, 12.5, 13.5, 14.5}), Lead::undecided);
  EXPECT_EQ(lead_of({10, 11, 12, 13, 14}, {10, 11, 12, 13, 14}), Lead::undecided);
  EXPECT_EQ(lead_of({10, 10, 10, 10, 10}, {10, 10, 10, 10, 10}), Lead::undecided);
}

TEST(BreakEvenLead, IsNotLostToASampleThatWentAstray) {
  EXPECT_EQ(lead_of({1.0, 1.1, 1.2, 1.3, 1.3, 1.3, 99}, {2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6}), Lead::first);
  EXPECT_EQ(lead_of({1.0, 1.1, 1.2, 97, 97, 98, 99}, {2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6}), Lead::undecided);
}

TEST(BreakEvenLead, IsClearOfFewSamplesWhereTheirRangesAreApart) {
  EXPECT_EQ(lead_of({1, 2, 3}, {4, 5, 6}), Lead::first);
  EXPECT_EQ(lead_of({4, 5, 6}, {1, 2, 3}), Lead::second);
  EXPECT_EQ(lead_of({1, 2, 3}, {3, 4, 5}), Lead::undecided);
  EXPECT_EQ(lead_of({1}, {2}), Lead::first);
  EXPECT_EQ(lead_of({1}, {1}), Lead::undecided);
}

TEST(BreakEvenLead, IsUnknownWithoutSamples) {
  EXPECT_EQ(lead_of({}, {1}), Lead::unknown);
  EXPECT_EQ(lead_of({1}, {}), Lead::unknown);
}

}  // namespace
}  // namespace overlap
