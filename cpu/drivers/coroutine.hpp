// Driver `coroutine`: all requests on one thread, each a C++20 coroutine.
#pragma once

#include "src/registry.hpp"

namespace overlap {

DriverInfo coroutine_driver();

}  // namespace overlap
