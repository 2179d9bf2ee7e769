// Engine `null`: computes nothing; a step ends when it begins.
#include "cpu/engines/engines.hpp"

#include <stdexcept>

namespace overlap {
namespace {

class NullEngine final : public Engine {
 public:
  void prepare_shared(const EngineSetup& /*setup*/) override {}
  void prepare_worker(const EngineSetup& /*setup*/) override {}

  void compute(Step& step) override { step.record->begin_ns = step.record->end_ns = now_ns(); }

  unsigned slots() const noexcept override { return 0; }

  StepArrays probe(unsigned /*slot*/, Step& /*step*/) override {
    throw std::logic_error("engine null computes no numbers");
  }
};

}  // namespace

EngineInfo null_engine() {
  EngineInfo info;
  info.name = "null";
  info.description = "no compute: what is left is the driver itself";
  info.computes = false;
  info.make = [] { return std::make_unique<NullEngine>(); };
  return info;
}

}  // namespace overlap
