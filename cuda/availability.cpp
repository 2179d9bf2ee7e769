// Why CUDA can't be used here, in one line.
#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cuda/device.hpp"
#include "cuda/kernels.hpp"

namespace overlap {
namespace {

std::string version_text(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

/// The driver and the runtime do not go together.
std::string driver_mismatch() {
  int driver = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) return "no NVIDIA driver is loaded";
  return fmt::format("the NVIDIA driver is for CUDA {}, and this build needs one for CUDA {}: update the driver",
                     version_text(driver), version_text(CUDART_VERSION));
}

std::string reason_of(cudaError_t error) {
  switch (error) {
    case cudaErrorInsufficientDriver:
      return driver_mismatch();
    case cudaErrorNoDevice:
      return "no CUDA device";
    default:
      return fmt::format("{} ({}: {})", cudaGetErrorName(error), static_cast<int>(error), cudaGetErrorString(error));
  }
}

std::string reason() {
  int devices = 0;
  if (const cudaError_t error = cudaGetDeviceCount(&devices); error != cudaSuccess) return reason_of(error);
  if (devices == 0) return reason_of(cudaErrorNoDevice);

  int major = 0;
  int minor = 0;
  cudaError_t error = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, 0);
  if (error == cudaSuccess) error = cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, 0);
  if (error != cudaSuccess) return reason_of(error);
  const int oldest = oldest_architecture();
  if (major * 100 + minor * 10 < oldest) {
    return fmt::format("the GPU has compute capability {}.{}, and this build is for {}.{} and newer", major, minor,
                       oldest / 100, oldest % 100 / 10);
  }
  return "";
}

}  // namespace

std::string cuda_unavailable() {
  std::string text = reason();
  if (!text.empty()) static_cast<void>(cudaGetLastError());
  return text;
}

}  // namespace overlap
