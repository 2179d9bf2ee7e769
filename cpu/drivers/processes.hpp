// Driver `processes`: a forked process for each request.
#pragma once

#include "src/registry.hpp"

namespace overlap {

DriverInfo processes_driver();

}  // namespace overlap
