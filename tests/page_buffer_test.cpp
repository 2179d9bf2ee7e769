// Workspaces' memory: aligned, zeroed, shared with forks or not, and given back.
#include "src/base/page_buffer.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>
#include <vector>

#include "tests/in_child.hpp"

namespace overlap {
namespace {

using testing::run_in_child;

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t huge_page = std::uint64_t{2} << 20;

constexpr auto own = PageBuffer::Sharing::own;
constexpr auto with_forks = PageBuffer::Sharing::with_forks;

bool is_zero(const PageBuffer& buffer) {
  return std::all_of(buffer.data(), buffer.data() + buffer.bytes(),
                     [](std::byte byte) { return byte == std::byte{0}; });
}

std::uint64_t misalignment(const PageBuffer& buffer, std::uint64_t alignment) {
  return reinterpret_cast<std::uintptr_t>(buffer.data()) % alignment;
}

/// Whether the page at this address is mapped: mincore says ENOMEM where none is.
bool is_mapped(std::byte* address) {
  unsigned char resident = 0;
  return mincore(address, page, &resident) == 0;
}

std::uint64_t resident_pages(const PageBuffer& buffer) {
  std::vector<unsigned char> resident((buffer.bytes() + page - 1) / page);
  EXPECT_EQ(mincore(buffer.data(), buffer.bytes(), resident.data()), 0);
  return static_cast<std::uint64_t>(
      std::count_if(resident.begin(), resident.end(), [](unsigned char flags) { return (flags & 1) != 0; }));
}

TEST(PageBuffer, IsAlignedToPagesAndLargeOnesToHugePages) {
  for (const auto sharing : {own, with_forks}) {
    for (const std::uint64_t bytes : {std::uint64_t{0}, std::uint64_t{1}, page, page + 1, huge_page - 1}) {
      const PageBuffer buffer(bytes, sharing);
      EXPECT_EQ(misalignment(buffer, page), 0U) << bytes;
      EXPECT_GE(buffer.bytes(), bytes);
    }
    // Several at once: one alone may be aligned by chance.
    std::vector<PageBuffer> buffers;
    for (const std::uint64_t bytes : {huge_page, huge_page + 1, 2 * huge_page, 3 * huge_page - 1, 5 * huge_page}) {
      buffers.emplace_back(bytes, sharing);
      EXPECT_EQ(misalignment(buffers.back(), huge_page), 0U) << bytes;
      EXPECT_GE(buffers.back().bytes(), bytes);
    }
  }
}

TEST(PageBuffer, IsZeroedAndWritableToItsLastByte) {
  for (const auto sharing : {own, with_forks}) {
    for (const std::uint64_t bytes : {std::uint64_t{1}, 3 * page, huge_page + 5}) {
      PageBuffer buffer(bytes, sharing);
      EXPECT_TRUE(is_zero(buffer)) << bytes;
      buffer.touch();
      EXPECT_TRUE(is_zero(buffer)) << bytes;
      std::fill_n(buffer.data(), buffer.bytes(), std::byte{0xff});
      EXPECT_EQ(buffer.data()[buffer.bytes() - 1], std::byte{0xff});
    }
  }
}

TEST(PageBuffer, IsAddressSpaceAloneUntilTouched) {
  PageBuffer buffer(16 * page, own);
  EXPECT_EQ(resident_pages(buffer), 0U);
  buffer.touch();
  EXPECT_EQ(resident_pages(buffer), 16U);
  // A terabyte, as long as nobody touches it.
  const PageBuffer large(std::uint64_t{1} << 40, own);
  EXPECT_EQ(large.bytes(), std::uint64_t{1} << 40);
}

TEST(PageBuffer, SharedWithForksIsSeenByBothSides) {
  const PageBuffer buffer(huge_page + 1, with_forks);
  buffer.data()[0] = std::byte{1};
  EXPECT_EQ(run_in_child([&] {
              if (buffer.data()[0] != std::byte{1}) return false;
              buffer.data()[huge_page] = std::byte{2};
              return true;
            }),
            "exit 0");
  EXPECT_EQ(buffer.data()[huge_page], std::byte{2});
}

TEST(PageBuffer, OwnIsNotWrittenByForks) {
  const PageBuffer buffer(page, own);
  EXPECT_EQ(run_in_child([&] {
              buffer.data()[0] = std::byte{2};
              return buffer.data()[0] == std::byte{2};
            }),
            "exit 0");
  EXPECT_EQ(buffer.data()[0], std::byte{0});
}

TEST(PageBuffer, MovesWithItsMemory) {
  PageBuffer first(page, own);
  first.data()[7] = std::byte{7};
  std::byte* const data = first.data();
  PageBuffer second = std::move(first);
  EXPECT_EQ(second.data(), data);
  EXPECT_EQ(second.bytes(), page);
  PageBuffer third;
  EXPECT_EQ(third.data(), nullptr);
  EXPECT_EQ(third.bytes(), 0U);
  third = std::move(second);
  EXPECT_EQ(third.data(), data);
  EXPECT_EQ(third.data()[7], std::byte{7});
}

TEST(PageBuffer, GivesItsMemoryBackAtItsEnd) {
  for (const std::uint64_t bytes : {3 * page, 2 * huge_page}) {
    std::byte* data = nullptr;
    {
      const PageBuffer buffer(bytes, own);
      data = buffer.data();
      EXPECT_TRUE(is_mapped(data));
      EXPECT_TRUE(is_mapped(data + buffer.bytes() - page));
    }
    EXPECT_FALSE(is_mapped(data));
    EXPECT_FALSE(is_mapped(data + bytes - page));
  }
}

TEST(PageBuffer, ThrowsWhereNoAddressSpaceIsLeft) {
  for (const std::uint64_t bytes :
       {std::uint64_t{1} << 60, (std::uint64_t{1} << 63) - 1, std::numeric_limits<std::uint64_t>::max() - huge_page,
        std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_THROW(PageBuffer(bytes, own), std::bad_alloc) << bytes;
  }
}

}  // namespace
}  // namespace overlap
