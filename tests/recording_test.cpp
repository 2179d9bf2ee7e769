// The recording: what processes see of each other in it, and what a killed one leaves.
#include "src/run/recording.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "src/base/clock.hpp"
#include "tests/in_child.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using testing::end_of;
using testing::run_in_child;
using testing::start_child;

/// A second descriptor of the recording's memory file, as a runner or another program gets it.
UniqueFd another_fd(const Recording& recording) { return UniqueFd(dup(recording.fd())); }

TEST(Recording, BeginsEmpty) {
  const Recording recording = Recording::create(2, 2, 1);
  EXPECT_EQ(recording.header().t0_ns, 0);
  EXPECT_EQ(recording.header().end_ns, 0);
  EXPECT_FALSE(recording.failed());
  EXPECT_FALSE(recording.stopped());
  EXPECT_EQ(recording.error(), "");
  EXPECT_EQ(recording.notes(), "");
  EXPECT_EQ(recording.check_finding(), "");
  EXPECT_EQ(recording.header().check_state, static_cast<std::uint32_t>(CheckState::not_done));
  EXPECT_EQ(recording.steps_finished(), 0U);
  for (const StepRecord& step : recording.steps()) EXPECT_FALSE(step.finished());
}

TEST(Recording, HasItsStepsByRequestThenIteration) {
  Recording recording = Recording::create(4, 3, 1);
  ASSERT_EQ(recording.steps().size(), 12U);
  EXPECT_EQ(recording.requests().size(), 4U);
  EXPECT_EQ(recording.workers().size(), 1U);
  EXPECT_EQ(&recording.step(0, 0), recording.steps().data());
  EXPECT_EQ(&recording.step(2, 1), &recording.steps()[7]);
  EXPECT_EQ(&std::as_const(recording).step(3, 2), &recording.steps()[11]);
}

TEST(Recording, MappedFromAnotherDescriptorIsTheSame) {
  Recording recording = Recording::create(3, 2, 4);
  recording.step(2, 1).due_ns = 77;
  for (const bool populate : {false, true}) {
    Recording other = Recording::map(another_fd(recording), populate);
    EXPECT_NE(&other.header(), &recording.header());
    EXPECT_EQ(other.bytes(), recording.bytes());
    EXPECT_EQ(other.workers().size(), 4U);
    EXPECT_EQ(other.requests().size(), 3U);
    EXPECT_EQ(other.steps().size(), 6U);
    EXPECT_EQ(other.step(2, 1).due_ns, 77);
    other.requests()[1].begin_ns = 99 + (populate ? 1 : 0);
    EXPECT_EQ(recording.requests()[1].begin_ns, 99 + (populate ? 1 : 0));
  }
}

TEST(Recording, MovesWithItsMapping) {
  Recording first = Recording::create(1, 1, 1);
  first.step(0, 0).due_ns = 5;
  Recording second = std::move(first);
  EXPECT_EQ(second.step(0, 0).due_ns, 5);
  Recording third = Recording::create(2, 2, 2);
  third = std::move(second);
  EXPECT_EQ(third.step(0, 0).due_ns, 5);
  EXPECT_EQ(third.steps().size(), 1U);
}

