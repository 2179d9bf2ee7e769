// Engine `locked`: all that `fftw` does, one step at a time in a process.
#include "cpu/engines/locked.hpp"

#include <memory>
#include <mutex>

#include "cpu/engines/fftw.hpp"

namespace overlap {
namespace {

class LockedEngine final : public Engine {
 public:
  void prepare_shared(const EngineSetup& setup) override { fftw_->prepare_shared(setup); }
  void prepare_worker(const EngineSetup& setup) override { fftw_->prepare_worker(setup); }

  // The step's begin is stamped inside: time spent waiting for the lock is queue time.
  void compute(Step& step) override {
    const std::lock_guard lock(mutex_);
    fftw_->compute(step);
  }

  unsigned slots() const noexcept override { return fftw_->slots(); }
  StepArrays probe(unsigned slot, Step& step) override { return fftw_->probe(slot, step); }

 private:
  std::unique_ptr<Engine> fftw_ = fftw_engine().make();
  std::mutex mutex_;
};

}  // namespace

EngineInfo locked_engine() {
  EngineInfo info = fftw_engine();
  info.name = "locked";
  info.description = "fftw under one lock per process, as pure Python code under the global interpreter lock";
  info.make = [] { return std::make_unique<LockedEngine>(); };
  info.default_drivers = {"threads", "processes"};
  info.lanes_per_process = [](const EngineOptions& /*options*/, unsigned /*usable_cpus*/) { return 1U; };
  return info;
}

}  // namespace overlap
