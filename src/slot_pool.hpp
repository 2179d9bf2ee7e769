// A fixed number of compute slots, taken by threads or forked processes, at most one each.
#pragma once

#include <atomic>
#include <cstdint>

#include "src/page_buffer.hpp"

namespace overlap {

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

  /// `shared`: the callers are processes forked later.
  SlotPool(unsigned slots, unsigned callers, bool shared);

  /// Waits for a slot. Thread-safe, and safe between processes where the pool is shared.
  Lease acquire(unsigned caller) noexcept;

 private:
  void release(unsigned slot) noexcept;

  unsigned slots_;
  bool contended_;
  PageBuffer memory_;
  std::atomic<std::uint32_t>* free_count_;  // futex word
  std::atomic<std::uint32_t>* taken_;       // by slot
};

}  // namespace overlap
