// A step on a CPU: its spectrum against the definition, its digest, and the wisdom of its plans.
#include "cpu/engines/transform.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <numbers>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "cpu/engines/fftw_team.hpp"
#include "src/base/clock.hpp"
#include "src/base/page_buffer.hpp"
#include "src/run/verify.hpp"
#include "src/workload/philox.hpp"
#include "tests/in_child.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using testing::content_of;
using testing::TemporaryFolder;
using testing::write_content;
using Complex = std::complex<long double>;

constexpr std::uint64_t request = 3;
constexpr std::uint64_t iteration = 2;

Workload workload_of(std::uint64_t size, Precision precision = Precision::float64,
                     SpectrumKind spectrum = SpectrumKind::full) {
  Workload workload;
  workload.size = size;
  workload.precision = precision;
  workload.spectrum = spectrum;
  return workload;
}

/// A step probed in a workspace of its own.
struct Computed {
  explicit Computed(const Workload& workload, const EngineOptions& options = {})
      : workspace(workspace_bytes(workload), PageBuffer::Sharing::own), transform(Transform::plan(workload, options)) {
    step.request = request;
    step.iteration = iteration;
    step.record = &record;
    arrays = transform->probe(workspace.data(), step);
  }

  PageBuffer workspace;
  std::unique_ptr<Transform> transform;
  StepRecord record{};
  Step step;
  StepArrays arrays;
};

/// Bin by bin from the definition, of the inputs as they are stored.
std::vector<Complex> spectrum_by_definition(const StepArrays& arrays) {
  const std::uint64_t size = arrays.size();
  std::vector<Complex> roots(size);
  for (std::uint64_t n = 0; n < size; ++n) {
    const long double angle =
        -2.0L * std::numbers::pi_v<long double> * static_cast<long double>(n) / static_cast<long double>(size);
    roots[n] = {std::cos(angle), std::sin(angle)};
  }
  std::vector<Complex> bins(size);
  for (std::uint64_t k = 0; k < size; ++k) {
    for (std::uint64_t n = 0; n < size; ++n) {
      bins[k] += static_cast<long double>(arrays.input(n)) * roots[k * n % size];
    }
  }
  return bins;
}

void expect_spectrum_by_definition(const Workload& workload) {
  SCOPED_TRACE(describe(workload));
  const Computed computed(workload);
  const std::vector<Complex> expected = spectrum_by_definition(computed.arrays);
  const auto size = static_cast<double>(workload.size);
  const double tolerance = 4.0 * workload.epsilon() * std::log2(2.0 * size);
  ASSERT_EQ(computed.arrays.bins(), workload.bins());
  long double input_energy = 0.0L;
  double sum_abs = 0.0;
  for (std::uint64_t n = 0; n < workload.size; ++n) {
    const double input = computed.arrays.input(n);
    input_energy += static_cast<long double>(input) * static_cast<long double>(input);
    sum_abs += std::abs(input);
  }
  long double spectrum_energy = 0.0L;
  for (const Complex& bin : expected) spectrum_energy += std::norm(bin);
  for (std::uint64_t k = 0; k < computed.arrays.bins(); ++k) {
    const std::complex<double> bin = computed.arrays.bin(k);
    ASSERT_NEAR(bin.real(), static_cast<double>(expected[k].real()), tolerance * sum_abs) << "bin " << k;
    ASSERT_NEAR(bin.imag(), static_cast<double>(expected[k].imag()), tolerance * sum_abs) << "bin " << k;
  }
  const auto energy = static_cast<double>(input_energy);
  EXPECT_NEAR(computed.record.input_energy, energy, 1e-14 * energy);
  EXPECT_NEAR(computed.record.spectrum_energy, static_cast<double>(spectrum_energy) / size, tolerance * energy);
}

TEST(Transform, IsTheDefinitionsInAllSizesPrecisionsAndKinds) {
  std::vector<std::uint64_t> sizes{97, 101, 128, 243, 255, 256, 257, 509};
  for (std::uint64_t size = 1; size <= 40; ++size) sizes.push_back(size);
  for (const std::uint64_t size : sizes) {
    for (const Precision precision : {Precision::float64, Precision::float32}) {
      for (const SpectrumKind spectrum : {SpectrumKind::full, SpectrumKind::half}) {
        expect_spectrum_by_definition(workload_of(size, precision, spectrum));
      }
    }
  }
}

