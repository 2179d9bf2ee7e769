// Sleeping in the kernel on a 32-bit word, shared between threads and processes, until it changes or a deadline.
#pragma once

#include <atomic>
#include <cstdint>

namespace overlap {

/// Sleeps while `word` holds `expected`, until a wake or `deadline_ns` of CLOCK_MONOTONIC (never_ns: no deadline). May
/// return early: callers look again. Every driver waits this way, so all have the same clock and timer slack.
void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected, std::int64_t deadline_ns) noexcept;

/// Wakes at most `count` sleepers of any process that maps the word.
void futex_wake(std::atomic<std::uint32_t>& word, int count) noexcept;
void futex_wake_all(std::atomic<std::uint32_t>& word) noexcept;

}  // namespace overlap
