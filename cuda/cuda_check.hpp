// Checked calls of CUDA and cuFFT.
#pragma once

#include <cuda_runtime_api.h>
#include <cufft.h>

#include "cuda/device.hpp"
#include "cuda/error_kind.hpp"

namespace overlap {

// The place is that of the call, by builtins that g++ and clang++ share: clang++ 14 has no std::source_location.

[[noreturn]] void throw_cuda_error(cudaError_t code, const char* call, const char* file, int line);
[[noreturn]] void throw_cufft_error(cufftResult code, DeviceError::Kind kind, const char* call, const char* file,
                                    int line);

/// Throws DeviceError where `code` is an error, with `call` and the place in its text, and clears it from the runtime's
/// memory, where it would come up as the next kernel's.
inline void check(cudaError_t code, const char* call, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (code != cudaSuccess) throw_cuda_error(code, call, file, line);
}

/// The same for cuFFT. Where the context is spoilt, that tells the kind.
inline void check(cufftResult code, const char* call, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (code != CUFFT_SUCCESS) throw_cufft_error(code, kind_of_cufft_error(static_cast<int>(code)), call, file, line);
}

/// The same in the making of a plan.
inline void check_plan(cufftResult code, const char* call, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  if (code != CUFFT_SUCCESS) throw_cufft_error(code, kind_of_plan_error(static_cast<int>(code)), call, file, line);
}

}  // namespace overlap
