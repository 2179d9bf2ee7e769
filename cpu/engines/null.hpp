// Engine `null`: computes nothing, and so measures the drivers themselves.
#pragma once

#include "src/registry.hpp"

namespace overlap {

EngineInfo null_engine();

}  // namespace overlap
