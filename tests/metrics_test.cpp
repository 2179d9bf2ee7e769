// Metrics on recordings made by hand, with results known by hand.
#include "src/metrics/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include "src/base/clock.hpp"
#include "src/run/recording.hpp"

namespace overlap {
namespace {

constexpr std::int64_t t0_ns = 7'000'000'000'000;

std::int64_t at(double seconds) { return t0_ns + std::llround(seconds * 1e9); }

Recording make_recording(std::uint64_t requests, std::uint64_t iterations, std::uint64_t workers = 1) {
  Recording recording = Recording::create(requests, iterations, workers);
  recording.header().t0_ns = t0_ns;
  recording.header().lanes = 1;
  recording.header().requests_in_progress = requests;
  return recording;
}

void set_request(Recording& recording, std::uint64_t request, double begin_s, double end_s) {
  recording.requests()[request] = {t0_ns, at(begin_s), at(end_s)};
}

void set_step(Recording& recording, std::uint64_t request, std::uint64_t iteration, double due_s, double begin_s,
              double end_s) {
  StepRecord& step = recording.step(request, iteration);
  step.due_ns = at(due_s);
  step.begin_ns = at(begin_s);
  step.end_ns = at(end_s);
  step.state = static_cast<std::uint32_t>(StepState::finished);
}

/// Two requests one after the other, each of two steps that wait 1 s and compute 0.5 s.
Recording make_sequential() {
  Recording recording = make_recording(2, 2);
  recording.header().requests_in_progress = 1;
  recording.header().step_s = 0.5;
  recording.header().capacity_steps_per_s = 2.0;
  set_request(recording, 0, 0.0, 3.0);
  set_step(recording, 0, 0, 1.0, 1.0, 1.5);
  set_step(recording, 0, 1, 2.5, 2.5, 3.0);
  set_request(recording, 1, 3.0, 6.0);
  set_step(recording, 1, 0, 4.0, 4.0, 4.5);
  set_step(recording, 1, 1, 5.5, 5.5, 6.0);
  return recording;
}

/// The same waits and steps, both requests at once on one lane: the second one's steps queue for 0.5 s.
Recording make_overlapped() {
  Recording recording = make_recording(2, 2);
  recording.header().step_s = 0.5;
  recording.header().capacity_steps_per_s = 2.0;
  set_request(recording, 0, 0.0, 3.0);
  set_step(recording, 0, 0, 1.0, 1.0, 1.5);
  set_step(recording, 0, 1, 2.5, 2.5, 3.0);
  set_request(recording, 1, 0.0, 3.5);
  set_step(recording, 1, 0, 1.0, 1.5, 2.0);
  set_step(recording, 1, 1, 3.0, 3.0, 3.5);
  return recording;
}

TEST(Metrics, OfSequentialRequests) {
  const Metrics metrics = compute_metrics(make_sequential(), true);
  EXPECT_DOUBLE_EQ(metrics.makespan_s, 6.0);
  EXPECT_DOUBLE_EQ(metrics.concurrency, 1.0);
  EXPECT_DOUBLE_EQ(metrics.steps_per_s, 4.0 / 6.0);
  EXPECT_NEAR(metrics.delay_s, 0.0, 1e-12);
  EXPECT_DOUBLE_EQ(metrics.queue_s.max, 0.0);
  EXPECT_DOUBLE_EQ(metrics.latency_s.p50, 3.0);
  EXPECT_DOUBLE_EQ(metrics.latency_s.max, 6.0);
  EXPECT_DOUBLE_EQ(metrics.service_s.p50, 3.0);
  EXPECT_DOUBLE_EQ(metrics.service_s.max, 3.0);
  EXPECT_DOUBLE_EQ(metrics.lower_bound_s, 6.0);
  EXPECT_DOUBLE_EQ(metrics.efficiency, 1.0);
}

TEST(Metrics, OfOverlappedRequests) {
  const Metrics metrics = compute_metrics(make_overlapped(), true);
  EXPECT_DOUBLE_EQ(metrics.makespan_s, 3.5);
  EXPECT_DOUBLE_EQ(metrics.concurrency, 6.5 / 3.5);
  EXPECT_DOUBLE_EQ(metrics.steps_per_s, 4.0 / 3.5);
  EXPECT_DOUBLE_EQ(metrics.queue_s.p50, 0.0);
  EXPECT_DOUBLE_EQ(metrics.queue_s.max, 0.5);
  EXPECT_DOUBLE_EQ(metrics.queue_mean_s, 0.125);
  EXPECT_DOUBLE_EQ(metrics.step_s, 0.5);
  EXPECT_DOUBLE_EQ(metrics.capacity_steps_per_s, 2.0);
  EXPECT_DOUBLE_EQ(metrics.lower_bound_s, 3.5);  // the last two steps, none of them due before 2.5 s
  EXPECT_DOUBLE_EQ(metrics.efficiency, 1.0);
}

TEST(Metrics, MakespanEndsWithTheLastRequestAndNotWithTheDriver) {
  Recording recording = make_overlapped();
  recording.header().end_ns = at(9.0);
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).makespan_s, 3.5);
}

