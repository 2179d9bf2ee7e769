// Waits of a file: which distribution they become, and what is refused.
#include "src/cli/measured_waits.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap::testing {
namespace {

using Kind = WaitDistribution::Kind;

/// The message with which "measured:FILE" of this content is refused, without the folder's name.
std::string refusal_of(const std::string& content) {
  const TemporaryFolder folder;
  const std::string file = folder / "waits.txt";
  write_content(file, content);
  try {
    parse_wait_option("--wait", "measured:" + file);
  } catch (const UsageError& error) {
    std::string message = error.what();
    message.replace(message.find(file), file.size(), "FILE");
    return message;
  }
  return "accepted";
}

WaitDistribution read(const std::string& content, const std::string& unit = "") {
  const TemporaryFolder folder;
  write_content(folder / "waits.txt", content);
  return parse_wait_option("--wait", "measured:" + (folder / "waits.txt") + unit);
}

/// The mean distance between the waits, sorted, and the distribution, in shares of the mean wait.
double mean_distance(std::vector<double> waits_s, const WaitDistribution& wait) {
  std::sort(waits_s.begin(), waits_s.end());
  const double sum = std::accumulate(waits_s.begin(), waits_s.end(), 0.0);
  double distance = 0.0;
  for (std::size_t index = 0; index < waits_s.size(); ++index) {
    const double u = static_cast<double>(index) / static_cast<double>(waits_s.size() - 1);
    distance += std::abs(wait.quantile(u) - waits_s[index]);
  }
  return distance / sum;
}

std::vector<double> drawn(const WaitDistribution& wait, std::size_t count) {
  std::vector<double> waits_s;
  waits_s.reserve(count);
  // In steps of a golden section, which are not in order.
  for (std::size_t index = 0; index < count; ++index) {
    waits_s.push_back(wait.quantile(std::fmod(0.5 + 0.6180339887498949 * static_cast<double>(index), 1.0)));
  }
  return waits_s;
}

TEST(MeasuredWaits, AreReadALineAWaitInTheirUnits) {
  EXPECT_EQ(read("20ms\n0.03\n10000us\n").to_string(), "percentiles:0=0.01:100=0.03");
  EXPECT_EQ(read("# of today\r\n\n 20 \r\n\t30\r\n1s", ":ms").to_string(), "percentiles:0=0.02:50=0.03:100=1");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "20 ms # slow\n30\tms\n",
                 ":s")
                .to_string(),
            "percentiles:0=0.02:100=0.03");
  EXPECT_EQ(read("250", ":us").to_string(), "constant:0.00025");
  EXPECT_EQ(read("0\n0\n").to_string(), "constant:0");
}

TEST(MeasuredWaits, TakeAFileWhoseNameHasAColon) {
  const TemporaryFolder folder;
  write_content(folder / "10:30", "5\n");
  EXPECT_EQ(parse_wait_option("--wait", "measured:" + (folder / "10:30")).to_string(), "constant:5");
  EXPECT_EQ(parse_wait_option("--wait", "measured:" + (folder / "10:30:ms")).to_string(), "constant:0.005");
}

TEST(MeasuredWaits, LeaveOtherWaitsAsTheyAre) {
  EXPECT_EQ(parse_wait_option("--wait", "uniform:0:1").to_string(), "uniform:0:1");
}

/// What stderr says of "measured:FILE" with this content, without the folder's name.
std::string told_of(const std::string& content, const std::string& unit = "") {
  const TemporaryFolder folder;
  const std::string file = folder / "waits.txt";
  write_content(file, content);
  std::string told = overlap(quick_with({"--dry-run", "--wait", "measured:" + file + unit})).err;
  for (std::size_t at = told.find(file); at != std::string::npos; at = told.find(file)) {
    told.replace(at, file.size(), "FILE");
  }
  return told;
}

TEST(MeasuredWaits, OfBareNumbersThatAreLongAsSecondsAreSaidToBeSeconds) {
  EXPECT_EQ(told_of("20.6\n20.6\n"),
            "overlap: --wait: FILE: its bare numbers are read as seconds, their median is 20.6 s; measured:FILE:ms "
            "reads milliseconds, measured:FILE:s says that they are seconds\n");
  EXPECT_EQ(told_of("20.6\n", ":s"), "") << "that is said already";
  EXPECT_EQ(told_of("20.6\n", ":ms"), "");
  EXPECT_EQ(told_of("20\n20.6s\n"), "") << "who writes units knows them";
  EXPECT_EQ(told_of("0.02\n0.03\n"), "");
}

TEST(MeasuredWaits, OfTwoSpeedsKeepBothAndTheShareOfEach) {
  std::vector<double> waits_s(370, 0.002);
  waits_s.resize(1000, 0.05);
  const WaitDistribution wait = distribution_of(waits_s);
  EXPECT_EQ(wait.quantile(0.3), 0.002);
  EXPECT_EQ(wait.quantile(0.369), 0.002);
  EXPECT_EQ(wait.quantile(0.371), 0.05);
  EXPECT_EQ(wait.quantile(0.999), 0.05);
  EXPECT_EQ(wait.percentiles.size(), 4U);
}

