// The engine on a device: slots, their queue, and what becomes of failures, on a fake device, in both modes of
// completion.
#include "cuda/engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cuda/device_steps.hpp"
#include "src/run/verify.hpp"
#include "tests/fake_device.hpp"
#include "tests/in_child.hpp"

namespace overlap {
namespace {

/// Time passes when someone sleeps, and a little with every look.
class FakeClock final : public EngineClock {
 public:
  std::int64_t now_ns() override { return now_ns_ += 1000; }
  void sleep_until(std::int64_t deadline_ns) override {
    std::int64_t now = now_ns_;
    while (now < deadline_ns && !now_ns_.compare_exchange_weak(now, deadline_ns)) {
    }
  }

 private:
  std::atomic<std::int64_t> now_ns_{0};
};

class Collected final : public Completion {
 public:
  void complete(Step& step) noexcept override {
    const std::lock_guard lock(mutex_);
    done.push_back(step.request);
    changed_.notify_all();
  }
  void fail(Step& step, std::exception_ptr reason) noexcept override {
    const std::lock_guard lock(mutex_);
    failed.push_back(step.request);
    try {
      std::rethrow_exception(reason);
    } catch (const std::exception& error) {
      reasons.emplace_back(error.what());
    }
    changed_.notify_all();
  }

  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return done.size() + failed.size();
  }
  void wait_for(std::size_t steps) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done.size() + failed.size() >= steps; });
  }

  // To be read when all are back.
  std::vector<std::uint64_t> done;
  std::vector<std::uint64_t> failed;
  std::vector<std::string> reasons;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

struct BenchOptions {
  FakeDeviceOptions device;
  CompletionMode mode = CompletionMode::poll;
  unsigned streams = 10;
  DataPlace place = DataPlace::device;
  DeviceLimits limits;
  bool real_time = false;
  std::function<void(const std::string&)> give_up = end_process;
};

/// An engine with steps of ten requests to submit to it.
struct Bench {
  explicit Bench(const BenchOptions& options) : mode(options.mode) {
    std::unique_ptr<EngineClock> clock = std::make_unique<FakeClock>();
    if (options.real_time) clock = make_system_clock();
    engine = make_device_engine(std::make_unique<FakeDevice>(options.device, log), std::move(clock), options.place,
                                options.limits);
    workload.requests = 10;
    workload.iterations = 1;
    workload.size = 50;
    SetupTimes times;
    EngineOptions engine_options;
    engine_options.completion = options.mode;
    const EngineSetup setup{.workload = workload,
                            .options = engine_options,
                            .slots = options.streams,
                            .times = times,
                            .note = [this](const std::string& line) { notes.push_back(line); },
                            .give_up = options.give_up};
    engine->prepare_shared(setup);
    engine->prepare_worker(setup);
    for (std::size_t request = 0; request < steps.size(); ++request) {
      steps[request].request = request;
      steps[request].record = &records[request];
    }
  }

  /// Submits all, then waits, or asks, until all are back.
  void run() {
    std::size_t submitted = 0;
    try {
      for (Step& step : steps) {
        EXPECT_FALSE(engine->submit(step, collected));
        ++submitted;
      }
    } catch (const DeviceError&) {
      // Refused, as a step before it had failed already.
      EXPECT_EQ(mode, CompletionMode::block);
    }
    refused = steps.size() - submitted;
    if (mode == CompletionMode::block) collected.wait_for(submitted);
    while (collected.count() < submitted) engine->poll();
  }

  CompletionMode mode;
  FakeDeviceLog log;
  Workload workload;
  std::unique_ptr<Engine> engine;
  std::vector<std::string> notes;
  std::array<Step, 10> steps;
  std::array<StepRecord, 10> records{};
  std::size_t refused = 0;
  Collected collected;
};

std::string mode_name(const ::testing::TestParamInfo<CompletionMode>& info) { return std::string(name_of(info.param)); }

class DeviceEngine : public ::testing::TestWithParam<CompletionMode> {
 protected:
  static BenchOptions with_streams(unsigned streams) {
    BenchOptions options;
    options.mode = GetParam();
    options.streams = streams;
    return options;
  }
};

