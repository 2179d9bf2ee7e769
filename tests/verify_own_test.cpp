// Results of a user's own compute, held to those of the same steps elsewhere.
#include "src/run/verify_own.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>

#include "src/run/recording.hpp"

namespace overlap {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

void leave(Recording& recording, std::uint64_t request, std::uint64_t iteration, const std::array<double, 4>& results) {
  StepRecord& step = recording.step(request, iteration);
  step.input_energy = results[0];
  step.spectrum_energy = results[1];
  step.bin_re = results[2];
  step.bin_im = results[3];
  step.state = static_cast<std::uint32_t>(StepState::finished);
}

/// All of whose steps left different results, and whose check passed.
Recording finished_recording(std::uint64_t requests, std::uint64_t iterations) {
  Recording recording = Recording::create(requests, iterations, 1);
  for (std::uint64_t request = 0; request < requests; ++request) {
    for (std::uint64_t iteration = 0; iteration < iterations; ++iteration) {
      leave(recording, request, iteration, {1.0 + static_cast<double>(request), static_cast<double>(iteration), 0, -3});
    }
  }
  recording.set_check("");
  return recording;
}

/// What is found where one of the four results of a step is this, and elsewhere that.
std::string finding_of(double here, double there, std::size_t result = 3) {
  const Recording reference = [&] {
    Recording recording = finished_recording(2, 2);
    std::array<double, 4> results{2.0, 1.0, 0.0, -3.0};
    results[result] = there;
    leave(recording, 1, 1, results);
    return recording;
  }();
  Recording recording = finished_recording(2, 2);
  std::array<double, 4> results{2.0, 1.0, 0.0, -3.0};
  results[result] = here;
  leave(recording, 1, 1, results);
  return verify_own(recording, &reference);
}

TEST(VerifyOwn, PassesEqualResults) {
  const Recording recording = finished_recording(3, 2);
  EXPECT_EQ(verify_own(recording, nullptr), "");
  EXPECT_EQ(verify_own(recording, &recording), "");
  const Recording reference = finished_recording(3, 2);
  EXPECT_EQ(verify_own(recording, &reference), "");
}

TEST(VerifyOwn, FindsEachResultThatDiffersWithItsStep) {
  EXPECT_EQ(finding_of(7.5, 2.0, 0), "step (1, 1) left 7.5, 1, 0, -3, the reference 2, 1, 0, -3");
  EXPECT_EQ(finding_of(7.5, 1.0, 1), "step (1, 1) left 2, 7.5, 0, -3, the reference 2, 1, 0, -3");
  EXPECT_EQ(finding_of(7.5, 0.0, 2), "step (1, 1) left 2, 1, 7.5, -3, the reference 2, 1, 0, -3");
  EXPECT_EQ(finding_of(7.5, -3.0, 3), "step (1, 1) left 2, 1, 0, 7.5, the reference 2, 1, 0, -3");
}

TEST(VerifyOwn, LeavesRoomForAnotherOrderOfSumsAndForNoMore) {
  EXPECT_EQ(finding_of(1000.0, 1000.0009), "");
  EXPECT_EQ(finding_of(-1000.0009, -1000.0), "");
  EXPECT_NE(finding_of(1000.0, 1000.002), "");
  EXPECT_NE(finding_of(1000.0, -1000.0), "");
  EXPECT_NE(finding_of(0.0, 1e-300), "");
}

TEST(VerifyOwn, TakesWhatIsNoNumberForNoAgreement) {
  EXPECT_EQ(finding_of(not_a_number, 1.0),
            "step (1, 1) left 2, 1, 0, nan, the reference 2, 1, 0, 1; NaN can't be verified");
  EXPECT_EQ(finding_of(1.0, not_a_number),
            "step (1, 1) left 2, 1, 0, 1, the reference 2, 1, 0, nan; NaN can't be verified");
  EXPECT_EQ(finding_of(not_a_number, not_a_number, 0),
            "step (1, 1) left nan, 1, 0, -3, the reference nan, 1, 0, -3; NaN can't be verified");
  EXPECT_NE(finding_of(infinity, 1.0), "");
  EXPECT_NE(finding_of(1.0, infinity), "");
  EXPECT_NE(finding_of(infinity, -infinity), "");
  EXPECT_EQ(finding_of(infinity, infinity), "");
}

TEST(VerifyOwn, FailsWithTheRunnersOwnCheck) {
  Recording recording = finished_recording(1, 1);
  recording.set_check("step (0, 0) left 1, in setup 2");
  EXPECT_EQ(verify_own(recording, nullptr), "step (0, 0) left 1, in setup 2");
  EXPECT_EQ(verify_own(Recording::create(1, 1, 1), nullptr), "it was not held against setup's steps");
}

TEST(VerifyOwn, ComparesTheStepsThatBothHaveFinished) {
  Recording few = Recording::create(1, 3, 1);
  leave(few, 0, 1, {1.0, 1.0, 0.0, -3.0});
  EXPECT_EQ(difference_of_results(finished_recording(2, 2), few, "in setup"), "");
  leave(few, 0, 0, {1.0, 5.0, 0.0, -3.0});
  EXPECT_EQ(difference_of_results(finished_recording(2, 2), few, "in setup"),
            "step (0, 0) left 1, 0, 0, -3, in setup 1, 5, 0, -3");
  EXPECT_EQ(difference_of_results(few, finished_recording(2, 2), "in setup"),
            "step (0, 0) left 1, 5, 0, -3, in setup 1, 0, 0, -3");
}

TEST(VerifyOwn, TellsWhetherAnythingWasLeft) {
  Recording recording = Recording::create(1, 2, 1);
  leave(recording, 0, 0, {});
  EXPECT_FALSE(leaves_results(recording));
  recording.step(0, 1).bin_im = 4.0;
  EXPECT_FALSE(leaves_results(recording)) << "of a step that is not finished";
  leave(recording, 0, 1, {0.0, 0.0, 0.0, 4.0});
  EXPECT_TRUE(leaves_results(recording));
}

TEST(VerifyOwn, TellsWhetherAllStepsLeftTheSame) {
  Recording recording = Recording::create(1, 3, 1);
  EXPECT_FALSE(leaves_the_same(recording));
  leave(recording, 0, 0, {0.0, 0.0, 0.0, 4.0});
  EXPECT_FALSE(leaves_the_same(recording)) << "of one step";
  leave(recording, 0, 1, {0.0, 0.0, 0.0, 4.0});
  EXPECT_TRUE(leaves_the_same(recording));
  leave(recording, 0, 2, {1.0, 0.0, 0.0, 4.0});
  EXPECT_FALSE(leaves_the_same(recording));
}

}  // namespace
}  // namespace overlap
