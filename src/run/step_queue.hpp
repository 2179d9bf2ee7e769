// A queue of steps, first in, first out, linked through the steps themselves.
#pragma once

#include <cstddef>

#include "src/run/engine.hpp"

namespace overlap {

/// Holds steps that their owners keep in place, by Step::next. Not thread-safe.
class StepQueue {
 public:
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  void push(Step& step) noexcept {
    step.next = nullptr;
    if (empty()) {
      first_ = &step;
    } else {
      last_->next = &step;
    }
    last_ = &step;
    ++size_;
  }
  /// Of a queue that is not empty.
  Step& pop() noexcept {
    Step& step = *first_;
    first_ = step.next;
    --size_;
    return step;
  }

 private:
  Step* first_ = nullptr;
  Step* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace overlap
