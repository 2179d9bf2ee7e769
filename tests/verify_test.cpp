// Verification: right numbers pass, and numbers wrong in each of the known ways fail, at the step that is wrong.
#include "src/run/verify.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numbers>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cpu/engines/transform.hpp"
#include "src/base/page_buffer.hpp"
#include "src/run/recording.hpp"
#include "src/workload/philox.hpp"

namespace overlap {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Numbers {
  std::vector<double> input;
  std::vector<std::complex<double>> spectrum;
};

template <typename Real>
std::vector<double> inputs_of(const Workload& workload, std::uint64_t request, std::uint64_t iteration) {
  std::vector<Real> values(workload.size);
  generate_inputs<Real>(workload.seed, request, iteration, 0, values);
  return {values.begin(), values.end()};
}

/// A step's numbers by definition. In float, both are floats' values.
Numbers naive_numbers(const Workload& workload, std::uint64_t request, std::uint64_t iteration) {
  const bool is_float = workload.precision == Precision::float32;
  Numbers numbers;
  numbers.input =
      is_float ? inputs_of<float>(workload, request, iteration) : inputs_of<double>(workload, request, iteration);
  std::vector<std::complex<long double>> roots(workload.size);
  for (std::uint64_t turn = 0; turn < workload.size; ++turn) {
    const long double turns = static_cast<long double>(turn) / static_cast<long double>(workload.size);
    roots[turn] = std::polar(1.0L, -2.0L * std::numbers::pi_v<long double> * turns);
  }
  for (std::uint64_t k = 0; k < workload.bins(); ++k) {
    std::complex<long double> sum;
    for (std::uint64_t n = 0; n < workload.size; ++n) {
      sum += roots[k * n % workload.size] * static_cast<long double>(numbers.input[n]);
    }
    numbers.spectrum.emplace_back(static_cast<double>(sum.real()), static_cast<double>(sum.imag()));
    if (is_float) numbers.spectrum.back() = std::complex<float>(numbers.spectrum.back());
  }
  return numbers;
}

/// The digest, whose energies are written here from the definition, apart from the code under test.
void set_digest(const Workload& workload, StepRecord& record, const Numbers& numbers, std::uint64_t bin) {
  record.input_energy = 0.0;
  for (const double value : numbers.input) record.input_energy += value * value;
  record.spectrum_energy = 0.0;
  for (std::uint64_t k = 0; k < workload.size; ++k) {
    const bool given = k < numbers.spectrum.size();  // else its mirror image
    record.spectrum_energy += std::norm(numbers.spectrum[given ? k : workload.size - k]);
  }
  record.spectrum_energy /= static_cast<double>(workload.size);
  record.bin_re = numbers.spectrum[bin].real();
  record.bin_im = numbers.spectrum[bin].imag();
  record.state = static_cast<std::uint32_t>(StepState::finished);
}

Workload make_workload(std::uint64_t size, Precision precision = Precision::float64,
                       SpectrumKind spectrum = SpectrumKind::full) {
  Workload workload;
  workload.requests = 3;
  workload.iterations = 4;
  workload.size = size;
  workload.precision = precision;
  workload.spectrum = spectrum;
  workload.seed = 11;
  return workload;
}

Recording right_recording(const Workload& workload) {
  Recording recording = Recording::create(workload.requests, workload.iterations, 1);
  recording.set_check("");
  for (std::uint64_t request = 0; request < workload.requests; ++request) {
    for (std::uint64_t iteration = 0; iteration < workload.iterations; ++iteration) {
      set_digest(workload, recording.step(request, iteration), naive_numbers(workload, request, iteration),
                 workload.checked_bin(request, iteration));
    }
  }
  return recording;
}

void copy_digest(StepRecord& to, const StepRecord& from) {
  to.input_energy = from.input_energy;
  to.spectrum_energy = from.spectrum_energy;
  to.bin_re = from.bin_re;
  to.bin_im = from.bin_im;
}

void expect_finding(const std::string& finding, const std::string& part) {
  EXPECT_NE(finding.find(part), std::string::npos) << "found: '" << finding << "'";
}

std::string text_of(Precision precision) { return std::string(name_of(precision)); }
std::string text_of(SpectrumKind spectrum) { return std::string(name_of(spectrum)); }
std::string text_of(std::uint64_t count) { return std::to_string(count); }

/// "30_double_full": names a test by what it is given.
struct JoinedNames {
  template <typename... Values>
  std::string operator()(const testing::TestParamInfo<std::tuple<Values...>>& info) const {
    return std::apply(
        [](const auto& first, const auto&... rest) { return (text_of(first) + ... + ("_" + text_of(rest))); },
        info.param);
  }
};

using Kind = std::tuple<std::uint64_t, Precision, SpectrumKind>;

class EveryKind : public testing::TestWithParam<Kind> {
 protected:
  const Workload workload_ = make_workload(std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam()));
};

