// Memory for workspaces: mapped pages, huge ones where there are any.
#pragma once

#include <cstddef>
#include <cstdint>

namespace overlap {

/// Zeroed memory of its own mapping, aligned to 4 KiB, or to 2 MiB from 2 MiB on. Movable; unmaps at its end.
class PageBuffer {
 public:
  enum class Sharing {
    own,        ///< this process's, on huge pages where the system gives them
    with_forks  ///< shared with children forked later; huge pages only where the system gives them to shared memory
  };

  PageBuffer() noexcept = default;
  /// Address space alone: pages come when touched. Throws std::bad_alloc.
  PageBuffer(std::uint64_t bytes, Sharing sharing);
  PageBuffer(PageBuffer&& other) noexcept;
  PageBuffer& operator=(PageBuffer&& other) noexcept;
  PageBuffer(const PageBuffer&) = delete;
  PageBuffer& operator=(const PageBuffer&) = delete;
  ~PageBuffer();

  /// Touches every page, so that none faults later.
  void touch() noexcept;

  std::byte* data() const noexcept { return data_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  std::byte* data_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace overlap
