// The axes of a sweep: every form that is accepted, every kind that is refused, and what their values set.
#include "src/cli/axes.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"

namespace overlap {
namespace {

std::vector<std::string> texts_of(const Axis& axis) {
  std::vector<std::string> texts;
  for (const AxisValue& value : axis.values) texts.push_back(text_of(value));
  return texts;
}

void expect_values(const std::string& text, const std::vector<std::string>& values) {
  const Axis axis = parse_axis(text);
  EXPECT_EQ(axis.name, text.substr(0, text.find('=')));
  EXPECT_EQ(texts_of(axis), values) << text;
}

template <typename Parse>
void expect_refused(const Parse& parse, const std::string& text, const std::vector<std::string>& told) {
  try {
    parse(text);
    ADD_FAILURE() << "'" << text << "' was accepted";
  } catch (const UsageError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind("--", 0), 0U) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    for (const std::string& part : told) EXPECT_NE(message.find(part), std::string::npos) << part << ": " << message;
  }
}

TEST(Axes, AreTheWorkloadsOptionsAndTheBoundsOfExecutors) {
  for (const char* name : {"requests", "iterations", "size", "wait", "rate", "precision", "spectrum", "seed", "workers",
                           "compute-slots", "engine-threads", "streams"}) {
    EXPECT_TRUE(is_axis(name)) << name;
    EXPECT_NE(axis_names().find(name), std::string::npos) << name;
  }
  EXPECT_FALSE(is_axis("executors"));
  EXPECT_FALSE(is_axis("compute_slots"));
}

TEST(Axes, TakeValuesBetweenCommas) {
  expect_values("size=64Ki,1Mi,4M", {"64Ki", "1Mi", "4M"});
  expect_values("requests=7", {"7"});
  expect_values("wait=uniform:0:0.1,uniform:0:1,none,constant:10ms",
                {"uniform:0:0.1", "uniform:0:1", "none", "constant:0.01"});
  expect_values("precision=double,float", {"double", "float"});
  expect_values("spectrum=half", {"half"});
  expect_values("seed=0,18446744073709551615", {"0", "18446744073709551615"});
}

TEST(Axes, TakeRanges) {
  expect_values("requests=1:1000:x10", {"1", "10", "100", "1k"});
  expect_values("requests=1:20:+5", {"1", "6", "11", "16"});
  expect_values("size=64:1Ki", {"64", "128", "256", "512", "1Ki"});
  expect_values("size=1Ki:2k:x1.5", {"1Ki", "1536"});
  expect_values("size=64Ki:256Ki:+64Ki", {"64Ki", "128Ki", "192Ki", "256Ki"});
  expect_values("seed=0:3", {"0", "1", "2", "3"});
  expect_values("seed=1:8:x2", {"1", "2", "4", "8"});
  expect_values("workers=3:3", {"3"});
  expect_values("requests=1:4,100,200:400", {"1", "2", "4", "100", "200", "400"});
}

TEST(Axes, DropRepetitionsHoweverTheyAreWritten) {
  expect_values("size=64Ki,65536,1Ki:64Ki:x64", {"64Ki", "1Ki"});
  expect_values("wait=constant:10ms,constant:0.01", {"constant:0.01"});
}

TEST(Axes, RefuseUnknownNamesAndListTheKnown) {
  expect_refused(parse_axis, "sice=4M", {"--axis", "'sice'", "size", "compute-slots"});
  expect_refused(parse_axis, "=4M", {"--axis", "''", "size"});
  expect_refused(parse_axis, "executors=threads", {"'executors'"});
  expect_refused(parse_axis, "Size=4M", {"'Size'"});
}

TEST(Axes, RefuseWhatIsNoAxis) {
  for (const char* text : {"", "size", "4M", "size:4M"}) {
    expect_refused(parse_axis, text, {"--axis", std::string("'") + text + "'", "NAME=VALUES"});
  }
}

TEST(Axes, RefuseEmptyValues) {
  for (const char* text : {"size=", "size=,", "size=1,,2", "size=1,", "wait=,none"}) {
    expect_refused(parse_axis, text, {"--axis ", "empty value"});
  }
}

TEST(Axes, HoldValuesToWhatTheirOptionsTake) {
  expect_refused(parse_axis, "size=64Ki,4x", {"--axis size", "'4x'", "a whole number from 1"});
  expect_refused(parse_axis, "size=1025Gi", {"--axis size", "1024Gi"});
  expect_refused(parse_axis, "size=1:1025Gi", {"--axis size", "1024Gi"});
  expect_refused(parse_axis, "requests=0", {"--axis requests", "'0'"});
  expect_refused(parse_axis, "requests=-3", {"'-3'"});
  expect_refused(parse_axis, "workers=3G", {"--axis workers", "at most"});
  expect_refused(parse_axis, "workers=1:3G", {"--axis workers", "at most"});
  expect_refused(parse_axis, "wait=gauss:0:1", {"--axis wait", "'gauss:0:1'", "uniform:"});
  expect_refused(parse_axis, "wait=0:1", {"--axis wait", "'0:1'"});
  expect_refused(parse_axis, "precision=half", {"--axis precision", "double or float"});
  expect_refused(parse_axis, "spectrum=1:2", {"--axis spectrum", "full or half"});
  expect_refused(parse_axis, "rate=0", {"--axis rate", "'0'", "above 0"});
  expect_refused(parse_axis, "rate=0.5:2", {"--axis rate", "whole numbers"});
  expect_refused(parse_axis, "seed=-1", {"--axis seed", "from 0"});
  expect_refused(parse_axis, "seed=1k:2k", {"--axis seed", "'1k'"});
}

TEST(Axes, TakeARangeOnlyWhereBothEndsAreNumbers) {
  for (const char* range : {"1:many", "few:10", ":10", "1:", "1:2:3:4", "0:4", "-1:4", "1.5:4", "uniform:0:1"}) {
    expect_refused(parse_axis, std::string("requests=") + range,
                   {"--axis requests", std::string("'") + range + "'", "LOW:HIGH"});
  }
}

TEST(Axes, RefuseEmptyRanges) {
  expect_refused(parse_axis, "size=4M:64Ki", {"--axis size", "'4M:64Ki'", "empty", "4M is above 64Ki"});
  expect_refused(parse_axis, "requests=2:1:x10", {"empty"});
}

TEST(Axes, RefuseStepsThatLeadNowhere) {
  for (const char* step : {"x1", "x0", "x-2", "x0.5", "x", "xx", "xnan", "xinf"}) {
    expect_refused(parse_axis, std::string("requests=1:10:") + step, {"--axis requests", "a number above 1"});
  }
  for (const char* step : {"+0", "+", "+-1", "+1.5", "++1"}) {
    expect_refused(parse_axis, std::string("requests=1:10:") + step, {"--axis requests", "a whole number from 1"});
  }
  for (const char* step : {"2", "", "*2", "-1"}) {
    expect_refused(parse_axis, std::string("requests=1:10:") + step, {"--axis requests", "x10 or +5"});
  }
  expect_refused(parse_axis, "seed=0:10:x2", {"--axis seed", "from 0"});
}

TEST(Axes, RefuseMoreValuesThanAnyoneRuns) {
  expect_refused(parse_axis, "requests=1:1G:+1", {"--axis requests", "10000 values"});
  expect_refused(parse_axis, "seed=1:9000,10001:20000", {"--axis seed", "10000 values"});
}

TEST(Axes, SetWhatTheyAreCalledAndNothingElse) {
  const auto with = [](const char* name, const AxisValue& value) {
    PlanOptions plan;
    set_value(name, value, plan);
    EXPECT_EQ(value_of(name, plan), value) << name;
    return plan;
  };
  EXPECT_EQ(with("requests", std::uint64_t{7}).workload.requests, 7U);
  EXPECT_EQ(with("iterations", std::uint64_t{7}).workload.iterations, 7U);
  EXPECT_EQ(with("size", std::uint64_t{7}).workload.size, 7U);
  EXPECT_EQ(with("wait", std::string("constant:0.5")).workload.wait.a, 0.5);
  EXPECT_EQ(with("precision", std::string("float")).workload.precision, Precision::float32);
  EXPECT_EQ(with("spectrum", std::string("half")).workload.spectrum, SpectrumKind::half);
  EXPECT_EQ(with("seed", std::uint64_t{0}).workload.seed, 0U);
  EXPECT_EQ(with("workers", std::uint64_t{7}).workers, 7U);
  EXPECT_EQ(with("compute-slots", std::uint64_t{7}).compute_slots, 7U);
  EXPECT_EQ(with("engine-threads", std::uint64_t{7}).engine_options.threads, 7U);
  EXPECT_EQ(with("streams", std::uint64_t{7}).engine_options.streams, 7U);
  EXPECT_EQ(with("rate", std::uint64_t{7}).workload.rate, 7.0);
  EXPECT_EQ(with("rate", std::string("0.5")).workload.rate, 0.5);
  EXPECT_EQ(with("rate", std::uint64_t{7}).workload.arrivals, Arrivals::poisson);
  Workload workload;
  workload.size = 7;
  EXPECT_EQ(with("size", std::uint64_t{7}).workload, workload);
}

TEST(Axes, KeepHowRequestsComeIn) {
  PlanOptions plan;
  plan.workload.arrivals = Arrivals::even;
  set_value("rate", std::uint64_t{7}, plan);
  EXPECT_EQ(plan.workload.arrivals, Arrivals::even);
}

// ---- What a search looks at ----

/// As --break-even asks for it.
std::pair<Axis, SearchRange> parse_searched(std::string_view text) { return parse_searched_axis("--break-even", text); }

TEST(SearchedAxis, IsSearchedFreelyBetweenTheEndsOfARange) {
  const auto [axis, range] = parse_searched("requests=1:1000");
  EXPECT_EQ(axis.name, "requests");
  EXPECT_TRUE(axis.values.empty());
  EXPECT_EQ(range.low, 1U);
  EXPECT_EQ(range.high, 1000U);
  EXPECT_EQ(range.between(1, 1000), between_counts(1, 1000));
}

TEST(SearchedAxis, SearchesSizesAmongThoseThatTransformWell) {
  const auto [axis, range] = parse_searched("size=1:8Ki");
  EXPECT_EQ(range.between(4096, 8192), between_sizes(4096, 8192));
  EXPECT_NE(range.between(4096, 8192), between_counts(4096, 8192));
}

TEST(SearchedAxis, KeepsToTheValuesOfAStepOrAList) {
  for (const char* text : {"size=64:1Ki:x4", "size=1Ki,64,256"}) {
    const auto [axis, range] = parse_searched(text);
    EXPECT_EQ(texts_of(axis), (std::vector<std::string>{"64", "256", "1Ki"})) << text;
    EXPECT_EQ(range.low, 64U);
    EXPECT_EQ(range.high, 1024U);
    EXPECT_EQ(range.between(64, 1024), 256U);
    EXPECT_EQ(range.between(256, 1024), std::nullopt);
  }
}

TEST(SearchedAxis, RefusesAxesWithoutAnOrder) {
  for (const char* text : {"wait=none,constant:1", "precision=double,float", "spectrum=half", "seed=1:9"}) {
    expect_refused(parse_searched, text, {"--break-even", "no order"});
  }
}

TEST(SearchedAxis, SearchesRatesAmongWholeNumbers) {
  const auto [axis, range] = parse_searched("rate=10:2k");
  EXPECT_EQ(range.high, 2000U);
  EXPECT_EQ(range.between(10, 2000), between_counts(10, 2000));
  expect_refused(parse_searched, "rate=0.5,1,2", {"--break-even", "'rate=0.5,1,2'", "whole numbers"});
}

TEST(SearchedAxis, RefusesASingleValue) {
  for (const char* text : {"size=64", "size=64:64", "size=64:100:x10"}) {
    expect_refused(parse_searched, text, {"--break-even", "one value"});
  }
}

}  // namespace
}  // namespace overlap
