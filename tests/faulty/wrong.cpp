// Engines that finish every step, and lie.
#include <algorithm>
#include <complex>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/faulty/engines.hpp"
#include "tests/faulty/wrapping_engine.hpp"

namespace overlap::faulty {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void claim_times(Step& step) noexcept {
  step.record->begin_ns = now_ns();
  step.record->end_ns = now_ns();
}

/// Leaves what was there: a poisoned output, and a digest of zeros.
class NothingEngine final : public WrappingEngine {
 public:
  void prepare_shared(const EngineSetup& setup) override {
    WrappingEngine::prepare_shared(setup);
    input_.assign(setup.workload.size, nan);
    spectrum_.assign(setup.workload.bins(), {nan, nan});
  }
  void compute(Step& step) override { claim_times(step); }
  StepArrays probe(unsigned /*slot*/, Step& step) override {
    claim_times(step);
    return {std::span<const double>(input_), std::span<const std::complex<double>>(spectrum_)};
  }

 private:
  std::vector<double> input_;
  std::vector<std::complex<double>> spectrum_;
};

/// Transforms the step before in one step: a spectrum that is right for another input.
class WrongInputEngine final : public WrappingEngine {
 public:
  void compute(Step& step) override {
    if (!is_faulty(step)) return WrappingEngine::compute(step);
    --step.iteration;
    WrappingEngine::compute(step);
    ++step.iteration;
  }
};

/// Leaves one step out.
class SkippingEngine final : public WrappingEngine {
 public:
  void compute(Step& step) override {
    if (is_faulty(step)) return claim_times(step);
    WrappingEngine::compute(step);
  }
};

/// Digests as from a whole spectrum, of which the upper half is never written.
class HalfUnwrittenEngine final : public WrappingEngine {
 public:
  StepArrays probe(unsigned slot, Step& step) override {
    const StepArrays whole = WrappingEngine::probe(slot, step);
    input_.resize(whole.size());
    spectrum_.assign(whole.bins(), {nan, nan});
    for (std::uint64_t n = 0; n < whole.size(); ++n) input_[n] = whole.input(n);
    for (std::uint64_t k = 0; k <= whole.size() / 2; ++k) spectrum_[k] = whole.bin(k);
    return {std::span<const double>(input_), std::span<const std::complex<double>>(spectrum_)};
  }

 private:
  std::vector<double> input_;
  std::vector<std::complex<double>> spectrum_;
};

/// Computes, and shows no slot to the check in setup.
class UncheckedEngine final : public WrappingEngine {
 public:
  unsigned slots() const noexcept override { return 0; }
};

template <typename Broken>
EngineInfo wrong_engine(std::string name, std::string description) {
  EngineInfo info = fftw_engine();
  info.default_drivers.clear();
  info.name = std::move(name);
  info.description = std::move(description);
  info.make = [] { return std::make_unique<Broken>(); };
  return info;
}

}  // namespace

void add_wrong_engines(Registry& registry) {
  registry.add(wrong_engine<NothingEngine>("nothing", "computes nothing"));
  registry.add(wrong_engine<WrongInputEngine>("wrong-input", "transforms the input of the step before in one step"));
  registry.add(wrong_engine<SkippingEngine>("skips", "leaves one step out"));
  registry.add(wrong_engine<HalfUnwrittenEngine>("half-unwritten", "never writes the spectrum's upper half"));
  registry.add(wrong_engine<UncheckedEngine>("unchecked", "shows nothing to the check in setup"));
}

}  // namespace overlap::faulty