TEST(Metrics, DelayLeavesOutTheUncontendedStep) {
  Recording recording = make_recording(1, 2);
  recording.header().step_s = 0.25;
  set_request(recording, 0, 0.0, 4.0);
  set_step(recording, 0, 0, 1.0, 1.25, 1.75);  // 0.75 s after its due
  set_step(recording, 0, 1, 2.75, 3.0, 4.0);   // 1.25 s
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).delay_s, 0.75);
}

TEST(Metrics, LatencyRunsFromTheArrivalAndServiceFromTheBegin) {
  Recording recording = make_recording(1, 1);
  recording.requests()[0] = {at(1.0), at(1.5), at(4.0)};
  set_step(recording, 0, 0, 2.0, 2.0, 4.0);
  const Metrics metrics = compute_metrics(recording, true);
  EXPECT_DOUBLE_EQ(metrics.latency_s.max, 3.0);
  EXPECT_DOUBLE_EQ(metrics.service_s.max, 2.5);
}

TEST(Metrics, TotalLeavesOutWarmUpCheckAndCalibration) {
  Recording recording = make_overlapped();
  for (std::size_t phase = 0; phase < setup_phase_count; ++phase) {
    recording.header().setup_s[phase] = std::ldexp(1.0, static_cast<int>(phase));
  }
  const Metrics metrics = compute_metrics(recording, true);
  EXPECT_DOUBLE_EQ(metrics.total_s, 1.0 + 2.0 + 4.0 + 8.0 + 16.0 + 3.5);
  EXPECT_DOUBLE_EQ(metrics.setup_s[static_cast<std::size_t>(Phase::calibrate)], 128.0);
}

TEST(Metrics, CpuTimeIsTheRunnersInTheRunAndEachForkedWorkersOwn) {
  Recording recording = make_recording(1, 1, 2);
  set_request(recording, 0, 0.0, 4.0);
  set_step(recording, 0, 0, 1.0, 1.0, 4.0);
  recording.header().setup_cpu_ns = 5 * ns_per_s;
  recording.header().end_cpu_ns = 6 * ns_per_s;
  recording.workers()[0].cpu_begin_ns = 1 * ns_per_s;
  recording.workers()[0].cpu_end_ns = 3 * ns_per_s;
  recording.workers()[1].cpu_begin_ns = 2 * ns_per_s;
  recording.workers()[1].cpu_end_ns = 5 * ns_per_s;
  recording.workers()[0].digest_cpu_ns = 1 * ns_per_s;
  recording.workers()[1].digest_cpu_ns = 2 * ns_per_s;
  const Metrics metrics = compute_metrics(recording, true);
  EXPECT_EQ(metrics.workers, 2U);
  EXPECT_DOUBLE_EQ(metrics.cpu_s, 6.0);
  EXPECT_DOUBLE_EQ(metrics.digest_s, 3.0);
  EXPECT_DOUBLE_EQ(metrics.setup_cpu_s, 5.0);
  EXPECT_DOUBLE_EQ(metrics.parallelism, 1.5);
}

