// Steps on a device's slots: given a slot or queued, started, looked at, and handed back.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cuda/busy_time.hpp"
#include "cuda/device.hpp"
#include "cuda/engine.hpp"
#include "cuda/step_forecast.hpp"
#include "cuda/watchdog.hpp"
#include "src/run/device_usage.hpp"
#include "src/run/engine.hpp"
#include "src/run/step_queue.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// Bytes that each part of a step has to read and write at the least, by DevicePart; 0 for parts it does not have.
std::array<std::uint64_t, device_part_count> least_bytes_of_parts(const Workload& workload, DataPlace place);

/// Thread-safe but for what is said to be setup's. After the first failure no step is started any more: those that wait
/// for a slot fail with it.
class DeviceSteps {
 public:
  DeviceSteps(std::unique_ptr<Device> device, std::unique_ptr<EngineClock> clock, DataPlace place,
              const DeviceLimits& limits);
  DeviceSteps(const DeviceSteps&) = delete;
  DeviceSteps& operator=(const DeviceSteps&) = delete;
  ~DeviceSteps();

  // Setup, one thread. They throw DeviceError.

  void open(const Workload& workload, CompletionMode completion);
  /// Reserves up to `wanted` slots, as many as memory holds, and at least one; how many there are.
  unsigned reserve(unsigned wanted, SetupTimes& times);
  /// Why they are fewer than wanted, where they are.
  const std::string& shortage() const noexcept { return shortage_; }
  /// As Engine::describe_device.
  DeviceDescription describe();
  /// As Engine::probe.
  StepArrays probe(unsigned slot, Step& step);

  unsigned slots() const noexcept { return slot_count_; }
  /// As Device::steps_at_once.
  unsigned at_once() const { return device_->steps_at_once(); }

  /// As Engine::usage.
  DeviceUsage usage();

  // The caller looks after its steps.

  /// As Engine::compute. Threads that wait for a slot are handed one in the order in which they came.
  void compute(Step& step);
  /// Steps on the device that others look after, and threads that wait for a slot.
  struct Load {
    std::size_t on_device = 0;
    std::size_t waiting = 0;
  };
  Load load() const;
  /// Delivers what has ended and starts what waits; when to come again, never_ns where nothing is on the device.
  std::int64_t look();

  // A helper looks after all steps.

  /// As compute, with a helper.
  void compute_with_helper(Step& step);
  /// The helper's thread: sleeps in the device's driver until a step ends. Returns after `end_help`, and where a step
  /// that it slept for was given up.
  void help();
  void end_help();
  /// Fails all steps where one has outlasted its limit. For the watchdog: the helper then sleeps in a call that may
  /// never return, and `helper_hangs` says so.
  void give_up_overdue_steps();
  bool helper_hangs() const;

  /// As Engine::submit; whoever looks after the steps completes it.
  void submit(Step& step, Completion& completion);

  /// As WatchedCall::overdue, of the call of the device that is under way. For the watchdog.
  std::string overdue_call() const { return call_.overdue(clock_->now_ns()); }

 private:
  /// A step on a slot.
  struct Busy {
    unsigned slot = 0;
    Step* step = nullptr;
    Completion* completion = nullptr;
    std::int64_t look_ns = 0;      // until then it need not be looked at
    std::exception_ptr failure{};  // of one that has ended
  };

  /// A call of the device, under way while this lives: alone, and watched.
  class Call {
   public:
    Call(DeviceSteps& steps, const char* what, std::int64_t limit_ns);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() { steps_.call_.end(); }

   private:
    DeviceSteps& steps_;
    std::lock_guard<std::mutex> lock_;
  };

  /// A thread that waits for a slot, which it is handed: to wake all for each would take longer than most steps.
  struct Waiter {
    std::condition_variable served;
    bool has_slot = false;
    unsigned slot = 0;
  };

  unsigned take_slot();
  void release(unsigned slot);
  void fail_waiters(const std::exception_ptr& failure);
  void give_back(unsigned slot, const std::exception_ptr& failure);
  void start(Busy& busy);
  void start_busy(Busy busy);
  void start_queued();
  void generate_on_host(unsigned slot, const Step& step);
  void wait_for(Busy& busy);
  std::size_t to_sleep_for();
  bool finish(Busy& busy, bool queue);
  void collect_ended();
  void hand_back_ended() noexcept;
  std::exception_ptr overdue(const Step& step) const;
  void fail_queue(StepQueue& queue, const std::exception_ptr& failure) noexcept;
  void count(const DeviceTimes& times);

  std::unique_ptr<Device> device_;
  std::unique_ptr<EngineClock> clock_;
  DataPlace place_;
  std::int64_t step_limit_ns_;
  std::int64_t setup_limit_ns_;
  Workload workload_;
  unsigned slot_count_ = 0;
  std::string shortage_;

  mutable std::mutex mutex_;  // of the slots' distribution; taken before device_mutex_
  std::condition_variable started_;
  std::vector<unsigned> free_;   // none while someone waits
  std::deque<Waiter*> waiters_;  // in the order in which they came
  std::vector<Busy> busy_;       // about in the order in which they were started
  StepQueue queue_;
  Completion* completion_ = nullptr;  // of the queue's steps
  std::exception_ptr failure_;        // the first
  bool ends_ = false;
  bool helper_hangs_ = false;

  // Of whoever looks after the steps, alone.
  std::vector<Busy> ended_;  // on their way back
  std::int64_t rest_until_ns_ = 0;

  std::mutex device_mutex_;
  WatchedCall call_;
  DeviceUsage usage_;  // but for its busy time
  BusyTime busy_time_;
  std::array<std::uint64_t, device_part_count> step_bytes_{};  // by part
  StepForecast forecast_;
};

}  // namespace overlap
