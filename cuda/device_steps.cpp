// Giving slots to steps, looking for their ends, and handing them back.
#include "cuda/device_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "src/base/clock.hpp"
#include "src/run/blocking_completion.hpp"
#include "src/workload/philox.hpp"

namespace overlap {
namespace {

// Of a busy device. Many more than the steps that end out of order.
constexpr std::size_t remembered_intervals = 4096;

std::int64_t to_ns(double seconds) { return static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_s)); }

}  // namespace

std::array<std::uint64_t, device_part_count> least_bytes_of_parts(const Workload& workload, DataPlace place) {
  const std::uint64_t inputs = workload.input_bytes();
  const std::uint64_t half_spectrum = (workload.size / 2 + 1) * 2 * workload.real_bytes();
  std::array<std::uint64_t, device_part_count> bytes{};
  const auto of = [&bytes](DevicePart part) -> std::uint64_t& { return bytes[static_cast<std::size_t>(part)]; };
  of(DevicePart::transform) = inputs + half_spectrum;
  // The bins are read, and the other half of a full spectrum is written.
  of(DevicePart::fill) = workload.spectrum_bytes();
  if (place == DataPlace::device) {
    of(DevicePart::generate) = inputs;
  } else {
    of(DevicePart::copy_in) = inputs;
    of(DevicePart::fill) += inputs;  // for their energy
    of(DevicePart::copy_out) = workload.spectrum_bytes();
  }
  return bytes;
}

DeviceSteps::Call::Call(DeviceSteps& steps, const char* what, std::int64_t limit_ns)
    : steps_(steps), lock_(steps.device_mutex_) {
  steps_.call_.begin(what, steps_.clock_->now_ns(), limit_ns);
}

DeviceSteps::DeviceSteps(std::unique_ptr<Device> device, std::unique_ptr<EngineClock> clock, DataPlace place,
                         const DeviceLimits& limits)
    : device_(std::move(device)),
      clock_(std::move(clock)),
      place_(place),
      step_limit_ns_(to_ns(limits.step_s)),
      setup_limit_ns_(to_ns(limits.setup_s)),
      busy_time_(remembered_intervals) {}

DeviceSteps::~DeviceSteps() {
  // To give back what a step that hangs or failed still holds could block for ever; the process is about to end.
  if (failure_ != nullptr) static_cast<void>(device_.release());
}

void DeviceSteps::open(const Workload& workload, CompletionMode completion) {
  workload_ = workload;
  step_bytes_ = least_bytes_of_parts(workload, place_);
  const Call call(*this, "opening the device", setup_limit_ns_);
  device_->open(workload_, place_ == DataPlace::host, completion == CompletionMode::block);
}

unsigned DeviceSteps::reserve(unsigned wanted, SetupTimes& times) {
  try {
    while (slot_count_ < wanted) {
      const Call call(*this, "reserving a slot of the device", setup_limit_ns_);
      if (slot_count_ > 0 && device_->free_bytes() < device_->slot_bytes()) {
        shortage_ = "the device's memory holds no more";
        break;
      }
      device_->add_slot(times);
      ++slot_count_;
    }
  } catch (const DeviceError& error) {
    if (error.kind() != DeviceError::Kind::out_of_memory || slot_count_ == 0) throw;
    // The device's, or the host's where it is to be pinned: it names the call.
    shortage_ = error.what();
  }
  const std::lock_guard lock(mutex_);  // the watchdog looks already
  for (unsigned slot = 0; slot < slot_count_; ++slot) free_.push_back(slot);
  busy_.reserve(slot_count_);
  ended_.reserve(slot_count_);
  return slot_count_;
}

DeviceDescription DeviceSteps::describe() {
  const Call call(*this, "measuring the device's copies", setup_limit_ns_);
  DeviceDescription description{0.0, device_->slot_bytes(), device_->work_area_bytes(), device_->facts()};
  try {
    description.copy_bytes_per_s = device_->copy_bytes_per_s();
  } catch (const DeviceError& error) {
    // Other processes may have taken what was free.
    if (error.kind() != DeviceError::Kind::out_of_memory) throw;
  }
  return description;
}

