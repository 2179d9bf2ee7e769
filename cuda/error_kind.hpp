// What an error of CUDA or cuFFT means for the engine, by its number: compiles without CUDA, and with any version of
// it.
#pragma once

#include "cuda/device.hpp"

namespace overlap {

/// Of a cudaError_t.
constexpr DeviceError::Kind kind_of_cuda_error(int code) noexcept {
  switch (code) {
    case 2:  // cudaErrorMemoryAllocation
      return DeviceError::Kind::out_of_memory;
    case 4:    // cudaErrorCudartUnloading
    case 214:  // cudaErrorECCUncorrectable
    case 220:  // cudaErrorNvlinkUncorrectable
    case 226:  // cudaErrorContained
    case 700:  // cudaErrorIllegalAddress
    case 702:  // cudaErrorLaunchTimeout
    case 709:  // cudaErrorContextIsDestroyed
    case 710:  // cudaErrorAssert
    case 714:  // cudaErrorHardwareStackError
    case 715:  // cudaErrorIllegalInstruction
    case 716:  // cudaErrorMisalignedAddress
    case 717:  // cudaErrorInvalidAddressSpace
    case 718:  // cudaErrorInvalidPc
    case 719:  // cudaErrorLaunchFailure
    case 721:  // cudaErrorTensorMemoryLeak
    case 806:  // cudaErrorMpsRpcFailure
    case 810:  // cudaErrorMpsClientTerminated
    case 911:  // cudaErrorExternalDevice
    case 999:  // cudaErrorUnknown
      return DeviceError::Kind::sticky;
    default:
      return DeviceError::Kind::other;
  }
}

/// Of a cufftResult.
constexpr DeviceError::Kind kind_of_cufft_error(int code) noexcept {
  constexpr int alloc_failed = 2;
  return code == alloc_failed ? DeviceError::Kind::out_of_memory : DeviceError::Kind::other;
}

/// Of a cufftResult in the making of a plan, where cuFFT also tells by an internal error that memory is short.
constexpr DeviceError::Kind kind_of_plan_error(int code) noexcept {
  constexpr int internal_error = 5;
  return code == internal_error ? DeviceError::Kind::out_of_memory : kind_of_cufft_error(code);
}

/// "CUFFT_ALLOC_FAILED": cuFFT itself has no function for the names of its results.
constexpr const char* name_of_cufft_error(int code) noexcept {
  switch (code) {
    case 0:
      return "CUFFT_SUCCESS";
    case 1:
      return "CUFFT_INVALID_PLAN";
    case 2:
      return "CUFFT_ALLOC_FAILED";
    case 3:
      return "CUFFT_INVALID_TYPE";
    case 4:
      return "CUFFT_INVALID_VALUE";
    case 5:
      return "CUFFT_INTERNAL_ERROR";
    case 6:
      return "CUFFT_EXEC_FAILED";
    case 7:
      return "CUFFT_SETUP_FAILED";
    case 8:
      return "CUFFT_INVALID_SIZE";
    case 9:
      return "CUFFT_UNALIGNED_DATA";
    case 11:
      return "CUFFT_INVALID_DEVICE";
    case 13:
      return "CUFFT_NO_WORKSPACE";
    case 14:
      return "CUFFT_NOT_IMPLEMENTED";
    case 16:
      return "CUFFT_NOT_SUPPORTED";
    case 17:
      return "CUFFT_MISSING_DEPENDENCY";
    case 18:
      return "CUFFT_NVRTC_FAILURE";
    case 19:
      return "CUFFT_NVJITLINK_FAILURE";
    case 20:
      return "CUFFT_NVSHMEM_FAILURE";
    default:
      return "an unknown result of cuFFT";
  }
}

}  // namespace overlap
