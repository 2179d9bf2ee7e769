// Engine `pool`: first submitted, first served; a workspace per thread of the pool.
#include "cpu/engines/engines.hpp"

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "src/base/page_buffer.hpp"
#include "src/run/blocking_completion.hpp"
#include "src/run/step_queue.hpp"

namespace overlap {
namespace {

class PoolEngine final : public Engine {
 public:
  explicit PoolEngine(ComputeInfo compute) : info_(std::move(compute)) {}
  PoolEngine(const PoolEngine&) = delete;
  PoolEngine& operator=(const PoolEngine&) = delete;
  ~PoolEngine() override {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    submitted_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void prepare_shared(const EngineSetup& setup) override {
    setup.times.measure(Phase::plan, [&] { compute_ = info_.prepare(setup.workload, setup.options); });
  }

  void prepare_worker(const EngineSetup& setup) override {
    setup.times.measure(Phase::allocate, [&] {
      completions_.resize(setup.callers);
      for (unsigned slot = 0; slot < setup.slots; ++slot) {
        workspaces_.emplace_back(info_.workspace_bytes(setup.workload), PageBuffer::Sharing::own);
      }
      for (PageBuffer& workspace : workspaces_) threads_.emplace_back([this, &workspace] { serve(workspace); });
      std::unique_lock lock(mutex_);
      ready_changed_.wait(lock, [&] { return ready_ == workspaces_.size(); });
    });
  }

  void compute(Step& step) override {
    BlockingCompletion done;
    submit(step, done);
    done.wait();
  }

  bool submit(Step& step, Completion& completion) override {
    {
      const std::lock_guard lock(mutex_);
      completion_of(step) = &completion;
      queue_.push(step);
    }
    submitted_.notify_one();
    return false;
  }

  unsigned slots() const noexcept override { return static_cast<unsigned>(workspaces_.size()); }

  StepArrays probe(unsigned slot, Step& step) override { return compute_->probe(workspaces_[slot].data(), step); }

 private:
  /// A caller that submits many steps does it with one completion; one that blocks has one step at a time. A process
  /// of a driver that forks has a single caller, whatever its number.
  Completion*& completion_of(const Step& step) noexcept { return completions_[step.worker % completions_.size()]; }

  void serve(PageBuffer& workspace) {
    workspace.touch();
    std::unique_lock lock(mutex_);
    ++ready_;
    ready_changed_.notify_one();
    while (true) {
      submitted_.wait(lock, [&] { return ends_ || !queue_.empty(); });
      if (queue_.empty()) return;
      Step& step = queue_.pop();
      Completion& completion = *completion_of(step);
      std::exception_ptr failure = failure_;
      lock.unlock();
      if (failure == nullptr) failure = compute(workspace, step);
      hand_over(step, completion, failure);
      lock.lock();
    }
  }

  /// What went wrong with it; nullptr where it is computed.
  std::exception_ptr compute(PageBuffer& workspace, Step& step) const noexcept {
    try {
      compute_->compute(workspace.data(), step);
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  void hand_over(Step& step, Completion& completion, const std::exception_ptr& failure) noexcept {
    if (failure == nullptr) {
      completion.complete(step);
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      failure_ = failure;
    }
    completion.fail(step, failure);
  }

  ComputeInfo info_;
  std::unique_ptr<StepCompute> compute_;
  std::vector<PageBuffer> workspaces_;  // by thread
  std::vector<Completion*> completions_;
  std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable ready_changed_;
  StepQueue queue_;
  std::exception_ptr failure_;  // of a step: those in the queue then fail with it
  std::size_t ready_ = 0;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

EngineInfo pool_engine(ComputeInfo compute) {
  EngineInfo info = engine_with(compute);
  info.name = "pool";
  info.description = compute.name + " on a pool of threads that the engine owns, as Python's run_in_executor";
  info.completes_later = true;
  info.owns_slots = true;
  info.heeded.emplace_back("engine-threads");
  info.make = [compute = std::move(compute)] { return std::make_unique<PoolEngine>(compute); };
  info.default_drivers = {"coroutine"};
  info.lanes_per_process = [](const EngineOptions& options, unsigned /*usable_cpus*/) { return options.threads; };
  return info;
}

}  // namespace overlap