// One to a few cache lines, where the inputs' place in a workspace differs from size to size, and some of many.
std::vector<std::uint64_t> sizes_of_few_lines() {
  std::vector<std::uint64_t> sizes{1000, 1001, 2049, 4100};
  for (std::uint64_t size = 1; size <= 70; ++size) sizes.push_back(size);
  return sizes;
}

/// Calls `visit` with a workload of each such size, precision and kind.
template <typename Visit>
void visit_workloads(const Visit& visit) {
  for (const std::uint64_t size : sizes_of_few_lines()) {
    for (const Precision precision : {Precision::float64, Precision::float32}) {
      for (const SpectrumKind spectrum : {SpectrumKind::full, SpectrumKind::half}) {
        const Workload workload = workload_of(size, precision, spectrum);
        SCOPED_TRACE(describe(workload));
        visit(workload);
      }
    }
  }
}

bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// The spectrum that a step left in a workspace.
std::span<const std::byte> spectrum_in(const PageBuffer& workspace, const Workload& workload) {
  return {workspace.data(), workload.spectrum_bytes()};
}

TEST(Transform, HasTheWorkloadsInputs) {
  visit_workloads([](const Workload& workload) {
    const Computed computed(workload);
    std::vector<double> inputs(workload.size);
    generate_inputs<double>(workload.seed, request, iteration, 0, inputs);
    ASSERT_EQ(computed.arrays.size(), workload.size);
    ASSERT_EQ(computed.arrays.precision(), workload.precision);
    const auto rounded = [&](double real) {
      return workload.precision == Precision::float64 ? real : static_cast<double>(static_cast<float>(real));
    };
    for (std::uint64_t n = 0; n < workload.size; ++n) ASSERT_EQ(computed.arrays.input(n), rounded(inputs[n])) << n;
  });
}

TEST(Transform, DigestsTheInputsAsTheyAreMade) {
  const Workload workload = workload_of(1001);
  std::vector<double> inputs(workload.size);
  const double energy = generate_inputs<double>(workload.seed, request, iteration, 0, inputs);
  EXPECT_EQ(Computed(workload).record.input_energy, energy);
}

TEST(Transform, ProbesWhatItComputes) {
  visit_workloads([](const Workload& workload) {
    const Computed probed(workload);
    const PageBuffer other(workspace_bytes(workload), PageBuffer::Sharing::own);
    StepRecord record{};
    Step step = probed.step;
    step.record = &record;
    probed.transform->compute(other.data(), step);
    EXPECT_EQ(probed.arrays.spectrum_bytes().data(), probed.workspace.data());
    EXPECT_TRUE(same_bytes(probed.arrays.spectrum_bytes(), spectrum_in(other, workload)));
    EXPECT_EQ(record.input_energy, probed.record.input_energy);
    EXPECT_EQ(record.spectrum_energy, probed.record.spectrum_energy);
    EXPECT_EQ(record.bin_re, probed.record.bin_re);
    EXPECT_EQ(record.bin_im, probed.record.bin_im);
  });
}

TEST(Transform, KeepsProbedInputsFromTheNextStep) {
  visit_workloads([](const Workload& workload) {
    const Computed computed(workload);
    const std::span<const std::byte> inputs = computed.arrays.input_bytes();
    const std::vector<std::byte> before(inputs.begin(), inputs.end());
    StepRecord record{};
    Step step;
    step.record = &record;
    computed.transform->compute(computed.workspace.data(), step);
    EXPECT_TRUE(same_bytes(inputs, before));
  });
}

// On both sides of the energies' and mirror's chunks of 1024 bins, and past several of them.
const std::vector<std::uint64_t> sizes_about_chunks{2046, 2047, 2048, 2049, 2050, 2051, 4097, 10'000, 10'007};

