// A request on a thread that blocks: in its waits and in the engine.
#pragma once

#include <cstdint>

#include "src/run/driver.hpp"

namespace overlap {

/// Announces this thread or process in the worker table as ready to take requests.
void announce_worker(RunContext& context, std::uint32_t worker) noexcept;

/// Sleeps until the request comes in; false where the run was stopped before.
bool await_request(RunContext& context, std::uint64_t request);

/// Takes one request, which began at `begin_ns`, through its steps, waiting and computing on this thread; false where
/// the run was stopped on the way. Throws what the engine throws. Thread-safe for different requests and workers.
bool take_request(RunContext& context, std::uint64_t request, std::uint32_t worker, std::int64_t begin_ns);

/// Writes the last field of a finished step and counts it.
void finish_step(RunContext& context, Step& step) noexcept;

}  // namespace overlap
