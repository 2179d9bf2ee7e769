// A workload: plain data, and the random draws that are pure functions of (seed, request, iteration).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/enum_names.hpp"

namespace overlap {

enum class Precision { float64, float32 };
template <>
inline constexpr auto enum_names<Precision> = names_up_to<Precision::float32>("double", "float");

enum class SpectrumKind { full, half };
template <>
inline constexpr auto enum_names<SpectrumKind> = names_up_to<SpectrumKind::half>("full", "half");

/// How requests come in where they do at a rate: at random moments (a Poisson process: gaps are exponential), or all at
/// the same distance.
enum class Arrivals { poisson, even };
template <>
inline constexpr auto enum_names<Arrivals> = names_up_to<Arrivals::even>("poisson", "even");

/// How long a step waits. Parameters are in seconds, but for lognormal's sigma, which has no unit.
struct WaitDistribution {
  enum class Kind { none, constant, uniform, exponential, lognormal, percentiles };
  /// So many percent of the waits are no longer than this.
  struct Percentile {
    double percent = 0.0;
    double wait_s = 0.0;
    bool operator==(const Percentile&) const = default;
  };

  Kind kind = Kind::uniform;
  double a = 0.0;  ///< constant: the wait; uniform: low; exponential: mean; lognormal: median
  double b = 1.0;  ///< uniform: high; lognormal: sigma
  /// percentiles: by percent, none of them twice, the last one 100, and no wait shorter than the one before it.
  std::vector<Percentile> percentiles = {};

  /// The distribution's inverse at u in [0, 1), in seconds. Lognormal: median · exp(sigma · probit(u)). Percentiles:
  /// between two of them in proportion, from no wait at 0 on where that is not among them.
  double quantile(double u) const noexcept;

  /// As the command line writes it, in seconds: "uniform:0:1", "none", "percentiles:50=0.02:100=1".
  std::string to_string() const;
  /// For people: the same, but of more than five percentiles "percentiles (median 20.6 ms, p99 211 ms, max 3.01 s)".
  std::string to_short_string() const;
  bool has_many_percentiles() const noexcept;

  bool operator==(const WaitDistribution&) const = default;
};

/// The inverse of the standard normal distribution function (Wichura 1988, algorithm AS 241, PPND16: relative error
/// about 1e-16). -infinity at 0.
double probit(double u) noexcept;

/// n requests × m iterations of: wait, then transform N random reals to complex bins, or compute what is the user's
/// own. The defaults are the classic demonstration.
struct Workload {
  std::uint64_t requests = 10;
  std::uint64_t iterations = 5;
  std::uint64_t size = 4'000'000;  ///< N: reals a step transforms; of a compute of the user's own, what it makes of it
  WaitDistribution wait;
  Precision precision = Precision::float64;
  SpectrumKind spectrum = SpectrumKind::full;
  std::uint64_t seed = 1;
  double rate = 0.0;  ///< requests that come in a second, on the mean; 0 where all do at T0
  Arrivals arrivals = Arrivals::poisson;
  /// Which of several runs of it: where requests come in at a rate, each has waits and moments of its own, so that
  /// latencies are not those of one draw of them. No part of what a workload is called.
  std::uint64_t repeat = 0;
  std::string compute = std::string(fft);  ///< what a step computes: the FFT, or the name of the user's own file

  static constexpr std::string_view fft = "fft";
  bool computes_fft() const noexcept { return compute == fft; }
  /// Whether requests come in over time.
  bool has_rate() const noexcept { return rate > 0.0; }

  std::uint64_t steps() const noexcept { return requests * iterations; }
  /// Complex bins that a step leaves: N, or N/2+1 of the half spectrum.
  std::uint64_t bins() const noexcept { return spectrum == SpectrumKind::full ? size : size / 2 + 1; }
  std::uint64_t real_bytes() const noexcept { return precision == Precision::float64 ? 8 : 4; }
  std::uint64_t input_bytes() const noexcept { return size * real_bytes(); }
  std::uint64_t spectrum_bytes() const noexcept { return bins() * 2 * real_bytes(); }
  /// The unit roundoff's double, ε, of the precision.
  double epsilon() const noexcept { return precision == Precision::float64 ? 0x1p-52 : 0x1p-23; }

  /// The wait of step (request, iteration), rounded to nanoseconds and at most 100 years.
  std::int64_t wait_ns(std::uint64_t request, std::uint64_t iteration) const noexcept;
  /// So long a share of such requests wait in all, at most: by 10,000 of them, or fewer where they have many steps.
  double waits_quantile_s(double share) const;
  /// When each request comes in, in nanoseconds from T0, ascending; the first one at T0. At most 100 years.
  std::vector<std::int64_t> arrivals_ns() const;
  /// The bin whose value step (request, iteration) records.
  std::uint64_t checked_bin(std::uint64_t request, std::uint64_t iteration) const noexcept;

  bool operator==(const Workload&) const = default;
};

/// One line for a person: "10 requests × 5 iterations, wait uniform:0:1 s, 4,000,000 doubles, full spectrum, seed 1",
/// or "…, size 4,000,000 of sort.so, seed 1".
std::string describe(const Workload& workload);

}  // namespace overlap