TEST(Transform, UpperHalfIsTheConjugateOfTheLower) {
  for (const std::uint64_t size : sizes_about_chunks) {
    for (const Precision precision : {Precision::float64, Precision::float32}) {
      const Computed computed(workload_of(size, precision));
      EXPECT_EQ(computed.arrays.bin(0).imag(), 0.0);
      for (std::uint64_t k = 1; k < size; ++k) {
        ASSERT_EQ(computed.arrays.bin(size - k), std::conj(computed.arrays.bin(k))) << "size " << size << ", bin " << k;
      }
    }
  }
}

TEST(Transform, HalfAndFullSpectrumAgree) {
  for (const std::uint64_t size : sizes_about_chunks) {
    const Computed full(workload_of(size));
    const Computed half(workload_of(size, Precision::float64, SpectrumKind::half));
    ASSERT_EQ(half.arrays.bins(), size / 2 + 1);
    for (std::uint64_t k = 0; k <= size / 2; ++k) ASSERT_EQ(half.arrays.bin(k), full.arrays.bin(k)) << k;
    EXPECT_EQ(half.record.spectrum_energy, full.record.spectrum_energy);
  }
}

TEST(Transform, DigestIsThatOfItsArrays) {
  for (const std::uint64_t size : sizes_about_chunks) {
    const Workload workload = workload_of(size);
    const Computed computed(workload);
    long double input_energy = 0.0L;
    long double spectrum_energy = 0.0L;
    for (std::uint64_t n = 0; n < size; ++n) {
      input_energy += std::norm(Complex(computed.arrays.input(n)));
      spectrum_energy += std::norm(Complex(computed.arrays.bin(n)));
    }
    spectrum_energy /= static_cast<long double>(size);
    const auto energy = static_cast<double>(input_energy);
    EXPECT_NEAR(computed.record.input_energy, energy, 1e-14 * energy);
    EXPECT_NEAR(computed.record.spectrum_energy, static_cast<double>(spectrum_energy), 1e-14 * energy);
    const std::complex<double> bin = computed.arrays.bin(workload.checked_bin(request, iteration));
    EXPECT_EQ(computed.record.bin_re, bin.real());
    EXPECT_EQ(computed.record.bin_im, bin.imag());
  }
}

TEST(Transform, StampsBeginAndEndAndNothingElse) {
  const std::int64_t before = now_ns();
  const Computed computed(workload_of(1000));
  EXPECT_GE(computed.record.begin_ns, before);
  EXPECT_GE(computed.record.end_ns, computed.record.begin_ns);
  EXPECT_LE(computed.record.end_ns, now_ns());
  EXPECT_EQ(computed.record.due_ns, 0);
  EXPECT_EQ(computed.record.worker, 0U);
  EXPECT_FALSE(computed.record.finished());
}

TEST(Transform, ComputesTheSameWhateverAWorkspaceHeld) {
  visit_workloads([](const Workload& workload) {
    Computed computed(workload);
    constexpr std::byte all_ones{0xff};  // of which a NaN is made
    const PageBuffer other(workspace_bytes(workload), PageBuffer::Sharing::own);
    std::fill_n(other.data(), other.bytes(), all_ones);
    computed.transform->compute(other.data(), computed.step);
    EXPECT_TRUE(same_bytes(spectrum_in(other, workload), computed.arrays.spectrum_bytes()));
  });
}

TEST(Transform, TakesNoMoreThanAFullSpectrumAndItsPadding) {
  visit_workloads([](const Workload& workload) {
    const std::uint64_t bytes = workspace_bytes(workload);
    EXPECT_GE(bytes, workload.input_bytes() + (workload.size / 2 + 1) * 2 * workload.real_bytes());
    EXPECT_LE(bytes, workload.size * 2 * workload.real_bytes() + std::uint64_t{3 * 64});
    EXPECT_GE(bytes, workload.spectrum_bytes());
  });
}

