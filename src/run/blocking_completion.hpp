// Waiting for one submitted step: how a caller that blocks uses an engine that completes later.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <utility>

#include "src/base/clock.hpp"
#include "src/base/futex.hpp"
#include "src/run/engine.hpp"

namespace overlap {

/// The completion of one step, awaited by one thread.
class BlockingCompletion final : public Completion {
 public:
  void complete(Step& /*step*/) noexcept override { finish(); }
  void fail(Step& /*step*/, std::exception_ptr reason) noexcept override {
    reason_ = std::move(reason);
    finish();
  }

  /// Sleeps until the step is complete; throws the reason where it failed. Once.
  void wait() {
    while (done_.load() == 0) futex_wait(done_, 0, never_ns);
    if (reason_ != nullptr) std::rethrow_exception(reason_);
  }

 private:
  // The waiter may be gone once it sees the word set. The wake then names an address that nobody, or another, sleeps
  // on: every sleeper on a futex looks again.
  void finish() noexcept {
    done_.store(1);
    futex_wake(done_, 1);
  }

  std::atomic<std::uint32_t> done_{0};
  std::exception_ptr reason_;
};

}  // namespace overlap
