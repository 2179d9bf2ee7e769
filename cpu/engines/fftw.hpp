// Engine `fftw`: a step on one thread, the caller's.
#pragma once

#include "src/registry.hpp"

namespace overlap {

EngineInfo fftw_engine();

}  // namespace overlap
