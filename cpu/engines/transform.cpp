// FFTW plans in both precisions, and the passes around them.
#include "cpu/engines/transform.hpp"

#include <fftw3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>

#include "cpu/engines/fftw_team.hpp"
#include "cpu/engines/wisdom.hpp"
#include "src/base/clock.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/page_buffer.hpp"
#include "src/workload/philox.hpp"

namespace overlap {
namespace {

constexpr std::uint64_t alignment = 64;

constexpr std::uint64_t padded(std::uint64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

/// Bins that FFTW writes: those of the half spectrum.
std::uint64_t lower_bins(const Workload& workload) noexcept { return workload.size / 2 + 1; }

/// Where a workspace's inputs begin: behind the lower half of the spectrum, which is the first of it.
std::uint64_t input_offset(const Workload& workload) noexcept {
  return padded(lower_bins(workload) * 2 * workload.real_bytes());
}

unsigned planner_flags(Rigor rigor) {
  switch (rigor) {
    case Rigor::estimate:
      return FFTW_ESTIMATE;
    case Rigor::measure:
      return FFTW_MEASURE;
    case Rigor::patient:
      return FFTW_PATIENT;
  }
  return FFTW_ESTIMATE;
}

/// FFTW's names in a precision.
template <typename Real>
struct Fftw;

template <>
struct Fftw<double> {
  using Plan = fftw_plan;
  using Complex = fftw_complex;
  static Plan plan(const fftw_iodim64& dimension, double* in, Complex* out, unsigned flags) {
    return fftw_plan_guru64_dft_r2c(1, &dimension, 0, nullptr, in, out, flags);
  }
  static void execute(Plan plan, double* in, Complex* out) { fftw_execute_dft_r2c(plan, in, out); }
  static void destroy(Plan plan) { fftw_destroy_plan(plan); }
};

template <>
struct Fftw<float> {
  using Plan = fftwf_plan;
  using Complex = fftwf_complex;
  static Plan plan(const fftw_iodim64& dimension, float* in, Complex* out, unsigned flags) {
    const fftwf_iodim64 same{dimension.n, dimension.is, dimension.os};
    return fftwf_plan_guru64_dft_r2c(1, &same, 0, nullptr, in, out, flags);
  }
  static void execute(Plan plan, float* in, Complex* out) { fftwf_execute_dft_r2c(plan, in, out); }
  static void destroy(Plan plan) { fftwf_destroy_plan(plan); }
};

template <typename Real>
double squared_magnitude(const Real (&bin)[2]) noexcept {
  const auto re = static_cast<double>(bin[0]);
  const auto im = static_cast<double>(bin[1]);
  return re * re + im * im;
}

/// Σ|X|² over bins [begin, end), each in its mirror place conjugated too where `size` is not 0. Sums run over chunks,
/// as in generate_inputs.
template <typename Real>
double energy_and_mirror(Real (*bins)[2], std::size_t begin, std::size_t end, std::size_t size) noexcept {
  constexpr std::size_t chunk_bins = 1024;
  constexpr std::size_t lanes = 4;
  long double energy = 0.0;
  for (std::size_t chunk = begin; chunk < end; chunk += chunk_bins) {
    const std::size_t chunk_end = std::min(chunk + chunk_bins, end);
    std::array<double, lanes> sums{};
    std::size_t k = chunk;
    for (; k + lanes <= chunk_end; k += lanes) {
      for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += squared_magnitude(bins[k + lane]);
    }
    for (; k < chunk_end; ++k) sums[0] += squared_magnitude(bins[k]);
    energy += (sums[0] + sums[1]) + (sums[2] + sums[3]);
    if (size == 0) continue;
    for (k = chunk; k < chunk_end; ++k) {
      bins[size - k][0] = bins[k][0];
      bins[size - k][1] = -bins[k][1];
    }
  }
  return static_cast<double>(energy);
}

/// A range in parts for a team's threads, several for each, so that one that starts late delays the others little. A
/// part is whole cache lines and blocks of random numbers.
class Parts {
 public:
  Parts(std::size_t count, const Team* team) noexcept
      : count_(count),
        parts_(team == nullptr ? 1 : std::clamp<std::size_t>(count / least_per_part, 1, wanted(team->threads()))),
        per_part_((count + parts_ - 1) / parts_ / granularity * granularity + granularity) {}

  unsigned parts() const noexcept { return static_cast<unsigned>(parts_); }
  std::size_t begin(unsigned part) const noexcept { return std::min(part * per_part_, count_); }
  std::size_t end(unsigned part) const noexcept { return begin(part + 1); }

  static constexpr std::size_t most_parts = 256;

 private:
  static constexpr std::size_t least_per_part = 4096;
  static constexpr std::size_t granularity = 1024;
  static std::size_t wanted(unsigned threads) noexcept { return std::min<std::size_t>(4 * threads, most_parts); }

  std::size_t count_;
  std::size_t parts_;
  std::size_t per_part_;
};

/// The sum over the parts of what `work` returns for [begin, end).
template <typename Work>
double sum_over_parts(std::size_t count, Team* team, const Work& work) noexcept {
  const Parts parts(count, team);
  if (parts.parts() == 1) return work(std::size_t{0}, count);
  std::array<double, Parts::most_parts> sums{};
  team->run(parts.parts(), [&](unsigned part) { sums[part] = work(parts.begin(part), parts.end(part)); });
  long double sum = 0.0;
  for (const double part : sums) sum += part;
  return static_cast<double>(sum);
}

template <typename Real>
class RealTransform final : public Transform {
 public:
  using Api = Fftw<Real>;
  using Complex = typename Api::Complex;

  RealTransform(const Workload& workload, const EngineOptions& options, unsigned threads) : workload_(workload) {
    if (workload.size > static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max())) {
      throw std::runtime_error("FFTW takes no size beyond 2^63 - 1");
    }
    // An estimated plan looks at the arrays' alignment alone, so their pages stay untouched; a measured one tries them.
    PageBuffer trial(workspace_bytes(workload), PageBuffer::Sharing::own);
    if (options.rigor != Rigor::estimate) trial.touch();
    const WisdomFile wisdom(workload.precision, options);
    std::optional<Team> trial_team;
    if (threads > 1) {
      plan_with_threads(workload.precision, threads);
      if (options.rigor != Rigor::estimate) trial_team.emplace(threads);
    }
    const TeamForFftw lent(trial_team ? &*trial_team : nullptr);
    const fftw_iodim64 dimension{static_cast<std::ptrdiff_t>(workload.size), 1, 1};
    plan_ = Api::plan(dimension, input(trial.data()), spectrum(trial.data()), planner_flags(options.rigor));
    if (threads > 1) plan_with_threads(workload.precision, 1);
    if (plan_ == nullptr) throw std::runtime_error("FFTW has no plan for this size");
    wisdom.save();
  }
  RealTransform(const RealTransform&) = delete;
  RealTransform& operator=(const RealTransform&) = delete;
  ~RealTransform() override { Api::destroy(plan_); }

  void compute_on(Team* team, std::byte* workspace, Step& step) const noexcept override {
    transform(workspace, step, team);
    digest(workspace, step, team);
  }

  StepArrays probe_on(Team* team, std::byte* workspace, Step& step) const override {
    const auto inputs = std::make_shared<const PageBuffer>(probe_bytes(workload_), PageBuffer::Sharing::own);
    const std::uint64_t lower = lower_bins(workload_);
    poison(workspace, 0, lower);
    transform(workspace, step, team);
    const std::int64_t transformed_ns = now_ns();
    std::memcpy(inputs->data(), input(workspace), workload_.input_bytes());
    if (workload_.spectrum == SpectrumKind::full) poison(workspace, lower, workload_.size);
    step.record->begin_ns += now_ns() - transformed_ns;
    digest(workspace, step, team);
    // FFTW's complex is an array of two, as std::complex is.
    const auto* bins = reinterpret_cast<const std::complex<Real>*>(spectrum(workspace));
    return {std::span(reinterpret_cast<const Real*>(inputs->data()), workload_.size), std::span(bins, workload_.bins()),
            inputs};
  }

 private:
  Real* input(std::byte* workspace) const noexcept {
    return reinterpret_cast<Real*>(workspace + input_offset(workload_));
  }
  static Complex* spectrum(std::byte* workspace) noexcept { return reinterpret_cast<Complex*>(workspace); }

  static void poison(std::byte* workspace, std::uint64_t begin, std::uint64_t end) noexcept {
    Complex* bins = spectrum(workspace);
    for (std::uint64_t k = begin; k < end; ++k) bins[k][0] = bins[k][1] = std::numeric_limits<Real>::quiet_NaN();
  }

  /// Makes the inputs, and of them the spectrum's lower half. A plan that is out of place leaves them as they are.
  void transform(std::byte* workspace, Step& step, Team* team) const noexcept {
    StepRecord& record = *step.record;
    record.begin_ns = now_ns();
    Real* in = input(workspace);
    record.input_energy = sum_over_parts(workload_.size, team, [&](std::size_t begin, std::size_t end) {
      return generate_inputs<Real>(workload_.seed, step.request, step.iteration, begin, {in + begin, end - begin});
    });
    const TeamForFftw lent(team);
    Api::execute(plan_, in, spectrum(workspace));
  }

  /// Fills the upper half where the spectrum is full, over the inputs, and writes the spectrum's part of the record.
  void digest(std::byte* workspace, Step& step, Team* team) const noexcept {
    StepRecord& record = *step.record;
    const Complex* bins = spectrum(workspace);
    record.spectrum_energy = fill(spectrum(workspace), team);
    const std::uint64_t bin = workload_.checked_bin(step.request, step.iteration);
    record.bin_re = static_cast<double>(bins[bin][0]);
    record.bin_im = static_cast<double>(bins[bin][1]);
    record.end_ns = now_ns();
  }

  /// Fills the upper half where the spectrum is full, and returns the spectrum's energy.
  double fill(Complex* bins, Team* team) const noexcept {
    const std::size_t size = workload_.size;
    const std::size_t paired_end = (size + 1) / 2;  // bins 1 to here have a mirror bin
    const bool full = workload_.spectrum == SpectrumKind::full;
    double energy = squared_magnitude(bins[0]);
    energy += 2.0 * sum_over_parts(paired_end - 1, team, [&](std::size_t begin, std::size_t end) {
                return energy_and_mirror(bins, 1 + begin, 1 + end, full ? size : 0);
              });
    if (size % 2 == 0) energy += squared_magnitude(bins[size / 2]);
    return energy / static_cast<double>(size);
  }

  Workload workload_;
  typename Api::Plan plan_ = nullptr;
};

}  // namespace

std::unique_ptr<Transform> Transform::plan(const Workload& workload, const EngineOptions& options, unsigned threads) {
  if (workload.precision == Precision::float64) {
    return std::make_unique<RealTransform<double>>(workload, options, threads);
  }
  return std::make_unique<RealTransform<float>>(workload, options, threads);
}

std::uint64_t workspace_bytes(const Workload& workload) noexcept {
  return input_offset(workload) + padded(workload.input_bytes());
}

std::uint64_t probe_bytes(const Workload& workload) noexcept { return workload.input_bytes(); }

ComputeInfo fft_compute() {
  return {.name = "fftw",
          .prepare = [](const Workload& workload,
                        const EngineOptions& options) { return Transform::plan(workload, options); },
          .workspace_bytes = workspace_bytes,
          .probe_bytes = probe_bytes,
          .heeded = {"rigor"},
          .facts =
              [] {
                return NamedTexts{{"fftw_version", fftw_version_text()}};
              }};
}

std::string fftw_version_text() { return fftw_version; }

}  // namespace overlap
