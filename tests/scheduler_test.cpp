// The one-thread scheduler: its timers, its completion queue, its frames, and tasks on engines of every kind.
#include "cpu/scheduler/scheduler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "src/clock.hpp"

namespace overlap {
namespace {

// TimerHeap

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
  TimerHeap<std::int64_t> heap(4);  // grows beyond what it was given
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

// CompletionQueue

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
  // A run may end, and its scheduler with it, as soon as the last step is taken: an engine's thread that is still on its
  // way out of complete must not write to it any more.
  constexpr int rounds = 20'000;
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
    while (queue->take_all() == nullptr) {
    }
    queue->~CompletionQueue();
    memory.fill(0xff);
    while (completed <= round) std::this_thread::yield();
    if (std::any_of(memory.begin(), memory.end(), [](unsigned char byte) { return byte != 0xff; })) ++touched;
  }
  engine.join();
  EXPECT_EQ(touched, 0);
}

// FrameArena

TEST(FrameArena, HandsOutFramesThatDoNotOverlap) {
  for (const std::size_t bytes : {1U, 24U, 100U, 104U}) {
    FrameArena arena(10);
    std::vector<unsigned char*> frames;
    for (int frame = 0; frame < 25; ++frame) {  // more than it was made for
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
  for (const std::size_t count : {0U, 1U, 10U, 65'536U, 65'537U, 200'000U}) {
    FrameArena arena(count);
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

// Engines of every kind

class FakeEngine : public Engine {
 public:
  void prepare_shared(const EngineSetup& /*setup*/) override {}
  void prepare_worker(const EngineSetup& /*setup*/) override {}
  void compute(Step& /*step*/) override { ++computed; }
  unsigned slots() const noexcept override { return 0; }
  StepArrays probe(unsigned /*slot*/, Step& /*step*/) override { return {}; }

  int computed = 0;
};

/// Completes steps in poll alone: each when it is asked for the third time after the step came, one at a time.
class PolledEngine final : public FakeEngine {
 public:
  bool submit(Step& step, Completion& completion) override {
    steps_.push_back(&step);
    completion_ = &completion;
    return false;
  }
  std::int64_t poll() override {
    if (steps_.empty()) return never_ns;
    if (++polls_ % 3 == 0) {
      Step* step = steps_.back();
      steps_.pop_back();
      ++computed;
      completion_->complete(*step);
    }
    return now_ns() + 10'000;
  }
  std::size_t outstanding() const noexcept { return steps_.size(); }

 private:
  std::vector<Step*> steps_;
  Completion* completion_ = nullptr;
  int polls_ = 0;
};

/// Completes steps on threads of its own: as soon as `at_once` have come (or no more can), the last of them first.
class ThreadedEngine final : public FakeEngine {
 public:
  ThreadedEngine(std::size_t at_once, unsigned threads) : at_once_(at_once) {
    for (unsigned thread = 0; thread < threads; ++thread) threads_.emplace_back([this] { work(); });
  }
  ThreadedEngine(const ThreadedEngine&) = delete;
  ThreadedEngine& operator=(const ThreadedEngine&) = delete;
  ~ThreadedEngine() override {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  bool submit(Step& step, Completion& completion) override {
    {
      const std::lock_guard lock(mutex_);
      steps_.push_back(&step);
      completion_ = &completion;
    }
    changed_.notify_one();
    return false;
  }

  /// Called with each step before it is completed, on the engine's thread.
  std::function<void(Step&)> on_step = [](Step&) {};

 private:
  void work() {
    while (true) {
      std::vector<Step*> steps;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ends_ || steps_.size() >= at_once_; });
        if (steps_.empty()) return;
        steps.swap(steps_);
      }
      for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        on_step(**step);
        completion_->complete(**step);
      }
    }
  }

  std::size_t at_once_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Step*> steps_;
  Completion* completion_ = nullptr;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

// Tasks

/// Sets the number of the task's step, so that an engine can tell it.
struct Numbered {
  std::uint64_t number;
  bool await_ready() const noexcept { return false; }
  bool await_suspend(Task::Handle task) const noexcept {
    task.promise().request = number;
    return false;
  }
  void await_resume() const noexcept {}
};

Task log_at(Scheduler& scheduler, std::int64_t due_ns, std::vector<std::int64_t>& log) {
  co_await scheduler.at(due_ns);
  log.push_back(due_ns);
}

Task log_when_computed(Scheduler& scheduler, int number, std::vector<int>& log) {
  co_await Numbered{static_cast<std::uint64_t>(number)};
  co_await scheduler.computed();
  log.push_back(number);
}

Task compute_often(Scheduler& scheduler, int times, int& counted) {
  for (int time = 0; time < times; ++time) {
    co_await scheduler.at(now_ns());
    co_await scheduler.computed();
    ++counted;
  }
}

Task call(Scheduler& scheduler, std::function<void()> function) {
  co_await scheduler.at(0);
  function();
}

/// What run throws; empty where it does not.
std::string error_of_run(Scheduler& scheduler) {
  try {
    scheduler.run();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(Scheduler, OfNoTasksIsDoneAtOnce) {
  FakeEngine engine;
  Scheduler scheduler(engine, 0);
  scheduler.run();
}

TEST(Scheduler, RunsNothingBeforeRun) {
  FakeEngine engine;
  Scheduler scheduler(engine, 1);
  bool called = false;
  scheduler.start(call(scheduler, [&] { called = true; }));
  EXPECT_FALSE(called);
  scheduler.run();
  EXPECT_TRUE(called);
}

TEST(Scheduler, ResumesTasksInTheOrderInWhichTheyAreDue) {
  FakeEngine engine;
  std::vector<std::int64_t> dues(500);
  std::iota(dues.begin(), dues.end(), 1);  // all of them long past
  const std::vector<std::int64_t> in_order = dues;
  std::shuffle(dues.begin(), dues.end(), std::mt19937_64(3));
  Scheduler scheduler(engine, dues.size());
  std::vector<std::int64_t> log;
  for (const std::int64_t due : dues) scheduler.start(log_at(scheduler, due, log));
  scheduler.run();
  EXPECT_EQ(log, in_order);
}

TEST(Scheduler, ResumesATaskWhenItIsDueAndNotBefore) {
  FakeEngine engine;
  Scheduler scheduler(engine, 3);
  const std::int64_t begin = now_ns();
  const std::vector<std::int64_t> dues{begin + 1'000'000, begin + 3'000'000, begin + 2'000'000};
  std::vector<std::int64_t> log;
  for (const std::int64_t due : dues) scheduler.start(log_at(scheduler, due, log));
  scheduler.run();
  EXPECT_GE(now_ns(), dues[1]);
  EXPECT_EQ(log, (std::vector<std::int64_t>{dues[0], dues[2], dues[1]}));
}

TEST(Scheduler, GoesOnAtOnceWithStepsThatAreCompleteWhenSubmitted) {
  FakeEngine engine;
  Scheduler scheduler(engine, 1);
  int counted = 0;
  scheduler.start(compute_often(scheduler, 100, counted));
  scheduler.run();
  EXPECT_EQ(counted, 100);
  EXPECT_EQ(engine.computed, 100);
}

TEST(Scheduler, ResumesTasksInTheOrderOfTheirCompletions) {
  constexpr int tasks = 8;
  ThreadedEngine engine(tasks, 1);
  Scheduler scheduler(engine, tasks);
  std::vector<int> submitted;
  engine.on_step = [&](const Step& step) { submitted.push_back(static_cast<int>(step.request)); };
  std::vector<int> log;
  for (int task = 0; task < tasks; ++task) scheduler.start(log_when_computed(scheduler, task, log));
  scheduler.run();
  EXPECT_EQ(log, submitted);  // the order in which the engine completed them: the last submitted first
  std::sort(log.begin(), log.end());
  EXPECT_EQ(log, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(Scheduler, DrivesAnEngineThatIsPolledOnly) {
  PolledEngine engine;
  Scheduler scheduler(engine, 10);
  int counted = 0;
  for (int task = 0; task < 10; ++task) scheduler.start(compute_often(scheduler, 3, counted));
  scheduler.run();
  EXPECT_EQ(counted, 30);
  EXPECT_EQ(engine.computed, 30);
  EXPECT_EQ(engine.outstanding(), 0U);
}

TEST(Scheduler, GoesOnWithOthersWhileAStepIsWithTheEngine) {
  // The engine completes its step only when the other task has been resumed: a scheduler that waited would hang here.
  ThreadedEngine engine(1, 1);
  std::atomic<bool> other_resumed{false};
  engine.on_step = [&](Step&) { other_resumed.wait(false); };
  Scheduler scheduler(engine, 2);
  std::vector<int> log;
  scheduler.start(log_when_computed(scheduler, 1, log));
  scheduler.start(call(scheduler, [&] {
    EXPECT_TRUE(log.empty());
    other_resumed = true;
    other_resumed.notify_all();
  }));
  scheduler.run();
  EXPECT_EQ(log, std::vector<int>{1});
}

TEST(Scheduler, LosesNoStepOfManyTasksAndThreads) {
  constexpr int tasks = 10'000;
  ThreadedEngine engine(1, 2);
  Scheduler scheduler(engine, tasks);
  int counted = 0;
  for (int task = 0; task < tasks; ++task) scheduler.start(compute_often(scheduler, 3, counted));
  scheduler.run();
  EXPECT_EQ(counted, 3 * tasks);
}

// Failures

TEST(SchedulerFailure, ExceptionOfATaskEndsTheRun) {
  FakeEngine engine;
  Scheduler scheduler(engine, 2);
  scheduler.start(call(scheduler, [] { throw std::runtime_error("a task broke"); }));
  std::vector<std::int64_t> log;
  scheduler.start(log_at(scheduler, never_ns - 1, log));
  EXPECT_EQ(error_of_run(scheduler), "a task broke");
  EXPECT_TRUE(log.empty());
}

TEST(SchedulerFailure, FirstExceptionIsTheOneThatIsThrown) {
  FakeEngine engine;
  Scheduler scheduler(engine, 200);
  int thrown = 0;
  for (int task = 0; task < 200; ++task) {
    scheduler.start(call(scheduler, [&] { throw std::runtime_error(++thrown == 1 ? "first" : "later"); }));
  }
  EXPECT_EQ(error_of_run(scheduler), "first");
}

TEST(SchedulerFailure, StepsThatAreWithTheEngineAreTakenBackFirst) {
  PolledEngine engine;
  Scheduler scheduler(engine, 6);
  std::vector<int> log;
  for (int task = 0; task < 5; ++task) scheduler.start(log_when_computed(scheduler, task, log));
  std::size_t outstanding = 0;
  scheduler.start(call(scheduler, [&] {
    outstanding = engine.outstanding();
    throw std::runtime_error("a task broke");
  }));
  EXPECT_EQ(error_of_run(scheduler), "a task broke");
  EXPECT_GT(outstanding, 0U);
  EXPECT_EQ(engine.outstanding(), 0U);
}

TEST(SchedulerFailure, StepsOfAnEnginesThreadsAreTakenBackFirst) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<bool> thrown{false};
    std::atomic<int> completed{0};
    ThreadedEngine engine(5, 1);
    engine.on_step = [&](Step&) {
      thrown.wait(false);
      ++completed;
    };
    Scheduler scheduler(engine, 6);
    std::vector<int> log;
    for (int task = 0; task < 5; ++task) scheduler.start(log_when_computed(scheduler, task, log));
    scheduler.start(call(scheduler, [&] {
      thrown = true;
      thrown.notify_all();
      throw std::runtime_error("a task broke");
    }));
    // The failing task may run before some of the others are started: what was never submitted is not waited for.
    if (error_of_run(scheduler) != "a task broke") FAIL();
    EXPECT_TRUE(log.empty());
  }
}

TEST(SchedulerFailure, ErrorHandedBackWithAStepEndsTheRun) {
  ThreadedEngine engine(3, 1);
  engine.on_step = [](Step& step) {
    if (step.request == 1) step.error = std::make_exception_ptr(std::runtime_error("the device is gone"));
  };
  Scheduler scheduler(engine, 3);
  std::vector<int> log;
  for (int task = 0; task < 3; ++task) scheduler.start(log_when_computed(scheduler, task, log));
  EXPECT_EQ(error_of_run(scheduler), "the device is gone");
  EXPECT_EQ(std::count(log.begin(), log.end(), 1), 0);
}

TEST(SchedulerFailure, ErrorOfSubmitEndsTheRun) {
  class Refusing final : public FakeEngine {
   public:
    bool submit(Step& /*step*/, Completion& /*completion*/) override { throw std::runtime_error("refused"); }
  };
  Refusing engine;
  Scheduler scheduler(engine, 2);
  std::vector<int> log;
  for (int task = 0; task < 2; ++task) scheduler.start(log_when_computed(scheduler, task, log));
  EXPECT_EQ(error_of_run(scheduler), "refused");
  EXPECT_TRUE(log.empty());
}

Task catch_refusal(Scheduler& scheduler, std::string& caught) {
  try {
    co_await scheduler.computed();
  } catch (const std::runtime_error& error) {
    caught = error.what();
  }
}

TEST(SchedulerFailure, ErrorOfSubmitCanBeCaughtInTheTask) {
  class Refusing final : public FakeEngine {
   public:
    bool submit(Step& /*step*/, Completion& /*completion*/) override { throw std::runtime_error("refused"); }
  };
  Refusing engine;
  Scheduler scheduler(engine, 1);
  std::string caught;
  scheduler.start(catch_refusal(scheduler, caught));
  scheduler.run();
  EXPECT_EQ(caught, "refused");
}

Task hold(Scheduler& scheduler, std::shared_ptr<int> held) {
  co_await scheduler.at(never_ns - 1);
  ++*held;
}

TEST(Scheduler, FreesWhatItsTasksHoldFinishedOrNot) {
  FakeEngine engine;
  const auto held = std::make_shared<int>(0);
  {
    Scheduler scheduler(engine, 3);
    scheduler.start(hold(scheduler, held));
    scheduler.start(call(scheduler, [held] { ++*held; }));
    scheduler.start(call(scheduler, [] { throw std::runtime_error("ends the run"); }));
    EXPECT_EQ(error_of_run(scheduler), "ends the run");
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace overlap
