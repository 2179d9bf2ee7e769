// Sums over the functors' elements, by blocks, and the digest that the last block makes of them.
#include "cuda/kernels.hpp"

#include <thrust/device_ptr.h>
#include <thrust/execution_policy.h>
#include <thrust/fill.h>
#include <thrust/system_error.h>

#include <cub/block/block_reduce.cuh>
#include <limits>

namespace overlap {
namespace {

constexpr unsigned threads = 256;
// Elements that a thread loads before it finishes the first. Generation computes what others load.
constexpr unsigned quads_at_once = 1;
constexpr unsigned bins_at_once = 4;

unsigned blocks_for(std::uint64_t count, unsigned at_once) {
  const std::uint64_t tile = std::uint64_t{threads} * at_once;
  const std::uint64_t tiles = (count + tile - 1) / tile;
  return static_cast<unsigned>(tiles < Sums::max_blocks ? tiles : Sums::max_blocks);
}

/// This thread's share of the elements' terms.
template <unsigned at_once, typename Functor>
__device__ double thread_sum(const Functor& functor, std::uint64_t count) {
  constexpr std::uint64_t tile = std::uint64_t{threads} * at_once;
  double sum = 0.0;
  for (std::uint64_t begin = blockIdx.x * tile; begin < count; begin += gridDim.x * tile) {
    const std::uint64_t first = begin + threadIdx.x;
    decltype(functor.load(first)) elements[at_once];
#pragma unroll
    for (unsigned n = 0; n < at_once; ++n) {
      const std::uint64_t i = first + n * threads;
      if (i < count) elements[n] = functor.load(i);
    }
#pragma unroll
    for (unsigned n = 0; n < at_once; ++n) {
      const std::uint64_t i = first + n * threads;
      if (i < count) sum += functor(i, elements[n]);
    }
  }
  return sum;
}

/// The sum over the block's threads, in thread 0. For all threads of the block together.
__device__ double block_sum(double value) {
  using Reduce = cub::BlockReduce<double, threads>;
  __shared__ typename Reduce::TempStorage storage;
  __syncthreads();  // the storage may be in use by the sum before
  return Reduce(storage).Sum(value);
}

template <unsigned at_once, typename Functor>
__global__ void __launch_bounds__(threads) sum_kernel(Functor functor, std::uint64_t count, double* shares) {
  const double sum = block_sum(thread_sum<at_once>(functor, count));
  if (threadIdx.x == 0) shares[blockIdx.x] = sum;
}

/// Stores the block's share, and tells all its threads whether every block has: what those have written is then
/// visible.
__device__ bool is_last_block(double share, const Sums& sums) {
  __shared__ bool last;
  __syncthreads();
  if (threadIdx.x == 0) {
    sums.spectrum[blockIdx.x] = share;
    __threadfence();
    // Wraps to 0 at the last block, for the next step.
    last = atomicInc(sums.done, gridDim.x - 1) == gridDim.x - 1;
    __threadfence();
  }
  __syncthreads();
  return last;
}

template <typename Real>
__global__ void __launch_bounds__(threads)
    fill_kernel(FillBin<Real> fill, std::uint64_t bin, Sums sums, unsigned input_blocks, DeviceDigest* digest) {
  const double share = block_sum(thread_sum<bins_at_once>(fill, half_bins_of(fill.size)));
  if (!is_last_block(share, sums)) return;

  // Past the first-level cache, which may hold what was there before the other blocks wrote.
  double input = 0.0;
  for (unsigned block = threadIdx.x; block < input_blocks; block += threads) input += __ldcg(sums.input + block);
  double spectrum = 0.0;
  for (unsigned block = threadIdx.x; block < gridDim.x; block += threads) spectrum += __ldcg(sums.spectrum + block);
  input = block_sum(input);
  spectrum = block_sum(spectrum);
  if (threadIdx.x != 0) return;
  const Real* checked = &fill.bins[bin].re;
  digest->input_energy = input;
  digest->spectrum_energy = spectrum / static_cast<double>(fill.size);
  digest->bin_re = static_cast<double>(__ldcg(checked));
  digest->bin_im = static_cast<double>(__ldcg(checked + 1));
}

template <typename Functor>
cudaError_t start_sum(const Functor& functor, double* shares, cudaStream_t stream) {
  const std::uint64_t count = quads_of(functor.size);
  sum_kernel<quads_at_once><<<blocks_for(count, quads_at_once), threads, 0, stream>>>(functor, count, shares);
  return cudaGetLastError();
}

template <typename Kernel>
cudaError_t load(Kernel* kernel) {
  cudaFuncAttributes attributes{};
  return cudaFuncGetAttributes(&attributes, kernel);
}

template <typename Real>
cudaError_t load_kernels_in() {
  cudaError_t result = load(&sum_kernel<quads_at_once, GenerateQuad<Real>>);
  if (result == cudaSuccess) result = load(&sum_kernel<quads_at_once, SquareQuad<Real>>);
  if (result == cudaSuccess) result = load(&fill_kernel<Real>);
  return result;
}

}  // namespace

template <typename Real>
cudaError_t start_generate(const GenerateQuad<Real>& generate, const Sums& sums, cudaStream_t stream) {
  return start_sum(generate, sums.input, stream);
}

template <typename Real>
cudaError_t start_square(const SquareQuad<Real>& square, const Sums& sums, cudaStream_t stream) {
  return start_sum(square, sums.input, stream);
}

template <typename Real>
cudaError_t start_fill(const FillBin<Real>& fill, std::uint64_t bin, const Sums& sums, DeviceDigest* digest,
                       cudaStream_t stream) {
  const unsigned blocks = blocks_for(half_bins_of(fill.size), bins_at_once);
  const unsigned input_blocks = blocks_for(quads_of(fill.size), quads_at_once);
  fill_kernel<Real><<<blocks, threads, 0, stream>>>(fill, bin, sums, input_blocks, digest);
  return cudaGetLastError();
}

template <typename Real>
cudaError_t start_poison(Bin<Real>* bins, std::uint64_t count, cudaStream_t stream) {
  try {
    thrust::fill_n(thrust::cuda::par_nosync.on(stream), thrust::device_pointer_cast(&bins->re), 2 * count,
                   std::numeric_limits<Real>::quiet_NaN());
  } catch (const thrust::system_error& error) {
    return static_cast<cudaError_t>(error.code().value());
  }
  return cudaGetLastError();
}

cudaError_t load_kernels() {
  const cudaError_t result = load_kernels_in<double>();
  return result == cudaSuccess ? load_kernels_in<float>() : result;
}

int oldest_architecture() noexcept {
  constexpr int architectures[] = {__CUDA_ARCH_LIST__};  // in ascending order
  return architectures[0];
}

template cudaError_t start_generate(const GenerateQuad<double>&, const Sums&, cudaStream_t);
template cudaError_t start_generate(const GenerateQuad<float>&, const Sums&, cudaStream_t);
template cudaError_t start_square(const SquareQuad<double>&, const Sums&, cudaStream_t);
template cudaError_t start_square(const SquareQuad<float>&, const Sums&, cudaStream_t);
template cudaError_t start_poison(Bin<double>*, std::uint64_t, cudaStream_t);
template cudaError_t start_poison(Bin<float>*, std::uint64_t, cudaStream_t);
template cudaError_t start_fill(const FillBin<double>&, std::uint64_t, const Sums&, DeviceDigest*, cudaStream_t);
template cudaError_t start_fill(const FillBin<float>&, std::uint64_t, const Sums&, DeviceDigest*, cudaStream_t);

}  // namespace overlap
