// Engine `fftw-threads`: a slot is a workspace with a team of threads; a caller works with the team of its slot.
#include "cpu/engines/engines.hpp"

#include <memory>
#include <vector>

#include "cpu/engines/fftw_team.hpp"
#include "cpu/engines/team.hpp"
#include "cpu/engines/transform.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/page_buffer.hpp"
#include "src/run/slot_pool.hpp"

namespace overlap {
namespace {

class FftwThreadsEngine final : public Engine {
 public:
  void prepare_shared(const EngineSetup& setup) override {
    setup.times.measure(Phase::plan,
                        [&] { transform_ = Transform::plan(setup.workload, setup.options, setup.options.threads); });
  }

  void prepare_worker(const EngineSetup& setup) override {
    setup.times.measure(Phase::allocate, [&] {
      pool_ = std::make_unique<SlotPool>(setup.slots, setup.callers, false);
      places_.clear();
      for (unsigned slot = 0; slot < setup.slots; ++slot) places_.push_back(std::make_unique<Place>(setup));
    });
  }

  void compute(Step& step) override {
    const SlotPool::Lease lease = pool_->acquire(step.worker);
    Place& place = *places_[lease.slot()];
    transform_->compute_on(&place.team, place.workspace.data(), step);
  }

  unsigned slots() const noexcept override { return static_cast<unsigned>(places_.size()); }

  StepArrays probe(unsigned slot, Step& step) override {
    Place& place = *places_[slot];
    return transform_->probe_on(&place.team, place.workspace.data(), step);
  }

 private:
  struct Place {
    explicit Place(const EngineSetup& setup)
        : workspace(workspace_bytes(setup.workload), PageBuffer::Sharing::own), team(setup.options.threads) {
      workspace.touch();
    }
    PageBuffer workspace;
    Team team;
  };

  std::unique_ptr<Transform> transform_;
  std::unique_ptr<SlotPool> pool_;
  std::vector<std::unique_ptr<Place>> places_;
};

}  // namespace

EngineInfo fftw_threads_engine() {
  EngineInfo info;
  info.name = "fftw-threads";
  info.description = "FFTW with threads inside each step; inputs, transform and upper half share them";
  info.owns_slots = true;
  info.make = [] { return std::make_unique<FftwThreadsEngine>(); };
  info.unavailable = [] {
    return std::string(fftw_takes_a_team() ? "" : "built with an FFTW older than 3.3.9, which can't share its threads");
  };
  info.slot_bytes = workspace_bytes;
  info.probe_bytes = probe_bytes;
  info.default_drivers = {"coroutine"};
  info.lanes_per_process = [](const EngineOptions& options, unsigned cpus) { return cpus / options.threads; };
  info.cpus_per_step = [](const EngineOptions& options) { return options.threads; };
  info.heeded = {"rigor", "engine-threads"};
  info.facts = [] { return NamedTexts{{"fftw_version", fftw_version_text()}}; };
  return info;
}

}  // namespace overlap
