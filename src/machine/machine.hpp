// Facts of the machine a comparison ran on, and what of it this process may use.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "src/base/named_texts.hpp"

namespace overlap {

struct Machine {
  std::string cpu_model;            ///< "AMD EPYC 9454"
  std::string architecture;         ///< "x86_64"
  std::string kernel;               ///< "Linux 6.1.0"
  std::string huge_pages;           ///< what transparent huge pages are set to: "madvise", "always", "never", "unknown"
  std::string vector_instructions;  ///< the widest it has: "AVX-512", "AVX2", "AVX", "SSE2", "NEON", "none"
  unsigned packages = 0;
  unsigned cores = 0;  ///< physical
  unsigned logical_cpus = 0;
  unsigned usable_cpus = 0;  ///< what affinity and the cgroup's quota leave
  std::uint64_t memory_bytes = 0;
  std::uint64_t available_memory_bytes = 0;  ///< free for this process now: the system's and the cgroup's limit
  std::uint64_t l2_cache_bytes = 0;          ///< of one core; 0 where unknown
  std::uint64_t l3_cache_bytes = 0;          ///< of one package; 0 where unknown
  /// Of the GPU, {"name", "NVIDIA H100"}, …: known where one was used, by those that used it.
  NamedTexts gpu;
};

/// Asks hwloc and the kernel; takes some milliseconds.
Machine inspect_machine();

/// CPUs that affinity and the cgroup's quota (rounded up) leave to this process; at least 1. Cheap.
unsigned usable_cpus();

/// Bytes that can still be taken: MemAvailable, or less where a cgroup limits it. Cheap.
std::uint64_t available_memory_bytes();

/// Whether shared memory that is advised to be on huge pages can be.
bool shared_memory_has_huge_pages();

/// This process's VmHWM − RssShmem in bytes: its peak memory without shared memory.
std::uint64_t peak_private_memory_bytes();

/// The same of a forked process, also without the pages that it has left as they were and shares with its parent, and
/// those of files that others have mapped: they take no memory of its own.
std::uint64_t peak_memory_of_fork_bytes();

}  // namespace overlap
