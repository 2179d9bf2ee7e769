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
  return static_cast<unsigned>(tiles < Board::max_blocks ? tiles : Board::max_blocks);
}

/// The same for all of the device: an H100's moves every 32 ns, others' every microsecond.
__device__ std::uint64_t clock_ns() {
  std::uint64_t now = 0;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
  return now;
}

__device__ bool is_first_thread() { return blockIdx.x == 0 && threadIdx.x == 0; }

__device__ void begin_step(const StepOrder& order, Board* board) {
  board->marks_ns[begun] = clock_ns();
  board->order = order;
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

template <typename Real>
__global__ void __launch_bounds__(threads) generate_kernel(GenerateQuad<Real> generate, StepOrder order, Board* board) {
  if (is_first_thread()) begin_step(order, board);
  const double share = block_sum(thread_sum<quads_at_once>(generate, quads_of(generate.size)));
  if (threadIdx.x != 0) return;
  board->input_shares[blockIdx.x] = share;
  // The clock never goes back: what is there is of an earlier step, or of a block that ended earlier.
  atomicMax(reinterpret_cast<unsigned long long*>(&board->marks_ns[inputs_there]), clock_ns());
}

__global__ void begin_kernel(StepOrder order, Board* board) { begin_step(order, board); }

__global__ void mark_kernel(std::uint64_t* mark_ns) { *mark_ns = clock_ns(); }

template <typename Real>
__global__ void __launch_bounds__(threads) square_kernel(SquareQuad<Real> square, Board* board) {
  if (is_first_thread()) board->marks_ns[transformed] = clock_ns();
  const double share = block_sum(thread_sum<quads_at_once>(square, quads_of(square.size)));
  if (threadIdx.x == 0) board->input_shares[blockIdx.x] = share;
}

/// Stores the block's share, and tells all its threads whether every block has: what those have written is then
/// visible.
__device__ bool is_last_block(double share, Board* board) {
  __shared__ bool last;
  __syncthreads();
  if (threadIdx.x == 0) {
    board->spectrum_shares[blockIdx.x] = share;
    __threadfence();
    // Wraps to 0 at the last block, for the next step.
    last = atomicInc(&board->blocks_done, gridDim.x - 1) == gridDim.x - 1;
    __threadfence();
  }
  __syncthreads();
  return last;
}

/// This thread's part of the sum of all blocks' shares. Read past the first-level cache, which may hold what was there
/// before the other blocks wrote.
__device__ double sum_of_shares(const double* shares, unsigned blocks) {
  constexpr unsigned rounds = Board::max_blocks / threads;
  double sum = 0.0;
#pragma unroll
  for (unsigned round = 0; round < rounds; ++round) {
    const unsigned block = round * threads + threadIdx.x;
    sum += block < blocks ? __ldcg(shares + block) : 0.0;
  }
  return sum;
}

template <typename Real>
__global__ void __launch_bounds__(threads)
    fill_kernel(FillBin<Real> fill, bool marks, unsigned input_blocks, Board* board, StepResult* result) {
  if (marks && is_first_thread()) board->marks_ns[transformed] = clock_ns();
  const double share = block_sum(thread_sum<bins_at_once>(fill, half_bins_of(fill.size)));
  if (!is_last_block(share, board)) return;

  const double input_share = sum_of_shares(board->input_shares, input_blocks);
  const double spectrum_share = sum_of_shares(board->spectrum_shares, gridDim.x);
  const double input = block_sum(input_share);
  const double spectrum = block_sum(spectrum_share);
  if (threadIdx.x != 0) return;
  const Real* checked = &fill.bins[board->order.checked_bin].re;
  result->digest.input_energy = input;
  result->digest.spectrum_energy = spectrum / static_cast<double>(fill.size);
  result->digest.bin_re = static_cast<double>(__ldcg(checked));
  result->digest.bin_im = static_cast<double>(__ldcg(checked + 1));
  for (const Mark mark : {begun, inputs_there, transformed}) result->marks_ns[mark] = __ldcg(&board->marks_ns[mark]);
  result->marks_ns[filled] = clock_ns();
  // The host, which may watch the number, finds the rest there when it has changed.
  __threadfence_system();
  *static_cast<volatile std::uint64_t*>(&result->number) = board->order.number;
}

template <typename Real>
unsigned generate_blocks(const GenerateQuad<Real>& generate) {
  return blocks_for(quads_of(generate.size), quads_at_once);
}

cudaError_t change(cudaGraphExec_t graph, cudaGraphNode_t node, const void* kernel, dim3 blocks, dim3 block_threads,
                   void** arguments) {
  cudaKernelNodeParams parameters{};
  parameters.func = const_cast<void*>(kernel);
  parameters.gridDim = blocks;
  parameters.blockDim = block_threads;
  parameters.kernelParams = arguments;
  return cudaGraphExecKernelNodeSetParams(graph, node, &parameters);
}

template <typename Kernel>
cudaError_t load(Kernel* kernel) {
  cudaFuncAttributes attributes{};
  return cudaFuncGetAttributes(&attributes, kernel);
}

template <typename Real>
cudaError_t load_kernels_in() {
  cudaError_t result = load(&generate_kernel<Real>);
  if (result == cudaSuccess) result = load(&square_kernel<Real>);
  if (result == cudaSuccess) result = load(&fill_kernel<Real>);
  return result;
}

}  // namespace

