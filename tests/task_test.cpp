// The arena of tasks' frames: where they lie, and how many there may be.
#include "cpu/scheduler/task.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

namespace overlap {
namespace {

TEST(FrameArena, HandsOutAlignedFramesThatDoNotOverlap) {
  for (const std::size_t bytes : {1U, 24U, 100U, 104U}) {
    FrameArena arena(25);
    std::vector<unsigned char*> frames;
    for (int frame = 0; frame < 25; ++frame) {
      frames.push_back(static_cast<unsigned char*>(arena.allocate(bytes)));
      std::memset(frames.back(), frame, bytes);
    }
    for (std::size_t frame = 0; frame < frames.size(); ++frame) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frames[frame]) % alignof(std::max_align_t), 0U);
      EXPECT_TRUE(std::all_of(frames[frame], frames[frame] + bytes, [&](unsigned char byte) { return byte == frame; }));
    }
  }
}

TEST(FrameArena, VisitsEveryFrameInTheOrderInWhichTheyWereHandedOut) {
  for (const std::size_t count : {0U, 1U, 10U, 100'000U}) {
    FrameArena arena(count + 1);
    std::vector<void*> frames;
    for (std::size_t frame = 0; frame < count; ++frame) frames.push_back(arena.allocate(40));
    std::vector<void*> visited;
    arena.for_each([&](void* frame) { visited.push_back(frame); });
    EXPECT_EQ(visited, frames) << count;
  }
}

TEST(FrameArena, PutsNeighboursSideBySideWithoutAHeader) {
  FrameArena arena(100);
  auto* previous = static_cast<std::byte*>(arena.allocate(96));
  for (int frame = 1; frame < 100; ++frame) {
    auto* next = static_cast<std::byte*>(arena.allocate(96));
    ASSERT_EQ(next - previous, 96);
    previous = next;
  }
}

TEST(FrameArena, RefusesMoreFramesAndLargerOnesThanItWasMadeFor) {
  FrameArena arena(2);
  arena.allocate(64);
  EXPECT_THROW(arena.allocate(65), std::bad_alloc);
  arena.allocate(32);
  EXPECT_THROW(arena.allocate(64), std::bad_alloc);
}

}  // namespace
}  // namespace overlap
