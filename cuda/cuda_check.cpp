// The texts of errors.
#include "cuda/cuda_check.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "cuda/device.hpp"
#include "cuda/error_kind.hpp"

namespace overlap {
namespace {

std::string place(std::string_view file, int line) {
  const std::size_t folder = file.rfind("cuda/");
  if (folder != std::string_view::npos) file.remove_prefix(folder);
  return fmt::format("{}:{}", file, line);
}

std::string text_of(cudaError_t code) {
  return fmt::format("{} ({}: {})", cudaGetErrorName(code), static_cast<int>(code), cudaGetErrorString(code));
}

}  // namespace

void throw_cuda_error(cudaError_t code, const char* call, const char* file, int line) {
  static_cast<void>(cudaGetLastError());
  throw DeviceError(kind_of_cuda_error(static_cast<int>(code)),
                    fmt::format("{} in {}, {}", text_of(code), call, place(file, line)));
}

void throw_cufft_error(cufftResult code, DeviceError::Kind kind, const char* call, const char* file, int line) {
  std::string text = fmt::format("{} ({})", name_of_cufft_error(static_cast<int>(code)), static_cast<int>(code));
  // cuFFT has a runtime of its own, whose errors can't be asked for; but a spoilt context shows in any call.
  const cudaError_t cause = cudaFree(nullptr);
  if (cause != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    text += " with " + text_of(cause);
    kind = kind_of_cuda_error(static_cast<int>(cause));
  }
  throw DeviceError(kind, fmt::format("{} in {}, {}", text, call, place(file, line)));
}

}  // namespace overlap
