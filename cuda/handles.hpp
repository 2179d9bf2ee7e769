// Owners of what CUDA and cuFFT hand out. Giving back never throws: where it fails, the process is about to end.
#pragma once

#include <cuda_runtime_api.h>
#include <cufft.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "src/workload/workload.hpp"

namespace overlap {

struct CudaRelease {
  void operator()(CUstream_st* stream) const noexcept { static_cast<void>(cudaStreamDestroy(stream)); }
  void operator()(CUevent_st* event) const noexcept { static_cast<void>(cudaEventDestroy(event)); }
  void operator()(CUgraph_st* graph) const noexcept { static_cast<void>(cudaGraphDestroy(graph)); }
  void operator()(CUgraphExec_st* graph) const noexcept { static_cast<void>(cudaGraphExecDestroy(graph)); }
};

struct DeviceMemoryRelease {
  void operator()(std::byte* memory) const noexcept { static_cast<void>(cudaFree(memory)); }
};

struct PinnedMemoryRelease {
  void operator()(std::byte* memory) const noexcept { static_cast<void>(cudaFreeHost(memory)); }
};

using StreamHandle = std::unique_ptr<CUstream_st, CudaRelease>;
using EventHandle = std::unique_ptr<CUevent_st, CudaRelease>;
using GraphHandle = std::unique_ptr<CUgraph_st, CudaRelease>;
using GraphExecHandle = std::unique_ptr<CUgraphExec_st, CudaRelease>;
using DeviceMemory = std::unique_ptr<std::byte, DeviceMemoryRelease>;
using PinnedMemory = std::unique_ptr<std::byte, PinnedMemoryRelease>;

// All throw DeviceError.

/// A stream that does not wait for the default one.
StreamHandle make_stream();

/// An event in whose synchronisation a thread sleeps. Only one with timing has a time.
enum class Timing { off, on };
EventHandle make_event(Timing timing);

/// Memory on the device, and host memory that the device can reach by the same address.
DeviceMemory make_device_memory(std::uint64_t bytes);
PinnedMemory make_pinned_memory(std::uint64_t bytes);

/// What `enqueue` puts on the stream, which starts none of it. Other threads may use CUDA meanwhile.
GraphHandle capture(cudaStream_t stream, const std::function<void()>& enqueue);

/// The graph, ready to be started, and brought onto the device by `stream`.
GraphExecHandle instantiate(cudaGraph_t graph, cudaStream_t stream);

/// The node that all others come after; for graphs of one stream, which have one.
cudaGraphNode_t first_node(cudaGraph_t graph);

/// cuFFT's plan of one transform of N reals to N/2+1 bins, out of place. It reserves no work area: `set_work_area`
/// before the first `execute`. A single real, which is its own spectrum, is copied: not every cuFFT plans for it.
class FftPlan {
 public:
  FftPlan(std::uint64_t size, Precision precision);
  FftPlan(const FftPlan&) = delete;
  FftPlan& operator=(const FftPlan&) = delete;
  ~FftPlan() {
    if (!copies()) static_cast<void>(cufftDestroy(handle_));
  }

  std::uint64_t work_bytes() const noexcept { return work_bytes_; }
  void set_work_area(void* work_area, cudaStream_t stream);

  /// Starts the transform on the stream. The inputs stay as they are.
  void execute(void* inputs, void* bins) const;

 private:
  bool copies() const noexcept { return size_ == 1; }

  cufftHandle handle_ = 0;
  cudaStream_t stream_ = nullptr;
  std::uint64_t size_;
  Precision precision_;
  std::size_t work_bytes_ = 0;
};

}  // namespace overlap
