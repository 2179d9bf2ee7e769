// Explanations, rule by rule.
#include "src/report/explanation.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::finished_row;
using samples::results_at_rate;
using samples::results_of;
using samples::row_of_latency;
using samples::unfinished_row;

Row row_of(std::string driver, std::string engine, double makespan_s, double parallelism = 1.0) {
  Row row = finished_row(std::move(driver), std::move(engine), makespan_s);
  row.metrics->parallelism = parallelism;
  return row;
}

Row on_one_lane(Row row) {
  row.metrics->lanes = 1;
  return row;
}

Row computing(Row row, std::uint64_t lanes) {
  row.metrics->bound = Bound::compute;
  row.metrics->lanes = lanes;
  return row;
}

bool says(const Results& results, std::string_view sentence) {
  const std::vector<std::string> sentences = explain(results);
  return std::find(sentences.begin(), sentences.end(), sentence) != sentences.end();
}

/// Whether any sentence has these words.
bool mentions(const Results& results, std::string_view words) {
  const std::vector<std::string> sentences = explain(results);
  return std::any_of(sentences.begin(), sentences.end(),
                     [&](const std::string& each) { return each.find(words) != std::string::npos; });
}

Row python_row(std::string driver, double makespan_s, double parallelism) {
  Row row = row_of(std::move(driver), "numpy", makespan_s, parallelism);
  row.executor = "python/" + row.driver;
  return row;
}

TEST(Explanation, SaysWhetherPythonsLockMattered) {
  EXPECT_TRUE(says(results_of({computing(python_row("threads", 4.0, 0.98), 2), python_row("processes", 2.0, 1.9)}),
                   "Python's lock mattered: python/threads took 2.00 times python/processes, with 0.980 against 1.90 "
                   "busy cores."));
  EXPECT_TRUE(says(results_of({python_row("threads", 2.0, 1.9), python_row("processes", 2.0, 1.9)}),
                   "Python's lock did not hold its threads back here (python/threads took 1.00 times python/processes, "
                   "with 1.90 against 1.90 busy cores)."));
  EXPECT_TRUE(says(results_of({computing(python_row("threads", 2.0, 0.98), 2), python_row("processes", 3.0, 1.9)}),
                   "Python's lock held its threads back, and processes gained nothing (python/threads took 0.67 times "
                   "python/processes, with 0.980 against 1.90 busy cores)."));
  EXPECT_FALSE(
      mentions(results_of({computing(python_row("threads", 4.0, 1.9), 2), python_row("processes", 2.0, 1.9)}), "lock"))
      << "busy on more than one core, its threads are slower for another reason";
  EXPECT_FALSE(mentions(results_of({python_row("threads", 4.0, 0.1), python_row("processes", 2.0, 0.1)}), "lock"))
      << "bound by waiting";
  EXPECT_FALSE(mentions(results_of({computing(python_row("threads", 2.0, 0.98), 2), python_row("processes", 2.0, 1.0)}),
                        "Python's lock held its threads back"))
      << "processes had no more cores either";
  Row beside_others = computing(python_row("threads", 4.0, 0.98), 2);
  beside_others.observed.other_cpus = 1.0;
  EXPECT_FALSE(mentions(results_of({beside_others, python_row("processes", 2.0, 1.9)}), "lock"))
      << "others had the second core";
  EXPECT_FALSE(mentions(results_of({python_row("threads", 4.0, 0.98), row_of("processes", "fftw", 2.0, 1.9)}),
                        "Python's lock mattered"));
}

TEST(Explanation, SpeaksOfTheEngineOnTheCallersThreadWhateverIsComputed) {
  Results results = results_of({row_of("threads", "own", 2.0, 1.9), row_of("threads", "locked", 4.0, 0.98),
                                computing(row_of("coroutine", "own", 4.0, 0.99), 1),
                                computing(row_of("coroutine", "pool", 2.0, 1.9), 2)});
  EXPECT_FALSE(mentions(results, "The lock"));
  results.workload.compute = "own.so";
  EXPECT_TRUE(
      mentions(results, "The lock mattered: threads/locked took 2.00 times threads/own, with 0.980 against 1.90"));
  EXPECT_TRUE(mentions(results, "2.00 times as fast: coroutine/pool against coroutine/own."));
}

