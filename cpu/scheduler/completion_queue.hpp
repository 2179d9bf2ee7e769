// Steps that engines hand back to a scheduler, from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>

#include "src/run/engine.hpp"

namespace overlap {

/// Many threads complete, one takes and sleeps. Lock-free: a list linked through the steps themselves.
class CompletionQueue final : public Completion {
 public:
  CompletionQueue() noexcept = default;
  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;
  /// Waits for those who have handed over the last step and are still on their way out.
  ~CompletionQueue();

  void complete(Step& step) noexcept override;
  void fail(Step& step, std::exception_ptr reason) noexcept override;

  /// The first reason of a step that failed, among those taken so far at the latest; nullptr where all is well.
  std::exception_ptr failure() const noexcept;

  /// All steps completed so far, first completed first, linked by Step::next; nullptr where there are none.
  Step* take_all() noexcept;

  /// Sleeps until a step is completed or the deadline has come. May return early.
  void sleep_until(std::int64_t deadline_ns) noexcept;

 private:
  mutable std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::atomic<bool> failed_{false};
  std::atomic<Step*> last_{nullptr};
  std::atomic<std::uint32_t> asleep_{0};      // futex word
  std::atomic<std::uint32_t> completing_{0};  // threads within complete
};

}  // namespace overlap
