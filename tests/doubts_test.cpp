// Doubts: each rule, where it speaks and where it is silent.
#include "src/report/doubts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::add_repeat;
using samples::add_repeat_of_latency;
using samples::finished_row;
using samples::results_at_rate;
using samples::results_of;
using samples::row_of_latency;
using samples::unfinished_row;

using Notes = std::vector<std::string>;

/// A row of these makespans, in this order; its figures are the first's.
Row repeated_row(const std::string& driver, const std::vector<double>& makespans_s) {
  Row row = finished_row(driver, "fftw", makespans_s.front());
  for (std::size_t i = 1; i < makespans_s.size(); ++i) add_repeat(row, makespans_s[i]);
  return row;
}

/// Steps that all took so long.
void set_compute(Row& row, double seconds) {
  row.metrics->compute_p50_s = seconds;
  row.metrics->delay_s = seconds - row.metrics->step_s + row.metrics->queue_mean_s;
}

const std::vector<double> steady = {3.0, 3.01, 2.99, 3.0, 3.0};

Notes doubts_of(std::vector<Row> rows) { return doubts(results_of(std::move(rows))); }

TEST(Doubts, AreNoneOfPlausibleRows) {
  Row row = finished_row("threads", "fftw", 3.0);
  row.metrics->efficiency = 1.01;
  EXPECT_EQ(doubts_of({row, repeated_row("coroutine", {4.0, 4.01, 3.99, 4.0, 4.02}),
                       unfinished_row("coroutine", "cuda", Status::unavailable, "no driver")}),
            Notes{});
}

TEST(Doubts, CallAnEfficiencyAboveOneACalibrationError) {
  Row row = finished_row("threads", "fftw", 3.0);
  row.metrics->efficiency = 1.05;
  EXPECT_EQ(
      doubts_of({row}),
      Notes{"threads/fftw: efficiency 1.05 is above 1, a calibration error: the step time or capacity taken in setup "
            "was off; run again on an idle machine"});
}

TEST(Doubts, PointAtACalibrationThatDisagreesWithTheRun) {
  Row row = finished_row("coroutine", "fftw", 3.0);
  row.metrics->lanes = 1;
  row.metrics->step_s = 0.045;
  row.metrics->compute_p5_s = 0.044;
  row.metrics->compute_p50_s = 0.05;
  EXPECT_EQ(doubts_of({row}), Notes{});
  row.metrics->compute_p5_s = 0.06;
  EXPECT_EQ(
      doubts_of({row}),
      Notes{"coroutine/fftw: steps took 60.0 ms, and 45.0 ms when calibrated: delay and efficiency are off by that; "
            "run again on an idle machine, with more iterations"});
  // Steps that share the machine with others may take longer, but not less long.
  row.metrics->lanes = 2;
  EXPECT_EQ(doubts_of({row}), Notes{});
  set_compute(row, 0.03);
  ASSERT_EQ(doubts_of({row}).size(), 1U);
  EXPECT_EQ(doubts_of({row})[0].rfind("coroutine/fftw: steps took 30.0 ms, and 45.0 ms", 0), 0U);
  row.metrics->step_s = 0.0;
  EXPECT_EQ(doubts_of({row}), Notes{});
}

TEST(Doubts, HoldMeanAgainstMeanWhereStepsDiffer) {
  // One in two returns at once, the other takes 90 ms: whichever the median is.
  Row row = finished_row("threads", "own", 3.0);
  row.metrics->workers = 100;
  row.metrics->lanes = 1;
  for (const double median_s : {0.00001, 0.1}) {
    set_compute(row, 0.045);
    row.metrics->compute_p5_s = 0.00001;
    row.metrics->compute_p50_s = median_s;
    EXPECT_EQ(doubts_of({row}), Notes{});
  }
}

