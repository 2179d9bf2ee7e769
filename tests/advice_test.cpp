// Advice and doubts, rule by rule.
#include "src/report/advice.hpp"
#include "src/report/standing.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using samples::finished_row;
using samples::results_at_rate;
using samples::results_of;
using samples::row_of_latency;
using samples::unfinished_row;

Row computing_bound(Row row, std::uint64_t lanes, double parallelism) {
  row.metrics->bound = Bound::compute;
  row.metrics->lanes = lanes;
  row.metrics->capacity_steps_per_s = static_cast<double>(lanes) / row.metrics->step_s;
  row.metrics->parallelism = parallelism;
  return row;
}

TEST(Advice, NamesTheFastestRowByHowMuchAndWhatBoundsIt) {
  const Results results = results_of({finished_row("sequential", "fftw", 20.8), finished_row("threads", "fftw", 3.2),
                                      finished_row("coroutine", "fftw", 6.1)});
  EXPECT_EQ(advise(results),
            "For this load use threads/fftw: 3.20 s, 1.9 times as fast as coroutine/fftw and 6.5 times as fast as "
            "sequential/fftw; it is bound by waiting (efficiency 0.938).");
}

TEST(Advice, NamesTheReferenceOnceWhereItIsSecond) {
  const Results results = results_of({finished_row("sequential", "fftw", 20.0), finished_row("threads", "fftw", 2.0)});
  EXPECT_EQ(advise(results),
            "For this load use threads/fftw: 2.00 s, 10 times as fast as sequential/fftw; it is bound by waiting "
            "(efficiency 0.938).");
}

TEST(Advice, MayBeTheReferenceItself) {
  const Results results = results_of({finished_row("sequential", "fftw", 1.0), finished_row("threads", "fftw", 1.06)});
  EXPECT_EQ(advise(results),
            "For this load use sequential/fftw: 1.00 s, 1.06 times as fast as threads/fftw; it is bound by waiting "
            "(efficiency 0.938).");
}

TEST(Advice, IsNoLockThatGainsNothing) {
  const Row free = finished_row("threads", "fftw", 3.02);
  Row locked = finished_row("threads", "locked", 3.0);
  locked.metrics->cpu_s = 1.0;
  EXPECT_EQ(advise(results_of({finished_row("sequential", "fftw", 9.0), locked, free})),
            "For this load use threads/fftw: 3.02 s, 3.0 times as fast as sequential/fftw; it is bound by waiting "
            "(efficiency 0.938).");
  EXPECT_EQ(advise(results_of({locked, free})).rfind("For this load use threads/fftw: 3.02 s, about equal to", 0), 0U)
      << advise(results_of({locked, free}));
  const Row faster = finished_row("threads", "locked", 2.0);
  EXPECT_EQ(advise(results_of({free, faster})).rfind("For this load use threads/locked", 0), 0U) << "of these two";
  EXPECT_EQ(advise(results_of({free, faster, finished_row("sequential", "fftw", 9.0)}))
                .rfind("For this load use threads/fftw: 3.02 s, 3.0 times as fast as sequential/fftw", 0),
            0U);
  // Nor of a compute of the user's own.
  Results own = results_of({finished_row("sequential", "own", 9.0), locked, finished_row("threads", "own", 3.02)});
  own.workload.compute = "sort.so";
  EXPECT_EQ(advise(own).rfind("For this load use threads/own: 3.02 s, 3.0 times as fast as sequential/own", 0), 0U);
}

TEST(Advice, TellsSmallRatiosInTwoDecimals) {
  const auto ratio_of = [](double other_s) {
    const std::string advice =
        advise(results_of({finished_row("threads", "fftw", 1.0), finished_row("coroutine", "fftw", other_s)}));
    return advice.substr(0, advice.find(" times"))
        .substr(std::string("For this load use threads/fftw: 1.00 s, ").size());
  };
  EXPECT_EQ(ratio_of(1.17), "1.17");
  EXPECT_EQ(ratio_of(1.27), "1.3");
  EXPECT_EQ(ratio_of(9.7), "9.7");
  EXPECT_EQ(ratio_of(12.3), "12");
}

TEST(Advice, ComparesNothingWhereOneRowFinished) {
  const Results results = results_of(
      {finished_row("threads", "fftw", 3.2), unfinished_row("coroutine", "cuda", Status::unavailable, "no driver")});
  EXPECT_EQ(
      advise(results),
      "threads/fftw takes 3.20 s, with no other row to compare it with; it is bound by waiting (efficiency 0.938).");
}

