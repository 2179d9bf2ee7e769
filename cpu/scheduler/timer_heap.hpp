// Timers of a scheduler: a 4-ary heap, whose children share a cache line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace overlap {

/// A priority queue of (due, value), earliest first; ties in any order. Not thread-safe. Allocates only beyond the
/// capacity it was given.
template <typename Value>
class TimerHeap {
 public:
  struct Timer {
    std::int64_t due_ns;
    Value value;
  };

  explicit TimerHeap(std::size_t capacity) { timers_.reserve(capacity); }

  bool empty() const noexcept { return timers_.empty(); }
  std::size_t size() const noexcept { return timers_.size(); }
  const Timer& top() const noexcept { return timers_.front(); }

  void push(std::int64_t due_ns, Value value) {
    timers_.push_back({due_ns, value});
    std::size_t hole = timers_.size() - 1;
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / arity;
      if (timers_[parent].due_ns <= due_ns) break;
      timers_[hole] = timers_[parent];
      hole = parent;
    }
    timers_[hole] = {due_ns, value};
  }

  Value pop() noexcept {
    const Value result = timers_.front().value;
    const Timer last = timers_.back();
    timers_.pop_back();
    if (!timers_.empty()) sink(last);
    return result;
  }

 private:
  static constexpr std::size_t arity = 4;

  void sink(Timer timer) noexcept {
    const std::size_t count = timers_.size();
    std::size_t hole = 0;
    for (std::size_t child = 1; child < count; child = hole * arity + 1) {
      std::size_t least = child;
      const std::size_t end = child + arity < count ? child + arity : count;
      for (std::size_t other = child + 1; other < end; ++other) {
        if (timers_[other].due_ns < timers_[least].due_ns) least = other;
      }
      if (timers_[least].due_ns >= timer.due_ns) break;
      timers_[hole] = timers_[least];
      hole = least;
    }
    timers_[hole] = timer;
  }

  std::vector<Timer> timers_;
};

}  // namespace overlap