TEST(Doubts, NameAllRowsOfOneKindInOneNote) {
  Row threads = finished_row("threads", "fftw", 3.0);
  Row processes = finished_row("processes", "fftw", 3.0);
  threads.metrics->efficiency = 1.05;
  processes.metrics->efficiency = 1.12;
  EXPECT_EQ(doubts_of({threads, processes}),
            Notes{"threads/fftw and processes/fftw: efficiency up to 1.12 is above 1, a calibration error: the step "
                  "time or capacity taken in setup was off; run again on an idle machine"});
  for (Row* row : {&threads, &processes}) row->metrics->efficiency = 1.0;
  threads.metrics->step_s = 0.045;
  set_compute(threads, 0.03);
  processes.metrics->step_s = 0.045;
  set_compute(processes, 0.01);
  EXPECT_EQ(doubts_of({threads, processes}),
            Notes{"threads/fftw and processes/fftw: steps took 10.0 ms, and 45.0 ms when calibrated in processes/fftw: "
                  "delay and efficiency are off by that; run again on an idle machine, with more iterations"});
  EXPECT_EQ(doubts_of({repeated_row("threads", {3.0, 2.8, 2.9, 3.1, 3.2}), repeated_row("coroutine", steady),
                       repeated_row("processes", {3.0, 2.0, 2.5, 3.5, 4.0})}),
            Notes{"threads/fftw and processes/fftw: makespans spread by up to 33% (the middle half), from 2.00 to 4.00 "
                  "s in processes/fftw: close other programs, or take more repeats with --repeat auto"});
  EXPECT_EQ(doubts_of({repeated_row("threads", {3.0, 3.01, 2.99, 3.0, 3.02, 5.3, 3.0, 3.01, 2.98, 3.02}),
                       repeated_row("processes", {3.0, 3.01, 2.99, 3.0, 3.02, 4.3, 3.0, 3.01, 2.98, 3.02})}),
            Notes{"threads/fftw and processes/fftw: makespans stand apart (5.30 s beside a median of 3.00 s in "
                  "threads/fftw): something disturbed them; close other programs, and trust the median rather than the "
                  "range"});
}

TEST(Doubts, SayWhatVerificationFound) {
  Row row = finished_row("threads", "fftw", 3.0);
  row.verified = false;
  row.reason = "step (3, 2): Parseval's equation fails";
  const Notes expected = {
      "threads/fftw: verification failed, so its figures count for nothing: step (3, 2): Parseval's equation fails"};
  EXPECT_EQ(doubts_of({row}), expected);
  row.repeats[0].verified = false;
  row.repeats[0].reason = std::exchange(row.reason, "");
  EXPECT_EQ(doubts_of({row}), expected);
}

TEST(Doubts, CallARunTooShort) {
  EXPECT_EQ(doubts_of({finished_row("threads", "fftw", 0.0005)}),
            Notes{"runs of less than 1.00 ms say little of how fast rows are (threads/fftw); more requests or "
                  "iterations make them "
                  "longer"});
}

TEST(Doubts, PointAtASpreadAboveFivePercent) {
  EXPECT_EQ(doubts_of({repeated_row("threads", {3.0, 2.91, 2.95, 3.05, 3.09})}), Notes{});
  EXPECT_EQ(
      doubts_of({repeated_row("threads", {3.0, 2.8, 2.9, 3.1, 3.2})}),
      Notes{"threads/fftw: makespans spread by 7% (the middle half), from 2.80 to 3.20 s: close other programs, or "
            "take more repeats with --repeat auto"});
}

TEST(Doubts, AdviseNoAutomaticRepeatsWhereTheyAre) {
  Results results = results_of({repeated_row("threads", {3.0, 2.8, 3.2})});
  results.rounds.automatic = true;
  EXPECT_EQ(doubts(results), Notes{"threads/fftw: makespans spread by 7% (the middle half), from 2.80 to 3.20 s: close "
                                   "other programs"});
}

TEST(Doubts, SayWhereMeasuringTookATenthOfTheCpuTime) {
  Row row = finished_row("threads", "fftw", 3.0);
  row.metrics->cpu_s = 2.0;
  row.metrics->digest_s = 0.19;
  EXPECT_EQ(doubts_of({row}), Notes{});
  row.metrics->digest_s = 0.5;
  EXPECT_EQ(doubts_of({row}),
            Notes{"checking and recording steps, which a program of one's own does not, took up to 25% of the CPU time "
                  "of threads/fftw: longer steps are compared better"});
  Row less = finished_row("coroutine", "fftw", 4.0);
  less.metrics->digest_s = 0.5;
  const Notes of_two = doubts_of({row, less});
  ASSERT_EQ(of_two.size(), 1U);
  EXPECT_NE(of_two[0].find("up to 25% of the CPU time of threads/fftw and coroutine/fftw"), std::string::npos);
  row.metrics->makespan_s = 0.0005;
  EXPECT_EQ(doubts_of({row}).size(), 1U) << "a run that is too short says nothing of this either";
}

