// A queue of steps, first in, first out, linked through the steps themselves.
#pragma once

#include "src/engine.hpp"

namespace overlap {

/// Holds steps that their owners keep in place, by Step::next. Not thread-safe.
class StepQueue {
 public:
  bool empty() const noexcept { return first_ == nullptr; }
  void push(Step& step) noexcept {
    step.next = nullptr;
    if (first_ == nullptr) {
      first_ = &step;
    } else {
      last_->next = &step;
    }
    last_ = &step;
  }
  /// Of a queue that is not empty.
  Step& pop() noexcept {
    Step& step = *first_;
    first_ = step.next;
    return step;
  }

 private:
  Step* first_ = nullptr;
  Step* last_ = nullptr;
};

}  // namespace overlap