TEST(Recording, IsHandedDownByDescriptorAloneAndNotToEveryProgramStarted) {
  const Recording recording = Recording::create(1, 1, 1);
  EXPECT_NE(fcntl(recording.fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Recording, KeepsItsSize) {
  const Recording recording = Recording::create(1, 1, 1);
  EXPECT_NE(ftruncate(recording.fd(), 0), 0);
  EXPECT_NE(ftruncate(recording.fd(), static_cast<off_t>(recording.bytes() + 1)), 0);
}

TEST(Recording, IsReadWithinItsBoundsWhateverItsHeaderBecomes) {
  Recording recording = Recording::create(3, 2, 4);
  EXPECT_FALSE(recording.overwritten());
  recording.header().iterations = std::uint64_t{1} << 60;
  EXPECT_TRUE(recording.overwritten());
  EXPECT_EQ(recording.iterations(), 2U);
  EXPECT_EQ(&recording.step(2, 1), &recording.steps()[5]);
}

void expect_refused_at(std::uint64_t bytes, std::string_view reason) {
  const Recording recording = Recording::create(3, 2, 1);
  UniqueFd file(memfd_create("part of a recording", MFD_CLOEXEC));
  ASSERT_GE(write(file.get(), &recording.header(), bytes), 0);
  try {
    Recording::map(std::move(file), false);
    FAIL() << "taken for a recording, with " << reason;
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
  }
}

template <typename Spoil>
void expect_refused(const Spoil& spoil, std::string_view reason) {
  Recording recording = Recording::create(3, 2, 1);
  spoil(recording);
  try {
    Recording::map(another_fd(recording), false);
    FAIL() << "taken for a recording, with " << reason;
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
  }
}

TEST(RecordingMap, RefusesWhatIsNoRecording) {
  expect_refused([](Recording& recording) { recording.header().magic[0] = 'X'; }, "magic");
  expect_refused([](Recording& recording) { recording.header().magic[7] = 'X'; }, "magic");
  expect_refused([](Recording& recording) { recording.header().layout_version = 2; }, "layout version");
  expect_refused([](Recording& recording) { ++recording.header().total_bytes; }, "size");
  expect_refused([](Recording& recording) { ++recording.header().requests; }, "size");
  expect_refused([](Recording& recording) { ++recording.header().iterations; }, "size");
  expect_refused([](Recording& recording) { ++recording.header().workers; }, "size");
  expect_refused([](Recording& recording) { recording.header().requests = std::uint64_t{1} << 62; }, "no address");
  expect_refused_at(Recording::bytes_for(3, 2, 1) - 64, "size");
  expect_refused_at(100, "too short");
  expect_refused_at(0, "too short");
}

TEST(RecordingMap, RefusesSectionsThatLieElsewhere) {
  expect_refused([](Recording& recording) { recording.header().workers_offset += 64; }, "");
  expect_refused([](Recording& recording) { recording.header().requests_offset = std::uint64_t{1} << 40; }, "");
  expect_refused([](Recording& recording) { recording.header().steps_offset += 64; }, "");
}

TEST(RecordingMap, RefusesADescriptorThatIsNone) {
  EXPECT_THROW(Recording::map(UniqueFd(), false), std::system_error);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const UniqueFd write_end(ends[1]);
  EXPECT_THROW(Recording::map(UniqueFd(ends[0]), false), std::runtime_error);
}

TEST(RecordingCreate, RefusesSizesThatNoAddressReaches) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::vector<std::array<std::uint64_t, 3>> absurd{
      {most, 1, 1},
      {1, most, 1},
      {1, 1, most},
      {most, most, most},
      {std::uint64_t{1} << 32, std::uint64_t{1} << 32, 1},
      {most / 24 + 2, 1, 1},
      {1, most / 64 + 1, 1},
      {1, 1, most / 64 + 1},
      {std::uint64_t{1} << 30, std::uint64_t{1} << 27, 1}};  // 2^63 bytes of steps: more than a file can have
  for (const auto& [requests, iterations, workers] : absurd) {
    EXPECT_THROW(Recording::bytes_for(requests, iterations, workers), std::runtime_error);
    EXPECT_THROW(Recording::create(requests, iterations, workers), std::runtime_error);
  }
}

TEST(RecordingCreate, ReservesAllOfItAtOnceOrThrows) {
  const Recording recording = Recording::create(1000, 10, 1);
  struct stat status {};
  ASSERT_EQ(fstat(recording.fd(), &status), 0);
  EXPECT_GE(static_cast<std::uint64_t>(status.st_blocks) * 512, recording.bytes());
  EXPECT_EQ(run_in_child([] {
              // A limit stands in for a full memory: the reservation fails, and the error says so.
              signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{1 << 20, 1 << 20};
              if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
              try {
                Recording::create(100'000, 1, 1);
              } catch (const std::system_error& error) {
                return error.code().value() == EFBIG;
              }
              return false;
            }),
            "exit 0");
}

TEST(Recording, IsVisibleFromAForkedChild) {
  Recording recording = Recording::create(2, 1, 2);
  EXPECT_EQ(run_in_child([&] {
              recording.workers()[1].pid = 4321;
              recording.requests()[1].begin_ns = 11;
              recording.step(1, 0).input_energy = 0.5;
              recording.add_note("from a child");
              return true;
            }),
            "exit 0");
  EXPECT_EQ(recording.workers()[1].pid, 4321U);
  EXPECT_EQ(recording.requests()[1].begin_ns, 11);
  EXPECT_EQ(recording.step(1, 0).input_energy, 0.5);
  EXPECT_EQ(recording.notes(), "from a child");
}

TEST(Recording, KeepsFinishedStepsWhenAWorkerIsKilled) {
  Recording recording = Recording::create(1, 5, 1);
  EXPECT_EQ(run_in_child([&] {
              for (std::uint64_t iteration = 0; iteration < 3; ++iteration) {
                StepRecord& step = recording.step(0, iteration);
                step.end_ns = static_cast<std::int64_t>(100 + iteration);
                step.spectrum_energy = 0.5 * static_cast<double>(iteration);
                step.state.store(static_cast<std::uint32_t>(StepState::finished), std::memory_order_release);
                ++recording.workers()[0].steps_finished;
              }
              recording.step(0, 3).begin_ns = 103;  // begun, and never finished
              kill(getpid(), SIGKILL);
              return true;
            }),
            "signal 9");
  EXPECT_EQ(recording.steps_finished(), 3U);
  for (std::uint64_t iteration = 0; iteration < 5; ++iteration) {
    EXPECT_EQ(recording.step(0, iteration).finished(), iteration < 3) << iteration;
  }
  EXPECT_EQ(recording.step(0, 2).end_ns, 102);
  EXPECT_EQ(recording.step(0, 2).spectrum_energy, 1.0);
  EXPECT_FALSE(recording.failed());
}

TEST(Recording, AddsUpTheStepsOfAllWorkers) {
  Recording recording = Recording::create(10, 1, 3);
  recording.workers()[0].steps_finished = 4;
  recording.workers()[2].steps_finished = 2;
  EXPECT_EQ(recording.steps_finished(), 6U);
}

TEST(RecordingFail, FirstMessageStandsAndStopsTheRun) {
  Recording recording = Recording::create(1, 1, 1);
  Recording other = Recording::map(another_fd(recording), false);
  other.fail("the engine broke");
  recording.fail("a later one");
  EXPECT_TRUE(recording.failed());
  EXPECT_TRUE(recording.stopped());
  EXPECT_EQ(recording.error(), "the engine broke");
  EXPECT_EQ(other.error(), "the engine broke");
}

TEST(RecordingFail, OfManyThreadsLeavesOneWholeMessage) {
  Recording recording = Recording::create(1, 1, 1);
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] { recording.fail(std::string(200, static_cast<char>('a' + thread))); });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string message = recording.error();
  ASSERT_EQ(message.size(), 200U);
  EXPECT_EQ(message, std::string(200, message[0]));
}

