// Engine `pool`: worker threads that the engine owns take submitted steps from a queue.
#pragma once

#include "cpu/engines/step_compute.hpp"
#include "src/registry.hpp"

namespace overlap {

/// Of the FFT.
EngineInfo pool_engine();

/// Of a compute of the user's own.
EngineInfo pool_engine(ComputeInfo compute);

}  // namespace overlap
