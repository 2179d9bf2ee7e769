// Values between two, of counts, of sizes and of a list.
#include "src/sweep/search_range.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace overlap {
namespace {

TEST(SearchRange, IsTheGeometricMeanUntilFivePercent) {
  EXPECT_EQ(between_counts(1, 100), 10U);
  EXPECT_EQ(between_counts(1, 3), 2U);
  EXPECT_EQ(between_counts(1, 2), std::nullopt);
  EXPECT_EQ(between_counts(7, 7), std::nullopt);
  EXPECT_EQ(between_counts(1000, 1050), std::nullopt);
  EXPECT_EQ(between_counts(1000, 1100), 1049U);
}

TEST(SearchRange, TakesSizesThatTransformWell) {
  EXPECT_EQ(between_sizes(64, std::uint64_t{256} << 10), 4096U);
  EXPECT_EQ(between_sizes(4096, 8192), 5760U);
  EXPECT_EQ(between_sizes(6, 8), std::nullopt) << "7 is not such a size";
  EXPECT_EQ(between_sizes(81, 90), std::nullopt) << "nor is any of 82 to 89";
  EXPECT_EQ(between_sizes(1, 2), std::nullopt);
}

TEST(SearchRange, TakesTheMiddleOfAList) {
  const std::vector<std::uint64_t> values = {1, 5, 6, 90, 1000};
  EXPECT_EQ(between_listed(values, 1, 1000), 6U);
  EXPECT_EQ(between_listed(values, 6, 1000), 90U);
  EXPECT_EQ(between_listed(values, 5, 6), std::nullopt);
  EXPECT_EQ(between_listed(values, 1000, 1000), std::nullopt);
}

}  // namespace
}  // namespace overlap
