// The engine interface over a device's steps, with the threads that look after them.
#include "cuda/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "cuda/device_steps.hpp"
#include "cuda/watchdog.hpp"
#include "src/base/clock.hpp"

namespace overlap {
namespace {

class SystemClock final : public EngineClock {
 public:
  std::int64_t now_ns() override { return overlap::now_ns(); }
  void sleep_until(std::int64_t deadline_ns) override {
    const std::int64_t left_ns = deadline_ns - overlap::now_ns();
    if (left_ns > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(left_ns));
  }
};

class DeviceEngine final : public Engine {
 public:
  DeviceEngine(std::unique_ptr<Device> device, std::unique_ptr<EngineClock> clock, DataPlace place,
               const DeviceLimits& limits)
      : steps_(std::make_shared<DeviceSteps>(std::move(device), std::move(clock), place, limits)), limits_(limits) {}

  DeviceEngine(const DeviceEngine&) = delete;
  DeviceEngine& operator=(const DeviceEngine&) = delete;
  ~DeviceEngine() override {
    if (!helper_.joinable()) return;
    if (steps_->helper_hangs()) {
      // It keeps alive what it hangs in; the process is about to end.
      helper_.detach();
    } else {
      steps_->end_help();
      helper_.join();
    }
  }

  /// Nothing: a context does not outlive a fork, and no more does a thread.
  void prepare_shared(const EngineSetup& /*setup*/) override {}

  void prepare_worker(const EngineSetup& setup) override {
    has_helper_ = setup.options.completion == CompletionMode::block;
    const unsigned wanted = setup.slots;
    watch(setup.give_up);
    setup.times.measure(Phase::context, [&] { steps_->open(setup.workload, setup.options.completion); });
    unsigned reserved = 0;
    setup.times.measure(Phase::allocate, [&] { reserved = steps_->reserve(wanted, setup.times); });
    if (reserved < wanted) {
      setup.note(fmt::format("{} streams of {}: {}", reserved, wanted, steps_->shortage()));
    }
    if (const unsigned at_once = steps_->at_once(); at_once < reserved) {
      setup.note(fmt::format(
          "steps run on the device {} at a time, in the order in which they start: more would take its cache from each "
          "other",
          at_once == 1 ? "one" : std::to_string(at_once)));
    }
    if (has_helper_) helper_ = std::thread([steps = steps_] { steps->help(); });
  }

  void compute(Step& step) override {
    if (has_helper_) {
      steps_->compute_with_helper(step);
    } else {
      steps_->compute(step);
    }
  }

  bool submit(Step& step, Completion& completion) override {
    steps_->submit(step, completion);
    return false;
  }

  std::int64_t poll() override { return has_helper_ ? never_ns : steps_->look(); }

  DeviceUsage usage() override { return steps_->usage(); }

  DeviceDescription describe_device() override { return steps_->describe(); }

  unsigned slots() const noexcept override { return steps_->slots(); }

  StepArrays probe(unsigned slot, Step& step) override { return steps_->probe(slot, step); }

 private:
  void watch(const std::function<void(const std::string&)>& give_up) {
    constexpr double looks_within_limit = 4.0;
    constexpr double longest_period_s = 5.0;
    const double period_s = std::min(longest_period_s, std::min(limits_.step_s, limits_.setup_s) / looks_within_limit);
    watchdog_ = std::make_unique<Watchdog>(period_s, [this, give_up] {
      if (const std::string call = steps_->overdue_call(); !call.empty()) give_up(call);
      if (has_helper_) steps_->give_up_overdue_steps();
    });
  }

  std::shared_ptr<DeviceSteps> steps_;  // shared with the helper
  DeviceLimits limits_;
  bool has_helper_ = false;
  std::thread helper_;
  std::unique_ptr<Watchdog> watchdog_;  // ends before what it looks at
};

}  // namespace

std::unique_ptr<EngineClock> make_system_clock() { return std::make_unique<SystemClock>(); }

std::unique_ptr<Engine> make_device_engine(std::unique_ptr<Device> device, std::unique_ptr<EngineClock> clock,
                                           DataPlace place, const DeviceLimits& limits) {
  return std::make_unique<DeviceEngine>(std::move(device), std::move(clock), place, limits);
}

}  // namespace overlap
