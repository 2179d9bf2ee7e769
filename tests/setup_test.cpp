// The clock of setup's phases.
#include "src/run/setup.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <numeric>

#include "src/base/clock.hpp"

namespace overlap {
namespace {

double seconds_of(const SetupTimes& times, Phase phase) { return times.seconds()[static_cast<std::size_t>(phase)]; }

/// Spends at least this long, and adds what it took to `spent_s`.
void spend(std::int64_t ns, double& spent_s) {
  const std::int64_t begin = now_ns();
  while (now_ns() - begin < ns) {
  }
  spent_s += to_seconds(now_ns() - begin);
}

double sum_of(const SetupTimes& times) { return std::accumulate(times.seconds().begin(), times.seconds().end(), 0.0); }

TEST(SetupTimes, BeginAtZero) {
  const SetupTimes times;
  EXPECT_EQ(sum_of(times), 0.0);
}

TEST(SetupTimes, AddUpWhereAPhaseIsEnteredAgain) {
  SetupTimes times;
  times.add(Phase::spawn, 0.25);
  times.add(Phase::spawn, 0.5);
  times.add(Phase::plan, 1.0);
  EXPECT_EQ(seconds_of(times, Phase::spawn), 0.75);
  EXPECT_EQ(seconds_of(times, Phase::plan), 1.0);
  EXPECT_EQ(sum_of(times), 1.75);

  SetupTimes measured;
  double first_s = 0.0;
  measured.measure(Phase::allocate, [&] { spend(200'000, first_s); });
  const double once_s = seconds_of(measured, Phase::allocate);
  EXPECT_GE(once_s, first_s);
  double second_s = 0.0;
  measured.measure(Phase::allocate, [&] { spend(200'000, second_s); });
  EXPECT_GE(seconds_of(measured, Phase::allocate), once_s + second_s);
}

TEST(SetupTimes, CountNestedPhasesOnce) {
  SetupTimes times;
  double plan_s = 0.0;
  double allocate_s = 0.0;
  double check_s = 0.0;
  const std::int64_t begin = now_ns();
  times.measure(Phase::check, [&] {
    times.measure(Phase::plan, [&] {
      spend(2'000'000, plan_s);
      times.measure(Phase::allocate, [&] { spend(3'000'000, allocate_s); });
      spend(1'000'000, plan_s);
    });
    times.measure(Phase::allocate, [&] { spend(1'000'000, allocate_s); });
    spend(500'000, check_s);
  });
  const double whole_s = to_seconds(now_ns() - begin);
  // Each phase has its own time at least, and together they have no more than passed: nothing is counted twice.
  constexpr double rounding_s = 1e-12;
  EXPECT_GE(seconds_of(times, Phase::plan), plan_s - rounding_s);
  EXPECT_GE(seconds_of(times, Phase::allocate), allocate_s - rounding_s);
  EXPECT_GE(seconds_of(times, Phase::check), check_s - rounding_s);
  EXPECT_LE(sum_of(times), whole_s + rounding_s);
}

TEST(SetupTimes, ShowTheCurrentPhaseToOthers) {
  std::atomic<std::uint32_t> word{0};
  SetupTimes times(&word);
  const auto expect_in = [&](Phase phase) { EXPECT_EQ(word, static_cast<std::uint32_t>(phase)); };
  times.measure(Phase::check, [&] {
    expect_in(Phase::check);
    times.measure(Phase::allocate, [&] { expect_in(Phase::allocate); });
    expect_in(Phase::check);
  });
  expect_in(Phase::spawn);
}

TEST(Rigor, HasItsName) {
  EXPECT_EQ(name_of(Rigor::estimate), "estimate");
  EXPECT_EQ(name_of(Rigor::measure), "measure");
  EXPECT_EQ(name_of(Rigor::patient), "patient");
}

}  // namespace
}  // namespace overlap
