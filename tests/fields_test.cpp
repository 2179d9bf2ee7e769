// The table of fields: names that find them.
#include "src/report/fields.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <stdexcept>
#include <string>

#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

TEST(Fields, AreFoundByNameAndNameEachFieldOnce) {
  for (const Field& field : fields()) EXPECT_EQ(&find_field(field.name), &field);
  EXPECT_THROW(find_field("none"), std::out_of_range);
}

TEST(Columns, MeanWhatTheReadmeSays) {
  const std::string readme = testing::content_of(std::string(OVERLAP_SOURCE_DIR) + "/README.md");
  for (const Judged by : {Judged::makespan, Judged::latency}) {
    for (const Column& column : columns(by)) {
      if (column.names.front() == "executor") continue;
      std::string header(column.header);
      if (const std::size_t at = header.find("\u00AD"); at != std::string::npos) header.erase(at, 2);
      const std::string line = "| " + header + " | " + std::string(column.meaning) + " |\n";
      EXPECT_NE(readme.find(line), std::string::npos) << line;
    }
  }
}

}  // namespace
}  // namespace overlap
