// A one-thread scheduler of coroutines that wait on timers and on an engine's completions.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>

#include "cpu/scheduler/completion_queue.hpp"
#include "cpu/scheduler/task.hpp"
#include "cpu/scheduler/timer_queue.hpp"
#include "src/run/engine.hpp"

namespace overlap {

/// Runs tasks on the calling thread, timers in the order in which they are due, completions in theirs; asleep in the
/// kernel when nothing is ready. Used from one thread, but for the completions.
class Scheduler {
 public:
  /// `tasks`: how many there will be at most.
  Scheduler(Engine& engine, std::size_t tasks);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler();

  /// Runs a task to the first place where it waits; after a failure none is run any more.
  void start(const Task& task) {
    if (failure_ == nullptr) task.handle().resume();
  }

  /// Resumes the tasks that were started until all are done. Throws the first exception that left a task, when no step
  /// is with the engine any more; the other tasks are then abandoned where they wait.
  void run();

  /// Awaited in a task: resumes it when its step is due, or later.
  struct Due {
    bool await_ready() const noexcept { return false; }
    void await_suspend(Task::Handle task) const {
      task.promise().scheduler->timers_.push(task.promise().record->due_ns, task);
    }
    void await_resume() const noexcept {}
  };

  /// Awaited in a task: hands its step to the engine and resumes it when the step is complete. Throws what the engine
  /// throws.
  struct Computed {
    bool await_ready() const noexcept { return false; }
    bool await_suspend(Task::Handle task) const { return !task.promise().scheduler->submit(task.promise()); }
    void await_resume() const noexcept {}
  };

 private:
  friend Task;
  friend Task::promise_type;

  bool submit(Step& step) {
    if (engine_.submit(step, completions_)) return true;
    ++with_engine_;
    return false;
  }
  void fail(std::exception_ptr failure) noexcept {
    if (failure_ == nullptr) failure_ = std::move(failure);
  }
  bool resume_completed();
  bool resume_due();
  void resume_together(std::span<const Task::Handle> tasks);
  void sleep();
  void drain();

  Engine& engine_;
  FrameArena frames_;
  TimerQueue<Task::Handle> timers_;
  CompletionQueue completions_;
  std::size_t unfinished_ = 0;
  std::size_t with_engine_ = 0;  // steps submitted and not yet taken back
  std::int64_t next_poll_ns_ = never_ns;
  std::size_t due_since_sleep_ = 0;
  std::exception_ptr failure_;
};

}  // namespace overlap