TEST(Advice, IsEmptyWhereNoRowFinished) {
  EXPECT_EQ(advise(results_of({unfinished_row("threads", "fftw", Status::failed, "killed")})), "");
  EXPECT_EQ(advise(results_of({})), "");
}

TEST(Advice, PassesOverRowsThatFailedOrWereFoundWrong) {
  Row wrong = finished_row("threads", "fftw", 1.0);
  wrong.verified = false;
  Row failed = finished_row("processes", "fftw", 0.5);
  failed.status = Status::failed;
  const Results results = results_of({finished_row("sequential", "fftw", 6.0), wrong, failed,
                                      finished_row("coroutine", "fftw", 3.0), finished_row("threads", "pool", 0.0)});
  EXPECT_EQ(advisable_rows(results), (std::vector<std::size_t>{3, 0}));
  EXPECT_EQ(advise(results).rfind("For this load use coroutine/fftw: 3.00 s, 2.0 times as fast as sequential/fftw;", 0),
            0U);
}

TEST(Advice, DoesNotCompareWithAReferenceThatWasFoundWrong) {
  Row wrong = finished_row("sequential", "fftw", 9.0);
  wrong.verified = false;
  const Results results =
      results_of({wrong, finished_row("threads", "fftw", 1.0), finished_row("coroutine", "fftw", 3.0)});
  EXPECT_EQ(advise(results).find("sequential"), std::string::npos);
}

TEST(Advice, TakesNullRowsOnlyWhereThereAreNoOthers) {
  Row null_threads = finished_row("threads", "null", 0.5);
  Row null_coroutine = finished_row("coroutine", "null", 0.25);
  null_threads.verified.reset();
  null_coroutine.verified.reset();
  const Results mixed = results_of({finished_row("sequential", "fftw", 6.0), null_threads, null_coroutine});
  EXPECT_EQ(advisable_rows(mixed), (std::vector<std::size_t>{0}));
  const Results nulls = results_of({null_threads, null_coroutine});
  EXPECT_EQ(advisable_rows(nulls), (std::vector<std::size_t>{1, 0}));
}

TEST(Advice, CallsRowsWithinTwoPercentEqual) {
  const Results results = results_of({finished_row("threads", "fftw", 3.0), finished_row("coroutine", "pool", 3.05)});
  EXPECT_EQ(advise(results),
            "For this load use threads/fftw: 3.00 s, about equal to coroutine/pool (3.05 s); it is bound by waiting "
            "(efficiency 0.938).");
}

TEST(Advice, AmongEqualRowsTakesTheOneWithLessCpuTime) {
  Row cheap = finished_row("coroutine", "pool", 3.05);
  cheap.metrics->cpu_s = 2.0;
  const Results results =
      results_of({finished_row("sequential", "fftw", 6.1), finished_row("threads", "fftw", 3.0), cheap});
  EXPECT_EQ(
      advise(results),
      "For this load use coroutine/pool: 3.05 s, about equal to threads/fftw (3.00 s) but with less CPU time (2.00 s "
      "against 2.50 s), and 2.0 times as fast as sequential/fftw; it is bound by waiting (efficiency 0.938).");
  EXPECT_EQ(advised_row(results), std::size_t{2});
}

TEST(Advice, ChoosesNoneOfRowsThatAreTooShort) {
  Results results = results_of({finished_row("threads", "fftw", 0.0009), finished_row("coroutine", "fftw", 0.0004),
                                finished_row("sequential", "fftw", 0.02)});
  EXPECT_EQ(
      advise(results),
      "Nothing tells which row to use: coroutine/fftw and threads/fftw took less than 1.00 ms, too short to choose "
      "between; more requests or iterations make them longer.");
  EXPECT_EQ(advised_row(results), std::nullopt);
  results.rows[0] = finished_row("threads", "fftw", 0.002);
  EXPECT_EQ(advise(results).rfind("For this load use coroutine/fftw: 400 µs, 5.0 times as fast as threads/fftw", 0), 0U)
      << "the one that is too short is the faster all the same: " << advise(results);
}

TEST(Advice, ChoosesOfShortRowsWhereRepeatsTell) {
  Results results = results_of({finished_row("threads", "fftw", 0.0009), finished_row("coroutine", "fftw", 0.0004)});
  for (Row& row : results.rows) row.repeats.resize(5, row.repeats.front());
  EXPECT_EQ(advise(results).rfind("For this load use coroutine/fftw", 0), 0U) << advise(results);
}

