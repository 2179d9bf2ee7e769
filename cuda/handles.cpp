// Making streams, events, memory and plans.
#include "cuda/handles.hpp"

#include <limits>
#include <stdexcept>

#include "cuda/cuda_check.hpp"

namespace overlap {
namespace {

void make_plan(cufftHandle handle, std::uint64_t size, cufftType type, std::size_t& work_bytes) {
  if (size <= static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
    check_plan(cufftMakePlan1d(handle, static_cast<int>(size), type, 1, &work_bytes), "cufftMakePlan1d");
    return;
  }
  auto points = static_cast<long long>(size);
  check_plan(cufftMakePlanMany64(handle, 1, &points, nullptr, 1, 0, nullptr, 1, 0, type, 1, &work_bytes),
             "cufftMakePlanMany64");
}

}  // namespace

StreamHandle make_stream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
  return StreamHandle(stream);
}

EventHandle make_event(Timing timing) {
  cudaEvent_t event = nullptr;
  const unsigned flags = cudaEventBlockingSync | (timing == Timing::on ? cudaEventDefault : cudaEventDisableTiming);
  check(cudaEventCreateWithFlags(&event, flags), "cudaEventCreateWithFlags");
  return EventHandle(event);
}

GraphHandle capture(cudaStream_t stream, const std::function<void()>& enqueue) {
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
  cudaGraph_t graph = nullptr;
  try {
    enqueue();
  } catch (...) {
    // What went wrong is on its way; the stream must not stay in capture.
    if (cudaStreamEndCapture(stream, &graph) == cudaSuccess) const GraphHandle dropped(graph);
    static_cast<void>(cudaGetLastError());
    throw;
  }
  check(cudaStreamEndCapture(stream, &graph), "cudaStreamEndCapture");
  return GraphHandle(graph);
}

GraphExecHandle instantiate(cudaGraph_t graph, cudaStream_t stream) {
  cudaGraphExec_t instance = nullptr;
  check(cudaGraphInstantiate(&instance, graph, 0), "cudaGraphInstantiate");
  GraphExecHandle handle(instance);
  check(cudaGraphUpload(instance, stream), "cudaGraphUpload");
  return handle;
}

cudaGraphNode_t first_node(cudaGraph_t graph) {
  cudaGraphNode_t node = nullptr;
  std::size_t count = 1;
  check(cudaGraphGetRootNodes(graph, &node, &count), "cudaGraphGetRootNodes");
  if (count != 1) throw std::logic_error("a captured step has no first node");
  return node;
}

DeviceMemory make_device_memory(std::uint64_t bytes) {
  void* memory = nullptr;
  check(cudaMalloc(&memory, bytes), "cudaMalloc");
  return DeviceMemory(static_cast<std::byte*>(memory));
}

PinnedMemory make_pinned_memory(std::uint64_t bytes) {
  void* memory = nullptr;
  check(cudaHostAlloc(&memory, bytes, cudaHostAllocMapped), "cudaHostAlloc");
  return PinnedMemory(static_cast<std::byte*>(memory));
}

FftPlan::FftPlan(std::uint64_t size, Precision precision) : size_(size), precision_(precision) {
  if (copies()) return;
  check_plan(cufftCreate(&handle_), "cufftCreate");
  try {
    check(cufftSetAutoAllocation(handle_, 0), "cufftSetAutoAllocation");
    make_plan(handle_, size, precision == Precision::float64 ? CUFFT_D2Z : CUFFT_R2C, work_bytes_);
    check_plan(cufftGetSize(handle_, &work_bytes_), "cufftGetSize");
  } catch (...) {
    static_cast<void>(cufftDestroy(handle_));
    throw;
  }
}

void FftPlan::set_work_area(void* work_area, cudaStream_t stream) {
  stream_ = stream;
  if (copies()) return;
  check(cufftSetStream(handle_, stream), "cufftSetStream");
  check(cufftSetWorkArea(handle_, work_area), "cufftSetWorkArea");
}

void FftPlan::execute(void* inputs, void* bins) const {
  if (copies()) {
    const std::size_t real_bytes = precision_ == Precision::float64 ? sizeof(double) : sizeof(float);
    check(cudaMemsetAsync(bins, 0, 2 * real_bytes, stream_), "cudaMemsetAsync");
    check(cudaMemcpyAsync(bins, inputs, real_bytes, cudaMemcpyDeviceToDevice, stream_), "cudaMemcpyAsync");
    return;
  }
  if (precision_ == Precision::float64) {
    check(cufftExecD2Z(handle_, static_cast<cufftDoubleReal*>(inputs), static_cast<cufftDoubleComplex*>(bins)),
          "cufftExecD2Z");
  } else {
    check(cufftExecR2C(handle_, static_cast<cufftReal*>(inputs), static_cast<cufftComplex*>(bins)), "cufftExecR2C");
  }
}

}  // namespace overlap
