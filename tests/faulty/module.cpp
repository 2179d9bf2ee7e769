// A module like CUDA's, whose library starts a thread of its own when it is asked: engine `in-module`.
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "src/base/clock.hpp"
#include "src/run/engine_module.hpp"

namespace overlap {
namespace {

/// Computes nothing.
class IdleEngine final : public Engine {
 public:
  void prepare_shared(const EngineSetup& /*setup*/) override {}
  void prepare_worker(const EngineSetup& /*setup*/) override {}
  void compute(Step& step) override { step.record->begin_ns = step.record->end_ns = now_ns(); }
  unsigned slots() const noexcept override { return 0; }
  StepArrays probe(unsigned /*slot*/, Step& /*step*/) override { throw std::logic_error("it computes no numbers"); }
};

/// Until the process ends, and ready for any signal that comes to it.
std::string start_thread() {
  std::thread([] {
    while (true) pause();
  }).detach();
  return "";
}

}  // namespace
}  // namespace overlap

extern "C" std::uint32_t overlap_engine_interface() { return overlap::engine_interface_version; }

extern "C" void overlap_engines(std::vector<overlap::EngineInfo>* engines) {
  overlap::EngineInfo info;
  info.name = "in-module";
  info.unavailable = overlap::start_thread;
  info.make = [] { return std::make_unique<overlap::IdleEngine>(); };
  engines->push_back(info);
}
