// The heap of timers: their order, and the room it has.
#include "cpu/scheduler/timer_heap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <stdexcept>
#include <vector>

namespace overlap {
namespace {

TEST(TimerHeap, GivesTimersBackInTheOrderInWhichTheyAreDue) {
  std::mt19937_64 random(1);
  for (const std::size_t count : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 17U, 1000U}) {
    TimerHeap<std::int64_t> heap(count);
    std::vector<std::int64_t> dues;
    for (std::size_t timer = 0; timer < count; ++timer) {
      dues.push_back(static_cast<std::int64_t>(random() % 500));  // some of them at once
      heap.push(dues.back(), dues.back());
    }
    std::sort(dues.begin(), dues.end());
    EXPECT_EQ(heap.size(), count);
    for (const std::int64_t due : dues) {
      ASSERT_FALSE(heap.empty());
      ASSERT_EQ(heap.top().due_ns, due);
      ASSERT_EQ(heap.pop(), due);
    }
    EXPECT_TRUE(heap.empty());
  }
}

TEST(TimerHeap, StaysInOrderWhileTimersComeAndGo) {
  std::mt19937_64 random(2);
  TimerHeap<std::int64_t> heap(20'000);
  std::vector<std::int64_t> kept;
  for (int round = 0; round < 20'000; ++round) {
    if (kept.empty() || random() % 5 < 3) {
      const auto due = static_cast<std::int64_t>(random() % 1'000'000) - 1000;
      heap.push(due, due);
      kept.push_back(due);
      std::push_heap(kept.begin(), kept.end(), std::greater<>());
    } else {
      std::pop_heap(kept.begin(), kept.end(), std::greater<>());
      ASSERT_EQ(heap.pop(), kept.back());
      kept.pop_back();
    }
    ASSERT_EQ(heap.size(), kept.size());
  }
}

TEST(TimerHeap, KeepsEachValueWithItsTime) {
  TimerHeap<int> heap(3);
  heap.push(30, 3);
  heap.push(10, 1);
  heap.push(20, 2);
  EXPECT_EQ(heap.pop(), 1);
  EXPECT_EQ(heap.pop(), 2);
  EXPECT_EQ(heap.pop(), 3);
}

TEST(TimerHeap, RefusesMoreThanItHasRoomFor) {
  TimerHeap<int> heap(2);
  heap.push(1, 1);
  heap.push(2, 2);
  EXPECT_THROW(heap.push(3, 3), std::length_error);
  EXPECT_EQ(heap.pop(), 1);
  heap.push(3, 3);
  EXPECT_EQ(heap.pop(), 2);
  EXPECT_EQ(heap.pop(), 3);
}

}  // namespace
}  // namespace overlap
