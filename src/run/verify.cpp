// Verification: digests and arrays held to Parseval's equation, to direct sums and to a reference.
#include "src/run/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numbers>
#include <span>
#include <string_view>
#include <vector>

#include "src/base/parallel.hpp"
#include "src/workload/philox.hpp"

namespace overlap {
namespace {

__extension__ typedef unsigned __int128 Uint128;

/// Inputs generated at once: a multiple of a Philox block's four, and small enough that they and as many twiddle
/// factors stay in the nearest cache.
constexpr std::uint64_t block_size = 1024;

/// Inputs, or pairs of bins, that are checked as one part of several: a multiple of the block size.
constexpr std::uint64_t part_size = 32 * block_size;

/// Inputs that all direct sums of a workload may take together: a fraction of a second's work.
constexpr std::uint64_t direct_budget = 16'000'000;

struct Twiddle {
  long double re = 0.0L;
  long double im = 0.0L;
};

/// exp(−2πi·k·n/N).
Twiddle twiddle(std::uint64_t k, std::uint64_t n, std::uint64_t size) noexcept {
  const auto turn = static_cast<std::uint64_t>(static_cast<Uint128>(k) * n % size);
  const long double angle =
      2.0L * std::numbers::pi_v<long double> * static_cast<long double>(turn) / static_cast<long double>(size);
  return {std::cos(angle), -std::sin(angle)};
}

/// Calls visit(first, values) for a step's inputs from `begin`, a multiple of the block size, to `end`, a block at a
/// time.
template <typename Real, typename Visit>
void visit_inputs(const Workload& workload, std::uint64_t request, std::uint64_t iteration, std::uint64_t begin,
                  std::uint64_t end, const Visit& visit) {
  std::array<Real, block_size> values{};
  for (std::uint64_t first = begin; first < end; first += block_size) {
    const std::span<Real> block(values.data(), std::min(block_size, end - first));
    generate_inputs<Real>(workload.seed, request, iteration, first, block);
    visit(first, std::span<const Real>(block));
  }
}

/// With n = first + b, the sum is Σ over blocks of w^first · Σ over b of s[n]·w^b: one table serves all blocks.
template <typename Real>
void sum_directly(const Workload& workload, DirectBin& bin) {
  const std::uint64_t k = bin.bin;
  std::array<Twiddle, block_size> table;
  for (std::uint64_t b = 0; b < std::min(block_size, workload.size); ++b) table[b] = twiddle(k, b, workload.size);

  Twiddle sum;
  long double sum_abs = 0.0L;
  long double energy = 0.0L;
  const auto add = [&](std::uint64_t first, std::span<const Real> values) {
    long double re = 0.0L;
    long double im = 0.0L;
    for (std::size_t b = 0; b < values.size(); ++b) {
      const auto value = static_cast<long double>(values[b]);
      re += value * table[b].re;
      im += value * table[b].im;
      sum_abs += std::fabs(value);
      energy += value * value;
    }
    const Twiddle block = twiddle(k, first, workload.size);
    sum.re += re * block.re - im * block.im;
    sum.im += re * block.im + im * block.re;
  };
  visit_inputs<Real>(workload, bin.request, bin.iteration, 0, workload.size, add);
  bin.value = {static_cast<double>(sum.re), static_cast<double>(sum.im)};
  bin.sum_abs = static_cast<double>(sum_abs);
  bin.input_energy = static_cast<double>(energy);
}

/// False on NaN, as all comparisons here.
bool agree(double a, double b, double tolerance) noexcept { return std::fabs(a - b) <= tolerance; }

bool agree_relatively(double a, double b, double tolerance) noexcept {
  return agree(a, b, tolerance * std::min(std::fabs(a), std::fabs(b)));
}

bool agree(std::complex<double> a, std::complex<double> b, double tolerance) noexcept {
  return std::abs(a - b) <= tolerance;
}

std::complex<double> bin_of(const StepRecord& step) noexcept { return {step.bin_re, step.bin_im}; }

std::string to_text(std::complex<double> value) { return fmt::format("({}, {})", value.real(), value.imag()); }

std::string parseval_finding(double input_energy, double spectrum_energy) {
  return fmt::format("Parseval's equation fails: Σs² {}, Σ|X|²/N {}", input_energy, spectrum_energy);
}

/// What a step shows by itself. Nothing computed shows as zero energy, which only N = 1 could have by rights.
std::string check_digest(const Workload& workload, const StepRecord& step, std::uint64_t request,
                         std::uint64_t iteration, double tolerance) {
  if (!step.finished()) return "not finished";
  if (!agree_relatively(step.input_energy, step.spectrum_energy, tolerance)) {
    return parseval_finding(step.input_energy, step.spectrum_energy);
  }
  if (step.input_energy == 0.0) {
    const double energy = direct_bin(workload, request, iteration).input_energy;
    if (energy != 0.0) return fmt::format("nothing was computed: Σs² 0, expected {}", energy);
  }
  return {};
}

std::string check_against_reference(const Workload& workload, const StepRecord& step, const StepRecord& reference,
                                    double tolerance) {
  if (!agree_relatively(step.input_energy, reference.input_energy, tolerance)) {
    return fmt::format("Σs² {}, the reference's {}", step.input_energy, reference.input_energy);
  }
  if (!agree_relatively(step.spectrum_energy, reference.spectrum_energy, tolerance)) {
    return fmt::format("Σ|X|²/N {}, the reference's {}", step.spectrum_energy, reference.spectrum_energy);
  }
  // Σ|s| ≤ sqrt(N·Σs²), by Cauchy and Schwarz.
  const double sum_abs = std::sqrt(static_cast<double>(workload.size) * reference.input_energy);
  if (!agree(bin_of(step), bin_of(reference), tolerance * sum_abs)) {
    return fmt::format("the checked bin is {}, the reference's {}", to_text(bin_of(step)), to_text(bin_of(reference)));
  }
  return {};
}

std::string check_against_direct(const StepRecord& step, const DirectBin& direct, double tolerance) {
  if (!agree_relatively(step.input_energy, direct.input_energy, tolerance)) {
    return fmt::format("wrong input: Σs² {}, expected {}", step.input_energy, direct.input_energy);
  }
  if (!agree(bin_of(step), direct.value, tolerance * direct.sum_abs)) {
    return fmt::format("bin {} is {}, the direct sum {}", direct.bin, to_text(bin_of(step)), to_text(direct.value));
  }
  return {};
}

std::string check_setup_state(const Recording& recording) {
  switch (static_cast<CheckState>(recording.header().check_state.load(std::memory_order_acquire))) {
    case CheckState::passed:
    case CheckState::not_applicable:
      return {};
    case CheckState::failed:
      return "the check in setup failed: " + recording.check_finding();
    case CheckState::not_done:
      break;
  }
  return "the check in setup was not done";
}

bool has_shape_of(const Recording& recording, const Workload& workload) {
  return recording.requests().size() == workload.requests && recording.iterations() == workload.iterations;
}

std::string at_step(std::uint64_t request, std::uint64_t iteration, std::string_view finding) {
  return finding.empty() ? std::string() : fmt::format("step ({}, {}): {}", request, iteration, finding);
}

template <typename Real>
std::span<const Real> numbers_in(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const Real*>(bytes.data()), bytes.size() / sizeof(Real)};
}

std::uint64_t parts_of(std::uint64_t count) noexcept { return (count + part_size - 1) / part_size; }

/// The least of what several threads find.
class Least {
 public:
  explicit Least(std::uint64_t bound) noexcept : value_(bound) {}
  std::uint64_t value() const noexcept { return value_.load(); }
  void lower_to(std::uint64_t candidate) noexcept {
    for (std::uint64_t now = value_.load(); candidate < now && !value_.compare_exchange_weak(now, candidate);) {
    }
  }

