// The watchdog's thread.
#include "cuda/watchdog.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "src/base/clock.hpp"

namespace overlap {

std::string WatchedCall::overdue(std::int64_t now_ns) const {
  const std::int64_t begin_ns = begin_ns_.load(std::memory_order_acquire);
  const std::int64_t limit_ns = limit_ns_.load(std::memory_order_relaxed);
  if (begin_ns == not_begun || now_ns - begin_ns < limit_ns) return "";
  return fmt::format("{} has not ended after {:.3g} s", what_.load(std::memory_order_relaxed), to_seconds(limit_ns));
}

Watchdog::Watchdog(double period_s, std::function<void()> look)
    : thread_([this, period_s, look = std::move(look)] { watch(period_s, look); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::watch(double period_s, const std::function<void()>& look) {
  const std::chrono::duration<double> period(period_s);
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, period, [&] { return ends_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

}  // namespace overlap
