// The task type of the scheduler: a coroutine per request, its frame in an arena.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>

#include "src/base/page_buffer.hpp"
#include "src/run/engine.hpp"

namespace overlap {

class Scheduler;

/// Memory for coroutine frames of one size, handed out in order and given back all at once: no header a frame, huge
/// pages where there are any, and neighbours in memory are neighbours in number.
class FrameArena {
 public:
  /// Room for `frames` of whatever size the first one has.
  explicit FrameArena(std::size_t frames) noexcept : frames_(frames) {}

  /// Throws std::bad_alloc where there is no room left, or for a frame larger than the first.
  void* allocate(std::size_t bytes) {
    if (stride_ == 0) {
      stride_ = (bytes + alignment - 1) / alignment * alignment;
      memory_ = PageBuffer(frames_ * stride_, PageBuffer::Sharing::own);
    }
    if (used_ == frames_ || bytes > stride_) throw std::bad_alloc();
    return memory_.data() + stride_ * used_++;
  }

  /// Calls `visit` with the address of every frame handed out.
  template <typename Visit>
  void for_each(Visit visit) {
    for (std::size_t frame = 0; frame < used_; ++frame) visit(memory_.data() + stride_ * frame);
  }

 private:
  static constexpr std::size_t alignment = alignof(std::max_align_t);

  std::size_t frames_;
  std::size_t stride_ = 0;
  std::size_t used_ = 0;
  PageBuffer memory_;
};

/// A coroutine that a Scheduler starts and resumes; its one parameter is that scheduler. The promise is the step in
/// hand, so that a completed step leads back to its coroutine. Frames live until the scheduler's end.
class Task {
 public:
  struct promise_type : Step {
    explicit promise_type(Scheduler& owner) noexcept : scheduler(&owner) {}

    static void* operator new(std::size_t bytes, Scheduler& owner) { return allocate_frame(owner, bytes); }
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