INSTANTIATE_TEST_SUITE_P(Verify, EveryKind,
                         testing::Combine(testing::Values(1, 2, 3, 4, 5, 30, 31, 101, 1023, 1025),
                                          testing::Values(Precision::float64, Precision::float32),
                                          testing::Values(SpectrumKind::full, SpectrumKind::half)),
                         JoinedNames());

TEST_P(EveryKind, RightDigestsPass) {
  const Recording recording = right_recording(workload_);
  const Recording reference = right_recording(workload_);
  EXPECT_EQ(verify(workload_, recording, &reference, direct_bins(workload_)), "");
}

TEST_P(EveryKind, DirectBinIsTheDefinition) {
  const Numbers numbers = naive_numbers(workload_, 2, 1);
  const DirectBin bin = direct_bin(workload_, 2, 1);
  EXPECT_EQ(bin.request, 2U);
  EXPECT_EQ(bin.iteration, 1U);
  EXPECT_EQ(bin.bin, workload_.checked_bin(2, 1));
  double sum_abs = 0.0;
  double energy = 0.0;
  for (const double value : numbers.input) {
    sum_abs += value;
    energy += value * value;
  }
  // The naive spectrum is rounded to the precision.
  EXPECT_LE(std::abs(bin.value - numbers.spectrum[bin.bin]), 2.0 * workload_.epsilon() * sum_abs);
  EXPECT_NEAR(bin.sum_abs, sum_abs, 1e-13 * sum_abs);
  EXPECT_NEAR(bin.input_energy, energy, 1e-13 * energy);
}

TEST_P(EveryKind, RightArraysPass) {
  Numbers numbers = naive_numbers(workload_, 0, 0);
  Recording recording = right_recording(workload_);
  const DirectBin direct = direct_bin(workload_, 0, 0);
  if (workload_.precision == Precision::float64) {
    const StepArrays arrays(numbers.input, numbers.spectrum);
    EXPECT_EQ(verify_arrays(workload_, arrays, recording.step(0, 0), direct), "");
  } else {
    const std::vector<float> input(numbers.input.begin(), numbers.input.end());
    const std::vector<std::complex<float>> spectrum(numbers.spectrum.begin(), numbers.spectrum.end());
    const StepArrays arrays{std::span<const float>(input), std::span<const std::complex<float>>(spectrum)};
    EXPECT_EQ(verify_arrays(workload_, arrays, recording.step(0, 0), direct), "");
  }
}

TEST_P(EveryKind, NothingComputedFails) {
  Recording recording = right_recording(workload_);
  StepRecord& step = recording.step(1, 2);
  step.input_energy = step.spectrum_energy = step.bin_re = step.bin_im = 0.0;
  expect_finding(verify(workload_, recording, nullptr, {}), "step (1, 2): nothing was computed");
}

/// The digests of a small workload, to be broken at step (1, 2).
class Digests : public testing::Test {
 protected:
  std::string finding_with_reference() const { return verify(workload_, recording_, &reference_, {}); }
  std::string finding_with_direct_sums() const {
    return verify(workload_, recording_, nullptr, direct_bins(workload_));
  }
  std::string finding_of_step_alone() const { return verify(workload_, recording_, nullptr, {}); }

  const Workload workload_ = make_workload(48);
  Recording recording_ = right_recording(workload_);
  Recording reference_ = right_recording(workload_);
  StepRecord& step_ = recording_.step(1, 2);
};

TEST_F(Digests, AnUnfinishedStepFails) {
  step_.state = static_cast<std::uint32_t>(StepState::empty);
  expect_finding(finding_with_direct_sums(), "step (1, 2): not finished");
}

TEST_F(Digests, ASpectrumThatWasNotScaledRightFailsParseval) {
  step_.spectrum_energy *= 1.0 + 1e-12;
  expect_finding(finding_of_step_alone(), "step (1, 2): Parseval's equation fails");
}

TEST_F(Digests, AForgottenHalfFailsParseval) {
  step_.spectrum_energy *= 0.625;
  expect_finding(finding_of_step_alone(), "step (1, 2): Parseval's equation fails");
}