TEST(Advice, IsOfNoRowWhereThereIsNoChoice) {
  EXPECT_EQ(advised_row(results_of({finished_row("threads", "fftw", 3.0)})), std::nullopt);
  EXPECT_EQ(advised_row(Results{}), std::nullopt);
}

TEST(Advice, AmongEqualRowsOfEqualCpuTimeTakesTheOneWithLessMemory) {
  Row small = finished_row("coroutine", "pool", 3.05);
  small.metrics->peak_memory_bytes = 96'000'000;
  const Results results = results_of({finished_row("threads", "fftw", 3.0), small});
  EXPECT_EQ(
      advise(results).rfind("For this load use coroutine/pool: 3.05 s, about equal to threads/fftw (3.00 s) but with "
                            "less memory (96.0 MB against 960 MB);",
                            0),
      0U);
}

TEST(Advice, DoesNotTradeCpuTimeForMemoryAmongEqualRows) {
  Row small = finished_row("coroutine", "pool", 3.05);
  small.metrics->peak_memory_bytes = 96'000'000;
  small.metrics->cpu_s = 4.0;
  const Results results = results_of({finished_row("threads", "fftw", 3.0), small});
  EXPECT_EQ(
      advise(results).rfind("For this load use threads/fftw: 3.00 s, about equal to coroutine/pool (3.05 s) but with "
                            "less CPU time (2.50 s against 4.00 s);",
                            0),
      0U);
}

TEST(Advice, ChoosesByNoDifferenceThatNobodyMinds) {
  Row other = finished_row("coroutine", "pool", 3.05);
  other.metrics->cpu_s = 2.3;
  EXPECT_EQ(advised_row(results_of({finished_row("threads", "fftw", 3.0), other})), std::size_t{0})
      << "a run's CPU time is as far off";
  other.metrics->cpu_s = 2.5;
  other.metrics->peak_memory_bytes = 900'000'000;
  EXPECT_EQ(advised_row(results_of({finished_row("threads", "fftw", 3.0), other})), std::size_t{0});
  Row first = finished_row("threads", "fftw", 3.0);
  first.metrics->peak_memory_bytes = 19'000'000;
  other.metrics->peak_memory_bytes = 9'500'000;
  EXPECT_EQ(advised_row(results_of({first, other})), std::size_t{0}) << "half, but of little";
  first.metrics->peak_memory_bytes = 20'000'000;
  EXPECT_EQ(advised_row(results_of({first, other})), std::size_t{1});
}

TEST(Advice, CountsFurtherEqualRows) {
  const Results results = results_of({finished_row("threads", "fftw", 3.0), finished_row("coroutine", "pool", 3.01),
                                      finished_row("threads", "pool", 3.02), finished_row("sequential", "pool", 3.03)});
  EXPECT_NE(advise(results).find("about equal to coroutine/pool (3.01 s) and 2 others;"), std::string::npos);
  Results three = results;
  three.rows.pop_back();
  EXPECT_NE(advise(three).find("about equal to coroutine/pool (3.01 s) and 1 other;"), std::string::npos);
}

TEST(Advice, TakesTheFastestOfEqualRowsThatTakeAboutAsMuch) {
  Row slightly_less = finished_row("coroutine", "pool", 3.05);
  slightly_less.metrics->peak_memory_bytes -= 20'000'000;
  slightly_less.metrics->cpu_s -= 0.1;
  EXPECT_EQ(advised_row(results_of({finished_row("threads", "fftw", 3.0), slightly_less})), std::size_t{0});
}

TEST(Advice, CallsRowsEqualByFewRepeatsWhereEitherHasFew) {
  Row many = finished_row("threads", "fftw", 3.0);
  for (int repeat = 0; repeat < 4; ++repeat) samples::add_repeat(many, 3.0);
  for (const bool many_first : {true, false}) {
    const Row few = finished_row("coroutine", "pool", many_first ? 3.1 : 2.9);
    EXPECT_NE(advise(results_of({many, few})).find("about equal to"), std::string::npos) << many_first;
  }
}

