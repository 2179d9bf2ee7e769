// What this process's control groups let it have, of version 2 and of version 1, in one place or in both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace overlap {

/// Of the group and all above it together; nothing where none of them says. Files: the kernel's
/// admin-guide/cgroup-v2.rst, admin-guide/cgroup-v1/memory.rst and scheduler/sched-bwc.rst. Cheap.
struct CgroupLimits {
  std::optional<double> cpus;  ///< the smallest quota, in CPUs: 1.5 with 150 ms of each 100 ms
  /// Bytes that can still be taken, cached files given back, in the group that has least. Not above its limit.
  std::optional<std::uint64_t> memory_left_bytes;
  /// Seconds for which quotas held processes back. A sum, as the largest of counters would hide another's rise.
  std::optional<double> throttled_s;
};

/// `root` stands before /proc and /sys, for tests.
CgroupLimits cgroup_limits(const std::string& root = "");

}  // namespace overlap