TEST(Explanation, GroupsRowsByWhatBoundThem) {
  const Results results = results_of({computing(row_of("coroutine", "fftw", 8.0), 1), row_of("sequential", "fftw", 9.0),
                                      computing(row_of("threads", "fftw", 4.0, 2.0), 2)});
  EXPECT_TRUE(says(results,
                   "threads/fftw was bound by all cores; coroutine/fftw was bound by one core; sequential/fftw was "
                   "bound by waiting."));
}

TEST(Explanation, SaysOfOneBoundThatItWasEveryRows) {
  EXPECT_TRUE(says(results_of({row_of("sequential", "fftw", 9.0), row_of("threads", "fftw", 4.0)}),
                   "Every row was bound by waiting."));
  EXPECT_TRUE(says(results_of({row_of("threads", "fftw", 4.0)}), "threads/fftw was bound by waiting."));
}

TEST(Explanation, NamesAFewRowsAndCountsTheRest) {
  Results results =
      results_of({row_of("sequential", "fftw", 9.0), row_of("coroutine", "fftw", 4.0), row_of("threads", "fftw", 3.0),
                  row_of("processes", "fftw", 5.0), computing(row_of("threads", "locked", 10.0), 1)});
  EXPECT_TRUE(says(results,
                   "threads/fftw, coroutine/fftw and 2 others were bound by waiting; threads/locked was bound by one "
                   "core."));
}

TEST(Explanation, SaysWhereTheTimeOfTheRowFurthestFromItsBoundWent) {
  Row row = row_of("processes", "fftw", 5.0);
  row.metrics->efficiency = 0.5;
  row.metrics->delay_s = 0.1;
  row.metrics->queue_mean_s = 0.06;
  EXPECT_TRUE(says(results_of({row_of("threads", "fftw", 4.0), row}),
                   "processes/fftw was furthest from its bound, at 2.00 times it: a step was delayed by 100 ms on "
                   "average, most of it before it began, waiting for its turn."));
  row.metrics->queue_mean_s = 0.04;
  EXPECT_TRUE(mentions(results_of({row_of("threads", "fftw", 4.0), row}), "most of it while it computed"));
  row.metrics->delay_s = -0.001;
  EXPECT_TRUE(mentions(results_of({row_of("threads", "fftw", 4.0), row}), "its steps were not delayed"));
}