TEST(Advice, SaysWhatBoundsARow) {
  const Row row = finished_row("threads", "fftw", 1.0);
  EXPECT_EQ(what_bounds(row, 4), "waiting");
  EXPECT_EQ(what_bounds(computing_bound(row, 1, 0.99), 4), "one core");
  EXPECT_EQ(what_bounds(computing_bound(row, 1, 3.8), 4), "computing one step at a time");
  EXPECT_EQ(what_bounds(computing_bound(row, 4, 3.9), 4), "all cores");
  EXPECT_EQ(what_bounds(computing_bound(row, 10, 3.9), 4), "all cores");
  EXPECT_EQ(what_bounds(computing_bound(row, 2, 1.9), 4), "2 lanes");
  EXPECT_EQ(what_bounds(computing_bound(row, 3, 2.9), 4), "3 lanes");
  EXPECT_EQ(what_bounds(computing_bound(row, 4, 0.99), 4), "4 lanes") << "the lock is Python's";
  EXPECT_EQ(what_bounds(computing_bound(finished_row("coroutine", "fftw-threads", 1.0), 1, 0.99), 4),
            "computing one step at a time")
      << "its engine has more cores";
  EXPECT_EQ(what_bounds(computing_bound(row, 10, 0.3), 4), "10 lanes") << "which are no cores";
  EXPECT_EQ(what_bounds(computing_bound(row, 1, 0.1), 4), "computing one step at a time")
      << "on no core of this machine";
  Row device = finished_row("coroutine", "cuda", 1.0);
  device.metrics->device = samples::sample_device();
  EXPECT_EQ(what_bounds(computing_bound(device, 1, 0.9), 4), "the GPU");
  EXPECT_EQ(what_bounds(device, 4), "waiting");
  EXPECT_EQ(what_bounds(computing_bound(finished_row("threads", "cuda_sort", 1.0), 1, 0.9), 4), "one core")
      << "an engine is no device for its name";
  Row python = finished_row("threads", "numpy", 1.0);
  python.executor = "python/threads";
  EXPECT_EQ(what_bounds(computing_bound(python, 4, 0.99), 4), "Python's lock");
  EXPECT_EQ(what_bounds(computing_bound(python, 4, 3.9), 4), "all cores");
  EXPECT_EQ(what_bounds(computing_bound(python, 4, 0.1), 4), "4 lanes") << "asleep, they need no lock";
  EXPECT_EQ(held_by_python_lock(computing_bound(python, 1, 0.99), 4), false) << "one thread waits for no other";
  Row processes = finished_row("processes", "numpy", 1.0);
  processes.executor = "python/processes";
  EXPECT_EQ(what_bounds(computing_bound(processes, 4, 0.99), 4), "4 lanes") << "each has a lock of its own";
}

TEST(Advice, NamesTheCapacityWhereMoreLanesWouldNotHelp) {
  Row row = computing_bound(finished_row("threads", "own", 1.0), 12, 0.3);
  row.metrics->step_s = 0.1;
  row.metrics->capacity_steps_per_s = 97.0;
  EXPECT_EQ(what_bounds(row, 4), "12 lanes");
  row.metrics->capacity_steps_per_s = 40.0;
  EXPECT_EQ(what_bounds(row, 4), "its capacity of 40.0 steps a second");
}

TEST(Advice, BlamesPythonsLockOnlyWhereOthersLeftASecondCore) {
  Row row = computing_bound(finished_row("threads", "numpy", 1.0), 2, 1.0);
  row.executor = "python/threads";
  EXPECT_EQ(held_by_python_lock(row, 2), true);
  row.observed.other_cpus = 0.6;
  EXPECT_EQ(held_by_python_lock(row, 2), std::nullopt);
  EXPECT_EQ(what_bounds(row, 2), "all cores");
  row.metrics->parallelism = 1.4;
  EXPECT_EQ(held_by_python_lock(row, 2), false);
}

TEST(Advice, CallsRowsEqualOnlyWhereTheirMediansAreNear) {
  Row slow = finished_row("coroutine", "fftw", 3.0);
  slow.metrics->cpu_s = 0.1;
  Row fast = finished_row("threads", "fftw", 2.5);
  for (const double makespan_s : {2.0, 2.9, 3.1, 4.0}) samples::add_repeat(slow, makespan_s);
  for (const double makespan_s : {1.9, 2.4, 2.6, 4.1}) samples::add_repeat(fast, makespan_s);
  const std::string advice = advise(results_of({slow, fast}));
  EXPECT_EQ(
      advice.rfind("For this load use threads/fftw: 2.50 s, in the median 1.2 times as fast as coroutine/fftw", 0), 0U)
      << advice;
}

