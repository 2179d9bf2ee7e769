// Calling into libraries that may start threads of their own.
#pragma once

#include <csignal>
#include <future>
#include <utility>

namespace overlap {

/// Blocks all signals in this thread for as long as it lives.
class BlockedSignals {
 public:
  BlockedSignals() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// Calls `f` on a thread that no signal is delivered to, and returns what it returns, or throws what it throws. Threads
/// that it starts inherit that: a signal to the process stays for the threads that know what to do about it. The caller
/// takes signals as before, while it waits too. Throws std::system_error where there is no thread to be had.
template <typename F>
auto call_without_signals(F f) {
  auto result = [&] {
    const BlockedSignals blocked;
    return std::async(std::launch::async, std::move(f));
  }();
  return result.get();
}

}  // namespace overlap
