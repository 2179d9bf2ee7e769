// Strict readers of option values.
#include "src/workload/parse.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"
#include "src/base/text.hpp"
#include "src/base/units.hpp"

namespace overlap {
namespace {

struct CountUnit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t thousand = 1000;
// Powers of ten first: of two texts of one length, shortest_text takes the first.
constexpr std::array<CountUnit, 7> count_units{{{"G", thousand* thousand* thousand},
                                                {"M", thousand* thousand},
                                                {"k", thousand},
                                                {"Gi", std::uint64_t{1} << 30},
                                                {"Mi", std::uint64_t{1} << 20},
                                                {"Ki", std::uint64_t{1} << 10},
                                                {"", 1}}};

struct DurationUnit {
  std::string_view name;
  double per_second;  // exact, so that a time is the double nearest to what was written
};

constexpr std::array<DurationUnit, 6> duration_units{
    {{"", 1.0}, {"s", 1.0}, {"ms", 1e3}, {"us", 1e6}, {"µs", 1e6}, {"ns", 1e9}}};

constexpr double longest_duration_s = 100.0 * 365.25 * 86400.0;

constexpr std::string_view takes_count =
    "a whole number from 1, such as 500, 4M (power of ten: k, M, G) or 64Ki (power of two: Ki, Mi, Gi)";
constexpr std::string_view takes_duration = "a time from 0, such as 0.5, 10ms or 250us (units ns, us, ms, s; bare: s)";
constexpr std::string_view takes_positive_duration =
    "a time above 0, such as 0.5, 10ms or 250us (units ns, us, ms, s; bare: s)";
constexpr std::string_view waits =
    "none, constant:T, uniform:LOW:HIGH, exponential:MEAN, lognormal:MEDIAN:SIGMA, percentiles:50=T:99=T:100=T";
// They are handed to runners among a program's arguments, of which Linux takes 128 KiB each.
constexpr std::size_t most_percentiles = 1000;
constexpr std::string_view takes_percentiles =
    "percentiles:P=T:…:100=T with rising P of 0 to 100, the last one 100, and times that don't fall, such as "
    "percentiles:50=20ms:99=0.2:100=1";

std::optional<std::uint64_t> read_digits(std::string_view text, std::string_view& rest) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// Without a sign, and neither "inf" nor "nan", which from_chars would read.
std::optional<double> read_real(std::string_view text, std::string_view& rest) {
  if (text.empty() || (text.front() != '.' && (text.front() < '0' || text.front() > '9'))) return std::nullopt;
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<double> read_duration(std::string_view text) {
  std::string_view unit;
  const auto number = read_real(text, unit);
  if (!number) return std::nullopt;
  for (const DurationUnit& known : duration_units) {
    if (known.name == unit && *number / known.per_second <= longest_duration_s) return *number / known.per_second;
  }
  return std::nullopt;
}

/// "50=20ms".
std::optional<WaitDistribution::Percentile> read_percentile(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  std::string_view rest;
  const auto percent = read_real(text.substr(0, equals), rest);
  const auto wait_s = read_duration(text.substr(equals + 1));
  if (!percent || !rest.empty() || !wait_s) return std::nullopt;
  return WaitDistribution::Percentile{*percent, *wait_s};
}

WaitDistribution parse_percentiles(std::string_view option, std::string_view text,
                                   std::span<const std::string_view> parts) {
  WaitDistribution wait{WaitDistribution::Kind::percentiles, 0.0, 0.0};
  for (const std::string_view part : parts) {
    const auto percentile = read_percentile(part);
    if (!percentile) refuse(option, text, takes_percentiles);
    const bool rises = wait.percentiles.empty() || (percentile->percent > wait.percentiles.back().percent &&
                                                    percentile->wait_s >= wait.percentiles.back().wait_s);
    if (!rises) refuse(option, text, takes_percentiles);
    wait.percentiles.push_back(*percentile);
  }
  if (wait.percentiles.back().percent != 100.0) refuse(option, text, takes_percentiles);
  if (wait.percentiles.size() > most_percentiles) {
    throw UsageError(fmt::format("{}: {} percentiles; it takes {} at most", option,
                                 format_count(wait.percentiles.size()), format_count(most_percentiles)));
  }
  return wait;
}

}  // namespace

void refuse(std::string_view option, std::string_view text, std::string_view takes) {
  throw UsageError(fmt::format("{}: '{}' is not right; it takes {}", option, text, takes));
}

std::optional<std::uint64_t> read_count(std::string_view text) {
  std::string_view unit;
  const auto number = read_digits(text, unit);
  if (!number || *number == 0) return std::nullopt;
  for (const CountUnit& known : count_units) {
    std::uint64_t count = 0;
    if (known.name == unit && !__builtin_mul_overflow(*number, known.factor, &count)) return count;
  }
  return std::nullopt;
}

std::string shortest_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (const CountUnit& unit : count_units) {
    if (count % unit.factor != 0) continue;
    std::string shorter = fmt::format("{}{}", count / unit.factor, unit.name);
    if (shorter.size() < text.size()) text = std::move(shorter);
  }
  return text;
}

std::uint64_t parse_count(std::string_view option, std::string_view text) {
  const auto count = read_count(text);
  if (!count) refuse(option, text, takes_count);
  return *count;
}

unsigned parse_small_count(std::string_view option, std::string_view text) {
  return parse_small_count_or("", option, text);
}

unsigned parse_small_count_or(std::string_view other, std::string_view option, std::string_view text) {
  const std::string or_other = other.empty() ? "" : fmt::format(", or {}", other);
  const auto count = read_count(text);
  if (!count) refuse(option, text, std::string(takes_count) + or_other);
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  if (*count > most) refuse(option, text, fmt::format("at most {}{}", most, or_other));
  return static_cast<unsigned>(*count);
}

std::uint64_t parse_number(std::string_view option, std::string_view text) {
  std::string_view rest;
  const auto number = read_digits(text, rest);
  if (!number || !rest.empty()) refuse(option, text, "a whole number from 0 to 18446744073709551615");
  return *number;
}

double parse_duration(std::string_view option, std::string_view text) {
  const auto duration = read_duration(text);
  if (!duration) refuse(option, text, takes_duration);
  return *duration;
}

double parse_slower(std::string_view option, std::string_view text) {
  constexpr std::string_view takes = "slower, or slower:PERCENT%, such as slower:5%";
  constexpr std::string_view name = "slower";
  constexpr double most_percent = 1000.0;
  if (text == name) return 0.0;
  if (text.substr(0, name.size() + 1) != "slower:") refuse(option, text, takes);
  std::string_view rest;
  const auto percent = read_real(text.substr(name.size() + 1), rest);
  if (!percent || rest != "%" || *percent > most_percent) refuse(option, text, takes);
  return *percent / 100.0;
}

double parse_positive_duration(std::string_view option, std::string_view text) {
  const auto duration = read_duration(text);
  if (!duration || *duration <= 0.0) refuse(option, text, takes_positive_duration);
  return *duration;
}

double parse_rate(std::string_view option, std::string_view text) {
  std::string_view unit;
  const auto number = read_real(text, unit);
  for (const CountUnit& known : count_units) {
    if (!number || known.name != unit) continue;
    const double rate = *number * static_cast<double>(known.factor);
    if (rate > 0.0 && std::isfinite(rate)) return rate;
  }
  refuse(option, text, "a number above 0, such as 50, 0.5 or 2k");
}

double parse_factor(std::string_view option, std::string_view text) {
  std::string_view rest;
  const auto factor = read_real(text, rest);
  if (!factor || !rest.empty() || *factor <= 1.0) refuse(option, text, "a number above 1");
  return *factor;
}

WaitDistribution parse_wait(std::string_view option, std::string_view text) { return parse_wait_or("", option, text); }

WaitDistribution parse_wait_or(std::string_view other, std::string_view option, std::string_view text) {
  using Kind = WaitDistribution::Kind;
  const std::vector<std::string_view> parts = split(text, ':');
  const std::string_view name = parts.front();
  const std::string takes_wait =
      fmt::format("one of {}{}{}, times such as 10ms or 0.5", waits, other.empty() ? "" : ", ", other);
  const auto duration = [&](std::size_t index) {
    const auto value = read_duration(parts[index]);
    if (!value) refuse(option, text, takes_wait);
    return *value;
  };
  if (name == "none" && parts.size() == 1) return {Kind::none, 0.0, 0.0};
  if (name == "constant" && parts.size() == 2) return {Kind::constant, duration(1), 0.0};
  if (name == "exponential" && parts.size() == 2) return {Kind::exponential, duration(1), 0.0};
  if (name == "uniform" && parts.size() == 3) {
    WaitDistribution wait{Kind::uniform, duration(1), duration(2)};
    if (wait.b < wait.a) refuse(option, text, "uniform:LOW:HIGH with LOW not above HIGH");
    return wait;
  }
  if (name == "lognormal" && parts.size() == 3) {
    std::string_view rest;
    const auto sigma = read_real(parts[2], rest);
    if (!sigma || !rest.empty()) refuse(option, text, "lognormal:MEDIAN:SIGMA with SIGMA a number from 0");
    return {Kind::lognormal, duration(1), *sigma};
  }
  if (name == "percentiles" && parts.size() >= 2) {
    return parse_percentiles(option, text, std::span(parts).subspan(1));
  }
  refuse(option, text, takes_wait);
}

}  // namespace overlap
