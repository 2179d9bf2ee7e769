// Where output goes, of the tool as a process: files, terminals, progress and the log.
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/base/text.hpp"
#include "src/base/unique_fd.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::content_of;
using testing::expect_usage_error;
using testing::lines_of;
using testing::Output;
using testing::overlap;
using testing::Process;
using testing::quick_with;
using testing::TemporaryFolder;
using testing::tool;
using testing::wait_for_children;
using testing::write_content;

TEST(CommandLine, ChoosesTheFormatByTheFilesEnding) {
  const TemporaryFolder folder;
  const auto written = [&](const std::string& name, const Arguments& options) {
    EXPECT_EQ(overlap(quick_with({"--executors", "sequential", "--output", folder / name}) + options).status, 0);
    return content_of(folder / name);
  };
  EXPECT_TRUE(json::accept(written("report.json", {})));
  EXPECT_TRUE(contains(written("report.md", {}), "| executor"));
  EXPECT_TRUE(contains(written("report.txt", {}), "\nexecutor"));
  EXPECT_EQ(written("report.csv", {}).rfind("requests,iterations,", 0), 0U);
  EXPECT_EQ(written("report.html", {}).rfind("<!DOCTYPE html>", 0), 0U);
  EXPECT_TRUE(contains(written("other.md", {"--format", "json"}), "| executor"));
  EXPECT_TRUE(contains(written("report", {}), "\nexecutor"));
  EXPECT_TRUE(json::accept(written("other", {"--format", "json"})));
  EXPECT_EQ(folder.entries(), 8U);
}

TEST(CommandLine, WritesSeveralFilesOfOneRun) {
  const TemporaryFolder folder;
  const Output output =
      overlap(quick_with({"--executors", "sequential", "--format", "csv", "--output", folder / "a.json", "--output",
                          folder / "a.csv", "--output", folder / "a.md", "--output", folder / "a.txt"}));
  EXPECT_EQ(output.status, 0) << output.err;
  const json report = json::parse(content_of(folder / "a.json"));
  EXPECT_EQ(content_of(folder / "a.csv"), output.out);
  EXPECT_TRUE(contains(output.out, fmt::format(",{},", report["runs"][0]["makespan_s"].get<double>())));
  EXPECT_TRUE(contains(content_of(folder / "a.md"), "| sequential/fftw |"));
  EXPECT_TRUE(contains(content_of(folder / "a.txt"), "\nsequential/fftw "));
  EXPECT_EQ(folder.entries(), 4U);
}

TEST(CommandLine, LosesNothingElseWhereAFileCantBeWritten) {
  const TemporaryFolder folder;
  const Output output =
      overlap(quick_with({"--executors", "sequential", "--output", "/dev/full", "--output", folder / "a.json"}));
  EXPECT_EQ(output.status, 1);
  EXPECT_EQ(output.err, "overlap: --output: /dev/full: No space left on device\n");
  EXPECT_TRUE(contains(output.out, "\nsequential/fftw "));
  EXPECT_TRUE(json::accept(content_of(folder / "a.json")));
}

TEST(CommandLine, LosesNoFileWhereStdoutCantBeWritten) {
  const TemporaryFolder folder;
  Command command = tool(quick_with({"--executors", "sequential", "--output", folder / "a.json"}));
  command.closed = {STDOUT_FILENO};
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 1);
  EXPECT_TRUE(contains(output.err, "can't write to stdout")) << output.err;
  EXPECT_TRUE(json::accept(content_of(folder / "a.json")));
}