TEST(Doubts, PointAtOutliers) {
  EXPECT_EQ(
      doubts_of({repeated_row("threads", {3.0, 3.01, 2.99, 3.0, 3.02, 5.3, 3.0, 3.01, 2.98, 3.02})}),
      Notes{"threads/fftw: 1 of 10 makespans stands apart (5.30 s beside a median of 3.00 s): something disturbed it; "
            "close other programs, and trust the median rather than the range"});
  // Far apart in deviations, and near in time: it does no harm.
  EXPECT_EQ(doubts_of({repeated_row("threads", {3.0, 3.0001, 2.9999, 3.0, 3.0002, 3.03, 3.0, 3.0001, 2.9999, 3.0001})}),
            Notes{});
  // Of few, one stands apart by chance.
  EXPECT_EQ(doubts_of({repeated_row("threads", {3.0, 3.01, 2.99, 3.0, 3.02, 5.3})}), Notes{});
  const Notes two = doubts_of({repeated_row("threads", {3.0, 3.01, 2.99, 3.0, 3.02, 5.3, 5.2, 3.01, 2.98, 3.0, 3.0})});
  ASSERT_EQ(two.size(), 1U);
  EXPECT_EQ(two[0].rfind("threads/fftw: 2 of 11 makespans stand apart (5.30 s", 0), 0U);
  const Notes fast = doubts_of({repeated_row("threads", {3.0, 3.01, 2.99, 3.0, 3.02, 1.3, 3.0, 3.01, 2.98, 3.02})});
  ASSERT_EQ(fast.size(), 1U);
  EXPECT_EQ(fast[0].rfind("threads/fftw: 1 of 10 makespans stands apart (1.30 s", 0), 0U);
}

TEST(Doubts, SayThatFewRepeatsGiveNoInterval) {
  EXPECT_EQ(
      doubts_of({repeated_row("threads", {3.0, 3.0, 3.0})}),
      Notes{"3 repeats give no 95% interval of a median: --repeat 5 does, --repeat auto takes as many as needed"});
  EXPECT_EQ(doubts_of({repeated_row("threads", {3.0})}), Notes{});
}

TEST(Doubts, SayWhichMediansMaxTimeLeftOpen) {
  Results results =
      results_of({repeated_row("threads", {3.0, 2.9, 2.95, 3.05, 3.1}), repeated_row("coroutine", steady)});
  results.rows[1].metrics->makespan_s = 6.0;  // far from the other, so that their order is no question
  for (Repeat& repeat : results.rows[1].repeats) repeat.metrics->makespan_s *= 2.0;
  results.rounds.ended_by = Rounds::End::settled;
  EXPECT_EQ(doubts(results), Notes{});
  results.rounds.ended_by = Rounds::End::max_time;
  EXPECT_EQ(doubts(results), Notes{"--max-time was spent before the median of threads/fftw was within 2%: a longer one "
                                   "goes on"});
  results.rows.erase(results.rows.begin());
  EXPECT_EQ(doubts(results), Notes{}) << "none is left open";
}

