// What was seen of the machine while a run went on: other programs' load, and what held its CPUs back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace overlap {

/// Each is none where the system doesn't tell.
struct Observation {
  std::optional<double> other_cpus;              ///< mean CPUs that other programs kept busy
  std::optional<double> stolen_cpus;             ///< mean CPUs that the host of a virtual machine gave to others
  std::optional<double> cpu_mhz_before;          ///< the fastest CPU's clock, just before the run
  std::optional<double> cpu_mhz_after;           ///< and just after it
  std::optional<std::uint64_t> throttle_events;  ///< times a CPU was slowed down for its heat
  std::optional<double> throttled_s;             ///< seconds for which quotas held its cgroup, or one above it, back

  bool operator==(const Observation&) const = default;
};

/// The counters that observations are differences of.
struct MachineState {
  double time_s = 0.0;
  double own_cpu_s = 0.0;  ///< of this process and of the children it has reaped
  std::optional<double> busy_cpu_s;
  std::optional<double> stolen_cpu_s;
  std::optional<double> cpu_mhz;
  std::optional<std::uint64_t> throttle_events;
  std::optional<double> throttled_s;
};

/// Now. `root` stands before /proc and /sys, for tests.
MachineState machine_state(const std::string& root = "");

/// Between two states. CPU loads are none where less than half a second lies between: the kernel counts in ticks.
Observation observed_between(const MachineState& before, const MachineState& after);

}  // namespace overlap
