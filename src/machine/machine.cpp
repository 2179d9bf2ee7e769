// Machine facts from hwloc and the kernel.
#include "src/machine/machine.hpp"

#include <hwloc.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "src/machine/cgroup.hpp"

namespace overlap {
namespace {

constexpr std::uint64_t kib = 1024;

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The value of `key` in a file of "key: value kB" lines, in bytes.
std::optional<std::uint64_t> kib_field(const char* path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.size() > key.size() && line.compare(0, key.size(), key) == 0 && line[key.size()] == ':') {
      return std::strtoull(line.c_str() + key.size() + 1, nullptr, 10) * kib;
    }
  }
  return std::nullopt;
}

/// The sum of the values of all keys that begin with `prefix` in such a file, in bytes.
std::optional<std::uint64_t> kib_sum(const char* path, std::string_view prefix) {
  std::ifstream file(path);
  std::optional<std::uint64_t> sum;
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, prefix.size(), prefix) != 0) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    sum = sum.value_or(0) + std::strtoull(line.c_str() + colon + 1, nullptr, 10) * kib;
  }
  return sum;
}

/// The chosen one of the settings in a file such as "always [madvise] never".
std::string chosen_setting(const std::string& path) {
  const std::string line = first_line(path);
  const auto open = line.find('[');
  const auto close = line.find(']');
  if (open == std::string::npos || close == std::string::npos) return "unknown";
  return line.substr(open + 1, close - open - 1);
}

std::string widest_vector_instructions() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return "AVX-512";
  if (__builtin_cpu_supports("avx2")) return "AVX2";
  if (__builtin_cpu_supports("avx")) return "AVX";
  return "SSE2";
#elif defined(__aarch64__)
  return "NEON";
#else
  return "none";
#endif
}

struct DestroyTopology {
  void operator()(hwloc_topology* topology) const noexcept { hwloc_topology_destroy(topology); }
};

unsigned count_of(hwloc_topology_t topology, hwloc_obj_type_t type) {
  return static_cast<unsigned>(std::max(0, hwloc_get_nbobjs_by_type(topology, type)));
}

std::uint64_t cache_bytes(hwloc_topology_t topology, hwloc_obj_type_t type) {
  const hwloc_obj_t cache = hwloc_get_obj_by_type(topology, type, 0);
  return cache == nullptr ? 0 : cache->attr->cache.size;
}

void add_topology(Machine& machine) {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) return;
  const std::unique_ptr<hwloc_topology, DestroyTopology> topology(raw);
  hwloc_topology_set_flags(raw, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  if (hwloc_topology_load(raw) != 0) return;
  machine.packages = count_of(raw, HWLOC_OBJ_PACKAGE);
  machine.cores = count_of(raw, HWLOC_OBJ_CORE);
  machine.l2_cache_bytes = cache_bytes(raw, HWLOC_OBJ_L2CACHE);
  machine.l3_cache_bytes = cache_bytes(raw, HWLOC_OBJ_L3CACHE);
  if (const hwloc_obj_t package = hwloc_get_obj_by_type(raw, HWLOC_OBJ_PACKAGE, 0)) {
    if (const char* model = hwloc_obj_get_info_by_name(package, "CPUModel")) machine.cpu_model = model;
  }
}

}  // namespace

Machine inspect_machine() {
  Machine machine;
  utsname names{};
  uname(&names);
  machine.architecture = names.machine;
  machine.kernel = std::string(names.sysname) + " " + names.release;
  machine.huge_pages = chosen_setting("/sys/kernel/mm/transparent_hugepage/enabled");
  machine.vector_instructions = widest_vector_instructions();
  machine.logical_cpus = static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  machine.usable_cpus = usable_cpus();
  machine.memory_bytes = kib_field("/proc/meminfo", "MemTotal").value_or(0);
  machine.available_memory_bytes = available_memory_bytes();
  add_topology(machine);
  if (machine.cpu_model.empty()) machine.cpu_model = machine.architecture + " processor";
  return machine;
}

unsigned usable_cpus() {
  unsigned cpus = static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  cpu_set_t affinity;
  CPU_ZERO(&affinity);
  if (sched_getaffinity(0, sizeof(affinity), &affinity) == 0) {
    cpus = std::min(cpus, static_cast<unsigned>(std::max(1, CPU_COUNT(&affinity))));
  }
  if (const auto quota = cgroup_limits().cpus) {
    cpus = static_cast<unsigned>(std::min(static_cast<double>(cpus), std::ceil(*quota)));
  }
  return std::max(1U, cpus);
}

std::uint64_t available_memory_bytes() {
  constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
  return std::min(kib_field("/proc/meminfo", "MemAvailable").value_or(unlimited),
                  cgroup_limits().memory_left_bytes.value_or(unlimited));
}

bool shared_memory_has_huge_pages() {
  const std::string setting = chosen_setting("/sys/kernel/mm/transparent_hugepage/shmem_enabled");
  return setting == "always" || setting == "within_size" || setting == "advise" || setting == "force";
}

std::uint64_t peak_private_memory_bytes() {
  const std::uint64_t peak = kib_field("/proc/self/status", "VmHWM").value_or(0);
  const std::uint64_t shared = kib_field("/proc/self/status", "RssShmem").value_or(0);
  return peak > shared ? peak - shared : 0;
}

std::uint64_t peak_memory_of_fork_bytes() {
  const auto less = [](std::uint64_t whole, std::uint64_t part) { return whole > part ? whole - part : 0; };
  const std::uint64_t peak = kib_field("/proc/self/status", "VmHWM").value_or(0);
  const std::uint64_t shared_memory = kib_field("/proc/self/status", "RssShmem").value_or(0);
  const char* const sums = "/proc/self/smaps_rollup";
  const std::uint64_t with_others = std::max(kib_sum(sums, "Shared_").value_or(0), shared_memory);
  // VmHWM may lag by as many pages as a small process has of its own; what smaps_rollup says of the end does not.
  // There, shared memory that no other process has touched is private.
  const std::uint64_t part_of_shared = kib_field(sums, "Pss_Shmem").value_or(shared_memory);
  return std::max(less(peak, with_others), less(kib_sum(sums, "Private_").value_or(0), part_of_shared));
}

}  // namespace overlap
