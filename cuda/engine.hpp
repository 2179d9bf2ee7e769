// Engines `cuda` and `cuda-copy`: slots of a device, each taken by one step at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "cuda/device.hpp"
#include "src/run/engine.hpp"

namespace overlap {

/// Where a step's numbers are made and where they end.
enum class DataPlace {
  device,  ///< `cuda`: inputs are born on the device, and only the digest comes back
  host     ///< `cuda-copy`: inputs are born on the host and copied in, the spectrum is copied back
};

/// The clock that the engine goes by, so that tests can have their own. CLOCK_MONOTONIC nanoseconds. Thread-safe.
struct EngineClock {
  virtual ~EngineClock() = default;
  virtual std::int64_t now_ns() = 0;
  virtual void sleep_until(std::int64_t deadline_ns) = 0;
};

std::unique_ptr<EngineClock> make_system_clock();

/// How long the device may take before it counts as hanging, in seconds.
struct DeviceLimits {
  double step_s = 30.0;    ///< for a step, and for any single call in the run
  double setup_s = 120.0;  ///< for any single call in setup: contexts of many processes are made one after another
};

/// An engine on a device. Steps take free slots; where none is free they queue on the host, first submitted first
/// served. EngineOptions::completion says how it learns of their ends.
///
/// A step that outlasts its limit fails with all that are with the engine then. A call of the device that does not
/// return within its limit, in setup above all, can't be taken back: EngineSetup::give_up is then called with the
/// reason, from the watchdog's thread.
std::unique_ptr<Engine> make_device_engine(std::unique_ptr<Device> device, std::unique_ptr<EngineClock> clock,
                                           DataPlace place, const DeviceLimits& limits = {});

}  // namespace overlap
