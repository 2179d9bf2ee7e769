// Where paths lead: through links, and to one file by several names.
#include "src/base/file_place.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using testing::TemporaryFolder;
using testing::write_content;

TEST(EndOfLinks, IsThePathItselfWhereItNamesNoLink) {
  const TemporaryFolder folder;
  write_content(folder / "file", "");
  for (const std::string& path : {folder / "file", folder / "missing", folder / "missing/file", std::string("file")}) {
    EXPECT_EQ(end_of_links(path), path);
  }
}

TEST(EndOfLinks, IsWhatTheLastLinkNamesWhetherItIsThereOrNot) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("second", folder.path() / "first");
  std::filesystem::create_symlink(folder / "target", folder.path() / "second");
  EXPECT_EQ(end_of_links(folder / "first"), folder / "target");
  write_content(folder / "target", "");
  EXPECT_EQ(end_of_links(folder / "first"), folder / "target");
}

TEST(EndOfLinks, ComesToAnEndWhereLinksLeadInACircle) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("there", folder.path() / "here");
  std::filesystem::create_symlink("here", folder.path() / "there");
  EXPECT_EQ(std::filesystem::path(end_of_links(folder / "here")).parent_path(), folder.path());
}

TEST(PlaceOf, IsTheSameForAllPathsToAFile) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "inner");
  std::filesystem::create_symlink("out", folder.path() / "link");
  std::filesystem::create_directory_symlink("inner", folder.path() / "way");
  const auto expect_one_place = [&] {
    for (const char* path : {"./out", "inner/../out", "way/../out", "inner/.././out", "link", "way/../link"}) {
      EXPECT_EQ(place_of(folder / path), place_of(folder / "out")) << path;
    }
    EXPECT_NE(place_of(folder / "other"), place_of(folder / "out"));
    EXPECT_NE(place_of(folder / "inner/out"), place_of(folder / "out"));
  };
  expect_one_place();
  write_content(folder / "out", "");
  expect_one_place();
}

TEST(PlaceOf, IsTheSameFromHereOn) {
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(place_of("a-file-that-is-not-there"), place_of("./a-file-that-is-not-there"));
  EXPECT_EQ(place_of("a-file-that-is-not-there"), place_of(here + "/a-file-that-is-not-there"));
}

TEST(PlaceOf, IsThePathItselfOfADevice) {
  EXPECT_EQ(place_of("/dev/null"), "/dev/null");
  EXPECT_EQ(place_of("/dev/./null"), "/dev/./null");
}

}  // namespace
}  // namespace overlap
