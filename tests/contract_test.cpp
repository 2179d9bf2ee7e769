// The contract that every driver keeps with every engine: a new driver is put through it as it is, a new engine by its
// name in the lists below.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cpu/drivers/drivers.hpp"
#include "cpu/engines/engines.hpp"
#include "cpu/engines/transform.hpp"
#include "cuda/device_steps.hpp"
#include "src/base/clock.hpp"
#include "src/base/errors.hpp"
#include "src/comparison/plan.hpp"
#include "src/metrics/metrics.hpp"
#include "src/run/runner.hpp"
#include "src/run/verify.hpp"
#include "tests/fake_device.hpp"
#include "tests/faulty/engines.hpp"

namespace overlap {
namespace {

constexpr PlanLimits limits{2, std::uint64_t{1} << 32};

/// An engine of which every step throws.
EngineInfo throwing_engine() {
  class ThrowingEngine final : public Engine {
    void prepare_shared(const EngineSetup& /*setup*/) override {}
    void prepare_worker(const EngineSetup& /*setup*/) override {}
    void compute(Step& step) override {
      throw std::runtime_error("no ink for request " + std::to_string(step.request));
    }
    unsigned slots() const noexcept override { return 0; }
    StepArrays probe(unsigned /*slot*/, Step& /*step*/) override { throw std::logic_error("no numbers"); }
  };
  EngineInfo info;
  info.name = "throwing";
  info.computes = false;
  info.make = [] { return std::make_unique<ThrowingEngine>(); };
  return info;
}

/// The FFT, of which each step is started on a thread of its own.
ComputeInfo started_fft() {
  class Started final : public StepCompute {
   public:
    explicit Started(std::unique_ptr<StepCompute> fft) : fft_(std::move(fft)) {}
    void compute(std::byte* workspace, Step& step) const override { fft_->compute(workspace, step); }
    StepArrays probe(std::byte* workspace, Step& step) const override { return fft_->probe(workspace, step); }
    std::unique_ptr<StepStarter> starter(std::byte* workspace,
                                         const std::function<void(const std::string&)>& /*give_up*/) const override {
      class Starter final : public StepStarter {
       public:
        Starter(const StepCompute& fft, std::byte* workspace) : fft_(fft), workspace_(workspace) {}
        void start(Step& step, Completion& completion) override {
          // It touches nothing once the step is handed on.
          std::thread([this, &step, &completion] {
            fft_.compute(workspace_, step);
            completion.complete(step);
          }).detach();
        }

       private:
        const StepCompute& fft_;
        std::byte* workspace_;
      };
      return std::make_unique<Starter>(*fft_, workspace);
    }

   private:
    std::unique_ptr<StepCompute> fft_;
  };
  ComputeInfo info = fft_compute();
  info.prepare = [prepare = info.prepare](const Workload& workload,
                                          const EngineOptions& options) -> std::unique_ptr<StepCompute> {
    return std::make_unique<Started>(prepare(workload, options));
  };
  info.starts_no_steps = [] { return std::string(); };
  return info;
}

/// An engine of which every step completes in this mode.
std::string named(const std::string& engine, const std::string& mode) { return engine + "-" + mode; }

bool blocks(const Executor& executor) { return executor.engine.find("-block") != std::string::npos; }

/// For a slot, by the engines that copy: more than any test's processes have.
constexpr std::uint64_t said_to_be_pinned = std::uint64_t{256} << 20;

const Registry& registry() {
  static const Registry all = [] {
    Registry registry;
    add_drivers(registry);
    registry.add(fftw_engine());
    registry.add(locked_engine(fft_compute()));
    registry.add(fftw_threads_engine());
    registry.add(pool_engine(fft_compute()));
    registry.add(async_engine(started_fft()));
    registry.add(null_engine());
    faulty::add_late_engines(registry);
    faulty::add_polled_engine(registry);
    registry.add(throwing_engine());
    FakeDeviceOptions sticky;
    sticky.fails_at_step = 20;
    FakeDeviceOptions hanging;
    hanging.hangs_at_step = 20;
    DeviceLimits short_limits;
    short_limits.step_s = 0.05;
    for (const char* mode : {"poll", "block"}) {
      registry.add(fake_device_engine(named("fake-cuda", mode), DataPlace::device, {}));
      EngineInfo copying = fake_device_engine(named("fake-cuda-copy", mode), DataPlace::host, {});
      copying.slot_bytes = [](const Workload& /*workload*/) { return said_to_be_pinned; };
      registry.add(copying);
      registry.add(fake_device_engine(named("fake-sticky", mode), DataPlace::device, sticky));
      registry.add(fake_device_engine(named("fake-hanging", mode), DataPlace::device, hanging, short_limits));
    }
    return registry;
  }();
  return all;
}

std::vector<Executor> executors_of(const std::vector<std::string>& engines) {
  std::vector<Executor> executors;
  for (const std::string& engine : engines) {
    for (const DriverInfo& driver : registry().drivers()) executors.push_back({driver.name, engine});
  }
  return executors;
}

Workload small_workload() {
  Workload workload;
  workload.requests = 7;
  workload.iterations = 3;
  workload.size = 99;
  workload.wait = {WaitDistribution::Kind::uniform, 0.0, 0.002};
  return workload;
}

RunnerJob job_for(const Executor& executor, const Workload& workload, unsigned workers = 0, unsigned slots = 0) {
  PlanOptions options;
  options.workload = workload;
  options.executors = {{executor, true}};
  if (blocks(executor)) options.engine_options.completion = CompletionMode::block;
  options.workers = workers;
  options.compute_slots = slots;
  RunnerJob job = plan_comparison(options, registry(), limits).front().job;
  job.calibration_s = 0.001;
  job.spawned_ns = now_ns();
  return job;
}

Recording recording_for(const RunnerJob& job) {
  Recording recording = Recording::create(job.workload.requests, job.workload.iterations, job.workers);
  recording.set_arrivals(job.workload.arrivals_ns());
  return recording;
}

Recording run(const Executor& executor, const Workload& workload, unsigned workers = 0, unsigned slots = 0) {
  const RunnerJob job = job_for(executor, workload, workers, slots);
  Recording recording = recording_for(job);
  execute(job, registry(), recording);
  return recording;
}

void expect_no_children() {
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

/// How many intervals hold at the busiest moment; ends come before begins at the same moment.
int most_at_once(const std::vector<std::pair<std::int64_t, std::int64_t>>& intervals) {
  std::vector<std::pair<std::int64_t, int>> changes;
  for (const auto& [begin, end] : intervals) {
    changes.emplace_back(begin, 1);
    changes.emplace_back(end, -1);
  }
  std::sort(changes.begin(), changes.end());
  int now = 0;
  int most = 0;
  for (const auto& [when, change] : changes) most = std::max(most, now += change);
  return most;
}

int most_requests_at_once(const Recording& recording) {
  std::vector<std::pair<std::int64_t, std::int64_t>> intervals;
  for (const RequestRecord& request : recording.requests()) intervals.emplace_back(request.begin_ns, request.end_ns);
  return most_at_once(intervals);
}

int most_steps_at_once(const Recording& recording) {
  std::vector<std::pair<std::int64_t, std::int64_t>> intervals;
  for (const StepRecord& step : recording.steps()) intervals.emplace_back(step.begin_ns, step.end_ns);
  return most_at_once(intervals);
}

std::string test_name(const testing::TestParamInfo<Executor>& info) {
  std::string name = info.param.driver + "_" + info.param.engine;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class EveryExecutor : public testing::TestWithParam<Executor> {};

TEST_P(EveryExecutor, TakesEachStepExactlyOnce) {
  const Workload workload = small_workload();
  const Recording recording = run(GetParam(), workload);
  EXPECT_EQ(count_finished_steps(recording), workload.steps());
  EXPECT_EQ(recording.steps_finished(), workload.steps());
  std::vector<std::uint64_t> steps_of(recording.workers().size());
  for (const StepRecord& step : recording.steps()) {
    ASSERT_LT(step.worker, steps_of.size());
    ++steps_of[step.worker];
  }
  for (std::size_t worker = 0; worker < steps_of.size(); ++worker) {
    EXPECT_EQ(recording.workers()[worker].steps_finished.load(), steps_of[worker]) << "worker " << worker;
  }
}

TEST_P(EveryExecutor, RecordsTimesInOrder) {
  const Workload workload = small_workload();
  const Recording recording = run(GetParam(), workload);
  const RecordingHeader& header = recording.header();
  EXPECT_GT(header.t0_ns, 0);
  for (std::uint64_t request = 0; request < workload.requests; ++request) {
    const RequestRecord& times = recording.requests()[request];
    EXPECT_EQ(times.arrival_ns, header.t0_ns);
    EXPECT_GE(times.begin_ns, header.t0_ns);
    std::int64_t previous_end_ns = times.begin_ns;
    for (std::uint64_t iteration = 0; iteration < workload.iterations; ++iteration) {
      const StepRecord& step = recording.step(request, iteration);
      EXPECT_EQ(step.due_ns, previous_end_ns + workload.wait_ns(request, iteration));
      EXPECT_GE(step.begin_ns, step.due_ns);
      EXPECT_GE(step.end_ns, step.begin_ns);
      previous_end_ns = step.end_ns;
    }
    EXPECT_EQ(times.end_ns, previous_end_ns);
    EXPECT_LE(times.end_ns, header.end_ns);
  }
  for (const WorkerRecord& worker : recording.workers()) {
    EXPECT_GT(worker.pid, 0U);
    EXPECT_GE(worker.ready_ns, header.t0_ns);
  }
}

TEST_P(EveryExecutor, BeginsNoRequestBeforeItHasComeIn) {
  Workload workload = small_workload();
  workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  workload.arrivals = Arrivals::even;
  workload.rate = 500.0;
  // As many workers as requests, which are started as these come in, and two, which wait for them.
  for (const unsigned workers : {0U, 2U}) {
    const Recording recording = run(GetParam(), workload, workers);
    EXPECT_EQ(count_finished_steps(recording), workload.steps());
    const std::vector<std::int64_t> arrivals_ns = workload.arrivals_ns();
    for (std::uint64_t request = 0; request < workload.requests; ++request) {
      const RequestRecord& times = recording.requests()[request];
      EXPECT_EQ(times.arrival_ns, recording.header().t0_ns + arrivals_ns[request]);
      EXPECT_GE(times.begin_ns, times.arrival_ns);
      EXPECT_EQ(recording.step(request, 0).due_ns, times.begin_ns + workload.wait_ns(request, 0));
      const bool has_its_own_worker = recording.workers().size() == workload.requests;
      if (has_its_own_worker) {
        EXPECT_GE(recording.workers()[request].ready_ns, times.arrival_ns);
      }
    }
    EXPECT_GT(compute_metrics(recording, false).makespan_s, to_seconds(arrivals_ns.back()));
  }
}

TEST_P(EveryExecutor, RunsASingleStep) {
  Workload workload = small_workload();
  workload.requests = 1;
  workload.iterations = 1;
  workload.size = 1;
  workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  EXPECT_EQ(count_finished_steps(run(GetParam(), workload)), 1U);
}

TEST_P(EveryExecutor, HasAtMostTheWorkersRequestsInProgress) {
  const Workload workload = small_workload();
  const RunnerJob job = job_for(GetParam(), workload, 2);
  const Recording recording = run(GetParam(), workload, 2);
  EXPECT_LE(most_requests_at_once(recording), static_cast<int>(job.requests_in_progress));
  EXPECT_EQ(count_finished_steps(recording), workload.steps());
}

TEST_P(EveryExecutor, LeavesNoProcessBehind) {
  run(GetParam(), small_workload());
  expect_no_children();
}

TEST_P(EveryExecutor, GivesMetrics) {
  const Recording recording = run(GetParam(), small_workload());
  const bool computes = registry().find_engine(GetParam().engine)->computes;
  const Metrics metrics = compute_metrics(recording, computes);
  EXPECT_GT(metrics.makespan_s, 0.0);
  EXPECT_GT(metrics.cpu_s, 0.0);
  EXPECT_GT(metrics.peak_memory_bytes, recording.bytes());
  EXPECT_GT(metrics.lower_bound_s, 0.0);
  EXPECT_EQ(metrics.step_s > 0.0, computes);
  EXPECT_EQ(metrics.capacity_steps_per_s > 0.0, computes);
}

INSTANTIATE_TEST_SUITE_P(Contract, EveryExecutor,
                         testing::ValuesIn(executors_of({"fftw", "locked", "fftw-threads", "pool", "own-async", "null",
                                                         "late", "polled", "fake-cuda-poll", "fake-cuda-block",
                                                         "fake-cuda-copy-poll", "fake-cuda-copy-block"})),
                         test_name);

TEST(ForkedWorkers, BeginTheirFirstRequestsBeforeTheyPrepareThemselves) {
  const Recording recording = run({"processes", "null"}, small_workload());
  for (std::size_t request = 0; request < recording.requests().size(); ++request) {
    EXPECT_LE(recording.requests()[request].begin_ns, recording.workers()[request].ready_ns);
  }
}

/// An engine whose steps count the process's mappings.
EngineInfo mapping_engine(std::vector<std::size_t>& counts) {
  class MappingEngine final : public Engine {
   public:
    explicit MappingEngine(std::vector<std::size_t>& counts) : counts_(counts) {}
    void prepare_shared(const EngineSetup& /*setup*/) override {}
    void prepare_worker(const EngineSetup& /*setup*/) override {}
    void compute(Step& step) override {
      step.record->begin_ns = step.record->end_ns = now_ns();
      std::ifstream maps("/proc/self/maps");
      for (std::string line; std::getline(maps, line);) ++counts_[step.request];
    }
    unsigned slots() const noexcept override { return 0; }
    StepArrays probe(unsigned /*slot*/, Step& /*step*/) override { throw std::logic_error("no numbers"); }

   private:
    std::vector<std::size_t>& counts_;
  };
  EngineInfo info;
  info.name = "mapping";
  info.computes = false;
  info.make = [&counts] { return std::make_unique<MappingEngine>(counts); };
  return info;
}

TEST(ThreadsDriver, SaysWhichThreadCannotBeStarted) {
  const RunnerJob job = job_for({"threads", "null"}, small_workload());
  Recording recording = recording_for(job);
  pthread_attr_t usual;
  pthread_getattr_default_np(&usual);
  pthread_attr_t impossible = usual;
  pthread_attr_setstacksize(&impossible, std::size_t{1} << 47);  // more addresses than a process has
  pthread_setattr_default_np(&impossible);
  EXPECT_THROW(execute(job, registry(), recording), RunFailed);
  pthread_setattr_default_np(&usual);
  EXPECT_EQ(recording.error().rfind("thread 1 of 7 can't be started (", 0), 0U) << recording.error();
}

TEST(ThreadsDriver, KeepsNoStacksOfThreadsThatEndedLongAgo) {
  Workload workload = small_workload();
  workload.requests = 400;
  workload.iterations = 1;
  workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  workload.arrivals = Arrivals::even;
  workload.rate = 2000.0;
  std::vector<std::size_t> mappings(workload.requests);
  Recording recording = Recording::create(workload.requests, 1, static_cast<std::uint32_t>(workload.requests));
  recording.set_arrivals(workload.arrivals_ns());
  recording.header().t0_ns = now_ns();
  const auto engine = mapping_engine(mappings).make();
  RunContext context{workload, *engine, recording, static_cast<unsigned>(workload.requests), [] {}};
  threads_driver().make()->run(context);
  EXPECT_EQ(count_finished_steps(recording), workload.steps());
  // A stack is two mappings: 800 if all were kept. Some threads may not have ended yet, on a busy machine many.
  EXPECT_LT(*std::max_element(mappings.begin(), mappings.end()), mappings.front() + 600);
}

class EveryComputingExecutor : public testing::TestWithParam<Executor> {};

TEST_P(EveryComputingExecutor, ComputesWhatTheReferenceDoes) {
  const Recording reference = run({"sequential", "fftw"}, small_workload());
  const Recording recording = run(GetParam(), small_workload());
  EXPECT_EQ(verify(small_workload(), recording, &reference, direct_bins(small_workload())), "");
}

TEST_P(EveryComputingExecutor, IsVerifiedInFloatAndHalfSpectrum) {
  Workload workload = small_workload();
  workload.size = 64;
  workload.precision = Precision::float32;
  workload.spectrum = SpectrumKind::half;
  EXPECT_EQ(verify(workload, run(GetParam(), workload), nullptr, direct_bins(workload)), "");
}

INSTANTIATE_TEST_SUITE_P(Contract, EveryComputingExecutor,
                         testing::ValuesIn(executors_of({"fftw", "locked", "fftw-threads", "pool", "own-async", "late",
                                                         "polled", "fake-cuda-poll", "fake-cuda-block",
                                                         "fake-cuda-copy-poll", "fake-cuda-copy-block"})),
                         test_name);

class ExecutorWithSlots : public testing::TestWithParam<Executor> {};

TEST_P(ExecutorWithSlots, NeverComputesMoreStepsAtOnceThanItHasSlots) {
  Workload workload = small_workload();
  workload.size = 20'000;
  workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  const Recording one = run(GetParam(), workload, 4, 1);
  EXPECT_EQ(most_steps_at_once(one), 1);
  EXPECT_EQ(verify(workload, one, nullptr, direct_bins(workload)), "");
  EXPECT_LE(most_steps_at_once(run(GetParam(), workload, 4, 2)), 2);
}

INSTANTIATE_TEST_SUITE_P(Contract, ExecutorWithSlots,
                         testing::Values(Executor{"threads", "fftw"}, Executor{"processes", "fftw"},
                                         Executor{"threads", "pool"}, Executor{"threads", "fftw-threads"},
                                         Executor{"threads", "own-async"}),
                         test_name);

TEST(LockedEngine, ComputesOneStepAtATimeInAProcess) {
  Workload workload = small_workload();
  workload.size = 20'000;
  workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  EXPECT_EQ(most_steps_at_once(run({"threads", "locked"}, workload)), 1);
}

TEST(LockedEngine, LetsEveryProcessComputeAtOnce) {
  EXPECT_EQ(job_for({"threads", "locked"}, small_workload()).lanes, 1U);
  EXPECT_EQ(job_for({"processes", "locked"}, small_workload()).lanes, limits.usable_cpus);
}

/// Threads of this process.
std::ptrdiff_t thread_count() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
}

TEST(EnginesThatOwnThreads, HaveAsManyAsTheyAreToldAndNoneAfterTheirEnd) {
  const Workload workload = small_workload();
  EngineOptions options;
  options.threads = 3;
  SetupTimes times;
  std::thread([] {}).join();  // with the first, a sanitizer starts one of its own
  const std::ptrdiff_t before = thread_count();
  const auto threads_of = [&](const EngineInfo& info, unsigned slots) {
    const EngineSetup setup{.workload = workload, .options = options, .slots = slots, .times = times};
    const auto engine = info.make();
    engine->prepare_shared(setup);
    EXPECT_EQ(thread_count(), before) << info.name << " must start none before a fork";
    engine->prepare_worker(setup);
    return thread_count() - before;
  };
  EXPECT_EQ(threads_of(pool_engine(fft_compute()), 3), 3);
  EXPECT_EQ(threads_of(fftw_threads_engine(), 1), 2) << "the caller is the third";
  EXPECT_EQ(threads_of(fftw_threads_engine(), 2), 4);
  EXPECT_EQ(thread_count(), before);
}

TEST(PoolEngine, ComputesNoMoreStepsAtOnceThanItHasThreads) {
  Workload workload = small_workload();
  workload.requests = 12;
  workload.size = 20'000;
  workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  const Recording recording = run({"coroutine", "pool"}, workload);
  EXPECT_LE(most_steps_at_once(recording), static_cast<int>(limits.usable_cpus));
  EXPECT_EQ(verify(workload, recording, nullptr, direct_bins(workload)), "");
}

/// A compute whose first request fails, and which counts its steps.
ComputeInfo failing_compute(std::atomic<int>& computed) {
  class FailingCompute final : public StepCompute {
   public:
    explicit FailingCompute(std::atomic<int>& computed) : computed_(computed) {}
    void compute(std::byte* /*workspace*/, Step& step) const override {
      ++computed_;
      step.record->begin_ns = step.record->end_ns = now_ns();
      if (step.request == 0) throw std::runtime_error("no ink");
    }
    StepArrays probe(std::byte* /*workspace*/, Step& /*step*/) const override { throw std::logic_error("no numbers"); }

   private:
    std::atomic<int>& computed_;
  };
  return {.name = "failing",
          .prepare = [&computed](const Workload& /*workload*/, const EngineOptions& /*options*/)
              -> std::unique_ptr<StepCompute> { return std::make_unique<FailingCompute>(computed); },
          .workspace_bytes = [](const Workload& /*workload*/) { return std::uint64_t{64}; },
          .probe_bytes = [](const Workload& /*workload*/) { return std::uint64_t{0}; },
          .facts = [] { return NamedTexts(); }};
}

TEST(PoolEngine, ComputesNoStepThatIsQueuedBehindOneThatFails) {
  std::atomic<int> computed = 0;
  Workload workload = small_workload();
  workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  SetupTimes times;
  const std::unique_ptr<Engine> engine = pool_engine(failing_compute(computed)).make();
  const EngineSetup setup{.workload = workload, .options = {}, .times = times};
  engine->prepare_shared(setup);
  engine->prepare_worker(setup);
  Recording recording = Recording::create(workload.requests, workload.iterations, 1);
  recording.set_arrivals(workload.arrivals_ns());
  recording.header().t0_ns = now_ns();
  RunContext context{workload, *engine, recording};
  EXPECT_THROW(coroutine_driver().make()->run(context), RunFailed);
  EXPECT_STREQ(recording.error().c_str(), "no ink");
  EXPECT_EQ(computed, 1);
}

class EveryDriver : public testing::TestWithParam<Executor> {};

/// Waits from moments to centuries, the first request's first among the short ones.
Workload workload_with_endless_waits() {
  constexpr std::int64_t short_ns = 5'000'000;
  constexpr std::int64_t endless_ns = 3600 * ns_per_s;
  Workload workload = small_workload();
  workload.wait = {WaitDistribution::Kind::lognormal, 10.0, 12.0};
  const auto fits = [&] {
    bool endless = false;
    for (std::uint64_t request = 1; request < workload.requests; ++request) {
      endless = endless || workload.wait_ns(request, 0) > endless_ns;
    }
    return endless && workload.wait_ns(0, 0) < short_ns;
  };
  while (!fits()) ++workload.seed;
  return workload;
}

TEST_P(EveryDriver, FailsWithTheEnginesMessageAndWaitsForNobody) {
  const RunnerJob job = job_for(GetParam(), workload_with_endless_waits());
  Recording recording = recording_for(job);
  EXPECT_THROW(execute(job, registry(), recording), RunFailed);
  EXPECT_NE(recording.error().find("no ink for request"), std::string::npos) << recording.error();
  EXPECT_EQ(count_finished_steps(recording), 0U);
  expect_no_children();
}

INSTANTIATE_TEST_SUITE_P(Contract, EveryDriver, testing::ValuesIn(executors_of({"throwing"})), test_name);

class EveryDriverWithLateFailure : public testing::TestWithParam<Executor> {};

TEST_P(EveryDriverWithLateFailure, FailsWithTheMessageOfAStepThatWasSubmitted) {
  const RunnerJob job = job_for(GetParam(), small_workload());
  Recording recording = recording_for(job);
  EXPECT_THROW(execute(job, registry(), recording), RunFailed);
  EXPECT_NE(recording.error().find("out of ink"), std::string::npos) << recording.error();
  EXPECT_LT(count_finished_steps(recording), small_workload().steps());
  expect_no_children();
}

INSTANTIATE_TEST_SUITE_P(Contract, EveryDriverWithLateFailure, testing::ValuesIn(executors_of({"late-throws"})),
                         test_name);

class EveryDriverOnADevice : public testing::TestWithParam<Executor> {};

/// The fake device's own times, in which a step begins 4 µs after the one before it.
TEST_P(EveryDriverOnADevice, RecordsWhatTheDeviceDidInTheTimedPartAlone) {
  const Workload workload = small_workload();
  const Recording recording = run(GetParam(), workload);
  const bool copies = GetParam().engine.find("copy") != std::string::npos;
  const DeviceTimes times = copies ? fake_times_of_copies(0) : fake_times(0);
  const DeviceUsage usage = recording.device_usage();
  EXPECT_EQ(usage.steps, workload.steps());
  for (std::size_t part = 0; part < device_part_count; ++part) {
    EXPECT_EQ(usage.part_ns[part], workload.steps() * static_cast<std::uint64_t>(times.part_ns[part])) << part;
    const auto place = copies ? DataPlace::host : DataPlace::device;
    EXPECT_EQ(usage.part_bytes[part], workload.steps() * least_bytes_of_parts(workload, place)[part]) << part;
  }
  // Each forked worker has a device of its own, and with it a first step that overlaps none before.
  const std::uint64_t alone_ns = static_cast<std::uint64_t>(times.end_ns - times.begin_ns) - 4000;
  const std::uint64_t devices = GetParam().driver == "processes" ? recording.workers().size() : 0;
  EXPECT_EQ(usage.busy_ns, 4000 * workload.steps() + alone_ns * devices);

  EXPECT_EQ(recording.device().copy_bytes_per_s, 1e9);
  EXPECT_EQ(recording.device().work_area_bytes, workload.input_bytes());
  EXPECT_EQ(recording.device().facts.front().second, "a fake device");

  const Metrics metrics = compute_metrics(recording, true);
  ASSERT_TRUE(metrics.device.busy_s);
  EXPECT_DOUBLE_EQ(metrics.parallelism, *metrics.device.busy_s / metrics.makespan_s);
  EXPECT_EQ(metrics.peak_memory_bytes >= said_to_be_pinned, copies);
}

INSTANTIATE_TEST_SUITE_P(Contract, EveryDriverOnADevice,
                         testing::ValuesIn(executors_of({"fake-cuda-poll", "fake-cuda-block", "fake-cuda-copy-poll",
                                                         "fake-cuda-copy-block"})),
                         test_name);

TEST(SharedSlots, CountInThePeakMemoryOfProcesses) {
  Workload workload = small_workload();
  workload.requests = 3;
  workload.iterations = 1;
  workload.size = 1'000'000;
  const std::uint64_t slot_bytes = registry().find_engine("fftw")->slot_bytes(workload);
  const auto peak = [&](unsigned slots) {
    return compute_metrics(run({"processes", "fftw"}, workload, 3, slots), true).peak_memory_bytes;
  };
  EXPECT_GE(peak(2), peak(1) + slot_bytes / 2);
}

TEST(ForkedWorkers, TellTheirPeakMemoryHoweverMany) {
  Workload workload = small_workload();
  workload.requests = 70;  // more than are asked for it
  workload.iterations = 1;
  const Recording recording = run({"processes", "null"}, workload, 70, 70);
  for (const WorkerRecord& worker : recording.workers()) EXPECT_GT(worker.peak_memory_bytes, 0U) << &worker;
}

class EveryDriverOnABrokenDevice : public testing::TestWithParam<Executor> {};

TEST_P(EveryDriverOnABrokenDevice, FailsWithTheDevicesErrorAndHangsNothing) {
  Workload workload = small_workload();
  workload.iterations = 30;
  const RunnerJob job = job_for(GetParam(), workload);
  Recording recording = recording_for(job);
  EXPECT_THROW(execute(job, registry(), recording), RunFailed);
  const bool sticky = GetParam().engine.find("sticky") != std::string::npos;
  const std::string expected = sticky ? "illegal address" : "has not ended on the device";
  EXPECT_NE(recording.error().find(expected), std::string::npos) << recording.error();
  expect_no_children();
}

INSTANTIATE_TEST_SUITE_P(Contract, EveryDriverOnABrokenDevice,
                         testing::ValuesIn(executors_of({"fake-sticky-poll", "fake-sticky-block", "fake-hanging-poll",
                                                         "fake-hanging-block"})),
                         test_name);

}  // namespace
}  // namespace overlap
