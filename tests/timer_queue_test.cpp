// The queue of timers, beside the standard library's.
#include "cpu/scheduler/timer_queue.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <stdexcept>
#include <vector>

#include "src/base/clock.hpp"
#include "tests/durations.hpp"

namespace overlap {
namespace {

using testing::hundred_years;
using testing::ms;
using testing::us;

/// Dues of a standard library's queue beside ours, for the same pushes and pops.
class TwoQueues {
 public:
  explicit TwoQueues(std::size_t capacity) : ours_(capacity) {}

  void push(std::int64_t due_ns) {
    ours_.push(due_ns, due_ns);
    standard_.push(due_ns);
  }
  /// The earliest, taken from both; never_ns where they differ.
  std::int64_t pop() {
    const std::int64_t due_ns = standard_.top();
    standard_.pop();
    return ours_.top_due_ns() == due_ns && ours_.pop() == due_ns && ours_.size() == standard_.size() ? due_ns
                                                                                                     : never_ns;
  }
  std::size_t size() const { return standard_.size(); }
  bool empty() const { return ours_.empty() && standard_.empty(); }

 private:
  TimerQueue<std::int64_t> ours_;
  std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> standard_;
};

// Of one bucket, of several, of the whole wheel, and of what lies beyond its few seconds.
const std::vector<std::int64_t> spreads{1, 300 * us, 20 * ms, 4'000 * ms, 5'000 * ms, 100'000 * ms, 1'000'000'000 * ms};

TEST(TimerQueue, GivesTimersBackInTheOrderInWhichTheyAreDue) {
  std::mt19937_64 random(4);
  for (const std::int64_t spread : spreads) {
    for (const std::int64_t begin : {std::int64_t{-5}, std::int64_t{0}, 123'456'789 * ms}) {
      constexpr std::size_t count = 3000;
      TwoQueues queues(count);
      for (std::size_t timer = 0; timer < count; ++timer) {
        queues.push(begin + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(spread)));
      }
      while (!queues.empty()) ASSERT_NE(queues.pop(), never_ns) << "spread " << spread << ", begin " << begin;
    }
  }
}

TEST(TimerQueue, StaysInOrderWhileTimersComeAndGo) {
  // As in a run: each timer that is due sets the next one. Full all the time, so that memory is used again and again.
  std::mt19937_64 random(5);
  for (const std::int64_t spread : spreads) {
    constexpr std::size_t count = 200;
    TwoQueues queues(count);
    const auto draw = [&] { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(spread)); };
    for (std::size_t timer = 0; timer < count; ++timer) queues.push(0);
    for (int round = 0; round < 20'000; ++round) {
      const std::int64_t now = queues.pop();
      ASSERT_NE(now, never_ns) << "spread " << spread << ", round " << round;
      queues.push(now + draw());
    }
    while (!queues.empty()) ASSERT_NE(queues.pop(), never_ns);
  }
}

TEST(TimerQueue, StaysInOrderWhenItRunsEmptyAndFillsAgain) {
  std::mt19937_64 random(6);
  TwoQueues queues(100);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t more = random() % (101 - queues.size());
    for (std::size_t timer = 0; timer < more; ++timer) {
      const std::int64_t spread = spreads[random() % spreads.size()];
      queues.push(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(spread)));  // also before the last
    }
    const std::size_t less = random() % 4 == 0 ? queues.size() : random() % (queues.size() + 1);
    for (std::size_t timer = 0; timer < less; ++timer) ASSERT_NE(queues.pop(), never_ns) << "round " << round;
  }
}

TEST(TimerQueue, KeepsWhatIsDueAWholeTurnOfItsWheelLaterForLater) {
  constexpr std::int64_t bucket_ns = std::int64_t{1} << 19;
  TwoQueues queues(3);
  for (const std::int64_t due_ns : {std::int64_t{0}, 8192 * bucket_ns, 5 * bucket_ns}) queues.push(due_ns);
  while (!queues.empty()) ASSERT_NE(queues.pop(), never_ns);
}

TEST(TimerQueue, TakesWhatIsDueInManyYears) {
  TimerQueue<int> queue(3);
  queue.push(hundred_years, 3);
  queue.push(0, 1);
  queue.push(5'000 * ms, 2);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.top_due_ns(), hundred_years);
  EXPECT_EQ(queue.pop(), 3);
  EXPECT_TRUE(queue.empty());
}

TEST(TimerQueue, RefusesMoreThanItHasRoomForWhereverTheyLie) {
  for (const std::int64_t apart : {std::int64_t{0}, 10 * ms, 10'000 * ms}) {
    TimerQueue<int> queue(3);
    for (int timer = 0; timer < 3; ++timer) queue.push(timer * apart, timer);
    EXPECT_THROW(queue.push(3 * apart, 3), std::length_error) << apart;
    EXPECT_EQ(queue.size(), 3U);
  }
}

}  // namespace
}  // namespace overlap
