// Results made by hand, for tests of reports and of advice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/comparison/results.hpp"
#include "src/run/recording.hpp"

namespace overlap::samples {

/// A row that is ok, of one repeat, with plausible figures around the makespan.
inline Row finished_row(std::string driver, std::string engine, double makespan_s) {
  Row row;
  row.executor = driver + "/" + engine;
  row.driver = std::move(driver);
  row.engine = std::move(engine);
  row.status = Status::ok;
  row.steps_finished = 50;
  row.verified = true;
  Metrics metrics;
  metrics.makespan_s = makespan_s;
  metrics.total_s = makespan_s + 0.125;
  metrics.concurrency = 9.5;
  metrics.parallelism = 1.25;
  metrics.cpu_s = 2.5;
  metrics.setup_cpu_s = 0.25;
  metrics.delay_s = 0.0284;
  metrics.latency_s = {0.5 * makespan_s, 0.75 * makespan_s, 0.875 * makespan_s, makespan_s};
  metrics.service_s = {0.25, 0.5, 0.625, 0.75};
  metrics.queue_s = {0.001, 0.002, 0.003, 0.004};
  metrics.queue_mean_s = 0.0015;
  metrics.step_s = 0.045;
  metrics.capacity_steps_per_s = 44.0;
  metrics.steps_per_s = 50.0 / makespan_s;
  metrics.lower_bound_s = 0.9375 * makespan_s;
  metrics.bound = Bound::waiting;
  metrics.efficiency = 0.9375;
  metrics.lanes = 2;
  metrics.peak_memory_bytes = 960'000'000;
  metrics.setup_s = {0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008};
  row.metrics = metrics;
  row.repeats = {{Status::ok, "", 50, metrics, true}};
  return row;
}

inline Row unfinished_row(std::string driver, std::string engine, Status status, std::string reason) {
  Row row;
  row.executor = driver + "/" + engine;
  row.driver = std::move(driver);
  row.engine = std::move(engine);
  row.status = status;
  row.reason = std::move(reason);
  row.repeats = {{status, row.reason, 0, std::nullopt, std::nullopt}};
  return row;
}

inline void add_repeat(Row& row, double makespan_s) {
  Repeat repeat = row.repeats.front();
  repeat.metrics->makespan_s = makespan_s;
  row.repeats.push_back(repeat);
}

inline Results results_of(std::vector<Row> rows) {
  Results results;
  results.machine.cpu_model = "AMD EPYC 9454";
  results.machine.architecture = "x86_64";
  results.machine.kernel = "Linux 6.1.0";
  results.machine.huge_pages = "madvise";
  results.machine.vector_instructions = "AVX-512";
  results.machine.packages = 1;
  results.machine.cores = 48;
  results.machine.logical_cpus = 96;
  results.machine.usable_cpus = 2;
  results.machine.memory_bytes = 8'000'000'000;
  results.engine_facts = {{"fftw_version", "fftw-3.3.10-sse2-avx-avx2"}};
  results.reference = rows.empty() ? "" : rows.front().executor;
  if (!rows.empty() && rows.front().metrics) {
    const double reference_s = rows.front().metrics->makespan_s;
    for (Row& row : rows) {
      if (row.metrics) row.speedup = reference_s / row.metrics->makespan_s;
    }
  }
  results.rows = std::move(rows);
  return results;
}

/// A row of this p99 latency, which could keep up with so many requests a second. They all take ten seconds.
inline Row row_of_latency(std::string driver, std::string engine, double latency_s, double capacity_requests_per_s) {
  Row row = finished_row(std::move(driver), std::move(engine), 10.0);
  row.metrics->latency_s = {0.25 * latency_s, 0.5 * latency_s, latency_s, 1.5 * latency_s};
  row.metrics->capacity_requests_per_s = capacity_requests_per_s;
  row.metrics->bound = Bound::arrivals;
  row.repeats.front().metrics = row.metrics;
  return row;
}

inline void add_repeat_of_latency(Row& row, double latency_s) {
  Repeat repeat = row.repeats.front();
  repeat.metrics->latency_s.p99 = latency_s;
  row.repeats.push_back(repeat);
}

/// The same of requests that come in at a rate.
inline Results results_at_rate(double rate, std::vector<Row> rows) {
  Results results = results_of(std::move(rows));
  results.workload.arrivals = Arrivals::poisson;
  results.workload.rate = rate;
  return results;
}

/// Three rows, the second the fastest that computes; the third has nothing to verify.
inline Results typical() {
  Row null_row = finished_row("threads", "null", 0.000'085);
  null_row.verified.reset();
  return results_of(
      {finished_row("sequential", "fftw", 37.03), finished_row("coroutine", "fftw-threads", 7.57), null_row});
}

/// The same, with repeats enough for intervals.
inline Results with_intervals() {
  Results results = typical();
  for (Row& row : results.rows) {
    const double makespan_s = row.metrics->makespan_s;
    for (const double factor : {0.99, 1.0, 1.01, 1.02}) add_repeat(row, factor * makespan_s);
  }
  add_intervals(results);
  return results;
}

/// Two requests of two steps; the last one is not finished.
inline std::shared_ptr<const Recording> small_recording() {
  auto recording = std::make_shared<Recording>(Recording::create(2, 2, 3));
  constexpr std::int64_t t0 = 1'000'000'000'000;
  recording->header().t0_ns = t0;
  const auto fill = [&](std::uint64_t request, std::uint64_t iteration, std::int64_t due, std::int64_t begin,
                        std::int64_t end) {
    StepRecord& step = recording->step(request, iteration);
    step.due_ns = t0 + due;
    step.begin_ns = t0 + begin;
    step.end_ns = t0 + end;
    step.worker = 2;
    step.input_energy = 1.5;
    step.spectrum_energy = 2.5;
    step.bin_re = 0.1;
    step.bin_im = -1e-300;
    step.state = static_cast<std::uint32_t>(StepState::finished);
  };
  recording->requests()[0].begin_ns = t0 + 1'000;
  recording->requests()[1].begin_ns = t0 + 2'000;
  fill(0, 0, 3'210'001'000, 3'300'000'000, 3'400'000'000);
  fill(0, 1, 3'500'000'000, 3'600'000'000, 3'700'000'000);
  fill(1, 0, 2'000, 3'000, 4'000);
  recording->step(1, 1).due_ns = t0;
  recording->step(1, 0).spectrum_energy = std::numeric_limits<double>::quiet_NaN();
  return recording;
}

/// What a device did that generates and transforms, and copies nothing.
inline DeviceMetrics sample_device() {
  DeviceMetrics device;
  device.busy_s = 1.5;
  device.parts[static_cast<std::size_t>(DevicePart::generate)] = {12e-6, 32e6, 32e-3 / 12e-6};
  device.parts[static_cast<std::size_t>(DevicePart::transform)] = {90e-6, 64e6, 64e-3 / 90e-6};
  return device;
}

}  // namespace overlap::samples
