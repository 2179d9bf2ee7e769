// Files that are written whole or not at all.
#include "src/base/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "src/base/unique_fd.hpp"
#include "tests/in_child.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using testing::content_of;
using testing::end_of;
using testing::start_child;
using testing::TemporaryFolder;
using testing::write_content;

/// The error number with which opening, writing or putting it in place fails; 0 where nothing does.
int error_of_writing(const std::string& path, const std::string& content) {
  try {
    AtomicFile file(path);
    file.write(content);
    file.commit();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

/// The error number with which the place itself is refused, before anything is written; 0 where it is not.
int error_of_opening(const std::string& path) {
  try {
    const AtomicFile file(path);
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

TEST(AtomicFile, IsThereWholeOnceItIsCommittedAndNotBefore) {
  const TemporaryFolder folder;
  const std::string path = folder / "out";
  AtomicFile file(path);
  file.write("first ");
  file.write("");
  file.write("second");
  EXPECT_FALSE(std::filesystem::exists(path));
  file.commit();
  EXPECT_EQ(content_of(path), "first second");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, MayBeEmpty) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of_writing(folder / "out", ""), 0);
  EXPECT_TRUE(std::filesystem::exists(folder / "out"));
}

TEST(AtomicFile, HoldsEveryByteOfAnyContent) {
  const TemporaryFolder folder;
  std::string content(std::size_t{5} << 20, '\0');
  for (std::size_t index = 0; index < content.size(); ++index) content[index] = static_cast<char>(index * 31 >> 3);
  EXPECT_EQ(error_of_writing(folder / "out", content), 0);
  EXPECT_EQ(content_of(folder / "out"), content);
}

TEST(AtomicFile, LeavesAnExistingFileAsItIsUntilItIsCommitted) {
  const TemporaryFolder folder;
  const std::string path = folder / "out";
  write_content(path, "what stood there, and it was longer");
  AtomicFile file(path);
  file.write("new");
  EXPECT_EQ(content_of(path), "what stood there, and it was longer");
  file.commit();
  EXPECT_EQ(content_of(path), "new");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, AbandonedLeavesNothing) {
  const TemporaryFolder folder;
  write_content(folder / "old", "old");
  {
    AtomicFile fresh(folder / "new");
    fresh.write("half");
    AtomicFile existing(folder / "old");
    existing.write("half");
  }
  EXPECT_EQ(folder.entries(), 1U);
  EXPECT_EQ(content_of(folder / "old"), "old");
}

TEST(AtomicFile, OfAKilledProcessLeavesNothing) {
  const TemporaryFolder folder;
  if (const UniqueFd nameless(open(folder.path().c_str(), O_TMPFILE | O_WRONLY, 0600)); !nameless) {
    GTEST_SKIP() << "this file system has no nameless files";
  }
  EXPECT_EQ(testing::run_in_child([&] {
              AtomicFile file(folder / "out");
              file.write("half");
              kill(getpid(), SIGKILL);
              return true;
            }),
            "signal 9");
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(AtomicFile, IsNotKeptFromItsPlaceByWhatAKilledProcessLeft) {
  // Numbers of processes come again, in containers at each start.
  const TemporaryFolder folder;
  write_content(fmt::format("{}.{}.tmp", folder / "out", getpid()), "left by another of this number");
  EXPECT_EQ(error_of_writing(folder / "out", "new"), 0);
  EXPECT_EQ(content_of(folder / "out"), "new");
}

TEST(AtomicFile, TwoAtOnceInAFolderDoNotMeet) {
  const TemporaryFolder folder;
  AtomicFile one(folder / "one");
  AtomicFile two(folder / "two");
  one.write("1");
  two.write("2");
  two.commit();
  one.commit();
  EXPECT_EQ(content_of(folder / "one"), "1");
  EXPECT_EQ(content_of(folder / "two"), "2");
  EXPECT_EQ(folder.entries(), 2U);
}

TEST(AtomicFile, MovesWithWhatWasWritten) {
  const TemporaryFolder folder;
  AtomicFile first(folder / "out");
  first.write("a");
  AtomicFile second = std::move(first);
  second.write("b");
  second.commit();
  EXPECT_EQ(content_of(folder / "out"), "ab");
}

TEST(AtomicFile, TakesALinksTargetForItsPlace) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "elsewhere");
  write_content(folder / "elsewhere/target", "old");
  std::filesystem::create_symlink("elsewhere/target", folder.path() / "link");
  EXPECT_EQ(error_of_writing(folder / "link", "new"), 0);
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "link"));
  EXPECT_EQ(content_of(folder / "elsewhere/target"), "new");
  EXPECT_EQ(folder.entries(), 2U);
}

TEST(AtomicFile, TakesTheEndOfLinksForItsPlaceWhereNothingIsThereYet) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "elsewhere");
  std::filesystem::create_symlink("elsewhere/next", folder.path() / "link");
  std::filesystem::create_symlink("target", folder.path() / "elsewhere/next");
  EXPECT_EQ(error_of_writing(folder / "link", "new"), 0);
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "link"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "elsewhere/next"));
  EXPECT_EQ(content_of(folder / "elsewhere/target"), "new");
  EXPECT_EQ(folder.entries(), 2U);
}

TEST(AtomicFile, RefusesALinkIntoAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("missing/target", folder.path() / "link");
  EXPECT_EQ(error_of_opening(folder / "link"), ENOENT);
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "link"));
}

