// The one clock of a run: CLOCK_MONOTONIC nanoseconds, the same in every process, and the CPU time of this process.
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <ctime>
#include <limits>

namespace overlap {

/// A moment that never comes: "no deadline".
inline constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

inline constexpr std::int64_t ns_per_s = 1'000'000'000;

inline std::int64_t read_clock_ns(clockid_t clock) noexcept {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * ns_per_s + time.tv_nsec;
}

/// Nanoseconds of CLOCK_MONOTONIC: comparable between the processes of one machine.
inline std::int64_t now_ns() noexcept { return read_clock_ns(CLOCK_MONOTONIC); }

/// CPU nanoseconds that all threads of this process have used.
inline std::int64_t process_cpu_ns() noexcept { return read_clock_ns(CLOCK_PROCESS_CPUTIME_ID); }

/// CPU nanoseconds of the children that this process has reaped, and of theirs.
inline std::int64_t reaped_children_cpu_ns() noexcept {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto ns = [](const timeval& time) { return time.tv_sec * ns_per_s + time.tv_usec * 1000; };
  return ns(usage.ru_utime) + ns(usage.ru_stime);
}

constexpr double to_seconds(std::int64_t ns) noexcept { return static_cast<double>(ns) * 1e-9; }

}  // namespace overlap
