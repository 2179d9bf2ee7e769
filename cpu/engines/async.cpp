// Engine `own-async`: steps are started in workspaces, and end later wherever the library computes them.
#include "cpu/engines/engines.hpp"

#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "src/base/page_buffer.hpp"
#include "src/run/blocking_completion.hpp"
#include "src/run/slot_pool.hpp"
#include "src/run/step_queue.hpp"

namespace overlap {
namespace {

class AsyncEngine final : public Engine {
 public:
  explicit AsyncEngine(ComputeInfo compute) : info_(std::move(compute)) {}

  void prepare_shared(const EngineSetup& setup) override {
    setup.times.measure(Phase::plan, [&] { compute_ = info_.prepare(setup.workload, setup.options); });
  }

  void prepare_worker(const EngineSetup& setup) override {
    setup.times.measure(Phase::allocate, [&] {
      free_ = std::make_unique<SlotPool>(setup.slots);
      slots_.clear();
      for (unsigned number = 0; number < setup.slots; ++number) {
        Slot& slot = slots_.emplace_back(*this, number);
        slot.workspace = PageBuffer(info_.workspace_bytes(setup.workload), PageBuffer::Sharing::own);
        slot.workspace.touch();
        slot.starter = compute_->starter(slot.workspace.data(), setup.give_up);
      }
    });
  }

  void compute(Step& step) override {
    const SlotPool::Lease lease = free_->acquire(step.worker);
    BlockingCompletion done;
    slots_[lease.slot()].starter->start(step, done);
    done.wait();
  }

  bool submit(Step& step, Completion& completion) override {
    const std::optional<unsigned> slot = queue_.empty() ? free_->try_acquire() : std::nullopt;
    if (slot) {
      start(slots_[*slot], step, completion);
    } else {
      completion_ = &completion;
      queue_.push(step);
    }
    return false;
  }

  /// Steps that queue are started here, on the thread that submits: where a step ends, such as in a GPU's callback,
  /// none might be.
  std::int64_t poll() override {
    while (!queue_.empty()) {
      if (const std::exception_ptr reason = failure()) {
        Step& step = queue_.pop();
        completion_->fail(step, reason);
        continue;
      }
      const std::optional<unsigned> slot = free_->try_acquire();
      if (!slot) break;
      Step& step = queue_.pop();
      try {
        start(slots_[*slot], step, *completion_);
      } catch (...) {
        completion_->fail(step, std::current_exception());
      }
    }
    return never_ns;
  }

  unsigned slots() const noexcept override { return static_cast<unsigned>(slots_.size()); }

  StepArrays probe(unsigned slot, Step& step) override { return compute_->probe(slots_[slot].workspace.data(), step); }

 private:
  /// Takes a submitted step back, gives the slot back, and hands the step on.
  struct Slot final : Completion {
    Slot(AsyncEngine& owner, unsigned own_number) : engine(owner), number(own_number) {}

    void complete(Step& step) noexcept override { released().complete(step); }
    void fail(Step& step, std::exception_ptr reason) noexcept override {
      engine.note(reason);
      released().fail(step, std::move(reason));
    }
    /// From here on another step may be started in it.
    Completion& released() noexcept {
      Completion& next = *completion;
      engine.free_->release(number);
      return next;
    }

    AsyncEngine& engine;
    unsigned number;
    Completion* completion = nullptr;
    PageBuffer workspace;
    std::unique_ptr<StepStarter> starter;  // goes before the workspace
  };

  void start(Slot& slot, Step& step, Completion& completion) {
    slot.completion = &completion;
    try {
      slot.starter->start(step, slot);
    } catch (...) {
      note(std::current_exception());
      free_->release(slot.number);
      throw;
    }
  }

  void note(const std::exception_ptr& failure) noexcept {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
  }
  std::exception_ptr failure() const noexcept {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

  ComputeInfo info_;
  std::unique_ptr<StepCompute> compute_;
  std::unique_ptr<SlotPool> free_;
  std::deque<Slot> slots_;

  // Of the thread that submits.
  StepQueue queue_;
  Completion* completion_ = nullptr;  // of the queue's steps

  mutable std::mutex mutex_;
  std::exception_ptr failure_;  // of a step: those in the queue then fail with it
};

}  // namespace

EngineInfo async_engine() {
  EngineInfo info;
  info.name = "own-async";
  info.description = "own, with steps that are started and end later, on a device or on threads of the library's own";
  info.completes_later = true;
  info.owns_slots = true;
  info.heeded = {"streams"};
  info.unavailable = [] { return std::string("--compute names no compute of your own"); };
  info.lanes_per_process = [](const EngineOptions& options, unsigned /*usable_cpus*/) {
    return options.streams_of_use();
  };
  return info;
}

EngineInfo async_engine(ComputeInfo compute) {
  EngineInfo info = engine_with(compute, async_engine());
  info.unavailable = compute.starts_no_steps;
  if (info.unavailable().empty()) info.default_drivers = {"coroutine"};
  info.make = [compute = std::move(compute)] { return std::make_unique<AsyncEngine>(compute); };
  return info;
}

}  // namespace overlap
