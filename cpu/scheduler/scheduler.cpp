// The scheduler's loop.
#include "cpu/scheduler/scheduler.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "src/base/clock.hpp"

namespace overlap {
namespace {

// Timers resumed before completions are looked at again, and the clock read again.
constexpr std::size_t timers_at_once = 64;

constexpr std::size_t cache_line = 64;

// A sleep costs more than this is worth: with a timer due every microsecond, sleeping for each would take most of a
// core. Where many were due since the last one, a longer one saves more than a step is delayed by.
constexpr std::int64_t shortest_sleep_ns = 20'000;
constexpr std::int64_t shortest_busy_sleep_ns = 100'000;
constexpr std::size_t busy_from = 16;

Task::Handle task_of(Step& step) noexcept { return Task::Handle::from_promise(static_cast<Task::promise_type&>(step)); }

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
  // Asked after the steps were taken, so that a failed one among them is known for what it is.
  if (any && failure_ == nullptr) failure_ = completions_.failure();
  while (step != nullptr) {
    Step* const next = step->next;
    --with_engine_;
    if (failure_ == nullptr) task_of(*step).resume();
    step = next;
  }
  return any;
}

bool Scheduler::resume_due() {
  const std::int64_t now = now_ns();
  std::array<Task::Handle, timers_at_once> due;
  std::size_t count = 0;
  while (count < timers_at_once && !timers_.empty() && timers_.top_due_ns() <= now) {
    due[count] = timers_.pop();
    __builtin_prefetch(due[count].address(), 1);
    __builtin_prefetch(static_cast<const std::byte*>(due[count].address()) + cache_line, 1);
    ++count;
  }
  due_since_sleep_ += count;
  resume_together({due.data(), count});
  return count > 0;
}

// Of a million requests, each one's frame and its records, of this step and the next, are out of the caches when its
// turn comes: they are fetched for all before the first is resumed.
void Scheduler::resume_together(std::span<const Task::Handle> tasks) {
  for (const Task::Handle task : tasks) {
    __builtin_prefetch(task.promise().record, 1);
    __builtin_prefetch(task.promise().record + 1, 1);
  }
  for (const Task::Handle task : tasks) {
    if (failure_ != nullptr) return;
    task.resume();
  }
}

void Scheduler::sleep() {
  const std::int64_t shortest_ns = due_since_sleep_ < busy_from ? shortest_sleep_ns : shortest_busy_sleep_ns;
  due_since_sleep_ = 0;
  const std::int64_t next_due_ns = timers_.empty() ? never_ns : std::max(timers_.top_due_ns(), now_ns() + shortest_ns);
  completions_.sleep_until(std::min(next_due_ns, next_poll_ns_));
}

void Scheduler::drain() {
  while (with_engine_ > 0) {
    if (!resume_completed()) completions_.sleep_until(next_poll_ns_);
  }
}

}  // namespace overlap
