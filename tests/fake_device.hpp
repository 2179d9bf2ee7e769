// A device for tests: it computes on the host, ends steps out of order, and fails where it is told to.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cpu/engines/transform.hpp"
#include "cuda/device.hpp"
#include "cuda/engine.hpp"
#include "cuda/error_kind.hpp"
#include "src/base/clock.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/page_buffer.hpp"
#include "src/run/registry.hpp"

namespace overlap {

struct FakeDeviceOptions {
  static constexpr unsigned never = std::numeric_limits<unsigned>::max();

  unsigned slots_in_free_bytes = never;     ///< free_bytes tells of room for so many
  unsigned slots_in_memory = never;         ///< reserving one more fails
  int plan_error = 2;                       ///< by this cufftResult: CUFFT_ALLOC_FAILED
  unsigned fails_at_step = never;           ///< counted from 0 as they are started: ends in a sticky error
  unsigned hangs_at_step = never;           ///< never ends
  unsigned call_hangs_at_step = never;      ///< the call that starts it, for ever or until `call_may_end`
  unsigned question_hangs_at_step = never;  ///< the first call that asks for it, likewise
  const std::atomic<bool>* call_may_end = nullptr;
  unsigned longest_in_questions = 4;  ///< a step ends when it was asked or waited for, up to so many times
  unsigned slower = 1;                ///< by this factor its times are longer
  unsigned fewest_questions = 1;      ///< and at least so many
  bool copies_are_out_of_memory = false;
  bool copies_fail = false;
  bool forgets_copies_out = false;
  unsigned steps_at_once = 1000;                     ///< says so: it runs them all
  bool hangs_in_open = false;                        ///< for ever or until `call_may_end`
  const std::atomic<bool>* waits_may_end = nullptr;  ///< those that block, where it is set
};

/// Times that pass for no one: step n begins 4 µs after step n - 1 and takes 8 µs, so that N steps keep the device busy
/// for 4·N + 4 µs.
inline DeviceTimes fake_times(unsigned number) {
  const std::int64_t begin_ns = std::int64_t{4000} * number;
  return {begin_ns, begin_ns + 8000, {1000, 5000, 2000, 0, 0}};
}

/// The same with copies: 14 µs, so that N steps take 4·N + 10 µs.
inline DeviceTimes fake_times_of_copies(unsigned number) {
  const std::int64_t begin_ns = std::int64_t{4000} * number;
  return {begin_ns, begin_ns + 14'000, {0, 5000, 2000, 3000, 4000}};
}

/// What a fake device saw, kept outside of it: it is gone when tests look.
struct FakeDeviceLog {
  std::atomic<unsigned> slots{0};
  std::atomic<unsigned> steps_at_once{0};
  std::atomic<unsigned> most_steps_at_once{0};
  std::vector<std::uint64_t> started;                   ///< requests, in the order in which their steps were started
  bool is_given_back = false;                           ///< what the device holds
  std::atomic<unsigned> sleeps{0};                      ///< of whoever blocks until a step ends
  std::array<std::atomic<std::uint64_t>, 3> slept_for;  ///< the first ones' requests
};

class FakeDevice final : public Device {
 public:
  FakeDevice(const FakeDeviceOptions& options, FakeDeviceLog& log) : options_(options), log_(log) {}
  FakeDevice(const FakeDevice&) = delete;
  FakeDevice& operator=(const FakeDevice&) = delete;
  ~FakeDevice() override { log_.is_given_back = true; }

  unsigned steps_at_once() override { return options_.steps_at_once; }

  void open(const Workload& workload, bool host_data, bool /*blocks*/) override {
    if (options_.hangs_in_open) hang_in_call();
    workload_ = workload;
    host_data_ = host_data;
    transform_ = Transform::plan(workload, {});
  }

  std::uint64_t free_bytes() override {
    return slots_.size() < options_.slots_in_free_bytes ? slot_bytes() : slot_bytes() - 1;
  }
  std::uint64_t slot_bytes() override { return workspace_bytes(workload_); }
  std::uint64_t work_area_bytes() override { return workload_.input_bytes(); }

  void add_slot(SetupTimes& /*times*/) override {
    if (slots_.size() == options_.slots_in_memory) {
      throw DeviceError(kind_of_plan_error(options_.plan_error), name_of_cufft_error(options_.plan_error));
    }
    slots_.emplace_back().workspace = PageBuffer(workspace_bytes(workload_), PageBuffer::Sharing::own);
    slots_.back().host_input.resize(host_data_ ? workload_.input_bytes() : 0);
    slots_.back().host_spectrum.resize(host_data_ ? workload_.spectrum_bytes() : 0);
    ++log_.slots;
  }

  void start_step(unsigned slot, std::uint64_t request, std::uint64_t iteration, std::uint64_t checked_bin) override {
    Slot& it = slots_[slot];
    it.number = started_++;
    if (it.number == options_.call_hangs_at_step) hang_in_call();
    it.step.request = request;
    it.step.iteration = iteration;
    log_.started.push_back(request);
    const unsigned now = ++log_.steps_at_once;
    unsigned most = log_.most_steps_at_once;
    while (most < now && !log_.most_steps_at_once.compare_exchange_weak(most, now)) {
    }
    if (!host_data_) {
      it.step.record = &it.record;
      if (std::exchange(it.is_probed, false)) {
        it.probed = transform_->probe(it.workspace.data(), it.step);
      } else {
        transform_->compute(it.workspace.data(), it.step);
      }
    } else if (workload_.precision == Precision::float64) {
      compute_from_host(it, it.wide_inputs, it.wide_spectrum, checked_bin);
    } else {
      compute_from_host(it, it.narrow_inputs, it.narrow_spectrum, checked_bin);
    }
    if (host_data_ && !options_.forgets_copies_out) {
      const std::span<const std::byte> spectrum = it.from_host.spectrum_bytes();
      std::copy(spectrum.begin(), spectrum.end(), it.host_spectrum.begin());
    }
    it.questions_left =
        std::max(options_.fewest_questions, 1 + static_cast<unsigned>(random_() % options_.longest_in_questions));
  }

  void poison(unsigned slot) override {
    slots_[slot].is_probed = true;
    constexpr std::byte all_ones{0xff};  // of which a NaN is made
    std::fill(slots_[slot].host_spectrum.begin(), slots_[slot].host_spectrum.end(), all_ones);
  }

  bool finished(unsigned slot) override {
    Slot& it = slots_[slot];
    require_no_error(it);
    if (it.number == options_.question_hangs_at_step) hang_in_call();
    if (it.number == options_.hangs_at_step || --it.questions_left > 0) return false;
    --log_.steps_at_once;
    return true;
  }

  void wait(unsigned slot) override {
    Slot& it = slots_[slot];
    require_no_error(it);
    if (log_.sleeps < log_.slept_for.size()) log_.slept_for[log_.sleeps] = it.step.request;
    ++log_.sleeps;
    log_.sleeps.notify_all();
    if (options_.waits_may_end != nullptr) options_.waits_may_end->wait(false);
    while (it.number == options_.hangs_at_step) pause();
    it.questions_left = 1;
  }

  DeviceDigest digest(unsigned slot) override {
    const StepRecord& record = slots_[slot].record;
    return {record.input_energy, record.spectrum_energy, record.bin_re, record.bin_im};
  }
  DeviceTimes times(unsigned slot) override {
    DeviceTimes times = host_data_ ? fake_times_of_copies(slots_[slot].number) : fake_times(slots_[slot].number);
    times.begin_ns *= options_.slower;
    times.end_ns *= options_.slower;
    for (std::int64_t& part_ns : times.part_ns) part_ns *= options_.slower;
    return times;
  }

  std::span<std::byte> host_input(unsigned slot) override { return slots_[slot].host_input; }
  StepArrays read_back(unsigned slot) override {
    const Slot& it = slots_[slot];
    if (!host_data_) return it.probed;
    return workload_.precision == Precision::float64 ? host_arrays<double>(it) : host_arrays<float>(it);
  }

  double copy_bytes_per_s() override {
    if (options_.copies_are_out_of_memory)
      throw DeviceError(DeviceError::Kind::out_of_memory, "fake: out of memory (2)");
    if (options_.copies_fail) throw DeviceError(DeviceError::Kind::sticky, "fake: a copy failed");
    return 1e9;
  }

  NamedTexts facts() override {
    return {{"name", "a fake device"}, {"memory_bytes", "17179869184"}, {"driver", "580.82.07"}};
  }

 private:
  struct Slot {
    PageBuffer workspace;
    std::vector<std::byte> host_input;
    std::vector<double> wide_inputs;
    std::vector<std::complex<double>> wide_spectrum;
    std::vector<float> narrow_inputs;
    std::vector<std::complex<float>> narrow_spectrum;
    bool is_probed = false;  // the next step
    StepArrays probed;
    StepArrays from_host;  // what was made of the host's inputs
    std::vector<std::byte> host_spectrum;
    StepRecord record{};
    Step step;
    unsigned number = 0;  // of its step, among all that were started
    unsigned questions_left = 0;
  };

  template <typename Real>
  StepArrays host_arrays(const Slot& slot) const {
    return {std::span(reinterpret_cast<const Real*>(slot.host_input.data()), workload_.size),
            std::span(reinterpret_cast<const std::complex<Real>*>(slot.host_spectrum.data()), workload_.bins())};
  }

  void hang_in_call() const {
    if (options_.call_may_end != nullptr) options_.call_may_end->wait(false);
    while (options_.call_may_end == nullptr) pause();
  }

  void require_no_error(const Slot& slot) const {
    if (slot.number != options_.fails_at_step) return;
    throw DeviceError(DeviceError::Kind::sticky, "fake: an illegal address was met (700)");
  }

  /// Of bin k in the spectrum's energy: 1 in a full spectrum; in a half one 2, but 1 for DC and, N even, Nyquist.
  double weight_of(std::uint64_t k) const noexcept {
    return workload_.spectrum == SpectrumKind::full || k == 0 || 2 * k == workload_.size ? 1.0 : 2.0;
  }

  /// The step by its definition, from what the engine put into the host's buffer.
  template <typename Real>
  void compute_from_host(Slot& slot, std::vector<Real>& inputs, std::vector<std::complex<Real>>& spectrum,
                         std::uint64_t bin) const {
    const std::uint64_t size = workload_.size;
    inputs.resize(size);
    std::memcpy(inputs.data(), slot.host_input.data(), slot.host_input.size());
    spectrum.resize(workload_.bins());
    slot.record.input_energy = 0.0;
    slot.record.spectrum_energy = 0.0;
    for (const Real real : inputs) slot.record.input_energy += static_cast<double>(real) * static_cast<double>(real);
    for (std::uint64_t k = 0; k < spectrum.size(); ++k) {
      std::complex<double> sum;
      for (std::uint64_t n = 0; n < size; ++n) {
        const double turns = static_cast<double>(k * n % size) / static_cast<double>(size);
        sum += static_cast<double>(inputs[n]) * std::polar(1.0, -2.0 * std::numbers::pi * turns);
      }
      slot.record.spectrum_energy += weight_of(k) * std::norm(sum) / static_cast<double>(size);
      spectrum[k] = std::complex<Real>(sum);
    }
    slot.record.bin_re = static_cast<double>(spectrum[bin].real());
    slot.record.bin_im = static_cast<double>(spectrum[bin].imag());
    slot.from_host = StepArrays(std::span<const Real>(inputs), std::span<const std::complex<Real>>(spectrum));
  }

  FakeDeviceOptions options_;
  FakeDeviceLog& log_;
  Workload workload_;
  bool host_data_ = false;
  std::unique_ptr<Transform> transform_;
  std::deque<Slot> slots_;
  unsigned started_ = 0;
  std::mt19937 random_{1};
};

/// An executor's engine on a fake device, as `cuda` is on a real one.
inline EngineInfo fake_device_engine(const std::string& name, DataPlace place, const FakeDeviceOptions& options,
                                     const DeviceLimits& limits = {}) {
  EngineInfo info;
  info.name = name;
  info.completes_later = true;
  info.owns_slots = true;
  info.uses_device = true;
  info.make = [=] {
    static FakeDeviceLog log;
    return make_device_engine(std::make_unique<FakeDevice>(options, log), make_system_clock(), place, limits);
  };
  info.lanes_per_process = [](const EngineOptions& /*options*/, unsigned /*usable_cpus*/) { return 4U; };
  return info;
}

}  // namespace overlap
