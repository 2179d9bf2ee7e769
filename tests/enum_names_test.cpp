// Names of enumerations' values, written and read by one table.
#include "src/base/enum_names.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "src/comparison/results.hpp"
#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {
namespace {

enum class Nameless { one };
static_assert(!NamedEnum<Nameless>);

TEST(EnumNames, AreWrittenAndReadByOneTable) {
  for (const Status status : {Status::ok, Status::failed, Status::unavailable, Status::interrupted}) {
    EXPECT_EQ(value_named<Status>(name_of(status)), status);
  }
  EXPECT_EQ(value_named<Precision>("float"), Precision::float32);
  EXPECT_EQ(value_named<Precision>("Float"), std::nullopt);
  EXPECT_EQ(value_named<Precision>(""), std::nullopt);
}

TEST(EnumNames, AreListedForPeople) {
  EXPECT_EQ(names_listed<Precision>(), "double or float");
  EXPECT_EQ(names_listed<Status>(), "ok, failed, unavailable or interrupted");
}

TEST(EnumNames, HaveOneForWhatAForeignFileMayHold) { EXPECT_EQ(name_of(static_cast<Phase>(99)), "unknown"); }

}  // namespace
}  // namespace overlap