TEST(Metrics, MemoryCountsEveryProcessAndTheRecordingOnce) {
  Recording recording = make_recording(1, 1, 2);
  set_request(recording, 0, 0.0, 4.0);
  set_step(recording, 0, 0, 1.0, 1.0, 4.0);
  recording.header().peak_memory_bytes = 1000;
  recording.workers()[0].peak_memory_bytes = 200;
  recording.workers()[1].peak_memory_bytes = 30;
  EXPECT_EQ(compute_metrics(recording, true).peak_memory_bytes, 1230 + recording.bytes());
}

TEST(Metrics, LanesAreTheRunners) {
  Recording recording = make_overlapped();
  recording.header().lanes = 3;
  EXPECT_EQ(compute_metrics(recording, true).lanes, 3U);
}

// Waits of 1 and 4 s, steps of 0.5 s, plenty of lanes: nothing ends before the longest request.
TEST(LowerBound, IsTheLongestRequestsWaitsAndSteps) {
  Recording recording = make_recording(2, 2);
  recording.header().step_s = 0.5;
  recording.header().capacity_steps_per_s = 100.0;
  set_request(recording, 0, 0.0, 3.0);
  set_step(recording, 0, 0, 1.0, 1.0, 1.5);
  set_step(recording, 0, 1, 2.5, 2.5, 3.0);
  set_request(recording, 1, 1.0, 10.0);
  set_step(recording, 1, 0, 5.0, 5.0, 5.5);
  set_step(recording, 1, 1, 9.5, 9.5, 10.0);
  const Metrics metrics = compute_metrics(recording, true);
  EXPECT_DOUBLE_EQ(metrics.lower_bound_s, 9.0);
  EXPECT_EQ(metrics.bound, Bound::waiting);
  EXPECT_DOUBLE_EQ(metrics.efficiency, 0.9);
}

/// Three requests of one step each, due after 2, 1 and 1.5 s, that one lane computes in 1 s each.
Recording make_saturated() {
  Recording recording = make_recording(3, 1);
  recording.header().step_s = 1.0;
  recording.header().capacity_steps_per_s = 1.0;
  set_request(recording, 0, 0.0, 4.0);
  set_step(recording, 0, 0, 2.0, 3.0, 4.0);
  set_request(recording, 1, 0.0, 2.0);
  set_step(recording, 1, 0, 1.0, 1.0, 2.0);
  set_request(recording, 2, 0.0, 3.0);
  set_step(recording, 2, 0, 1.5, 2.0, 3.0);
  return recording;
}

TEST(LowerBound, IsTheCapacityAfterTheShortestFirstWait) {
  const Metrics metrics = compute_metrics(make_saturated(), true);
  EXPECT_DOUBLE_EQ(metrics.lower_bound_s, 4.0);
  EXPECT_EQ(metrics.bound, Bound::compute);
  EXPECT_DOUBLE_EQ(metrics.efficiency, 1.0);
}

TEST(LowerBound, TakesTheRunsOwnCapacityWhereItBeatTheCalibratedOne) {
  Recording recording = make_saturated();
  recording.header().capacity_steps_per_s = 0.5;
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).lower_bound_s, 4.0);
}

TEST(LowerBound, TakesTheCalibratedCapacityWhereTheRunMissedIt) {
  Recording recording = make_saturated();
  recording.header().capacity_steps_per_s = 1.2;
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).lower_bound_s, 3.0 / 1.2 + 1.0);
}

TEST(LowerBound, HasRequestsOneAfterTheOtherWhereFewerMayBeInProgress) {
  Recording recording = make_recording(3, 1);
  recording.header().requests_in_progress = 2;
  recording.header().step_s = 0.5;
  recording.header().capacity_steps_per_s = 100.0;
  set_request(recording, 0, 0.0, 2.0);
  set_step(recording, 0, 0, 1.5, 1.5, 2.0);
  set_request(recording, 1, 0.0, 2.0);
  set_step(recording, 1, 0, 1.5, 1.5, 2.0);
  set_request(recording, 2, 2.0, 4.0);
  set_step(recording, 2, 0, 3.5, 3.5, 4.0);
  const Metrics metrics = compute_metrics(recording, true);
  EXPECT_DOUBLE_EQ(metrics.lower_bound_s, 4.0);
  EXPECT_EQ(metrics.bound, Bound::waiting);
}

