// How often what grows is saved, on a clock of the test's own.
#include "src/cli/save_pace.hpp"

#include <gtest/gtest.h>

namespace overlap {
namespace {

TEST(SavePace, SavesTheFirstTimeAtOnce) { EXPECT_TRUE(SavePace().is_due(0)); }

TEST(SavePace, SavesAgainWhenTheLastSaveIsATenthOfTheTime) {
  SavePace pace;
  pace.saved(100, 110);
  EXPECT_FALSE(pace.is_due(110));
  EXPECT_FALSE(pace.is_due(199));
  EXPECT_TRUE(pace.is_due(200));
}

TEST(SavePace, SpendsATenthOfTheTimeHoweverLongSavesBecome) {
  // A cell each 10 ticks; a save takes a tick more for each cell that there is.
  SavePace pace;
  std::int64_t now = 0;
  std::int64_t saving = 0;
  std::int64_t last = 0;
  for (std::int64_t cells = 1; cells <= 10'000; ++cells) {
    now += 10;
    if (!pace.is_due(now)) continue;
    pace.saved(now, now + cells);
    now += cells;
    saving += cells;
    last = cells;
  }
  EXPECT_LE(saving - last, now / 10);
}

TEST(SavePace, SavesEachTimeWhereSavesTakeLittle) {
  SavePace pace;
  for (std::int64_t now = 0; now < 1000; now += 100) {
    EXPECT_TRUE(pace.is_due(now)) << now;
    pace.saved(now, now + 5);
  }
}

}  // namespace
}  // namespace overlap
