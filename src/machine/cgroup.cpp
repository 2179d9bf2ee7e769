// The kernel's files of control groups.
#include "src/machine/cgroup.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

namespace overlap {
namespace {

/// A version's names of its files and their fields.
struct MemoryFiles {
  const char* limit;
  const char* used;
  const char* cached;  // in memory.stat
};
constexpr MemoryFiles memory_v2{"/memory.max", "/memory.current", "inactive_file"};
constexpr MemoryFiles memory_v1{"/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_inactive_file"};

/// Not of "max", which stands for no limit, nor of "-1", which does in version 1.
std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> number_in_file(const std::string& path) {
  std::ifstream file(path);
  std::string word;
  file >> word;
  return number_in(word);
}

/// The value of `key` in a file of lines "key value".
std::optional<std::uint64_t> value_of(const std::string& path, std::string_view key) {
  std::ifstream file(path);
  std::string name;
  for (std::uint64_t value = 0; file >> name >> value;) {
    if (name == key) return value;
  }
  return std::nullopt;
}

template <typename Value>
void lower(std::optional<Value>& least, Value value) {
  least = least ? std::min(*least, value) : value;
}

void add_cpus(CgroupLimits& limits, std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period) {
  if (quota && period && *period > 0) lower(limits.cpus, static_cast<double>(*quota) / static_cast<double>(*period));
}

void add_throttled(CgroupLimits& limits, std::optional<std::uint64_t> units, double seconds_a_unit) {
  if (units) limits.throttled_s = limits.throttled_s.value_or(0.0) + seconds_a_unit * static_cast<double>(*units);
}

void add_cpu_v2(CgroupLimits& limits, const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  std::string quota;
  std::string period;
  file >> quota >> period;
  add_cpus(limits, number_in(quota), number_in(period));
  add_throttled(limits, value_of(folder + "/cpu.stat", "throttled_usec"), 1e-6);
}

void add_cpu_v1(CgroupLimits& limits, const std::string& folder) {
  add_cpus(limits, number_in_file(folder + "/cpu.cfs_quota_us"), number_in_file(folder + "/cpu.cfs_period_us"));
  add_throttled(limits, value_of(folder + "/cpu.stat", "throttled_time"), 1e-9);
}

void add_memory(CgroupLimits& limits, const std::string& folder, const MemoryFiles& files) {
  const auto limit = number_in_file(folder + files.limit);
  const auto used = number_in_file(folder + files.used);
  if (!limit || !used) return;
  const std::uint64_t free = *limit - std::min(*limit, *used);
  // Cached files count as used, and make way.
  const std::uint64_t cached = value_of(folder + "/memory.stat", files.cached).value_or(0);
  lower(limits.memory_left_bytes, std::min(free + cached, *limit));
}

/// A group's folder and all above it, up to `top`. In a container the path may be that of its host, of which only the
/// top is there, and is the container's own group.
std::vector<std::string> folders_of(const std::string& top, std::string path) {
  std::vector<std::string> folders;
  while (path.size() > 1) {
    folders.push_back(top + path);
    path.resize(std::min(path.size(), path.find_last_of('/')));
  }
  folders.push_back(top);
  return folders;
}

bool is_listed(std::string_view names, std::string_view name) {
  return ("," + std::string(names) + ",").find("," + std::string(name) + ",") != std::string::npos;
}

}  // namespace

CgroupLimits cgroup_limits(const std::string& root) {
  CgroupLimits limits;
  const std::string mounts = root + "/sys/fs/cgroup";
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    // "4:cpu,cpuacct:/a/b" in version 1, whose controllers are mounted by name; "0::/a/b" in version 2.
    std::istringstream fields(line);
    std::string number;
    std::string controllers;
    std::string path;
    std::getline(std::getline(fields, number, ':'), controllers, ':');
    std::getline(fields, path);
    if (number == "0" && controllers.empty()) {
      for (const std::string& folder : folders_of(mounts, path)) {
        add_cpu_v2(limits, folder);
        add_memory(limits, folder, memory_v2);
      }
    }
    if (is_listed(controllers, "cpu")) {
      for (const std::string& folder : folders_of(mounts + "/cpu", path)) add_cpu_v1(limits, folder);
    }
    if (is_listed(controllers, "memory")) {
      for (const std::string& folder : folders_of(mounts + "/memory", path)) add_memory(limits, folder, memory_v1);
    }
  }
  return limits;
}

}  // namespace overlap
