// Engines `fftw` and `own`: a step on one thread, the caller's. A workspace per slot, one plan for all.
#include "cpu/engines/engines.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "cpu/engines/transform.hpp"
#include "src/base/page_buffer.hpp"
#include "src/run/slot_pool.hpp"

namespace overlap {
namespace {

class CallerEngine final : public Engine {
 public:
  explicit CallerEngine(ComputeInfo compute) : info_(std::move(compute)) {}

  void prepare_shared(const EngineSetup& setup) override {
    setup.times.measure(Phase::plan, [&] { compute_ = info_.prepare(setup.workload, setup.options); });
    if (setup.shared_slots) allocate(setup);
  }

  void prepare_worker(const EngineSetup& setup) override {
    if (!setup.shared_slots) allocate(setup);
  }

  void compute(Step& step) override {
    const SlotPool::Lease lease = pool_->acquire(step.worker);
    compute_->compute(workspaces_[lease.slot()].data(), step);
  }

  unsigned slots() const noexcept override { return static_cast<unsigned>(workspaces_.size()); }

  StepArrays probe(unsigned slot, Step& step) override { return compute_->probe(workspaces_[slot].data(), step); }

 private:
  void allocate(const EngineSetup& setup) {
    setup.times.measure(Phase::allocate, [&] {
      const auto sharing = setup.shared_slots ? PageBuffer::Sharing::with_forks : PageBuffer::Sharing::own;
      pool_ = std::make_unique<SlotPool>(setup.slots, setup.callers, setup.shared_slots);
      workspaces_.clear();
      for (unsigned slot = 0; slot < setup.slots; ++slot) {
        workspaces_.emplace_back(info_.workspace_bytes(setup.workload), sharing).touch();
      }
    });
  }

  ComputeInfo info_;
  std::unique_ptr<StepCompute> compute_;
  std::unique_ptr<SlotPool> pool_;
  std::vector<PageBuffer> workspaces_;
};

}  // namespace

EngineInfo engine_with(const ComputeInfo& compute, EngineInfo info) {
  info.slot_bytes = compute.workspace_bytes;
  info.probe_bytes = compute.probe_bytes;
  info.heeded = compute.heeded;
  info.facts = compute.facts;
  return info;
}

EngineInfo caller_engine(ComputeInfo compute) {
  EngineInfo info = engine_with(compute);
  info.make = [compute = std::move(compute)] { return std::make_unique<CallerEngine>(compute); };
  info.default_drivers = {"sequential", "coroutine", "threads", "processes"};
  return info;
}

EngineInfo fftw_engine() {
  EngineInfo info = caller_engine(fft_compute());
  info.name = "fftw";
  info.description = "FFTW on the caller's thread: a real-to-complex transform, the upper half filled in";
  return info;
}

EngineInfo own_engine() {
  EngineInfo info;
  info.name = "own";
  info.description = "a compute of your own, which --compute names, on the caller's thread";
  info.unavailable = [] { return std::string("--compute names no compute of your own"); };
  return info;
}

EngineInfo own_engine(ComputeInfo compute) {
  const EngineInfo place = own_engine();
  EngineInfo info = caller_engine(std::move(compute));
  info.name = place.name;
  info.description = place.description;
  return info;
}

}  // namespace overlap
