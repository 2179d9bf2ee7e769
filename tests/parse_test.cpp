// Option values: every form that is accepted, and every kind that is refused, in a line that names the option.
#include "src/workload/parse.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/errors.hpp"

namespace overlap {
namespace {

using Kind = WaitDistribution::Kind;

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

/// Expects one line that names the option, repeats what was given and says what it takes.
void expect_refused(const std::function<void(std::string_view, std::string_view)>& parse, const std::string& text,
                    std::string_view takes) {
  try {
    parse("--option", text);
    ADD_FAILURE() << "'" << text << "' was accepted";
  } catch (const UsageError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind("--option: ", 0), 0U) << message;
    EXPECT_NE(message.find(fmt::format("'{}'", text)), std::string::npos) << message;
    EXPECT_NE(message.find(takes), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

// What is no number from 0 up, with whatever unit.
const std::vector<std::string> never_numbers{"",     " ",    "-3",  "-0", "+3",  "x",     "NaN",   "nan", "inf",
                                             "-inf", "0x10", "1 k", " 1", "1 ",  "1,000", "1_000", "k",   "M",
                                             "--",   "one",  "٣",   "1e", "1e+", ".",     "..1"};

TEST(ParseCount, TakesWholeNumbersFromOne) {
  EXPECT_EQ(parse_count("--option", "1"), 1U);
  EXPECT_EQ(parse_count("--option", "500"), 500U);
  EXPECT_EQ(parse_count("--option", "007"), 7U);
  EXPECT_EQ(parse_count("--option", "18446744073709551615"), most);
}

TEST(ParseCount, TakesPowersOfTenAndOfTwo) {
  EXPECT_EQ(parse_count("--option", "3k"), 3'000U);
  EXPECT_EQ(parse_count("--option", "4M"), 4'000'000U);
  EXPECT_EQ(parse_count("--option", "5G"), 5'000'000'000U);
  EXPECT_EQ(parse_count("--option", "3Ki"), 3U * 1024);
  EXPECT_EQ(parse_count("--option", "4Mi"), 4U * 1024 * 1024);
  EXPECT_EQ(parse_count("--option", "5Gi"), 5U * 1024 * 1024 * 1024ULL);
  EXPECT_EQ(parse_count("--option", "18446744073709551k"), 18'446'744'073'709'551'000U);
}

TEST(ParseCount, RefusesAllElse) {
  std::vector<std::string> refused = never_numbers;
  for (const char* text :
       {"0", "0k", "00", "1.5", "1.5M", "1e6", "4m", "4K", "4g", "4ki", "4KiB", "4MB", "4T", "4Mi1"}) {
    refused.emplace_back(text);
  }
  for (const std::string& text : refused) expect_refused(parse_count, text, "whole number from 1");
}

TEST(ParseCount, RefusesWhatOverflows64Bits) {
  for (const char* text : {"18446744073709551616", "99999999999999999999", "18446744073709552k", "18446744074G",
                           "17179869184Gi", "18014398509481984Ki"}) {
    expect_refused(parse_count, text, "whole number from 1");
  }
}

TEST(ParseSmallCount, TakesUpTo31Bits) {
  EXPECT_EQ(parse_small_count("--option", "1"), 1U);
  EXPECT_EQ(parse_small_count("--option", "2147483647"), 2147483647U);
  EXPECT_EQ(parse_small_count("--option", "2k"), 2000U);
  for (const char* text : {"2147483648", "2Gi", "4294967297", "18446744073709551615"}) {
    expect_refused(parse_small_count, text, "at most 2147483647");
  }
  for (const char* text : {"0", "-1", "", "x", "99999999999999999999"}) {
    expect_refused(parse_small_count, text, "whole number from 1");
  }
}

TEST(ParseSmallCount, NamesWhatElseAnOptionTakes) {
  const auto parse = [](std::string_view option, std::string_view text) {
    return parse_small_count_or("auto", option, text);
  };
  EXPECT_EQ(parse("--option", "3"), 3U);
  expect_refused(parse, "x", ", or auto");
  expect_refused(parse, "2147483648", "at most 2147483647, or auto");
}

TEST(ParseNumber, TakesAll64Bits) {
  EXPECT_EQ(parse_number("--option", "0"), 0U);
  EXPECT_EQ(parse_number("--option", "1"), 1U);
  EXPECT_EQ(parse_number("--option", "18446744073709551615"), most);
}

TEST(ParseNumber, RefusesAllElse) {
  std::vector<std::string> refused = never_numbers;
  for (const char* text : {"18446744073709551616", "99999999999999999999", "1k", "1Ki", "1.0", "1e3", "3s"}) {
    refused.emplace_back(text);
  }
  for (const std::string& text : refused) {
    expect_refused(parse_number, text, "whole number from 0 to 18446744073709551615");
  }
}

TEST(ParseRate, TakesNumbersAboveZeroAndTheUnitsOfCounts) {
  EXPECT_EQ(parse_rate("--option", "50"), 50.0);
  EXPECT_EQ(parse_rate("--option", "0.5"), 0.5);
  EXPECT_EQ(parse_rate("--option", "1e-05"), 1e-05);
  EXPECT_EQ(parse_rate("--option", "2k"), 2000.0);
  EXPECT_EQ(parse_rate("--option", "1.5Ki"), 1536.0);
}

TEST(ParseRate, RefusesAllElse) {
  for (const char* text : {"", "0", "-1", "0.0k", "x", "5x", "5/s", "nan", "inf", "1e400", "1e308k", " 5"}) {
    expect_refused(parse_rate, text, "a number above 0");
  }
}

TEST(ParseFactor, TakesNumbersAboveOne) {
  EXPECT_EQ(parse_factor("--option", "10"), 10.0);
  EXPECT_EQ(parse_factor("--option", "1.5"), 1.5);
  std::vector<std::string> refused = never_numbers;
  for (const char* text : {"0", "0.5", "1", "1.0", "2k", "1e999"}) refused.emplace_back(text);
  for (const std::string& text : refused) expect_refused(parse_factor, text, "number above 1");
}

TEST(ParseSlower, TakesAShareInPercent) {
  EXPECT_EQ(parse_slower("--option", "slower"), 0.0);
  EXPECT_EQ(parse_slower("--option", "slower:5%"), 0.05);
  EXPECT_EQ(parse_slower("--option", "slower:1000%"), 10.0);
  for (const char* text :
       {"", "slow", "slower:", "slower:%", "slower:5", "slower:5%%", "slower:-5%", "slower=5%", "slower:1001%"}) {
    expect_refused(parse_slower, text, "slower:PERCENT%");
  }
}

TEST(ParseDuration, TakesSecondsAndTheirUnits) {
  EXPECT_EQ(parse_duration("--option", "0"), 0.0);
  EXPECT_EQ(parse_duration("--option", "2"), 2.0);
  EXPECT_EQ(parse_duration("--option", "0.5"), 0.5);
  EXPECT_EQ(parse_duration("--option", ".5"), 0.5);
  EXPECT_EQ(parse_duration("--option", "5."), 5.0);
  EXPECT_EQ(parse_duration("--option", "1e-3"), 1e-3);
  EXPECT_EQ(parse_duration("--option", "3s"), 3.0);
  EXPECT_EQ(parse_duration("--option", "10ms"), 0.01);
  EXPECT_EQ(parse_duration("--option", "1.5ms"), 0.0015);
  EXPECT_DOUBLE_EQ(parse_duration("--option", "250us"), 250e-6);
  EXPECT_DOUBLE_EQ(parse_duration("--option", "250µs"), 250e-6);
  EXPECT_DOUBLE_EQ(parse_duration("--option", "7ns"), 7e-9);
  EXPECT_DOUBLE_EQ(parse_duration("--option", "1e9ns"), 1.0);
}

TEST(ParseDuration, TakesAHundredYearsAndNoMore) {
  EXPECT_EQ(parse_duration("--option", "3155760000"), 3155760000.0);
  for (const char* text : {"3155760001", "1e12", "1e300", "1e400", "1e20ns"}) {
    expect_refused(parse_duration, text, "time from 0");
  }
}

TEST(ParseDuration, RefusesAllElse) {
  std::vector<std::string> refused = never_numbers;
  for (const char* text :
       {"-0.5", "-1ms", "1m", "1min", "1h", "1 ms", "1S", "1MS", "1sec", "1mss", "1s1", "ms", "1k"}) {
    refused.emplace_back(text);
  }
  for (const std::string& text : refused) expect_refused(parse_duration, text, "time from 0");
}

TEST(ParseDuration, SaysThatATimeIsToBeAbove0WhereItIs) {
  EXPECT_EQ(parse_positive_duration("--option", "1ns"), 1e-9);
  for (const char* text : {"0", "0ms", "-1", "1h", "1e12"}) {
    expect_refused(parse_positive_duration, text, "time above 0");
  }
}

TEST(ParseWait, TakesEveryDistribution) {
  EXPECT_EQ(parse_wait("--option", "none"), (WaitDistribution{Kind::none, 0.0, 0.0}));
  EXPECT_EQ(parse_wait("--option", "constant:10ms"), (WaitDistribution{Kind::constant, 0.01, 0.0}));
  EXPECT_EQ(parse_wait("--option", "uniform:0:1"), (WaitDistribution{Kind::uniform, 0.0, 1.0}));
  EXPECT_EQ(parse_wait("--option", "uniform:5ms:2s"), (WaitDistribution{Kind::uniform, 0.005, 2.0}));
  EXPECT_EQ(parse_wait("--option", "uniform:1:1"), (WaitDistribution{Kind::uniform, 1.0, 1.0}));
  EXPECT_EQ(parse_wait("--option", "exponential:50ms"), (WaitDistribution{Kind::exponential, 0.05, 0.0}));
  EXPECT_EQ(parse_wait("--option", "lognormal:100ms:0.5"), (WaitDistribution{Kind::lognormal, 0.1, 0.5}));
  EXPECT_EQ(parse_wait("--option", "lognormal:1:0"), (WaitDistribution{Kind::lognormal, 1.0, 0.0}));
}

TEST(ParseWait, TakesPercentiles) {
  const WaitDistribution wait = parse_wait("--option", "percentiles:0=5ms:50=20ms:99.9=0.2:100=0.2s");
  EXPECT_EQ(wait.kind, Kind::percentiles);
  const std::vector<WaitDistribution::Percentile> expected = {{0.0, 0.005}, {50.0, 0.02}, {99.9, 0.2}, {100.0, 0.2}};
  EXPECT_EQ(wait.percentiles, expected);
  EXPECT_EQ(parse_wait("--option", "percentiles:100=1").percentiles.size(), 1U);
}

TEST(ParseWait, RefusesPercentilesThatAreNone) {
  for (const char* text : {"percentiles:", "percentiles:50=1", "percentiles:100", "percentiles:100=", "percentiles:=1",
                           "percentiles:1=1:100=x", "percentiles:50=2:100=1", "percentiles:50=1:50=1:100=1",
                           "percentiles:60=1:50=2:100=3", "percentiles:100=1:101=2", "percentiles:-1=0:100=1",
                           "percentiles:50%=1:100=2", "percentiles:50=1::100=2", "percentiles:nan=1:100=2"}) {
    expect_refused(parse_wait, text, "percentiles:P=T:");
  }
}

TEST(ParseWait, RefusesMorePercentilesThanAProgramsArgumentHolds) {
  const auto text_of = [](int count) {
    std::string text = "percentiles";
    for (int i = 1; i < count; ++i) text += fmt::format(":{}=1", 99.0 * i / count);
    return text + ":100=1";
  };
  EXPECT_EQ(parse_wait("--option", text_of(1000)).percentiles.size(), 1000U);
  try {
    parse_wait("--option", text_of(1001));
    FAIL() << "they were taken";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "--option: 1,001 percentiles; it takes 1,000 at most");
  }
}

TEST(ParseWait, ReadsBackWhatADistributionWrites) {
  for (const char* text : {"none", "constant:0.01", "uniform:0.25:1.5", "exponential:1e-09", "lognormal:0.1:0.5",
                           "percentiles:0=0.001:99.9=0.2:100=1"}) {
    EXPECT_EQ(parse_wait("--option", text).to_string(), text);
  }
}

TEST(ParseWait, RefusesUnknownNamesAndWrongNumbersOfParts) {
  for (const char* text : {"",
                           ":",
                           "normal:1:2",
                           "Uniform:0:1",
                           "constant",
                           "constant:",
                           "constant:1:2",
                           "uniform",
                           "uniform:1",
                           "uniform:1:",
                           "uniform::1",
                           "uniform:0:1:2",
                           "uniform:0:1:",
                           "exponential",
                           "exponential:",
                           "exponential:1:2",
                           "lognormal",
                           "lognormal:1",
                           "lognormal:1:2:3",
                           "percentiles",
                           "none:",
                           "none:1",
                           " none",
                           "uniform 0 1",
                           "uniform:0,1",
                           "0.5"}) {
    expect_refused(parse_wait, text,
                   "none, constant:T, uniform:LOW:HIGH, exponential:MEAN, lognormal:MEDIAN:SIGMA, percentiles:");
  }
}

TEST(ParseWait, RefusesTimesThatAreNone) {
  for (const std::string& number : never_numbers) {
    if (number.empty()) continue;
    expect_refused(parse_wait, fmt::format("constant:{}", number), "times such as 10ms");
    expect_refused(parse_wait, fmt::format("uniform:{}:1", number), "times such as 10ms");
    expect_refused(parse_wait, fmt::format("uniform:0:{}", number), "times such as 10ms");
    expect_refused(parse_wait, fmt::format("exponential:{}", number), "times such as 10ms");
    expect_refused(parse_wait, fmt::format("lognormal:{}:0.5", number), "times such as 10ms");
    expect_refused(parse_wait, fmt::format("lognormal:1:{}", number), "SIGMA a number from 0");
  }
}

TEST(ParseWait, RefusesAnIntervalThatIsTurnedRound) {
  expect_refused(parse_wait, "uniform:2:1", "LOW not above HIGH");
  expect_refused(parse_wait, "uniform:1s:999ms", "LOW not above HIGH");
}

TEST(ParseWait, RefusesASigmaWithAUnit) {
  for (const char* text :
       {"lognormal:1:", "lognormal:1:0.5s", "lognormal:1:5ms", "lognormal:1:nan", "lognormal:1:-0.5"}) {
    expect_refused(parse_wait, text, "SIGMA a number from 0");
  }
}

}  // namespace
}  // namespace overlap
