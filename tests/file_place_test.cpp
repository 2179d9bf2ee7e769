// Where paths lead, through links.
#include "src/file_place.hpp"

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

}  // namespace
}  // namespace overlap
