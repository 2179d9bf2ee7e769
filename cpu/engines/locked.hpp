// Engine `locked`: a step on the caller's thread, under one lock per process.
#pragma once

#include "cpu/engines/step_compute.hpp"
#include "src/registry.hpp"

namespace overlap {

/// Of the FFT.
EngineInfo locked_engine();

/// Of a compute of the user's own.
EngineInfo locked_engine(ComputeInfo compute);

}  // namespace overlap