TEST_F(Digests, AZeroSpectrumFailsParseval) {
  step_.spectrum_energy = 0.0;
  expect_finding(finding_of_step_alone(), "step (1, 2): Parseval's equation fails");
}

TEST_F(Digests, NanInAnyFieldFails) {
  for (double StepRecord::*field :
       {&StepRecord::input_energy, &StepRecord::spectrum_energy, &StepRecord::bin_re, &StepRecord::bin_im}) {
    const double right = std::exchange(step_.*field, nan_value);
    expect_finding(finding_with_reference(), "step (1, 2): ");
    expect_finding(finding_with_direct_sums(), "step (1, 2): ");
    step_.*field = right;
  }
}

TEST_F(Digests, NanInBothEnergiesFailsByItself) {
  step_.input_energy = step_.spectrum_energy = nan_value;
  expect_finding(finding_of_step_alone(), "step (1, 2): Parseval's equation fails");
}

TEST_F(Digests, AnInfiniteEnergyFails) {
  step_.spectrum_energy = infinity;
  expect_finding(finding_of_step_alone(), "step (1, 2): Parseval's equation fails");
  step_.input_energy = infinity;
  expect_finding(finding_of_step_alone(), "step (1, 2): Parseval's equation fails");
}

TEST_F(Digests, ASkippedStepThatKeepsTheLastDigestFails) {
  copy_digest(step_, recording_.step(1, 1));
  expect_finding(finding_with_reference(), "step (1, 2): Σs² ");
  expect_finding(finding_with_direct_sums(), "step (1, 2): wrong input");
}

TEST_F(Digests, OtherInputsFail) {
  Workload other = workload_;
  other.seed = 12;
  set_digest(other, step_, naive_numbers(other, 1, 2), workload_.checked_bin(1, 2));
  expect_finding(finding_with_reference(), "step (1, 2): Σs² ");
  expect_finding(finding_with_direct_sums(), "step (1, 2): wrong input");
}

TEST_F(Digests, AnotherBinFails) {
  set_digest(workload_, step_, naive_numbers(workload_, 1, 2), workload_.checked_bin(1, 2) ^ 1U);
  expect_finding(finding_with_reference(), "step (1, 2): the checked bin is ");
  expect_finding(finding_with_direct_sums(),
                 "step (1, 2): bin " + std::to_string(workload_.checked_bin(1, 2)) + " is ");
}

TEST_F(Digests, ABinOfTheInverseTransformFails) {
  step_.bin_im = -step_.bin_im;
  expect_finding(finding_with_reference(), "step (1, 2): the checked bin is ");
  expect_finding(finding_with_direct_sums(), "step (1, 2): bin ");
}

TEST_F(Digests, ASpectrumEnergyUnlikeTheReferencesFails) {
  const double tolerance = relative_tolerance(workload_);  // each within it of Σs², but not of each other
  step_.spectrum_energy *= 1.0 + 0.9 * tolerance;
  reference_.step(1, 2).spectrum_energy *= 1.0 - 0.9 * tolerance;
  expect_finding(finding_with_reference(), "step (1, 2): Σ|X|²/N ");
}

TEST_F(Digests, NanInTheReferenceFails) {
  reference_.step(1, 2).input_energy = nan_value;
  expect_finding(finding_with_reference(), "step (1, 2): ");
}

TEST_F(Digests, ARecordingIsNotComparedWithItself) {
  EXPECT_EQ(verify(workload_, recording_, &recording_, direct_bins(workload_)), "");
}

TEST_F(Digests, TheFirstWrongStepIsNamed) {
  recording_.step(2, 3).spectrum_energy = 0.0;
  recording_.step(0, 3).spectrum_energy = 0.0;
  expect_finding(finding_of_step_alone(), "step (0, 3): ");
}

TEST_F(Digests, AFailedCheckInSetupFailsWithWhatItFound) {
  recording_.set_check("step (0, 0): bin 7 is not finite");
  EXPECT_EQ(finding_with_reference(), "the check in setup failed: step (0, 0): bin 7 is not finite");
}

TEST_F(Digests, AMissingCheckInSetupFails) {
  recording_.header().check_state = static_cast<std::uint32_t>(CheckState::not_done);
  EXPECT_EQ(finding_with_reference(), "the check in setup was not done");
}