TEST(Explanation, SaysWhereRequestsBeganLate) {
  Row row = row_of("threads", "fftw", 5.0);
  row.metrics->efficiency = 0.2;
  row.metrics->lower_bound_s = 1.0;
  row.metrics->workers = 20'000;
  row.metrics->latency_s.p50 = 3.2;
  row.metrics->service_s.p50 = 0.7;
  const auto of_requests = [&row](std::uint64_t requests) {
    Results results = results_of({row, row_of("coroutine", "fftw", 1.0)});
    results.workload.requests = requests;
    return results;
  };
  EXPECT_TRUE(says(of_requests(20'000),
                   "threads/fftw was furthest from its bound, at 5.00 times it: requests began late, as 20,000 threads "
                   "were started; half of them took 3.20 s or more, 700 ms of it after they had begun."));
  row.metrics->latency_s.p50 = 2.6;  // starting them all took 3.8 s of the 4 s that the row lost
  EXPECT_TRUE(mentions(of_requests(20'000), "began late"));
  row.metrics->workers = 1;
  EXPECT_FALSE(mentions(of_requests(1), "began late")) << "one thread is started at once";
  row.metrics->workers = 20'000;
  row.metrics->latency_s.p50 = 0.8;
  EXPECT_FALSE(mentions(of_requests(20'000), "began late"));
}

TEST(Explanation, SaysNothingOfStartingThreadsWhereRequestsWaitForOneOfAFew) {
  Row row = row_of("threads", "fftw", 5.0);
  row.metrics->efficiency = 0.2;
  row.metrics->lower_bound_s = 1.0;
  row.metrics->workers = 4;
  row.metrics->latency_s.p50 = 3.2;
  row.metrics->service_s.p50 = 0.7;
  EXPECT_FALSE(mentions(results_of({row, row_of("coroutine", "fftw", 1.0)}), "began late"));
}

TEST(Explanation, NamesNoBoundOfARowThatIsFarFromIt) {
  Row far = row_of("threads", "fftw", 5.0);
  far.metrics->efficiency = 0.7;
  EXPECT_TRUE(says(results_of({far, row_of("coroutine", "fftw", 4.0)}), "coroutine/fftw was bound by waiting."));
}

TEST(Explanation, SaysHowCloseAllRowsCameToTheirBounds) {
  EXPECT_TRUE(says(results_of({row_of("threads", "fftw", 4.0), row_of("sequential", "fftw", 9.0)}),
                   "Each row took at most 1.07 times the bound of its lanes."));
  EXPECT_TRUE(says(results_of({row_of("threads", "fftw", 4.0)}),
                   "threads/fftw took at most 1.07 times the bound of its lanes."));
  Row unbounded = row_of("coroutine", "fftw", 5.0);
  unbounded.metrics->efficiency = 0.0;
  EXPECT_TRUE(says(results_of({row_of("threads", "fftw", 4.0), unbounded}),
                   "Each row took at most 1.07 times the bound of its lanes."));
  Row above = row_of("threads", "fftw", 4.0);
  above.metrics->efficiency = 1.01;
  EXPECT_TRUE(says(results_of({above}), "threads/fftw took at most 1.00 times the bound of its lanes."));
}

TEST(Explanation, SaysWhenTheLockMattered) {
  const Results results = results_of({row_of("threads", "fftw", 4.0, 1.9), row_of("threads", "locked", 8.0, 0.98)});
  EXPECT_TRUE(says(results,
                   "The lock mattered: threads/locked took 2.00 times threads/fftw, with 0.980 against 1.90 busy "
                   "cores."));
}

TEST(Explanation, SaysThatProcessesHaveALockEach) {
  const Results free = results_of({row_of("threads", "fftw", 4.0, 1.9), row_of("threads", "locked", 8.0, 0.98),
                                   row_of("processes", "fftw", 5.0), row_of("processes", "locked", 5.2)});
  EXPECT_TRUE(mentions(free, "; processes, with a lock each, were not held up by it (1.04 times)."));
  const Results held = results_of({row_of("threads", "fftw", 4.0, 1.9), row_of("threads", "locked", 8.0, 0.98),
                                   row_of("processes", "fftw", 5.0), row_of("processes", "locked", 7.0)});
  EXPECT_FALSE(mentions(held, "processes, with a lock each"));
}

TEST(Explanation, SaysWhenTheLockDidNotMatter) {
  const Results results = results_of({row_of("threads", "fftw", 4.0, 0.4), row_of("threads", "locked", 4.2, 0.4)});
  EXPECT_TRUE(says(results,
                   "The lock did not matter to threads here (threads/locked took 1.05 times threads/fftw, with 0.400 "
                   "against 0.400 busy cores)."));
  EXPECT_TRUE(mentions(results_of({row_of("threads", "fftw", 4.0, 0.4), row_of("threads", "locked", 3.8, 0.4)}),
                       "The lock did not matter to threads here (threads/locked took 0.95 times"));
}

TEST(Explanation, SaysWhereThreadsWereBetterOffWithALock) {
  EXPECT_TRUE(says(results_of({row_of("threads", "fftw", 4.0, 0.4), row_of("threads", "locked", 2.0, 0.7)}),
                   "Threads were better off with a lock (threads/locked took 0.50 times threads/fftw, with 0.700 "
                   "against 0.400 busy cores)."));
}

TEST(Explanation, SaysNothingOfALockThatNoTwoRowsDifferBy) {
  EXPECT_FALSE(mentions(results_of({row_of("threads", "locked", 4.0), row_of("processes", "fftw", 4.0)}), "lock "));
}

TEST(Explanation, SaysWhatAnEnginesThreadsGainedCoroutines) {
  const Results results =
      results_of({row_of("sequential", "fftw", 20.0), on_one_lane(row_of("coroutine", "fftw", 8.0)),
                  row_of("coroutine", "pool", 4.0), on_one_lane(row_of("coroutine", "fftw-threads", 5.0))});
  EXPECT_TRUE(says(results,
                   "An engine that owns its threads made the one thread of coroutines 2.00 times as fast: "
                   "coroutine/pool against coroutine/fftw."));
  EXPECT_TRUE(mentions(results_of({on_one_lane(row_of("coroutine", "fftw", 8.0)),
                                   on_one_lane(row_of("coroutine", "fftw-threads", 5.0))}),
                       "1.60 times as fast: coroutine/fftw-threads against coroutine/fftw."));
}

TEST(Explanation, SaysWhatOverlappedWaitsAloneGained) {
  const Results results =
      results_of({row_of("sequential", "fftw", 20.0), on_one_lane(row_of("coroutine", "fftw", 4.0, 0.42)),
                  row_of("coroutine", "pool", 3.9)});
  EXPECT_TRUE(says(results,
                   "Overlapping the waits alone, on one thread, made coroutine/fftw 5.00 times as fast as "
                   "sequential/fftw, with 0.420 busy cores."));
  EXPECT_FALSE(
      mentions(results_of({row_of("sequential", "fftw", 20.0), on_one_lane(row_of("coroutine", "fftw", 4.0, 1.5))}),
               "Overlapping"))
      << "its compute has threads of its own";
}

TEST(Explanation, SaysWhenAnEnginesThreadsGainedLittle) {
  EXPECT_TRUE(says(results_of({on_one_lane(row_of("coroutine", "fftw", 4.0)), row_of("coroutine", "pool", 4.2)}),
                   "An engine that owns its threads gained the one thread of coroutines little: coroutine/pool took "
                   "1.05 times coroutine/fftw."));
  EXPECT_TRUE(says(results_of({on_one_lane(row_of("coroutine", "fftw", 4.0)), row_of("coroutine", "pool", 5.0)}),
                   "An engine that owns its threads cost the one thread of coroutines more than it gained: "
                   "coroutine/pool took 1.25 times coroutine/fftw."));
}

TEST(Explanation, TellsAnEnginesThreadsByItsLanes) {
  Results results =
      results_of({row_of("threads", "own", 4.0), on_one_lane(row_of("coroutine", "own", 8.0)),
                  on_one_lane(row_of("coroutine", "cuda_sort", 4.0)), on_one_lane(row_of("coroutine", "pool", 8.0))});
  results.workload.compute = "own.so";
  EXPECT_FALSE(mentions(results, "An engine that owns its threads")) << "none computes on more than one lane";
}

TEST(Explanation, HoldsStepsThatEndLaterAgainstTheSameOnTheCallersThread) {
  for (const std::string name : {"own", "fast"}) {
    Results results =
        results_of({on_one_lane(row_of("coroutine", "own", 16.0)), on_one_lane(row_of("coroutine", "fast", 16.0)),
                    row_of("coroutine", name + "-async", 2.0)});
    results.workload.compute = "own.so";
    EXPECT_TRUE(
        mentions(results, fmt::format("8.00 times as fast: coroutine/{}-async against coroutine/{}.", name, name)));
  }
}

TEST(Explanation, HoldsAPoolAgainstItsOwnCompute) {
  Results results = results_of({on_one_lane(row_of("coroutine", "own", 16.0)),
                                on_one_lane(row_of("coroutine", "fast", 4.0)), row_of("coroutine", "fast-pool", 2.0)});
  results.workload.compute = "own.so";
  EXPECT_TRUE(says(results,
                   "An engine that owns its threads made the one thread of coroutines 2.00 times as fast: "
                   "coroutine/fast-pool against coroutine/fast."));
}

TEST(Explanation, TellsADeviceByItsFigures) {
  Row device = on_one_lane(row_of("coroutine", "cuda", 2.0));
  const Row alone = on_one_lane(row_of("coroutine", "fftw", 8.0));
  EXPECT_FALSE(mentions(results_of({alone, device}), "An engine that owns its threads"));
  device.metrics->device = samples::sample_device();
  EXPECT_TRUE(mentions(results_of({alone, device}), "4.00 times as fast: coroutine/cuda against coroutine/fftw."));
}

TEST(Explanation, HasAtMostFourSentencesAndAtLeastTwo) {
  EXPECT_EQ(explain(results_of({row_of("threads", "fftw", 4.0)})).size(), 2U);
  EXPECT_EQ(explain(results_of({row_of("sequential", "fftw", 20.0), on_one_lane(row_of("coroutine", "fftw", 8.0)),
                                row_of("coroutine", "pool", 4.0), row_of("threads", "fftw", 4.0),
                                row_of("threads", "locked", 8.0)}))
                .size(),
            4U);
}

TEST(Explanation, PassesOverRowsThatDidNotFinishOrAreWrong) {
  Row wrong = row_of("threads", "locked", 8.0);
  wrong.verified = false;
  const Results results = results_of(
      {row_of("threads", "fftw", 4.0), wrong, unfinished_row("coroutine", "fftw", Status::failed, "killed")});
  EXPECT_FALSE(mentions(results, "threads/locked"));
  EXPECT_FALSE(mentions(results, "coroutine/fftw"));
  EXPECT_TRUE(explain(results_of({unfinished_row("coroutine", "fftw", Status::failed, "killed")})).empty());
}

TEST(ExplanationAtARate, GoesByTheLatency) {
  Row locked = row_of_latency("threads", "locked", 4.0, 10.6);
  locked.metrics->parallelism = 0.987;
  Row free = row_of_latency("threads", "fftw", 0.8, 22.8);
  free.metrics->parallelism = 1.46;
  const Results results = results_at_rate(15.0, {row_of_latency("sequential", "fftw", 16.0, 4.0), locked, free,
                                                 on_one_lane(row_of_latency("coroutine", "fftw", 4.0, 11.0)),
                                                 row_of_latency("coroutine", "pool", 1.0, 20.0)});
  EXPECT_TRUE(says(results, "threads/locked, coroutine/fftw and sequential/fftw could not keep up."));
  EXPECT_FALSE(mentions(results, "bound")) << "by arrivals, all that keep up are";
  EXPECT_TRUE(says(results, "The lock mattered: threads/fftw kept up, and threads/locked did not."));
  EXPECT_TRUE(says(results,
                   "An engine that owns its threads let the one thread of coroutines keep up: coroutine/pool; "
                   "coroutine/fftw could not."));
  EXPECT_TRUE(says(results, "Of all rows, threads/fftw could keep up with the most requests, 22.8 a second."));
}

TEST(ExplanationAtARate, SaysWhatLatenciesConsistOf) {
  Row fastest = row_of_latency("threads", "fftw", 0.4, 22.8);
  Row slowest = row_of_latency("processes", "fftw", 0.6, 22.8);
  slowest.metrics->latency_s.p50 = 0.3;
  slowest.metrics->service_s.p50 = 0.1;
  slowest.metrics->queue_mean_s = 0.03;
  slowest.metrics->step_s = 0.01;
  slowest.metrics->compute_p50_s = 0.02;
  const auto results_with = [&](std::uint64_t workers) {
    slowest.metrics->workers = workers;
    Results results = results_at_rate(15.0, {fastest, slowest, row_of_latency("sequential", "fftw", 16.0, 4.0)});
    results.workload.wait = {WaitDistribution::Kind::constant, 0.05, 0.0};
    return results;
  };
  const std::string waits = "99% of such requests wait for no longer than 250 ms in all, whoever runs them. ";
  const std::string took = "processes/fftw had 1.50 times the p99 latency of threads/fftw: ";
  EXPECT_TRUE(says(results_with(10), waits + took +
                                         "half of its requests began 200 ms or more after they had come in, "
                                         "as a process was started for each."));
  EXPECT_TRUE(says(results_with(4), waits + took +
                                        "half of its requests began 200 ms or more after they had come in, "
                                        "when others had been done with."));
  slowest.metrics->service_s.p50 = 0.3;
  EXPECT_TRUE(says(results_with(4), waits + took + "the steps of a request queued for 150 ms on average."));
  slowest.metrics->queue_mean_s = 0.0;
  EXPECT_TRUE(says(results_with(4), waits + took + "its steps took 20.0 ms, beside others, and 10.0 ms alone."));
  slowest = fastest;
  slowest.executor = "processes/fftw";
  EXPECT_TRUE(says(results_with(4), waits.substr(0, waits.size() - 1)));
  Results idle = results_with(4);
  idle.workload.wait = {WaitDistribution::Kind::none, 0.0, 0.0};
  EXPECT_FALSE(mentions(idle, "99%"));
}

TEST(ExplanationAtARate, NamesNoRowThatKeepsUpWithTheMostWhereAnotherTakesAboutAsMany) {
  const Row most = row_of_latency("threads", "fftw", 0.8, 42.0);
  EXPECT_FALSE(mentions(results_at_rate(15.0, {most, row_of_latency("coroutine", "pool", 0.9, 40.0)}), "Of all rows"));
  EXPECT_FALSE(mentions(results_at_rate(15.0, {most, row_of_latency("coroutine", "pool", 0.7, 40.0)}), "Of all rows"));
  EXPECT_TRUE(mentions(results_at_rate(15.0, {most, row_of_latency("coroutine", "pool", 0.7, 30.0)}), "Of all rows"));
}

TEST(ExplanationAtARate, SaysNothingOfLocksAndEnginesWhereBothRowsFallBehind) {
  const Results results = results_at_rate(
      50.0,
      {row_of_latency("threads", "locked", 9.0, 10.6), row_of_latency("threads", "fftw", 4.0, 22.8),
       on_one_lane(row_of_latency("coroutine", "fftw", 9.0, 11.0)), row_of_latency("coroutine", "pool", 4.0, 20.0)});
  EXPECT_FALSE(mentions(results, "The lock"));
  EXPECT_FALSE(mentions(results, "An engine"));
}

TEST(ExplanationAtARate, SaysNothingOfTheMostWhereNothingIsKnownToBoundARow) {
  Row unbounded = row_of_latency("coroutine", "null", 0.1, 0.0);
  unbounded.metrics->capacity_requests_per_s.reset();
  EXPECT_FALSE(
      mentions(results_at_rate(15.0, {row_of_latency("threads", "null", 0.2, 40.0), unbounded}), "Of all rows"));
}

TEST(ExplanationAtARate, SaysNothingOfTheMostWhereARowMayTakeMore) {
  Row disturbed = row_of_latency("threads", "fftw", 0.1, 15.2);
  disturbed.metrics->keeps_up = true;
  const Row other = row_of_latency("coroutine", "pool", 0.2, 40.0);
  disturbed.metrics->capacity_steps_per_s = 100.0;  // of 5 steps each: 20 a second
  EXPECT_TRUE(mentions(results_at_rate(15.0, {disturbed, other}), "Of all rows, coroutine/pool"));
  disturbed.metrics->capacity_steps_per_s = 50.0;
  EXPECT_FALSE(mentions(results_at_rate(15.0, {disturbed, other}), "Of all rows"));
}

TEST(ExplanationAtARate, MakesNoRatioOfARowThatCannotKeepUp) {
  Row coroutine = on_one_lane(row_of_latency("coroutine", "fftw", 0.5, 20.0));
  coroutine.metrics->parallelism = 1.0;
  const Row sequential = row_of_latency("sequential", "fftw", 16.0, 4.0);
  EXPECT_TRUE(says(results_at_rate(15.0, {sequential, coroutine}),
                   "Overlapping the waits alone, on one thread, let coroutine/fftw keep up with requests that "
                   "sequential/fftw can't keep up with, with 1.00 busy cores."));
  EXPECT_FALSE(mentions(results_at_rate(30.0, {sequential, coroutine}), "Overlapping"));
  coroutine.metrics->parallelism = 1.5;
  EXPECT_FALSE(mentions(results_at_rate(15.0, {sequential, coroutine}), "Overlapping"));
  Row threads = python_row("threads", 1.0, 0.9);
  Row processes = python_row("processes", 50.0, 0.9);
  for (Row* row : {&threads, &processes}) row->metrics->capacity_requests_per_s = 100.0;
  EXPECT_TRUE(mentions(results_at_rate(15.0, {threads, processes}), "Python's lock did not hold"));
  processes.metrics->capacity_requests_per_s = 10.0;
  EXPECT_FALSE(mentions(results_at_rate(15.0, {threads, processes}), "Python's lock"));
}

TEST(ExplanationAtARate, SaysNothingOfRatesWhereAllComeInAtOnce) {
  EXPECT_FALSE(mentions(results_of({row_of_latency("threads", "fftw", 0.8, 22.8)}), "keep up"));
}

TEST(Explanation, SaysNothingOfRowsThatAreTooShortToTellApart) {
  EXPECT_EQ(explain(results_of({row_of("threads", "fftw", 0.0003), row_of("threads", "locked", 0.0009)})),
            std::vector<std::string>());
}

}  // namespace
}  // namespace overlap
