// Engines `cuda` and `cuda-copy`: slots of a device, each taken by one step at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "cuda/device.hpp"
#include "src/engine.hpp"

namespace overlap {

/// Where a step's numbers are made and where they end.
enum class DataPlace {
  device,  ///< `cuda`: inputs are born on the device, and only the digest comes back
  host     ///< `cuda-copy`: inputs are born on the host and copied in, the spectrum is copied back
};

/// The clock that the engine goes by, so that tests can have their own. CLOCK_MONOTONIC nanoseconds.
struct EngineClock {
  virtual ~EngineClock() = default;
  virtual std::int64_t now_ns() = 0;
  virtual void sleep_until(std::int64_t deadline_ns) = 0;
};

std::unique_ptr<EngineClock> make_system_clock();

/// An engine on a device. Steps take free slots; where none is free they queue on the host, first submitted first
/// served. A step that outlasts the watchdog (`watchdog_s` seconds) fails with all that are with the engine then.
std::unique_ptr<Engine> make_device_engine(std::unique_ptr<Device> device, std::unique_ptr<EngineClock> clock,
                                           DataPlace place, double watchdog_s);

inline constexpr double default_watchdog_s = 30.0;

}  // namespace overlap