TEST(Advice, SaysWhereContentionOrOverheadHoldsARowBack) {
  Row slow = computing_bound(finished_row("threads", "fftw", 3.0), 2, 1.9);
  slow.metrics->efficiency = 0.62;
  const Results results = results_of({finished_row("sequential", "fftw", 6.0), slow});
  EXPECT_EQ(advise(results),
            "For this load use threads/fftw: 3.00 s, 2.0 times as fast as sequential/fftw; it is far from its bound, "
            "all cores (efficiency 0.620).");
}

TEST(Advice, ClaimsNoBoundWhereThereIsNone) {
  Row row = finished_row("threads", "null", 3.0);
  row.metrics->lower_bound_s = 0.0;
  row.metrics->efficiency = 0.0;
  EXPECT_EQ(advise(results_of({row})), "threads/null takes 3.00 s, with no other row to compare it with.");
}

TEST(AdviceAtARate, GoesByTheLatencyAndSaysWhetherTheRowKeepsUp) {
  const Results results = results_at_rate(
      50.0, {row_of_latency("sequential", "fftw", 18.4, 4.18), row_of_latency("threads", "fftw", 0.748, 112.0),
             row_of_latency("coroutine", "pool", 0.989, 99.0)});
  EXPECT_EQ(advisable_rows(results), (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(advise(results),
            "For this load use threads/fftw: p99 latency 748 ms, against 989 ms of coroutine/pool and 18.4 s of "
            "sequential/fftw; it keeps up with 50.0 requests a second, and could with 112.");
}

TEST(AdviceAtARate, NamesTheCheapestOfAboutEqualLatencies) {
  Row dear = row_of_latency("threads", "fftw", 0.100, 80.0);
  dear.metrics->cpu_s = 9.0;
  const Results results = results_at_rate(
      50.0, {dear, row_of_latency("coroutine", "fftw", 0.101, 60.0), row_of_latency("sequential", "fftw", 18.4, 4.18)});
  EXPECT_EQ(advised_row(results), std::size_t{1});
  EXPECT_EQ(advise(results),
            "For this load use coroutine/fftw: p99 latency 101 ms, about equal to threads/fftw (100 ms) but with less "
            "CPU time (2.50 s against 9.00 s); it keeps up with 50.0 requests a second, and could with 60.0.");
}

TEST(AdviceAtARate, ChoosesWhateverTheRunsTook) {
  Results results = results_at_rate(
      50.0, {row_of_latency("threads", "fftw", 2.0, 112.0), row_of_latency("coroutine", "pool", 1.0, 99.0)});
  for (Row& row : results.rows) row.metrics->makespan_s = 0.0005;
  EXPECT_EQ(advised_row(results), std::size_t{1});
}

TEST(AdviceAtARate, SaysNotThatARowCouldKeepUpWithHardlyMore) {
  const Results results = results_at_rate(50.0, {row_of_latency("threads", "fftw", 2.0, 52.0)});
  EXPECT_EQ(advise(results),
            "threads/fftw has p99 latency 2.00 s, with no other row to compare it with; it keeps up with 50.0 requests "
            "a second.");
}

TEST(AdviceAtARate, SaysWhereEvenTheBestRowFallsBehind) {
  const Results results = results_at_rate(50.0, {row_of_latency("threads", "fftw", 2.0, 22.8)});
  EXPECT_EQ(advise(results),
            "threads/fftw has p99 latency 2.00 s, with no other row to compare it with; it keeps up with 22.8 requests "
            "a second at most, and 50.0 come in.");
  EXPECT_TRUE(falls_behind(results.rows[0], results.workload));
  EXPECT_FALSE(falls_behind(results.rows[0], Workload{}));
  Row shown = row_of_latency("threads", "fftw", 2.0, 112.0);
  shown.metrics->keeps_up = false;
  EXPECT_TRUE(falls_behind(shown, results.workload)) << "whatever it was calibrated for";
  EXPECT_FALSE(falls_behind(shown, Workload{}));
}

TEST(AdviceAtARate, IsSilentOfARateThatNothingBounds) {
  Results results = results_at_rate(50.0, {row_of_latency("coroutine", "null", 0.5, 1.0)});
  results.rows[0].metrics->capacity_requests_per_s.reset();
  EXPECT_EQ(advise(results), "coroutine/null has p99 latency 500 ms, with no other row to compare it with.");
  EXPECT_FALSE(falls_behind(results.rows[0], results.workload));
}

}  // namespace
}  // namespace overlap
