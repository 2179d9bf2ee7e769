// The numbers of a workload: Philox4x64-10 (Random123), bit for bit NumPy's.
#pragma once

#include <Random123/philox.h>

#include <array>
#include <cstdint>
#include <span>

namespace overlap {

/// What a key is for; it is the second word of the Philox key, the seed being the first.
enum class Stream : std::uint64_t { waits = 0, inputs = 1 };

using PhiloxBlock = std::array<std::uint64_t, 4>;

/// Block b of step (request, iteration): four 64-bit numbers, a pure function of its arguments.
inline PhiloxBlock philox_block(std::uint64_t seed, Stream stream, std::uint64_t block, std::uint64_t request,
                                std::uint64_t iteration) noexcept {
  const r123::Philox4x64 philox;
  const r123::Philox4x64::ctr_type counter{{block, request, iteration, 0}};
  const r123::Philox4x64::key_type key{{seed, static_cast<std::uint64_t>(stream)}};
  const auto numbers = philox(counter, key);
  return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

/// A real in [0, 1) with 53 random bits, exact: the upper bits of `number` times 2^-53.
inline double to_real(std::uint64_t number) noexcept { return static_cast<double>(number >> 11) * 0x1p-53; }

/// Writes the inputs `first`, `first + 1`, … of step (request, iteration) to `out` and returns their Σs², summed in
/// double of the values as stored. `first` must be a multiple of 4. In float an input is the double rounded to nearest.
/// Real is double or float. Safe to call from any number of threads.
template <typename Real>
double generate_inputs(std::uint64_t seed, std::uint64_t request, std::uint64_t iteration, std::uint64_t first,
                       std::span<Real> out) noexcept;

}  // namespace overlap
