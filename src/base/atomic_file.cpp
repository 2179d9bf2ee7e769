// Nameless or temporary files, and the rename.
#include "src/base/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "src/base/errors.hpp"
#include "src/base/file_place.hpp"

namespace overlap {
namespace {

constexpr mode_t all_may_read_and_write = 0666;  // less the umask

constexpr int most_tries = 1000;

/// Calls `take` with names in a folder that are not in use, until one of them is taken: what a killed process of the
/// same number left behind stands in nobody's way. Throws what ended the tries but for EEXIST.
template <typename Take>
std::string take_name(const std::string& folder, const std::string& wanted, const Take& take) {
  for (int count = 0; count < most_tries; ++count) {
    std::string name = fmt::format("{}/.overlap-{}-{}.tmp", folder, getpid(), count);
    if (take(name.c_str())) return name;
    if (errno != EEXIST) break;
  }
  throw_errno(errno, wanted);
}

/// This process's stdout or stderr where the file is what lies behind it, so that what is there already stays: -1 where
/// it is neither.
int standard_stream_of(const struct stat& file) {
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat stream {};
    if (fstat(fd, &stream) == 0 && stream.st_dev == file.st_dev && stream.st_ino == file.st_ino) return fd;
  }
  return -1;
}

/// Gives the file the owner and mode of the one that it will replace, as far as this process may.
void keep_owner_and_mode(int file, const struct stat& replaced) {
  constexpr mode_t mode_bits = 0777;
  static_cast<void>(fchown(file, replaced.st_uid, replaced.st_gid) == 0);
  fchmod(file, replaced.st_mode & mode_bits);
}

/// Whether the name can't be given to another file, as where a container has the file mounted, or its folder is
/// another's.
bool is_irreplaceable(int error) { return error == EBUSY || error == EPERM || error == EACCES || error == EXDEV; }

void write_all(int file, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_errno(errno, path);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (stat(path_.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) throw_errno(EISDIR, path_);
    if (access(path_.c_str(), W_OK) != 0) throw_errno(errno, path_);
    const int stream = S_ISREG(status.st_mode) ? standard_stream_of(status) : -1;
    if (stream >= 0 || !S_ISREG(status.st_mode)) {
      direct_ = true;
      file_ = UniqueFd(stream >= 0 ? fcntl(stream, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                   : open(path_.c_str(), O_WRONLY | O_CLOEXEC));
      if (!file_) throw_errno(errno, path_);
      return;
    }
    // A link's target is replaced, not the link.
    path_ = std::filesystem::canonical(path_).string();
    replaces_ = true;
  } else if (errno == ENOENT) {
    path_ = end_of_links(path_);
  } else {
    throw_errno(errno, path_);
  }
  file_ = UniqueFd(open(folder_of(path_).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, all_may_read_and_write));
  if (!file_) {
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) throw_errno(errno, path_);
    temporary_ = take_name(folder_of(path_), path_, [this](const char* name) {
      file_ = UniqueFd(open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, all_may_read_and_write));
      return static_cast<bool>(file_);
    });
  }
  if (replaces_) keep_owner_and_mode(file_.get(), status);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)),
      direct_(other.direct_),
      replaces_(other.replaces_) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view content) { write_all(file_.get(), content, path_); }

void AtomicFile::commit() {
  if (direct_) return;
  if (fsync(file_.get()) != 0) throw_errno(errno, path_);
  try {
    put_in_place();
  } catch (const std::system_error& error) {
    if (!replaces_ || !is_irreplaceable(error.code().value())) throw;
    copy_into_place();
  }
}

void AtomicFile::put_in_place() {
  if (temporary_.empty()) {
    const std::string handle = fmt::format("/proc/self/fd/{}", file_.get());
    temporary_ = take_name(folder_of(path_), path_, [&](const char* name) {
      return linkat(AT_FDCWD, handle.c_str(), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
    });
  }
  if (rename(temporary_.c_str(), path_.c_str()) != 0) throw_errno(errno, path_);
  temporary_.clear();
}

void AtomicFile::copy_into_place() {
  const UniqueFd target(open(path_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!target || lseek(file_.get(), 0, SEEK_SET) != 0) throw_errno(errno, path_);
  std::array<char, 65536> bytes{};
  while (const ssize_t count = read(file_.get(), bytes.data(), bytes.size())) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno(errno, path_);
    write_all(target.get(), {bytes.data(), static_cast<std::size_t>(count)}, path_);
  }
  if (fsync(target.get()) != 0) throw_errno(errno, path_);
}

}  // namespace overlap
