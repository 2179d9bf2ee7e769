// A file that is written whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "src/base/unique_fd.hpp"

namespace overlap {

/// Opens what will become `path` at its construction, so that an unwritable place is found before there is anything to
/// write, and puts it there in one rename. What is not committed leaves nothing behind, a killed process neither where
/// the file system has nameless files. A file that is replaced leaves its owner and mode to the new one; one that can't
/// be replaced, as where a container has it mounted, is overwritten. A path that exists and is no regular file (a
/// pipe), or leads to this process's stdout or stderr, is written directly.
class AtomicFile {
 public:
  /// Throws std::system_error where it can't be written.
  explicit AtomicFile(std::string path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  /// Appends. Throws std::system_error.
  void write(std::string_view content);

  /// Puts the file in its place. Throws std::system_error; what stood at `path` then stands there still, unless it
  /// could only be overwritten. Once.
  void commit();

 private:
  void put_in_place();
  void copy_into_place();

  std::string path_;
  std::string temporary_;  // the name it has now; empty: none
  UniqueFd file_;
  bool direct_ = false;
  bool replaces_ = false;  // what stands there
};

}  // namespace overlap
