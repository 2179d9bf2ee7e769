// Option values: counts, durations and wait distributions, read strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "src/base/enum_names.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

// Each throws UsageError with a line that names the option, what was given and what it takes.

/// That line: "--seed: '-1' is not right; it takes a whole number from 0 to 18446744073709551615".
[[noreturn]] void refuse(std::string_view option, std::string_view text, std::string_view takes);

/// A whole number from 1, with k, M, G for powers of ten or Ki, Mi, Gi for powers of two: "4M".
std::uint64_t parse_count(std::string_view option, std::string_view text);

/// As parse_count, up to 2^31 - 1.
unsigned parse_small_count(std::string_view option, std::string_view text);
/// The same, for an option that takes something beside a count, which the error names: "auto".
unsigned parse_small_count_or(std::string_view other, std::string_view option, std::string_view text);

/// A whole number from 0 to 2^64 - 1.
std::uint64_t parse_number(std::string_view option, std::string_view text);

/// Seconds: a number from 0, bare or with ns, us, ms, s. At most 100 years.
double parse_duration(std::string_view option, std::string_view text);
/// As parse_duration, but above 0.
double parse_positive_duration(std::string_view option, std::string_view text);

/// "slower" is 0, "slower:5%" is 0.05; from 0 to 1000 %.
double parse_slower(std::string_view option, std::string_view text);

/// "none", "constant:10ms", "uniform:0:1", "exponential:50ms", "lognormal:100ms:0.5" (median, sigma),
/// "percentiles:50=20ms:99=0.2:100=1".
WaitDistribution parse_wait(std::string_view option, std::string_view text);
/// The same, for an option that takes something beside, which the error names: "measured:FILE".
WaitDistribution parse_wait_or(std::string_view other, std::string_view option, std::string_view text);

/// A number above 0, also one with a unit of counts: "0.5", "50", "2k".
double parse_rate(std::string_view option, std::string_view text);

/// A number above 1.
double parse_factor(std::string_view option, std::string_view text);

/// As parse_count, but none where the text is no count.
std::optional<std::uint64_t> read_count(std::string_view text);

/// The shortest text that is read as this count: "10k".
std::string shortest_text(std::uint64_t count);

/// The value of that name.
template <NamedEnum Enum>
Enum parse_named(std::string_view option, std::string_view text) {
  if (const auto value = value_named<Enum>(text)) return *value;
  refuse(option, text, names_listed<Enum>());
}

}  // namespace overlap