StepArrays DeviceSteps::probe(unsigned slot, Step& step) {
  {
    const Call call(*this, "overwriting a spectrum on the device", setup_limit_ns_);
    device_->poison(slot);
  }
  Busy busy{.slot = slot, .step = &step};
  try {
    start(busy);
    wait_for(busy);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    fail_waiters(std::current_exception());
    throw;
  }
  const Call call(*this, "reading a step back from the device", setup_limit_ns_);
  return device_->read_back(slot);
}

DeviceUsage DeviceSteps::usage() {
  const std::lock_guard lock(device_mutex_);
  DeviceUsage usage = usage_;
  usage.busy_ns = static_cast<std::uint64_t>(busy_time_.total_ns());
  return usage;
}

void DeviceSteps::compute(Step& step) {
  Busy busy{.slot = take_slot(), .step = &step};
  try {
    start(busy);
    wait_for(busy);
  } catch (...) {
    give_back(busy.slot, std::current_exception());
    throw;
  }
  give_back(busy.slot, nullptr);
}

DeviceSteps::Load DeviceSteps::load() const {
  const std::lock_guard lock(mutex_);
  return {busy_.size(), waiters_.size()};
}

void DeviceSteps::compute_with_helper(Step& step) {
  BlockingCompletion done;
  start_busy({.slot = take_slot(), .step = &step, .completion = &done});
  done.wait();
}

void DeviceSteps::submit(Step& step, Completion& completion) {
  unsigned slot = 0;
  {
    const std::lock_guard lock(mutex_);
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    completion_ = &completion;
    if (free_.empty() || !queue_.empty()) {
      queue_.push(step);
      return;
    }
    slot = free_.back();
    free_.pop_back();
  }
  start_busy({.slot = slot, .step = &step, .completion = &completion});
}

std::int64_t DeviceSteps::look() {
  if (clock_->now_ns() < rest_until_ns_) return rest_until_ns_;
  bool any_ended = false;
  {
    const std::lock_guard lock(mutex_);
    collect_ended();
    any_ended = !ended_.empty();
  }
  hand_back_ended();
  start_queued();

  const std::lock_guard lock(mutex_);
  const std::lock_guard device_lock(device_mutex_);
  const std::int64_t now_ns = clock_->now_ns();
  std::int64_t next_ns = never_ns;
  for (const Busy& busy : busy_) next_ns = std::min(next_ns, busy.look_ns);
  if (next_ns == never_ns) return never_ns;
  next_ns = std::max(next_ns, now_ns + forecast_.nap(!queue_.empty()));
  // While steps wait for a slot, the device has enough to do: those that end soon after each other are looked at
  // together.
  if (any_ended && !queue_.empty()) {
    const auto queued = static_cast<std::int64_t>(queue_.size());
    next_ns = rest_until_ns_ = std::max(next_ns, now_ns + forecast_.rest(queued));
  }
  return next_ns;
}

void DeviceSteps::help() {
  std::unique_lock lock(mutex_);
  while (true) {
    started_.wait(lock, [&] { return ends_ || !busy_.empty(); });
    if (busy_.empty()) return;
    const std::size_t index = to_sleep_for();
    const unsigned slot = busy_[index].slot;
    lock.unlock();
    std::exception_ptr failure;
    try {
      device_->wait(slot);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (helper_hangs_) return;
    // Nobody but this thread takes steps off the device, so the one that it slept for is where it was.
    const auto slept_for = busy_.begin() + static_cast<std::ptrdiff_t>(index);
    for (auto busy = busy_.begin(); busy <= slept_for; ++busy) busy->look_ns = 0;
    if (failure != nullptr) {
      fail_waiters(failure);
      slept_for->failure = failure;
      ended_.push_back(std::move(*slept_for));
      busy_.erase(slept_for);
    }
    collect_ended();
    lock.unlock();
    hand_back_ended();
    start_queued();
    lock.lock();
  }
}

/// Which of the busy steps: those before it are likely to end sooner. With the mutex held.
std::size_t DeviceSteps::to_sleep_for() {
  const std::lock_guard device_lock(device_mutex_);
  const std::int64_t unseen = forecast_.unseen(static_cast<std::int64_t>(queue_.size() + waiters_.size()));
  return std::min(busy_.size(), static_cast<std::size_t>(std::max<std::int64_t>(1, unseen))) - 1;
}

void DeviceSteps::end_help() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  started_.notify_one();
}

