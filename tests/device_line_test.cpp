// The line for people about a row's device.
#include "src/report/device_line.hpp"

#include <gtest/gtest.h>

#include <cstddef>

#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::sample_device;

TEST(DeviceLine, NamesTheBusyShareAndEachPartOfAStep) {
  EXPECT_EQ(device_line(sample_device(), 2.0),
            "the device was busy 75% of the run; a step: generation 12.0 µs (2.67 TB/s), transform 90.0 µs (711 GB/s)");
  DeviceMetrics device = sample_device();
  device.copy_gb_per_s = 2800.0;
  device.parts[static_cast<std::size_t>(DevicePart::copy_out)] = {1e-3, 64e6, 64.0};
  EXPECT_EQ(device_line(device, 2.0),
            "the device was busy 75% of the run; a step: generation 12.0 µs (2.67 TB/s, 95.2% of the copy ceiling), "
            "transform 90.0 µs (711 GB/s, 25.4% of the copy ceiling), copy out 1.00 ms (64.0 GB/s)");
}

}  // namespace
}  // namespace overlap
