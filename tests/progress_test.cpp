// Progress drawn from recordings made by hand.
#include "src/report/progress.hpp"

#include <gtest/gtest.h>

#include "src/base/clock.hpp"
#include "src/base/text.hpp"

namespace overlap {
namespace {

constexpr std::int64_t t0 = 5 * ns_per_s;

Recording started_recording(std::uint64_t requests, std::uint64_t iterations) {
  Recording recording = Recording::create(requests, iterations, 2);
  recording.header().t0_ns = t0;
  recording.header().phase = static_cast<std::uint32_t>(Phase::run);
  return recording;
}

void begin(Recording& recording, std::uint64_t request, std::int64_t time_ns) {
  recording.requests()[request].begin_ns = time_ns;
}

void finish(Recording& recording, std::uint64_t request, std::uint64_t iteration, std::int64_t end_ns) {
  StepRecord& step = recording.step(request, iteration);
  step.due_ns = end_ns - 2;
  step.begin_ns = end_ns - 1;
  step.end_ns = end_ns;
  step.state = static_cast<std::uint32_t>(StepState::finished);
}

TEST(ProgressBar, NamesThePhaseInSetup) {
  Recording recording = Recording::create(10, 5, 1);
  recording.header().phase = static_cast<std::uint32_t>(Phase::calibrate);
  EXPECT_EQ(ProgressBar("threads/fftw", 50, 80).line(recording, t0), "threads/fftw  setup: calibrate");
}

TEST(ProgressBar, ShowsTheShareOfStepsAndTheTimeLeft) {
  Recording recording = started_recording(10, 5);
  recording.workers()[0].steps_finished = 15;
  recording.workers()[1].steps_finished = 10;
  EXPECT_EQ(ProgressBar("threads/fftw", 50, 120).line(recording, t0 + 2'100'000'000),
            "threads/fftw  [####################....................] 25/50  2.1 s left");
}

TEST(ProgressBar, SaysNoTimeLeftBeforeTheFirstStep) {
  const Recording recording = started_recording(10, 5);
  EXPECT_EQ(ProgressBar("threads/fftw", 50, 40).line(recording, t0 + ns_per_s),
            "threads/fftw  [...................] 0/50");
}

TEST(ProgressBar, SaysWhatARunTookAtItsEnd) {
  Recording recording = started_recording(10, 5);
  recording.workers()[0].steps_finished = 50;
  recording.header().end_ns = t0 + 7'570'000'000;
  EXPECT_EQ(ProgressBar("threads/fftw", 50, 120).line(recording, t0 + 9 * ns_per_s),
            "threads/fftw  [########################################] 50/50  took 7.57 s");
}

TEST(ProgressBar, IsNeverWiderThanTheTerminal) {
  Recording setup = Recording::create(10, 5, 1);
  Recording recording = started_recording(10, 5);
  recording.workers()[0].steps_finished = 7;
  for (unsigned columns = 0; columns < 130; ++columns) {
    const ProgressBar bar("coroutine/fftw-threads", 50, columns);
    EXPECT_LE(display_width(bar.line(setup, t0)), columns);
    EXPECT_LE(display_width(bar.line(recording, t0 + ns_per_s)), columns);
  }
}

TEST(ProgressBar, LeavesTheBarOutWhereThereIsNoRoomForOne) {
  Recording recording = started_recording(10, 5);
  recording.workers()[0].steps_finished = 25;
  EXPECT_EQ(ProgressBar("threads/fftw", 50, 36).line(recording, t0 + ns_per_s), "threads/fftw  25/50  1.0 s left");
  EXPECT_EQ(ProgressBar("threads/fftw", 50, 39).line(recording, t0 + ns_per_s),
            "threads/fftw  [##...] 25/50  1.0 s left");
}

TEST(ProgressBar, StaysWithinItsEndsWhateverIsCounted) {
  Recording recording = started_recording(10, 5);
  recording.workers()[0].steps_finished = 51;
  EXPECT_EQ(ProgressBar("threads/fftw", 50, 45).line(recording, t0 - ns_per_s),
            "threads/fftw  [###########] 50/50  0.0 s left");
}

TEST(StepLog, SaysNothingBeforeT0) {
  Recording recording = started_recording(1, 1);
  recording.header().t0_ns = 0;
  begin(recording, 0, 1);
  StepLog log(recording);
  EXPECT_EQ(log.new_lines(), "");
  recording.header().t0_ns = t0;
  EXPECT_EQ(log.new_lines(), "call 0 iteration 0\n");
}

TEST(StepLog, SaysEachEventOnce) {
  Recording recording = started_recording(2, 2);
  StepLog log(recording);
  EXPECT_EQ(log.new_lines(), "");
  begin(recording, 1, t0 + 10);
  EXPECT_EQ(log.new_lines(), "call 1 iteration 0\n");
  EXPECT_EQ(log.new_lines(), "");
  finish(recording, 1, 0, t0 + 20);
  EXPECT_EQ(log.new_lines(), "end 1 iteration 0\ncall 1 iteration 1\n");
  EXPECT_EQ(log.new_lines(), "");
  finish(recording, 1, 1, t0 + 30);
  EXPECT_EQ(log.new_lines(), "end 1 iteration 1\n");
  EXPECT_EQ(log.new_lines(), "");
}

TEST(StepLog, PutsRequestsInTheOrderOfTime) {
  Recording recording = started_recording(3, 1);
  StepLog log(recording);
  begin(recording, 0, t0 + 30);
  begin(recording, 1, t0 + 10);
  begin(recording, 2, t0 + 20);
  finish(recording, 1, 0, t0 + 25);
  finish(recording, 0, 0, t0 + 40);
  EXPECT_EQ(log.new_lines(),
            "call 1 iteration 0\ncall 2 iteration 0\nend 1 iteration 0\ncall 0 iteration 0\nend 0 iteration 0\n");
}

TEST(StepLog, MissesNoStepThatCameAndWentBetweenTwoLooks) {
  Recording recording = started_recording(1, 3);
  StepLog log(recording);
  begin(recording, 0, t0 + 1);
  for (std::uint64_t iteration = 0; iteration < 3; ++iteration) {
    finish(recording, 0, iteration, t0 + 10 * static_cast<std::int64_t>(iteration + 1));
  }
  EXPECT_EQ(log.new_lines(),
            "call 0 iteration 0\nend 0 iteration 0\n"
            "call 0 iteration 1\nend 0 iteration 1\n"
            "call 0 iteration 2\nend 0 iteration 2\n");
  EXPECT_EQ(log.new_lines(), "");
}

TEST(StepLog, TakesARequestThatHasNotBegunForWhatItIs) {
  Recording recording = started_recording(2, 1);
  StepLog log(recording);
  begin(recording, 1, t0 + 1);
  EXPECT_EQ(log.new_lines(), "call 1 iteration 0\n");
  begin(recording, 0, t0 + 2);
  EXPECT_EQ(log.new_lines(), "call 0 iteration 0\n");
}

TEST(StepLog, DoesNotBelieveATornStep) {
  Recording recording = started_recording(1, 2);
  StepLog log(recording);
  begin(recording, 0, t0 + 1);
  recording.step(0, 0).end_ns = t0 + 5;
  EXPECT_EQ(log.new_lines(), "call 0 iteration 0\n");
}

}  // namespace
}  // namespace overlap
