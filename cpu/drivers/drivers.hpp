// The drivers there are.
#pragma once

#include "src/run/registry.hpp"

namespace overlap {

DriverInfo sequential_driver();
DriverInfo coroutine_driver();
DriverInfo threads_driver();
DriverInfo processes_driver();

/// Adds them all, in the order in which they are listed.
void add_drivers(Registry& registry);

}  // namespace overlap
