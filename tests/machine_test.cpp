// Facts of the machine: plausible on any, and limited as this process is.
#include "src/machine/machine.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/utsname.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <set>
#include <string>

#include "src/base/page_buffer.hpp"
#include "tests/in_child.hpp"

namespace overlap {
namespace {

using testing::run_in_child;

TEST(Machine, HasPlausibleFacts) {
  const Machine machine = inspect_machine();
  EXPECT_FALSE(machine.cpu_model.empty());
  EXPECT_EQ(machine.cpu_model.find('\n'), std::string::npos);
  EXPECT_GE(machine.logical_cpus, 1U);
  EXPECT_GE(machine.usable_cpus, 1U);
  EXPECT_LE(machine.usable_cpus, machine.logical_cpus);
  EXPECT_GT(machine.memory_bytes, std::uint64_t{64} << 20);
  EXPECT_LE(machine.available_memory_bytes, machine.memory_bytes);
  EXPECT_EQ(machine.usable_cpus, usable_cpus());
}

TEST(Machine, IsTheKernelsOwnWord) {
  const Machine machine = inspect_machine();
  utsname names{};
  ASSERT_EQ(uname(&names), 0);
  EXPECT_EQ(machine.architecture, names.machine);
  EXPECT_EQ(machine.kernel, fmt::format("{} {}", names.sysname, names.release));
}

TEST(Machine, NamesItsHugePagesAndVectorInstructions) {
  const Machine machine = inspect_machine();
  const std::set<std::string> settings{"always", "madvise", "never", "unknown"};
  EXPECT_EQ(settings.count(machine.huge_pages), 1U) << machine.huge_pages;
  const std::set<std::string> instructions{"AVX-512", "AVX2", "AVX", "SSE2", "NEON", "none"};
  EXPECT_EQ(instructions.count(machine.vector_instructions), 1U) << machine.vector_instructions;
}

TEST(UsableCpus, HonourAffinity) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  ASSERT_EQ(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
  if (CPU_COUNT(&allowed) < 2) GTEST_SKIP() << "this process may use one CPU only";
  EXPECT_EQ(run_in_child([&] {
              std::size_t first = 0;
              while (!CPU_ISSET(first, &allowed)) ++first;
              cpu_set_t one;
              CPU_ZERO(&one);
              CPU_SET(first, &one);
              return sched_setaffinity(0, sizeof(one), &one) == 0 && usable_cpus() == 1 &&
                     inspect_machine().usable_cpus == 1;
            }),
            "exit 0");
}

TEST(Machine, CountsItsCpusWhateverThisProcessMayUse) {
  const Machine whole = inspect_machine();
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
  EXPECT_EQ(run_in_child([&] {
              if (sched_setaffinity(0, sizeof(one), &one) != 0) return false;
              const Machine bound = inspect_machine();
              return bound.logical_cpus == whole.logical_cpus && bound.cores == whole.cores;
            }),
            "exit 0");
}

TEST(PeakPrivateMemory, GrowsWithMemoryThatIsTouchedAndStaysWhenItIsGone) {
  constexpr std::uint64_t bytes = std::uint64_t{64} << 20;
  EXPECT_EQ(run_in_child([] {
              const std::uint64_t before = peak_private_memory_bytes();
              if (before == 0) return false;
              { PageBuffer(bytes, PageBuffer::Sharing::own).touch(); }
              return peak_private_memory_bytes() >= before + bytes * 3 / 4;
            }),
            "exit 0");
}

TEST(PeakPrivateMemory, LeavesSharedMemoryOut) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the sanitizer's shadow of shared memory is private";
#endif
  constexpr std::uint64_t bytes = std::uint64_t{64} << 20;
  EXPECT_EQ(run_in_child([] {
              const std::uint64_t before = peak_private_memory_bytes();
              PageBuffer shared(bytes, PageBuffer::Sharing::with_forks);
              shared.touch();
              return peak_private_memory_bytes() < before + bytes / 4;
            }),
            "exit 0");
}

TEST(PeakMemoryOfFork, LeavesOutWhatItStillSharesWithItsParent) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer's own memory is in it";
#endif
  constexpr std::uint64_t bytes = std::uint64_t{64} << 20;
  PageBuffer inherited(bytes, PageBuffer::Sharing::own);
  inherited.touch();
  EXPECT_EQ(run_in_child([&] {
              const std::uint64_t before = peak_memory_of_fork_bytes();
              return before > 0 && before < bytes / 4;
            }),
            "exit 0");
  EXPECT_EQ(run_in_child([&] {
              std::memset(inherited.data(), 1, bytes);  // from here on it has pages of its own
              return peak_memory_of_fork_bytes() >= bytes * 3 / 4;
            }),
            "exit 0");
}

TEST(AvailableMemory, IsSomethingAndNoMoreThanTheMachineHas) {
  EXPECT_GT(available_memory_bytes(), 0U);
  EXPECT_LE(available_memory_bytes(), inspect_machine().memory_bytes);
}

TEST(SharedMemory, HasHugePagesWhereTheKernelSaysSo) {
  std::string setting;
  std::getline(std::ifstream("/sys/kernel/mm/transparent_hugepage/shmem_enabled"), setting);
  const bool never =
      setting.empty() || setting.find("[never]") != std::string::npos || setting.find("[deny]") != std::string::npos;
  EXPECT_EQ(shared_memory_has_huge_pages(), !never) << setting;
}

}  // namespace
}  // namespace overlap