TEST(LowerBound, HasWholeStepsOnTheLanesOfTheRun) {
  Recording recording = make_recording(3, 1);
  recording.header().lanes = 2;
  recording.header().step_s = 0.5;
  recording.header().capacity_steps_per_s = 4.0;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const double begin_s = i < 2 ? 1.0 : 1.5;
    set_request(recording, i, 0.0, begin_s + 0.5);
    set_step(recording, i, 0, 1.0, begin_s, begin_s + 0.5);
  }
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).lower_bound_s, 2.0);
}

TEST(LowerBound, LetsNoStepComputeBeforeTheStepsBeforeIt) {
  Recording recording = make_recording(1, 3);
  recording.header().step_s = 0.5;
  recording.header().capacity_steps_per_s = 0.5;
  set_request(recording, 0, 0.0, 9.5);
  set_step(recording, 0, 0, 0.0, 0.0, 0.5);
  set_step(recording, 0, 1, 8.5, 8.5, 9.0);
  set_step(recording, 0, 2, 9.0, 9.0, 9.5);
  // The last two are due after 8.5 s, and take two seconds each: as many as the capacity has it.
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).lower_bound_s, 12.5);
}

TEST(LowerBound, TakesTheFastStepsOfTheRunWhereTheyBeatTheCalibratedOne) {
  Recording recording = make_sequential();
  recording.header().step_s = 0.75;
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).lower_bound_s, 6.0);
}

TEST(LowerBound, TakesTheCalibratedStepWhereTheRunsAreSlower) {
  Recording recording = make_sequential();
  recording.header().step_s = 0.25;
  recording.header().capacity_steps_per_s = 4.0;
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).lower_bound_s, 5.0);
}

TEST(LowerBound, TakesTheFifthPercentileAndNotTheFastestStep) {
  Recording recording = make_recording(1, 40);
  recording.header().step_s = 9.0;
  recording.header().capacity_steps_per_s = 100.0;
  double now_s = 0.0;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const double step_s = 1.0 + static_cast<double>(i);  // the fifth percentile of 1 to 40 is 2
    set_step(recording, 0, i, now_s, now_s, now_s + step_s);
    now_s += step_s;
  }
  set_request(recording, 0, 0.0, now_s);
  const Metrics metrics = compute_metrics(recording, true);
  EXPECT_DOUBLE_EQ(metrics.lower_bound_s, 80.0);
  EXPECT_DOUBLE_EQ(metrics.compute_p5_s, 2.0);
  EXPECT_DOUBLE_EQ(metrics.compute_p50_s, 20.0);
}

TEST(LowerBound, OfTheNullEngineIsItsWaitsAlone) {
  Recording recording = make_overlapped();  // its steps take time here, which must not count
  const Metrics metrics = compute_metrics(recording, false);
  EXPECT_DOUBLE_EQ(metrics.lower_bound_s, 2.0);
  EXPECT_EQ(metrics.bound, Bound::waiting);
  EXPECT_DOUBLE_EQ(metrics.step_s, 0.0);
  EXPECT_DOUBLE_EQ(metrics.capacity_steps_per_s, 0.0);
  EXPECT_DOUBLE_EQ(metrics.delay_s, 0.625);
}

TEST(LowerBound, EfficiencyIsNeverClipped) {
  Recording recording = make_saturated();
  recording.requests()[0].end_ns = at(3.2);
  EXPECT_DOUBLE_EQ(compute_metrics(recording, true).efficiency, 4.0 / 3.2);
}

TEST(Metrics, OfARunThatTookNoTimeAreFinite) {
  Recording recording = make_recording(1, 1);
  set_request(recording, 0, 0.0, 0.0);
  set_step(recording, 0, 0, 0.0, 0.0, 0.0);
  const Metrics metrics = compute_metrics(recording, true);
  EXPECT_DOUBLE_EQ(metrics.efficiency, 0.0);
  EXPECT_DOUBLE_EQ(metrics.concurrency, 0.0);
  EXPECT_DOUBLE_EQ(metrics.lower_bound_s, 0.0);
}

TEST(Metrics, NeedEveryStepFinished) {
  Recording recording = make_overlapped();
  EXPECT_EQ(count_finished_steps(recording), 4U);
  recording.step(1, 0).state = static_cast<std::uint32_t>(StepState::empty);
  EXPECT_EQ(count_finished_steps(recording), 3U);
  EXPECT_THROW(compute_metrics(recording, true), std::logic_error);
}