TEST(RecordingFail, CutsAMessageThatIsTooLong) {
  Recording recording = Recording::create(1, 1, 1);
  recording.fail(std::string(5000, 'e'));
  EXPECT_EQ(recording.error(), std::string(1023, 'e'));
  EXPECT_EQ(recording.check_finding(), "");
}

TEST(RecordingFail, ThatWasCutShortByADeathIsAFailureAllTheSame) {
  Recording recording = Recording::create(1, 1, 1);
  recording.header().error_state = 1;
  std::memset(recording.header().error, 'x', sizeof(recording.header().error));
  EXPECT_TRUE(recording.failed());
  EXPECT_EQ(recording.error(), std::string(1024, 'x'));
}

TEST(RecordingStop, LeavesNoError) {
  Recording recording = Recording::create(1, 1, 1);
  recording.stop();
  EXPECT_TRUE(recording.stopped());
  EXPECT_FALSE(recording.failed());
}

TEST(RecordingWaitUntil, ReturnsTrueWhenItIsDueAndNotBefore) {
  Recording recording = Recording::create(1, 1, 1);
  EXPECT_TRUE(recording.wait_until(0));
  EXPECT_TRUE(recording.wait_until(now_ns()));
  const std::int64_t due_ns = now_ns() + 3'000'000;
  EXPECT_TRUE(recording.wait_until(due_ns));
  EXPECT_GE(now_ns(), due_ns);
}

TEST(RecordingWaitUntil, ReturnsFalseWhenStoppedBefore) {
  Recording recording = Recording::create(1, 1, 1);
  recording.stop();
  EXPECT_FALSE(recording.wait_until(0));
  EXPECT_FALSE(recording.wait_until(never_ns));
}

TEST(RecordingWaitUntil, ReturnsFalseWhenStoppedByAnotherThread) {
  Recording recording = Recording::create(1, 1, 1);
  std::thread stopper([&] { recording.stop(); });
  EXPECT_FALSE(recording.wait_until(never_ns));
  stopper.join();
}