template <typename Real>
cudaError_t start_generate(const GenerateQuad<Real>& generate, const StepOrder& order, Board* board,
                           cudaStream_t stream) {
  generate_kernel<Real><<<generate_blocks(generate), threads, 0, stream>>>(generate, order, board);
  return cudaGetLastError();
}

cudaError_t start_begin(const StepOrder& order, Board* board, cudaStream_t stream) {
  begin_kernel<<<1, 1, 0, stream>>>(order, board);
  return cudaGetLastError();
}

cudaError_t start_mark(std::uint64_t* mark_ns, cudaStream_t stream) {
  mark_kernel<<<1, 1, 0, stream>>>(mark_ns);
  return cudaGetLastError();
}

template <typename Real>
cudaError_t start_square(const SquareQuad<Real>& square, Board* board, cudaStream_t stream) {
  square_kernel<Real><<<blocks_for(quads_of(square.size), quads_at_once), threads, 0, stream>>>(square, board);
  return cudaGetLastError();
}

template <typename Real>
cudaError_t start_fill(const FillBin<Real>& fill, bool marks, Board* board, StepResult* result, cudaStream_t stream) {
  const unsigned blocks = blocks_for(half_bins_of(fill.size), bins_at_once);
  const unsigned input_blocks = blocks_for(quads_of(fill.size), quads_at_once);
  fill_kernel<Real><<<blocks, threads, 0, stream>>>(fill, marks, input_blocks, board, result);
  return cudaGetLastError();
}

template <typename Real>
cudaError_t change_generate(cudaGraphExec_t graph, cudaGraphNode_t first, const GenerateQuad<Real>& generate,
                            const StepOrder& order, Board* board) {
  GenerateQuad<Real> functor = generate;
  StepOrder its_order = order;
  void* arguments[] = {&functor, &its_order, &board};
  return change(graph, first, reinterpret_cast<const void*>(&generate_kernel<Real>), generate_blocks(generate), threads,
                arguments);
}

cudaError_t change_begin(cudaGraphExec_t graph, cudaGraphNode_t first, const StepOrder& order, Board* board) {
  StepOrder its_order = order;
  void* arguments[] = {&its_order, &board};
  return change(graph, first, reinterpret_cast<const void*>(&begin_kernel), 1, 1, arguments);
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
  cudaError_t result = load(&begin_kernel);
  if (result == cudaSuccess) result = load(&mark_kernel);
  if (result == cudaSuccess) result = load_kernels_in<double>();
  return result == cudaSuccess ? load_kernels_in<float>() : result;
}

int oldest_architecture() noexcept {
  constexpr int architectures[] = {__CUDA_ARCH_LIST__};  // in ascending order
  return architectures[0];
}

template cudaError_t start_generate(const GenerateQuad<double>&, const StepOrder&, Board*, cudaStream_t);
template cudaError_t start_square(const SquareQuad<double>&, Board*, cudaStream_t);
template cudaError_t start_fill(const FillBin<double>&, bool, Board*, StepResult*, cudaStream_t);
template cudaError_t start_poison(Bin<double>*, std::uint64_t, cudaStream_t);
template cudaError_t change_generate(cudaGraphExec_t, cudaGraphNode_t, const GenerateQuad<double>&, const StepOrder&,
                                     Board*);
template cudaError_t start_generate(const GenerateQuad<float>&, const StepOrder&, Board*, cudaStream_t);
template cudaError_t start_square(const SquareQuad<float>&, Board*, cudaStream_t);
template cudaError_t start_fill(const FillBin<float>&, bool, Board*, StepResult*, cudaStream_t);
template cudaError_t start_poison(Bin<float>*, std::uint64_t, cudaStream_t);
template cudaError_t change_generate(cudaGraphExec_t, cudaGraphNode_t, const GenerateQuad<float>&, const StepOrder&,
                                     Board*);

}  // namespace overlap
