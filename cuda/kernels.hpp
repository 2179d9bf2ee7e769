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

/// Where a step's marks lie on the device's clock.
enum Mark : std::size_t { begun, inputs_there, transformed, filled, ended, mark_count };

/// What a step's first kernel is told.
struct StepOrder {
  std::uint64_t checked_bin = 0;
  std::uint64_t number = 0;  ///< comes back with the result
};

/// What the kernels of a slot's step leave for each other, in device memory, all 0 before the first step.
struct Board {
  static constexpr unsigned max_blocks = 1024;

  double input_shares[max_blocks];     ///< a block's share of Σs²
  double spectrum_shares[max_blocks];  ///< a block's share of Σ|X|²
  std::uint64_t marks_ns[mark_count];
  StepOrder order;
  unsigned blocks_done = 0;  ///< that have stored their share of the spectrum's; 0 between steps
};

/// What comes back of a step, in host memory that the device can write to.
struct StepResult {
  DeviceDigest digest;
  std::uint64_t marks_ns[mark_count];  ///< on the device's clock; those of the parts that the step has
  std::uint64_t number = 0;            ///< written last but for `ended`, and seen by the host no sooner than the rest
};

// Each of these starts its kernel on the stream and returns without waiting; the result is that of the start. Real is
// double or float. The order of a sum depends on the size alone, so that every device gives the same digest for the
// same numbers.

/// The inputs of a step and, on the board, their energy by blocks. A step's first kernel: it marks `begun` and
/// `inputs_there`, and notes its order.
template <typename Real>
cudaError_t start_generate(const GenerateQuad<Real>& generate, const StepOrder& order, Board* board,
                           cudaStream_t stream);

/// For a step whose inputs are copied in, its first kernel: it marks `begun` and notes its order.
cudaError_t start_begin(const StepOrder& order, Board* board, cudaStream_t stream);

/// Writes the device's clock to `mark_ns`, in device memory or in host memory that the device can write to.
cudaError_t start_mark(std::uint64_t* mark_ns, cudaStream_t stream);

/// The energy, by blocks, of inputs that were copied in. Marks `transformed`, after which it comes.
template <typename Real>
cudaError_t start_square(const SquareQuad<Real>& square, Board* board, cudaStream_t stream);

/// The conjugate fill; and the result, but for `ended`, which the block that ends last writes. It takes Σs² from the
/// board, where the step's generate or square left it. `marks`: it marks `transformed`.
template <typename Real>
cudaError_t start_fill(const FillBin<Real>& fill, bool marks, Board* board, StepResult* result, cudaStream_t stream);

// A step that was captured as a graph can be started again as another step: these change its first kernel, `first`.

template <typename Real>
cudaError_t change_generate(cudaGraphExec_t graph, cudaGraphNode_t first, const GenerateQuad<Real>& generate,
                            const StepOrder& order, Board* board);
cudaError_t change_begin(cudaGraphExec_t graph, cudaGraphNode_t first, const StepOrder& order, Board* board);

/// Writes NaN to all of a spectrum: `count` bins.
template <typename Real>
cudaError_t start_poison(Bin<Real>* bins, std::uint64_t count, cudaStream_t stream);

/// Brings the kernels onto the device, which would else happen at the first start of each. Blocks.
cudaError_t load_kernels();

/// The oldest GPU that the kernels are compiled for: 800 for compute capability 8.0.
int oldest_architecture() noexcept;

}  // namespace overlap
