// What the CUDA module exports: the engines `cuda` and `cuda-copy`.
#include <cstdint>
#include <memory>
#include <vector>

#include "cuda/device.hpp"
#include "cuda/engine.hpp"
#include "src/run/engine_module.hpp"
#include "src/run/registry.hpp"

namespace overlap {
namespace {

EngineInfo engine_on_cuda(const char* name, DataPlace place) {
  EngineInfo info;
  info.name = name;
  info.completes_later = true;
  info.unavailable = cuda_unavailable;
  info.make = [place] { return make_device_engine(make_cuda_device(), make_system_clock(), place); };
  return info;
}

}  // namespace
}  // namespace overlap

extern "C" __attribute__((visibility("default"))) std::uint32_t overlap_engine_interface() {
  return overlap::engine_interface_version;
}

extern "C" __attribute__((visibility("default"))) void overlap_engines(std::vector<overlap::EngineInfo>* engines) {
  engines->push_back(overlap::engine_on_cuda("cuda", overlap::DataPlace::device));
  engines->push_back(overlap::engine_on_cuda("cuda-copy", overlap::DataPlace::host));
}