std::vector<double> one_to(int last, int stride) {
  std::vector<double> values(static_cast<std::size_t>(last));
  std::iota(values.begin(), values.end(), 0.0);
  for (double& value : values) value = std::fmod(value * stride, last) + 1.0;  // shuffled: `stride` and `last` coprime
  return values;
}

TEST(Distribution, HasNearestRankPercentiles) {
  std::vector<double> hundred = one_to(100, 37);
  const Distribution of_hundred = distribution_of(hundred);
  EXPECT_EQ(of_hundred.p50, 50.0);
  EXPECT_EQ(of_hundred.p95, 95.0);
  EXPECT_EQ(of_hundred.p99, 99.0);
  EXPECT_EQ(of_hundred.max, 100.0);

  std::vector<double> seven = one_to(7, 3);
  const Distribution of_seven = distribution_of(seven);
  EXPECT_EQ(of_seven.p50, 4.0);
  EXPECT_EQ(of_seven.p95, 7.0);

  std::vector<double> many = one_to(1001, 300);
  const Distribution of_many = distribution_of(many);
  EXPECT_EQ(of_many.p50, 501.0);
  EXPECT_EQ(of_many.p95, 951.0);
  EXPECT_EQ(of_many.p99, 991.0);
  EXPECT_EQ(of_many.max, 1001.0);
}

TEST(Distribution, OfOneValueAndOfNone) {
  std::vector<double> one = {2.5};
  EXPECT_EQ(distribution_of(one).p50, 2.5);
  EXPECT_EQ(distribution_of(one).p99, 2.5);
  EXPECT_EQ(distribution_of(one).max, 2.5);
  std::vector<double> none;
  EXPECT_EQ(distribution_of(none).max, 0.0);
}

TEST(Metrics, OfARunWithoutADeviceHaveNone) { EXPECT_FALSE(compute_metrics(make_sequential(), true).device.busy_s); }

TEST(Metrics, OfADeviceAreItsBusyShareAndItsStepsParts) {
  Recording recording = make_sequential();
  DeviceUsage usage;
  usage.steps = 4;
  usage.busy_ns = 1'500'000'000;
  usage.part_ns = {400'000'000, 800'000'000, 0, 0, 0};
  usage.part_bytes = {4'000'000'000, 8'000'000'000, 40, 0, 0};
  recording.add_device_usage(usage);
  EXPECT_FALSE(compute_metrics(recording, true).device.copy_gb_per_s);
  EXPECT_FALSE(compute_metrics(recording, true).device.slot_bytes);
  recording.set_device({2e12, 160, 32, {}});
  const Metrics metrics = compute_metrics(recording, true);
  EXPECT_EQ(metrics.device.copy_gb_per_s, 2000.0);
  EXPECT_EQ(metrics.device.slot_bytes, 160U);
  EXPECT_EQ(metrics.device.work_area_bytes, 32U);
  EXPECT_DOUBLE_EQ(metrics.parallelism, 0.25);
  EXPECT_EQ(metrics.device.busy_s, 1.5);
  const auto& generate = metrics.device.parts[static_cast<std::size_t>(DevicePart::generate)];
  EXPECT_EQ(generate.step_s, 0.1);
  EXPECT_EQ(generate.step_bytes, 1e9);
  EXPECT_EQ(generate.gb_per_s, 10.0);
  // Too short for the clock: no rate that could be told.
  EXPECT_EQ(metrics.device.parts[static_cast<std::size_t>(DevicePart::fill)].gb_per_s, 0.0);
  EXPECT_FALSE(metrics.device.parts[static_cast<std::size_t>(DevicePart::copy_in)].step_s);
}

