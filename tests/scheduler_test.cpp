// The one-thread scheduler: tasks that do as they are told, on engines of every kind.
#include "cpu/scheduler/scheduler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "src/base/clock.hpp"
#include "tests/durations.hpp"

namespace overlap {
namespace {

using testing::hundred_years;
using testing::ms;
using testing::us;

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

/// Completes steps on threads of its own: as soon as `at_once` have come, the last of them first.
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

  /// Called with each step before it is completed, on the engine's thread; what it gives fails the step.
  std::function<std::exception_ptr(const Step&)> on_step = [](const Step&) { return nullptr; };

 private:
  void work() {
    while (true) {
      std::vector<Step*> steps;
      Completion* completion = nullptr;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ends_ || steps_.size() >= at_once_; });
        if (steps_.empty()) return;
        steps.swap(steps_);
        completion = completion_;
      }
      std::reverse(steps.begin(), steps.end());
      for (Step* step : steps) {
        if (const std::exception_ptr failure = on_step(*step)) {
          completion->fail(*step, failure);
        } else {
          completion->complete(*step);
        }
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

/// What a task is to do, one after the other.
struct Action {
  enum class Kind { wait_until, wait_for, compute, compute_and_catch, call };
  Kind kind = Kind::call;
  std::int64_t ns = 0;
  std::function<void()> function = [] {};
};

Action wait_until(std::int64_t due_ns) {
  return {Action::Kind::wait_until, due_ns, [] {}};
}
Action wait_for(std::int64_t ns) {
  return {Action::Kind::wait_for, ns, [] {}};
}
Action compute() {
  return {Action::Kind::compute, 0, [] {}};
}
Action compute_and_catch() {
  return {Action::Kind::compute_and_catch, 0, [] {}};
}
Action call(std::function<void()> function) { return {Action::Kind::call, 0, std::move(function)}; }
Action fail_with(std::string message) {
  return call([message = std::move(message)] { throw std::runtime_error(message); });
}

struct Script {
  std::vector<Action> actions;
  std::shared_ptr<int> held = nullptr;
  StepRecord record{};
  std::string caught = {};
};

/// A scheduler whose tasks do as they are told. All tasks are one coroutine: its frames have one size.
class ScriptedScheduler final : public Scheduler {
 public:
  ScriptedScheduler(Engine& engine, std::size_t tasks) : Scheduler(engine, tasks) {}

  /// Adds a task. Its steps' `request` is its number, from 0.
  Script& add(std::vector<Action> actions, std::shared_ptr<int> held = nullptr) {
    Script& script = scripts_.emplace_back();
    script.actions = std::move(actions);
    script.held = std::move(held);
    start(follow_script(*this));
    return script;
  }

  /// What run throws; empty where it does not.
  std::string error_of_run() {
    try {
      run();
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }

 private:
  /// Awaited without suspending: the next script and the step to follow it with.
  struct NextScript {
    Script* script = nullptr;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(Task::Handle task) {
      auto& scheduler = static_cast<ScriptedScheduler&>(*task.promise().scheduler);
      task.promise().request = scheduler.next_;
      script = &scheduler.scripts_[scheduler.next_++];
      task.promise().record = &script->record;
      return false;
    }
    Script* await_resume() const noexcept { return script; }
  };

  static Task follow_script(Scheduler& /*scheduler*/) {
    Script* const script = co_await NextScript{};
    const std::shared_ptr<int> held = std::move(script->held);
    for (std::size_t index = 0; index < script->actions.size(); ++index) {
      const Action& action = script->actions[index];
      if (action.kind == Action::Kind::wait_until || action.kind == Action::Kind::wait_for) {
        script->record.due_ns = action.ns + (action.kind == Action::Kind::wait_for ? now_ns() : 0);
        co_await Due{};
      } else if (action.kind == Action::Kind::compute) {
        co_await Computed{};
      } else if (action.kind == Action::Kind::compute_and_catch) {
        try {
          co_await Computed{};
        } catch (const std::runtime_error& error) {
          script->caught = error.what();
        }
      } else {
        action.function();
      }
    }
  }

  std::deque<Script> scripts_;
  std::size_t next_ = 0;
};

TEST(Scheduler, OfNoTasksIsDoneAtOnce) {
  FakeEngine engine;
  ScriptedScheduler scheduler(engine, 0);
  scheduler.run();
}

TEST(Scheduler, RunsATaskToItsFirstWaitWhenItIsStarted) {
  FakeEngine engine;
  ScriptedScheduler scheduler(engine, 1);
  bool before_wait = false;
  bool after_wait = false;
  scheduler.add({call([&] { before_wait = true; }), wait_until(1), call([&] { after_wait = true; })});
  EXPECT_TRUE(before_wait);
  EXPECT_FALSE(after_wait);
  scheduler.run();
  EXPECT_TRUE(after_wait);
}

TEST(Scheduler, ResumesTasksInTheOrderInWhichTheyAreDue) {
  FakeEngine engine;
  std::vector<std::int64_t> dues(60);
  std::iota(dues.begin(), dues.end(), 1);
  for (std::int64_t& due : dues) due *= 100 * us;  // all of them long past, over several of the queue's buckets
  const std::vector<std::int64_t> in_order = dues;
  std::shuffle(dues.begin(), dues.end(), std::mt19937_64(3));
  ScriptedScheduler scheduler(engine, dues.size());
  std::vector<std::int64_t> log;
  for (const std::int64_t due : dues) scheduler.add({wait_until(due), call([&log, due] { log.push_back(due); })});
  scheduler.run();
  EXPECT_EQ(log, in_order);
}

TEST(Scheduler, KeepsTheOrderWhileTasksWaitAgainAndAgain) {
  // However late it is: what is set now is due after all that was due already.
  FakeEngine engine;
  std::mt19937_64 random(7);
  constexpr std::size_t tasks = 500;
  ScriptedScheduler scheduler(engine, tasks);
  std::vector<std::int64_t> log;
  std::deque<Script*> scripts;
  for (std::size_t task = 0; task < tasks; ++task) {
    std::vector<Action> actions;
    for (int wait = 0; wait < 20; ++wait) {
      actions.push_back(wait_for(static_cast<std::int64_t>(random() % 300) * us));
      actions.push_back(call([&log, &scripts, task] { log.push_back(scripts[task]->record.due_ns); }));
    }
    scripts.push_back(&scheduler.add(actions));
  }
  scheduler.run();
  EXPECT_EQ(log.size(), tasks * 20);
  EXPECT_TRUE(std::is_sorted(log.begin(), log.end()));
}

TEST(Scheduler, ResumesATaskWhenItIsDueAndNotBefore) {
  FakeEngine engine;
  ScriptedScheduler scheduler(engine, 3);
  const std::int64_t begin = now_ns();
  const std::vector<std::int64_t> dues{begin + 1 * ms, begin + 3 * ms, begin + 2 * ms};
  std::vector<std::int64_t> log;
  for (const std::int64_t due : dues) {
    scheduler.add({wait_until(due), call([&log, due] {
                     EXPECT_GE(now_ns(), due);
                     log.push_back(due);
                   })});
  }
  scheduler.run();
  EXPECT_EQ(log, (std::vector<std::int64_t>{dues[0], dues[2], dues[1]}));
}

TEST(Scheduler, GoesOnAtOnceWithStepsThatAreCompleteWhenSubmitted) {
  FakeEngine engine;
  ScriptedScheduler scheduler(engine, 1);
  scheduler.add(std::vector<Action>(100, compute()));
  scheduler.run();
  EXPECT_EQ(engine.computed, 100);
}

TEST(Scheduler, ResumesTasksInTheOrderOfTheirCompletions) {
  constexpr int tasks = 8;
  ThreadedEngine engine(tasks, 1);
  std::vector<std::uint64_t> completed;
  engine.on_step = [&](const Step& step) {
    completed.push_back(step.request);
    return nullptr;
  };
  ScriptedScheduler scheduler(engine, tasks);
  std::vector<std::uint64_t> log;
  for (std::uint64_t task = 0; task < tasks; ++task) {
    scheduler.add({compute(), call([&log, task] { log.push_back(task); })});
  }
  scheduler.run();
  EXPECT_EQ(log, (std::vector<std::uint64_t>{7, 6, 5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(log, completed);
}

/// Ten tasks of three steps each, with a wait before each step.
void expect_all_computed(Engine& engine, int tasks) {
  ScriptedScheduler scheduler(engine, static_cast<std::size_t>(tasks));
  int counted = 0;
  std::vector<Action> actions;
  for (std::int64_t step = 1; step <= 3; ++step) {
    actions.insert(actions.end(), {wait_until(step), compute(), call([&] { ++counted; })});
  }
  for (int task = 0; task < tasks; ++task) scheduler.add(actions);
  scheduler.run();
  EXPECT_EQ(counted, 3 * tasks);
}

TEST(Scheduler, DrivesAnEngineThatIsPolledOnly) {
  PolledEngine engine;
  expect_all_computed(engine, 10);
  EXPECT_EQ(engine.computed, 30);
  EXPECT_EQ(engine.outstanding(), 0U);
}

TEST(Scheduler, LosesNoStepOfManyTasksAndThreads) {
  ThreadedEngine engine(1, 2);
  expect_all_computed(engine, 10'000);
}

TEST(Scheduler, GoesOnWithOthersWhileAStepIsWithTheEngine) {
  // The engine completes its step only when the other task has been resumed: a scheduler that waited would hang here.
  ThreadedEngine engine(1, 1);
  std::atomic<bool> other_resumed{false};
  engine.on_step = [&](const Step&) {
    other_resumed.wait(false);
    return nullptr;
  };
  ScriptedScheduler scheduler(engine, 2);
  std::vector<std::string> log;
  scheduler.add({compute(), call([&] { log.emplace_back("computed"); })});
  scheduler.add({wait_until(now_ns() + 1 * ms), call([&] {
                   log.emplace_back("resumed");
                   other_resumed = true;
                   other_resumed.notify_all();
                 })});
  scheduler.run();
  EXPECT_EQ(log, (std::vector<std::string>{"resumed", "computed"}));
}

TEST(Scheduler, FreesWhatItsTasksHoldFinishedOrNot) {
  FakeEngine engine;
  const auto held = std::make_shared<int>(0);
  {
    ScriptedScheduler scheduler(engine, 3);
    scheduler.add({wait_until(hundred_years)}, held);
    scheduler.add({}, held);
    scheduler.add({wait_until(1), fail_with("ends the run")});
    EXPECT_EQ(scheduler.error_of_run(), "ends the run");
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
}

// Failures

TEST(SchedulerFailure, ExceptionOfATaskEndsTheRun) {
  FakeEngine engine;
  ScriptedScheduler scheduler(engine, 2);
  bool later_called = false;
  scheduler.add({fail_with("a task broke")});
  scheduler.add({wait_until(hundred_years), call([&] { later_called = true; })});
  EXPECT_EQ(scheduler.error_of_run(), "a task broke");
  EXPECT_FALSE(later_called);
}

TEST(SchedulerFailure, FirstExceptionIsTheOneThatIsThrown) {
  FakeEngine engine;
  ScriptedScheduler scheduler(engine, 200);
  int thrown = 0;
  for (int task = 0; task < 200; ++task) {
    scheduler.add({call([&] { throw std::runtime_error(++thrown == 1 ? "first" : "later"); })});
  }
  EXPECT_EQ(scheduler.error_of_run(), "first");
  EXPECT_EQ(thrown, 1);
}

TEST(SchedulerFailure, OfATaskLeavesThoseThatAreDueWithItWhereTheyWait) {
  FakeEngine engine;
  ScriptedScheduler scheduler(engine, 3);
  int called = 0;
  for (int task = 0; task < 3; ++task) {
    scheduler.add({wait_until(1), call([&] {
                     ++called;
                     throw std::runtime_error("a task broke");
                   })});
  }
  EXPECT_EQ(scheduler.error_of_run(), "a task broke");
  EXPECT_EQ(called, 1);
}

TEST(SchedulerFailure, StepsThatAreWithTheEngineAreTakenBackFirst) {
  PolledEngine engine;
  ScriptedScheduler scheduler(engine, 6);
  int resumed = 0;
  for (int task = 0; task < 5; ++task) scheduler.add({compute(), call([&] { ++resumed; })});
  std::size_t outstanding = 0;
  scheduler.add({wait_until(1), call([&] {
                   outstanding = engine.outstanding();
                   resumed = 0;
                   throw std::runtime_error("a task broke");
                 })});
  EXPECT_EQ(scheduler.error_of_run(), "a task broke");
  EXPECT_GT(outstanding, 0U);
  EXPECT_EQ(engine.outstanding(), 0U);
  EXPECT_EQ(resumed, 0);
}

TEST(SchedulerFailure, StepsOfAnEnginesThreadAreTakenBackFirst) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<bool> thrown{false};
    std::atomic<int> completed{0};
    ThreadedEngine engine(5, 1);
    engine.on_step = [&](const Step&) {
      thrown.wait(false);
      ++completed;
      return nullptr;
    };
    ScriptedScheduler scheduler(engine, 6);
    int resumed = 0;
    for (int task = 0; task < 5; ++task) scheduler.add({compute(), call([&] { ++resumed; })});
    scheduler.add({wait_until(1), call([&] {
                     thrown = true;
                     thrown.notify_all();
                     throw std::runtime_error("a task broke");
                   })});
    ASSERT_EQ(scheduler.error_of_run(), "a task broke");
    ASSERT_EQ(completed, 5);
    ASSERT_EQ(resumed, 0);
  }
}

TEST(SchedulerFailure, OfAStepOfAnEngineEndsTheRun) {
  ThreadedEngine engine(3, 1);
  engine.on_step = [](const Step& step) {
    return step.request == 1 ? std::make_exception_ptr(std::runtime_error("the device is gone")) : nullptr;
  };
  ScriptedScheduler scheduler(engine, 3);
  std::vector<int> log;
  for (int task = 0; task < 3; ++task) scheduler.add({compute(), call([&log, task] { log.push_back(task); })});
  EXPECT_EQ(scheduler.error_of_run(), "the device is gone");
  EXPECT_EQ(std::count(log.begin(), log.end(), 1), 0);
}

class RefusingEngine final : public FakeEngine {
 public:
  bool submit(Step& /*step*/, Completion& /*completion*/) override { throw std::runtime_error("refused"); }
};

TEST(SchedulerFailure, OfSubmitEndsTheRun) {
  RefusingEngine engine;
  ScriptedScheduler scheduler(engine, 2);
  int resumed = 0;
  for (int task = 0; task < 2; ++task) scheduler.add({compute(), call([&] { ++resumed; })});
  EXPECT_EQ(scheduler.error_of_run(), "refused");
  EXPECT_EQ(resumed, 0);
}

TEST(SchedulerFailure, OfSubmitCanBeCaughtInTheTask) {
  RefusingEngine engine;
  ScriptedScheduler scheduler(engine, 1);
  const Script& script = scheduler.add({compute_and_catch()});
  scheduler.run();
  EXPECT_EQ(script.caught, "refused");
}

}  // namespace
}  // namespace overlap
