// Draws and descriptions of a workload.
#include "src/workload/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "src/base/clock.hpp"
#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/workload/philox.hpp"

namespace overlap {
namespace {

constexpr double longest_wait_s = 100.0 * 365.25 * 86400.0;

double polynomial(double x, std::initializer_list<double> coefficients_from_highest) noexcept {
  double value = 0.0;
  for (const double coefficient : coefficients_from_highest) value = value * x + coefficient;
  return value;
}

double between_percentiles(std::span<const WaitDistribution::Percentile> percentiles, double percent) noexcept {
  WaitDistribution::Percentile below;
  for (const WaitDistribution::Percentile& above : percentiles) {
    if (percent < above.percent) {
      const double share = (percent - below.percent) / (above.percent - below.percent);
      return below.wait_s + share * (above.wait_s - below.wait_s);
    }
    below = above;
  }
  return below.wait_s;
}

/// In full, with commas in what stands before the point.
std::string rate_text(double rate) {
  const std::string text = fmt::format("{}", rate);
  const std::size_t whole = std::min(text.find_first_not_of("0123456789"), text.size());
  return format_count(std::stoull(text.substr(0, whole))) + text.substr(whole);
}

}  // namespace

double probit(double u) noexcept {
  const double q = u - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           polynomial(r, {2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
                          4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
                          1.3314166789178437745e2, 3.3871328727963666080e0}) /
           polynomial(
               r, {5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
                   5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0});
  }
  const double tail = q < 0 ? u : 1.0 - u;
  if (tail <= 0.0) return q < 0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  const double r = std::sqrt(-std::log(tail));
  const double magnitude =
      r <= 5.0
          ? polynomial(r - 1.6, {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
                                 1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0,
                                 4.63033784615654529590e0, 1.42343711074968357734e0}) /
                polynomial(r - 1.6, {1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
                                     1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0,
                                     2.05319162663775882187e0, 1.0})
          : polynomial(r - 5.0, {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
                                 2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
                                 5.46378491116411436990e0, 6.65790464350110377720e0}) /
                polynomial(r - 5.0, {2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
                                     7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
                                     5.99832206555887937690e-1, 1.0});
  return q < 0 ? -magnitude : magnitude;
}

double WaitDistribution::quantile(double u) const noexcept {
  switch (kind) {
    case Kind::none:
      return 0.0;
    case Kind::constant:
      return a;
    case Kind::uniform:
      return a + (b - a) * u;
    case Kind::exponential:
      return -a * std::log1p(-u);
    case Kind::lognormal:
      return a > 0.0 && u > 0.0 ? a * std::exp(b * probit(u)) : 0.0;
    case Kind::percentiles:
      return between_percentiles(percentiles, 100.0 * u);
  }
  return 0.0;
}

std::string WaitDistribution::to_string() const {
  switch (kind) {
    case Kind::none:
      return "none";
    case Kind::constant:
      return fmt::format("constant:{}", a);
    case Kind::uniform:
      return fmt::format("uniform:{}:{}", a, b);
    case Kind::exponential:
      return fmt::format("exponential:{}", a);
    case Kind::lognormal:
      return fmt::format("lognormal:{}:{}", a, b);
    case Kind::percentiles: {
      std::string text = "percentiles";
      for (const Percentile& each : percentiles) text += fmt::format(":{}={}", each.percent, each.wait_s);
      return text;
    }
  }
  return "none";
}

bool WaitDistribution::has_many_percentiles() const noexcept {
  constexpr std::size_t most_in_a_line = 5;
  return kind == Kind::percentiles && percentiles.size() > most_in_a_line;
}

std::string WaitDistribution::to_short_string() const {
  if (!has_many_percentiles()) return to_string();
  return fmt::format("percentiles (median {}, p99 {}, max {})", format_seconds(quantile(0.5)),
                     format_seconds(quantile(0.99)), format_seconds(percentiles.back().wait_s));
}

std::int64_t Workload::wait_ns(std::uint64_t request, std::uint64_t iteration) const noexcept {
  if (wait.kind == WaitDistribution::Kind::none) return 0;
  const double u = to_real(philox_block(seed, Stream::waits, has_rate() ? repeat : 0, request, iteration)[0]);
  const double seconds = std::clamp(wait.quantile(u), 0.0, longest_wait_s);
  return static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_s) + 0.5);
}

double Workload::waits_quantile_s(double share) const {
  constexpr std::uint64_t most_requests = 10'000;
  constexpr std::uint64_t most_draws = 1'000'000;
  const std::uint64_t drawn = std::clamp<std::uint64_t>(most_draws / iterations, 1, most_requests);
  const std::uint64_t waits = std::min(iterations, most_draws);
  std::vector<double> sums_s(drawn, 0.0);
  for (std::uint64_t request = 0; request < drawn; ++request) {
    for (std::uint64_t iteration = 0; iteration < waits; ++iteration) {
      sums_s[request] += to_seconds(wait_ns(request, iteration));
    }
    sums_s[request] *= static_cast<double>(iterations) / static_cast<double>(waits);
  }
  const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(drawn))) - 1;
  std::nth_element(sums_s.begin(), sums_s.begin() + static_cast<std::ptrdiff_t>(at), sums_s.end());
  return sums_s[at];
}

std::vector<std::int64_t> Workload::arrivals_ns() const {
  std::vector<std::int64_t> arrivals_ns(requests, 0);
  if (!has_rate()) return arrivals_ns;
  double seconds = 0.0;
  for (std::uint64_t request = 1; request < requests; ++request) {
    if (arrivals == Arrivals::even) {
      seconds = static_cast<double>(request) / rate;
    } else {
      // A gap is exponential: its inverse at the third real of a block, of the one that draws the request's first wait
      // or the repeat's after it.
      seconds -= std::log1p(-to_real(philox_block(seed, Stream::waits, repeat, request, 0)[2])) / rate;
    }
    const double bounded = std::min(seconds, longest_wait_s);
    arrivals_ns[request] = static_cast<std::int64_t>(bounded * static_cast<double>(ns_per_s) + 0.5);
  }
  return arrivals_ns;
}

std::uint64_t Workload::checked_bin(std::uint64_t request, std::uint64_t iteration) const noexcept {
  const double u = to_real(philox_block(seed, Stream::waits, 0, request, iteration)[1]);
  return static_cast<std::uint64_t>(u * static_cast<double>(bins()));
}

std::string describe(const Workload& workload) {
  const bool in_seconds = workload.wait.kind != WaitDistribution::Kind::none && !workload.wait.has_many_percentiles();
  const std::string computed =
      workload.computes_fft() ? fmt::format("{}, {} spectrum", counted(workload.size, name_of(workload.precision)),
                                            name_of(workload.spectrum))
                              : fmt::format("size {} of {}", format_count(workload.size), clean_line(workload.compute));
  const std::string rate =
      workload.has_rate() ? fmt::format(" at {} a second ({})", rate_text(workload.rate), name_of(workload.arrivals))
                          : "";
  return fmt::format("{}{} × {}, wait {}{}, {}, seed {}", counted(workload.requests, "request"), rate,
                     counted(workload.iterations, "iteration"), workload.wait.to_short_string(), in_seconds ? " s" : "",
                     computed, workload.seed);
}

}  // namespace overlap
