// Slots and the queue for them; completions are asked for, between naps that the steps so far predict.
#include "cuda/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "src/clock.hpp"
#include "src/philox.hpp"

namespace overlap {
namespace {

// The most slots where --streams sets no number.
constexpr unsigned default_streams = 32;

// The shortest time between two looks at a step.
constexpr std::int64_t shortest_nap_ns = 20'000;

class SystemClock final : public EngineClock {
 public:
  std::int64_t now_ns() override { return overlap::now_ns(); }
  void sleep_until(std::int64_t deadline_ns) override {
    const std::int64_t left_ns = deadline_ns - overlap::now_ns();
    if (left_ns > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(left_ns));
  }
};

/// Steps that wait for a slot, linked through themselves.
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
  Step& pop() noexcept {
    Step& step = *first_;
    first_ = step.next;
    return step;
  }

 private:
  Step* first_ = nullptr;
  Step* last_ = nullptr;
};

class DeviceEngine final : public Engine {
 public:
  DeviceEngine(std::unique_ptr<Device> device, std::unique_ptr<EngineClock> clock, DataPlace place, double watchdog_s)
      : device_(std::move(device)),
        clock_(std::move(clock)),
        place_(place),
        watchdog_ns_(static_cast<std::int64_t>(watchdog_s * static_cast<double>(ns_per_s))) {}

  DeviceEngine(const DeviceEngine&) = delete;
  DeviceEngine& operator=(const DeviceEngine&) = delete;
  ~DeviceEngine() override {
    // To give back what a step that hangs or failed still holds could block for ever; the process is about to end.
    if (failure_ != nullptr) static_cast<void>(device_.release());
  }

  /// Nothing: a context does not outlive a fork.
  void prepare_shared(const EngineSetup& setup) override { workload_ = setup.workload; }

  void prepare_worker(const EngineSetup& setup) override {
    setup.times.measure(Phase::context, [&] { device_->open(workload_, place_ == DataPlace::host); });
    const std::uint64_t most = setup.options.streams != 0 ? setup.options.streams : default_streams;
    const auto wanted = static_cast<unsigned>(std::min(most, setup.steps_at_once));
    setup.times.measure(Phase::allocate, [&] { add_slots(wanted); });
    if (slot_count_ < wanted) {
      setup.note(fmt::format("{} streams of {}: the device's memory holds no more", slot_count_, wanted));
    }
  }

  void compute(Step& step) override {
    const unsigned slot = take_slot();
    try {
      start(slot, step);
      wait_for(slot, step);
    } catch (...) {
      give_back(slot, std::current_exception());
      throw;
    }
    give_back(slot, nullptr);
  }

  bool submit(Step& step, Completion& completion) override {
    completion_ = &completion;
    const std::lock_guard lock(mutex_);
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    if (free_.empty()) {
      queue_.push(step);
    } else {
      start_on_free_slot(step);
    }
    return false;
  }

  std::int64_t poll() override {
    const std::lock_guard lock(mutex_);
    std::int64_t next_ns = never_ns;
    for (std::size_t index = 0; index < busy_.size();) {
      const Busy busy = busy_[index];
      if (look_at(busy)) {
        busy_.erase(busy_.begin() + static_cast<std::ptrdiff_t>(index));
        free_.push_back(busy.slot);
      } else {
        next_ns = std::min(next_ns, next_look_ns(busy.step->record->begin_ns));
        ++index;
      }
    }
    while (!queue_.empty() && (failure_ != nullptr || !free_.empty())) {
      Step& step = queue_.pop();
      if (failure_ != nullptr) {
        completion_->fail(step, failure_);
      } else if (start_on_free_slot(step)) {
        next_ns = std::min(next_ns, next_look_ns(step.record->begin_ns));
      }
    }
    return next_ns;
  }

  unsigned slots() const noexcept override { return slot_count_; }

  StepArrays probe(unsigned slot, Step& step) override {
    device_->poison(slot);
    start(slot, step);
    wait_for(slot, step);
    return device_->read_back(slot);
  }

 private:
  struct Busy {
    unsigned slot;
    Step* step;
  };

  void add_slots(unsigned wanted) {
    try {
      while (slot_count_ < wanted) {
        device_->add_slot();
        free_.push_back(slot_count_++);
      }
    } catch (const DeviceError& error) {
      if (error.kind() != DeviceError::Kind::out_of_memory || slot_count_ == 0) throw;
    }
    busy_.reserve(slot_count_);
  }

  unsigned take_slot() {
    std::unique_lock lock(mutex_);
    const std::uint64_t ticket = next_ticket_++;
    freed_.wait(lock, [&] { return failure_ != nullptr || (ticket == served_ && !free_.empty()); });
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    ++served_;
    const unsigned slot = free_.back();
    free_.pop_back();
    freed_.notify_all();
    return slot;
  }

