// Verification: did a row compute what it was to compute? Pure functions of recordings and of the workload's numbers.
#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include "src/run/engine.hpp"
#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// C of the tolerances: relative error of an energy C·ε·log2(2N), absolute error of a bin C·ε·log2(2N)·Σ|s|. An FFT's
/// error grows as ε·log2 N (Schatzman 1996); FFTW's stays below a tenth of this, which leaves room for the sums. An
/// engine sums its energies in parts, though: one running sum over millions of doubles errs by more.
inline constexpr double tolerance_factor = 8.0;

/// C·ε·log2(2N) of a workload.
double relative_tolerance(const Workload& workload) noexcept;

/// One bin by its definition: Σ s[n]·exp(−2πi·k·n/N) in long double, with k·n reduced mod N exactly. `sum_abs` is Σ|s|.
struct DirectBin {
  std::uint64_t request = 0;
  std::uint64_t iteration = 0;
  std::uint64_t bin = 0;
  std::complex<double> value;
  double sum_abs = 0.0;
  double input_energy = 0.0;  ///< Σs²
};

/// The checked bin of one step, from inputs generated here.
DirectBin direct_bin(const Workload& workload, std::uint64_t request, std::uint64_t iteration);

/// Checked bins of a few steps spread over the workload, the first and the last among them: as many as a fraction of a
/// second allows (2 to 16), fewer where the workload has fewer.
std::vector<DirectBin> direct_bins(const Workload& workload);

/// Empty where the recording passes, else the first finding in a line, such as "step (3, 2): Parseval's equation fails:
/// Σs² 1333210.25, Σ|X|²/N 0". Checks that the check in setup passed, Parseval in every step, agreement with
/// `reference` (nullptr, or the recording itself: left out), and the direct sums.
std::string verify(const Workload& workload, const Recording& recording, const Recording* reference,
                   const std::vector<DirectBin>& direct);

/// The check in setup: empty where a step's arrays, read back whole from an output that was poisoned, are right, else
/// the first finding. `record` is what the engine recorded of that step, `direct` its direct_bin. Input compared with
/// the workload's, every bin finite, Parseval over all bins, the upper half the lower one's conjugate, the checked bin
/// against the direct sum, the digest against the arrays. On at most so many threads, which end with it; what it finds
/// does not depend on their number.
std::string verify_arrays(const Workload& workload, const StepArrays& arrays, const StepRecord& record,
                          const DirectBin& direct, unsigned threads = 1);

}  // namespace overlap
