// The completion queue: a stack that is turned round when taken.
#include "cpu/scheduler/completion_queue.hpp"

#include <thread>
#include <utility>

#include "src/base/futex.hpp"

namespace overlap {

CompletionQueue::~CompletionQueue() {
  while (completing_.load() != 0) std::this_thread::yield();
}

void CompletionQueue::complete(Step& step) noexcept {
  completing_.fetch_add(1);
  Step* last = last_.load(std::memory_order_relaxed);
  do {
    step.next = last;
  } while (!last_.compare_exchange_weak(last, &step));
  // The step may be gone from here on, and after the next line but one the queue too.
  if (asleep_.exchange(0) != 0) futex_wake(asleep_, 1);
  completing_.fetch_sub(1);
}

void CompletionQueue::fail(Step& step, std::exception_ptr reason) noexcept {
  {
    const std::lock_guard lock(failure_mutex_);
    if (failure_ == nullptr) failure_ = std::move(reason);
  }
  failed_.store(true);
  complete(step);
}

std::exception_ptr CompletionQueue::failure() const noexcept {
  if (!failed_.load()) return nullptr;
  const std::lock_guard lock(failure_mutex_);
  return failure_;
}

Step* CompletionQueue::take_all() noexcept {
  if (last_.load(std::memory_order_relaxed) == nullptr) return nullptr;
  Step* step = last_.exchange(nullptr, std::memory_order_acquire);
  Step* first = nullptr;
  while (step != nullptr) {
    Step* before = step->next;
    step->next = first;
    first = step;
    step = before;
  }
  return first;
}

void CompletionQueue::sleep_until(std::int64_t deadline_ns) noexcept {
  asleep_.store(1);
  if (last_.load() == nullptr) futex_wait(asleep_, 1, deadline_ns);
  asleep_.store(0);
}

}  // namespace overlap
