// A GPU as the CUDA engines see it: slots, each with a stream of its own. Two implementations: CUDA's, and the tests'
// fake.
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/run/device_usage.hpp"
#include "src/run/engine.hpp"
#include "src/run/setup.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// A call that failed on a device. `what()` has the code's name and number, the call and its place.
class DeviceError : public std::runtime_error {
 public:
  enum class Kind {
    out_of_memory,  ///< nothing was reserved; the device can be used on
    sticky,         ///< the context is spoilt: the process must end
    other
  };

  DeviceError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// What comes back of a step.
struct DeviceDigest {
  double input_energy = 0.0;
  double spectrum_energy = 0.0;
  double bin_re = 0.0;
  double bin_im = 0.0;
};

/// When a finished step was on the device, on the device's clock.
struct DeviceTimes {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::array<std::int64_t, device_part_count> part_ns{};  ///< 0 for parts it does not have
};

/// One device, used from one thread at a time. The operations on a slot, but for those said to block, are asynchronous
/// and happen in the order in which they are called for that slot; slots are independent of each other. All operations
/// throw DeviceError.
class Device {
 public:
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  virtual ~Device() = default;

  /// Makes the context; blocks. `host_data`: slots have pinned host buffers, which steps are copied in from and out to.
  /// `blocks`: `wait` will be called.
  virtual void open(const Workload& workload, bool host_data, bool blocks) = 0;

  /// How many steps the device is given to run at once, of as many as there are slots; those that are started while it
  /// has them follow in the order of their start. When the first slot is made.
  virtual unsigned steps_at_once() = 0;

  /// Bytes of device memory that are free now.
  virtual std::uint64_t free_bytes() = 0;

  /// Reserves the next slot whole: stream, plan, work area, buffers. Slots are numbered from 0. Blocks; the plan's time
  /// is added to `times`. After out_of_memory the slots made before are as they were.
  virtual void add_slot(SetupTimes& times) = 0;

  /// Bytes of device memory that a slot takes, when the first is made; and of these, what its transform works in.
  virtual std::uint64_t slot_bytes() = 0;
  virtual std::uint64_t work_area_bytes() = 0;

  /// Starts step (request, iteration): its inputs, made on the device, or with host data copied in from the slot's
  /// host buffer, and their energy; the transform; the rest of a full spectrum; the digest, with bin `checked_bin`; and
  /// with host data the spectrum's copy to the slot's host buffer. From here on `finished` tells of it.
  virtual void start_step(unsigned slot, std::uint64_t request, std::uint64_t iteration, std::uint64_t checked_bin) = 0;
  /// Overwrites the spectrum on the device, and in the slot's host buffer, with NaN. Blocks.
  virtual void poison(unsigned slot) = 0;

  /// Whether the slot's last step has ended. Does not block; throws what went wrong in it, if need be when it is asked
  /// some times more.
  virtual bool finished(unsigned slot) = 0;
  /// Blocks until the slot's last step has ended, asleep. May be called by another thread than the owner's.
  virtual void wait(unsigned slot) = 0;

  /// Of a finished step.
  virtual DeviceDigest digest(unsigned slot) = 0;
  virtual DeviceTimes times(unsigned slot) = 0;

  /// The slot's pinned buffer for inputs, in the workload's precision; empty without host data.
  virtual std::span<std::byte> host_input(unsigned slot) = 0;

  /// A finished step's input and spectrum in host memory: the slot's host buffers, as the step left them, or without
  /// host data copies of what is on the device. Valid until the next call, or step of the slot. Blocks. For the check
  /// in setup.
  virtual StepArrays read_back(unsigned slot) = 0;

  /// Copies within the device, some hundred MB or what of them free memory holds: bytes read and written a second, at
  /// best. 0 where there is no memory for it. Blocks.
  virtual double copy_bytes_per_s() = 0;

  /// Name, compute capability, memory, driver and runtime versions: {"name", "NVIDIA H100"}, …
  virtual NamedTexts facts() = 0;
};

/// Why there is no CUDA device that can be used here; empty where there is one. Makes no context.
std::string cuda_unavailable();

/// CUDA's first device, not yet open.
std::unique_ptr<Device> make_cuda_device();

}  // namespace overlap