void DeviceSteps::give_up_overdue_steps() {
  std::vector<Busy> busy;
  StepQueue queue;
  std::exception_ptr failure;
  {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return;
    for (const Busy& each : busy_) {
      if (failure == nullptr) failure = overdue(*each.step);
    }
    if (failure == nullptr) return;
    fail_waiters(failure);
    helper_hangs_ = true;
    busy.swap(busy_);
    std::swap(queue, queue_);
  }
  for (const Busy& each : busy) each.completion->fail(*each.step, failure);
  fail_queue(queue, failure);
}

bool DeviceSteps::helper_hangs() const {
  const std::lock_guard lock(mutex_);
  return helper_hangs_;
}

unsigned DeviceSteps::take_slot() {
  std::unique_lock lock(mutex_);
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  if (!free_.empty()) {
    const unsigned slot = free_.back();
    free_.pop_back();
    return slot;
  }
  Waiter waiter;
  waiters_.push_back(&waiter);
  waiter.served.wait(lock, [&] { return waiter.has_slot || failure_ != nullptr; });
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  return waiter.slot;
}

/// To whoever waits longest, or to the free ones. With the mutex held.
void DeviceSteps::release(unsigned slot) {
  if (waiters_.empty()) {
    free_.push_back(slot);
    return;
  }
  Waiter& waiter = *waiters_.front();
  waiters_.pop_front();
  waiter.slot = slot;
  waiter.has_slot = true;
  waiter.served.notify_one();
}

/// Takes note of the first failure, with which those that wait for a slot fail too. With the mutex held.
void DeviceSteps::fail_waiters(const std::exception_ptr& failure) {
  if (failure_ == nullptr) failure_ = failure;
  for (Waiter* waiter : waiters_) waiter->served.notify_one();
  waiters_.clear();
}

void DeviceSteps::give_back(unsigned slot, const std::exception_ptr& failure) {
  const std::lock_guard lock(mutex_);
  if (failure != nullptr) fail_waiters(failure);
  release(slot);
}

/// Hands all of a step to the device.
void DeviceSteps::start(Busy& busy) {
  const unsigned slot = busy.slot;
  Step& step = *busy.step;
  step.record->begin_ns = clock_->now_ns();
  if (place_ == DataPlace::host) generate_on_host(slot, step);
  const Call call(*this, "starting a step on the device", step_limit_ns_);
  device_->start_step(slot, step.request, step.iteration, workload_.checked_bin(step.request, step.iteration));
  busy.look_ns = forecast_.start(clock_->now_ns());
}

/// Starts a step for whoever looks after the steps; where that fails, the step does.
void DeviceSteps::start_busy(Busy busy) {
  try {
    start(busy);
  } catch (...) {
    give_back(busy.slot, std::current_exception());
    busy.completion->fail(*busy.step, std::current_exception());
    return;
  }
  std::unique_lock lock(mutex_);
  if (!helper_hangs_) {
    busy_.push_back(busy);
    started_.notify_one();
    return;
  }
  const std::exception_ptr failure = failure_;
  lock.unlock();
  busy.completion->fail(*busy.step, failure);
}

void DeviceSteps::start_queued() {
  while (true) {
    std::unique_lock lock(mutex_);
    if (failure_ != nullptr) {
      StepQueue queue;
      std::swap(queue, queue_);
      const std::exception_ptr failure = failure_;
      lock.unlock();
      fail_queue(queue, failure);
      return;
    }
    if (queue_.empty() || free_.empty()) return;
    const Busy busy{.slot = free_.back(), .step = &queue_.pop(), .completion = completion_};
    free_.pop_back();
    lock.unlock();
    start_busy(busy);
  }
}