TEST(Doubts, SeeOtherLoadOnTheMachine) {
  Results results = results_of({repeated_row("threads", steady), repeated_row("coroutine", {4.0, 4.0, 4.0, 4.0, 4.0}),
                                repeated_row("sequential", {5.0, 5.0, 5.0, 5.0, 5.0})});
  results.machine.logical_cpus = 4;
  for (Row& row : results.rows) row.repeats[1].observed.other_cpus = 0.15;
  EXPECT_EQ(doubts(results), Notes{});
  results.rows[0].repeats[3].observed.other_cpus = 0.8;
  const std::string favoured = "; beside them, rows of many threads or processes get more of the CPUs than rows of one";
  EXPECT_EQ(doubts(results),
            Notes{"other programs kept up to 0.800 CPUs busy during threads/fftw: close them, or run when "
                  "the machine is idle" +
                  favoured});
  for (Row& row : results.rows) row.repeats[0].observed.other_cpus = 0.5;
  EXPECT_EQ(doubts(results), Notes{"other programs kept up to 0.800 CPUs busy during threads/fftw, coroutine/fftw and "
                                   "sequential/fftw: close them, or run when the machine is idle" +
                                   favoured});
  // A little is used by any system, also on one CPU.
  results.machine.logical_cpus = 1;
  for (Row& row : results.rows) row.repeats.resize(1);
  for (Row& row : results.rows) row.repeats[0].observed.other_cpus = 0.08;
  EXPECT_EQ(doubts(results), Notes{});
  // What disturbs a laptop is nothing to a machine of many CPUs.
  for (Row& row : results.rows) row.repeats[0].observed.other_cpus = 0.5;
  results.machine.logical_cpus = 96;
  EXPECT_EQ(doubts(results), Notes{});
}

TEST(Doubts, SeeTimeStolenByAHost) {
  Row row = finished_row("threads", "fftw", 3.0);
  row.repeats[0].observed.stolen_cpus = 0.05;
  EXPECT_EQ(doubts_of({row}), Notes{});
  Results unknown = results_of({row});
  unknown.machine.usable_cpus = 0;
  EXPECT_EQ(doubts(unknown), Notes{}) << "it is not known how many CPUs there are";
  row.repeats[0].observed.stolen_cpus = 0.5;
  EXPECT_EQ(doubts_of({row}),
            Notes{"the host of this virtual machine took up to 0.500 CPUs away during threads/fftw: run "
                  "at another time, or on a machine of your own"});
}

TEST(Doubts, SeeFrequencyScaling) {
  Row first = repeated_row("threads", steady);
  first.repeats[0].observed.cpu_mhz_after = 3200.0;
  first.repeats[1].observed.cpu_mhz_after = 3000.0;
  EXPECT_EQ(doubts_of({first}), Notes{});
  Row second = repeated_row("coroutine", {4.0, 4.0, 4.0, 4.0, 4.0});
  second.repeats[4].observed.cpu_mhz_after = 1800.0;
  EXPECT_EQ(
      doubts_of({first, second}),
      Notes{"the CPUs' clock was 1800 MHz after one run and 3200 MHz after another: set the frequency governor to "
            "performance (cpupower frequency-set -g performance), and keep the machine plugged in and cool"});
}

TEST(Doubts, SeeThrottling) {
  Row row = finished_row("threads", "fftw", 3.0);
  row.repeats[0].observed.throttle_events = 0;
  row.repeats[0].observed.throttled_s = 0.01;
  EXPECT_EQ(doubts_of({row}), Notes{});
  row.repeats[0].observed.throttle_events = 3;
  EXPECT_EQ(
      doubts_of({row}),
      Notes{"CPUs were slowed down for their heat during threads/fftw: let the machine cool down, and run again"});
  row.repeats[0].observed.throttle_events.reset();
  row.repeats[0].observed.throttled_s = 0.5;
  EXPECT_EQ(doubts_of({row}),
            Notes{"a CPU quota held threads/fftw back: raise the container's or service's limit (docker run --cpus)"});
}

TEST(Doubts, SeeMoreThreadsThanCpusWhereTheyAreInEachOthersWay) {
  Row row = finished_row("threads", "fftw", 3.0);
  row.takes_compute_slots = true;
  row.metrics->workers = 100;
  set_compute(row, 1.5 * row.metrics->step_s);
  EXPECT_EQ(doubts_of({row}), Notes{});
  set_compute(row, 12.0 * row.metrics->step_s);
  EXPECT_EQ(doubts_of({row}),
            Notes{"threads/fftw: 100 threads share 2 CPUs, and a step takes 12.0 times as long as alone: "
                  "--compute-slots 2 lets no more compute at once"});
  row.takes_compute_slots = false;
  EXPECT_EQ(doubts_of({row}),
            Notes{"threads/fftw: 100 threads share 2 CPUs, and a step takes 12.0 times as long as alone"});
  Row processes = finished_row("processes", "fftw", 3.0);
  processes.metrics->workers = 50;
  set_compute(processes, 20.0 * processes.metrics->step_s);
  EXPECT_EQ(doubts_of({row, processes}),
            Notes{"threads/fftw and processes/fftw: 50 threads or processes share 2 CPUs, and a step takes up to 20.0 "
                  "times as long as alone"});
  Results unknown = results_of({row});
  unknown.machine.usable_cpus = 0;
  EXPECT_EQ(doubts(unknown), Notes{});
  row.metrics->workers = 2;
  EXPECT_EQ(doubts_of({row}), Notes{});
  row.metrics->workers = 100;
  row.metrics->step_s = 10e-6;
  row.metrics->compute_p50_s = 200e-6;
  EXPECT_EQ(doubts_of({row}), Notes{}) << "reading the clock is part of so short a step";
}

