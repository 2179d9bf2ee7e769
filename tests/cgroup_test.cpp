// Control groups' limits from a made-up /proc and /sys.
#include "src/machine/cgroup.hpp"

#include <gtest/gtest.h>

#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using testing::TemporaryFolder;

CgroupLimits limits_in(const TemporaryFolder& root) { return cgroup_limits(root.path().string()); }

TEST(Cgroup, SaysNothingWhereNoGroupLimits) {
  const TemporaryFolder root;
  const auto is_without = [&] {
    const CgroupLimits limits = limits_in(root);
    return !limits.cpus && !limits.memory_left_bytes && !limits.throttled_s;
  };
  EXPECT_TRUE(is_without());
  root.put("proc/self/cgroup", "4:cpu,cpuacct:/\n5:memory:/\n1:name=systemd:/x\n0::/a\n");
  root.put("sys/fs/cgroup/a/cpu.max", "max 100000\n");
  root.put("sys/fs/cgroup/a/memory.max", "max\n");
  root.put("sys/fs/cgroup/a/memory.current", "5000\n");
  root.put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  root.put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_TRUE(is_without());
}

TEST(Cgroup, TakesTheTightestOfAllGroupsAbove) {
  const TemporaryFolder root;
  root.put("proc/self/cgroup", "0::/a/b\n");
  root.put("sys/fs/cgroup/a/b/cpu.max", "400000 100000\n");
  root.put("sys/fs/cgroup/a/cpu.max", "75000 50000\n");
  root.put("sys/fs/cgroup/a/b/memory.max", "1000\n");
  root.put("sys/fs/cgroup/a/b/memory.current", "300\n");
  root.put("sys/fs/cgroup/a/memory.max", "5000\n");
  root.put("sys/fs/cgroup/a/memory.current", "4800\n");
  root.put("sys/fs/cgroup/a/memory.stat", "anon 4000\ninactive_file 150\n");
  EXPECT_EQ(limits_in(root).cpus, 1.5);
  EXPECT_EQ(limits_in(root).memory_left_bytes, 350U);
}

TEST(Cgroup, NeverLeavesMoreMemoryThanTheLimit) {
  const TemporaryFolder root;
  root.put("proc/self/cgroup", "0::/\n");
  root.put("sys/fs/cgroup/memory.max", "1000\n");
  root.put("sys/fs/cgroup/memory.current", "200\n");
  root.put("sys/fs/cgroup/memory.stat", "inactive_file 900\n");
  EXPECT_EQ(limits_in(root).memory_left_bytes, 1000U);
  root.put("sys/fs/cgroup/memory.current", "1200\n");
  root.put("sys/fs/cgroup/memory.stat", "inactive_file 0\n");
  EXPECT_EQ(limits_in(root).memory_left_bytes, 0U);
}

TEST(Cgroup, AddsUpWhatQuotasHeldBack) {
  const TemporaryFolder root;
  root.put("proc/self/cgroup", "0::/a/b\n");
  root.put("sys/fs/cgroup/a/b/cpu.stat", "usage_usec 5\nnr_throttled 3\nthrottled_usec 500000\n");
  root.put("sys/fs/cgroup/a/cpu.stat", "usage_usec 5\nthrottled_usec 2500000\n");
  EXPECT_DOUBLE_EQ(*limits_in(root).throttled_s, 3.0);
}

TEST(Cgroup, ReadsVersionOne) {
  const TemporaryFolder root;
  root.put("proc/self/cgroup", "5:cpuset:/\n4:cpu,cpuacct:/docker/c\n3:memory:/docker/c\n0::/docker/c\n");
  root.put("sys/fs/cgroup/cpu/docker/c/cpu.cfs_quota_us", "250000\n");
  root.put("sys/fs/cgroup/cpu/docker/c/cpu.cfs_period_us", "100000\n");
  root.put("sys/fs/cgroup/cpu/docker/c/cpu.stat", "nr_periods 9\nnr_throttled 2\nthrottled_time 1500000000\n");
  root.put("sys/fs/cgroup/memory/docker/c/memory.limit_in_bytes", "4000\n");
  root.put("sys/fs/cgroup/memory/docker/c/memory.usage_in_bytes", "3900\n");
  root.put("sys/fs/cgroup/memory/docker/c/memory.stat", "inactive_file 1\ntotal_inactive_file 50\n");
  root.put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root.put("sys/fs/cgroup/memory/memory.usage_in_bytes", "100000\n");
  const CgroupLimits limits = limits_in(root);
  EXPECT_EQ(limits.cpus, 2.5);
  EXPECT_EQ(limits.memory_left_bytes, 150U);
  EXPECT_DOUBLE_EQ(*limits.throttled_s, 1.5);
}

// Version 1 tells a container the path that its group has on the host, and mounts the group as the top.
TEST(Cgroup, FindsAContainersOwnGroupAtTheTop) {
  const TemporaryFolder root;
  root.put("proc/self/cgroup", "4:cpu:/docker/c\n");
  root.put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n");
  root.put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(limits_in(root).cpus, 3.0);
}

TEST(Cgroup, ReadsEachGroupOnce) {
  const TemporaryFolder root;
  root.put("proc/self/cgroup", "0::/\n");
  root.put("sys/fs/cgroup/cpu.stat", "throttled_usec 2500000\n");
  EXPECT_DOUBLE_EQ(*limits_in(root).throttled_s, 2.5);
}

}  // namespace
}  // namespace overlap
