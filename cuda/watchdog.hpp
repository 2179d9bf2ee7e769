// Watches over calls that may never return: a thread that speaks up where one lasts too long.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace overlap {

/// A call that is under way, as its caller tells it and the watchdog sees it. One caller at a time.
class WatchedCall {
 public:
  /// `what` lives for ever: "opening the device".
  void begin(const char* what, std::int64_t now_ns, std::int64_t limit_ns) noexcept {
    what_.store(what, std::memory_order_relaxed);
    limit_ns_.store(limit_ns, std::memory_order_relaxed);
    begin_ns_.store(now_ns, std::memory_order_release);
  }
  void end() noexcept { begin_ns_.store(not_begun, std::memory_order_relaxed); }

  /// "opening the device has not ended after 120 s"; empty where nothing is past its limit.
  std::string overdue(std::int64_t now_ns) const;

 private:
  static constexpr std::int64_t not_begun = -1;

  std::atomic<const char*> what_{nullptr};
  std::atomic<std::int64_t> limit_ns_{0};
  std::atomic<std::int64_t> begin_ns_{not_begun};
};

/// Calls `look` every `period_s` seconds on a thread of its own, until its end, which waits for the last call.
class Watchdog {
 public:
  Watchdog(double period_s, std::function<void()> look);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

 private:
  void watch(double period_s, const std::function<void()>& look);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace overlap