TEST(MeasuredWaits, KeepTheCurveWithinAPercentOfTheMeanByFewPoints) {
  for (const WaitDistribution& original :
       {WaitDistribution{Kind::uniform, 0.0, 1.0}, WaitDistribution{Kind::exponential, 0.05, 0.0},
        WaitDistribution{Kind::lognormal, 0.1, 1.0}, WaitDistribution{Kind::lognormal, 10.0, 0.2}}) {
    const std::vector<double> waits_s = drawn(original, 20'000);
    const WaitDistribution wait = distribution_of(waits_s);
    EXPECT_LE(mean_distance(waits_s, wait), 0.011) << original.to_string();
    EXPECT_LE(wait.percentiles.size(), 24U) << original.to_string();
    const auto [shortest, longest] = std::minmax_element(waits_s.begin(), waits_s.end());
    EXPECT_NEAR(wait.quantile(0.0), *shortest, *shortest * 1e-3) << original.to_string();
    EXPECT_NEAR(wait.percentiles.back().wait_s, *longest, *longest * 1e-3) << original.to_string();
  }
  EXPECT_EQ(distribution_of(drawn({Kind::uniform, 0.0, 1.0}, 20'000)).percentiles.size(), 2U);
}

TEST(MeasuredWaits, AreReadAgainFromTheirOwnText) {
  // More than percents of four digits tell apart.
  std::vector<double> waits_s(3'000'000, 0.001);
  waits_s.front() = 0.0;
  waits_s.back() = 86400.0;
  const WaitDistribution wait = distribution_of(std::move(waits_s));
  EXPECT_EQ(parse_wait_option("--wait", wait.to_string()), wait) << wait.to_string();
  EXPECT_EQ(wait.percentiles.back(), (WaitDistribution::Percentile{100.0, 86400.0}));
}

TEST(MeasuredWaits, KeepTheTailThatP99LatenciesDependOn) {
  std::vector<std::vector<double>> loads;
  for (const double sigma : {0.4, 1.0}) loads.push_back(drawn({Kind::lognormal, 0.04, sigma}, 5'000));
  loads.push_back(drawn({Kind::exponential, 0.05, 0.0}, 5'000));
  // One of a thousand times out.
  loads.push_back(drawn({Kind::uniform, 0.01, 0.05}, 5'000));
  std::fill_n(loads.back().begin(), 6, 2.0);
  for (std::vector<double>& waits_s : loads) {
    const WaitDistribution wait = distribution_of(waits_s);
    EXPECT_LE(wait.percentiles.size(), 24U);
    std::sort(waits_s.begin(), waits_s.end());
    for (const double share : {0.99, 0.995, 0.999}) {
      const double measured_s = waits_s[static_cast<std::size_t>(std::lround(share * 4'999))];
      EXPECT_NEAR(wait.quantile(share), measured_s, 0.03 * measured_s) << wait.to_string();
    }
  }
}

TEST(MeasuredWaits, MayBeAsShortAsANumberCanBe) {
  EXPECT_EQ(distribution_of({1e-320}).a, 1e-320);
  EXPECT_EQ(distribution_of({1e-320, 1.0}).quantile(0.0), 1e-320);
}

TEST(MeasuredWaits, AreRefusedByTheirLine) {
  EXPECT_EQ(refusal_of("20ms\nslow\n"),
            "--wait: FILE, line 2: 'slow' is not right; it takes a time from 0, such as 0.5, 10ms or 250us (units ns, "
            "us, ms, s; bare: s)");
  EXPECT_NE(refusal_of("-1\n").find("line 1: '-1'"), std::string::npos);
  EXPECT_NE(refusal_of("1 2\n").find("line 1: '1 2'"), std::string::npos);
  EXPECT_EQ(refusal_of("# none\n\n"), "--wait: FILE: there is no time in it; it takes one a line, such as 12.5ms");
  EXPECT_LT(refusal_of(std::string(100'000, '\x01')).size(), 250U);
}

TEST(MeasuredWaits, AreRefusedWithoutAFile) {
  const TemporaryFolder folder;
  for (const auto& [text, says] : std::vector<std::pair<std::string, std::string>>{
           {"measured:", "measured:FILE:UNIT"},
           {"measured::ms", "measured:FILE:UNIT"},
           {"measured:" + (folder / "none"), "it can't be read (No such file"},
           {"measured:/dev/zero", "it is no file, and does not end within 1.07 GB"},
           {"measured:" + folder.path().string(), "it can't be read (Is a directory)"},
           {"gauss:1", "measured:FILE"},
       }) {
    try {
      parse_wait_option("--axis wait", text);
      ADD_FAILURE() << text << " was accepted";
    } catch (const UsageError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("--axis wait: ", 0), 0U) << error.what();
      EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace overlap::testing