 private:
  std::atomic<std::uint64_t> value_;
};

/// The index of the first input that is not the workload's, or N.
template <typename Real>
std::uint64_t first_wrong_input(const Workload& workload, const DirectBin& step, const StepArrays& arrays,
                                unsigned threads) {
  const std::span<const Real> inputs = numbers_in<Real>(arrays.input_bytes());
  Least wrong(workload.size);
  in_parts(parts_of(workload.size), threads, [&](std::uint64_t part) {
    const std::uint64_t begin = part * part_size;
    const std::uint64_t end = std::min(begin + part_size, workload.size);
    const auto compare = [&](std::uint64_t first, std::span<const Real> values) {
      const std::span<const Real> given = inputs.subspan(first, values.size());
      std::size_t unequal = 0;  // of the whole block, so that the loop has one way out
      for (std::size_t b = 0; b < values.size(); ++b) unequal += given[b] == values[b] ? 0 : 1;
      if (unequal == 0) return;
      const auto found = std::mismatch(values.begin(), values.end(), given.begin()).first;
      wrong.lower_to(first + static_cast<std::uint64_t>(found - values.begin()));
    };
    visit_inputs<Real>(workload, step.request, step.iteration, begin, end, compare);
  });
  return wrong.value();
}

/// What all bins of a spectrum add up to.
struct SpectrumSums {
  long double lower = 0.0L;       ///< Σ|X[k]|² of the bins up to N/2
  long double all = 0.0L;         ///< of all N; of a half spectrum's mirror images too
  long double difference = 0.0L;  ///< Σ|X[N−k] − conj X[k]|², k up to N/2; 0 of a half spectrum

