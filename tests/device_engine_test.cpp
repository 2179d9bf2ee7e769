// The engine on a device: slots, their queue, and what becomes of failures, on a fake device and a clock of the test's
// own.
#include "cuda/engine.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "src/verify.hpp"
#include "tests/fake_device.hpp"

namespace overlap {
namespace {

/// Time passes when someone sleeps, and a little with every look.
class FakeClock final : public EngineClock {
 public:
  std::int64_t now_ns() override { return now_ns_ += 1000; }
  void sleep_until(std::int64_t deadline_ns) override { now_ns_ = std::max(now_ns_, deadline_ns); }

 private:
  std::int64_t now_ns_ = 0;
};

class Collected final : public Completion {
 public:
  void complete(Step& step) noexcept override { done.push_back(step.request); }
  void fail(Step& step, std::exception_ptr reason) noexcept override {
    failed.push_back(step.request);
    try {
      std::rethrow_exception(reason);
    } catch (const std::exception& error) {
      reasons.emplace_back(error.what());
    }
  }

  std::vector<std::uint64_t> done;
  std::vector<std::uint64_t> failed;
  std::vector<std::string> reasons;
};

/// An engine with steps of ten requests to submit to it.
struct Bench {
  explicit Bench(const FakeDeviceOptions& options, unsigned streams = 0, DataPlace place = DataPlace::device)
      : engine(
            make_device_engine(std::make_unique<FakeDevice>(options, log), std::make_unique<FakeClock>(), place, 1.0)) {
    workload.requests = 10;
    workload.iterations = 1;
    workload.size = 50;
    SetupTimes times;
    EngineOptions engine_options;
    engine_options.streams = streams;
    const EngineSetup setup{.workload = workload,
                            .options = engine_options,
                            .steps_at_once = 10,
                            .times = times,
                            .note = [this](const std::string& line) { notes.push_back(line); }};
    engine->prepare_shared(setup);
    engine->prepare_worker(setup);
    for (std::size_t request = 0; request < steps.size(); ++request) {
      steps[request].request = request;
      steps[request].record = &records[request];
    }
  }

  /// Submits all, then asks until all are back.
  void run() {
    for (Step& step : steps) EXPECT_FALSE(engine->submit(step, collected));
    while (collected.done.size() + collected.failed.size() < steps.size()) engine->poll();
  }

  FakeDeviceLog log;
  Workload workload;
  std::unique_ptr<Engine> engine;
  std::vector<std::string> notes;
  std::array<Step, 10> steps;
  std::array<StepRecord, 10> records{};
  Collected collected;
};

TEST(DeviceEngine, NeverHasMoreStepsOnTheDeviceThanStreams) {
  Bench bench({}, 3);
  bench.run();
  EXPECT_EQ(bench.log.slots, 3U);
  EXPECT_EQ(bench.log.most_steps_at_once, 3U);
  EXPECT_EQ(bench.collected.done.size(), 10U);
}

TEST(DeviceEngine, HasNoMoreSlotsThanStepsAtOnce) {
  Bench bench({});
  EXPECT_EQ(bench.engine->slots(), 10U);
  EXPECT_TRUE(bench.notes.empty());
}

TEST(DeviceEngine, StartsStepsInTheOrderInWhichTheyWereSubmitted) {
  Bench bench({}, 2);
  bench.run();
  EXPECT_EQ(bench.log.started, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(DeviceEngine, CompletesStepsOutOfOrderAndEachOnce) {
  Bench bench({}, 5);
  bench.run();
  EXPECT_FALSE(std::is_sorted(bench.collected.done.begin(), bench.collected.done.end()));
  std::sort(bench.collected.done.begin(), bench.collected.done.end());
  EXPECT_EQ(bench.collected.done, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(DeviceEngine, RecordsWhatTheDeviceComputed) {
  for (const DataPlace place : {DataPlace::device, DataPlace::host}) {
    Bench bench({}, 4, place);
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

TEST(DeviceEngine, MakesDoWithTheSlotsThatMemoryHoldsAndSaysSo) {
  FakeDeviceOptions options;
  options.slots_in_memory = 2;
  Bench bench(options, 8);
  EXPECT_EQ(bench.engine->slots(), 2U);
  ASSERT_EQ(bench.notes.size(), 1U);
  EXPECT_NE(bench.notes[0].find("2 streams of 8"), std::string::npos) << bench.notes[0];
  bench.run();
  EXPECT_EQ(bench.collected.done.size(), 10U);
  EXPECT_EQ(bench.log.most_steps_at_once, 2U);
}

TEST(DeviceEngine, FailsInSetupWhereMemoryHoldsNoSlot) {
  FakeDeviceOptions options;
  options.slots_in_memory = 0;
  EXPECT_THROW(Bench bench(options), DeviceError);
}

TEST(DeviceEngine, FailsAllThatWaitsWhenAStepFails) {
  FakeDeviceOptions options;
  options.fails_at_step = 4;
  Bench bench(options, 2);
  bench.run();
  EXPECT_GE(bench.collected.failed.size(), 5U);
  for (const std::string& reason : bench.collected.reasons) {
    EXPECT_NE(reason.find("illegal address"), std::string::npos) << reason;
  }
  Step late;
  EXPECT_THROW(bench.engine->submit(late, bench.collected), DeviceError);
}

TEST(DeviceEngine, FailsAStepThatNeverEndsAndAllThatWaitsBehindIt) {
  FakeDeviceOptions options;
  options.hangs_at_step = 3;
  Bench bench(options, 1);
  bench.run();
  EXPECT_EQ(bench.collected.done, (std::vector<std::uint64_t>{0, 1, 2}));
  ASSERT_EQ(bench.collected.reasons.size(), 7U);
  EXPECT_NE(bench.collected.reasons[0].find("step (3, 0) has not ended on the device after 1 s"), std::string::npos)
      << bench.collected.reasons[0];
}

TEST(DeviceEngine, SaysWhenToAskAgainWhileStepsAreOnTheDeviceOnly) {
  Bench bench({}, 2);
  EXPECT_EQ(bench.engine->poll(), never_ns);
  bench.engine->submit(bench.steps[0], bench.collected);
  std::int64_t next_ns = 0;
  while (bench.collected.done.empty()) {
    EXPECT_NE(next_ns, never_ns);
    next_ns = bench.engine->poll();
  }
  EXPECT_EQ(bench.engine->poll(), never_ns);
}

TEST(DeviceEngine, ProbesEverySlotWithAPoisonedOutput) {
  Bench bench({}, 3);
  for (unsigned slot = 0; slot < 3; ++slot) {
    const StepArrays arrays = bench.engine->probe(slot, bench.steps[0]);
    EXPECT_EQ(verify_arrays(bench.workload, arrays, bench.records[0], direct_bin(bench.workload, 0, 0)), "");
  }
}

}  // namespace
}  // namespace overlap
