// A compute of the user's own, in a shared library.
#pragma once

#include <string>

#include "cpu/engines/step_compute.hpp"

namespace overlap {

/// The compute of a library (src/overlap_compute.h), which is loaded when it is first asked for: UsageError where it
/// can't be. It leaves its results in the record's four numbers, in their order there.
ComputeInfo library_compute(const std::string& file);

}  // namespace overlap
