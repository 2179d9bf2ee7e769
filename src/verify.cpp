// Verification: digests and arrays held to Parseval's equation, to direct sums and to a reference.
#include "src/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <string_view>

#include "src/philox.hpp"

namespace overlap {
namespace {

__extension__ typedef unsigned __int128 Uint128;

/// Inputs generated at once: a multiple of a Philox block's four, and small enough that they and as many twiddle
/// factors stay in the nearest cache.
constexpr std::uint64_t block_size = 1024;

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

/// Calls visit(first, values) for all inputs of a step, a block at a time.
template <typename Real, typename Visit>
void visit_inputs(const Workload& workload, std::uint64_t request, std::uint64_t iteration, const Visit& visit) {
  std::array<Real, block_size> values{};
  for (std::uint64_t first = 0; first < workload.size; first += block_size) {
    const std::span<Real> block(values.data(), std::min(block_size, workload.size - first));
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
  visit_inputs<Real>(workload, bin.request, bin.iteration, [&](std::uint64_t first, std::span<const Real> values) {
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
  });
  bin.value = {static_cast<double>(sum.re), static_cast<double>(sum.im)};
  bin.sum_abs = static_cast<double>(sum_abs);
  bin.input_energy = static_cast<double>(energy);
}

/// The index of the first input that is not the workload's, or N.
template <typename Real>
std::uint64_t first_wrong_input(const Workload& workload, const DirectBin& step, const StepArrays& arrays) {
  std::uint64_t wrong = workload.size;
  visit_inputs<Real>(workload, step.request, step.iteration, [&](std::uint64_t first, std::span<const Real> values) {
    for (std::size_t b = 0; b < values.size() && wrong == workload.size; ++b) {
      if (!(arrays.input(first + b) == static_cast<double>(values[b]))) wrong = first + b;
    }
  });
  return wrong;
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
  return recording.header().requests == workload.requests && recording.header().iterations == workload.iterations;
}

std::string at_step(std::uint64_t request, std::uint64_t iteration, std::string_view finding) {
  return finding.empty() ? std::string() : fmt::format("step ({}, {}): {}", request, iteration, finding);
}

/// The index of the first bin that is not finite, or the number of bins.
std::uint64_t first_infinite_bin(const StepArrays& arrays) {
  std::uint64_t k = 0;
  while (k < arrays.bins() && std::isfinite(arrays.bin(k).real()) && std::isfinite(arrays.bin(k).imag())) ++k;
  return k;
}

double spectrum_energy_of(const Workload& workload, const StepArrays& arrays) {
  long double energy = 0.0L;
  for (std::uint64_t k = 0; k < arrays.bins(); ++k) {
    energy += static_cast<long double>(bin_weight(workload, k) * std::norm(arrays.bin(k)));
  }
  return static_cast<double>(energy / static_cast<long double>(workload.size));
}

/// The upper half against the lower one's conjugate, by the norm of their difference: one number for all bins is
/// sharper than a tolerance for each.
std::string check_symmetry(const StepArrays& arrays, double tolerance) {
  const std::uint64_t bins = arrays.bins();
  long double difference = 0.0L;
  long double energy = 0.0L;
  double worst = -1.0;
  std::uint64_t worst_bin = 0;
  for (std::uint64_t k = 0; k <= bins / 2; ++k) {
    const std::complex<double> lower = arrays.bin(k);
    const double squared = std::norm(arrays.bin((bins - k) % bins) - std::conj(lower));
    difference += static_cast<long double>(squared);
    energy += static_cast<long double>(std::norm(lower));
    if (squared > worst) {
      worst = squared;
      worst_bin = k;
    }
  }
  if (std::sqrt(difference) <= static_cast<long double>(tolerance) * std::sqrt(energy)) return {};
  const std::uint64_t mirrored = (bins - worst_bin) % bins;
  return fmt::format("the upper half is not the lower one's conjugate: bin {} is {}, bin {} is {}", worst_bin,
                     to_text(arrays.bin(worst_bin)), mirrored, to_text(arrays.bin(mirrored)));
}

std::string find_in_arrays(const Workload& workload, const StepArrays& arrays, const StepRecord& record,
                           const DirectBin& direct) {
  const double tolerance = relative_tolerance(workload);
  if (arrays.precision() != workload.precision) {
    return fmt::format("numbers in {}, expected {}", name_of(arrays.precision()), name_of(workload.precision));
  }
  if (arrays.size() != workload.size) return fmt::format("{} inputs, expected {}", arrays.size(), workload.size);
  if (arrays.bins() != workload.bins()) return fmt::format("{} bins, expected {}", arrays.bins(), workload.bins());
  const std::uint64_t wrong = workload.precision == Precision::float64
                                  ? first_wrong_input<double>(workload, direct, arrays)
                                  : first_wrong_input<float>(workload, direct, arrays);
  if (wrong != workload.size) return fmt::format("input {} is not the workload's: {}", wrong, arrays.input(wrong));
  const std::uint64_t infinite = first_infinite_bin(arrays);
  if (infinite != arrays.bins()) return fmt::format("bin {} is not finite: not written, or wrong", infinite);

  if (workload.spectrum == SpectrumKind::full) {
    if (std::string finding = check_symmetry(arrays, tolerance); !finding.empty()) return finding;
  }
  const double spectrum_energy = spectrum_energy_of(workload, arrays);
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

double bin_weight(const Workload& workload, std::uint64_t k) noexcept {
  if (workload.spectrum == SpectrumKind::full) return 1.0;
  return k == 0 || 2 * k == workload.size ? 1.0 : 2.0;
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
                          const DirectBin& direct) {
  return at_step(direct.request, direct.iteration, find_in_arrays(workload, arrays, record, direct));
}

}  // namespace overlap
