// Engine `fftw-threads`: a step on several threads, which FFTW and the passes around it share.
#pragma once

#include "src/registry.hpp"

namespace overlap {

EngineInfo fftw_threads_engine();

}  // namespace overlap
