// The queue of completed steps: their order, its sleeper, its end, and failures.
#include "cpu/scheduler/completion_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

#include "src/base/clock.hpp"

namespace overlap {
namespace {

TEST(CompletionQueue, GivesStepsBackInTheOrderInWhichTheyWereCompleted) {
  CompletionQueue queue;
  EXPECT_EQ(queue.take_all(), nullptr);
  std::array<Step, 5> steps{};
  for (int round = 0; round < 2; ++round) {
    for (Step& step : steps) queue.complete(step);
    const Step* next = queue.take_all();
    for (const Step& step : steps) {
      ASSERT_EQ(next, &step);
      next = next->next;
    }
    EXPECT_EQ(next, nullptr);
    EXPECT_EQ(queue.take_all(), nullptr);
  }
}

TEST(CompletionQueue, DoesNotSleepWhereAStepIsCompleteOrTheDeadlineHasCome) {
  CompletionQueue queue;
  queue.sleep_until(0);
  queue.sleep_until(now_ns() + 1'000'000);
  Step step;
  queue.complete(step);
  queue.sleep_until(never_ns);
  EXPECT_EQ(queue.take_all(), &step);
}

TEST(CompletionQueue, WakesItsSleeperAndLosesNoStepOfManyThreads) {
  constexpr std::size_t threads = 4;
  constexpr std::uint64_t steps_a_thread = 5000;
  CompletionQueue queue;
  std::vector<std::vector<Step>> steps(threads);
  std::vector<std::thread> completers;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    steps[thread].resize(steps_a_thread);
    completers.emplace_back([&, thread] {
      for (std::uint64_t index = 0; index < steps_a_thread; ++index) {
        Step& step = steps[thread][index];
        step.request = thread;
        step.iteration = index;
        queue.complete(step);
        if (index % 64 == 0) std::this_thread::yield();  // lets the taker fall asleep
      }
    });
  }
  std::array<std::uint64_t, threads> taken{};
  std::uint64_t out_of_order = 0;
  for (std::uint64_t count = 0; count < threads * steps_a_thread;) {
    const Step* step = queue.take_all();
    if (step == nullptr) queue.sleep_until(never_ns);
    for (; step != nullptr; step = step->next) {
      if (taken[step->request]++ != step->iteration) ++out_of_order;
      ++count;
    }
  }
  for (std::thread& completer : completers) completer.join();
  EXPECT_EQ(out_of_order, 0U);
  for (const std::uint64_t count : taken) EXPECT_EQ(count, steps_a_thread);
}

TEST(CompletionQueue, IsNotTouchedOnceItIsGone) {
  // A run may end, and its scheduler with it, as soon as the last step is taken: an engine's thread that is still on
  // its way out of complete must not write to it any more. The bytes show it where the thread was interrupted there;
  // the thread sanitizer always does.
  constexpr int rounds = 5000;
  constexpr int spins = 1000;
  alignas(CompletionQueue) std::array<unsigned char, sizeof(CompletionQueue)> memory{};
  std::atomic<CompletionQueue*> given{nullptr};
  std::atomic<int> completed{0};
  Step step;
  std::thread engine([&] {
    for (int round = 0; round < rounds; ++round) {
      CompletionQueue* queue = nullptr;
      while ((queue = given.exchange(nullptr)) == nullptr) std::this_thread::yield();
      queue->complete(step);
      ++completed;
    }
  });
  int touched = 0;
  for (int round = 0; round < rounds; ++round) {
    auto* queue = new (memory.data()) CompletionQueue;
    given = queue;
    for (int tries = 0; queue->take_all() == nullptr; ++tries) {
      if (tries > spins) std::this_thread::yield();
    }
    queue->~CompletionQueue();
    memory.fill(0xff);
    while (completed <= round) std::this_thread::yield();
    if (std::any_of(memory.begin(), memory.end(), [](unsigned char byte) { return byte != 0xff; })) ++touched;
  }
  engine.join();
  EXPECT_EQ(touched, 0);
}

TEST(CompletionQueue, HandsAFailedStepBackWithTheFirstReason) {
  CompletionQueue queue;
  std::array<Step, 3> steps{};
  queue.complete(steps[0]);
  EXPECT_EQ(queue.failure(), nullptr);
  queue.fail(steps[1], std::make_exception_ptr(std::runtime_error("first")));
  queue.fail(steps[2], std::make_exception_ptr(std::runtime_error("second")));
  EXPECT_EQ(queue.take_all(), steps.data());
  EXPECT_EQ(steps[0].next, &steps[1]);
  EXPECT_EQ(steps[1].next, &steps[2]);
  try {
    std::rethrow_exception(queue.failure());
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "first");
  }
}

}  // namespace
}  // namespace overlap