TEST_F(Digests, ACheckInSetupThatDoesNotApplyIsNotMissed) {
  recording_.header().check_state = static_cast<std::uint32_t>(CheckState::not_applicable);
  EXPECT_EQ(finding_with_reference(), "");
}

TEST_F(Digests, RecordingsOfAnotherWorkloadFail) {
  Recording other = Recording::create(workload_.requests, workload_.iterations - 1, 1);
  other.set_check("");
  EXPECT_EQ(verify(workload_, other, nullptr, {}), "the recording is of another workload");
  EXPECT_EQ(verify(workload_, recording_, &other, {}), "the reference is of another workload");
}

/// A step's arrays, to be broken.
class Arrays : public testing::TestWithParam<std::uint64_t> {
 protected:
  /// The digest follows what the arrays hold, so that it hides nothing and shows nothing.
  std::string finding() {
    set_digest(workload_, recording_.step(0, 0), numbers_, direct_.bin);
    return finding_beside_record();
  }
  std::string finding_beside_record() {
    const StepArrays arrays(numbers_.input, numbers_.spectrum);
    return verify_arrays(workload_, arrays, recording_.step(0, 0), direct_);
  }

  const std::uint64_t size_ = GetParam();
  const Workload workload_ = make_workload(size_);
  Recording recording_ = right_recording(workload_);
  const DirectBin direct_ = direct_bin(workload_, 0, 0);
  Numbers numbers_ = naive_numbers(workload_, 0, 0);
};

INSTANTIATE_TEST_SUITE_P(Verify, Arrays, testing::Values(48, 49), testing::PrintToStringParamName());

TEST_P(Arrays, ABinThatWasNotWrittenFails) {
  for (const std::uint64_t bin : {std::uint64_t{0}, size_ / 2, size_ - 1}) {
    const auto right = std::exchange(numbers_.spectrum[bin], {1.0, nan_value});
    expect_finding(finding(), "step (0, 0): bin " + std::to_string(bin) + " is not finite");
    numbers_.spectrum[bin] = right;
  }
}

TEST_P(Arrays, AForgottenUpperHalfOfNanFails) {
  for (std::uint64_t k = size_ / 2 + 1; k < size_; ++k) numbers_.spectrum[k] = {nan_value, nan_value};
  expect_finding(finding(), "step (0, 0): bin " + std::to_string(size_ / 2 + 1) + " is not finite");
}

TEST_P(Arrays, AForgottenUpperHalfOfZerosFails) {
  for (std::uint64_t k = size_ / 2 + 1; k < size_; ++k) numbers_.spectrum[k] = 0.0;
  expect_finding(finding(), "step (0, 0): the upper half is not the lower one's conjugate");
}

TEST_P(Arrays, AMirroredUpperHalfFails) {
  for (std::uint64_t k = size_ / 2 + 1; k < size_; ++k) numbers_.spectrum[k] = numbers_.spectrum[size_ - k];
  expect_finding(finding(), "step (0, 0): the upper half is not the lower one's conjugate");
}

TEST_P(Arrays, OneWrongBinOfTheUpperHalfFailsByName) {
  numbers_.spectrum[size_ - 5] *= std::polar(1.0, 1e-6);
  expect_finding(finding(), "conjugate: bin 5 is ");
}

TEST_P(Arrays, ABinThatIsItsOwnMirrorImageFailsWhereItIsNotReal) {
  for (const std::uint64_t bin :
       size_ % 2 == 0 ? std::vector<std::uint64_t>{0, size_ / 2} : std::vector<std::uint64_t>{0}) {
    const std::complex<double> right = numbers_.spectrum[bin];
    numbers_.spectrum[bin] += std::complex<double>(0.0, 1e-6);
    expect_finding(finding(), "conjugate: bin " + std::to_string(bin) + " is ");
    numbers_.spectrum[bin] = right;
  }
}

TEST_P(Arrays, AScaledSpectrumFails) {
  for (auto& bin : numbers_.spectrum) bin *= 1.0 + 1e-12;
  expect_finding(finding(), "step (0, 0): Parseval's equation fails");
}

TEST_P(Arrays, AZeroSpectrumFails) {
  for (auto& bin : numbers_.spectrum) bin = 0.0;
  expect_finding(finding(), "step (0, 0): Parseval's equation fails");
}

TEST_P(Arrays, TheInverseTransformFails) {
  for (auto& bin : numbers_.spectrum) bin = std::conj(bin);
  expect_finding(finding(), "step (0, 0): bin " + std::to_string(direct_.bin) + " is ");
}

