// How many requests wait, queue and compute in parts of a run, of a recording made by hand.
#include "src/report/occupancy.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace overlap {
namespace {

constexpr std::int64_t t0_ns = 5'000;

void finish(Recording& recording, std::uint64_t request, std::int64_t due, std::int64_t begin, std::int64_t end) {
  StepRecord& step = recording.step(request, 0);
  step.due_ns = t0_ns + due;
  step.begin_ns = t0_ns + begin;
  step.end_ns = t0_ns + end;
  step.state = static_cast<std::uint32_t>(StepState::finished);
}

/// Two requests: one waits 25, queues to 50, computes to 75; one computes all the time, which is 100.
Recording two_requests() {
  Recording recording = Recording::create(2, 1, 1);
  recording.header().t0_ns = t0_ns;
  recording.requests()[0].begin_ns = t0_ns;
  recording.requests()[1].begin_ns = t0_ns;
  finish(recording, 0, 25, 50, 75);
  finish(recording, 1, 0, 0, 100);
  return recording;
}

TEST(Occupancy, CountsWhoWaitsQueuesAndComputesInEachPart) {
  const Recording recording = two_requests();
  const std::vector<Occupancy> parts = occupancy_of({}, recording, 100, 4);
  ASSERT_EQ(parts.size(), 4U);
  const std::vector<std::vector<double>> expected = {{1, 0, 1}, {0, 1, 1}, {0, 0, 2}, {0, 0, 1}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_NEAR(parts[i].waiting, expected[i][0], 1e-12) << i;
    EXPECT_NEAR(parts[i].queued, expected[i][1], 1e-12) << i;
    EXPECT_NEAR(parts[i].computing, expected[i][2], 1e-12) << i;
  }
}

TEST(Occupancy, IsTheMeanOverAPart) {
  const Recording recording = two_requests();
  const std::vector<Occupancy> parts = occupancy_of({}, recording, 200, 2);
  EXPECT_NEAR(parts[0].waiting, 0.25, 1e-12);
  EXPECT_NEAR(parts[0].queued, 0.25, 1e-12);
  EXPECT_NEAR(parts[0].computing, 1.25, 1e-12);
  EXPECT_NEAR(parts[1].waiting + parts[1].queued + parts[1].computing, 0.0, 1e-12);
}

TEST(Occupancy, LeavesOutStepsThatAreNotFinishedAndTimeBeyondTheSpan) {
  Recording recording = two_requests();
  recording.step(0, 0).state = 0;
  const std::vector<Occupancy> parts = occupancy_of({}, recording, 50, 2);
  for (const Occupancy& part : parts) {
    EXPECT_NEAR(part.waiting + part.queued, 0.0, 1e-12);
    EXPECT_NEAR(part.computing, 1.0, 1e-12);
  }
}

TEST(Occupancy, CountsARequestAsNotBegunFromWhenItCameIn) {
  Recording recording = two_requests();
  Workload workload;
  workload.arrivals = Arrivals::even;
  workload.rate = 1.0;
  recording.requests()[0].arrival_ns = t0_ns;
  recording.requests()[1].arrival_ns = t0_ns;
  recording.requests()[1].begin_ns = t0_ns + 50;
  finish(recording, 1, 50, 50, 100);
  const std::vector<Occupancy> parts = occupancy_of(workload, recording, 100, 4);
  const std::vector<std::vector<double>> expected = {{1, 0}, {1, 1}, {0, 0}, {0, 0}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_NEAR(parts[i].not_begun, expected[i][0], 1e-12) << i;
    EXPECT_NEAR(parts[i].queued, expected[i][1], 1e-12) << i;
  }
}

}  // namespace
}  // namespace overlap