TEST(Doubts, SeeMemoryThatCameSlowly) {
  Row row = finished_row("threads", "fftw", 3.0);
  double& allocate_s = row.metrics->setup_s[static_cast<std::size_t>(Phase::allocate)];
  row.metrics->peak_memory_bytes = 700'000'000;
  row.metrics->total_s = 4.5;
  allocate_s = 0.65;
  EXPECT_EQ(doubts_of({row}), Notes{}) << "no more than a second a gigabyte";
  allocate_s = 1.4;
  EXPECT_EQ(doubts_of({row}),
            Notes{"threads/fftw: it took 1.40 s to get its memory (700 MB), as where a virtual machine's host has to "
                  "find it first: its total is off by that; run again"});
  Row locked = finished_row("threads", "locked", 3.0);
  locked.metrics = row.metrics;
  locked.metrics->setup_s[static_cast<std::size_t>(Phase::allocate)] = 1.5;
  EXPECT_EQ(doubts_of({row, locked}),
            Notes{"threads/fftw and threads/locked: it took up to 1.50 s to get their memory (700 MB), as where a "
                  "virtual machine's host has to find it first: their totals are off by that; run again"});
  row.metrics->total_s = 15.0;
  EXPECT_EQ(doubts_of({row}), Notes{}) << "next to nothing of the total";
  row.metrics->total_s = 4.5;
  row.metrics->device.slot_bytes = 1;
  EXPECT_EQ(doubts_of({row}), Notes{}) << "pinned memory, or a GPU's";
}

TEST(Doubts, SeeAnFftwWithoutTheCpusVectorInstructions) {
  const auto notes_with = [](const std::string& cpu, const std::string& fftw) {
    Results results = results_of({finished_row("threads", "fftw", 3.0)});
    results.machine.vector_instructions = cpu;
    results.engine_facts = {{"gpu", "H100"}, {"fftw_version", fftw}};
    return doubts(results);
  };
  EXPECT_EQ(notes_with("AVX2", "fftw-3.3.10-sse2-avx"),
            Notes{"FFTW (fftw-3.3.10-sse2-avx) is built without this CPU's AVX2: with one of your own, scripts/build "
                  "-DOVERLAP_FFTW_ROOT=FOLDER, transforms may be faster"});
  EXPECT_EQ(notes_with("AVX-512", "fftw-3.3.10-sse2-avx").size(), 1U);
  EXPECT_EQ(notes_with("NEON", "fftw-3.3.10").size(), 1U);
  EXPECT_EQ(notes_with("AVX", "fftw-3.3.10-sse2-avx"), Notes{});
  EXPECT_EQ(notes_with("AVX2", "fftw-3.3.10-sse2-avx-avx2-avx2_128"), Notes{});
  EXPECT_EQ(notes_with("AVX-512", "fftw-3.3.10-sse2-avx-avx2-avx2_128"), Notes{});
  EXPECT_EQ(notes_with("SSE2", "fftw-3.3.10"), Notes{});
  EXPECT_EQ(notes_with("NEON", "fftw-3.3.10-neon"), Notes{});
}

