// What sort.c computes, on a GPU: a step is started on a stream of its workspace's own, and the stream tells of its
// end.
//
//     nvcc -O2 -std=c++17 -shared -Xcompiler -fPIC -I src docs/examples/sort_gpu.cu -o sort_gpu.so
//     overlap run --compute sort_gpu.so --size 1M --streams 4
#include <cuda_runtime.h>
#include <unistd.h>

#include <cub/device/device_radix_sort.cuh>

#include "overlap_compute.h"

// Zeros at first: what a workspace needs on the device is made in the first step that comes to it. Each process has
// workspaces, and so a context, of its own.
struct Workspace {
  cudaStream_t stream;
  double* numbers;
  double* sorted;
  void* scratch;  // of the sort
  size_t scratch_bytes;
  double* results;  // on the host
  pid_t process;    // whose all these are
  overlap_step* step;
  overlap_done* done;
};

// Like next_real of sort.c, of which a state is the seed and as many times its increment.
__global__ void make_numbers(double* numbers, uint64_t size, uint64_t state) {
  for (uint64_t i = blockIdx.x * uint64_t{blockDim.x} + threadIdx.x; i < size; i += uint64_t{gridDim.x} * blockDim.x) {
    uint64_t z = state + (i + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    numbers[i] = double((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
}

// On a thread of CUDA's, once all that was started before is over. Told of what went wrong in it, too.
static void tell(cudaStream_t, cudaError_t status, void* argument) {
  const Workspace& space = *static_cast<Workspace*>(argument);
  for (int i = 0; i < 3; ++i) space.step->results[i] = space.results[i];
  if (status != cudaSuccess) space.step->error = cudaGetErrorString(status);
  space.done(space.step, status);
}

static cudaError_t sort(Workspace& space, void* scratch, uint64_t size) {
  return cub::DeviceRadixSort::SortKeys(scratch, space.scratch_bytes, space.numbers, space.sorted, size, 0, 64,
                                        space.stream);
}

#define TRY(call) \
  if (cudaError_t status = (call); status != cudaSuccess) return status

static cudaError_t reserve(Workspace& space, uint64_t size) {
  TRY(cudaMalloc(&space.numbers, size * sizeof(double)));
  TRY(cudaMalloc(&space.sorted, size * sizeof(double)));
  TRY(sort(space, nullptr, size));  // tells how much it works in
  TRY(cudaMalloc(&space.scratch, space.scratch_bytes));
  TRY(cudaMallocHost(&space.results, 3 * sizeof(double)));
  space.process = getpid();
  return cudaStreamCreateWithFlags(&space.stream, cudaStreamNonBlocking);
}

static cudaError_t start(Workspace& space, const overlap_step& step) {
  if (space.stream == nullptr) TRY(reserve(space, step.size));
  const uint64_t state = step.seed ^ (step.request << 40) ^ (step.iteration << 20);
  make_numbers<<<1024, 256, 0, space.stream>>>(space.numbers, step.size, state);
  TRY(cudaGetLastError());
  TRY(sort(space, space.scratch, step.size));
  const uint64_t places[] = {0, step.size / 2, step.size - 1};
  for (int i = 0; i < 3; ++i) {
    TRY(cudaMemcpyAsync(space.results + i, space.sorted + places[i], sizeof(double), cudaMemcpyDeviceToHost,
                        space.stream));
  }
  return cudaStreamAddCallback(space.stream, tell, &space, 0);
}

uint64_t overlap_workspace_bytes(uint64_t) { return sizeof(Workspace); }

int overlap_start(overlap_step* step, overlap_done* done) {
  Workspace& space = *static_cast<Workspace*>(step->workspace);
  if (space.stream != nullptr && space.process != getpid()) {
    step->error = "processes can't share what is on a GPU: leave --compute-slots out";
    return 1;
  }
  space.step = step;
  space.done = done;
  const cudaError_t status = start(space, *step);
  if (status != cudaSuccess) step->error = cudaGetErrorString(status);
  return status;
}
