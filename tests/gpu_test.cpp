// The CUDA engines on a real device, through the tool driven as a process: skipped where the tool has none. The tool
// lies beside this program, so that a build tree can be carried to a machine with a GPU.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "src/run/engine_module.hpp"
#include "src/run/verify.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::content_of;
using testing::Output;
using testing::TemporaryFolder;

using Arguments = std::vector<std::string>;

Output tool(const Arguments& arguments) { return testing::run(program_folder() + "/overlap", arguments); }

std::string shown(const Arguments& arguments) {
  std::string text = "overlap";
  for (const std::string& argument : arguments) text += ' ' + argument;
  return text;
}

/// What `overlap list` says of an executor: empty where it is available, else why it is not.
std::string unavailable(const std::string& executor) {
  const Output list = tool({"list"});
  std::istringstream lines(list.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    std::string state;
    words >> name >> state;
    if (name != executor) continue;
    return state == "available" ? "" : line.substr(line.find(state));
  }
  return "overlap list does not name " + executor + ": " + list.out + list.err;
}

/// Runs, and expects each row to be ok and verified, with all its steps; the report, null where it can't be read.
json expect_right(const Arguments& options, std::uint64_t steps) {
  Arguments arguments = {"run", "--format", "json"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  SCOPED_TRACE(shown(arguments));
  const Output output = tool(arguments);
  EXPECT_EQ(output.status, 0) << output.err;
  json report = json::parse(output.out, nullptr, false);
  if (report.is_discarded()) {
    ADD_FAILURE() << "no report: " << output.out << output.err;
    return {};
  }
  for (const json& run : report.at("runs")) {
    SCOPED_TRACE(run.at("executor").dump() + ' ' + run.at("reason").dump() + ' ' + run.at("notes").dump());
    EXPECT_EQ(run.at("status"), "ok");
    EXPECT_EQ(run.at("verified"), true);
    EXPECT_EQ(run.at("steps_finished"), steps);
  }
  return report;
}

/// The most steps of a run that were between their begin and end at once.
int most_at_once(const json& steps) {
  std::vector<std::pair<double, int>> changes;
  for (const double begin_s : steps.at("begin_s")) changes.emplace_back(begin_s, 1);
  for (const double end_s : steps.at("end_s")) changes.emplace_back(end_s, -1);
  std::sort(changes.begin(), changes.end());
  int now = 0;
  int most = 0;
  for (const auto& [time_s, change] : changes) {
    now += change;
    most = std::max(most, now);
  }
  return most;
}

/// The numbers of a .npy file, as they lie there.
template <typename Number>
std::vector<Number> numbers_of(const std::string& npy) {
  constexpr std::size_t preamble = 10;  // magic, version and the header's length
  if (npy.size() < preamble) return {};
  const std::size_t header = static_cast<unsigned char>(npy[8]) + 256U * static_cast<unsigned char>(npy[9]);
  std::vector<Number> numbers((npy.size() - preamble - header) / sizeof(Number));
  std::memcpy(numbers.data(), npy.data() + preamble + header, numbers.size() * sizeof(Number));
  return numbers;
}

/// One step of an engine, saved: its input's file and its spectrum's.
std::pair<std::string, std::string> saved_step(const std::string& engine, const Arguments& workload) {
  const TemporaryFolder folder;
  Arguments arguments = {"step",
                         "--engine",
                         engine,
                         "--request",
                         "3",
                         "--iteration",
                         "2",
                         "--seed",
                         "18446744073709551615",
                         "--save-input",
                         folder / "x.npy",
                         "--save-spectrum",
                         folder / "z.npy"};
  arguments.insert(arguments.end(), workload.begin(), workload.end());
  SCOPED_TRACE(shown(arguments));
  const Output output = tool(arguments);
  EXPECT_EQ(output.status, 0) << output.err;
  return {content_of(folder / "x.npy"), content_of(folder / "z.npy")};
}

template <typename Real>
void expect_same_step(const std::string& engine, const std::string& precision, const std::string& spectrum) {
  const Arguments workload = {"--size", "100003", "--precision", precision, "--spectrum", spectrum};
  SCOPED_TRACE(engine + ' ' + precision + ' ' + spectrum);
  const auto [expected_input, expected_spectrum] = saved_step("fftw", workload);
  const auto [input, bins] = saved_step(engine, workload);
  EXPECT_TRUE(input == expected_input) << "the inputs differ";

  const auto reals = numbers_of<Real>(expected_input);
  ASSERT_EQ(reals.size(), 100003U);
  double sum_abs = 0.0;
  for (const Real real : reals) sum_abs += std::abs(static_cast<double>(real));
  const double epsilon = static_cast<double>(std::numeric_limits<Real>::epsilon());
  const double tolerance = tolerance_factor * epsilon * std::log2(2.0 * static_cast<double>(reals.size())) * sum_abs;

  const auto expected = numbers_of<std::complex<Real>>(expected_spectrum);
  const auto found = numbers_of<std::complex<Real>>(bins);
  ASSERT_EQ(found.size(), expected.size());
  std::size_t wrong = 0;
  for (std::size_t k = 0; k < found.size(); ++k) {
    // Written so that NaN is wrong too.
    if (!(std::abs(found[k] - expected[k]) <= tolerance)) ++wrong;
  }
  EXPECT_EQ(wrong, 0U) << "of " << found.size() << " bins, at a tolerance of " << tolerance;
}

class Gpu : public ::testing::Test {
 protected:
  void SetUp() override {
    static const std::string reason = unavailable("coroutine/cuda");
    if (!reason.empty()) GTEST_SKIP() << "coroutine/cuda is " << reason;
  }
};

TEST_F(Gpu, EveryDriverComputesWhatFftwDoes) {
  std::string executors = "sequential/fftw";
  for (const char* engine : {"cuda", "cuda-copy"}) {
    for (const char* driver : {"sequential", "coroutine", "threads", "processes"}) {
      executors += std::string(",").append(driver).append("/").append(engine);
    }
  }
  const json report = expect_right(
      {"--executors", executors, "--requests", "6", "--iterations", "4", "--size", "10000", "--wait", "uniform:0:4ms"},
      24);
  ASSERT_FALSE(report.is_null());
  EXPECT_EQ(report.at("runs").size(), 9U);
  EXPECT_EQ(report.at("reference"), "sequential/fftw");
}

/// Sizes of 1, of no multiple of four or two, and a prime, for which cuFFT has other algorithms.
void expect_right_in_every_size(const std::string& precision) {
  for (const char* spectrum : {"full", "half"}) {
    for (const char* size : {"1", "2", "1001", "4098", "65537"}) {
      expect_right(
          {"--executors", "coroutine/fftw,coroutine/cuda,coroutine/cuda-copy", "--requests", "3", "--iterations", "2",
           "--wait", "none", "--precision", precision, "--spectrum", spectrum, "--size", size},
          6);
    }
  }
}

TEST_F(Gpu, TransformsDoublesOfOddAndSmallSizes) { expect_right_in_every_size("double"); }

TEST_F(Gpu, TransformsFloatsOfOddAndSmallSizes) { expect_right_in_every_size("float"); }

TEST_F(Gpu, MakesTheInputsOfTheCpuBitForBitAndTheSpectrumWithinTolerance) {
  for (const char* engine : {"cuda", "cuda-copy"}) {
    for (const char* spectrum : {"full", "half"}) {
      expect_same_step<double>(engine, "double", spectrum);
      expect_same_step<float>(engine, "float", spectrum);
    }
  }
}

TEST_F(Gpu, ComputesLargeStepsInOrderHoweverTheirEndIsSeen) {
  for (const char* completion : {"poll", "block"}) {
    expect_right({"--executors", "coroutine/cuda,threads/cuda,coroutine/cuda-copy", "--requests", "12", "--iterations",
                  "2", "--size", "4M", "--wait", "none", "--completion", completion},
                 24);
  }
}

TEST_F(Gpu, TakesTenThousandRequestsThroughFourStreams) {
  const json report = expect_right({"--executors", "coroutine/fftw,coroutine/cuda", "--requests", "10000",
                                    "--iterations", "2", "--size", "256", "--wait", "uniform:0:20ms", "--streams", "4"},
                                   20'000);
  ASSERT_FALSE(report.is_null());
  EXPECT_LE(most_at_once(report.at("runs").at(1).at("steps")), 4);
}

TEST_F(Gpu, SharesItselfAmongProcesses) {
  expect_right({"--executors", "coroutine/fftw,processes/cuda", "--requests", "12", "--iterations", "3", "--workers",
                "4", "--size", "65536", "--wait", "uniform:0:4ms"},
               36);
}

/// What docs/examples/sort.c leaves of a step.
std::array<double, 3> sorted_by_hand(std::uint64_t seed, std::uint64_t request, std::uint64_t iteration,
                                     std::uint64_t size) {
  std::vector<double> numbers(size);
  std::uint64_t state = seed ^ (request << 40U) ^ (iteration << 20U);
  for (double& number : numbers) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    number = static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1p-53;
  }
  std::sort(numbers.begin(), numbers.end());
  return {numbers.front(), numbers[size / 2], numbers.back()};
}

TEST_F(Gpu, RunsAComputeOfTheUsersOwnUnderEveryDriver) {
  const json report =
      expect_right({"--compute", program_folder() + "/sort_gpu.so", "--executors", "*/own,*/own-async", "--requests",
                    "5", "--iterations", "4", "--size", "10001", "--wait", "uniform:0:4ms", "--streams", "3"},
                   20);
  ASSERT_FALSE(report.is_null());
  ASSERT_EQ(report.at("runs").size(), 8U);
  const json& steps = report.at("runs").at(0).at("steps");
  for (std::uint64_t request = 0; request < 5; ++request) {
    for (std::uint64_t iteration = 0; iteration < 4; ++iteration) {
      const std::array<double, 3> expected = sorted_by_hand(1, request, iteration, 10001);
      for (std::size_t result = 0; result < expected.size(); ++result) {
        EXPECT_EQ(steps.at("result_" + std::to_string(result)).at(request * 4 + iteration), expected[result]);
      }
    }
  }
}

}  // namespace
}  // namespace overlap