TEST(Doubts, PointAtTheTwoBestRowsWhereTheirRepeatsOverlap) {
  Row best = repeated_row("threads", {3.0, 3.1});
  Row second = repeated_row("coroutine", {3.08, 3.3});
  const auto overlaps = [](const Notes& notes) {
    Notes found;
    for (const std::string& note : notes) {
      if (note.find(" which is faster") != std::string::npos) found.push_back(note);
    }
    return found;
  };
  EXPECT_EQ(overlaps(doubts_of({best, second})),
            Notes{"the makespans of threads/fftw (3.00–3.10 s) and coroutine/fftw (3.08–3.30 s) don't tell which "
                  "is faster: more repeats may"});
  EXPECT_EQ(overlaps(doubts_of({best, repeated_row("coroutine", {3.2, 3.3})})), Notes{});
  // The interval of the ratio, where there are repeats enough, says more than ranges.
  EXPECT_EQ(overlaps(doubts_of({repeated_row("threads", {3.0, 3.0, 3.01, 2.99, 3.2}),
                                repeated_row("coroutine", {3.25, 3.24, 3.26, 3.25, 3.19})})),
            Notes{});
}

Notes doubts_of_hundred(const Row& row) {
  Results results = results_at_rate(15.0, {row});
  results.workload.requests = 100;
  return doubts(results);
}

TEST(Doubts, LeaveNoOrderOpenOfEqualRowsOrOfSingleRuns) {
  const std::vector<double> scattered = {3.0, 2.95, 3.05, 3.0, 3.0};
  EXPECT_EQ(doubts_of({repeated_row("threads", scattered), repeated_row("coroutine", scattered)}), Notes{});
  const Notes short_ones =
      doubts_of({finished_row("threads", "fftw", 0.0005), finished_row("coroutine", "fftw", 0.0009)});
  ASSERT_EQ(short_ones.size(), 1U);
  EXPECT_EQ(short_ones[0].rfind("runs of less than 1.00 ms", 0), 0U);
}

TEST(Doubts, SeeAComputeThatLeavesNothingToVerify) {
  Row null_row = finished_row("threads", "null", 3.0);
  null_row.verified.reset();
  Results results = results_of({finished_row("threads", "own", 3.0), null_row});
  results.workload.compute = "own.so";
  EXPECT_EQ(doubts(results), Notes{});
  results.rows[0].verified.reset();
  EXPECT_EQ(doubts(results), Notes{"own.so left no results, or only zeros, so that nothing could be verified"});
}

TEST(DoubtsAtARate, NameTheRowsThatFallBehind) {
  Results results = results_at_rate(
      15.0, {row_of_latency("sequential", "fftw", 18.4, 4.18), row_of_latency("coroutine", "fftw", 3.4, 11.3),
             row_of_latency("threads", "fftw", 0.7, 22.8)});
  results.workload.requests = 100;
  EXPECT_EQ(doubts(results),
            Notes{"sequential/fftw (4.18) and coroutine/fftw (11.3) can't keep up with 15.0 requests a second: latency "
                  "grows for as long as they come in, and says how long that was"});
  Results together = results;
  together.workload = Workload{};
  EXPECT_EQ(doubts(together), Notes{});
}

TEST(DoubtsAtARate, NameTheRowsOfWhichTheMaxRateIsWhatCameIn) {
  Results results = results_at_rate(15.0, {row_of_latency("threads", "fftw", 0.7, 15.2)});
  results.workload.requests = 100;
  results.rows[0].metrics->keeps_up = true;
  results.rows[0].metrics->capacity_steps_per_s = 100.0;
  EXPECT_EQ(doubts(results), Notes{});
  results.rows[0].metrics->capacity_steps_per_s = 50.0;
  EXPECT_EQ(doubts(results), Notes{"threads/fftw may keep up with far more than the max rate, which is what came in: "
                                   "calibrated, with less of the CPUs, it was less; run again on an idle machine"});
  Results short_run = results;
  short_run.rows[0].metrics->keeps_up.reset();
  EXPECT_EQ(doubts(short_run), Notes{}) << "it has shown nothing";
  Results null = results;
  null.rows[0].metrics->capacity_steps_per_s = 0.0;
  EXPECT_EQ(doubts(null), Notes{}) << "nothing was calibrated";
  results.rows[0].metrics->capacity_requests_per_s = 22.8;
  EXPECT_EQ(doubts(results), Notes{}) << "more than came in, it was found otherwise";
}

