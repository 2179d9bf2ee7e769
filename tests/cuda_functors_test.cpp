// The GPU's per-element functors, run on the host: bit for bit the CPU's inputs, and spectra against direct sums.
#include "cuda/functors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

#include "cuda/error_kind.hpp"
#include "src/workload/philox.hpp"

namespace overlap {
namespace {

/// An array aligned as a GPU's memory is, with a guard behind it.
template <typename Real>
class Guarded {
 public:
  explicit Guarded(std::size_t size) : packets_(size / Packet<Real>::size + 2), size_(size) {
    for (std::size_t n = 0; n < packets_.size() * Packet<Real>::size; ++n) data()[n] = untouched;
  }

  Real* data() { return packets_.front().values; }
  std::vector<Real> values() { return {data(), data() + size_}; }
  bool guard_stands() { return data()[size_] == untouched; }

 private:
  static constexpr Real untouched = -7;
  std::vector<Packet<Real>> packets_;
  std::size_t size_;
};

/// The sum of a functor's terms, in order, as one thread of a kernel would have it.
template <typename Functor>
double sum_of(const Functor& functor, std::uint64_t count) {
  double sum = 0.0;
  for (std::uint64_t i = 0; i < count; ++i) sum += functor(i, functor.load(i));
  return sum;
}

template <typename Real>
class FunctorsTest : public testing::Test {};
using Reals = testing::Types<double, float>;
TYPED_TEST_SUITE(FunctorsTest, Reals, );

TYPED_TEST(FunctorsTest, GeneratesTheCpusInputsBitForBitAndNotAWordMore) {
  using Real = TypeParam;
  for (const std::size_t size : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 1000U, 1023U, 4097U, 20'002U}) {
    Guarded<Real> inputs(size);
    const GenerateQuad<Real> generate{inputs.data(), size, 42, 3, 2};
    const double energy = sum_of(generate, quads_of(size));

    std::vector<Real> expected(size);
    const double expected_energy = generate_inputs<Real>(42, 3, 2, 0, expected);
    ASSERT_EQ(inputs.values(), expected) << "size " << size;
    EXPECT_NEAR(energy, expected_energy, 1e-13 * expected_energy) << "size " << size;
    EXPECT_TRUE(inputs.guard_stands()) << "size " << size;
  }
}

TYPED_TEST(FunctorsTest, GeneratesTheCpusInputsAtTheEndsOfTheCountersWords) {
  using Real = TypeParam;
  constexpr std::uint64_t ones = ~std::uint64_t{0};
  constexpr std::size_t size = 10;
  for (const std::uint64_t seed : {std::uint64_t{0}, ones}) {
    for (const std::uint64_t request : {std::uint64_t{0}, std::uint64_t{1} << 32, ones}) {
      for (const std::uint64_t iteration : {std::uint64_t{0}, ones}) {
        Guarded<Real> inputs(size);
        sum_of(GenerateQuad<Real>{inputs.data(), size, seed, request, iteration}, quads_of(size));
        std::vector<Real> expected(size);
        generate_inputs<Real>(seed, request, iteration, 0, expected);
        ASSERT_EQ(inputs.values(), expected);
      }
    }
  }
}

TYPED_TEST(FunctorsTest, MakesQuadsBeyond32Bits) {
  using Real = TypeParam;
  constexpr std::uint64_t first = std::uint64_t{1} << 40;
  const GenerateQuad<Real> generate{nullptr, first + 3, 1, 2, 3};
  const Quad<Real> quad = generate.load(first / 4);
  std::vector<Real> expected(3);
  generate_inputs<Real>(1, 2, 3, first, expected);
  for (std::size_t lane = 0; lane < 3; ++lane) EXPECT_EQ(quad.values[lane], expected[lane]);
  EXPECT_EQ(quad.values[3], Real{0});
}

TYPED_TEST(FunctorsTest, EnergyOfInputsCopiedInIsThatOfGeneratedOnes) {
  using Real = TypeParam;
  for (const std::size_t size : {1U, 2U, 3U, 4U, 5U, 1001U}) {
    Guarded<Real> inputs(size);
    const double generated = sum_of(GenerateQuad<Real>{inputs.data(), size, 5, 6, 7}, quads_of(size));
    EXPECT_EQ(sum_of(SquareQuad<Real>{inputs.data(), size}, quads_of(size)), generated) << "size " << size;
  }
}

/// numpy.fft.fft, by its definition, in long double.
template <typename Real>
std::vector<std::complex<long double>> direct_transform(std::span<const Real> inputs) {
  const std::size_t size = inputs.size();
  std::vector<std::complex<long double>> bins(size);
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t n = 0; n < size; ++n) {
      const long double angle = -2.0L * std::numbers::pi_v<long double> * static_cast<long double>(k * n % size) /
                                static_cast<long double>(size);
      bins[k] += static_cast<long double>(inputs[n]) * std::polar(1.0L, angle);
    }
  }
  return bins;
}