TEST(Transform, StaysWithinItsWorkspace) {
  for (const std::uint64_t size : {1U, 5U, 8U, 33U, 1000U}) {
    for (const Precision precision : {Precision::float64, Precision::float32}) {
      for (const SpectrumKind spectrum : {SpectrumKind::full, SpectrumKind::half}) {
        const Workload workload = workload_of(size, precision, spectrum);
        const std::uint64_t bytes = workspace_bytes(workload);
        EXPECT_EQ(bytes % 64, 0U);
        const PageBuffer memory(bytes + 4096, PageBuffer::Sharing::own);
        std::fill_n(memory.data(), memory.bytes(), std::byte{0xa5});
        const auto transform = Transform::plan(workload, {});
        StepRecord record{};
        Step step;
        step.record = &record;
        transform->compute(memory.data() + 64, step);
        transform->probe(memory.data() + 64, step);
        const auto untouched = [](std::byte byte) { return byte == std::byte{0xa5}; };
        EXPECT_TRUE(std::all_of(memory.data(), memory.data() + 64, untouched)) << size;
        EXPECT_TRUE(std::all_of(memory.data() + 64 + bytes, memory.data() + memory.bytes(), untouched)) << size;
      }
    }
  }
}

TEST(Transform, GivesTheSameInEveryWorkspace) {
  const Workload workload = workload_of(1000);
  const Computed first(workload);
  const PageBuffer other(workspace_bytes(workload), PageBuffer::Sharing::with_forks);
  StepRecord record{};
  Step step = first.step;
  step.record = &record;
  first.transform->compute(other.data(), step);
  EXPECT_EQ(record.spectrum_energy, first.record.spectrum_energy);
  EXPECT_TRUE(same_bytes(spectrum_in(other, workload), first.arrays.spectrum_bytes()));
}

