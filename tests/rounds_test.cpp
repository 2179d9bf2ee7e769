// When rounds end: by their number, by what is known, or by the time that is spent.
#include "src/comparison/rounds.hpp"

#include <gtest/gtest.h>

namespace overlap {
namespace {

using Indices = std::vector<std::size_t>;

RowSoFar row_of(std::vector<double> samples_s, double seconds = 0.0) { return {true, std::move(samples_s), seconds}; }

const std::vector<double> close_together = {1.0, 1.01, 1.0, 0.99, 1.0};
const std::vector<double> far_apart = {1.0, 1.5, 1.0, 0.5, 1.0};

TEST(Rounds, AreAsManyAsAskedFor) {
  RoundsWanted wanted;
  wanted.count = 2;
  Rounds rounds;
  std::vector<RowSoFar> rows(3);
  rows[0] = row_of(close_together);
  rows[1].runs = false;
  EXPECT_EQ(next_round(wanted, rows, 0.0, rounds), (Indices{0, 2}));
  EXPECT_EQ(next_round(wanted, rows, 1e9, rounds), (Indices{0, 2}));
  EXPECT_EQ(next_round(wanted, rows, 2e9, rounds), Indices{});
  EXPECT_EQ(rounds.made, 2U);
  EXPECT_EQ(rounds.ended_by, Rounds::End::count);
  EXPECT_FALSE(rounds.automatic);
}

TEST(Rounds, GoOnWithRowsThatAreNotSettled) {
  RoundsWanted wanted;
  wanted.automatic = true;
  Rounds rounds;
  rounds.made = 5;
  EXPECT_EQ(next_round(wanted, {row_of(close_together), row_of(far_apart), row_of({1.0, 1.0, 1.0, 1.0})}, 9.0, rounds),
            (Indices{1, 2}));
  EXPECT_EQ(rounds.made, 6U);
  EXPECT_EQ(next_round(wanted, {row_of(close_together), row_of(close_together)}, 9.0, rounds), Indices{});
  EXPECT_EQ(rounds.made, 6U);
  EXPECT_EQ(rounds.ended_by, Rounds::End::settled);
  EXPECT_EQ(rounds.max_time_s, 300.0);
}

TEST(Rounds, LeaveOutRowsThatFailed) {
  RoundsWanted wanted;
  wanted.automatic = true;
  Rounds rounds;
  RowSoFar failed = row_of({});
  failed.runs = false;
  EXPECT_EQ(next_round(wanted, {failed, row_of(close_together)}, 9.0, rounds), Indices{});
  EXPECT_EQ(rounds.ended_by, Rounds::End::settled);
}

TEST(Rounds, EndBeforeTheTimeIsSpent) {
  RoundsWanted wanted;
  wanted.automatic = true;
  wanted.max_time_s = 100.0;
  // The row that is settled takes no part, so it counts for nothing: 15 s a repeat of the other.
  const std::vector<RowSoFar> rows = {row_of(far_apart, 75.0), row_of(close_together, 300.0)};
  Rounds rounds;
  rounds.made = 5;
  EXPECT_EQ(next_round(wanted, rows, 84.0, rounds), Indices{0});
  EXPECT_EQ(next_round(wanted, rows, 86.0, rounds), Indices{});
  EXPECT_EQ(rounds.ended_by, Rounds::End::max_time);
  EXPECT_EQ(rounds.made, 6U);
  const std::vector<RowSoFar> two = {row_of(far_apart, 75.0), row_of(far_apart, 50.0)};
  EXPECT_EQ(next_round(wanted, two, 74.0, rounds), (Indices{0, 1}));
  EXPECT_EQ(next_round(wanted, two, 76.0, rounds), Indices{});
}

TEST(Rounds, MakeTheFirstWhateverItTakes) {
  RoundsWanted wanted;
  wanted.automatic = true;
  wanted.max_time_s = 1e-9;
  Rounds rounds;
  EXPECT_EQ(next_round(wanted, {row_of({})}, 1.0, rounds), Indices{0});
  EXPECT_EQ(next_round(wanted, {row_of({1.0}, 1.0)}, 2.0, rounds), Indices{});
  EXPECT_EQ(rounds.made, 1U);
}

TEST(Rounds, AMedianIsSettledWithinTwoPercentOnBothSides) {
  EXPECT_TRUE(is_settled(close_together));
  EXPECT_FALSE(is_settled({}));
  EXPECT_FALSE(is_settled(std::vector<double>{1.0, 1.0, 1.0, 1.0}));
  EXPECT_TRUE(is_settled(std::vector<double>{0.981, 1.0, 1.0, 1.0, 1.019}));
  EXPECT_FALSE(is_settled(std::vector<double>{0.979, 1.0, 1.0, 1.0, 1.0}));
  EXPECT_FALSE(is_settled(std::vector<double>{1.021, 1.0, 1.0, 1.0, 1.0}));
}

TEST(Rounds, NameHowTheyEnded) {
  EXPECT_EQ(name_of(Rounds::End::count), "count");
  EXPECT_EQ(name_of(Rounds::End::settled), "settled");
  EXPECT_EQ(name_of(Rounds::End::max_time), "max_time");
  EXPECT_EQ(name_of(Rounds::End::interrupt), "interrupt");
}

}  // namespace
}  // namespace overlap
