// Work in parts, on a few threads that live for it alone: for setup, where no other thread is to be left behind.
#pragma once

#include <cstdint>
#include <functional>

namespace overlap {

/// Calls work(part) once for each part below `parts`, on the caller's and at most `threads` - 1 other threads, fewer
/// where no more can be started, and returns when all are done. `work` must not throw.
void in_parts(std::uint64_t parts, unsigned threads, const std::function<void(std::uint64_t)>& work);

}  // namespace overlap