TEST_P(Arrays, AWrongInputFails) {
  numbers_.input[size_ - 1] = std::nextafter(numbers_.input[size_ - 1], 2.0);
  expect_finding(finding(), "step (0, 0): input " + std::to_string(size_ - 1) + " is not the workload's");
  numbers_.input[3] = nan_value;
  expect_finding(finding(), "step (0, 0): input 3 is not the workload's");
}

TEST_P(Arrays, ARecordUnlikeTheArraysFails) {
  StepRecord& record = recording_.step(0, 0);
  const std::vector<std::pair<double StepRecord::*, std::string>> fields = {
      {&StepRecord::input_energy, "the record's Σs² is "},
      {&StepRecord::spectrum_energy, "the record's Σ|X|²/N is "},
      {&StepRecord::bin_re, "the record's bin "},
      {&StepRecord::bin_im, "the record's bin "}};
  for (const auto& [field, text] : fields) {
    const double right = record.*field;
    for (const double wrong : {right + 1e-9, 0.0, nan_value}) {
      record.*field = wrong;
      expect_finding(finding_beside_record(), "step (0, 0): " + text);
    }
    record.*field = right;
  }
}

TEST_P(Arrays, OfAnotherShapeFail) {
  numbers_.spectrum.pop_back();
  expect_finding(finding_beside_record(), std::to_string(size_ - 1) + " bins, expected ");
  numbers_.input.pop_back();
  expect_finding(finding_beside_record(), std::to_string(size_ - 1) + " inputs, expected ");
  EXPECT_NE(verify_arrays(workload_, StepArrays(), recording_.step(0, 0), direct_), "");
}

TEST_P(Arrays, OfAnotherPrecisionFail) {
  const std::vector<float> input(size_);
  const std::vector<std::complex<float>> spectrum(size_);
  const StepArrays arrays{std::span<const float>(input), std::span<const std::complex<float>>(spectrum)};
  expect_finding(verify_arrays(workload_, arrays, recording_.step(0, 0), direct_), "numbers in float");
}

/// A step's arrays of so many numbers that they are checked in parts, on this many threads.
class ArraysInParts : public testing::TestWithParam<std::tuple<std::uint64_t, SpectrumKind, unsigned>> {
 protected:
  ArraysInParts() {
    const auto transform = Transform::plan(workload_, {});
    const PageBuffer workspace(workspace_bytes(workload_), PageBuffer::Sharing::own);
    Step step;
    step.record = &record_;
    const StepArrays arrays = transform->probe(workspace.data(), step);
    for (std::uint64_t n = 0; n < arrays.size(); ++n) numbers_.input.push_back(arrays.input(n));
    for (std::uint64_t k = 0; k < arrays.bins(); ++k) numbers_.spectrum.push_back(arrays.bin(k));
  }

  std::string finding() const {
    return verify_arrays(workload_, StepArrays(numbers_.input, numbers_.spectrum), record_, direct_,
                         std::get<2>(GetParam()));
  }

  const Workload workload_ = make_workload(std::get<0>(GetParam()), Precision::float64, std::get<1>(GetParam()));
  const DirectBin direct_ = direct_bin(workload_, 0, 0);
  StepRecord record_{};
  Numbers numbers_;
};

INSTANTIATE_TEST_SUITE_P(Verify, ArraysInParts,
                         testing::Combine(testing::Values(150'000, 163'841),
                                          testing::Values(SpectrumKind::full, SpectrumKind::half),
                                          testing::Values(1, 3)),
                         JoinedNames());

TEST_P(ArraysInParts, RightOnesPass) { EXPECT_EQ(finding(), ""); }

TEST_P(ArraysInParts, OneWrongInputAnywhereFailsByName) {
  for (const std::uint64_t n : {workload_.size - 1, std::uint64_t{131'072}, std::uint64_t{32'768},
                                std::uint64_t{32'767}, std::uint64_t{1'000}, std::uint64_t{0}}) {
    numbers_.input[n] = std::nextafter(numbers_.input[n], 2.0);
    expect_finding(finding(),
                   "step (0, 0): input " + std::to_string(n) + " is not the workload's");  // those behind stay
  }
}