INSTANTIATE_TEST_SUITE_P(Completion, DeviceEngine, ::testing::Values(CompletionMode::poll, CompletionMode::block),
                         mode_name);

TEST_P(DeviceEngine, NeverHasMoreStepsOnTheDeviceThanStreams) {
  Bench bench(with_streams(3));
  bench.run();
  EXPECT_EQ(bench.log.slots, 3U);
  EXPECT_LE(bench.log.most_steps_at_once, 3U);
  EXPECT_EQ(bench.collected.done.size(), 10U);
}

TEST_P(DeviceEngine, HasAsManySlotsAsItIsToldAndNothingToSayThen) {
  Bench bench(with_streams(10));
  EXPECT_EQ(bench.engine->slots(), 10U);
  EXPECT_TRUE(bench.notes.empty());
}

TEST_P(DeviceEngine, StartsStepsInTheOrderInWhichTheyWereSubmitted) {
  Bench bench(with_streams(1));
  bench.run();
  EXPECT_EQ(bench.log.started, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

/// Submits one step more as soon as another is back.
class Resubmitting final : public Completion {
 public:
  Resubmitting(Engine& engine, Step& step, Completion& others) : engine_(engine), step_(step), others_(others) {}

  void complete(Step& step) noexcept override {
    if (step.request == 0) engine_.submit(step_, *this);
    others_.complete(step);
  }
  void fail(Step& step, std::exception_ptr reason) noexcept override { others_.fail(step, std::move(reason)); }

 private:
  Engine& engine_;
  Step& step_;
  Completion& others_;
};

TEST_P(DeviceEngine, StartsNoStepAheadOfThoseThatQueueForTheSlotThatIsFree) {
  BenchOptions options = with_streams(1);
  std::atomic<bool> submitted{false};
  options.device.waits_may_end = &submitted;
  Bench bench(options);
  Resubmitting completion(*bench.engine, bench.steps[9], bench.collected);
  for (std::size_t request = 0; request < 9; ++request) {
    bench.records[request].due_ns = static_cast<std::int64_t>(request);
    EXPECT_FALSE(bench.engine->submit(bench.steps[request], completion));
  }
  bench.records[9].due_ns = 9;
  submitted = true;
  submitted.notify_all();
  if (GetParam() == CompletionMode::block) bench.collected.wait_for(10);
  while (bench.collected.count() < 10) bench.engine->poll();
  EXPECT_EQ(bench.log.started, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_P(DeviceEngine, CompletesEachStepOnce) {
  Bench bench(with_streams(5));
  bench.run();
  std::sort(bench.collected.done.begin(), bench.collected.done.end());
  EXPECT_EQ(bench.collected.done, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_P(DeviceEngine, RecordsWhatTheDeviceComputed) {
  for (const DataPlace place : {DataPlace::device, DataPlace::host}) {
    BenchOptions options = with_streams(4);
    options.place = place;
    Bench bench(options);
    bench.run();
    for (std::size_t request = 0; request < 10; ++request) {
      const StepRecord& record = bench.records[request];
      const DirectBin direct = direct_bin(bench.workload, request, 0);
      EXPECT_NEAR(record.input_energy, direct.input_energy, 1e-12);
      EXPECT_NEAR(record.bin_re, direct.value.real(), 1e-12);
      EXPECT_NEAR(record.bin_im, direct.value.imag(), 1e-12);
      EXPECT_GT(record.end_ns, record.begin_ns);
    }
  }
}

TEST_P(DeviceEngine, ServesThreadsThatBlockInIt) {
  Bench bench(with_streams(3));
  std::vector<std::thread> threads;
  threads.reserve(bench.steps.size());
  for (Step& step : bench.steps) threads.emplace_back([&] { bench.engine->compute(step); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(bench.log.most_steps_at_once, 3U);
  for (std::size_t request = 0; request < 10; ++request) {
    EXPECT_NEAR(bench.records[request].input_energy, direct_bin(bench.workload, request, 0).input_energy, 1e-12);
  }
}

TEST_P(DeviceEngine, MakesDoWithTheSlotsThatMemoryHoldsAndSaysSo) {
  BenchOptions options = with_streams(8);
  options.device.slots_in_memory = 2;
  Bench bench(options);
  EXPECT_EQ(bench.engine->slots(), 2U);
  ASSERT_EQ(bench.notes.size(), 1U);
  EXPECT_NE(bench.notes[0].find("2 streams of 8"), std::string::npos) << bench.notes[0];
  bench.run();
  EXPECT_EQ(bench.collected.done.size(), 10U);
  EXPECT_LE(bench.log.most_steps_at_once, 2U);
}

TEST_P(DeviceEngine, ReservesNoSlotThatFreeMemoryDoesNotHold) {
  BenchOptions options = with_streams(8);
  options.device.slots_in_free_bytes = 5;
  options.device.slots_in_memory = 5;
  constexpr int invalid_size = 8;
  options.device.plan_error = invalid_size;
  Bench bench(options);
  EXPECT_EQ(bench.engine->slots(), 5U);
  ASSERT_EQ(bench.notes.size(), 1U);
  EXPECT_EQ(bench.notes[0], "5 streams of 8: the device's memory holds no more");
  // The first is tried, whatever is said to be free.
  options.device.slots_in_free_bytes = 0;
  EXPECT_EQ(Bench(options).engine->slots(), 1U);
}

TEST_P(DeviceEngine, MakesDoWithTheSlotsWhosePlansMemoryHoldsByWhateverNameCufftSaysSo) {
  constexpr int alloc_failed = 2;
  constexpr int internal_error = 5;
  for (const int error : {alloc_failed, internal_error}) {
    BenchOptions options = with_streams(8);
    options.device.slots_in_memory = 3;
    options.device.plan_error = error;
    Bench bench(options);
    EXPECT_EQ(bench.engine->slots(), 3U) << error;
    EXPECT_EQ(bench.notes.size(), 1U) << error;
  }
}

TEST_P(DeviceEngine, FailsInSetupWhereAPlanFailsForAnotherReason) {
  constexpr int invalid_size = 8;
  BenchOptions options = with_streams(8);
  options.device.slots_in_memory = 3;
  options.device.plan_error = invalid_size;
  EXPECT_THROW(Bench bench(options), DeviceError);
}

TEST_P(DeviceEngine, FailsInSetupWhereMemoryHoldsNoSlot) {
  BenchOptions options = with_streams(10);
  options.device.slots_in_memory = 0;
  EXPECT_THROW(Bench bench(options), DeviceError);
}

TEST_P(DeviceEngine, FailsAllThatWaitsWhenAStepFails) {
  BenchOptions options = with_streams(2);
  options.device.fails_at_step = 4;
  Bench bench(options);
  bench.run();
  EXPECT_GE(bench.collected.failed.size() + bench.refused, 5U);
  for (const std::string& reason : bench.collected.reasons) {
    EXPECT_NE(reason.find("illegal address"), std::string::npos) << reason;
  }
  Step late;
  StepRecord record{};
  late.record = &record;
  EXPECT_THROW(bench.engine->submit(late, bench.collected), DeviceError);
  EXPECT_THROW(bench.engine->compute(late), DeviceError);
}

TEST_P(DeviceEngine, FailsAStepThatNeverEndsAndAllThatWaitBehindIt) {
  BenchOptions options = with_streams(1);
  options.device.hangs_at_step = 3;
  options.real_time = GetParam() == CompletionMode::block;
  options.limits.step_s = options.real_time ? 0.5 : 1.0;
  Bench bench(options);
  bench.run();
  EXPECT_EQ(bench.collected.done, (std::vector<std::uint64_t>{0, 1, 2}));
  ASSERT_EQ(bench.collected.reasons.size(), 7U);
  const std::string expected =
      "step (3, 0) has not ended on the device after " + std::string(options.real_time ? "0.5" : "1") + " s";
  EXPECT_NE(bench.collected.reasons[0].find(expected), std::string::npos) << bench.collected.reasons[0];
}

/// Lets a device hang until its engine is given up, and keeps why that was.
class UntilGivenUp {
 public:
  explicit UntilGivenUp(BenchOptions& options) {
    options.real_time = true;
    options.device.call_may_end = &given_up_;
    options.give_up = [this](const std::string& line) {
      if (given_up_) return;
      reason_ = line;
      given_up_ = true;
      given_up_.notify_all();
    };
  }

  const std::string& reason() const {
    given_up_.wait(false);
    return reason_;
  }

 private:
  std::atomic<bool> given_up_{false};
  std::string reason_;
};

TEST_P(DeviceEngine, GivesUpWhereTheDeviceHangsInSetup) {
  BenchOptions options = with_streams(1);
  options.device.hangs_in_open = true;
  options.limits.setup_s = 0.01;
  const UntilGivenUp hang(options);
  { const Bench bench(options); }
  EXPECT_EQ(hang.reason(), "opening the device has not ended after 0.01 s");
}

/// Why an engine is given up that hangs in a call for a step.
std::string reason_of_hanging(BenchOptions options) {
  options.limits.step_s = 0.2;
  const UntilGivenUp hang(options);
  Bench bench(options);
  std::thread caller([&] { bench.run(); });
  std::string reason = hang.reason();
  caller.join();
  return reason;
}

TEST_P(DeviceEngine, GivesUpWhereACallForAStepHangs) {
  BenchOptions options = with_streams(2);
  options.device.call_hangs_at_step = 4;
  EXPECT_EQ(reason_of_hanging(options), "starting a step on the device has not ended after 0.2 s");
}

TEST_P(DeviceEngine, GivesUpWhereAskingForAStepHangs) {
  BenchOptions options = with_streams(2);
  options.device.question_hangs_at_step = 4;
  EXPECT_EQ(reason_of_hanging(options), "asking the device for a step has not ended after 0.2 s");
}

TEST_P(DeviceEngine, LeavesADeviceAloneWhoseProbeFailed) {
  BenchOptions options = with_streams(1);
  Bench working(options);
  working.engine->probe(0, working.steps[0]);
  working.engine.reset();
  EXPECT_TRUE(working.log.is_given_back);

  options.device.fails_at_step = 0;
  Bench failing(options);
  EXPECT_THROW(failing.engine->probe(0, failing.steps[0]), DeviceError);
  failing.engine.reset();
  EXPECT_FALSE(failing.log.is_given_back) << "to give back what a hanging step holds may take for ever";
}

TEST_P(DeviceEngine, ProbesEverySlotWithAPoisonedOutput) {
  Bench bench(with_streams(3));
  for (unsigned slot = 0; slot < 3; ++slot) {
    const StepArrays arrays = bench.engine->probe(slot, bench.steps[0]);
    EXPECT_EQ(verify_arrays(bench.workload, arrays, bench.records[0], direct_bin(bench.workload, 0, 0)), "");
  }
}

TEST_P(DeviceEngine, ShowsTheProbeWhatCameBackToTheHost) {
  BenchOptions options = with_streams(1);
  options.place = DataPlace::host;
  for (const bool forgets : {false, true}) {
    options.device.forgets_copies_out = forgets;
    Bench bench(options);
    const StepArrays arrays = bench.engine->probe(0, bench.steps[0]);
    const std::string finding =
        verify_arrays(bench.workload, arrays, bench.records[0], direct_bin(bench.workload, 0, 0));
    EXPECT_EQ(finding.empty(), !forgets) << finding;
  }
}

TEST_P(DeviceEngine, DescribesItsDevice) {
  Bench bench(with_streams(1));
  const DeviceDescription device = bench.engine->describe_device();
  EXPECT_EQ(device.copy_bytes_per_s, 1e9);
  EXPECT_EQ(device.slot_bytes, workspace_bytes(bench.workload));
  EXPECT_EQ(device.work_area_bytes, bench.workload.input_bytes());
  EXPECT_EQ(device.facts.front(), (std::pair<std::string, std::string>{"name", "a fake device"}));
}

TEST_P(DeviceEngine, HasNoCopyCeilingWhereMemoryIsShortOfIt) {
  BenchOptions options = with_streams(1);
  options.device.copies_are_out_of_memory = true;
  Bench bench(options);
  EXPECT_EQ(bench.engine->describe_device().copy_bytes_per_s, 0.0);
}

TEST_P(DeviceEngine, FailsWhereItsCopiesDo) {
  BenchOptions options = with_streams(1);
  options.device.copies_fail = true;
  Bench bench(options);
  EXPECT_THROW(bench.engine->describe_device(), DeviceError);
}

TEST(DeviceParts, MoveAtLeastWhatTheyReadAndWrite) {
  using Bytes = std::array<std::uint64_t, device_part_count>;
  Workload workload;
  workload.size = 100;
  EXPECT_EQ(least_bytes_of_parts(workload, DataPlace::device), (Bytes{800, 800 + 51 * 16, 1600, 0, 0}));
  EXPECT_EQ(least_bytes_of_parts(workload, DataPlace::host), (Bytes{0, 800 + 51 * 16, 2400, 800, 1600}));
  workload.precision = Precision::float32;
  workload.spectrum = SpectrumKind::half;
  EXPECT_EQ(least_bytes_of_parts(workload, DataPlace::device), (Bytes{400, 400 + 51 * 8, 51 * 8, 0, 0}));
}

TEST(PolledDeviceEngine, CompletesStepsOutOfOrder) {
  BenchOptions options;
  options.streams = 5;
  Bench bench(options);
  bench.run();
  EXPECT_FALSE(std::is_sorted(bench.collected.done.begin(), bench.collected.done.end()));
}

TEST(PolledDeviceEngine, HasAStepOnEachStream) {
  BenchOptions options;
  options.streams = 3;
  Bench bench(options);
  bench.run();
  EXPECT_EQ(bench.log.most_steps_at_once, 3U);
}

TEST(PolledDeviceEngine, SaysWhenToAskAgainWhileStepsAreOnTheDeviceOnly) {
  BenchOptions options;
  options.streams = 2;
  Bench bench(options);
  EXPECT_EQ(bench.engine->poll(), never_ns);
  bench.engine->submit(bench.steps[0], bench.collected);
  std::int64_t next_ns = 0;
  while (bench.collected.done.empty()) {
    EXPECT_NE(next_ns, never_ns);
    next_ns = bench.engine->poll();
  }
  EXPECT_EQ(bench.engine->poll(), never_ns);
}

/// When the first of ten steps has been seen to end, on a device of whose steps one takes 200 us.
struct FirstEnd {
  explicit FirstEnd(unsigned streams) : bench(options(streams)) {
    bench.engine->compute(bench.steps[0]);  // from here on it is known how long a step takes
    for (Step& step : bench.steps) bench.engine->submit(step, bench.collected);
    next_look_ns = poll_until_an_end();
  }

  std::int64_t poll_until_an_end() {
    const std::size_t before = bench.collected.done.size();
    std::int64_t next_ns = 0;
    while (bench.collected.done.size() == before) next_ns = bench.engine->poll();
    return next_ns;
  }

  static BenchOptions options(unsigned streams) {
    BenchOptions options;
    options.streams = streams;
    options.device.slower = 25;
    options.device.longest_in_questions = 1;
    return options;
  }

  Bench bench;
  std::int64_t next_look_ns = 0;
};

TEST(PolledDeviceEngine, LooksForSeveralStepsAtOnceWhileOthersQueue) {
  FirstEnd first(5);
  ASSERT_EQ(first.bench.collected.done.size(), 1U);
  first.poll_until_an_end();
  EXPECT_GE(first.bench.collected.done.size(), 3U);
}

TEST(PolledDeviceEngine, LooksForAStepAtATimeWhereOneQueues) {
  const FirstEnd first(8);
  const std::uint64_t ended = first.bench.collected.done.at(0);
  EXPECT_LT(first.next_look_ns - first.bench.records.at(ended).end_ns, 300'000);
}

/// Time stands, and all who sleep sleep, until the gate is opened; then sleeping makes it pass.
class GatedClock final : public EngineClock {
 public:
  std::int64_t now_ns() override { return now_ns_; }
  void sleep_until(std::int64_t deadline_ns) override {
    anyone_sleeps_ = true;
    anyone_sleeps_.notify_all();
    open_.wait(false);
    std::int64_t now = now_ns_;
    while (now < deadline_ns && !now_ns_.compare_exchange_weak(now, deadline_ns)) {
    }
  }

  void wait_for_a_sleeper() const { anyone_sleeps_.wait(false); }
  void open_at(std::int64_t now_ns) {
    now_ns_ = now_ns;
    open_ = true;
    open_.notify_all();
  }

 private:
  std::atomic<std::int64_t> now_ns_{1};
  std::atomic<bool> anyone_sleeps_{false};
  std::atomic<bool> open_{false};
};

/// One slot, whose step goes on while four other threads come for it, one by one.
struct Queue {
  explicit Queue(const FakeDeviceOptions& options) {
    auto its_clock = std::make_unique<GatedClock>();
    clock = its_clock.get();
    steps = std::make_unique<DeviceSteps>(std::make_unique<FakeDevice>(options, log), std::move(its_clock),
                                          DataPlace::device, DeviceLimits{});
    Workload workload;
    workload.size = 50;
    SetupTimes times;
    steps->open(workload, CompletionMode::poll);
    steps->reserve(1, times);
    for (std::size_t n = 0; n < callers; ++n) {
      all[n].request = n;
      all[n].record = &records[n];
      threads.emplace_back([this, n] {
        try {
          steps->compute(all[n]);
        } catch (const DeviceError&) {
          ++failed;
        }
      });
      if (n == 0) clock->wait_for_a_sleeper();
      while (steps->load().waiting < n) std::this_thread::yield();
    }
  }

  void open_at(std::int64_t now_ns) {
    clock->open_at(now_ns);
    for (std::thread& thread : threads) thread.join();
  }

  static constexpr std::size_t callers = 5;
  FakeDeviceLog log;
  GatedClock* clock = nullptr;
  std::unique_ptr<DeviceSteps> steps;
  std::array<Step, callers> all;
  std::array<StepRecord, callers> records{};
  std::vector<std::thread> threads;
  std::atomic<unsigned> failed{0};
};

TEST(PolledDeviceEngine, HandsSlotsToThreadsInTheOrderInWhichTheyCame) {
  // No step is over when it is asked for the first time.
  FakeDeviceOptions options;
  options.fewest_questions = 2;
  Queue queue(options);
  queue.open_at(2);
  EXPECT_EQ(queue.log.started, (std::vector<std::uint64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(queue.failed, 0U);
}

TEST(PolledDeviceEngine, FailsThreadsThatWaitForAStepThatNeverEnds) {
  FakeDeviceOptions options;
  options.hangs_at_step = 0;
  Queue queue(options);
  queue.open_at(std::int64_t{3600} * ns_per_s);
  EXPECT_EQ(queue.log.started.size(), 1U);
  EXPECT_EQ(queue.failed, 5U);
}

TEST(PolledDeviceEngine, LooksNoLaterForHavingLookedLateBefore) {
  BenchOptions options;
  options.streams = 1;
  Bench bench(options);
  constexpr int steps = 300;
  // Of a step of 8 µs that is over when it was asked for four times at the most, by naps of 20 µs.
  constexpr std::int64_t longest_ns = 120'000;
  std::int64_t before_ns = 0;
  for (int n = 0; n < steps; ++n) {
    Step& step = bench.steps[0];
    bench.engine->compute(step);
    EXPECT_LE(step.record->end_ns - step.record->begin_ns, longest_ns);
    EXPECT_GT(step.record->begin_ns, before_ns);
    before_ns = step.record->begin_ns;
  }
}

std::vector<std::string> notes_where(unsigned streams, unsigned steps_at_once) {
  BenchOptions options;
  options.streams = streams;
  options.device.steps_at_once = steps_at_once;
  return Bench(options).notes;
}

TEST(DeviceOrder, IsSaidWhereFewerStepsRunAtOnceThanThereAreStreams) {
  using Notes = std::vector<std::string>;
  const std::string rest = " at a time, in the order in which they start: more would take its cache from each other";
  EXPECT_EQ(notes_where(1, 1), Notes{});
  EXPECT_EQ(notes_where(2, 2), Notes{});
  EXPECT_EQ(notes_where(3, 2), Notes{"steps run on the device 2" + rest});
  EXPECT_EQ(notes_where(2, 1), Notes{"steps run on the device one" + rest});
}

TEST(BlockingDeviceEngine, SleepsForSeveralStepsAtOnceWhileOthersQueue) {
  std::atomic<bool> may_end = true;
  BenchOptions options = FirstEnd::options(5);
  options.mode = CompletionMode::block;
  options.device.waits_may_end = &may_end;
  Bench bench(options);
  bench.engine->compute(bench.steps[0]);  // from here on it is known how long a step takes
  may_end = false;
  bench.engine->submit(bench.steps[0], bench.collected);
  bench.log.sleeps.wait(1);
  for (Step& step : std::span(bench.steps).subspan(1)) bench.engine->submit(step, bench.collected);
  may_end = true;
  may_end.notify_all();
  bench.collected.wait_for(bench.steps.size());
  EXPECT_EQ(bench.collected.done.size(), 10U);
  // When the first one is seen to have ended, five are on the device and four behind them: three may end unseen.
  EXPECT_EQ(bench.log.slept_for[1], 0U);
  EXPECT_EQ(bench.log.slept_for[2], 3U);
}

TEST(BlockingDeviceEngine, SleepsForSeveralStepsAtOnceWhileThreadsWait) {
  std::atomic<bool> may_end = true;
  FakeDeviceOptions options = FirstEnd::options(5).device;
  options.waits_may_end = &may_end;
  FakeDeviceLog log;
  DeviceSteps device_steps(std::make_unique<FakeDevice>(options, log), std::make_unique<FakeClock>(), DataPlace::device,
                           DeviceLimits{});
  Workload workload;
  workload.size = 50;
  SetupTimes times;
  device_steps.open(workload, CompletionMode::block);
  device_steps.reserve(5, times);
  std::thread helper([&] { device_steps.help(); });

  std::array<Step, 10> steps;
  std::array<StepRecord, 10> records{};
  for (std::size_t n = 0; n < steps.size(); ++n) {
    steps[n].request = n;
    steps[n].record = &records[n];
  }
  device_steps.compute_with_helper(steps[0]);  // from here on it is known how long a step takes
  may_end = false;
  std::vector<std::thread> threads;
  for (Step& step : steps) {
    threads.emplace_back([&] { device_steps.compute_with_helper(step); });
    const auto is_there = [&] {
      const DeviceSteps::Load load = device_steps.load();
      return load.on_device + load.waiting == threads.size();
    };
    while (!is_there()) std::this_thread::yield();
    if (threads.size() == 1) log.sleeps.wait(1);
  }
  may_end = true;
  may_end.notify_all();
  for (std::thread& thread : threads) thread.join();
  device_steps.end_help();
  helper.join();

  // Request 0 ended twice; of the four that were left then, the helper did not sleep for the first.
  EXPECT_EQ(log.slept_for[1], 0U);
  EXPECT_NE(log.slept_for[2], log.started.at(2));
}

TEST(BlockingDeviceEngine, NeedsNoPolling) {
  BenchOptions options;
  options.mode = CompletionMode::block;
  Bench bench(options);
  for (Step& step : bench.steps) {
    bench.engine->submit(step, bench.collected);
    EXPECT_EQ(bench.engine->poll(), never_ns);
  }
  bench.collected.wait_for(bench.steps.size());
  EXPECT_EQ(bench.collected.done.size(), 10U);
}

}  // namespace
}  // namespace overlap
