// Engine `pool`: worker threads that the engine owns take submitted steps from a queue.
#pragma once

#include "src/registry.hpp"

namespace overlap {

EngineInfo pool_engine();

}  // namespace overlap
