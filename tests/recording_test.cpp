// The recording: its public layout, what processes see of each other in it, and what a killed one leaves.
#include "src/recording.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
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

#include "src/clock.hpp"
#include "tests/in_child.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using testing::end_of;
using testing::run_in_child;
using testing::start_child;

/// A second descriptor of the recording's memory file, as a runner or another program gets it.
UniqueFd another_fd(const Recording& recording) { return UniqueFd(dup(recording.fd())); }

// Layout version 1. Programs outside this project depend on each of these.

struct Field {
  std::size_t offset;
  std::string_view name;
  std::string_view type;
  std::size_t expected_offset;
};

#define FIELD(structure, name, type, expected) \
  Field { offsetof(structure, name), #name, type, expected }

const std::array<Field, 36> header_fields{{FIELD(RecordingHeader, magic, "char[8]", 0),
                                           FIELD(RecordingHeader, layout_version, "uint32", 8),
                                           FIELD(RecordingHeader, reserved0, "uint32", 12),
                                           FIELD(RecordingHeader, requests, "uint64", 16),
                                           FIELD(RecordingHeader, iterations, "uint64", 24),
                                           FIELD(RecordingHeader, workers, "uint64", 32),
                                           FIELD(RecordingHeader, workers_offset, "uint64", 40),
                                           FIELD(RecordingHeader, requests_offset, "uint64", 48),
                                           FIELD(RecordingHeader, steps_offset, "uint64", 56),
                                           FIELD(RecordingHeader, total_bytes, "uint64", 64),
                                           FIELD(RecordingHeader, t0_ns, "int64", 72),
                                           FIELD(RecordingHeader, end_ns, "int64", 80),
                                           FIELD(RecordingHeader, setup_cpu_ns, "int64", 88),
                                           FIELD(RecordingHeader, end_cpu_ns, "int64", 96),
                                           FIELD(RecordingHeader, step_s, "double", 104),
                                           FIELD(RecordingHeader, capacity_steps_per_s, "double", 112),
                                           FIELD(RecordingHeader, lanes, "uint64", 120),
                                           FIELD(RecordingHeader, requests_in_progress, "uint64", 128),
                                           FIELD(RecordingHeader, peak_memory_bytes, "uint64", 136),
                                           FIELD(RecordingHeader, phase, "uint32", 144),
                                           FIELD(RecordingHeader, stop, "uint32", 148),
                                           FIELD(RecordingHeader, error_state, "uint32", 152),
                                           FIELD(RecordingHeader, check_state, "uint32", 156),
                                           FIELD(RecordingHeader, setup_s, "double[8]", 160),
                                           FIELD(RecordingHeader, device_steps, "uint64", 224),
                                           FIELD(RecordingHeader, device_busy_ns, "uint64", 232),
                                           FIELD(RecordingHeader, device_part_ns, "uint64[5]", 240),
                                           FIELD(RecordingHeader, device_part_bytes, "uint64[5]", 280),
                                           FIELD(RecordingHeader, device_copy_bytes_per_s, "double", 320),
                                           FIELD(RecordingHeader, device_facts, "char[512]", 328),
                                           FIELD(RecordingHeader, device_slot_bytes, "uint64", 840),
                                           FIELD(RecordingHeader, device_work_area_bytes, "uint64", 848),
                                           FIELD(RecordingHeader, usable_cpus, "uint64", 856),
                                           FIELD(RecordingHeader, error, "char[1024]", 1024),
                                           FIELD(RecordingHeader, check_finding, "char[512]", 2048),
                                           FIELD(RecordingHeader, notes, "char[1536]", 2560)}};

const std::array<Field, 9> worker_fields{
    {FIELD(WorkerRecord, pid, "uint32", 0), FIELD(WorkerRecord, reserved0, "uint32", 4),
     FIELD(WorkerRecord, ready_ns, "int64", 8), FIELD(WorkerRecord, cpu_begin_ns, "int64", 16),
     FIELD(WorkerRecord, cpu_end_ns, "int64", 24), FIELD(WorkerRecord, steps_finished, "uint64", 32),
     FIELD(WorkerRecord, peak_memory_bytes, "uint64", 40), FIELD(WorkerRecord, reserved1, "uint64", 48),
     FIELD(WorkerRecord, digest_cpu_ns, "int64", 56)}};

const std::array<Field, 3> request_fields{{FIELD(RequestRecord, arrival_ns, "int64", 0),
                                           FIELD(RequestRecord, begin_ns, "int64", 8),
                                           FIELD(RequestRecord, end_ns, "int64", 16)}};

const std::array<Field, 9> step_fields{
    {FIELD(StepRecord, due_ns, "int64", 0), FIELD(StepRecord, begin_ns, "int64", 8),
     FIELD(StepRecord, end_ns, "int64", 16), FIELD(StepRecord, worker, "uint32", 24),
     FIELD(StepRecord, state, "uint32", 28), FIELD(StepRecord, input_energy, "double", 32),
     FIELD(StepRecord, spectrum_energy, "double", 40), FIELD(StepRecord, bin_re, "double", 48),
     FIELD(StepRecord, bin_im, "double", 56)}};

#undef FIELD

/// The part of the document under a heading.
std::string section_of(const std::string& document, const std::string& heading) {
  const std::size_t begin = document.find(fmt::format("\n## {}\n", heading));
  if (begin == std::string::npos) return "";
  return document.substr(begin, document.find("\n## ", begin + 1) - begin);
}

template <std::size_t count>
void expect_layout(const std::array<Field, count>& fields, const std::string& heading) {
  const std::string section = section_of(testing::content_of(OVERLAP_SOURCE_DIR "/docs/recording.md"), heading);
  for (const Field& field : fields) {
    EXPECT_EQ(field.offset, field.expected_offset) << heading << ": " << field.name;
    const std::string row = fmt::format("\n| {} | `{}` | {} |", field.expected_offset, field.name, field.type);
    EXPECT_NE(section.find(row), std::string::npos) << "docs/recording.md, " << heading << ", has no row" << row;
  }
}

TEST(RecordingLayout, OffsetsAreThoseOfVersionOneAndOfTheDocument) {
  expect_layout(header_fields, "Header");
  expect_layout(worker_fields, "Worker table");
  expect_layout(request_fields, "Request records");
  expect_layout(step_fields, "Step records");
}

TEST(RecordingLayout, SizesAreThoseOfVersionOne) {
  EXPECT_EQ(Recording::layout_version, 1U);
  EXPECT_EQ(sizeof(RecordingHeader), 4096U);
  EXPECT_EQ(sizeof(WorkerRecord), 64U);
  EXPECT_EQ(sizeof(RequestRecord), 24U);
  EXPECT_EQ(sizeof(StepRecord), 64U);
}

TEST(RecordingLayout, NumbersOfPhasesAndStatesAreThoseOfVersionOne) {
  const std::array<std::string_view, 9> phases{"spawn",   "load",  "context",   "plan", "allocate",
                                               "warm_up", "check", "calibrate", "run"};
  const std::string document = testing::content_of(OVERLAP_SOURCE_DIR "/docs/recording.md");
  for (std::uint32_t number = 0; number < phases.size(); ++number) {
    EXPECT_EQ(name_of(static_cast<Phase>(number)), phases[number]);
    EXPECT_NE(document.find(fmt::format("{} `{}`", number, phases[number])), std::string::npos) << phases[number];
  }
  EXPECT_EQ(static_cast<std::uint32_t>(StepState::empty), 0U);
  EXPECT_EQ(static_cast<std::uint32_t>(StepState::finished), 1U);
  EXPECT_EQ(static_cast<std::uint32_t>(CheckState::not_done), 0U);
  EXPECT_EQ(static_cast<std::uint32_t>(CheckState::passed), 1U);
  EXPECT_EQ(static_cast<std::uint32_t>(CheckState::failed), 2U);
  EXPECT_EQ(static_cast<std::uint32_t>(CheckState::not_applicable), 3U);
}

TEST(RecordingLayout, SectionsFollowOneAnotherAndStepsBeginAtAMultipleOf64) {
  const Recording recording = Recording::create(5, 3, 2);
  const RecordingHeader& header = recording.header();
  EXPECT_EQ(std::memcmp(header.magic, "OVERLAP\0", 8), 0);
  EXPECT_EQ(header.layout_version, 1U);
  EXPECT_EQ(header.requests, 5U);
  EXPECT_EQ(header.iterations, 3U);
  EXPECT_EQ(header.workers, 2U);
  EXPECT_EQ(header.workers_offset, 4096U);
  EXPECT_EQ(header.requests_offset, 4096U + 2 * 64);
  EXPECT_EQ(header.steps_offset, 4352U);  // 4096 + 2·64 + 5·24 = 4344, rounded up
  EXPECT_EQ(header.total_bytes, 4352U + 5 * 3 * 64);
  EXPECT_EQ(recording.bytes(), header.total_bytes);
  EXPECT_EQ(Recording::bytes_for(5, 3, 2), header.total_bytes);
  EXPECT_EQ(lseek(recording.fd(), 0, SEEK_END), static_cast<off_t>(header.total_bytes));
}

TEST(RecordingLayout, AProgramThatKnowsOffsetsAloneReadsTheRecords) {
  Recording recording = Recording::create(5, 3, 2);
  recording.workers()[1].pid = 1234;
  recording.requests()[4].end_ns = 55;
  recording.step(4, 1).bin_im = -0.25;
  const auto read = [&](std::uint64_t offset, auto value) {
    EXPECT_EQ(pread(recording.fd(), &value, sizeof(value), static_cast<off_t>(offset)),
              static_cast<ssize_t>(sizeof(value)));
    return value;
  };
  EXPECT_EQ(read(read(40, std::uint64_t{}) + 1 * 64 + 0, std::uint32_t{}), 1234U);
  EXPECT_EQ(read(read(48, std::uint64_t{}) + 4 * 24 + 16, std::int64_t{}), 55);
  EXPECT_EQ(read(read(56, std::uint64_t{}) + (4 * 3 + 1) * 64 + 56, double{}), -0.25);
}

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
  expect_refused(
      [](Recording& recording) { ASSERT_EQ(ftruncate(recording.fd(), static_cast<off_t>(recording.bytes() - 64)), 0); },
      "size");
  expect_refused([](Recording& recording) { ASSERT_EQ(ftruncate(recording.fd(), 100), 0); }, "too short");
  expect_refused([](Recording& recording) { ASSERT_EQ(ftruncate(recording.fd(), 0), 0); }, "too short");
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
