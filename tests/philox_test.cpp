// The workload's numbers: published answers, an implementation of the paper's formulas, and NumPy.
#include "src/workload/philox.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "src/workload/workload.hpp"

namespace overlap {
namespace {

constexpr std::uint64_t ones = std::numeric_limits<std::uint64_t>::max();

/// Philox4x64-10 as the paper gives it (Salmon et al. 2011), apart from the library that the tool uses.
PhiloxBlock philox_by_formula(PhiloxBlock counter, std::array<std::uint64_t, 2> key) {
  __extension__ using Wide = unsigned __int128;
  for (int round = 0; round < 10; ++round) {
    const Wide first = Wide{0xD2E7470EE14C6C93} * counter[0];
    const Wide second = Wide{0xCA5A826395121157} * counter[2];
    const auto high = [](Wide product) { return static_cast<std::uint64_t>(product >> 64); };
    const auto low = [](Wide product) { return static_cast<std::uint64_t>(product); };
    counter = {high(second) ^ counter[1] ^ key[0], low(second), high(first) ^ counter[3] ^ key[1], low(first)};
    key[0] += 0x9E3779B97F4A7C15;
    key[1] += 0xBB67AE8584CAA73B;
  }
  return counter;
}

/// Random123's, by the same arguments.
PhiloxBlock philox_by_library(const PhiloxBlock& counter, const std::array<std::uint64_t, 2>& key) {
  const r123::Philox4x64::ctr_type c{{counter[0], counter[1], counter[2], counter[3]}};
  const r123::Philox4x64::key_type k{{key[0], key[1]}};
  const auto numbers = r123::Philox4x64{}(c, k);
  return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

struct KnownAnswer {
  PhiloxBlock counter;
  std::array<std::uint64_t, 2> key;
  PhiloxBlock answer;
};

// The three vectors "philox4x64 10" of Random123's kat_vectors: zeros, ones, the digits of pi.
const std::array<KnownAnswer, 3> known_answers{
    {{{0, 0, 0, 0}, {0, 0}, {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
     {{ones, ones, ones, ones},
      {ones, ones},
      {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
     {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
      {0x452821e638d01377, 0xbe5466cf34e90c6c},
      {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}}}};

TEST(Philox, LibraryGivesThePublishedAnswers) {
  for (const KnownAnswer& known : known_answers) EXPECT_EQ(philox_by_library(known.counter, known.key), known.answer);
}

TEST(Philox, FormulaGivesThePublishedAnswers) {
  for (const KnownAnswer& known : known_answers) EXPECT_EQ(philox_by_formula(known.counter, known.key), known.answer);
}

TEST(Philox, FirstBlockOfSeedZeroIsThePublishedAnswerForZeros) {
  EXPECT_EQ(philox_block(0, Stream::waits, 0, 0, 0), known_answers[0].answer);
}

TEST(Philox, KeyIsSeedAndStreamAndCounterIsBlockRequestIteration) {
  const std::array<std::uint64_t, 6> words{0, 1, 5, std::uint64_t{1} << 32, std::uint64_t{1} << 63, ones};
  for (const std::uint64_t seed : words) {
    for (const std::uint64_t block : words) {
      for (const std::uint64_t request : words) {
        for (const std::uint64_t iteration : words) {
          const PhiloxBlock counter{block, request, iteration, 0};
          ASSERT_EQ(philox_block(seed, Stream::waits, block, request, iteration),
                    philox_by_formula(counter, {seed, 0}));
          ASSERT_EQ(philox_block(seed, Stream::inputs, block, request, iteration),
                    philox_by_formula(counter, {seed, 1}));
        }
      }
    }
  }
}

TEST(Philox, RealsAreTheUpper53BitsAsAFraction) {
  EXPECT_EQ(to_real(0), 0.0);
  EXPECT_EQ(to_real(0x7ff), 0.0);
  EXPECT_EQ(to_real(0x800), 0x1p-53);
  EXPECT_EQ(to_real(std::uint64_t{1} << 63), 0.5);
  EXPECT_EQ(to_real(ones), 1.0 - 0x1p-53);
  EXPECT_LT(to_real(ones), 1.0);
}

/// Real `n` of a step, one at a time, by the definition.
double input_by_definition(std::uint64_t seed, std::uint64_t request, std::uint64_t iteration, std::uint64_t n) {
  const PhiloxBlock block = philox_by_formula({n / 4, request, iteration, 0}, {seed, 1});
  return static_cast<double>(block[n % 4] >> 11) * 0x1p-53;
}

template <typename Real>
void expect_inputs_by_definition(std::uint64_t first, std::size_t size) {
  constexpr Real untouched = -7;
  std::vector<Real> values(size + 1, untouched);
  const double energy = generate_inputs<Real>(42, 3, 2, first, {values.data(), size});
  long double expected_energy = 0.0L;
  for (std::size_t n = 0; n < size; ++n) {
    ASSERT_EQ(values[n], static_cast<Real>(input_by_definition(42, 3, 2, first + n))) << "size " << size << ", n " << n;
    expected_energy += static_cast<long double>(values[n]) * static_cast<long double>(values[n]);
  }
  EXPECT_EQ(values[size], untouched) << "size " << size;
  EXPECT_NEAR(energy, static_cast<double>(expected_energy), 1e-14 * static_cast<double>(expected_energy));
}

TEST(GenerateInputs, WritesEverySizeAndNotAWordMore) {
  for (std::size_t size = 0; size <= 9; ++size) {
    expect_inputs_by_definition<double>(0, size);
    expect_inputs_by_definition<float>(0, size);
  }
  // On both sides of the sums' chunks of 512 blocks, and past several of them.
  for (const std::size_t size : {1001U, 2047U, 2048U, 2049U, 2051U, 4096U, 4099U, 10'007U}) {
    expect_inputs_by_definition<double>(0, size);
    expect_inputs_by_definition<float>(0, size);
  }
}

TEST(GenerateInputs, CanBeginAtAnyMultipleOfFour) {
  for (const std::uint64_t first : {4U, 8U, 400U, 2048U, 1'000'000U}) {
    expect_inputs_by_definition<double>(first, 17);
    expect_inputs_by_definition<float>(first, 17);
  }
}

TEST(GenerateInputs, CanBeginBeyond32Bits) {
  for (const std::uint64_t first : {std::uint64_t{1} << 33, std::uint64_t{1} << 40, (std::uint64_t{1} << 63) - 4}) {
    expect_inputs_by_definition<double>(first, 11);
  }
}

TEST(GenerateInputs, PartsAreTheWhole) {
  std::vector<double> whole(1003);
  generate_inputs<double>(1, 0, 0, 0, whole);
  std::vector<double> parts(whole.size());
  for (std::size_t first = 0; first < parts.size(); first += 100) {
    const std::size_t size = std::min<std::size_t>(100, parts.size() - first);
    generate_inputs<double>(1, 0, 0, first, {parts.data() + first, size});
  }
  EXPECT_EQ(parts, whole);
}

TEST(GenerateInputs, FloatsAreTheDoublesRoundedToNearest) {
  constexpr std::size_t size = 5000;
  std::vector<double> doubles(size);
  std::vector<float> floats(size);
  generate_inputs<double>(9, 1, 4, 0, doubles);
  generate_inputs<float>(9, 1, 4, 0, floats);
  for (std::size_t n = 0; n < size; ++n) {
    const double error = std::abs(static_cast<double>(floats[n]) - doubles[n]);
    const double below = doubles[n] - static_cast<double>(std::nextafter(floats[n], -1.0F));
    const double above = static_cast<double>(std::nextafter(floats[n], 2.0F)) - doubles[n];
    ASSERT_LE(error, std::min(below, above)) << "n " << n;
  }
}

TEST(GenerateInputs, EveryStepHasItsOwn) {
  const auto inputs = [](std::uint64_t seed, std::uint64_t request, std::uint64_t iteration) {
    std::vector<double> values(8);
    generate_inputs<double>(seed, request, iteration, 0, values);
    return values;
  };
  EXPECT_EQ(inputs(1, 2, 3), inputs(1, 2, 3));
  EXPECT_NE(inputs(1, 2, 3), inputs(2, 2, 3));
  EXPECT_NE(inputs(1, 2, 3), inputs(1, 3, 3));
  EXPECT_NE(inputs(1, 2, 3), inputs(1, 2, 4));
  EXPECT_NE(inputs(1, 2, 3), inputs(1, 3, 2));
}

struct StepOf {
  std::uint64_t seed;
  std::uint64_t request;
  std::uint64_t iteration;
  std::uint64_t size;
};

const std::array<StepOf, 9> steps_for_numpy{{{1, 0, 0, 1},
                                             {1, 0, 0, 7},
                                             {1, 3, 2, 4},
                                             {0, 0, 1, 9},
                                             {1, 9, 4, 10'007},
                                             {12'345'678'901'234'567U, 1'000'000, 3, 6},
                                             {ones, 0, 0, 5},
                                             {7, ones, 1, 5},
                                             {7, 1, ones, 5}}};

/// What NumPy draws for these steps, one after the other; `stream` is the key's second word. One call for all, as an
/// interpreter takes a while to start.
std::vector<double> draws_of_numpy(std::uint64_t stream) {
  std::string steps;
  for (const StepOf& step : steps_for_numpy) {
    steps += fmt::format("({},{},{},{}),", step.seed, step.request, step.iteration, step.size);
  }
  const std::string program = fmt::format(
      "import sys\n"
      "from numpy.random import Generator, Philox\n"
      "for seed, i, j, n in [{}]:\n"
      "  bits = Philox(key=seed + ({} << 64), counter=((j << 128) + (i << 64) - 1) % 2**256)\n"
      "  sys.stdout.buffer.write(Generator(bits).random(n).astype('<f8').tobytes())\n",
      steps, stream);
  const std::string command = fmt::format("{} -c \"{}\"", OVERLAP_PYTHON, program);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::vector<double> draws;
  double draw = 0.0;
  while (pipe != nullptr && std::fread(&draw, sizeof(draw), 1, pipe.get()) == 1) draws.push_back(draw);
  return draws;
}

TEST(NumPy, DrawsTheSameInputsBitForBit) {
  if (std::string(OVERLAP_PYTHON).empty()) GTEST_SKIP() << "no Python with NumPy was found when this was configured";
  std::vector<double> ours;
  for (const StepOf& step : steps_for_numpy) {
    std::vector<double> values(step.size);
    generate_inputs<double>(step.seed, step.request, step.iteration, 0, values);
    ours.insert(ours.end(), values.begin(), values.end());
  }
  const std::vector<double> numpys = draws_of_numpy(1);
  ASSERT_EQ(numpys.size(), ours.size());
  EXPECT_EQ(std::memcmp(numpys.data(), ours.data(), ours.size() * sizeof(double)), 0);
}

TEST(NumPy, DrawsTheSameWaitsAndBins) {
  if (std::string(OVERLAP_PYTHON).empty()) GTEST_SKIP() << "no Python with NumPy was found when this was configured";
  const std::vector<double> numpys = draws_of_numpy(0);
  std::size_t begin = 0;
  for (const StepOf& step : steps_for_numpy) {
    ASSERT_LE(begin + step.size, numpys.size());
    Workload workload;  // waits are uniform in [0, 1) s
    workload.seed = step.seed;
    EXPECT_EQ(workload.wait_ns(step.request, step.iteration), std::llround(numpys[begin] * 1e9));
    if (step.size > 1) {
      const auto bin = static_cast<std::uint64_t>(numpys[begin + 1] * 4e6);
      EXPECT_EQ(workload.checked_bin(step.request, step.iteration), bin);
    }
    begin += step.size;
  }
}

}  // namespace
}  // namespace overlap
