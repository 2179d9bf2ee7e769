// A team of threads: every job once, on any number of threads, round after round.
#include "cpu/engines/team.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace overlap {
namespace {

TEST(Team, DoesEveryJobOnceInEveryRound) {
  constexpr unsigned jobs = 7;
  for (const unsigned threads : {1U, 2U, 5U}) {
    Team team(threads);
    EXPECT_EQ(team.threads(), threads);
    std::vector<std::atomic<int>> done(jobs);
    constexpr int rounds = 2000;
    for (int round = 1; round <= rounds; ++round) {
      team.run(jobs, [&](unsigned job) { done[job].fetch_add(1); });
      for (unsigned job = 0; job < jobs; ++job) ASSERT_EQ(done[job].load(), round) << threads << " threads, " << job;
    }
  }
}

TEST(Team, UsesAllItsThreads) {
  constexpr unsigned threads = 3;
  Team team(threads);
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::thread::id> seen;
  // Each job waits for all the others, so a thread can't do two of them.
  team.run(threads, [&](unsigned /*job*/) {
    std::unique_lock lock(mutex);
    seen.insert(std::this_thread::get_id());
    changed.notify_all();
    changed.wait(lock, [&] { return seen.size() == threads; });
  });
  EXPECT_EQ(seen.size(), threads);
  EXPECT_EQ(seen.count(std::this_thread::get_id()), 1U);
}

TEST(Team, TakesNoJobsAndOneJobAndMoreThanARoundHolds) {
  Team team(2);
  for (const unsigned jobs : {0U, 1U, 0xffffU, 0x10000U, 0x2ffffU}) {
    std::vector<std::atomic<int>> done(jobs);
    team.run(jobs, [&](unsigned job) { done[job].fetch_add(1); });
    EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& each) { return each.load() == 1; })) << jobs;
  }
}

TEST(Team, EndsWithoutEverHavingWorked) { EXPECT_NO_THROW(Team(4)); }

}  // namespace
}  // namespace overlap
