// A fixed number of compute slots, taken by threads or forked processes.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>

#include "src/base/page_buffer.hpp"

namespace overlap {

/// Slots for each CPU where requests come in over time, each with a worker of its own, as then few of them are there at
/// once. With CPUs busy 90 % of the time, so many steps or more want to compute for 0.9^32 of it on one CPU (3 %;
/// M/M/1, processor sharing), and for less on several; a row that can't keep up would want ever more.
inline constexpr unsigned slots_per_cpu_at_a_rate = 32;

/// Where there are as many slots as callers, each caller has its own and taking it costs nothing; otherwise callers
/// sleep until one is free.
class SlotPool {
 public:
  /// A slot taken; gives it back at its end.
  class Lease {
   public:
    Lease(SlotPool& pool, unsigned slot) noexcept : pool_(pool), slot_(slot) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.release(slot_); }
    unsigned slot() const noexcept { return slot_; }

   private:
    SlotPool& pool_;
    unsigned slot_;
  };

  /// For so many callers, each of which has one slot at a time. `shared`: they are processes forked later.
  SlotPool(unsigned slots, unsigned callers, bool shared);
  /// For any number of callers of this process, who may have several slots each.
  explicit SlotPool(unsigned slots) : SlotPool(slots, any_number, false) {}

  // Thread-safe, and safe between processes where the pool is shared.

  /// Waits for a slot.
  Lease acquire(unsigned caller) noexcept;
  /// A slot that is free, to be given back by `release`. Of a pool for any number of callers.
  std::optional<unsigned> try_acquire() noexcept;
  void release(unsigned slot) noexcept;

 private:
  static constexpr unsigned any_number = std::numeric_limits<unsigned>::max();

  unsigned take_flag(unsigned first) noexcept;

  unsigned slots_;
  bool contended_;
  PageBuffer memory_;
  std::atomic<std::uint32_t>* free_count_;  // futex word
  std::atomic<std::uint32_t>* taken_;       // by slot
};

}  // namespace overlap
