// Compute slots, taken by many threads and by forked processes.
#include "src/run/slot_pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <new>
#include <optional>
#include <thread>
#include <vector>

#include "src/base/page_buffer.hpp"
#include "tests/in_child.hpp"

namespace overlap {
namespace {

using testing::end_of;
using testing::start_child;

/// Counts who holds which slot, in memory that forks share.
struct Holders {
  std::atomic<std::uint32_t> at_once{0};
  std::atomic<std::uint32_t> most_at_once{0};
  std::atomic<std::uint32_t> violations{0};
  std::atomic<std::uint64_t> leases{0};
  std::array<std::atomic<std::uint32_t>, 8> of_slot{};
};

void take_often(SlotPool& pool, unsigned slots, unsigned caller, Holders& holders, int times) {
  for (int time = 0; time < times; ++time) {
    const SlotPool::Lease lease = pool.acquire(caller);
    const std::uint32_t now = ++holders.at_once;
    std::uint32_t most = holders.most_at_once;
    while (most < now && !holders.most_at_once.compare_exchange_weak(most, now)) {
    }
    if (lease.slot() >= slots || ++holders.of_slot[lease.slot()] != 1) ++holders.violations;
    std::this_thread::yield();  // lets others try meanwhile
    --holders.of_slot[lease.slot()];
    ++holders.leases;
    --holders.at_once;
  }
}

void expect_kept(const Holders& holders, unsigned slots, std::uint64_t leases) {
  EXPECT_EQ(holders.violations, 0U);
  EXPECT_LE(holders.most_at_once, slots);
  EXPECT_EQ(holders.leases, leases);
  EXPECT_EQ(holders.at_once, 0U);
}

TEST(SlotPool, ManyThreadsNeverHoldMoreThanThereAreAndNeverTheSame) {
  for (const unsigned slots : {1U, 2U, 3U, 7U}) {
    constexpr unsigned callers = 8;
    constexpr int times = 2000;
    SlotPool pool(slots, callers, false);
    Holders holders;
    std::vector<std::thread> threads;
    for (unsigned caller = 0; caller < callers; ++caller) {
      threads.emplace_back([&, caller] { take_often(pool, slots, caller, holders, times); });
    }
    for (std::thread& thread : threads) thread.join();
    expect_kept(holders, slots, std::uint64_t{callers} * times);
  }
}

TEST(SlotPool, ForkedProcessesShareIt) {
  for (const unsigned slots : {1U, 3U}) {
    constexpr unsigned callers = 6;
    constexpr int times = 500;
    SlotPool pool(slots, callers, true);
    const PageBuffer memory(sizeof(Holders), PageBuffer::Sharing::with_forks);
    auto& holders = *new (memory.data()) Holders;
    std::array<pid_t, callers> children{};
    for (unsigned caller = 0; caller < callers; ++caller) {
      children[caller] = start_child([&] {
        take_often(pool, slots, caller, holders, times);
        return true;
      });
    }
    for (const pid_t child : children) EXPECT_EQ(end_of(child), "exit 0");
    expect_kept(holders, slots, std::uint64_t{callers} * times);
  }
}

TEST(SlotPool, SlotsHeldAtOnceAreDistinctAndAllOfThemCanBe) {
  SlotPool pool(3, 4, false);
  const SlotPool::Lease first = pool.acquire(0);
  const SlotPool::Lease second = pool.acquire(0);
  const SlotPool::Lease third = pool.acquire(0);
  EXPECT_EQ(1U << first.slot() | 1U << second.slot() | 1U << third.slot(), 7U);
}

TEST(SlotPool, GivesACallerTheSlotThatAnotherGivesBack) {
  SlotPool pool(1, 2, false);
  std::atomic<bool> given_back{false};
  std::atomic<bool> asked{false};
  bool taken_too_early = false;
  std::thread other;
  {
    const SlotPool::Lease lease = pool.acquire(0);
    other = std::thread([&] {
      asked = true;
      const SlotPool::Lease late = pool.acquire(1);
      taken_too_early = !given_back;
    });
    while (!asked) std::this_thread::yield();
    given_back = true;
  }
  other.join();
  EXPECT_FALSE(taken_too_early);
}

TEST(SlotPool, ForkedCallerGetsTheSlotThatItsParentGivesBack) {
  SlotPool pool(1, 2, true);
  const PageBuffer memory(sizeof(std::atomic<bool>), PageBuffer::Sharing::with_forks);
  auto& given_back = *new (memory.data()) std::atomic<bool>(false);
  pid_t child = 0;
  {
    const SlotPool::Lease lease = pool.acquire(0);
    child = start_child([&] {
      const SlotPool::Lease late = pool.acquire(1);
      return given_back.load();
    });
    given_back = true;
  }
  EXPECT_EQ(end_of(child), "exit 0");
}

TEST(SlotPool, EachCallerHasItsOwnWhereThereAreEnough) {
  SlotPool pool(4, 4, false);
  for (int time = 0; time < 3; ++time) {
    for (unsigned caller = 0; caller < 4; ++caller) EXPECT_EQ(pool.acquire(caller).slot(), caller);
  }
  SlotPool more(8, 4, false);
  EXPECT_EQ(more.acquire(3).slot(), 3U);
}

TEST(SlotPool, GivesAnyCallerSeveralSlotsWhileThereAreAny) {
  SlotPool pool(2);
  const std::optional<unsigned> first = pool.try_acquire();
  const std::optional<unsigned> second = pool.try_acquire();
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_FALSE(pool.try_acquire());
  std::thread([&] { pool.release(*first); }).join();
  EXPECT_EQ(pool.acquire(0).slot(), *first);
  EXPECT_EQ(pool.try_acquire(), first) << "the lease gave it back";
}

}  // namespace
}  // namespace overlap
