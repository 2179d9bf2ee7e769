// The scheduler's loop.
#include "cpu/scheduler/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "src/clock.hpp"

namespace overlap {
namespace {

// Timers resumed before completions are looked at again, and the clock read again.
constexpr int timers_at_once = 64;

Task::Handle task_of(Step& step) noexcept {
  return Task::Handle::from_promise(static_cast<Task::promise_type&>(step));
}

}  // namespace

void* Task::allocate_frame(Scheduler& scheduler, std::size_t bytes) {
  void* frame = scheduler.frames_.allocate(bytes);
  ++scheduler.unfinished_;
  return frame;
}

void Task::promise_type::return_void() noexcept { --scheduler->unfinished_; }

void Task::promise_type::unhandled_exception() noexcept { scheduler->fail(std::current_exception()); }

Scheduler::Scheduler(Engine& engine, std::size_t tasks) : engine_(engine), frames_(tasks), timers_(tasks) {}

Scheduler::~Scheduler() {
  frames_.for_each([](void* frame) { std::coroutine_handle<>::from_address(frame).destroy(); });
}

void Scheduler::run() {
  while (unfinished_ > 0) {
    const bool any_completed = resume_completed();
    const bool any_due = resume_due();
    if (failure_ != nullptr) {
      drain();
      std::rethrow_exception(failure_);
    }
    if (!any_completed && !any_due && unfinished_ > 0) sleep();
  }
}

bool Scheduler::resume_completed() {
  next_poll_ns_ = with_engine_ > 0 ? engine_.poll() : never_ns;
  Step* step = completions_.take_all();
  const bool any = step != nullptr;
  while (step != nullptr) {
    Step* const next = step->next;
    --with_engine_;
    if (step->error != nullptr) fail(std::exchange(step->error, nullptr));
    if (failure_ == nullptr) task_of(*step).resume();
    step = next;
  }
  return any;
}

bool Scheduler::resume_due() {
  const std::int64_t now = now_ns();
  int resumed = 0;
  while (resumed < timers_at_once && failure_ == nullptr && !timers_.empty() && timers_.top().due_ns <= now) {
    timers_.pop().resume();
    ++resumed;
  }
  return resumed > 0;
}

void Scheduler::sleep() {
  const std::int64_t next_due_ns = timers_.empty() ? never_ns : timers_.top().due_ns;
  completions_.sleep_until(std::min(next_due_ns, next_poll_ns_));
}

void Scheduler::drain() {
  while (with_engine_ > 0) {
    if (!resume_completed()) completions_.sleep_until(next_poll_ns_);
  }
}

}  // namespace overlap
