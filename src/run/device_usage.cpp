// What was used between two readings.
#include "src/run/device_usage.hpp"

namespace overlap {

DeviceUsage operator-(const DeviceUsage& now, const DeviceUsage& before) noexcept {
  DeviceUsage difference{now.steps - before.steps, now.busy_ns - before.busy_ns, {}, {}};
  for (std::size_t part = 0; part < device_part_count; ++part) {
    difference.part_ns[part] = now.part_ns[part] - before.part_ns[part];
    difference.part_bytes[part] = now.part_bytes[part] - before.part_bytes[part];
  }
  return difference;
}

}  // namespace overlap
