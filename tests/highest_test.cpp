// The search for the highest value within a limit, over what is known in advance.
#include "src/sweep/highest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace overlap {
namespace {

using Finding = Highest::Finding;

/// Executors that stay within the limit up to a value each, and what they were asked.
class Limits {
 public:
  explicit Limits(std::vector<std::uint64_t> up_to) : up_to_(std::move(up_to)) {}

  std::vector<Highest> search(const SearchRange& range) {
    return find_highest(range, up_to_.size(), [this](std::uint64_t value, const std::vector<std::size_t>& executors) {
      again.push_back(!values_.insert(value).second);
      std::vector<std::optional<bool>> answers;
      for (const std::size_t executor : executors) {
        if (!again.back()) asked[executor].push_back(value);
        answers.emplace_back(value <= up_to_[executor]);
      }
      return answers;
    });
  }

  std::size_t values() const { return values_.size(); }

  std::vector<bool> again;  ///< of each call, whether it was for a value that was looked at before
  std::map<std::size_t, std::vector<std::uint64_t>> asked;  ///< by executor, each value once

 private:
  std::set<std::uint64_t> values_;
  std::vector<std::uint64_t> up_to_;
};

const SearchRange to_a_million{1, 1'000'000, between_counts};

TEST(HighestSearch, FindsTheLastValueWithinTheLimitToFivePercent) {
  for (const std::uint64_t last : {1U, 2U, 3U, 7U, 64U, 100U, 4095U, 999'999U}) {
    Limits limits({last});
    const Highest found = limits.search(to_a_million).front();
    ASSERT_EQ(found.finding, Finding::found) << last;
    EXPECT_LE(*found.value, last);
    EXPECT_GT(*found.beyond, last);
    EXPECT_EQ(between_counts(*found.value, *found.beyond), std::nullopt) << last;
    EXPECT_LE(limits.values(), 26U) << last;
  }
}

TEST(HighestSearch, LooksNoFurtherThanAboutTwiceThatValue) {
  Limits limits({700});
  limits.search(to_a_million);
  for (const std::uint64_t value : limits.asked[0]) EXPECT_LE(value, 2 * 700);
  // Of a list, no further than its next value where that is more.
  const std::vector<std::uint64_t> values = {1, 100, 10'000, 1'000'000};
  const SearchRange listed{values.front(), values.back(),
                           [&](std::uint64_t low, std::uint64_t high) { return between_listed(values, low, high); }};
  Limits first_alone({1});
  first_alone.search(listed);
  EXPECT_EQ(first_alone.asked[0], (std::vector<std::uint64_t>{1, 100}));
  Limits all({1'000'000});
  all.search(listed);
  EXPECT_EQ(all.asked[0], values);
}

TEST(HighestSearch, TellsWhereTheRangeEnds) {
  Limits limits({0, 1'000'000, 2'000'000});
  const std::vector<Highest> found = limits.search(to_a_million);
  EXPECT_EQ(found[0], (Highest{Finding::none, std::nullopt, 1}));
  EXPECT_EQ(found[1], (Highest{Finding::throughout, 1'000'000, std::nullopt}));
  EXPECT_EQ(found[2], found[1]);
  EXPECT_EQ(limits.asked[0].size(), 1U);
  EXPECT_EQ(limits.asked[1].size(), 21U) << "twenty powers of two, and the end";
}

TEST(HighestSearch, AsksTogetherWhoIsAtTheSameValueAndMostValuesOnce) {
  const std::vector<std::uint64_t> up_to = {3, 700, 20, 720, 0};
  Limits together(up_to);
  const std::vector<Highest> found = together.search(to_a_million);
  std::map<std::uint64_t, std::size_t> values;
  for (std::size_t i = 0; i < up_to.size(); ++i) {
    Limits alone({up_to[i]});
    EXPECT_EQ(alone.search(to_a_million).front(), found[i]);
    EXPECT_EQ(alone.asked[0], together.asked[i]) << "executor " << i << " was asked other values than alone";
    for (const std::uint64_t value : together.asked[i]) ++values[value];
  }
  EXPECT_EQ(values.at(1), up_to.size());
  const auto twice = std::count(together.again.begin(), together.again.end(), true);
  EXPECT_EQ(twice, 4) << "where one was beyond for the first time: at 1, 4, 32 and 1024";
  EXPECT_EQ(together.again.size(), values.size() + static_cast<std::size_t>(twice));
}

TEST(HighestSearch, IsNotEndedByOneRunThatWasDisturbed) {
  std::map<std::uint64_t, int> asked;
  const auto disturbed_at_first = [&](std::uint64_t value, const std::vector<std::size_t>& /*executors*/) {
    const bool is_first_time = ++asked[value] == 1;
    return std::vector<std::optional<bool>>{value <= 50 && !(is_first_time && value == 8)};
  };
  const Highest found = find_highest(to_a_million, 1, disturbed_at_first).front();
  EXPECT_GE(found.value.value_or(0), 48U);
  EXPECT_LE(found.value.value_or(0), 50U);
  EXPECT_EQ(asked.at(4), 1);
  EXPECT_EQ(asked.at(8), 2);
  EXPECT_EQ(asked.at(64), 2);
  EXPECT_EQ(asked.at(*found.beyond), 1) << "the doubling had ended";
}

TEST(HighestSearch, EndsForTheOneThatCannotBeMeasured) {
  const auto measure = [](std::uint64_t value, const std::vector<std::size_t>& executors) {
    std::vector<std::optional<bool>> answers;
    for (const std::size_t executor : executors) {
      EXPECT_FALSE(executor == 1 && value > 8) << "asked after it had failed";
      answers.push_back(executor == 1 && value == 8 ? std::nullopt : std::optional(value <= 50));
    }
    return answers;
  };
  const std::vector<Highest> found = find_highest(to_a_million, 2, measure);
  EXPECT_EQ(found[0].finding, Finding::found);
  EXPECT_EQ(found[1], (Highest{Finding::stopped, 4, {}})) << "what was found before is kept";
}

TEST(HighestSearch, TakesValuesOfAListAlone) {
  const std::vector<std::uint64_t> values = {1, 2, 10, 11, 12, 1000, UINT64_MAX - 1, UINT64_MAX};
  const SearchRange listed{values.front(), values.back(),
                           [&](std::uint64_t low, std::uint64_t high) { return between_listed(values, low, high); }};
  for (std::size_t last = 0; last < values.size(); ++last) {
    Limits limits({values[last]});
    const Highest found = limits.search(listed).front();
    EXPECT_EQ(found.value, values[last]);
    const bool is_last = last + 1 == values.size();
    EXPECT_EQ(found.beyond, is_last ? std::nullopt : std::optional(values[last + 1]));
    EXPECT_EQ(found.finding, is_last ? Finding::throughout : Finding::found);
  }
}

TEST(HighestSearch, GoesThroughSizesThatTransformsAreFastAt) {
  Limits limits({5000});
  const Highest found = limits.search({7, 1'000'000, between_sizes}).front();
  EXPECT_EQ(found.value, 5000U);
  for (std::uint64_t value : limits.asked[0]) {
    if (value == 7) continue;
    for (const std::uint64_t prime : {2U, 3U, 5U}) {
      while (value % prime == 0) value /= prime;
    }
    EXPECT_EQ(value, 1U);
  }
}

TEST(HighestSearch, OfOneValueSaysWhetherItIsWithin) {
  const SearchRange one{5, 5, between_counts};
  EXPECT_EQ(Limits({4}).search(one).front(), (Highest{Finding::none, std::nullopt, 5}));
  EXPECT_EQ(Limits({5}).search(one).front(), (Highest{Finding::throughout, 5, std::nullopt}));
}

}  // namespace
}  // namespace overlap