TEST(DoubtsAtARate, SayWhereTheP99IsTheLongest) {
  Results results = results_at_rate(15.0, {row_of_latency("threads", "fftw", 0.7, 22.8)});
  results.workload.requests = 99;
  EXPECT_EQ(doubts(results),
            Notes{"of fewer than 100 requests the p99 latency is the longest one: more of them say more"});
  results.rows[0].status = Status::failed;
  EXPECT_EQ(doubts(results), Notes{});
}

TEST(DoubtsAtARate, AreOfTheLatenciesAndNotOfTheMakespans) {
  Row steady_latency = row_of_latency("threads", "fftw", 1.0, 99.0);
  for (const double latency_s : {1.0, 1.0, 1.0, 1.0}) add_repeat_of_latency(steady_latency, latency_s);
  for (std::size_t i = 0; i < 5; ++i) steady_latency.repeats[i].metrics->makespan_s = 10.0 + static_cast<double>(i);
  EXPECT_EQ(doubts_of_hundred(steady_latency), Notes{});
  Row scattered = row_of_latency("threads", "fftw", 1.0, 99.0);
  for (const double latency_s : {1.2, 1.4, 0.8, 0.6}) add_repeat_of_latency(scattered, latency_s);
  EXPECT_EQ(doubts_of_hundred(scattered),
            Notes{"threads/fftw: p99 latencies spread by 40% (the middle half), from 0.600 to 1.40 s, as each repeat "
                  "has waits and arrivals of its own: more requests, or repeats, tell more"});
  // One that stands apart may have had long waits.
  Row apart = row_of_latency("threads", "fftw", 1.0, 99.0);
  for (const double latency_s : {1.0, 1.01, 0.99, 1.0, 1.01, 3.0, 0.99, 1.0, 1.0}) {
    add_repeat_of_latency(apart, latency_s);
  }
  EXPECT_EQ(doubts_of_hundred(apart), Notes{});
}

TEST(DoubtsAtARate, LeaveTheOrderOfOverlappingLatenciesOpen) {
  Row best = row_of_latency("threads", "fftw", 1.0, 99.0);
  Row second = row_of_latency("coroutine", "fftw", 1.04, 99.0);
  add_repeat_of_latency(best, 1.05);
  add_repeat_of_latency(second, 1.07);
  Results results = results_at_rate(15.0, {second, best});
  results.workload.requests = 100;
  const Notes notes = doubts(results);
  EXPECT_EQ(std::count(notes.begin(), notes.end(),
                       "the p99 latencies of threads/fftw (1.00–1.05 s) and coroutine/fftw (1.04–1.07 s) don't tell "
                       "which is faster: more repeats may"),
            1);
}

TEST(DoubtsAtARate, SayThatNoRowKeepsUp) {
  Results results = results_at_rate(
      15.0, {row_of_latency("sequential", "fftw", 18.4, 4.18), row_of_latency("coroutine", "fftw", 3.4, 11.3)});
  results.workload.requests = 100;
  EXPECT_EQ(doubts(results), Notes{"no row can keep up with 15.0 requests a second: latency grows for as long as they "
                                   "come in, and says how long that was"});
  Results alone = results;
  alone.rows.pop_back();
  EXPECT_EQ(doubts(alone)[0].rfind("sequential/fftw (4.18) can't keep up", 0), 0U) << "others may";
  results.rows[1].metrics->keeps_up = true;
  EXPECT_EQ(doubts(results).size(), 1U);
  EXPECT_EQ(doubts(results)[0].rfind("sequential/fftw (4.18) can't keep up", 0), 0U) << "by what the run showed";
}

TEST(Disturbances, AreWhatHadAPartOfTheMachine) {
  Results results = results_of({repeated_row("threads", steady)});
  EXPECT_TRUE(disturbances(results).empty());
  results.rows[0].repeats[3].observed.other_cpus = 7.0;
  results.rows[0].repeats[2].observed.stolen_cpus = 0.5;
  results.rows[0].repeats[1].observed.throttle_events = 1;
  EXPECT_EQ(disturbances(results),
            (std::vector<std::string_view>{"other programs", "the host of the virtual machine", "heat"}));
  results.rows[0].status = Status::failed;
  EXPECT_TRUE(disturbances(results).empty());
}

}  // namespace
}  // namespace overlap
