// Charts' scales and ticks, and their elements.
#include "src/report/chart.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace overlap {
namespace {

void expect_ticks(const Scale& scale, std::size_t most, const std::vector<double>& expected) {
  const std::vector<double> ticks = scale.ticks(most);
  ASSERT_EQ(ticks.size(), expected.size());
  for (std::size_t i = 0; i < ticks.size(); ++i) EXPECT_NEAR(ticks[i], expected[i], 1e-12 * (1.0 + expected[i]));
}

TEST(Scale, PutsValuesBetweenItsEnds) {
  const Scale scale(0.0, 4.0, 100.0, 300.0);
  EXPECT_DOUBLE_EQ(scale(0.0), 100.0);
  EXPECT_DOUBLE_EQ(scale(1.0), 150.0);
  EXPECT_DOUBLE_EQ(scale(4.0), 300.0);
  const Scale upwards(0.0, 4.0, 300.0, 100.0);
  EXPECT_DOUBLE_EQ(upwards(1.0), 250.0);
}

TEST(Scale, IsLogarithmicAboveAFactorOfTenWhereItMayBe) {
  const Scale scale(1.0, 100.0, 0.0, 10.0, true);
  EXPECT_TRUE(scale.is_logarithmic());
  EXPECT_DOUBLE_EQ(scale(10.0), 5.0);
  EXPECT_FALSE(Scale(1.0, 100.0, 0.0, 10.0).is_logarithmic());
  EXPECT_FALSE(Scale(1.0, 10.0, 0.0, 10.0, true).is_logarithmic());
  EXPECT_FALSE(Scale(0.0, 100.0, 0.0, 10.0, true).is_logarithmic());
}

TEST(Scale, PutsASingleValueInTheMiddle) {
  const Scale scale(3.0, 3.0, 0.0, 10.0, true);
  EXPECT_DOUBLE_EQ(scale(3.0), 5.0);
  expect_ticks(scale, 5, {3.0});
}

TEST(Scale, HasTicksAtRoundValues) {
  expect_ticks(Scale(0.0, 22.4, 0.0, 1.0), 7, {0.0, 5.0, 10.0, 15.0, 20.0});
  expect_ticks(Scale(0.0, 1.0, 0.0, 1.0), 5, {0.0, 0.2, 0.4, 0.6, 0.8, 1.0});
  expect_ticks(Scale(0.0, 0.003, 0.0, 1.0), 3, {0.0, 0.001, 0.002, 0.003});
  expect_ticks(Scale(12.0, 19.0, 0.0, 1.0), 4, {12.0, 14.0, 16.0, 18.0});
}

TEST(Scale, HasTicksAtPowersOfTenWhereTheyAreEnough) {
  expect_ticks(Scale(0.015, 0.6, 0.0, 1.0, true), 8, {0.02, 0.05, 0.1, 0.2, 0.5});
  expect_ticks(Scale(1.0, 1e6, 0.0, 1.0, true), 8, {1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6});
  expect_ticks(Scale(1.0, 1e6, 0.0, 1.0, true), 4, {1.0, 100.0, 1e4, 1e6});
  EXPECT_LE(Scale(1e-300, 1e300, 0.0, 1.0, true).ticks(8).size(), 8U);
}

TEST(Chart, NamesSecondsAtTicksInTheirUnit) {
  EXPECT_EQ(tick_seconds(0.0), "0");
  EXPECT_EQ(tick_seconds(1500.0), "1500 s");
  EXPECT_EQ(tick_seconds(1.5), "1.5 s");
  EXPECT_EQ(tick_seconds(0.1 + 0.2), "300 ms");
  EXPECT_EQ(tick_seconds(3 * 0.000'1), "300 µs");
  EXPECT_EQ(tick_seconds(1e-3 - 1e-18), "1 ms");
  EXPECT_EQ(tick_seconds(5e-9), "5 ns");
  EXPECT_EQ(tick_seconds(5e-10), "0.5 ns");
}

TEST(Chart, WritesCoordinatesToATenth) {
  EXPECT_EQ(svg_number(12.0), "12");
  EXPECT_EQ(svg_number(12.34), "12.3");
  EXPECT_EQ(svg_number(-0.01), "0");
  EXPECT_EQ(svg_number(-2.5), "-2.5");
}

TEST(Chart, TellsEverySeriesOfManyApart) {
  std::vector<std::string> styles;
  for (std::size_t i = 0; i < 24; ++i) {
    const std::string style = series_style(i);
    for (const std::string& other : styles) EXPECT_NE(style, other);
    styles.push_back(style);
  }
  EXPECT_EQ(series_style(0), "s0 d0");
  EXPECT_EQ(series_style(9), "s1 d1");
}

TEST(Chart, EscapesItsText) {
  EXPECT_NE(svg_text(1.0, 2.0, Anchor::end, "name", "a<b&c").find(">a&lt;b&amp;c</text>"), std::string::npos);
  EXPECT_NE(svg_bar(0.0, 0.0, 1.0, 1.0, "bound", "<i>").find("<title>&lt;i&gt;</title>"), std::string::npos);
  EXPECT_NE(svg_chart(1.0, 1.0, "\"x\"", "").find("aria-label=\"&quot;x&quot;\""), std::string::npos);
  EXPECT_EQ(svg_bar(0.0, 0.0, 0.0, 1.0, "bound", ""), "");
}

}  // namespace
}  // namespace overlap
