// Interrupts of the tool as a process: what is finished stays, nothing is left behind, files are whole or as they were.
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/tool_commands.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::content_of;
using testing::faulty_tool;
using testing::left_behind;
using testing::Output;
using testing::Process;
using testing::TemporaryFolder;
using testing::wait_for_children;
using testing::waiting_tool;
using testing::write_content;

const Arguments drivers = {"sequential", "coroutine", "threads", "processes"};

void expect_interrupted(const json& row, int finished) {
  EXPECT_EQ(row.at("status"), "interrupted");
  EXPECT_TRUE(contains(row.at("reason").get<std::string>(), "interrupted")) << row.at("reason").get<std::string>();
  EXPECT_EQ(row.at("steps_finished"), finished);
  EXPECT_TRUE(row.at("makespan_s").is_null());
}

void expect_interrupted_with_a_report(int signal) {
  const TemporaryFolder folder;
  write_content(folder / "report.json", "old");
  Process tool(
      faulty_tool("sequential,processes/hangs,threads,coroutine/null", {"--log", "--output", folder / "report.json"}));
  ASSERT_TRUE(tool.wait_for_err("processes/hangs\n"));
  ASSERT_TRUE(tool.wait_for_err("call 5 iteration 1\nend 5 iteration 1"));  // of the first row
  tool.send(signal);
  const Output output = tool.finish();
  EXPECT_EQ(left_behind(), "");
  EXPECT_EQ(output.status, 130);
  EXPECT_TRUE(contains(output.out, "sequential/fftw")) << output.out;
  EXPECT_TRUE(contains(output.out, "interrupted")) << output.out;
  const json rows = json::parse(content_of(folder / "report.json"), nullptr, false).at("runs");
  EXPECT_EQ(rows.at(0).at("status"), "ok");
  EXPECT_EQ(rows.at(0).at("verified"), true);
  EXPECT_EQ(rows.at(1).at("status"), "interrupted");
  expect_interrupted(rows.at(2), 0);
  expect_interrupted(rows.at(3), 0);
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(Interrupts, KeepWhatFinishedAndWriteTheReport) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(signal);
    expect_interrupted_with_a_report(signal);
  }
}

TEST(Interrupts, EndARunThatWaitsUnderEveryDriver) {
  for (const std::string& driver : drivers) {
    SCOPED_TRACE(driver);
    Process tool(waiting_tool(driver, {"--format", "json"}));
    ASSERT_TRUE(tool.wait_for_err(driver == "sequential" ? "call 0 iteration 0\n" : "call 3 iteration 0\n"));
    tool.send(SIGINT);
    const Output output = tool.finish();
    EXPECT_EQ(left_behind(), "");
    EXPECT_EQ(output.status, 130);
    expect_interrupted(json::parse(output.out, nullptr, false).at("runs").at(0), 0);
  }
}

TEST(Interrupts, ThatTheToolWasStartedToIgnoreAreIgnored) {
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = {"run",    "--requests",    "1",           "--iterations", "1",    "--size", "64",
                       "--wait", "constant:0.3s", "--executors", "coroutine",    "--log"};
  command.ignored = {SIGHUP};
  Process tool(command);
  ASSERT_TRUE(tool.wait_for_err("call 0 iteration 0\n"));
  tool.send(SIGHUP);
  const Output output = tool.finish();
  EXPECT_EQ(output.status, 0) << output.out;
}

TEST(Interrupts, ReachTheToolWhateverThreadsAModulesLibraryStartsInIt) {
  Command command = waiting_tool("coroutine/in-module", {"--format", "json"});
  command.program = OVERLAP_FAULTY_BINARY;
  Process tool(command);
  ASSERT_TRUE(tool.wait_for_err("call 3 iteration 0\n"));
  tool.send(SIGTERM);
  const Output output = tool.finish();
  EXPECT_EQ(left_behind(), "");
  EXPECT_EQ(output.status, 130);
  expect_interrupted(json::parse(output.out, nullptr, false).at("runs").at(0), 0);
}

TEST(Interrupts, EndARunInItsSetup) {
  Process tool(faulty_tool("threads/hangs-in-setup,sequential", {"--format", "json", "--log"}));
  ASSERT_TRUE(tool.wait_for_err("threads/hangs-in-setup\n"));
  ASSERT_EQ(wait_for_children(tool.pid(), 1).size(), 1U);
  tool.send(SIGINT);
  const Output output = tool.finish();
  EXPECT_EQ(left_behind(), "");
  EXPECT_EQ(output.status, 130);
  const json rows = json::parse(output.out, nullptr, false).at("runs");
  expect_interrupted(rows.at(0), 0);
  expect_interrupted(rows.at(1), 0);
}

TEST(Interrupts, BeforeAnyStepLeaveFilesAsTheyAre) {
  const testing::TemporaryFolder folder;
  testing::write_content(folder / "kept.json", "an earlier run");
  Process tool(faulty_tool("threads/hangs-in-setup", {"--log", "--output", folder / "kept.json"}));
  ASSERT_TRUE(tool.wait_for_err("threads/hangs-in-setup\n"));
  ASSERT_EQ(wait_for_children(tool.pid(), 1).size(), 1U);
  tool.send(SIGINT);
  const Output output = tool.finish();
  EXPECT_EQ(output.status, 130);
  EXPECT_TRUE(contains(output.out, "interrupted in setup")) << output.out;
  EXPECT_EQ(testing::content_of(folder / "kept.json"), "an earlier run");
}

TEST(Interrupts, OfALaterRoundLeaveTheEarlierOnesFigures) {
  Process tool(faulty_tool("sequential/fftw", {"--format", "json", "--log", "--repeat", "1000000"}));
  ASSERT_TRUE(tool.wait_for_err("took: "));
  tool.send(SIGINT);
  const Output output = tool.finish();
  EXPECT_EQ(output.status, 130);
  const json row = json::parse(output.out, nullptr, false).at("runs").at(0);
  EXPECT_EQ(row.at("status"), "ok");
  EXPECT_EQ(row.at("verified"), true);
  EXPECT_TRUE(row.at("makespan_s").is_number());
}

TEST(Interrupts, TypedOnTheTerminalReachTheTool) {
  Command command = waiting_tool("processes", {"--format", "json"});
  command.err_is_terminal = true;
  Process tool(command);
  ASSERT_TRUE(tool.wait_for_err("call 3 iteration 0\n"));
  tool.type("\x03");
  const Output output = tool.finish();
  EXPECT_EQ(left_behind(), "");
  EXPECT_EQ(output.status, 130);
  expect_interrupted(json::parse(output.out, nullptr, false).at("runs").at(0), 0);
}

}  // namespace
}  // namespace overlap
