// Engine `locked`: `fftw` under one lock per process.
#pragma once

#include "src/registry.hpp"

namespace overlap {

EngineInfo locked_engine();

}  // namespace overlap
