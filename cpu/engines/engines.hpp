// The engines there are on CPUs: for the FFT, and for computes of the user's own.
#pragma once

#include <string>
#include <vector>

#include "cpu/engines/step_compute.hpp"
#include "src/run/registry.hpp"

namespace overlap {

/// An engine, or what is known of it, with the memory and facts of its compute.
EngineInfo engine_with(const ComputeInfo& compute, EngineInfo info = {});

/// A step on the caller's thread.
EngineInfo fftw_engine();
EngineInfo own_engine(ComputeInfo compute);
/// Its place where there is no compute of the user's own: unavailable.
EngineInfo own_engine();
/// All that an engine on the caller's thread is but for its name and description.
EngineInfo caller_engine(ComputeInfo compute);

/// The same under one lock per process.
EngineInfo locked_engine(ComputeInfo compute);

/// A step on several threads, which FFTW and the passes around it share.
EngineInfo fftw_threads_engine();

/// Threads that the engine owns take submitted steps from a queue.
EngineInfo pool_engine(ComputeInfo compute);

/// Steps are started, and end later: on a device, or on threads of the library's own.
EngineInfo async_engine(ComputeInfo compute);
/// Its place where there is no compute of the user's own: unavailable.
EngineInfo async_engine();

/// As OwnEngines: those above for the compute of a library, or for a further one NAME, NAME-pool and NAME-async.
std::vector<EngineInfo> own_engines(const std::string& library, const std::string& name);

/// Computes nothing, and so measures the drivers themselves.
EngineInfo null_engine();

/// The compute of a library (src/overlap_compute.h), which is loaded when it is first asked for: UsageError where it
/// can't be. It leaves its results in the record's four numbers, in their order there.
ComputeInfo library_compute(const std::string& file);

}  // namespace overlap
