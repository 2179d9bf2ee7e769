// Engine `locked`: what an engine on the caller's thread does, one step at a time in a process.
#include "cpu/engines/engines.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace overlap {
namespace {

class LockedEngine final : public Engine {
 public:
  explicit LockedEngine(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

  void prepare_shared(const EngineSetup& setup) override { engine_->prepare_shared(setup); }
  void prepare_worker(const EngineSetup& setup) override { engine_->prepare_worker(setup); }

  // The step's begin is stamped inside: time spent waiting for the lock is queue time.
  void compute(Step& step) override {
    const std::lock_guard lock(mutex_);
    engine_->compute(step);
  }

  unsigned slots() const noexcept override { return engine_->slots(); }
  StepArrays probe(unsigned slot, Step& step) override { return engine_->probe(slot, step); }

 private:
  std::unique_ptr<Engine> engine_;
  std::mutex mutex_;
};

}  // namespace

EngineInfo locked_engine(ComputeInfo compute) {
  const std::string description =
      compute.name + " under one lock per process, as pure Python code under the global interpreter lock";
  EngineInfo info = caller_engine(std::move(compute));
  info.name = "locked";
  info.description = description;
  info.make = [make = info.make] { return std::make_unique<LockedEngine>(make()); };
  info.default_drivers = {"threads", "processes"};
  info.lanes_per_process = [](const EngineOptions& /*options*/, unsigned /*usable_cpus*/) { return 1U; };
  return info;
}

}  // namespace overlap
