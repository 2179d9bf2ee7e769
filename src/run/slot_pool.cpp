// A counting semaphore on a futex, and a flag per slot.
#include "src/run/slot_pool.hpp"

#include <new>

#include "src/base/clock.hpp"
#include "src/base/futex.hpp"

namespace overlap {

SlotPool::SlotPool(unsigned slots, unsigned callers, bool shared)
    : slots_(slots),
      contended_(slots < callers),
      memory_((std::uint64_t{slots} + 1) * sizeof(std::atomic<std::uint32_t>),
              shared ? PageBuffer::Sharing::with_forks : PageBuffer::Sharing::own) {
  free_count_ = new (memory_.data()) std::atomic<std::uint32_t>(slots);
  taken_ = free_count_ + 1;
  for (unsigned slot = 0; slot < slots; ++slot) new (taken_ + slot) std::atomic<std::uint32_t>(0);
}

SlotPool::Lease SlotPool::acquire(unsigned caller) noexcept {
  if (!contended_) return {*this, caller % slots_};
  for (std::uint32_t free = free_count_->load();;) {
    if (free == 0) {
      futex_wait(*free_count_, 0, never_ns);
      free = free_count_->load();
    } else if (free_count_->compare_exchange_weak(free, free - 1)) {
      break;
    }
  }
  return {*this, take_flag(caller % slots_)};
}

std::optional<unsigned> SlotPool::try_acquire() noexcept {
  for (std::uint32_t free = free_count_->load(); free > 0;) {
    if (free_count_->compare_exchange_weak(free, free - 1)) return take_flag(0);
  }
  return std::nullopt;
}

/// The count was taken for a flag that is down, or about to be.
unsigned SlotPool::take_flag(unsigned first) noexcept {
  for (unsigned slot = first;; slot = (slot + 1) % slots_) {
    if (taken_[slot].exchange(1) == 0) return slot;
  }
}

void SlotPool::release(unsigned slot) noexcept {
  if (!contended_) return;
  taken_[slot].store(0);
  free_count_->fetch_add(1);
  futex_wake(*free_count_, 1);
}

}  // namespace overlap
