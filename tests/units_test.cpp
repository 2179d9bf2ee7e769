// Figures and lines for people.
#include "src/base/units.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "src/base/text.hpp"

namespace overlap {
namespace {

TEST(Units, SecondsHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(format_seconds(3.2149), "3.21 s");
  EXPECT_EQ(format_seconds(37.03), "37.0 s");
  EXPECT_EQ(format_seconds(105.4), "105 s");
  EXPECT_EQ(format_seconds(0.0284), "28.4 ms");
  EXPECT_EQ(format_seconds(0.4), "400 ms");
  EXPECT_EQ(format_seconds(12.3e-6), "12.3 µs");
  EXPECT_EQ(format_seconds(2e-9), "2.00 ns");
  EXPECT_EQ(format_seconds(0.0), "0 s");
  EXPECT_EQ(format_seconds(-0.0284), "-28.4 ms");
}

TEST(Units, SecondsTakeTheNextUnitWhereTheyRoundUpToIt) {
  EXPECT_EQ(format_seconds(0.9994), "999 ms");
  EXPECT_EQ(format_seconds(0.9996), "1.00 s");
  EXPECT_EQ(format_seconds(9.996), "10.0 s");
  EXPECT_EQ(format_seconds(119.4), "119 s");
  EXPECT_EQ(format_seconds(119.6), "2 min 00 s");
  EXPECT_EQ(format_seconds(3599.6), "1 h 00 min");
}

TEST(Units, FromTwoMinutesOnSecondsAreMinutesThenHours) {
  EXPECT_EQ(format_seconds(125.0), "2 min 05 s");
  EXPECT_EQ(format_seconds(3840.0), "1 h 04 min");
  EXPECT_EQ(format_seconds(100.0 * 3600.0), "100 h 00 min");
}

TEST(Units, WhatIsNotFiniteIsADash) {
  EXPECT_EQ(format_seconds(std::numeric_limits<double>::quiet_NaN()), "–");
  EXPECT_EQ(format_seconds(std::numeric_limits<double>::infinity()), "–");
  EXPECT_EQ(format_ratio(-std::numeric_limits<double>::infinity()), "–");
}

TEST(Units, BytesArePowersOfTen) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(96'000'000), "96.0 MB");
  EXPECT_EQ(format_bytes(1'200'000'000), "1.20 GB");
  EXPECT_EQ(format_bytes(999'900), "1.00 MB");
  EXPECT_EQ(format_bytes(std::numeric_limits<std::uint64_t>::max()), "18.4 EB");
}

TEST(Units, RatiosHaveThreeDigits) {
  EXPECT_EQ(format_ratio(3.2149), "3.21");
  EXPECT_EQ(format_ratio(0.9474), "0.947");
  EXPECT_EQ(format_ratio(12.44), "12.4");
  EXPECT_EQ(format_ratio(0.0123), "0.0123");
  EXPECT_EQ(format_ratio(1234.4), "1,234");
  EXPECT_EQ(format_ratio(999'999.7), "1,000,000");
  EXPECT_EQ(format_ratio(0.00001), "<0.001");
  EXPECT_EQ(format_ratio(0.0), "0");
  EXPECT_EQ(format_ratio(-0.5), "-0.500");
}

TEST(Units, CountsHaveThousandsSeparated) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(4'000'000), "4,000,000");
}

TEST(Units, APairOfTimesSharesAUnitWhereThatCanBeRead) {
  EXPECT_EQ(format_seconds_pair(3.1, 3.4, "–"), "3.10–3.40 s");
  EXPECT_EQ(format_seconds_pair(0.0284, 3.21, "/"), "0.0284/3.21 s");
  EXPECT_EQ(format_seconds_pair(0.0, 0.25, "/"), "0/250 ms");
  EXPECT_EQ(format_seconds_pair(125.0, 225.0, "–"), "2.08–3.75 min");
  EXPECT_EQ(format_seconds_pair(3600.0, 7920.0, "–"), "1.00–2.20 h");
  EXPECT_EQ(format_seconds_pair(12e-6, 3.4, "–"), "12.0 µs–3.40 s");
}

TEST(Text, IsAsWideAsWhatIsSeen) {
  EXPECT_EQ(display_width("threads"), 7U);
  EXPECT_EQ(display_width("×–µΣ"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("漢字"), 4U);
  EXPECT_EQ(display_width("\xff\xfe"), 2U);
}

TEST(Text, IsClippedWithoutCuttingACharacter) {
  EXPECT_EQ(clip("µµµµ", 4), "µµµµ");
  EXPECT_EQ(clip("µµµµ", 3), "µµ…");
  EXPECT_EQ(clip("漢字漢字", 6), "漢字…");
  EXPECT_EQ(clip("漢字漢字", 0), "");
  EXPECT_EQ(clip_middle("coroutine/fftw", 14), "coroutine/fftw");
  EXPECT_EQ(clip_middle("coroutine/fftw", 8), "coro…ftw");
  EXPECT_EQ(clip_middle("漢字漢字", 7), "漢字…字");
  EXPECT_EQ(clip_middle("漢字漢字", 1), "…");
  EXPECT_EQ(clip_middle("漢字漢字", 0), "");
}

TEST(Text, IsMadeFitForOneLine) {
  EXPECT_EQ(clean_line("a\nb\tc\x1b[31m"), "a b c [31m");
  EXPECT_EQ(clean_line("µ\xff"), "µ\uFFFD");
  EXPECT_EQ(clean_line("\xC2\x9B"), " ");
  EXPECT_EQ(clean_line("\xE2\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(clean_line("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
}

TEST(Text, WrapsBetweenWordsWithAnIndent) {
  EXPECT_EQ(wrap("one two three", 7, 2), "one two\n  three\n");
  EXPECT_EQ(wrap("× × × ×", 3, 0), "× ×\n× ×\n");
  EXPECT_EQ(wrap("abcdefgh ij", 5, 1), "abcde\n fgh\n ij\n");
  EXPECT_EQ(wrap("", 5, 1), "\n");
  EXPECT_EQ(wrap("percentiles:50=0.1:90=0.5:100=2", 18, 1), "percentiles:\n 50=0.1:90=0.5:\n 100=2\n");
}

TEST(Text, WrapsLinesUnderTheTextThatFollowsAName) {
  const std::string lines = "Title\n\n  --name TEXT  one two three four five six\n  --short      one";
  EXPECT_EQ(wrap_lines(lines, 80), lines);
  EXPECT_EQ(wrap_lines(lines, 36),
            "Title\n\n  --name TEXT  one two three four\n               five six\n  --short      one");
  EXPECT_EQ(wrap_lines(lines, 30), "Title\n\n  --name TEXT one two three\n  four five six\n  --short      one")
      << "too few columns for a text beside its name";
  EXPECT_EQ(wrap_lines("one two three", 9), "one two\nthree");
  EXPECT_EQ(wrap_lines("          one two three", 19), "          one two\n          three");
  EXPECT_EQ(wrap_lines("  overlap run --log", 9), "  overlap run --log") << "a command, to be copied";
  EXPECT_EQ(wrap_lines("\n\none", 9), "\n\none");
  EXPECT_EQ(wrap_lines("", 9), "");
  EXPECT_EQ(wrap_lines("one\n", 9), "one\n");
}

}  // namespace
}  // namespace overlap
