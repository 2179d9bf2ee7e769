// Timers of a scheduler: a 4-ary heap, whose children share a cache line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <type_traits>

#include "src/base/page_buffer.hpp"

namespace overlap {

/// A priority queue of (due, value), earliest first; ties in any order. Not thread-safe. Its memory, on huge pages
/// where there are any, is taken at its construction.
template <typename Value>
class TimerHeap {
 public:
  struct Timer {
    std::int64_t due_ns;
    Value value;
  };

  static_assert(std::is_trivially_copyable_v<Value>);

  explicit TimerHeap(std::size_t capacity)
      : capacity_(capacity),
        memory_((capacity + lead) * sizeof(Timer), PageBuffer::Sharing::own),
        timers_(reinterpret_cast<Timer*>(memory_.data()) + lead) {}

  bool empty() const noexcept { return count_ == 0; }
  std::size_t size() const noexcept { return count_; }
  const Timer& top() const noexcept { return timers_[0]; }

  /// Throws std::length_error beyond the capacity.
  void push(std::int64_t due_ns, Value value) {
    if (count_ == capacity_) throw std::length_error("the timer heap is full");
    std::size_t hole = count_++;
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / arity;
      if (timers_[parent].due_ns <= due_ns) break;
      timers_[hole] = timers_[parent];
      hole = parent;
    }
    timers_[hole] = {due_ns, value};
  }

  Value pop() noexcept {
    const Value result = timers_[0].value;
    --count_;
    if (count_ > 0) sink(timers_[count_]);
    return result;
  }

 private:
  static constexpr std::size_t arity = 4;
  // The children of timer i are 4i + 1 to 4i + 4; behind three unused places they share a cache line.
  static constexpr std::size_t lead = arity - 1;

  void sink(Timer timer) noexcept {
    std::size_t hole = 0;
    for (std::size_t child = 1; child < count_; child = hole * arity + 1) {
      std::size_t least = child;
      const std::size_t end = child + arity < count_ ? child + arity : count_;
      for (std::size_t other = child + 1; other < end; ++other) {
        if (timers_[other].due_ns < timers_[least].due_ns) least = other;
      }
      if (timers_[least].due_ns >= timer.due_ns) break;
      timers_[hole] = timers_[least];
      hole = least;
    }
    timers_[hole] = timer;
  }

  std::size_t capacity_;
  std::size_t count_ = 0;
  PageBuffer memory_;
  Timer* timers_;
};

}  // namespace overlap
