// Driver `sequential`: one request after the other, on one thread.
#pragma once

#include "src/registry.hpp"

namespace overlap {

DriverInfo sequential_driver();

}  // namespace overlap