TEST_P(ArraysInParts, OneBinAnywhereThatWasNotWrittenFailsByName) {
  for (const std::uint64_t k :
       {workload_.bins() - 1, workload_.size / 2, (workload_.size - 1) / 2, std::uint64_t{65'537},
        std::uint64_t{32'769}, std::uint64_t{32'768}, std::uint64_t{0}}) {
    numbers_.spectrum[k] = {1.0, nan_value};
    expect_finding(finding(), "step (0, 0): bin " + std::to_string(k) + " is not finite");
  }
}

TEST_P(ArraysInParts, OneWrongBinAnywhereFails) {
  for (const std::uint64_t k :
       {workload_.bins() - 1, workload_.size / 2, (workload_.size - 1) / 2, std::uint64_t{65'537},
        std::uint64_t{32'769}, std::uint64_t{32'768}, std::uint64_t{0}}) {
    const std::complex<double> right = std::exchange(numbers_.spectrum[k], numbers_.spectrum[k] + 100.0);
    EXPECT_NE(finding(), "") << "bin " << k;
    numbers_.spectrum[k] = right;
  }
}

TEST(Verify, FiniteBinsWhoseSquaresAreNotFailParseval) {
  const Workload workload = make_workload(48);
  Numbers numbers = naive_numbers(workload, 0, 0);
  for (auto& bin : numbers.spectrum) bin *= 1e200;
  const Recording recording = right_recording(workload);
  expect_finding(verify_arrays(workload, StepArrays(numbers.input, numbers.spectrum), recording.step(0, 0),
                               direct_bin(workload, 0, 0)),
                 "step (0, 0): Parseval's equation fails");
}

TEST(Verify, DirectBinsAreSpreadFromTheFirstStepToTheLast) {
  Workload workload = make_workload(8);
  workload.requests = 1000;
  workload.iterations = 7;
  const std::vector<DirectBin> bins = direct_bins(workload);
  ASSERT_EQ(bins.size(), 16U);
  EXPECT_EQ(bins.front().request, 0U);
  EXPECT_EQ(bins.front().iteration, 0U);
  EXPECT_EQ(bins.back().request, 999U);
  EXPECT_EQ(bins.back().iteration, 6U);
  std::set<std::uint64_t> iterations;
  for (std::size_t i = 1; i < bins.size(); ++i) {
    EXPECT_GT(bins[i].request, bins[i - 1].request + 50);
    iterations.insert(bins[i].iteration);
  }
  EXPECT_GT(iterations.size(), 2U);
}

TEST(Verify, DirectBinsOfASmallWorkloadAreAllItsSteps) {
  Workload workload = make_workload(8);
  EXPECT_EQ(direct_bins(workload).size(), 12U);
  workload.requests = workload.iterations = 1;
  EXPECT_EQ(direct_bins(workload).size(), 1U);
}

TEST(Verify, DirectBinsOfLargeStepsAreTwo) {
  const std::vector<DirectBin> bins = direct_bins(make_workload(9'000'001));
  ASSERT_EQ(bins.size(), 2U);
  EXPECT_EQ(bins.back().request, 2U);
  EXPECT_EQ(bins.back().iteration, 3U);
}

TEST(Verify, DirectBinReducesItsAnglesExactly) {
  const Workload workload = make_workload(1'000'003);
  const DirectBin bin = direct_bin(workload, 0, 1);
  std::vector<double> values(workload.size);
  generate_inputs<double>(workload.seed, 0, 1, 0, values);
  long double re = 0.0L;
  long double im = 0.0L;
  std::uint64_t turn = 0;  // k·n mod N by addition
  for (const double value : values) {
    const long double angle = 2.0L * std::numbers::pi_v<long double> * static_cast<long double>(turn) /
                              static_cast<long double>(workload.size);
    re += static_cast<long double>(value) * std::cos(angle);
    im -= static_cast<long double>(value) * std::sin(angle);
    turn = (turn + bin.bin) % workload.size;
  }
  EXPECT_NEAR(bin.value.real(), static_cast<double>(re), 1e-18 * bin.sum_abs);
  EXPECT_NEAR(bin.value.imag(), static_cast<double>(im), 1e-18 * bin.sum_abs);
}

TEST(Verify, ToleranceGrowsWithTheLogarithmOfTheSize) {
  EXPECT_DOUBLE_EQ(relative_tolerance(make_workload(1)), tolerance_factor * 0x1p-52);
  EXPECT_DOUBLE_EQ(relative_tolerance(make_workload(512)), tolerance_factor * 0x1p-52 * 10.0);
  EXPECT_DOUBLE_EQ(relative_tolerance(make_workload(512, Precision::float32)), tolerance_factor * 0x1p-23 * 10.0);
}

}  // namespace
}  // namespace overlap
