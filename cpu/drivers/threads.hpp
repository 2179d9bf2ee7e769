// Driver `threads`: a thread for each request.
#pragma once

#include "src/registry.hpp"

namespace overlap {

DriverInfo threads_driver();

}  // namespace overlap
