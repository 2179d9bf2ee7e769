// Timers of a scheduler: a heap of those that are due soon, and a wheel of unsorted buckets for the rest.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "cpu/scheduler/timer_heap.hpp"
#include "src/base/page_buffer.hpp"

namespace overlap {

/// A priority queue of (due, value), earliest first; ties in any order. A timer costs a heap of everything only among
/// those of its own half millisecond: with a million of them in flight, such a heap stays in the cache where one of all
/// would miss it at every level. Not thread-safe. Its memory, for `capacity` timers, is reserved at its construction.
template <typename Value>
class TimerQueue {
 public:
  explicit TimerQueue(std::size_t capacity)
      : capacity_(capacity),
        soon_(capacity),
        late_(capacity),
        chunk_memory_(most_chunks(capacity) * sizeof(Chunk), PageBuffer::Sharing::own),
        untouched_(reinterpret_cast<Chunk*>(chunk_memory_.data())) {}

  bool empty() const noexcept { return size() == 0; }
  std::size_t size() const noexcept { return soon_.size() + in_buckets_ + late_.size(); }

  /// When the earliest timer is due. Not of an empty queue.
  std::int64_t top_due_ns() {
    if (soon_.empty()) fill_soon();
    return soon_.top().due_ns;
  }

  /// Throws std::length_error beyond the capacity.
  void push(std::int64_t due_ns, Value value) {
    if (size() == capacity_) throw std::length_error("the timer queue is full");
    if (soon_.empty()) move_soon_end(due_ns);
    place(due_ns, value);
  }

  /// The earliest timer's value. Not of an empty queue.
  Value pop() {
    if (soon_.empty()) fill_soon();
    return soon_.pop();
  }

 private:
  static constexpr int width_bits = 19;  // a bucket is 2^19 ns
  static constexpr std::size_t bucket_count = 8192;
  static constexpr std::int64_t horizon_ns = static_cast<std::int64_t>(bucket_count) << width_bits;
  static constexpr std::size_t word_bits = 64;

  using Timer = typename TimerHeap<Value>::Timer;

  static constexpr std::size_t cache_line = 64;

  /// Three cache lines: with a bucket's few timers in larger ones, most of a chunk would lie empty.
  struct alignas(cache_line) Chunk {
    static constexpr std::size_t room = 11;
    Chunk* next;
    std::array<Timer, room> timers;
  };
  static_assert(std::is_trivially_destructible_v<Chunk>);

  /// All chunks behind the first are full. How full that one is stands here, so that a push needs to read nothing of
  /// it: it is out of the caches by then.
  struct Bucket {
    Chunk* first = nullptr;
    std::size_t count = 0;
  };

  /// Every bucket may have one chunk that is not full, and no more than there are timers.
  static std::size_t most_chunks(std::size_t capacity) noexcept {
    return std::min(capacity, capacity / Chunk::room + bucket_count);
  }
  static std::int64_t bucket_start(std::int64_t due_ns) noexcept { return due_ns >> width_bits << width_bits; }
  static std::size_t bucket_of(std::int64_t due_ns) noexcept {
    return static_cast<std::size_t>(due_ns >> width_bits) % bucket_count;
  }

  /// While the heap of what is due soon is empty its end may be moved, so that timers go to the buckets: up where
  /// nothing else is kept, down as far as the wheel holds what is in it.
  void move_soon_end(std::int64_t due_ns) noexcept {
    const bool wheel_holds_all = in_buckets_ == 0 || latest_ns_ - bucket_start(due_ns) < horizon_ns;
    if (empty() || (due_ns < soon_end_ns_ && wheel_holds_all)) soon_end_ns_ = bucket_start(due_ns);
  }

  /// Before soon_end_ns_ in the heap of what is due soon; for a horizon from there in the buckets; then in a heap of
  /// its own.
  void place(std::int64_t due_ns, Value value) {
    if (due_ns < soon_end_ns_) {
      soon_.push(due_ns, value);
    } else if (due_ns - soon_end_ns_ < horizon_ns) {
      put_in_bucket(due_ns, value);
    } else {
      late_.push(due_ns, value);
    }
  }

  void put_in_bucket(std::int64_t due_ns, Value value) {
    const std::size_t number = bucket_of(due_ns);
    Bucket& bucket = buckets_[number];
    if (bucket.first == nullptr || bucket.count == Chunk::room) {
      bucket = {new_chunk(bucket.first), 0};
      occupied_[number / word_bits] |= std::uint64_t{1} << (number % word_bits);
    }
    bucket.first->timers[bucket.count++] = {due_ns, value};
    latest_ns_ = in_buckets_ == 0 ? due_ns : std::max(latest_ns_, due_ns);
    ++in_buckets_;
  }

  Chunk* new_chunk(Chunk* next) {
    Chunk* chunk = free_;
    if (chunk != nullptr) {
      free_ = chunk->next;
    } else {
      chunk = untouched_++;
    }
    chunk->next = next;
    return chunk;
  }

  /// Moves the earliest timers into the heap of what is due soon, which is empty.
  void fill_soon() {
    if (in_buckets_ == 0) soon_end_ns_ = bucket_start(late_.top().due_ns);
    while (!late_.empty() && late_.top().due_ns - soon_end_ns_ < horizon_ns) {
      const std::int64_t due_ns = late_.top().due_ns;
      put_in_bucket(due_ns, late_.pop());
    }
    const std::size_t number = next_occupied(bucket_of(soon_end_ns_));
    auto [chunk, count] = std::exchange(buckets_[number], {});
    while (chunk != nullptr) {
      for (std::size_t index = 0; index < count; ++index) {
        soon_.push(chunk->timers[index].due_ns, chunk->timers[index].value);
      }
      in_buckets_ -= count;
      count = Chunk::room;
      Chunk* const next = std::exchange(chunk->next, free_);
      free_ = std::exchange(chunk, next);
    }
    occupied_[number / word_bits] &= ~(std::uint64_t{1} << (number % word_bits));
    soon_end_ns_ = bucket_start(soon_.top().due_ns) + (std::int64_t{1} << width_bits);
  }

  /// The first bucket with timers, from `bucket` on and round the wheel. There is one.
  std::size_t next_occupied(std::size_t bucket) const noexcept {
    std::size_t word = bucket / word_bits;
    std::uint64_t bits = occupied_[word] & (~std::uint64_t{0} << (bucket % word_bits));
    while (bits == 0) {
      word = (word + 1) % occupied_.size();
      bits = occupied_[word];
    }
    return word * word_bits + static_cast<std::size_t>(std::countr_zero(bits));
  }

  std::size_t capacity_;
  TimerHeap<Value> soon_;
  TimerHeap<Value> late_;
  std::int64_t soon_end_ns_ = 0;
  std::int64_t latest_ns_ = 0;  // of the timers in buckets, or of earlier ones
  std::size_t in_buckets_ = 0;
  std::array<Bucket, bucket_count> buckets_{};
  std::array<std::uint64_t, bucket_count / word_bits> occupied_{};
  PageBuffer chunk_memory_;
  Chunk* untouched_;
  Chunk* free_ = nullptr;
};

}  // namespace overlap