  void add(const SpectrumSums& other) noexcept {
    lower += other.lower;
    all += other.all;
    difference += other.difference;
  }
};

/// The sums of bins [begin, end), each with its mirror bin `size` - k where `full`. Sums run over short chunks and then
/// over the chunks in long double, so that their rounding error stays far below an FFT's.
template <typename Real, bool full>
SpectrumSums sum_pairs(const Real* bins, std::uint64_t begin, std::uint64_t end, std::uint64_t size) noexcept {
  constexpr std::uint64_t chunk_pairs = 512;
  constexpr std::size_t lanes = 4;
  SpectrumSums sums;
  for (std::uint64_t chunk = begin; chunk < end; chunk += chunk_pairs) {
    const std::uint64_t chunk_end = std::min(chunk + chunk_pairs, end);
    std::array<double, 2 * lanes> lower{};
    std::array<double, 2 * lanes> upper{};
    std::array<double, 2 * lanes> difference{};
    const auto add_pair = [&](std::uint64_t k, std::size_t lane) {
      for (const std::size_t part : {0U, 1U}) {
        const std::size_t sum = 2 * lane + part;
        const auto value = static_cast<double>(bins[2 * k + part]);
        lower[sum] += value * value;
        if constexpr (full) {
          const auto mirrored = static_cast<double>(bins[2 * (size - k) + part]);
          const double apart = part == 0 ? mirrored - value : mirrored + value;
          upper[sum] += mirrored * mirrored;
          difference[sum] += apart * apart;
        }
      }
    };
    std::uint64_t k = chunk;
    for (; k + lanes <= chunk_end; k += lanes) {
      for (std::size_t lane = 0; lane < lanes; ++lane) add_pair(k + lane, lane);
    }
    for (; k < chunk_end; ++k) add_pair(k, 0);
    const auto total = [](const std::array<double, 2 * lanes>& parts) {
      return static_cast<long double>(((parts[0] + parts[1]) + (parts[2] + parts[3])) +
                                      ((parts[4] + parts[5]) + (parts[6] + parts[7])));
    };
    sums.lower += total(lower);
    sums.all += full ? total(lower) + total(upper) : 2.0L * total(lower);
    sums.difference += total(difference);
  }
  return sums;
}

/// Of the bins that are their own mirror bins.
SpectrumSums sums_of_unpaired(const Workload& workload, const StepArrays& arrays) {
  const auto sums_of = [&](std::uint64_t k) {
    const auto energy = static_cast<long double>(std::norm(arrays.bin(k)));
    const auto apart = 2.0L * static_cast<long double>(arrays.bin(k).imag());
    return SpectrumSums{energy, energy, workload.spectrum == SpectrumKind::full ? apart * apart : 0.0L};
  };
  SpectrumSums sums = sums_of(0);
  if (workload.size % 2 == 0) sums.add(sums_of(workload.size / 2));
  return sums;
}

template <typename Real>
SpectrumSums sum_spectrum(const Workload& workload, const StepArrays& arrays, unsigned threads) {
  const Real* bins = numbers_in<Real>(arrays.spectrum_bytes()).data();
  const std::uint64_t pairs = (workload.size - 1) / 2;  // of bins 1, 2, …
  std::vector<SpectrumSums> sums(parts_of(pairs));
  in_parts(sums.size(), threads, [&](std::uint64_t part) {
    const std::uint64_t begin = 1 + part * part_size;
    const std::uint64_t end = std::min(begin + part_size, 1 + pairs);
    sums[part] = workload.spectrum == SpectrumKind::full ? sum_pairs<Real, true>(bins, begin, end, workload.size)
                                                         : sum_pairs<Real, false>(bins, begin, end, workload.size);
  });
  SpectrumSums total = sums_of_unpaired(workload, arrays);
  for (const SpectrumSums& part : sums) total.add(part);
  return total;
}

/// The index of the first bin that is not finite, or the number of bins.
std::uint64_t first_infinite_bin(const StepArrays& arrays) {
  std::uint64_t k = 0;
  while (k < arrays.bins() && std::isfinite(arrays.bin(k).real()) && std::isfinite(arrays.bin(k).imag())) ++k;
  return k;
}

/// The upper half against the lower one's conjugate, by the norm of their difference: one number for all bins is
/// sharper than a tolerance for each.
std::string check_symmetry(const StepArrays& arrays, const SpectrumSums& sums, double tolerance) {
  if (std::sqrt(sums.difference) <= static_cast<long double>(tolerance) * std::sqrt(sums.lower)) return {};
  const std::uint64_t bins = arrays.bins();
  const auto mirrored = [&](std::uint64_t k) { return (bins - k) % bins; };
  double worst = -1.0;
  std::uint64_t worst_bin = 0;
  for (std::uint64_t k = 0; k <= bins / 2; ++k) {
    const double squared = std::norm(arrays.bin(mirrored(k)) - std::conj(arrays.bin(k)));
    if (squared > worst) {
      worst = squared;
      worst_bin = k;
    }
  }
  return fmt::format("the upper half is not the lower one's conjugate: bin {} is {}, bin {} is {}", worst_bin,
                     to_text(arrays.bin(worst_bin)), mirrored(worst_bin), to_text(arrays.bin(mirrored(worst_bin))));
}

template <typename Real>
std::string find_in_arrays(const Workload& workload, const StepArrays& arrays, const StepRecord& record,
                           const DirectBin& direct, unsigned threads) {
  const double tolerance = relative_tolerance(workload);
  if (arrays.size() != workload.size) return fmt::format("{} inputs, expected {}", arrays.size(), workload.size);
  if (arrays.bins() != workload.bins()) return fmt::format("{} bins, expected {}", arrays.bins(), workload.bins());
  const std::uint64_t wrong = first_wrong_input<Real>(workload, direct, arrays, threads);
  if (wrong != workload.size) return fmt::format("input {} is not the workload's: {}", wrong, arrays.input(wrong));

  const SpectrumSums sums = sum_spectrum<Real>(workload, arrays, threads);
  // A bin that is not finite makes the sum so; so do finite ones whose squares are not.
  if (!std::isfinite(sums.all)) {
    const std::uint64_t infinite = first_infinite_bin(arrays);
    if (infinite != arrays.bins()) return fmt::format("bin {} is not finite: not written, or wrong", infinite);
  }
  if (workload.spectrum == SpectrumKind::full) {
    if (std::string finding = check_symmetry(arrays, sums, tolerance); !finding.empty()) return finding;
  }
  const auto spectrum_energy = static_cast<double>(sums.all / static_cast<long double>(workload.size));
  if (!agree_relatively(direct.input_energy, spectrum_energy, tolerance)) {
    return parseval_finding(direct.input_energy, spectrum_energy);
  }
  const std::complex<double> bin = arrays.bin(direct.bin);
  if (!agree(bin, direct.value, tolerance * direct.sum_abs)) {
    return fmt::format("bin {} is {}, the direct sum {}", direct.bin, to_text(bin), to_text(direct.value));
  }
  if (!agree_relatively(record.input_energy, direct.input_energy, tolerance)) {
    return fmt::format("the record's Σs² is {}, the input's {}", record.input_energy, direct.input_energy);
  }
  if (!agree_relatively(record.spectrum_energy, spectrum_energy, tolerance)) {
    return fmt::format("the record's Σ|X|²/N is {}, the spectrum's {}", record.spectrum_energy, spectrum_energy);
  }
  if (!agree(bin_of(record), bin, tolerance * direct.sum_abs)) {
    return fmt::format("the record's bin {} is {}, the spectrum's {}", direct.bin, to_text(bin_of(record)),
                       to_text(bin));
  }
  return {};
}

}  // namespace

