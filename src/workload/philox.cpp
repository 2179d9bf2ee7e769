// Filling a step's inputs, with their energy summed on the way.
#include "src/workload/philox.hpp"

#include <algorithm>
#include <cstddef>

namespace overlap {
namespace {

// Sums run over chunks of this many blocks, and then over the chunks in long double, so that their rounding error stays
// far below an FFT's at any size.
constexpr std::size_t blocks_per_chunk = 512;

template <typename Real>
double square(Real value) noexcept {
  return static_cast<double>(value) * static_cast<double>(value);
}

}  // namespace

template <typename Real>
double generate_inputs(std::uint64_t seed, std::uint64_t request, std::uint64_t iteration, std::uint64_t first,
                       std::span<Real> out) noexcept {
  const std::uint64_t first_block = first / 4;
  const std::size_t whole_blocks = out.size() / 4;
  long double energy = 0.0;
  for (std::size_t chunk = 0; chunk < whole_blocks; chunk += blocks_per_chunk) {
    const std::size_t chunk_end = std::min(chunk + blocks_per_chunk, whole_blocks);
    std::array<double, 4> sums{};
    for (std::size_t block = chunk; block < chunk_end; ++block) {
      const PhiloxBlock numbers = philox_block(seed, Stream::inputs, first_block + block, request, iteration);
      Real* reals = out.data() + block * 4;
      for (std::size_t lane = 0; lane < 4; ++lane) {
        reals[lane] = static_cast<Real>(to_real(numbers[lane]));
        sums[lane] += square(reals[lane]);
      }
    }
    energy += (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  const std::size_t rest = out.size() % 4;
  if (rest != 0) {
    const PhiloxBlock numbers = philox_block(seed, Stream::inputs, first_block + whole_blocks, request, iteration);
    for (std::size_t lane = 0; lane < rest; ++lane) {
      Real& real = out[whole_blocks * 4 + lane];
      real = static_cast<Real>(to_real(numbers[lane]));
      energy += square(real);
    }
  }
  return static_cast<double>(energy);
}

template double generate_inputs<double>(std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t,
                                        std::span<double>) noexcept;
template double generate_inputs<float>(std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t,
                                       std::span<float>) noexcept;

}  // namespace overlap
