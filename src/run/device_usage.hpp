// What a device, a GPU, did for a run, measured on its own clock, and what it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/enum_names.hpp"
#include "src/base/named_texts.hpp"

namespace overlap {

/// The parts of a step on a device, in the order in which the recording has them.
enum class DevicePart : std::size_t {
  generate,   ///< the inputs are made
  transform,  ///< the bins of a real-to-complex transform
  fill,       ///< the rest of a full spectrum, and the digest
  copy_in,    ///< the inputs, from the host
  copy_out    ///< the spectrum, to the host
};
template <>
inline constexpr auto enum_names<DevicePart> = names_up_to<DevicePart::copy_out>("generate", "transform", "fill",
                                                                                 "copy_in", "copy_out");
inline constexpr std::size_t device_part_count = enum_names<DevicePart>.size();

/// All 0 where there is no device.
struct DeviceUsage {
  std::uint64_t steps = 0;
  std::uint64_t busy_ns = 0;  ///< with at least one step's kernels or copies under way
  std::array<std::uint64_t, device_part_count> part_ns{};
  std::array<std::uint64_t, device_part_count> part_bytes{};  ///< that the part has to read and write at the least

  bool operator==(const DeviceUsage&) const = default;
};

/// What was added since `before`.
DeviceUsage operator-(const DeviceUsage& now, const DeviceUsage& before) noexcept;

/// Empty where there is no device.
struct DeviceDescription {
  double copy_bytes_per_s = 0.0;      ///< bytes read and written by copies within the device; 0: not measured
  std::uint64_t slot_bytes = 0;       ///< device memory that a slot takes: inputs, bins, work area
  std::uint64_t work_area_bytes = 0;  ///< of these: what the transform's plan asks for
  NamedTexts facts;                   ///< {"name", "NVIDIA H100"}, …: no line's end in them

  bool operator==(const DeviceDescription&) const = default;
};

}  // namespace overlap
