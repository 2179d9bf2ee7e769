// The kernel's counters.
#include "src/machine/observation.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "src/base/clock.hpp"
#include "src/machine/cgroup.hpp"

namespace overlap {
namespace {

constexpr double shortest_for_load_s = 0.5;

void add_cpu_times(MachineState& state, const std::string& root) {
  std::ifstream file(root + "/proc/stat");
  std::string name;
  // user, nice, system, idle, iowait, irq, softirq, steal; a guest's time is in user's.
  std::array<double, 8> ticks{};
  if (!(file >> name) || name != "cpu") return;
  for (double& each : ticks) {
    if (!(file >> each)) return;
  }
  const auto ticks_per_s = static_cast<double>(sysconf(_SC_CLK_TCK));
  state.busy_cpu_s = (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / ticks_per_s;
  state.stolen_cpu_s = ticks[7] / ticks_per_s;
}

std::optional<std::uint64_t> number_in(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

void add_cpu_folders(MachineState& state, const std::string& root) {
  std::error_code error;
  const std::filesystem::path folder = root + "/sys/devices/system/cpu";
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("cpu", 0) != 0 || name.find_first_of("0123456789") != 3) continue;
    if (const auto khz = number_in(entry.path() / "cpufreq/scaling_cur_freq")) {
      state.cpu_mhz = std::max(state.cpu_mhz.value_or(0.0), static_cast<double>(*khz) / 1000.0);
    }
    for (const char* counter : {"core_throttle_count", "package_throttle_count"}) {
      const auto count = number_in(entry.path() / "thermal_throttle" / counter);
      if (count) state.throttle_events = state.throttle_events.value_or(0) + *count;
    }
  }
}

template <typename Value>
std::optional<Value> rise(const std::optional<Value>& before, const std::optional<Value>& after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return *after - *before;
}

}  // namespace

MachineState machine_state(const std::string& root) {
  MachineState state;
  state.time_s = to_seconds(now_ns());
  state.own_cpu_s = to_seconds(process_cpu_ns() + reaped_children_cpu_ns());
  add_cpu_times(state, root);
  add_cpu_folders(state, root);
  state.throttled_s = cgroup_limits(root).throttled_s;
  return state;
}

Observation observed_between(const MachineState& before, const MachineState& after) {
  Observation observed;
  const double elapsed_s = after.time_s - before.time_s;
  if (elapsed_s >= shortest_for_load_s) {
    if (const auto busy_s = rise(before.busy_cpu_s, after.busy_cpu_s)) {
      // Ticks are coarse: what we used can exceed what was counted.
      observed.other_cpus = std::max(0.0, *busy_s - (after.own_cpu_s - before.own_cpu_s)) / elapsed_s;
    }
    if (const auto stolen_s = rise(before.stolen_cpu_s, after.stolen_cpu_s))
      observed.stolen_cpus = *stolen_s / elapsed_s;
  }
  observed.cpu_mhz_before = before.cpu_mhz;
  observed.cpu_mhz_after = after.cpu_mhz;
  observed.throttle_events = rise(before.throttle_events, after.throttle_events);
  observed.throttled_s = rise(before.throttled_s, after.throttled_s);
  return observed;
}

}  // namespace overlap
