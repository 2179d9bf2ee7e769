// Engines that end a step, a process or a setup in other ways than by finishing it.
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "src/run/slot_pool.hpp"
#include "tests/faulty/engines.hpp"
#include "tests/faulty/wrapping_engine.hpp"

namespace overlap::faulty {
namespace {

using Fault = std::function<void()>;

class BreakingInStep final : public WrappingEngine {
 public:
  explicit BreakingInStep(Fault fault) : fault_(std::move(fault)) {}
  void compute(Step& step) override {
    if (is_faulty(step)) fault_();
    WrappingEngine::compute(step);
  }

 private:
  Fault fault_;
};

class BreakingInSetup final : public WrappingEngine {
 public:
  explicit BreakingInSetup(Fault fault) : fault_(std::move(fault)) {}
  void prepare_worker(const EngineSetup& setup) override {
    fault_();
    WrappingEngine::prepare_worker(setup);
  }

 private:
  Fault fault_;
};

/// Breaks with a compute slot in hand, which it shares with the other workers where all do.
class BreakingInSlot final : public WrappingEngine {
 public:
  explicit BreakingInSlot(Fault fault) : fault_(std::move(fault)) {}
  void prepare_shared(const EngineSetup& setup) override {
    WrappingEngine::prepare_shared(setup);
    pool_ = std::make_unique<SlotPool>(setup.slots, setup.callers, setup.shared_slots);
  }
  void compute(Step& step) override {
    const SlotPool::Lease lease = pool_->acquire(step.worker);
    if (is_faulty(step)) fault_();
    WrappingEngine::compute(step);
  }

 private:
  Fault fault_;
  std::unique_ptr<SlotPool> pool_;
};

template <typename Broken>
EngineInfo failing_engine(std::string name, std::string description, Fault fault) {
  EngineInfo info = fftw_engine();
  info.default_drivers.clear();
  info.name = std::move(name);
  info.description = std::move(description);
  info.make = [fault = std::move(fault)] { return std::make_unique<Broken>(fault); };
  return info;
}

[[noreturn]] void hang() {
  for (;;) pause();
}

[[noreturn]] void abort_without_core() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::abort();
}

/// Leaves a child behind that would stay for ever.
void start_orphan() {
  if (fork() == 0) hang();
}

EngineInfo unavailable_engine() {
  EngineInfo info = failing_engine<BreakingInSetup>("unavailable", "is unavailable here", [] {});
  info.unavailable = [] { return "the test says so"; };
  return info;
}

}  // namespace

void add_failing_engines(Registry& registry) {
  registry.add(failing_engine<BreakingInStep>("throws", "throws in a step",
                                              [] { throw std::runtime_error("the engine is out of ink"); }));
  registry.add(failing_engine<BreakingInSetup>("throws-in-setup", "throws in setup",
                                               [] { throw std::runtime_error("the engine has no paper"); }));
  registry.add(failing_engine<BreakingInStep>("dies", "kills its process in a step", [] { kill(getpid(), SIGKILL); }));
  registry.add(failing_engine<BreakingInSlot>("dies-in-slot", "kills its process with a compute slot in hand",
                                              [] { kill(getpid(), SIGKILL); }));
  registry.add(failing_engine<BreakingInStep>("aborts", "aborts in a step", abort_without_core));
  registry.add(failing_engine<BreakingInStep>("exits", "ends its process in a step, as if all were well",
                                              [] { _exit(EXIT_SUCCESS); }));
  registry.add(failing_engine<BreakingInStep>("orphans", "starts a process in a step and forgets it", start_orphan));
  registry.add(failing_engine<BreakingInStep>("hangs", "never returns from a step", hang));
  registry.add(failing_engine<BreakingInSetup>("hangs-in-setup", "never returns from setup", hang));
  registry.add(unavailable_engine());
}

}  // namespace overlap::faulty