template <typename Real>
void expect_filled(std::size_t size, bool full) {
  SCOPED_TRACE(testing::Message() << "size " << size << (full ? ", full" : ", half"));
  std::vector<Real> inputs(size);
  generate_inputs<Real>(11, 0, 0, 0, inputs);
  const auto expected = direct_transform<Real>(inputs);

  constexpr Real unwritten = -99;
  std::vector<Bin<Real>> bins(size + 1, {unwritten, unwritten});
  for (std::size_t k = 0; k < half_bins_of(size); ++k) {
    bins[k] = {static_cast<Real>(expected[k].real()), static_cast<Real>(expected[k].imag())};
  }
  const double energy = sum_of(FillBin<Real>{bins.data(), size, full}, half_bins_of(size));

  const double tolerance = 16.0 * static_cast<double>(std::numeric_limits<Real>::epsilon()) * static_cast<double>(size);
  long double expected_energy = 0.0L;
  for (const std::complex<long double>& bin : expected) expected_energy += std::norm(bin);
  EXPECT_NEAR(energy, static_cast<double>(expected_energy), tolerance * static_cast<double>(expected_energy));
  for (std::size_t k = 0; k < size; ++k) {
    if (full || k < half_bins_of(size)) {
      ASSERT_NEAR(bins[k].re, static_cast<double>(expected[k].real()), tolerance) << "bin " << k;
      ASSERT_NEAR(bins[k].im, static_cast<double>(expected[k].imag()), tolerance) << "bin " << k;
    } else {
      ASSERT_EQ(bins[k].re, unwritten) << "bin " << k;
      ASSERT_EQ(bins[k].im, unwritten) << "bin " << k;
    }
  }
  EXPECT_EQ(bins[size].re, unwritten);
}

TYPED_TEST(FunctorsTest, FillGivesTheSpectrumAndItsEnergyOfEverySize) {
  for (const std::size_t size : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 64U, 65U, 100U, 127U}) {
    expect_filled<TypeParam>(size, true);
    expect_filled<TypeParam>(size, false);
  }
}

TEST(FunctorsLayout, BinsLieAsComplexNumbers) {
  static_assert(sizeof(Bin<double>) == sizeof(std::complex<double>) && alignof(Bin<double>) == 16);
  static_assert(sizeof(Bin<float>) == sizeof(std::complex<float>) && alignof(Bin<float>) == 8);
  const std::complex<double> complex{1.5, -2.5};
  Bin<double> bin{};
  std::memcpy(&bin, &complex, sizeof(bin));
  EXPECT_EQ(bin.re, 1.5);
  EXPECT_EQ(bin.im, -2.5);
}

TEST(CudaErrors, OnlyAFailedReservationLeavesRoomForFewerSlots) {
  EXPECT_EQ(kind_of_cuda_error(2), DeviceError::Kind::out_of_memory);
  EXPECT_EQ(kind_of_cufft_error(2), DeviceError::Kind::out_of_memory);
  for (const int code : {214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999}) {
    EXPECT_EQ(kind_of_cuda_error(code), DeviceError::Kind::sticky) << code;
  }
  for (const int code : {1, 3, 35, 98, 100, 101, 209, 600, 701, 801}) {
    EXPECT_EQ(kind_of_cuda_error(code), DeviceError::Kind::other) << code;
  }
  EXPECT_EQ(kind_of_cufft_error(5), DeviceError::Kind::other);
  EXPECT_EQ(kind_of_plan_error(2), DeviceError::Kind::out_of_memory);
  EXPECT_EQ(kind_of_plan_error(5), DeviceError::Kind::out_of_memory);
  EXPECT_EQ(kind_of_plan_error(8), DeviceError::Kind::other);
  EXPECT_STREQ(name_of_cufft_error(5), "CUFFT_INTERNAL_ERROR");
}

}  // namespace
}  // namespace overlap
