// The task type of the scheduler: a coroutine per request, its frame in an arena.
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <vector>

#include "src/engine.hpp"

namespace overlap {

class Scheduler;

/// Memory for coroutine frames of one size, handed out in order and given back all at once: no header a frame, and
/// neighbours in memory are neighbours in number.
class FrameArena {
 public:
  /// Room for `frames` of whatever size the first one has.
  explicit FrameArena(std::size_t frames) noexcept : frames_(frames) {}

  void* allocate(std::size_t bytes) {
    if (chunks_.empty() || used_ == frames_in_chunk_) add_chunk(bytes);
    return chunks_.back().get() + stride_ * used_++;
  }

  /// Calls `visit` with the address of every frame handed out.
  template <typename Visit>
  void for_each(Visit visit) {
    for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
      const std::size_t frames = chunk + 1 == chunks_.size() ? used_ : frames_in_chunk_;
      for (std::size_t frame = 0; frame < frames; ++frame) visit(chunks_[chunk].get() + stride_ * frame);
    }
  }

 private:
  static constexpr std::size_t largest_chunk = 65536;

  void add_chunk(std::size_t bytes) {
    constexpr std::size_t alignment = alignof(std::max_align_t);
    stride_ = (bytes + alignment - 1) / alignment * alignment;
    frames_in_chunk_ = std::min(frames_, largest_chunk);
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(stride_ * frames_in_chunk_));
    used_ = 0;
  }

  std::size_t frames_;
  std::size_t stride_ = 0;
  std::size_t frames_in_chunk_ = 0;
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
};

/// A coroutine that a Scheduler starts and resumes; its first parameter is that scheduler. The promise is the step in
/// hand, so that a completed step leads back to its coroutine. Frames live until the scheduler's end.
class Task {
 public:
  struct promise_type : Step {
    template <typename... Parameters>
    explicit promise_type(Scheduler& owner, const Parameters&... /*parameters*/) noexcept : scheduler(&owner) {}

    template <typename... Parameters>
    static void* operator new(std::size_t bytes, Scheduler& owner, const Parameters&... /*parameters*/) {
      return allocate_frame(owner, bytes);
    }
    static void operator delete(void* /*frame*/) noexcept {}

    Task get_return_object() noexcept { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept;
    void unhandled_exception() noexcept;

    Scheduler* scheduler;
  };

  using Handle = std::coroutine_handle<promise_type>;

  Handle handle() const noexcept { return handle_; }

 private:
  explicit Task(Handle handle) noexcept : handle_(handle) {}
  static void* allocate_frame(Scheduler& scheduler, std::size_t bytes);

  Handle handle_;
};

}  // namespace overlap