TEST(CommandLine, OpensNoFileWhereOneHasNoPlace) {
  const TemporaryFolder folder;
  expect_usage_error(quick_with({"--output", folder / "a.json", "--output", folder / "missing/a.md"}),
                     {"--output", "missing/a.md", "can't be written"});
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(CommandLine, RefusesAFileWhoseEndingTellsNoFormat) {
  const TemporaryFolder folder;
  for (const char* name : {"x.json.gz", "x.xyz", ".hidden.yaml"}) {
    expect_usage_error(quick_with({"--output", folder / name}),
                       {"--output: the ending of '", "tells no format", ".csv"});
  }
  expect_usage_error({"sweep", "--axis", "size=64", "--output", folder / "x.trace.json"},
                     {"--output: '", "would be a trace, which is of a run alone"});
  EXPECT_EQ(folder.entries(), 0U);
  EXPECT_EQ(overlap(quick_with({"--executors", "sequential/null", "--format", "csv", "--output", folder / "x.xyz",
                                "--output", folder / "x.JSON", "--output", folder / "x"}))
                .status,
            0);
  EXPECT_EQ(testing::content_of(folder / "x.xyz"), testing::content_of(folder / "x"));
  EXPECT_TRUE(json::accept(testing::content_of(folder / "x.JSON")));
}

TEST(CommandLine, WritesNoReportOverWhatItReads) {
  const TemporaryFolder folder;
  testing::write_content(folder / "waits.txt", "1ms\n2ms\n");
  testing::write_content(folder / "own.py", "def compute(request, iteration, size, seed): return 1\n");
  const std::string saved = folder / "saved.json";
  ASSERT_EQ(overlap(quick_with({"--executors", "sequential/null", "--output", saved})).status, 0);
  const std::string before = testing::content_of(saved);
  const std::string linked = folder / "linked.txt";
  std::filesystem::create_symlink(folder / "waits.txt", linked);
  expect_usage_error(quick_with({"--wait", "measured:" + (folder / "waits.txt:ms"), "--output", linked}),
                     {"' is what --wait reads; another name keeps both"});
  expect_usage_error(quick_with({"--compute", folder / "own.py", "--format", "json", "--output", folder / "own.py"}),
                     {"' is what --compute reads"});
  expect_usage_error({"sweep", "--axis", "wait=none,measured:" + (folder / "waits.txt"), "--output", linked},
                     {"' is what --axis reads"});
  expect_usage_error({"compare", saved, saved, "--output", saved}, {"' is what compare reads"});
  expect_usage_error({"show", saved, "--output", saved}, {"' is what show reads"});
  EXPECT_EQ(testing::content_of(saved), before);
  EXPECT_EQ(testing::content_of(folder / "waits.txt"), "1ms\n2ms\n");
}

TEST(CommandLine, RefusesAFileNamedTwice) {
  const TemporaryFolder folder;
  expect_usage_error(quick_with({"--output", folder / "a.json", "--output", folder / "a.json"}),
                     {"--output", "a.json", "twice"});
  expect_usage_error(quick_with({"--output", folder / "a.json", "--output", folder / "./a.json"}),
                     {"--output", "./a.json", "twice"});
}

TEST(CommandLine, ReplacesAFileWholeAndThroughALink) {
  const TemporaryFolder folder;
  write_content(folder / "report.json", std::string(1'000'000, 'x'));
  std::filesystem::create_symlink(folder / "report.json", folder / "link.json");
  EXPECT_EQ(overlap(quick_with({"--executors", "sequential", "--output", folder / "link.json"})).status, 0);
  EXPECT_TRUE(json::accept(content_of(folder / "report.json")));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.json"));
  EXPECT_EQ(folder.entries(), 2U);
}

TEST(CommandLine, KeepsAnExistingFileWholeWhenItFails) {
  const TemporaryFolder folder;
  const std::string path = folder / "report.json";
  write_content(path, "kept");
  expect_usage_error(quick_with({"--output", path, "--executors", "thread"}), {"--executors"});
  EXPECT_EQ(content_of(path), "kept");

  // The recordings fit the limit one by one, the report of all does not.
  Command limited = tool({"run", "--requests", "10", "--iterations", "50", "--size", "64", "--wait", "none",
                          "--executors", "*/null", "--output", path});
  limited.largest_file_bytes = 49'152;
  const Output output = testing::run(limited);
  EXPECT_EQ(output.status, 1) << output.out;
  EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
  EXPECT_TRUE(contains(output.err, path)) << output.err;
  EXPECT_EQ(content_of(path), "kept");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(CommandLine, RunsWithoutStandardStreams) {
  const TemporaryFolder folder;
  for (const int fd : {STDIN_FILENO, STDERR_FILENO}) {
    SCOPED_TRACE(fd);
    Command command = tool(quick_with({"--output", folder / "report.json"}));
    command.closed = {fd};
    const Output output = testing::run(command);
    EXPECT_EQ(output.status, 0) << output.out << output.err;
    EXPECT_TRUE(json::accept(content_of(folder / "report.json")));
  }
}

TEST(CommandLine, GoesOnWhereNobodyReadsItsStreamsAnyMore) {
  const std::vector<std::vector<int>> gone = {{STDOUT_FILENO}, {STDERR_FILENO}, {STDOUT_FILENO, STDERR_FILENO}};
  for (const std::vector<int>& unread : gone) {
    SCOPED_TRACE(fmt::format("{}", fmt::join(unread, " and ")));
    const TemporaryFolder folder;
    Command command = tool(quick_with({"--log", "--output", folder / "report.json"}));
    command.unread = unread;
    const Output output = testing::run(command);
    EXPECT_EQ(output.signal, 0);
    EXPECT_EQ(output.status, 0) << output.out << output.err;
    EXPECT_FALSE(contains(output.err, "overlap: ")) << output.err;
    EXPECT_TRUE(json::accept(content_of(folder / "report.json")));
  }
}

TEST(CommandLine, HasItsExitStatusWhereNobodyReadsWhatItSays) {
  const auto status_of = [](const Arguments& arguments, int unread) {
    Command command = tool(arguments);
    command.unread = {unread};
    return testing::run(command).status;
  };
  EXPECT_EQ(status_of({"list"}, STDOUT_FILENO), 0);
  EXPECT_EQ(status_of({}, STDOUT_FILENO), 0);
  EXPECT_EQ(status_of({"run", "--help"}, STDOUT_FILENO), 0);
  EXPECT_EQ(status_of({"run", "--requests", "0"}, STDERR_FILENO), 2);
}

/// A run whose first request is over at once, and whose second one waits for long, with its log.
Arguments waiting_with(const Arguments& options) {
  return Arguments{"run",          "--requests", "2",
                   "--iterations", "1",          "--size",
                   "64",           "--wait",     "percentiles:50=0:100=60",
                   "--seed",       "4",          "--executors",
                   "threads",      "--log"} +
         options;
}

TEST(CommandLine, LosesNothingElseWhereTheReaderOfAPipeHasGone) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  UniqueFd reader(open((folder / "pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  Process running(tool(waiting_with({"--output", folder / "pipe", "--output", folder / "a.json"})));
  // An interrupt before any step would leave all files as they are.
  ASSERT_TRUE(running.wait_for_err("end 0 iteration 0"));
  reader = UniqueFd();
  running.send(SIGTERM);
  const Output output = running.finish();
  EXPECT_EQ(output.status, 1);
  EXPECT_TRUE(contains(output.err, "pipe: Broken pipe")) << output.err;
  EXPECT_TRUE(json::accept(content_of(folder / "a.json")));
}

/// Whether a process, by its file `status` in /proc, ignores SIGPIPE.
bool ignores_broken_pipes(const std::string& status) {
  const std::string name = "SigIgn:\t";
  const std::size_t begin = status.find(name);
  EXPECT_NE(begin, std::string::npos) << status;
  if (begin == std::string::npos) return false;
  constexpr int base = 16;
  return ((std::stoull(status.substr(begin + name.size()), nullptr, base) >> (SIGPIPE - 1)) & 1U) != 0;
}

bool ignores_broken_pipes(pid_t process) {
  return ignores_broken_pipes(content_of(fmt::format("/proc/{}/status", process)));
}

TEST(CommandLine, LeavesWhatItStartsToDieOfBrokenPipes) {
  Process running(tool(waiting_with({})));
  ASSERT_TRUE(running.wait_for_err("call 0 iteration 0"));
  EXPECT_TRUE(ignores_broken_pipes(running.pid()));
  const std::vector<pid_t> runners = wait_for_children(running.pid(), 1);
  ASSERT_EQ(runners.size(), 1U);
  EXPECT_FALSE(ignores_broken_pipes(runners.front()));
  running.send(SIGTERM);
  EXPECT_EQ(running.finish().status, 130);

  const TemporaryFolder folder;
  const std::string interpreter = folder / "interpreter";
  write_content(interpreter, fmt::format("#!/bin/sh\ncat /proc/$$/status > {}\n", folder / "status"));
  std::filesystem::permissions(interpreter, std::filesystem::perms::owner_all);
  EXPECT_EQ(overlap({"list", "--python", interpreter}).status, 0);
  EXPECT_FALSE(ignores_broken_pipes(content_of(folder / "status")));
}

TEST(CommandLine, ColoursATerminalAlone) {
  const std::string escape = "\x1b[";
  Command command = tool(quick_with({"--executors", "sequential,threads"}));
  EXPECT_FALSE(contains(testing::run(command).out, escape));
  command.out_is_terminal = true;
  const Output coloured = testing::run(command);
  EXPECT_EQ(coloured.status, 0);
  EXPECT_TRUE(contains(coloured.out, escape)) << coloured.out;
  EXPECT_EQ(coloured.err, "");
  command.environment = {{"NO_COLOR", "1"}};
  const Output plain = testing::run(command);
  EXPECT_TRUE(contains(plain.out, "sequential/fftw")) << plain.out;
  EXPECT_FALSE(contains(plain.out, escape)) << plain.out;
  command.environment = {{"TERM", "dumb"}};
  EXPECT_FALSE(contains(testing::run(command).out, escape));
  command.environment = {{"NO_COLOR", ""}};
  EXPECT_TRUE(contains(testing::run(command).out, escape)) << "NO_COLOR counts where it is not empty";
}

TEST(CommandLine, IsNoWiderThanItsTerminal) {
  const TemporaryFolder folder;
  const auto width_of = [&](Command command, unsigned short columns) {
    command.out_is_terminal = true;
    command.terminal_columns = columns;
    command.environment = {{"NO_COLOR", "1"}};
    const Output output = testing::run(command);
    EXPECT_EQ(output.status, 0) << output.err;
    std::size_t widest = 0;
    for (const std::string& line : lines_of(output.out)) {
      const bool is_example = line.starts_with("  overlap ");
      if (!is_example) widest = std::max(widest, display_width(line));
    }
    return widest;
  };
  const Command run = tool(quick_with({"--executors", "sequential,threads", "--output", folder / "report.txt"}));
  EXPECT_LE(width_of(run, 72), 72U);
  EXPECT_TRUE(contains(content_of(folder / "report.txt"), "delay")) << "a file is no terminal";
  for (const unsigned short unknown_or_wide : {std::uint16_t{0}, std::uint16_t{300}}) {
    const std::size_t width = width_of(run, unknown_or_wide);
    EXPECT_GT(width, 72U);
    EXPECT_LE(width, 120U);
  }
  for (const Arguments& arguments : {Arguments{"run", "--help"}, Arguments{"--help"}, Arguments{"list"},
                                     quick_with({"--dry-run"}), Arguments{"sweep", "--help"}}) {
    EXPECT_LE(width_of(tool(arguments), 84), 84U) << arguments.front();
  }
}

TEST(CommandLine, HelpIsNoWiderThanATableInAPagerEither) {
  for (const Arguments& arguments : {Arguments{"run", "--help"}, Arguments{"sweep", "--help"}, Arguments{"--help"}}) {
    const std::string help = overlap(arguments).out;
    for (const std::string& line : lines_of(help)) EXPECT_LE(display_width(line), 120U) << line;
  }
}

TEST(CommandLine, WritesNoColourToFilesFromATerminal) {
  const TemporaryFolder folder;
  Command command = tool(quick_with({"--executors", "sequential", "--output", folder / "report.txt"}));
  command.out_is_terminal = true;
  EXPECT_EQ(testing::run(command).status, 0);
  EXPECT_FALSE(contains(content_of(folder / "report.txt"), "\x1b"));
  EXPECT_TRUE(contains(content_of(folder / "report.txt"), "sequential/fftw"));
}

TEST(CommandLine, ShowsProgressOnATerminalAlone) {
  Command command = tool({"run", "--requests", "2", "--iterations", "4", "--size", "64", "--wait", "constant:60ms",
                          "--executors", "sequential,threads", "--format", "json"});
  EXPECT_EQ(testing::run(command).err, "");
  command.err_is_terminal = true;
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 0);
  EXPECT_TRUE(contains(output.err, "\rsequential/fftw") || contains(output.err, "Ksequential/fftw")) << output.err;
  EXPECT_TRUE(contains(output.err, "threads/fftw")) << output.err;
  EXPECT_TRUE(contains(output.err, "/8")) << output.err;
  EXPECT_FALSE(contains(output.err, "\n")) << "a bar scrolls the terminal";
  EXPECT_EQ(output.err.substr(output.err.size() - 4), "\r\x1b[K") << "a bar is left behind";
  EXPECT_TRUE(json::accept(output.out)) << "progress is in the report";
}

TEST(CommandLine, LogsTheDemonstrationsLinesInOrder) {
  const Output output = overlap({"run", "--requests", "2", "--iterations", "2", "--size", "64", "--wait",
                                 "uniform:0:4ms", "--executors", "sequential", "--log"});
  EXPECT_EQ(output.status, 0);
  std::vector<std::string> lines = lines_of(output.err);
  ASSERT_EQ(lines.size(), 10U) << output.err;
  EXPECT_EQ(lines.back().rfind("took: 0.0", 0), 0U) << lines.back();
  lines.pop_back();
  EXPECT_EQ(lines, (Arguments{"sequential/fftw", "call 0 iteration 0", "end 0 iteration 0", "call 0 iteration 1",
                              "end 0 iteration 1", "call 1 iteration 0", "end 1 iteration 0", "call 1 iteration 1",
                              "end 1 iteration 1"}));
  EXPECT_FALSE(contains(output.out, "call"));
}

TEST(CommandLine, LogsEveryCallBeforeItsEndUnderEveryDriver) {
  const Output output = overlap(quick_with({"--log", "--executors", "*/fftw"}));
  EXPECT_EQ(output.status, 0);
  const std::vector<std::string> lines = lines_of(output.err);
  ASSERT_EQ(lines.size(), 4U * (1 + 2 * 12 + 1)) << output.err;
  auto at = lines.begin();
  for (const char* name : {"sequential/fftw", "coroutine/fftw", "threads/fftw", "processes/fftw"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(*at++, name);
    const auto end = at + 24;
    for (int request = 0; request < 4; ++request) {
      auto from = at;
      for (int iteration = 0; iteration < 3; ++iteration) {
        for (const char* what : {"call", "end"}) {
          const std::string line =
              std::string(what) + " " + std::to_string(request) + " iteration " + std::to_string(iteration);
          EXPECT_EQ(std::count(at, end, line), 1) << line;
          const auto found = std::find(at, end, line);
          EXPECT_LE(from, found) << line << " comes too early";
          from = found;
        }
      }
    }
    at = end;
    EXPECT_EQ(at++->rfind("took: ", 0), 0U);
  }
}

}  // namespace
}  // namespace overlap