/// A hundred requests that come in at a distance of 10 ms, each with a worker of its own, and begin so much later.
Recording make_started(const std::function<double(std::size_t)>& delay_s, std::uint64_t workers = 100,
                       std::uint64_t requests = 100) {
  Recording recording = make_recording(requests, 1, workers);
  recording.header().lanes = 100;
  recording.header().capacity_steps_per_s = 1e6;
  recording.header().step_s = 1e-6;
  for (std::size_t i = 0; i < requests; ++i) {
    const double arrival_s = 0.01 * static_cast<double>(i);
    const double begin_s = arrival_s + delay_s(i);
    recording.requests()[i] = {at(arrival_s), at(begin_s), at(begin_s + 0.001)};
    set_step(recording, i, 0, begin_s, begin_s, begin_s + 0.001);
  }
  return recording;
}

TEST(MetricsCapacity, IsWhatItFinishedWhereItFellBehindAndAtLeastWhatCameInWhereItDidNot) {
  // Every 15 ms one, in place of every 10.
  const auto ever_later = [](std::size_t i) { return 0.005 * static_cast<double>(i); };
  for (const std::uint64_t workers : {100U, 4U}) {
    const Metrics behind = compute_metrics(make_started(ever_later, workers), true);
    EXPECT_EQ(behind.keeps_up, false);
    EXPECT_NEAR(*behind.capacity_requests_per_s, 1.0 / 0.015, 1e-6);
  }
  const auto expect_kept_up = [](const std::function<double(std::size_t)>& delay_s) {
    Recording recording = make_started(delay_s);
    EXPECT_EQ(compute_metrics(recording, true).keeps_up, true);
    EXPECT_GE(*compute_metrics(recording, true).capacity_requests_per_s, 1e6);
    recording.header().capacity_steps_per_s = 1.0;
    recording.header().step_s = 1.0;
    EXPECT_GE(*compute_metrics(recording, true).capacity_requests_per_s, 100.0 - 1e-9) << "99 in 0.99 s";
  };
  expect_kept_up([](std::size_t /*any*/) { return 0.0; });
  expect_kept_up([](std::size_t /*any*/) { return 0.2; });
  expect_kept_up([](std::size_t i) { return i < 60 ? 1e-4 * static_cast<double>(i) : 0.3; });
  expect_kept_up([](std::size_t i) { return 1e-4 * static_cast<double>(i); });
}

TEST(MetricsCapacity, OfRequestsThatWaitLongAtTheEndIsNoMatterOfTheirWaits) {
  Recording recording = make_started([](std::size_t /*any*/) { return 0.0; });
  for (std::size_t i = 0; i < 100; ++i) {
    const double arrival_s = 0.01 * static_cast<double>(i);
    const double wait_s = 0.1 * static_cast<double>(i);
    recording.requests()[i].end_ns = at(arrival_s + wait_s + 0.001);
    set_step(recording, i, 0, arrival_s + wait_s, arrival_s + wait_s, arrival_s + wait_s + 0.001);
  }
  EXPECT_EQ(compute_metrics(recording, true).keeps_up, true);
}

TEST(MetricsCapacity, SaysNothingOfRequestsThatComeInAtOnceOrAreFew) {
  EXPECT_FALSE(compute_metrics(make_sequential(), true).keeps_up);
  const auto no_delay = [](std::size_t /*any*/) { return 0.0; };
  EXPECT_FALSE(compute_metrics(make_started(no_delay, 4, 19), true).keeps_up);
  EXPECT_TRUE(compute_metrics(make_started(no_delay, 4, 20), true).keeps_up);
  Recording recording = make_started(no_delay);
  for (RequestRecord& request : recording.requests()) request.arrival_ns = t0_ns;
  EXPECT_FALSE(compute_metrics(recording, true).keeps_up);
}

TEST(MetricsCapacity, IsTheRateThatCameInWhereItKeptUpAndWasCalibratedForLess) {
  Recording recording = make_started([](std::size_t i) { return i < 60 ? 0.0 : 0.3; });
  recording.header().capacity_steps_per_s = 1.0;
  EXPECT_NEAR(*compute_metrics(recording, true).capacity_requests_per_s, 100.0, 1e-9);
}

TEST(MetricsCapacity, IsOneInTheTimeOfARequestWhereOneFollowsTheOther) {
  EXPECT_DOUBLE_EQ(*compute_metrics(make_sequential(), true).capacity_requests_per_s, 1.0 / 3.0);
}

