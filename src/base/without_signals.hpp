// Calling into libraries that may start threads of their own.
#pragma once

#include <csignal>
#include <future>
#include <utility>

namespace overlap {

/// Calls `f` on a thread that no signal is delivered to, and returns what it returns, or throws what it throws. Threads
/// that it starts inherit that: a signal to the process stays for the threads that know what to do about it. The caller
/// takes signals as before, while it waits too. Throws std::system_error where there is no thread to be had.
template <typename F>
auto call_without_signals(F f) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  struct Restore {
    const sigset_t& mask;
    ~Restore() { pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
  };
  auto result = [&] {
    const Restore restore{before};
    return std::async(std::launch::async, std::move(f));
  }();
  return result.get();
}

}  // namespace overlap