TEST(AtomicFile, IsReadableByOthersAsFarAsTheUmaskLets) {
  const TemporaryFolder folder;
  const mode_t before = umask(027);
  EXPECT_EQ(error_of_writing(folder / "out", "x"), 0);
  umask(before);
  struct stat status {};
  ASSERT_EQ(stat((folder / "out").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640U);
}

TEST(AtomicFile, RefusesAFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of_opening(folder.path().string()), EISDIR);
  EXPECT_EQ(error_of_opening(folder.path().string() + "/"), EISDIR);
}

TEST(AtomicFile, RefusesAFolderThatIsNotThereBeforeAnythingIsWritten) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of_opening(folder / "missing/out"), ENOENT);
  write_content(folder / "file", "");
  EXPECT_EQ(error_of_opening(folder / "file/out"), ENOTDIR);
}

TEST(AtomicFile, RefusesANameThatIsTooLongBeforeAnythingIsWritten) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of_opening(folder / std::string(300, 'n')), ENAMETOOLONG);
}

TEST(AtomicFile, TakesTheLongestNameThatThereCanBe) {
  const TemporaryFolder folder;
  const std::string path = folder / std::string(255, 'n');
  EXPECT_EQ(error_of_writing(path, "x"), 0);
  EXPECT_EQ(content_of(path), "x");
}

/// As error_of_opening, by a user whom permissions bind; "exit N" with the error's number.
std::string error_of_opening_for_others(const std::string& path) {
  return end_of(start_child([&]() -> bool {
    constexpr uid_t nobody = 65534;
    if (geteuid() == 0 && setuid(nobody) != 0) _exit(255);
    _exit(error_of_opening(path));
  }));
}

TEST(AtomicFile, RefusesAFolderThatCannotBeWritten) {
  const TemporaryFolder folder;
  chmod(folder.path().c_str(), 0555);
  const std::string end = error_of_opening_for_others(folder / "out");
  chmod(folder.path().c_str(), 0700);
  if (end == "exit 255") GTEST_SKIP() << "this is root, whom permissions do not bind, and it can be no other user";
  EXPECT_EQ(end, fmt::format("exit {}", EACCES));
}

TEST(AtomicFile, RefusesAFileThatCannotBeWritten) {
  const TemporaryFolder folder;
  chmod(folder.path().c_str(), 0777);
  write_content(folder / "out", "old");
  chmod((folder / "out").c_str(), 0444);
  const std::string end = error_of_opening_for_others(folder / "out");
  if (end == "exit 255") GTEST_SKIP() << "this is root, whom permissions do not bind, and it can be no other user";
  EXPECT_EQ(end, fmt::format("exit {}", EACCES));
  EXPECT_EQ(error_of_opening_for_others(folder / "other"), "exit 0");
}

TEST(AtomicFile, LeavesTheModeOfTheFileThatItReplaces) {
  const TemporaryFolder folder;
  const std::string path = folder / "out";
  write_content(path, "old");
  for (const auto mode : {std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                          std::filesystem::perms::all & ~std::filesystem::perms::others_all}) {
    std::filesystem::permissions(path, mode);
    EXPECT_EQ(error_of_writing(path, "new"), 0);
    EXPECT_EQ(std::filesystem::status(path).permissions(), mode);
  }
  EXPECT_EQ(content_of(path), "new");
}

TEST(AtomicFile, OverwritesAFileThatCannotBeReplaced) {
  const TemporaryFolder folder;
  const std::string path = folder / "mounted";
  write_content(path, "what stood there, which is longer");
  // As a container has it; in a mount namespace of the child's own, which ends with it.
  const std::string end = testing::run_in_child([&] {
    constexpr int no_mounts = 3;
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) _exit(no_mounts);
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) _exit(no_mounts);
    if (mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) _exit(no_mounts);
    return error_of_writing(path, "new") == 0;
  });
  if (end == "exit 3") GTEST_SKIP() << "this process may make no mount namespace";
  EXPECT_EQ(end, "exit 0");
  EXPECT_EQ(content_of(path), "new");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, AppendsToTheFileBehindStdout) {
  const TemporaryFolder folder;
  const std::string path = folder / "log";
  write_content(path, "before ");
  EXPECT_EQ(testing::run_in_child([&] {
              const UniqueFd log(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
              dup2(log.get(), STDOUT_FILENO);
              return error_of_writing("/dev/stdout", "and after") == 0;
            }),
            "exit 0");
  EXPECT_EQ(content_of(path), "before and after");
}

TEST(AtomicFile, WritesAPipeDirectly) {
  const TemporaryFolder folder;
  const std::string path = folder / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const UniqueFd reader(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(reader);
  AtomicFile file(path);
  file.write("through");
  std::array<char, 16> buffer{};
  EXPECT_EQ(read(reader.get(), buffer.data(), buffer.size()), 7);
  EXPECT_EQ(std::string(buffer.data()), "through");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_fifo(path));
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, WritesADeviceDirectly) {
  EXPECT_EQ(error_of_writing("/dev/null", "x"), 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(AtomicFile, SaysSoWhereADeviceIsFull) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  EXPECT_EQ(error_of_opening("/dev/full"), 0);
  EXPECT_EQ(error_of_writing("/dev/full", "x"), ENOSPC);
}

TEST(AtomicFile, NamesItsPathInItsErrors) {
  const TemporaryFolder folder;
  try {
    const AtomicFile file(folder / "missing/out");
    FAIL() << "no error";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("missing/out"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace overlap