  void give_back(unsigned slot, const std::exception_ptr& failure) {
    const std::lock_guard lock(mutex_);
    if (failure_ == nullptr) failure_ = failure;
    free_.push_back(slot);
    freed_.notify_all();
  }

  /// Hands all of a step to the device.
  void start(unsigned slot, Step& step) {
    step.record->begin_ns = clock_->now_ns();
    if (place_ == DataPlace::host) generate_on_host(slot, step);
    const std::lock_guard lock(device_mutex_);
    if (place_ == DataPlace::host) {
      device_->copy_in(slot);
    } else {
      device_->generate(slot, step.request, step.iteration);
    }
    device_->transform(slot, workload_.checked_bin(step.request, step.iteration));
    if (place_ == DataPlace::host) device_->copy_out(slot);
    device_->end_step(slot);
  }

  void generate_on_host(unsigned slot, const Step& step) {
    const std::span<std::byte> bytes = device_->host_input(slot);
    if (workload_.precision == Precision::float64) {
      generate_inputs<double>(workload_.seed, step.request, step.iteration, 0,
                              {reinterpret_cast<double*>(bytes.data()), workload_.size});
    } else {
      generate_inputs<float>(workload_.seed, step.request, step.iteration, 0,
                             {reinterpret_cast<float*>(bytes.data()), workload_.size});
    }
  }

  bool start_on_free_slot(Step& step) {
    const unsigned slot = free_.back();
    try {
      start(slot, step);
    } catch (...) {
      failure_ = std::current_exception();
      completion_->fail(step, failure_);
      return false;
    }
    free_.pop_back();
    busy_.push_back({slot, &step});
    return true;
  }

  void wait_for(unsigned slot, Step& step) {
    while (!finish(slot, step)) clock_->sleep_until(next_look_ns(step.record->begin_ns));
  }

  /// Takes a step that has ended back to the scheduler; false where it has not ended.
  bool look_at(const Busy& busy) {
    try {
      if (!finish(busy.slot, *busy.step)) return false;
    } catch (...) {
      failure_ = std::current_exception();
      completion_->fail(*busy.step, failure_);
      return true;
    }
    completion_->complete(*busy.step);
    return true;
  }

  /// Whether a step has ended; then its record is written. Throws what went wrong with it, and past the watchdog.
  bool finish(unsigned slot, Step& step) {
    StepRecord& record = *step.record;
    const std::lock_guard lock(device_mutex_);
    if (!device_->finished(slot)) {
      if (clock_->now_ns() - record.begin_ns < watchdog_ns_) return false;
      throw DeviceError(DeviceError::Kind::sticky,
                        fmt::format("step ({}, {}) has not ended on the device after {:.3g} s", step.request,
                                    step.iteration, to_seconds(watchdog_ns_)));
    }
    record.end_ns = clock_->now_ns();
    const DeviceDigest digest = device_->digest(slot);
    record.input_energy = digest.input_energy;
    record.spectrum_energy = digest.spectrum_energy;
    record.bin_re = digest.bin_re;
    record.bin_im = digest.bin_im;
    predict(record.end_ns - record.begin_ns);
    return true;
  }

  void predict(std::int64_t step_ns) noexcept {
    constexpr std::int64_t weight = 8;
    predicted_ns_ = predicted_ns_ == 0 ? step_ns : predicted_ns_ + (step_ns - predicted_ns_) / weight;
  }

  std::int64_t next_look_ns(std::int64_t begin_ns) {
    return std::max(begin_ns + predicted_ns_, clock_->now_ns() + shortest_nap_ns);
  }

  std::unique_ptr<Device> device_;
  std::unique_ptr<EngineClock> clock_;
  DataPlace place_;
  std::int64_t watchdog_ns_;
  Workload workload_;
  unsigned slot_count_ = 0;

  std::mutex mutex_;  // of the slots' distribution; taken before device_mutex_
  std::condition_variable freed_;
  std::uint64_t next_ticket_ = 0;
  std::uint64_t served_ = 0;
  std::vector<unsigned> free_;
  std::vector<Busy> busy_;  // in the order in which they were started
  StepQueue queue_;
  Completion* completion_ = nullptr;
  // The first failure. A device that failed one step is not trusted with another: what waits is failed with it.
  std::exception_ptr failure_;

  std::mutex device_mutex_;
  std::int64_t predicted_ns_ = 0;  // of a step, from the steps so far
};

}  // namespace

std::unique_ptr<EngineClock> make_system_clock() { return std::make_unique<SystemClock>(); }

std::unique_ptr<Engine> make_device_engine(std::unique_ptr<Device> device, std::unique_ptr<EngineClock> clock,
                                           DataPlace place, double watchdog_s) {
  return std::make_unique<DeviceEngine>(std::move(device), std::move(clock), place, watchdog_s);
}

}  // namespace overlap
