// Observations from a made-up /proc and /sys, and from this machine's own.
#include "src/machine/observation.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using testing::TemporaryFolder;

MachineState state_at(double time_s, double own_cpu_s, double busy_cpu_s) {
  MachineState state;
  state.time_s = time_s;
  state.own_cpu_s = own_cpu_s;
  state.busy_cpu_s = busy_cpu_s;
  return state;
}

TEST(Observation, ReadsTheKernelsCounters) {
  const TemporaryFolder root;
  root.put("proc/stat", "cpu  1000 200 300 99999 50 10 20 40 500 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n");
  root.put("proc/self/cgroup", "1:name=x:/other\n0::/a/b\n");
  root.put("sys/fs/cgroup/a/b/cpu.stat", "usage_usec 5\nnr_throttled 3\nthrottled_usec 2500000\n");
  root.put("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "1800000\n");
  root.put("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "3200000\n");
  root.put("sys/devices/system/cpu/cpuidle/cpufreq/scaling_cur_freq", "9900000\n");
  root.put("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "4\n");
  root.put("sys/devices/system/cpu/cpu1/thermal_throttle/package_throttle_count", "2\n");
  const MachineState state = machine_state(root.path().string());
  const auto ticks_per_s = static_cast<double>(sysconf(_SC_CLK_TCK));
  EXPECT_DOUBLE_EQ(*state.busy_cpu_s, 1530.0 / ticks_per_s);
  EXPECT_DOUBLE_EQ(*state.stolen_cpu_s, 40.0 / ticks_per_s);
  EXPECT_DOUBLE_EQ(*state.cpu_mhz, 3200.0);
  EXPECT_EQ(state.throttle_events, 6U);
  EXPECT_DOUBLE_EQ(*state.throttled_s, 2.5);
}

TEST(Observation, SaysNothingOfWhatTheSystemDoesNotTell) {
  const TemporaryFolder root;
  const MachineState state = machine_state(root.path().string());
  EXPECT_FALSE(state.busy_cpu_s || state.stolen_cpu_s || state.cpu_mhz || state.throttle_events || state.throttled_s);
  MachineState later = state;
  later.time_s += 10.0;
  EXPECT_EQ(observed_between(state, later), Observation{});
}

TEST(Observation, CountsAsOthersWhatIsNotOurs) {
  EXPECT_DOUBLE_EQ(*observed_between(state_at(100.0, 5.0, 1000.0), state_at(110.0, 20.0, 1022.5)).other_cpus, 0.75);
  EXPECT_EQ(*observed_between(state_at(100.0, 5.0, 1000.0), state_at(110.0, 20.0, 1014.9)).other_cpus, 0.0);
}

TEST(Observation, TellsNoLoadOfAMoment) {
  EXPECT_FALSE(observed_between(state_at(100.0, 5.0, 1000.0), state_at(100.4, 5.0, 1000.4)).other_cpus);
  EXPECT_TRUE(observed_between(state_at(100.0, 5.0, 1000.0), state_at(100.6, 5.0, 1000.4)).other_cpus);
}

TEST(Observation, TakesDifferencesOfCounters) {
  MachineState before = state_at(0.0, 0.0, 0.0);
  MachineState after = state_at(2.0, 0.0, 0.0);
  before.stolen_cpu_s = 1.0;
  after.stolen_cpu_s = 2.0;
  before.cpu_mhz = 3000.0;
  after.cpu_mhz = 2000.0;
  before.throttle_events = 7;
  after.throttle_events = 9;
  before.throttled_s = 1.0;
  after.throttled_s = 1.25;
  const Observation observed = observed_between(before, after);
  EXPECT_EQ(observed.stolen_cpus, 0.5);
  EXPECT_EQ(observed.cpu_mhz_before, 3000.0);
  EXPECT_EQ(observed.cpu_mhz_after, 2000.0);
  EXPECT_EQ(observed.throttle_events, 2U);
  EXPECT_EQ(observed.throttled_s, 0.25);
  // A counter that was set back tells nothing.
  EXPECT_FALSE(observed_between(after, before).throttle_events);
}

TEST(Observation, CountsOwnTime) {
  const MachineState before = machine_state();
  double sum = 0.0;
  while (machine_state().own_cpu_s <= before.own_cpu_s) sum += 1.0;
  EXPECT_GT(machine_state().own_cpu_s, before.own_cpu_s) << sum;
}

}  // namespace
}  // namespace overlap