double relative_tolerance(const Workload& workload) noexcept {
  return tolerance_factor * workload.epsilon() * std::log2(2.0 * static_cast<double>(workload.size));
}

DirectBin direct_bin(const Workload& workload, std::uint64_t request, std::uint64_t iteration) {
  DirectBin bin;
  bin.request = request;
  bin.iteration = iteration;
  bin.bin = workload.checked_bin(request, iteration);
  if (workload.precision == Precision::float64) {
    sum_directly<double>(workload, bin);
  } else {
    sum_directly<float>(workload, bin);
  }
  return bin;
}

std::vector<DirectBin> direct_bins(const Workload& workload) {
  const std::uint64_t affordable = std::clamp<std::uint64_t>(direct_budget / workload.size, 2, 16);
  const std::uint64_t count = std::min(affordable, workload.steps());
  std::vector<DirectBin> bins;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Uint128 last = workload.steps() - 1;
    const auto step = count == 1 ? 0 : static_cast<std::uint64_t>(last * i / (count - 1));
    bins.push_back(direct_bin(workload, step / workload.iterations, step % workload.iterations));
  }
  return bins;
}

std::string verify(const Workload& workload, const Recording& recording, const Recording* reference,
                   const std::vector<DirectBin>& direct) {
  if (std::string finding = check_setup_state(recording); !finding.empty()) return finding;
  if (!has_shape_of(recording, workload)) return "the recording is of another workload";
  const bool compares = reference != nullptr && reference != &recording;
  if (compares && !has_shape_of(*reference, workload)) return "the reference is of another workload";

  const double tolerance = relative_tolerance(workload);
  for (std::uint64_t request = 0; request < workload.requests; ++request) {
    for (std::uint64_t iteration = 0; iteration < workload.iterations; ++iteration) {
      const StepRecord& step = recording.step(request, iteration);
      std::string finding = check_digest(workload, step, request, iteration, tolerance);
      if (finding.empty() && compares) {
        finding = check_against_reference(workload, step, reference->step(request, iteration), tolerance);
      }
      if (!finding.empty()) return at_step(request, iteration, finding);
    }
  }
  for (const DirectBin& bin : direct) {
    const std::string finding = check_against_direct(recording.step(bin.request, bin.iteration), bin, tolerance);
    if (!finding.empty()) return at_step(bin.request, bin.iteration, finding);
  }
  return {};
}

std::string verify_arrays(const Workload& workload, const StepArrays& arrays, const StepRecord& record,
                          const DirectBin& direct, unsigned threads) {
  std::string finding;
  if (arrays.precision() != workload.precision) {
    finding = fmt::format("numbers in {}, expected {}", name_of(arrays.precision()), name_of(workload.precision));
  } else if (workload.precision == Precision::float64) {
    finding = find_in_arrays<double>(workload, arrays, record, direct, threads);
  } else {
    finding = find_in_arrays<float>(workload, arrays, record, direct, threads);
  }
  return at_step(direct.request, direct.iteration, finding);
}

}  // namespace overlap