TEST(MetricsCapacity, IsNoneWhereNothingBoundsIt) {
  const Metrics metrics = compute_metrics(make_started([](std::size_t /*any*/) { return 0.0; }, 4), false);
  EXPECT_EQ(metrics.keeps_up, true);
  EXPECT_FALSE(metrics.capacity_requests_per_s);
}

TEST(MetricsCapacity, IsWhatCpusHaveTimeForWhereWorkersAreStarted) {
  const auto capacity_of = [](Recording recording, std::uint64_t cpus) {
    recording.header().usable_cpus = cpus;
    recording.header().setup_cpu_ns = at(0.5);
    recording.header().end_cpu_ns = at(0.75);
    return *compute_metrics(recording, true).capacity_requests_per_s;
  };
  const auto capacity_with = [&](std::uint64_t cpus, std::uint64_t workers, std::uint64_t requests = 100) {
    return capacity_of(make_started([](std::size_t) { return 0.0; }, workers, requests), cpus);
  };
  // A quarter of a second for a hundred requests.
  EXPECT_DOUBLE_EQ(capacity_with(2, 100), 800.0);
  EXPECT_GE(capacity_with(0, 100), 1e6) << "it is not known how many there are";
  EXPECT_GE(capacity_with(2, 4), 1e6) << "few workers, started once";
  EXPECT_DOUBLE_EQ(capacity_with(2, 20, 20), 160.0);
  EXPECT_GE(capacity_with(2, 19, 19), 1e6) << "too few to tell";
  Recording slow = make_started([](std::size_t) { return 0.0; });
  slow.header().capacity_steps_per_s = 200.0;
  EXPECT_DOUBLE_EQ(capacity_of(std::move(slow), 2), 200.0) << "it can't compute as many";
}

TEST(MetricsCapacity, IsNotBoundedByLanesThatAreAsManyAsThereAreRequests) {
  const auto capacity_with = [](double steps_per_s, std::uint64_t lanes_in_long_run, double apart_s = 0.0) {
    Recording recording = make_recording(5, 1);
    recording.header().lanes = 5;
    recording.header().lanes_in_long_run = lanes_in_long_run;
    recording.header().step_s = 0.1;
    recording.header().capacity_steps_per_s = steps_per_s;
    recording.header().usable_cpus = 1;
    recording.header().end_cpu_ns = 10'000'000;
    for (std::size_t i = 0; i < 5; ++i) {
      const double begin_s = static_cast<double>(i) * apart_s;
      set_request(recording, i, begin_s, begin_s + 0.1);
      set_step(recording, i, 0, begin_s, begin_s, begin_s + 0.1);
    }
    return *compute_metrics(recording, true).capacity_requests_per_s;
  };
  EXPECT_DOUBLE_EQ(capacity_with(50.0, 0), 50.0);
  EXPECT_DOUBLE_EQ(capacity_with(50.0, 5), 50.0);
  EXPECT_DOUBLE_EQ(capacity_with(50.0, 20), 200.0);
  EXPECT_DOUBLE_EQ(capacity_with(50.0, 1'000'000), 500.0) << "what the CPU has time for";
  EXPECT_DOUBLE_EQ(capacity_with(20.0, 1'000'000, 0.1), 20.0) << "lanes hold each other up";
}

TEST(MetricsMemory, IsThatOfWorkersThatAreThereAtOnce) {
  const auto peak_of = [](std::uint64_t workers) {
    Recording recording = make_recording(3, 1, workers);
    const double begins_s[] = {0.0, 5.0, 2.0};
    const double ends_s[] = {2.0, 6.0, 3.0};
    for (std::uint64_t i = 0; i < 3; ++i) {
      set_request(recording, i, begins_s[i], ends_s[i]);
      set_step(recording, i, 0, begins_s[i], begins_s[i], ends_s[i]);
    }
    for (WorkerRecord& worker : recording.workers()) worker.peak_memory_bytes = 1'000'000;
    recording.header().peak_memory_bytes = 500'000;
    return compute_metrics(recording, false).peak_memory_bytes - recording.bytes();
  };
  EXPECT_EQ(peak_of(3), 2'500'000U) << "the third one begins as the first one ends, and the second when both are gone";
  EXPECT_EQ(peak_of(2), 2'500'000U) << "two that share three requests stay";
}

}  // namespace
}  // namespace overlap
