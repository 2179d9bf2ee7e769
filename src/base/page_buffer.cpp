// Mapping, aligning and touching pages.
#include "src/base/page_buffer.hpp"

#include <sys/mman.h>

#include <new>
#include <utility>

namespace overlap {
namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t huge_page = std::uint64_t{2} << 20;

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

PageBuffer::PageBuffer(std::uint64_t bytes, Sharing sharing) {
  const std::uint64_t alignment = bytes >= huge_page ? huge_page : page;
  const std::uint64_t slack = alignment == huge_page ? huge_page : 0;
  if (bytes > PTRDIFF_MAX - huge_page - slack) throw std::bad_alloc();
  bytes_ = round_up(bytes == 0 ? 1 : bytes, alignment);
  const int visibility = sharing == Sharing::own ? MAP_PRIVATE : MAP_SHARED;
  void* mapped =
      mmap(nullptr, bytes_ + slack, PROT_READ | PROT_WRITE, visibility | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  auto* begin = static_cast<std::byte*>(mapped);
  const std::uint64_t lead =
      round_up(reinterpret_cast<std::uintptr_t>(begin), alignment) - reinterpret_cast<std::uintptr_t>(begin);
  data_ = begin + lead;
  if (lead != 0) munmap(begin, lead);
  if (slack > lead) munmap(data_ + bytes_, slack - lead);
  // Only advice: where the system has no huge pages, small ones do.
  if (alignment == huge_page) madvise(data_, bytes_, MADV_HUGEPAGE);
}

PageBuffer::PageBuffer(PageBuffer&& other) noexcept { *this = std::move(other); }

PageBuffer& PageBuffer::operator=(PageBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

PageBuffer::~PageBuffer() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

void PageBuffer::touch() noexcept {
  for (std::uint64_t offset = 0; offset < bytes_; offset += page) {
    *const_cast<volatile std::byte*>(data_ + offset) = std::byte{0};
  }
}

}  // namespace overlap
