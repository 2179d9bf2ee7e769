// Engines `fftw` and `own`: a step on one thread, the caller's.
#pragma once

#include "cpu/engines/step_compute.hpp"
#include "src/registry.hpp"

namespace overlap {

/// All that an engine on the caller's thread is but for its name and description.
EngineInfo caller_engine(ComputeInfo compute);

EngineInfo fftw_engine();

/// Of a compute of the user's own.
EngineInfo own_engine(ComputeInfo compute);

/// Its place where there is none: unavailable.
EngineInfo own_engine();

}  // namespace overlap
