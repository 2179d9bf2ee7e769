// The base of the broken engines: the working one, wrapped, and the step that most of them break.
#pragma once

#include <memory>

#include "cpu/engines/engines.hpp"
#include "src/run/engine.hpp"

namespace overlap::faulty {

/// Engine `fftw`, step for step.
class WrappingEngine : public Engine {
 public:
  void prepare_shared(const EngineSetup& setup) override { working_->prepare_shared(setup); }
  void prepare_worker(const EngineSetup& setup) override { working_->prepare_worker(setup); }
  void compute(Step& step) override { working_->compute(step); }
  unsigned slots() const noexcept override { return working_->slots(); }
  StepArrays probe(unsigned slot, Step& step) override { return working_->probe(slot, step); }

 protected:
  Engine& working() noexcept { return *working_; }

 private:
  std::unique_ptr<Engine> working_ = fftw_engine().make();
};

/// The step in which most broken engines break. Calibration takes fewer requests, at most four with `--workers 2`, so
/// that the step is met in the timed part alone.
inline bool is_faulty(const Step& step) noexcept { return step.request == 5 && step.iteration == 1; }

}  // namespace overlap::faulty
