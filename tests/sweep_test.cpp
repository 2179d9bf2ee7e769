// The grid of a sweep: ranges, combinations, and how values are written.
#include "src/sweep/sweep.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "src/base/errors.hpp"

namespace overlap {
namespace {

using Values = std::vector<std::uint64_t>;

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

TEST(SweepRange, MultipliesOrAddsFromLowAsFarAsHigh) {
  EXPECT_EQ(range_values(1, 1000, {10.0}), (Values{1, 10, 100, 1000}));
  EXPECT_EQ(range_values(1, 999, {10.0}), (Values{1, 10, 100}));
  EXPECT_EQ(range_values(3, 20, {2.0}), (Values{3, 6, 12}));
  EXPECT_EQ(range_values(5, 20, {0.0, 5}), (Values{5, 10, 15, 20}));
  EXPECT_EQ(range_values(0, 2, {0.0, 1}), (Values{0, 1, 2}));
  EXPECT_EQ(range_values(7, 7, {2.0}), Values{7});
}

TEST(SweepRange, IsEmptyWhereLowIsAboveHigh) { EXPECT_EQ(range_values(8, 7, {2.0}), Values{}); }

TEST(SweepRange, RoundsFractionsAndRepeatsNoValue) {
  EXPECT_EQ(range_values(1, 10, {1.5}), (Values{1, 2, 3, 5, 8}));
  EXPECT_EQ(range_values(1, 4, {1.1}), (Values{1, 2, 3, 4}));
}

TEST(SweepRange, IsExactAsFarAsNumbersGo) {
  EXPECT_EQ(range_values(most - 1, most, {0.0, 1}), (Values{most - 1, most}));
  EXPECT_EQ(range_values(std::uint64_t{1} << 62, most, {2.0}),
            (Values{std::uint64_t{1} << 62, std::uint64_t{1} << 63}));
  EXPECT_EQ(range_values(most, most, {2.0}), Values{most});
}

TEST(SweepRange, EndsAfterOneValueTooMany) {
  EXPECT_EQ(range_values(1, most_points, {0.0, 1}).size(), most_points);
  EXPECT_EQ(range_values(1, most, {0.0, 1}).size(), most_points + 1);
}

TEST(SweepGrid, HasEveryCombinationTheLastAxisFastest) {
  const std::vector<Axis> axes = {
      {"requests", {std::uint64_t{1}, std::uint64_t{10}}},
      {"wait", {std::string("none"), std::string("constant:1"), std::string("uniform:0:1")}}};
  const std::vector<Point> points = points_of(axes);
  ASSERT_EQ(points.size(), 6U);
  std::vector<std::string> texts;
  texts.reserve(points.size());
  for (const Point& point : points) texts.push_back(describe(axes, point));
  EXPECT_EQ(texts, (std::vector<std::string>{"requests 1, wait none", "requests 1, wait constant:1",
                                             "requests 1, wait uniform:0:1", "requests 10, wait none",
                                             "requests 10, wait constant:1", "requests 10, wait uniform:0:1"}));
}

TEST(SweepGrid, RefusesMoreCellsThanAnyoneRuns) {
  Axis axis{"requests", {}};
  for (std::uint64_t value = 1; value <= 101; ++value) axis.values.emplace_back(value);
  Axis other = axis;
  other.name = "size";
  EXPECT_THROW(points_of({axis, other}), UsageError);
  axis.values.resize(99);
  EXPECT_EQ(points_of({axis, other}).size(), 9999U);
}

TEST(SweepValue, OfManyPercentilesIsShortForPeopleAlone) {
  const std::string six = "percentiles:0=0.001:10=0.01:50=0.0206:90=0.1:99=0.211:100=3.01";
  EXPECT_EQ(text_of(AxisValue(six)), six);
  EXPECT_EQ(short_text_of(AxisValue(six)), "percentiles (median 20.6 ms, p99 211 ms, max 3.01 s)");
  EXPECT_EQ(describe({{"wait", {six}}}, {six}), "wait percentiles (median 20.6 ms, p99 211 ms, max 3.01 s)");
  for (const char* text : {"percentiles:50=0.1:100=2", "uniform:0:1", "percentiles:.so"}) {
    EXPECT_EQ(short_text_of(AxisValue(std::string(text))), text);
  }
  EXPECT_EQ(short_text_of(AxisValue(std::uint64_t{4096})), "4Ki");
}

TEST(SweepValue, IsWrittenInTheShortestWay) {
  const auto text = [](std::uint64_t count) { return text_of(AxisValue(count)); };
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(7), "7");
  EXPECT_EQ(text(1000), "1k");
  EXPECT_EQ(text(1024), "1Ki");
  EXPECT_EQ(text(1500), "1500");
  EXPECT_EQ(text(65536), "64Ki");
  EXPECT_EQ(text(4'000'000), "4M");
  EXPECT_EQ(text(1'048'576), "1Mi");
  EXPECT_EQ(text(1'500'000), "1500k");
  EXPECT_EQ(text(100'352'000), "100352k") << "not 98000Ki, which is as long";
  EXPECT_EQ(text(std::uint64_t{1} << 40), "1024Gi");
  EXPECT_EQ(text(most), "18446744073709551615");
  EXPECT_EQ(text_of(AxisValue(std::string("lognormal:0.1:0.5"))), "lognormal:0.1:0.5");
}

TEST(SweepValue, HasAKeyWithoutDashes) {
  EXPECT_EQ(key_of("compute-slots"), "compute_slots");
  EXPECT_EQ(key_of("size"), "size");
}

}  // namespace
}  // namespace overlap
