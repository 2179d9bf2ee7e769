// The table of fields: names that find them.
#include "src/report/fields.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace overlap {
namespace {

TEST(Fields, AreFoundByNameAndNameEachFieldOnce) {
  for (const Field& field : fields()) EXPECT_EQ(&find_field(field.name), &field);
  EXPECT_THROW(find_field("none"), std::out_of_range);
}

}  // namespace
}  // namespace overlap
