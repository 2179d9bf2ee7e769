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
#include "src/clock.hpp"
#include "src/page_buffer.hpp"
#include "src/philox.hpp"
#include "src/verify.hpp"
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

/// A step computed in a workspace of its own.
struct Computed {
  explicit Computed(const Workload& workload, const EngineOptions& options = {})
      : workspace(workspace_bytes(workload), PageBuffer::Sharing::own), transform(Transform::plan(workload, options)) {
    step.request = request;
    step.iteration = iteration;
    step.record = &record;
    transform->poison(workspace.data());
    transform->compute(workspace.data(), step);
    arrays = transform->view(workspace.data());
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

TEST(Transform, HasTheWorkloadsInputs) {
  const Workload workload = workload_of(1001);
  const Computed computed(workload);
  std::vector<double> inputs(workload.size);
  const double energy = generate_inputs<double>(workload.seed, request, iteration, 0, inputs);
  for (std::uint64_t n = 0; n < workload.size; ++n) ASSERT_EQ(computed.arrays.input(n), inputs[n]) << n;
  EXPECT_EQ(computed.record.input_energy, energy);

  const Computed in_float(workload_of(1001, Precision::float32));
  EXPECT_EQ(in_float.arrays.precision(), Precision::float32);
  for (std::uint64_t n = 0; n < workload.size; ++n) {
    ASSERT_EQ(in_float.arrays.input(n), static_cast<double>(static_cast<float>(inputs[n]))) << n;
  }
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

TEST(Transform, PoisonReachesEveryBinAndComputeEveryBinToo) {
  for (const std::uint64_t size : {1U, 2U, 3U, 4U, 7U, 8U, 1000U, 2049U, 4100U}) {
    for (const Precision precision : {Precision::float64, Precision::float32}) {
      for (const SpectrumKind spectrum : {SpectrumKind::full, SpectrumKind::half}) {
        Computed computed(workload_of(size, precision, spectrum));
        const auto count_nan = [&] {
          std::uint64_t nans = 0;
          for (std::uint64_t k = 0; k < computed.arrays.bins(); ++k) {
            const std::complex<double> bin = computed.arrays.bin(k);
            nans += (std::isnan(bin.real()) ? 1U : 0U) + (std::isnan(bin.imag()) ? 1U : 0U);
          }
          return nans;
        };
        computed.transform->poison(computed.workspace.data());
        EXPECT_EQ(count_nan(), 2 * computed.arrays.bins()) << size;
        computed.transform->compute(computed.workspace.data(), computed.step);
        EXPECT_EQ(count_nan(), 0U) << size;
      }
    }
  }
}

TEST(Transform, StaysWithinItsWorkspace) {
  for (const std::uint64_t size : {1U, 5U, 8U, 33U, 1000U}) {
    for (const Precision precision : {Precision::float64, Precision::float32}) {
      for (const SpectrumKind spectrum : {SpectrumKind::full, SpectrumKind::half}) {
        const Workload workload = workload_of(size, precision, spectrum);
        const std::uint64_t bytes = workspace_bytes(workload);
        EXPECT_GE(bytes, workload.input_bytes() + workload.spectrum_bytes());
        EXPECT_EQ(bytes % 64, 0U);
        const PageBuffer memory(bytes + 4096, PageBuffer::Sharing::own);
        std::fill_n(memory.data(), memory.bytes(), std::byte{0xa5});
        const auto transform = Transform::plan(workload, {});
        StepRecord record{};
        Step step;
        step.record = &record;
        transform->poison(memory.data() + 64);
        transform->compute(memory.data() + 64, step);
        const auto untouched = [](std::byte byte) { return byte == std::byte{0xa5}; };
        EXPECT_TRUE(std::all_of(memory.data(), memory.data() + 64, untouched)) << size;
        EXPECT_TRUE(std::all_of(memory.data() + 64 + bytes, memory.data() + memory.bytes(), untouched)) << size;
      }
    }
  }
}

TEST(Transform, GivesTheSameInEveryWorkspace) {
  const Workload workload = workload_of(1000);
  Computed first(workload);
  const PageBuffer other(workspace_bytes(workload), PageBuffer::Sharing::with_forks);
  StepRecord record{};
  Step step = first.step;
  step.record = &record;
  first.transform->compute(other.data(), step);
  EXPECT_EQ(record.spectrum_energy, first.record.spectrum_energy);
  const StepArrays arrays = first.transform->view(other.data());
  for (std::uint64_t k = 0; k < workload.size; ++k) ASSERT_EQ(arrays.bin(k), first.arrays.bin(k));
}

bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
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
        transform->poison(workspace.data());
        StepRecord record{};
        Step step = alone.step;
        step.record = &record;
        transform->compute(workspace.data(), step, &team);
        const StepArrays arrays = transform->view(workspace.data());
        EXPECT_EQ(verify_arrays(workload, arrays, record, direct_bin(workload, request, iteration)), "") << size;
        EXPECT_TRUE(same_bytes(arrays.input_bytes(), alone.arrays.input_bytes())) << size;
        const double tolerance =
            16 * workload.epsilon() * std::sqrt(record.spectrum_energy * static_cast<double>(size));
        for (std::uint64_t k = 0; k < arrays.bins(); ++k) {
          ASSERT_LE(std::abs(arrays.bin(k) - alone.arrays.bin(k)), tolerance) << size << " bin " << k;
        }
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