TEST(Transform, IsTheSameOnATeam) {
  if (!fftw_takes_a_team()) GTEST_SKIP() << "this FFTW takes no threads";
  constexpr unsigned threads = 3;
  Team team(threads);
  for (const Precision precision : {Precision::float64, Precision::float32}) {
    for (const SpectrumKind spectrum : {SpectrumKind::full, SpectrumKind::half}) {
      for (const std::uint64_t size : {1U, 5U, 64U, 9'001U, 16'384U, 100'002U}) {
        const Workload workload = workload_of(size, precision, spectrum);
        const Computed alone(workload);
        const auto transform = Transform::plan(workload, {}, threads);
        PageBuffer workspace(workspace_bytes(workload), PageBuffer::Sharing::own);
        StepRecord record{};
        Step step = alone.step;
        step.record = &record;
        const StepArrays arrays = transform->probe_on(&team, workspace.data(), step);
        EXPECT_EQ(verify_arrays(workload, arrays, record, direct_bin(workload, request, iteration)), "") << size;
        EXPECT_TRUE(same_bytes(arrays.input_bytes(), alone.arrays.input_bytes())) << size;
        const double tolerance =
            16 * workload.epsilon() * std::sqrt(record.spectrum_energy * static_cast<double>(size));
        for (std::uint64_t k = 0; k < arrays.bins(); ++k) {
          ASSERT_LE(std::abs(arrays.bin(k) - alone.arrays.bin(k)), tolerance) << size << " bin " << k;
        }
        const std::vector<std::byte> probed(arrays.spectrum_bytes().begin(), arrays.spectrum_bytes().end());
        transform->compute_on(&team, workspace.data(), step);
        EXPECT_TRUE(same_bytes(spectrum_in(workspace, workload), probed)) << size;
      }
    }
  }
}

TEST(Transform, NamesItsLibrarysVersion) {
  EXPECT_EQ(fftw_version_text().rfind("fftw-3.", 0), 0U) << fftw_version_text();
}

// Wisdom

EngineOptions measured(const std::string& cache_folder) { return {Rigor::measure, cache_folder}; }

/// The wisdom file in a folder that has one entry; empty where it has another number.
std::string wisdom_file_in(const TemporaryFolder& folder) {
  if (folder.entries() != 1) return "";
  return std::filesystem::directory_iterator(folder.path())->path().string();
}

bool is_wisdom(const std::string& text) { return text.rfind("(fftw", 0) == 0 && text.find(')') != std::string::npos; }

/// The problems that a wisdom text has solutions of: the last four words of a solution's line, a hash of its problem.
std::set<std::string> problems_in(const std::string& wisdom) {
  std::set<std::string> problems;
  std::istringstream stream(wisdom);
  for (std::string line; std::getline(stream, line);) {
    std::size_t begin = line.size();
    for (int word = 0; word < 4 && begin != std::string::npos && begin > 0; ++word) begin = line.rfind("#x", begin - 1);
    if (line.rfind("  (", 0) == 0 && begin != std::string::npos) problems.insert(line.substr(begin));
  }
  return problems;
}

TEST(Wisdom, OfMeasuredPlansIsWrittenToTheCacheFolder) {
  const TemporaryFolder folder;
  for (const Precision precision : {Precision::float64, Precision::float32}) {
    const std::string cache = folder / (precision == Precision::float64 ? "a/b" : "c");  // made where it is missing
    Transform::plan(workload_of(360, precision), measured(cache));
    ASSERT_TRUE(std::filesystem::is_directory(cache));
    const std::string file = std::filesystem::directory_iterator(cache)->path().string();
    EXPECT_NE(file.find(fftw_version_text()), std::string::npos) << file;
    EXPECT_TRUE(is_wisdom(content_of(file))) << content_of(file);
  }
}

TEST(Wisdom, OfBothPrecisionsLiesSideBySide) {
  const TemporaryFolder folder;
  Transform::plan(workload_of(180), measured(folder.path().string()));
  Transform::plan(workload_of(180, Precision::float32), measured(folder.path().string()));
  EXPECT_EQ(folder.entries(), 2U);
}

TEST(Wisdom, OfEstimatedPlansIsNotWritten) {
  const TemporaryFolder folder;
  Transform::plan(workload_of(360), {Rigor::estimate, folder.path().string()});
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(Wisdom, WithoutACacheFolderIsNoError) {
  expect_spectrum_by_definition(workload_of(36));
  const Computed computed(workload_of(36), measured(""));
  EXPECT_GT(computed.record.spectrum_energy, 0.0);
}

TEST(Wisdom, InAFolderThatCannotBeMadeIsNoError) {
  const TemporaryFolder folder;
  write_content(folder / "file", "");
  const Computed computed(workload_of(36), measured(folder / "file/cache"));
  EXPECT_GT(computed.record.spectrum_energy, 0.0);
}

TEST(Wisdom, ThatIsSpoiltIsNoErrorAndIsMadeAnew) {
  for (const char* spoilt : {"", "no wisdom", "(fftw-3.3.10 fftw_wisdom #x0 #x0 #x0 #x0\n", "\xff\xfe\x01"}) {
    const TemporaryFolder folder;
    Transform::plan(workload_of(240), measured(folder.path().string()));
    const std::string file = wisdom_file_in(folder);
    ASSERT_FALSE(file.empty());
    write_content(file, spoilt);
    const Computed computed(workload_of(240), measured(folder.path().string()));
    EXPECT_GT(computed.record.spectrum_energy, 0.0);
    EXPECT_TRUE(is_wisdom(content_of(file))) << content_of(file);
    EXPECT_EQ(folder.entries(), 1U);
  }
}

TEST(Wisdom, OfEarlierRunsIsReadAndKept) {
  // Another process plans a size that no other test does, this one another: the file has both only if this process has
  // read it before it wrote it.
  const TemporaryFolder folder;
  ASSERT_EQ(testing::run_in_child([&] {
              Transform::plan(workload_of(7 * 13 * 17), measured(folder.path().string()));
              return true;
            }),
            "exit 0");
  const std::string file = wisdom_file_in(folder);
  ASSERT_FALSE(file.empty());
  const std::set<std::string> earlier = problems_in(content_of(file));
  Transform::plan(workload_of(9 * 25), measured(folder.path().string()));
  const std::set<std::string> now = problems_in(content_of(file));
  EXPECT_GT(earlier.size(), 2U);
  EXPECT_TRUE(std::includes(now.begin(), now.end(), earlier.begin(), earlier.end()));
}

}  // namespace
}  // namespace overlap
