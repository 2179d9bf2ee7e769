// Executors that are unavailable: named, in globs, listed, and in a step.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/tool_commands.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Command;
using testing::contains;
using testing::faulty_tool;
using testing::Output;
using testing::TemporaryFolder;

TEST(Unavailable, NamedExecutorsEndTheRunBeforeAnythingRuns) {
  const TemporaryFolder folder;
  for (const char* executors :
       {"threads/unavailable", "sequential,coroutine/unavailable", "threads/*,threads/unavailable"}) {
    SCOPED_TRACE(executors);
    const Output output = testing::run(faulty_tool(executors, {"--log", "--output", folder / "report.json"}));
    EXPECT_EQ(output.status, 4);
    EXPECT_EQ(output.out, "");
    EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
    EXPECT_TRUE(contains(output.err, "/unavailable")) << output.err;
    EXPECT_TRUE(contains(output.err, "the test says so")) << output.err;
    EXPECT_EQ(folder.entries(), 0U);
  }
}

TEST(Unavailable, EnginesAreLeftOutOfGlobs) {
  const Output mixed = testing::run(faulty_tool("threads/un*", {"--dry-run"}));
  EXPECT_EQ(mixed.status, 0) << mixed.err;
  EXPECT_TRUE(contains(mixed.out, "threads/unchecked")) << mixed.out;
  EXPECT_FALSE(contains(mixed.out, "/unavailable")) << mixed.out;
  const Output alone = testing::run(faulty_tool("*/unavail*,threads/null", {"--dry-run"}));
  EXPECT_EQ(alone.status, 2);
  EXPECT_EQ(alone.out, "");
  EXPECT_TRUE(contains(alone.err, "*/unavail*")) << alone.err;
}

TEST(Unavailable, EnginesAreListedWithTheReason) {
  Command command;
  command.program = OVERLAP_FAULTY_BINARY;
  command.arguments = {"list"};
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 0);
  EXPECT_TRUE(contains(output.out, "coroutine/unavailable")) << output.out;
  EXPECT_TRUE(contains(output.out, "unavailable: the test says so")) << output.out;
}

TEST(Unavailable, EnginesAreNoneForAStep) {
  Command command;
  command.program = OVERLAP_FAULTY_BINARY;
  command.arguments = {"step", "--size", "64", "--engine", "unavailable"};
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 4);
  EXPECT_EQ(output.out, "");
  EXPECT_TRUE(contains(output.err, "the test says so")) << output.err;
}

}  // namespace
}  // namespace overlap