TEST(RecordingWaitUntil, WakesEverySleeperOfEveryProcess) {
  Recording recording = Recording::create(1, 1, 1);
  std::vector<pid_t> sleepers(4);
  for (pid_t& sleeper : sleepers) {
    sleeper = start_child([&] { return !recording.wait_until(never_ns); });
  }
  std::thread thread([&] { EXPECT_FALSE(recording.wait_until(never_ns)); });
  Recording::map(another_fd(recording), false).fail("elsewhere");
  thread.join();
  for (const pid_t sleeper : sleepers) EXPECT_EQ(end_of(sleeper), "exit 0");
}

TEST(RecordingCheck, ThatPassedIsPassed) {
  Recording recording = Recording::create(1, 1, 1);
  recording.set_check("");
  recording.set_check("");
  EXPECT_EQ(recording.header().check_state, static_cast<std::uint32_t>(CheckState::passed));
  EXPECT_EQ(recording.check_finding(), "");
}

TEST(RecordingCheck, ThatFailedOutweighsPassedInEitherOrder) {
  Recording failed_last = Recording::create(1, 1, 1);
  failed_last.set_check("");
  failed_last.set_check("slot 1: a bin is NaN");
  Recording failed_first = Recording::create(1, 1, 1);
  failed_first.set_check("slot 1: a bin is NaN");
  failed_first.set_check("");
  for (const Recording* recording : {&failed_last, &failed_first}) {
    EXPECT_EQ(recording->header().check_state, static_cast<std::uint32_t>(CheckState::failed));
    EXPECT_EQ(recording->check_finding(), "slot 1: a bin is NaN");
  }
}

TEST(RecordingCheck, KeepsItsFirstFindingAndCutsALongOne) {
  Recording recording = Recording::create(1, 1, 1);
  recording.set_check(std::string(2000, 'f'));
  recording.set_check("second");
  EXPECT_EQ(recording.check_finding(), std::string(511, 'f'));
  EXPECT_EQ(recording.notes(), "");
}

TEST(RecordingNotes, AreALineEach) {
  Recording recording = Recording::create(1, 1, 1);
  recording.add_note("first");
  recording.add_note("second");
  EXPECT_EQ(recording.notes(), "first\nsecond");
}

TEST(RecordingNotes, LeaveOutWholeWhatDoesNotFit) {
  Recording recording = Recording::create(1, 1, 1);
  recording.add_note(std::string(1000, 'a'));
  recording.add_note(std::string(535, 'b'));  // with the line's end one byte too many
  EXPECT_EQ(recording.notes(), std::string(1000, 'a'));
  recording.add_note(std::string(534, 'c'));
  EXPECT_EQ(recording.notes(), fmt::format("{}\n{}", std::string(1000, 'a'), std::string(534, 'c')));
  recording.add_note("d");
  EXPECT_EQ(recording.notes().size(), 1535U);
}

TEST(RecordingDevice, AddsUpWhatSeveralHandIn) {
  Recording recording = Recording::create(1, 1, 1);
  EXPECT_EQ(recording.device_usage(), DeviceUsage{});
  const DeviceUsage usage{3, 50, {1, 2, 3, 4, 5}, {10, 20, 30, 40, 50}};
  recording.add_device_usage(usage);
  EXPECT_EQ(testing::run_in_child([&] {
              recording.add_device_usage(usage);
              return true;
            }),
            "exit 0");
  EXPECT_EQ(recording.device_usage(), (DeviceUsage{6, 100, {2, 4, 6, 8, 10}, {20, 40, 60, 80, 100}}));
  EXPECT_EQ(recording.device_usage() - usage, usage);
}

TEST(RecordingDevice, KeepsADescription) {
  Recording recording = Recording::create(1, 1, 1);
  EXPECT_EQ(recording.device(), DeviceDescription{});
  const DeviceDescription device{
      2.5e12, 160, 32, {{"name", "NVIDIA H100 80GB HBM3"}, {"driver", ""}, {"memory_bytes", "85"}}};
  recording.set_device(device);
  EXPECT_EQ(recording.device(), device);
}

TEST(RecordingDevice, LeavesOutFactsThatDoNotFit) {
  Recording recording = Recording::create(1, 1, 1);
  recording.set_device({0.0, 0, 0, {{"name", "short"}, {"long", std::string(600, 'x')}, {"last", "short too"}}});
  const DeviceDescription expected{0.0, 0, 0, {{"name", "short"}, {"last", "short too"}}};
  EXPECT_EQ(recording.device(), expected);
}

}  // namespace
}  // namespace overlap
