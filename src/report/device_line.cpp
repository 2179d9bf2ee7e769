// Wording of a device's figures.
#include "src/report/device_line.hpp"

#include <fmt/format.h>

#include "src/base/units.hpp"

namespace overlap {
namespace {

std::string_view words_of(DevicePart part) {
  switch (part) {
    case DevicePart::generate:
      return "generation";
    case DevicePart::transform:
      return "transform";
    case DevicePart::fill:
      return "fill and digest";
    case DevicePart::copy_in:
      return "copy in";
    case DevicePart::copy_out:
      return "copy out";
  }
  return "copy out";
}

std::string bandwidth_text(double gb_per_s) {
  constexpr double giga = 1e9;
  return format_bytes(static_cast<std::uint64_t>(gb_per_s * giga)) + "/s";
}

/// ", 78% of the copy ceiling"; nothing for what crosses to or from the host.
std::string ceiling_text(const DeviceMetrics& device, DevicePart part, double gb_per_s) {
  if (part == DevicePart::copy_in || part == DevicePart::copy_out || !device.copy_gb_per_s) return "";
  return fmt::format(", {:.3g}% of the copy ceiling", 100.0 * gb_per_s / *device.copy_gb_per_s);
}

}  // namespace

std::string device_line(const DeviceMetrics& device, double makespan_s) {
  const double share = makespan_s > 0.0 ? device.busy_s.value_or(0.0) / makespan_s : 0.0;
  std::string line = fmt::format("the device was busy {:.3g}% of the run; a step:", 100.0 * share);
  std::string separator = " ";
  // In the order in which a step has them.
  for (const DevicePart part :
       {DevicePart::copy_in, DevicePart::generate, DevicePart::transform, DevicePart::fill, DevicePart::copy_out}) {
    const auto& figures = device.parts[static_cast<std::size_t>(part)];
    if (!figures.step_s || !figures.gb_per_s) continue;
    line += fmt::format("{}{} {} ({}{})", separator, words_of(part), format_seconds(*figures.step_s),
                        bandwidth_text(*figures.gb_per_s), ceiling_text(device, part, *figures.gb_per_s));
    separator = ", ";
  }
  return line;
}

}  // namespace overlap