void DeviceSteps::generate_on_host(unsigned slot, const Step& step) {
  const std::span<std::byte> bytes = device_->host_input(slot);
  if (workload_.precision == Precision::float64) {
    generate_inputs<double>(workload_.seed, step.request, step.iteration, 0,
                            {reinterpret_cast<double*>(bytes.data()), workload_.size});
  } else {
    generate_inputs<float>(workload_.seed, step.request, step.iteration, 0,
                           {reinterpret_cast<float*>(bytes.data()), workload_.size});
  }
}

void DeviceSteps::wait_for(Busy& busy) {
  constexpr bool queue = false;
  while (!finish(busy, queue)) {
    if (const std::exception_ptr failure = overdue(*busy.step)) std::rethrow_exception(failure);
    clock_->sleep_until(busy.look_ns);
  }
}

/// Whether a step has ended; then its record is written. It is asked of the device when it is time to, for which it
/// matters whether others queue. Throws what went wrong with it.
bool DeviceSteps::finish(Busy& busy, bool queue) {
  if (clock_->now_ns() < busy.look_ns) return false;
  const Call call(*this, "asking the device for a step", step_limit_ns_);
  const bool finished = device_->finished(busy.slot);
  const std::int64_t now_ns = clock_->now_ns();
  if (!finished) {
    busy.look_ns = now_ns + forecast_.nap(queue);
    return false;
  }
  StepRecord& record = *busy.step->record;
  record.end_ns = now_ns;
  const DeviceDigest digest = device_->digest(busy.slot);
  record.input_energy = digest.input_energy;
  record.spectrum_energy = digest.spectrum_energy;
  record.bin_re = digest.bin_re;
  record.bin_im = digest.bin_im;
  const DeviceTimes times = device_->times(busy.slot);
  count(times);
  forecast_.end(times, now_ns);
  return true;
}

/// Takes what has ended, well or not, off its slots.
void DeviceSteps::collect_ended() {
  for (auto busy = busy_.begin(); busy != busy_.end();) {
    bool ended = true;
    try {
      ended = finish(*busy, !queue_.empty());
      if (!ended) busy->failure = overdue(*busy->step);
    } catch (...) {
      busy->failure = std::current_exception();
    }
    if (!ended && busy->failure == nullptr) {
      ++busy;
      continue;
    }
    if (busy->failure != nullptr) fail_waiters(busy->failure);
    release(busy->slot);
    ended_.push_back(std::move(*busy));
    busy = busy_.erase(busy);
  }
}

void DeviceSteps::hand_back_ended() noexcept {
  for (const Busy& ended : ended_) {
    if (ended.failure != nullptr) {
      ended.completion->fail(*ended.step, ended.failure);
    } else {
      ended.completion->complete(*ended.step);
    }
  }
  ended_.clear();
}

/// Why a step that has not ended is given up; nullptr while it is not.
std::exception_ptr DeviceSteps::overdue(const Step& step) const {
  if (clock_->now_ns() - step.record->begin_ns < step_limit_ns_) return nullptr;
  return std::make_exception_ptr(
      DeviceError(DeviceError::Kind::sticky, fmt::format("step ({}, {}) has not ended on the device after {:.3g} s",
                                                         step.request, step.iteration, to_seconds(step_limit_ns_))));
}

void DeviceSteps::fail_queue(StepQueue& queue, const std::exception_ptr& failure) noexcept {
  while (!queue.empty()) {
    // Taken first: the step may be gone when it has failed. The completion is that of all that were submitted.
    Step& step = queue.pop();
    completion_->fail(step, failure);
  }
}

void DeviceSteps::count(const DeviceTimes& times) {
  ++usage_.steps;
  busy_time_.add({times.begin_ns, times.end_ns});
  for (std::size_t part = 0; part < device_part_count; ++part) {
    usage_.part_ns[part] += static_cast<std::uint64_t>(times.part_ns[part]);
    usage_.part_bytes[part] += step_bytes_[part];
  }
}

}  // namespace overlap
