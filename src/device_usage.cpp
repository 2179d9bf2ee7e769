// Names and differences.
#include "src/device_usage.hpp"

namespace overlap {

std::string_view name_of(DevicePart part) noexcept {
  switch (part) {
    case DevicePart::generate:
      return "generate";
    case DevicePart::transform:
      return "transform";
    case DevicePart::fill:
      return "fill";
    case DevicePart::copy_in:
      return "copy_in";
    case DevicePart::copy_out:
      return "copy_out";
  }
  return "copy_out";
}

DeviceUsage operator-(const DeviceUsage& now, const DeviceUsage& before) noexcept {
  DeviceUsage difference{now.steps - before.steps, now.busy_ns - before.busy_ns, {}, {}};
  for (std::size_t part = 0; part < device_part_count; ++part) {
    difference.part_ns[part] = now.part_ns[part] - before.part_ns[part];
    difference.part_bytes[part] = now.part_bytes[part] - before.part_bytes[part];
  }
  return difference;
}

}  // namespace overlap
