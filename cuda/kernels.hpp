// The project's own kernels, as functions for the host compiler. Generation and the sums of its squares, and fill and
// digest, are one kernel each, which Thrust's algorithms, one pass over memory apiece, would be two and three of; what
// is a pass by nature, the poison, is Thrust's.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

#include "cuda/device.hpp"
#include "cuda/functors.hpp"

namespace overlap {

/// A slot's memory for sums across blocks, on the device: `bytes` of it, all 0 before the first step.
struct Sums {
  static constexpr unsigned max_blocks = 4096;
  static constexpr std::size_t bytes = (2 * max_blocks + 1) * sizeof(double);

  double* input;     ///< a block's share of Σs², max_blocks of them
  double* spectrum;  ///< a block's share of Σ|X|², max_blocks of them
  unsigned* done;    ///< blocks that have stored their share of the spectrum's; 0 between steps

  static Sums in(void* memory) noexcept {
    auto* sums = static_cast<double*>(memory);
    return {sums, sums + max_blocks, reinterpret_cast<unsigned*>(sums + 2 * max_blocks)};
  }
};

// Each starts its kernel on the stream and returns without waiting; the result is that of the start. Real is double or
// float. The order of a sum depends on the size alone, so that every device gives the same digest for the same numbers.

/// The inputs of step (request, iteration) and, in `sums`, their energy by blocks.
template <typename Real>
cudaError_t start_generate(const GenerateQuad<Real>& generate, const Sums& sums, cudaStream_t stream);

/// The energy, by blocks, of inputs that were copied in.
template <typename Real>
cudaError_t start_square(const SquareQuad<Real>& square, const Sums& sums, cudaStream_t stream);

/// The conjugate fill, and the digest, which the block that ends last writes to `digest`: host memory that the device
/// can write to. It takes Σs² from `sums`, where the step's generate or square left it.
template <typename Real>
cudaError_t start_fill(const FillBin<Real>& fill, std::uint64_t bin, const Sums& sums, DeviceDigest* digest,
                       cudaStream_t stream);

/// Writes NaN to all of a spectrum: `count` bins.
template <typename Real>
cudaError_t start_poison(Bin<Real>* bins, std::uint64_t count, cudaStream_t stream);

/// Brings the kernels onto the device, which would else happen at the first start of each. Blocks.
cudaError_t load_kernels();

/// The oldest GPU that the kernels are compiled for: 800 for compute capability 8.0.
int oldest_architecture() noexcept;

}  // namespace overlap
