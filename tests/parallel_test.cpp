// Parts: each is done once, by as many threads as are wanted.
#include "src/base/parallel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace overlap {
namespace {

TEST(InParts, DoesEachPartOnce) {
  for (const unsigned threads : {0U, 1U, 2U, 7U}) {
    for (const std::uint64_t parts : {0U, 1U, 3U, 100U}) {
      std::vector<std::atomic<int>> done(parts);
      in_parts(parts, threads, [&](std::uint64_t part) { ++done[part]; });
      EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& count) { return count == 1; }))
          << parts << " parts on " << threads << " threads";
    }
  }
}

TEST(InParts, WorksOnThreadsAtOnce) {
  std::barrier all(3);  // passed only by three parts at once
  in_parts(3, 3, [&](std::uint64_t /*part*/) { all.arrive_and_wait(); });
}

TEST(InParts, TakesNoMoreThreadsThanParts) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  in_parts(1, 8, [&](std::uint64_t /*part*/) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}

}  // namespace
}  // namespace overlap
