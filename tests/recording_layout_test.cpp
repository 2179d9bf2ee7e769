// The recording's public layout, version 1: its offsets, sizes and numbers, and that docs/recording.md has them.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "src/run/recording.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

// Layout version 1. Programs outside this project depend on each of these.

struct Field {
  std::size_t offset;
  std::string_view name;
  std::string_view type;
  std::size_t expected_offset;
};

#define FIELD(structure, name, type, expected) \
  Field { offsetof(structure, name), #name, type, expected }

const std::array<Field, 37> header_fields{{FIELD(RecordingHeader, magic, "char[8]", 0),
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
                                           FIELD(RecordingHeader, lanes_in_long_run, "uint64", 864),
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

}  // namespace
}  // namespace overlap
