// What a row's device did, in a line for people.
#pragma once

#include <string>

#include "src/metrics/metrics.hpp"

namespace overlap {

/// "the device was busy 96% of the run; a step: generation 12.0 µs (2.67 TB/s), transform …".
std::string device_line(const DeviceMetrics& device, double makespan_s);

}  // namespace overlap
