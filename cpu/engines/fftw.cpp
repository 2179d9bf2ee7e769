// Engine `fftw`: a workspace per slot, one plan for all.
#include "cpu/engines/fftw.hpp"

#include <memory>
#include <vector>

#include "cpu/engines/transform.hpp"
#include "src/page_buffer.hpp"
#include "src/slot_pool.hpp"

namespace overlap {
namespace {

class FftwEngine final : public Engine {
 public:
  void prepare_shared(const EngineSetup& setup) override {
    setup.times.measure(Phase::plan, [&] { transform_ = Transform::plan(setup.workload, setup.options); });
    if (setup.shared_slots) allocate(setup);
  }

  void prepare_worker(const EngineSetup& setup) override {
    if (!setup.shared_slots) allocate(setup);
  }

  void compute(Step& step) override {
    const SlotPool::Lease lease = pool_->acquire(step.worker);
    transform_->compute(workspaces_[lease.slot()].data(), step);
  }

  unsigned slots() const noexcept override { return static_cast<unsigned>(workspaces_.size()); }

  StepArrays probe(unsigned slot, Step& step) override { return transform_->probe(workspaces_[slot].data(), step); }

 private:
  void allocate(const EngineSetup& setup) {
    setup.times.measure(Phase::allocate, [&] {
      const auto sharing = setup.shared_slots ? PageBuffer::Sharing::with_forks : PageBuffer::Sharing::own;
      pool_ = std::make_unique<SlotPool>(setup.slots, setup.callers, setup.shared_slots);
      workspaces_.clear();
      for (unsigned slot = 0; slot < setup.slots; ++slot) {
        workspaces_.emplace_back(workspace_bytes(setup.workload), sharing).touch();
      }
    });
  }

  std::unique_ptr<Transform> transform_;
  std::unique_ptr<SlotPool> pool_;
  std::vector<PageBuffer> workspaces_;
};

}  // namespace

EngineInfo fftw_engine() {
  EngineInfo info;
  info.name = "fftw";
  info.description = "FFTW on the caller's thread: a real-to-complex transform, the upper half filled in";
  info.make = [] { return std::make_unique<FftwEngine>(); };
  info.slot_bytes = workspace_bytes;
  info.probe_bytes = probe_bytes;
  info.default_drivers = {"sequential", "coroutine", "threads", "processes"};
  info.facts = [] { return std::vector<std::pair<std::string, std::string>>{{"fftw_version", fftw_version_text()}}; };
  return info;
}

}  // namespace overlap
