// A file that is written whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "src/unique_fd.hpp"

namespace overlap {

/// Opens what will become `path` at its construction, so that an unwritable place is found before there is anything to
/// write, and puts it there in one rename. What is not committed leaves nothing behind, a killed process neither where
/// the file system has nameless files. A path that exists and is no regular file (/dev/stdout, a pipe) is written
/// directly.
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

  /// Puts the file in its place. Throws std::system_error; what stood at `path` then stands there still. Once.
  void commit();

 private:
  std::string path_;
  std::string temporary_;  // the name it has now; empty: none
  UniqueFd file_;
  bool direct_ = false;
};

}  // namespace overlap
