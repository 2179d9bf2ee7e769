// The command line, driven as a process: what each option does, what goes where, and what bad input is told.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "src/philox.hpp"
#include "src/report/report.hpp"
#include "src/report/text.hpp"
#include "src/workload.hpp"
#include "tests/process.hpp"
#include "tests/sample_results.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Command;
using testing::content_of;
using testing::Output;
using testing::TemporaryFolder;
using testing::write_content;

using Arguments = std::vector<std::string>;

Arguments operator+(Arguments first, const Arguments& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// A run that takes a few milliseconds, with more options or with others in the place of its own.
Arguments quick_with(const Arguments& options) {
  Arguments arguments = {"run"};
  const std::map<std::string, std::string> own = {
      {"--requests", "4"}, {"--iterations", "3"}, {"--size", "64"}, {"--wait", "uniform:0:4ms"}};
  for (const auto& [option, value] : own) {
    const bool replaced = std::any_of(options.begin(), options.end(), [&name = option](const std::string& given) {
      return given.substr(0, given.find('=')) == name;
    });
    if (!replaced) arguments = arguments + Arguments{option, value};
  }
  return arguments + options;
}

Command tool(const Arguments& arguments) {
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = arguments;
  return command;
}

Output overlap(const Arguments& arguments) { return testing::run(tool(arguments)); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string shown(const Arguments& arguments) {
  std::string text;
  for (const std::string& argument : arguments) text += argument + ' ';
  return text;
}

/// The report of a run that is to end well.
json report_of(const Arguments& arguments) {
  const Output output = overlap(arguments + Arguments{"--format", "json"});
  EXPECT_EQ(output.status, 0) << shown(arguments) << output.err << output.out;
  return json::parse(output.out, nullptr, false);
}

Arguments executors_of(const json& report) {
  Arguments names;
  for (const json& run : report.at("runs")) names.push_back(run.at("executor"));
  return names;
}

void expect_usage_error(const Arguments& arguments, const std::vector<std::string>& told) {
  SCOPED_TRACE(shown(arguments));
  const Output output = overlap(arguments);
  EXPECT_EQ(output.status, 2);
  EXPECT_EQ(output.out, "");
  EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
  EXPECT_EQ(output.err.rfind("overlap: ", 0), 0U) << output.err;
  for (const std::string& part : told) EXPECT_TRUE(contains(output.err, part)) << part << " is not in: " << output.err;
}

/// For an option of `run` with a wrong value.
void expect_refused(const std::string& option, const std::string& value, const std::vector<std::string>& takes) {
  // Beside --log, which would show that something ran.
  expect_usage_error(quick_with({"--log", option + "=" + value}), takes + Arguments{option});
}

// ---- What there is to read ----

TEST(CommandLine, TellsItsVersionAndCommit) {
  const Output output = overlap({"--version"});
  EXPECT_EQ(output.status, 0);
  EXPECT_EQ(output.err, "");
  const std::vector<std::string> lines = lines_of(output.out);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].rfind("overlap ", 0), 0U);
  EXPECT_TRUE(contains(lines[0], " (") && lines[0].back() == ')') << lines[0];
  for (const char* command : {"run", "list", "step", "compare"})
    EXPECT_EQ(overlap({command, "--version"}).out, output.out);
}

TEST(CommandLine, NamesItsCommandsWithNoArgumentsAndInHelp) {
  const Output help = overlap({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_EQ(help.err, "");
  for (const char* command : {"run", "list", "step"}) EXPECT_TRUE(contains(help.out, command)) << command;
  const Output bare = overlap({});
  EXPECT_EQ(bare.status, 0);
  EXPECT_EQ(bare.out, help.out);
}

TEST(CommandLine, HelpOfRunHasEveryOptionWithDefaultsUnitsExamplesAndExitStatus) {
  const Output help = overlap({"run", "--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* text : {"--requests",
                           "10",
                           "--iterations",
                           "5",
                           "--size",
                           "4M",
                           "--wait",
                           "uniform:0:1",
                           "constant:T",
                           "exponential:MEAN",
                           "lognormal:MEDIAN:SIGMA",
                           "none",
                           "--precision",
                           "double or float",
                           "--spectrum",
                           "full",
                           "half",
                           "--seed",
                           "--executors",
                           "--workers",
                           "one per request",
                           "--compute-slots",
                           "--completion",
                           "poll",
                           "block",
                           "--rigor",
                           "estimate",
                           "measure",
                           "patient",
                           "--repeat",
                           "auto",
                           "--max-time",
                           "--timeout",
                           "--reference",
                           "--dry-run",
                           "--format",
                           "table, markdown, csv or json",
                           "--output",
                           "--raw",
                           "100,000",
                           "--log",
                           "ns, us, ms, s",
                           "k, M, G",
                           "Ki, Mi, Gi",
                           "overlap run",
                           "Exit status: 0 ok; 1 ",
                           "; 2 ",
                           "; 4 ",
                           "130 interrupted"}) {
    EXPECT_TRUE(contains(help.out, text)) << text;
  }
}

TEST(CommandLine, HelpOfStepHasItsOptionsWithDefaultsAndAnExample) {
  const Output help = overlap({"step", "--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* text : {"--request ", "--iteration ", "--engine", "fftw", "--save-input", "--save-spectrum", ".npy",
                           "--size", "4M", "overlap step"}) {
    EXPECT_TRUE(contains(help.out, text)) << text;
  }
}

TEST(CommandLine, ListsDriversEnginesAndExecutorsWithWhatIsAvailable) {
  const Output list = overlap({"list"});
  EXPECT_EQ(list.status, 0);
  EXPECT_EQ(list.err, "");
  for (const char* driver : {"sequential", "coroutine", "threads", "processes"}) {
    for (const char* engine : {"fftw", "null"}) {
      const std::string name = std::string(driver) + "/" + engine;
      const std::vector<std::string> lines = lines_of(list.out);
      EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return contains(line, name + " ") && contains(line, "available");
      })) << name;
    }
  }
}

TEST(CommandLine, DryRunSaysWhatWouldRunWithMemoryAndTimeAndRunsNothing) {
  const TemporaryFolder folder;
  const Output output = overlap(quick_with({"--dry-run", "--log", "--output", folder / "report.json"}));
  EXPECT_EQ(output.status, 0);
  EXPECT_EQ(output.err, "");
  for (const char* text : {"sequential/fftw", "coroutine/fftw", "threads/fftw", "processes/fftw", "memory", "expected",
                           "MB", " s", "4 requests"}) {
    EXPECT_TRUE(contains(output.out, text)) << text;
  }
  EXPECT_FALSE(contains(output.out, "verified"));
  EXPECT_EQ(folder.entries(), 0U);
}

// ---- Bad input ----

TEST(CommandLine, NamesTheOptionAndWhatItTakes) {
  for (const char* option : {"--requests", "--iterations", "--size", "--repeat", "--workers", "--compute-slots"}) {
    for (const char* value : {"0", "-3", "+3", "99999999999999999999", "18446744073709551616", "20G0", "many", "1e6",
                              "4.5", "4m", "1 ", " 1", "0x10", "17179869184Gi", "nan", "k"}) {
      expect_refused(option, value, {value, "a whole number from 1"});
    }
  }
  for (const char* value : {"-1", "18446744073709551616", "one", "1.5", "1k"}) {
    expect_refused("--seed", value, {value, "a whole number from 0"});
  }
  for (const char* value : {"3000000000", "2147483648"}) expect_refused("--workers", value, {value, "at most"});
}

TEST(CommandLine, TakesTheSignOfANegativeNumberForNoOption) {
  for (const char* option : {"--requests", "--iterations", "--size", "--seed", "--wait", "--timeout", "--repeat"}) {
    expect_usage_error(quick_with({option, "-3"}), {option, "'-3'", "takes"});
  }
}

TEST(CommandLine, RefusesWaitsThatAreNone) {
  for (const char* value :
       {"uniform",        "uniform:0",      "uniform:0:1:2",  "uniform:0:nan", "uniform:-1:1",    "uniform:2:1",
        "constant",       "constant:-10ms", "constant:nan",   "constant:inf",  "constant:1e400",  "constant:10h",
        "constant:10 ms", "exponential:",   "exponential:-1", "lognormal:1",   "lognormal:1:nan", "lognormal:1:-1",
        "lognormal:1:1s", "gauss:0:1",      "None",           "5ms",           "none:1"}) {
    expect_refused("--wait", value, {value, "takes"});
  }
  expect_refused("--wait", "gauss:0:1", {"none", "constant:", "uniform:", "exponential:", "lognormal:"});
}

TEST(CommandLine, RefusesUnknownNamesAndListsTheKnown) {
  expect_refused("--precision", "half", {"'half'", "double, float"});
  expect_refused("--spectrum", "upper", {"'upper'", "full, half"});
  expect_refused("--completion", "spin", {"'spin'", "poll, block"});
  expect_refused("--rigor", "none", {"'none'", "estimate, measure, patient"});
  expect_refused("--format", "xml", {"'xml'", "table, markdown, csv, json"});
}

TEST(CommandLine, RefusesUnknownExecutorsAndListsNearOnes) {
  expect_refused("--executors", "thread", {"'thread'", "threads"});
  expect_refused("--executors", "sequential,threads/ftw", {"'threads/ftw'", "threads/fftw"});
  expect_refused("--executors", "corutine/nul", {"'corutine/nul'", "coroutine/null"});
  expect_refused("--executors", "zzz", {"'zzz'", "overlap list"});
  expect_refused("--executors", "zzz/*", {"'zzz/*'", "overlap list"});
  expect_refused("--executors", "Threads", {"'Threads'", "threads"});
}

TEST(CommandLine, RefusesEmptyNamesInAList) {
  for (const char* value : {",", ",threads", "threads,", "threads,,sequential"}) {
    expect_refused("--executors", value, {"empty name", "commas between"});
  }
}

TEST(CommandLine, RefusesEmptyValues) {
  for (const char* option : {"--executors", "--workers", "--compute-slots", "--timeout", "--reference", "--format",
                             "--output", "--requests", "--wait", "--precision", "--seed"}) {
    expect_usage_error(quick_with({"--log", option, ""}), {option});
  }
}

TEST(CommandLine, RefusesAReferenceThatIsNoRowOfTheRun) {
  expect_usage_error(quick_with({"--executors", "sequential", "--reference", "threads"}),
                     {"--reference", "threads/fftw"});
  expect_refused("--reference", "treads", {"'treads'", "threads"});
  expect_refused("--reference", "threads/*", {"'threads/*'"});
}

TEST(CommandLine, RefusesATimeoutThatIsNoTime) {
  for (const char* value : {"0", "0s", "-1", "nan", "inf", "soon", "1h"}) {
    expect_refused("--timeout", value, {"takes"});
  }
}

TEST(CommandLine, RefusesUnknownOptionsAndWords) {
  expect_usage_error({"run", "--reqests", "4"}, {"--reqests"});
  expect_usage_error({"--requests", "4"}, {"--requests"});
  expect_usage_error({"rum"}, {"rum"});
  expect_usage_error({"run", "threads"}, {"threads"});
  expect_usage_error({"list", "--size", "4"}, {"--size"});
  expect_usage_error({"step", "--executors", "threads"}, {"--executors"});
  expect_usage_error({"internal-runner"}, {"internal-runner"});
}

TEST(CommandLine, RefusesOptionsWithoutTheirValue) {
  for (const char* option : {"--requests", "--size", "--wait", "--executors", "--output", "--timeout", "--seed"}) {
    expect_usage_error({"run", option}, {option});
  }
}

TEST(CommandLine, RefusesAnOptionGivenTwice) {
  expect_usage_error({"run", "--requests", "1", "--requests", "2"}, {"--requests"});
}

TEST(CommandLine, KeepsAnErrorToOneLineWhateverItQuotes) {
  expect_usage_error(quick_with({"--executors", "thre\nads"}), {"--executors"});
  expect_usage_error(quick_with({"--wait", "uni\nform"}), {"--wait"});
  expect_usage_error({"run", "--no\nsuch"}, {"such"});
  const Output output = overlap({"run", "--precision", "\x1b[31mred"});
  EXPECT_EQ(output.status, 2);
  EXPECT_FALSE(contains(output.err, "\x1b")) << "an escape code reaches the terminal";
}

TEST(CommandLine, FindsAnUnwritableOutputBeforeTheRun) {
  const TemporaryFolder folder;
  write_content(folder / "file", "");
  for (const std::string& path : {folder / "missing/report.json", folder.path().string(), folder / "file/report.json",
                                  std::string("/proc/report.json")}) {
    expect_refused("--output", path, {path, "can't be written"});
  }
  EXPECT_EQ(folder.entries(), 1U);
  const Arguments step = {"step", "--size", "64"};
  for (const char* option : {"--save-input", "--save-spectrum"}) {
    expect_usage_error(step + Arguments{option, folder / "missing/x.npy"}, {option, "can't be written"});
  }
}

TEST(CommandLine, RefusesAStepOutsideTheWorkload) {
  const Arguments step = {"step", "--size", "64", "--requests", "4", "--iterations", "3"};
  expect_usage_error(step + Arguments{"--request", "4"}, {"--request:", "0 to 3"});
  expect_usage_error(step + Arguments{"--iteration", "3"}, {"--iteration:", "0 to 2"});
  expect_usage_error(step + Arguments{"--request", "-1"}, {"--request:", "a whole number from 0"});
  expect_usage_error(step + Arguments{"--engine", "ftw"}, {"--engine", "'ftw'", "fftw"});
  expect_usage_error(step + Arguments{"--engine", "null"}, {"--engine", "'null'", "fftw"});
}

TEST(CommandLine, RefusesWhatMemoryCannotHoldWithTheFigures) {
  expect_usage_error({"run", "--size", "1024Gi"}, {"--size", "needs", "TB", "can be used"});
  expect_usage_error({"run", "--size", "1025Gi"}, {"--size", "1024Gi"});
  expect_usage_error({"run", "--size", "1", "--requests", "1G", "--iterations", "1k"},
                     {"--requests", "--iterations", "needs", "can be used"});
  expect_usage_error({"run", "--requests", "10G", "--iterations", "10G"}, {"--requests", "--iterations", "64 bits"});
  expect_usage_error({"step", "--size", "1024Gi"}, {"--size", "needs", "can be used"});
}

TEST(CommandLine, TakesUnitsOfTenAndOfTwo) {
  const auto workload = [](const Arguments& options) {
    return report_of(Arguments{"run", "--executors", "coroutine/null"} + options).at("workload");
  };
  json used = workload({"--requests", "2k", "--iterations", "1", "--size", "3Ki", "--wait", "constant:250us"});
  EXPECT_EQ(used.at("requests"), 2000);
  EXPECT_EQ(used.at("size"), 3072);
  EXPECT_EQ(used.at("wait"), "constant:0.00025");
  used = workload({"--requests", "1Ki", "--iterations", "1", "--size", "7M", "--wait", "uniform:1000ns:.002"});
  EXPECT_EQ(used.at("requests"), 1024);
  EXPECT_EQ(used.at("size"), 7'000'000);
  EXPECT_EQ(used.at("wait"), "uniform:1e-06:0.002");
  used = workload({"--requests", "1", "--iterations", "1", "--size", "1G", "--wait", "lognormal:1ms:0.5", "--seed",
                   "18446744073709551615", "--precision", "float", "--spectrum", "half"});
  EXPECT_EQ(used.at("size"), 1'000'000'000);
  EXPECT_EQ(used.at("seed"), 18446744073709551615U);
  EXPECT_EQ(used.at("precision"), "float");
  EXPECT_EQ(used.at("spectrum"), "half");
}

// ---- Reports ----

TEST(CommandLine, RunsTheNineRowsByDefault) {
  const json report = report_of(quick_with({}));
  EXPECT_EQ(executors_of(report),
            (Arguments{"sequential/fftw", "coroutine/fftw", "threads/fftw", "processes/fftw", "threads/locked",
                       "processes/locked", "coroutine/fftw-threads", "coroutine/pool", "coroutine/cuda"}));
  for (const json& run : report.at("runs")) {
    if (run.at("engine") == "cuda" && run.at("status") == "unavailable") continue;
    EXPECT_EQ(run.at("status"), "ok") << run.at("executor");
    EXPECT_EQ(run.at("verified"), true) << run.at("executor");
    EXPECT_EQ(run.at("steps_finished"), 12) << run.at("executor");
  }
}

TEST(CommandLine, SaysWhyCudaIsUnavailableAndRunsTheRest) {
  const json cuda = report_of(quick_with({})).at("runs").back();
  if (cuda.at("status") == "ok") GTEST_SKIP() << "there is a GPU here";
  EXPECT_EQ(cuda.at("status"), "unavailable");
  const std::string reason = cuda.at("reason");
  EXPECT_FALSE(reason.empty());
  EXPECT_EQ(std::count(reason.begin(), reason.end(), '\n'), 0);
  EXPECT_TRUE(contains(overlap(quick_with({})).out, "coroutine/cuda: unavailable: "));
  EXPECT_TRUE(contains(overlap({"list"}).out, reason));
  for (const char* name : {"cuda", "coroutine/cuda", "threads/cuda-copy"}) {
    const Output named = overlap(quick_with({"--executors", std::string("threads,") + name}));
    EXPECT_EQ(named.status, 4);
    EXPECT_EQ(named.out, "");
    EXPECT_TRUE(contains(named.err, reason)) << named.err;
  }
}

TEST(CommandLine, TableFitsATerminalAndHasAllThatIsPromised) {
  const Output output = overlap(quick_with({"--repeat", "2", "--executors", "all"}));
  EXPECT_EQ(output.status, 0);
  EXPECT_EQ(output.err, "");
  const std::vector<std::string> lines = lines_of(output.out);
  ASSERT_GT(lines.size(), 10U);
  for (const std::string& line : lines) EXPECT_LE(display_width(line), 120U) << line;
  EXPECT_TRUE(contains(lines[0], "4 requests × 3 iterations")) << lines[0];
  EXPECT_TRUE(contains(output.out, "machine: "));
  EXPECT_TRUE(contains(output.out, "fftw"));
  for (const char* header : {"executor", "makespan", "speed", "concur", "paral", "effi", "delay", "p50/p99", "total",
                             "CPU", "memory", "fied"}) {
    EXPECT_TRUE(contains(output.out, header)) << header;
  }
  EXPECT_TRUE(contains(output.out, "For this load"));
  const auto is_row = [](const std::string& line) { return contains(line.substr(0, 26), "/fftw "); };
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), is_row), 4);
  std::set<std::size_t> widths;
  for (const std::string& line : lines) {
    if (is_row(line)) widths.insert(display_width(line));
  }
  EXPECT_EQ(widths.size(), 1U) << "columns don't line up:\n" << output.out;
}

TEST(CommandLine, JsonHasEveryMemberThatIsPromised) {
  const json report = report_of(quick_with({"--executors", "sequential,threads/null"}));
  EXPECT_EQ(report.at("schema_version"), 1);
  for (const char* name : {"version", "commit", "compiler", "flags"}) {
    EXPECT_FALSE(report.at("tool").at(name).get<std::string>().empty()) << name;
  }
  EXPECT_GE(report.at("machine").at("usable_cpus"), 1);
  const json workload = {{"requests", 4},         {"iterations", 3},    {"size", 64}, {"wait", "uniform:0:0.004"},
                         {"precision", "double"}, {"spectrum", "full"}, {"seed", 1}};
  EXPECT_EQ(report.at("workload"), workload);
  EXPECT_TRUE(contains(report.at("engines").at("fftw_version"), "fftw"));

  const json& run = report.at("runs").at(0);
  EXPECT_EQ(run.at("executor"), "sequential/fftw");
  EXPECT_EQ(run.at("driver"), "sequential");
  EXPECT_EQ(run.at("engine"), "fftw");
  EXPECT_TRUE(run.at("reason").is_null());
  for (const char* name : {"steps_finished", "makespan_s", "total_s", "speedup", "concurrency", "parallelism",
                           "lower_bound_s", "efficiency", "lanes", "capacity_steps_per_s", "step_s", "delay_s",
                           "steps_per_s", "cpu_s", "setup_cpu_s", "peak_memory_bytes"}) {
    EXPECT_TRUE(run.at(name).is_number()) << name;
  }
  for (const char* distribution : {"latency_s", "service_s"}) {
    for (const char* name : {"p50", "p95", "p99", "max"}) {
      EXPECT_TRUE(run.at(distribution).at(name).is_number()) << distribution << name;
    }
  }
  for (const char* name : {"p50", "p99"}) EXPECT_TRUE(run.at("queue_s").at(name).is_number()) << name;
  for (const char* phase : {"spawn", "load", "context", "plan", "allocate", "calibrate"}) {
    EXPECT_TRUE(run.at("setup_s").at(phase).is_number()) << phase;
  }
  EXPECT_EQ(run.at("repeats").size(), 1U);
  EXPECT_EQ(run.at("repeats").at(0).at("makespan_s"), run.at("makespan_s"));
  for (const char* column : {"request", "iteration", "wait_s", "due_s", "begin_s", "end_s", "worker", "input_energy",
                             "spectrum_energy", "bin", "bin_re", "bin_im"}) {
    EXPECT_EQ(run.at("steps").at(column).size(), 12U) << column;
  }
  EXPECT_TRUE(report.at("runs").at(1).at("verified").is_null());
}

TEST(CommandLine, JsonStepsAreTheWorkloadsInOrder) {
  const json report = report_of(quick_with({"--seed", "7", "--executors", "*/fftw"}));
  Workload workload;
  workload.requests = 4;
  workload.iterations = 3;
  workload.size = 64;
  workload.wait.b = 0.004;
  workload.seed = 7;
  for (const json& run : report.at("runs")) {
    SCOPED_TRACE(run.at("executor"));
    const json& steps = run.at("steps");
    for (std::size_t index = 0; index < 12; ++index) {
      const std::uint64_t request = index / 3;
      const std::uint64_t iteration = index % 3;
      EXPECT_EQ(steps.at("request").at(index), request);
      EXPECT_EQ(steps.at("iteration").at(index), iteration);
      EXPECT_EQ(steps.at("bin").at(index), workload.checked_bin(request, iteration));
      EXPECT_EQ(std::llround(steps.at("wait_s").at(index).get<double>() * 1e9), workload.wait_ns(request, iteration));
      EXPECT_LE(steps.at("due_s").at(index), steps.at("begin_s").at(index));
      EXPECT_LE(steps.at("begin_s").at(index), steps.at("end_s").at(index));
      if (iteration > 0) {
        EXPECT_GE(steps.at("due_s").at(index), steps.at("end_s").at(index - 1));
      }
    }
  }
}

TEST(CommandLine, LeavesStepsOutOfLargeJsonUnlessTheyAreAskedFor) {
  const Arguments large = {"run",    "--executors", "coroutine/null", "--requests", "100001", "--iterations", "1",
                           "--size", "1",           "--wait",         "none"};
  EXPECT_FALSE(report_of(large).at("runs").at(0).contains("steps"));
  EXPECT_EQ(report_of(large + Arguments{"--raw"}).at("runs").at(0).at("steps").at("request").size(), 100'001U);
}

TEST(CommandLine, KeepsEveryRepeatAndTakesTheMedian) {
  const json report = report_of(quick_with({"--repeat", "3", "--executors", "coroutine,threads"}));
  for (const json& run : report.at("runs")) {
    std::vector<double> makespans;
    for (const json& repeat : run.at("repeats")) {
      makespans.push_back(repeat.at("makespan_s"));
      EXPECT_EQ(repeat.at("status"), "ok");
      EXPECT_EQ(repeat.at("verified"), true);
    }
    ASSERT_EQ(makespans.size(), 3U);
    std::sort(makespans.begin(), makespans.end());
    EXPECT_EQ(run.at("makespan_s"), makespans[1]);
  }
  const Output table = overlap(quick_with({"--repeat", "3", "--executors", "coroutine"}));
  EXPECT_TRUE(contains(table.out, "–")) << "no least and largest makespan in:\n" << table.out;
}

TEST(CommandLine, FirstRoundKeepsTheOrderAndLaterOnesAreShuffledBySeed) {
  const auto order_of = [](const char* seed) {
    Arguments order;
    const Output output = overlap({"run", "--requests", "1", "--iterations", "1", "--size", "1", "--wait", "none",
                                   "--executors", "*/null", "--repeat", "8", "--log", "--seed", seed});
    for (const std::string& line : lines_of(output.err)) {
      if (contains(line, "/null")) order.push_back(line);
    }
    return order;
  };
  const Arguments given = {"sequential/null", "coroutine/null", "threads/null", "processes/null"};
  const Arguments order = order_of("1");
  ASSERT_EQ(order.size(), 32U);
  bool shuffled = false;
  for (std::ptrdiff_t round = 0; round < 8; ++round) {
    const Arguments names(order.begin() + 4 * round, order.begin() + 4 * round + 4);
    if (round == 0) {
      EXPECT_EQ(names, given);
    }
    EXPECT_TRUE(std::is_permutation(names.begin(), names.end(), given.begin())) << shown(names);
    shuffled = shuffled || names != given;
  }
  EXPECT_TRUE(shuffled);
  EXPECT_EQ(order_of("1"), order);
  EXPECT_NE(order_of("2"), order);
}

TEST(CommandLine, TakesExecutorsByNameShortNameGlobAndAll) {
  const auto rows = [](const char* list) {
    return executors_of(report_of(
        {"run", "--requests", "2", "--iterations", "1", "--size", "16", "--wait", "none", "--executors", list}));
  };
  EXPECT_EQ(rows("threads"), Arguments{"threads/fftw"});
  EXPECT_EQ(rows("threads/null"), Arguments{"threads/null"});
  EXPECT_EQ(rows("coroutine/*"), (Arguments{"coroutine/fftw", "coroutine/locked", "coroutine/fftw-threads",
                                            "coroutine/pool", "coroutine/null"}));
  EXPECT_EQ(rows("*/null"), (Arguments{"sequential/null", "coroutine/null", "threads/null", "processes/null"}));
  EXPECT_EQ(rows("processes,sequential"), (Arguments{"processes/fftw", "sequential/fftw"}));
  EXPECT_EQ(rows("processes,threads/fftw,*/fftw,threads"),
            (Arguments{"processes/fftw", "threads/fftw", "sequential/fftw", "coroutine/fftw"}));
  EXPECT_EQ(rows("all").size(), 20U);
  const json report = report_of(
      {"run", "--requests", "2", "--iterations", "1", "--size", "16", "--wait", "none", "--executors", "all"});
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("verified"), run.at("engine") == "null" ? json(nullptr) : json(true)) << run.at("executor");
  }
}

TEST(CommandLine, RefersSpeedupToTheReference) {
  const json first = report_of(quick_with({"--executors", "threads,sequential"}));
  EXPECT_EQ(first.at("reference"), "sequential/fftw");
  EXPECT_EQ(first.at("runs").at(1).at("speedup"), 1.0);
  const json named = report_of(quick_with({"--executors", "sequential,threads", "--reference", "threads"}));
  EXPECT_EQ(named.at("reference"), "threads/fftw");
  EXPECT_EQ(named.at("runs").at(1).at("speedup"), 1.0);
  EXPECT_DOUBLE_EQ(
      named.at("runs").at(0).at("speedup").get<double>(),
      named.at("runs").at(1).at("makespan_s").get<double>() / named.at("runs").at(0).at("makespan_s").get<double>());
  const json without = report_of(quick_with({"--executors", "threads/null,coroutine"}));
  EXPECT_EQ(without.at("reference"), "coroutine/fftw");
}

TEST(CommandLine, BoundsWorkersAndComputeSlots) {
  const json report = report_of(quick_with({"--executors", "threads,processes", "--workers", "2"}));
  for (const json& run : report.at("runs")) {
    std::set<int> workers;
    for (const json& worker : run.at("steps").at("worker")) workers.insert(worker.get<int>());
    EXPECT_EQ(workers, (std::set<int>{0, 1})) << run.at("executor");
  }
  const json slots = report_of(quick_with({"--executors", "threads,processes", "--compute-slots", "1"}));
  for (const json& run : slots.at("runs")) {
    EXPECT_EQ(run.at("verified"), true) << run.at("executor");
    EXPECT_EQ(run.at("lanes"), 1) << run.at("executor");
  }
}

TEST(CommandLine, VerifiesEveryPrecisionSpectrumAndSmallSize) {
  for (const char* size : {"1", "2", "3", "5", "63", "1001"}) {
    for (const char* precision : {"double", "float"}) {
      for (const char* spectrum : {"full", "half"}) {
        SCOPED_TRACE(std::string(size) + precision + spectrum);
        const json report = report_of({"run", "--requests", "1", "--iterations", "1", "--wait", "none", "--executors",
                                       "sequential", "--size", size, "--precision", precision, "--spectrum", spectrum});
        EXPECT_EQ(report.at("runs").at(0).at("verified"), true);
      }
    }
  }
}

TEST(CommandLine, WritesMarkdownAsATable) {
  const Output output = overlap(quick_with({"--format", "markdown", "--executors", "sequential,threads"}));
  EXPECT_EQ(output.status, 0);
  const std::vector<std::string> lines = lines_of(output.out);
  const auto is_table_line = [](const std::string& line) {
    return line.rfind("| ", 0) == 0 || line.rfind("|-", 0) == 0;
  };
  std::set<std::ptrdiff_t> bars;
  std::ptrdiff_t count = 0;
  for (const std::string& line : lines) {
    if (!is_table_line(line)) continue;
    bars.insert(std::count(line.begin(), line.end(), '|'));
    ++count;
  }
  EXPECT_EQ(count, 4) << output.out;
  EXPECT_EQ(bars.size(), 1U) << output.out;
}

TEST(CommandLine, RepeatsUntilTheMediansAreKnownOrTheTimeIsSpentAndSaysWhich) {
  const json report = report_of(quick_with({"--repeat", "auto", "--max-time", "15", "--wait", "constant:20ms",
                                            "--executors", "coroutine/null,threads/null"}));
  EXPECT_EQ(report["rounds"]["automatic"], true);
  EXPECT_EQ(report["rounds"]["max_time_s"], 15.0);
  std::size_t most = 0;
  bool all_known = true;
  for (const json& run : report["runs"]) {
    const double makespan_s = run["makespan_s"];
    EXPECT_GE(run["repeats"].size(), 5U);
    most = std::max(most, run["repeats"].size());
    all_known = all_known && run["makespan_interval_s"]["low"] >= 0.97 * makespan_s &&
                run["makespan_interval_s"]["high"] <= 1.03 * makespan_s;
  }
  EXPECT_EQ(report["rounds"]["made"], most);
  // On a machine with much else to do the medians may take longer than that.
  if (report["rounds"]["ended_by"] == "settled") {
    EXPECT_TRUE(all_known);
  } else {
    EXPECT_EQ(report["rounds"]["ended_by"], "max_time");
  }
}

TEST(CommandLine, StopsRepeatingWhenTheTimeIsSpent) {
  const json report = report_of(quick_with({"--repeat", "auto", "--max-time", "1ns", "--executors", "*/null"}));
  EXPECT_EQ(report["rounds"]["ended_by"], "max_time");
  EXPECT_EQ(report["rounds"]["made"], 1);
  for (const json& run : report["runs"]) EXPECT_EQ(run["repeats"].size(), 1U);
  const std::string notes = report["notes"].dump();
  EXPECT_TRUE(contains(notes, "--max-time was spent before")) << notes;
}

TEST(CommandLine, TakesMaxTimeWithAutomaticRepeatsAlone) {
  expect_usage_error(quick_with({"--max-time", "10"}), {"--max-time", "--repeat auto"});
  expect_usage_error(quick_with({"--repeat", "3", "--max-time", "10"}), {"--max-time", "--repeat auto"});
  expect_usage_error(quick_with({"--repeat", "auto", "--max-time", "0"}), {"--max-time", "above 0"});
  expect_usage_error(quick_with({"--repeat", "auto", "--max-time", "x"}), {"--max-time", "'x'"});
  expect_refused("--repeat", "automatic", {"'automatic'", "or auto"});
}

// ---- Comparing files ----

/// A file of results made by hand: makespans of five repeats around `makespan_s`.
void write_results(const std::string& path, double makespan_s, const std::function<void(Results&)>& change = {}) {
  Row row = samples::finished_row("threads", "fftw", makespan_s);
  for (const double factor : {0.999, 1.001, 1.0, 1.0}) samples::add_repeat(row, factor * makespan_s);
  Results results = samples::results_of({row});
  if (change) change(results);
  add_intervals(results);
  write_content(path, render_json(results));
}

TEST(CommandLine, ComparesFilesInEveryFormat) {
  const TemporaryFolder folder;
  write_results(folder / "a.json", 3.0);
  write_results(folder / "b.json", 3.0);
  write_results(folder / "c.json", 2.0, [](Results& results) { results.machine.cpu_model = "other"; });
  const Output output = overlap({"compare", folder / "a.json", folder / "b.json", folder / "c.json", "--output",
                                 folder / "all.md", "--output", folder / "all.csv", "--output", folder / "all.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "b.json")) << output.out;
  EXPECT_TRUE(contains(output.out, "same")) << output.out;
  EXPECT_TRUE(contains(output.out, "other machine")) << output.out;
  EXPECT_TRUE(contains(content_of(folder / "all.md"), "| threads/fftw | B | c.json | 2.00 s |"));
  EXPECT_TRUE(contains(content_of(folder / "all.csv"), ",threads/fftw,B,c.json,ok,"));
  EXPECT_EQ(json::parse(content_of(folder / "all.json"))["rows"].size(), 3U);
}

TEST(CommandLine, ComparesWhatItWrote) {
  const TemporaryFolder folder;
  for (const char* name : {"a.json", "b.json"}) {
    ASSERT_EQ(overlap(quick_with({"--executors", "*/null", "--repeat", "5", "--output", folder / name})).status, 0);
  }
  const Output output = overlap({"compare", folder / "a.json", folder / "b.json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "threads/null")) << output.out;
}

TEST(CommandLine, FailsOnSlowerRowsOfOneMachineWhereAsked) {
  const TemporaryFolder folder;
  write_results(folder / "a.json", 3.0);
  write_results(folder / "b.json", 3.1);
  write_results(folder / "c.json", 30.0, [](Results& results) { results.machine.cpu_model = "other"; });
  const Arguments files = {"compare", folder / "a.json", folder / "b.json", folder / "c.json"};
  EXPECT_EQ(overlap(files).status, 0);
  EXPECT_EQ(overlap(files + Arguments{"--fail-on", "slower:5%"}).status, 0);
  for (const char* limit : {"slower", "slower:2.5%"}) {
    const Output output = overlap(files + Arguments{"--fail-on", limit});
    EXPECT_EQ(output.status, 3);
    EXPECT_EQ(output.err, "overlap: --fail-on: threads/fftw is slower in b.json than in a.json\n");
    EXPECT_TRUE(contains(output.out, "slower")) << output.out;
  }
  EXPECT_EQ(overlap({"compare", folder / "b.json", folder / "a.json", "--fail-on", "slower"}).status, 0);
  for (const char* wrong : {"faster", "slower:", "slower:5", "slower:-5%", "slower:x%", ""}) {
    expect_usage_error(files + Arguments{std::string("--fail-on=") + wrong}, {"--fail-on"});
  }
}

TEST(CommandLine, RefusesFilesThatCantBeCompared) {
  const TemporaryFolder folder;
  write_results(folder / "a.json", 3.0);
  write_results(folder / "other.json", 3.0, [](Results& results) { results.workload.size = 64; });
  write_content(folder / "broken.json", "{\"schema_version\": 1");
  write_content(folder / "missing.json", "{\"schema_version\": 1}");
  const auto refused = [&](const std::string& name, const std::vector<std::string>& told) {
    expect_usage_error({"compare", folder / "a.json", folder / name}, told);
  };
  refused("none.json", {"none.json", "No such file"});
  refused("broken.json", {"broken.json", "line 1"});
  refused("missing.json", {"missing.json", "member 'tool' is missing"});
  refused("other.json", {"a.json and other.json", "size 4,000,000 and 64"});
  refused("a.json", {"given twice"});
  expect_usage_error({"compare", folder / "a.json"}, {"two files"});
  expect_usage_error({"compare"}, {"files"});
}

// ---- Where output goes ----

TEST(CommandLine, WritesTheReportToAFileAndATableToStdout) {
  const TemporaryFolder folder;
  const Output output = overlap(quick_with({"--executors", "sequential", "--output", folder / "report.json"}));
  EXPECT_EQ(output.status, 0);
  EXPECT_TRUE(contains(output.out, "executor"));
  EXPECT_EQ(output.out.find('{'), std::string::npos);
  const json report = json::parse(content_of(folder / "report.json"));
  EXPECT_EQ(executors_of(report), Arguments{"sequential/fftw"});
  EXPECT_EQ(folder.entries(), 1U);
}

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
  EXPECT_TRUE(contains(written("other.md", {"--format", "json"}), "| executor"));
  EXPECT_TRUE(contains(written("report", {}), "\nexecutor"));
  EXPECT_TRUE(json::accept(written("other", {"--format", "json"})));
  EXPECT_EQ(folder.entries(), 7U);
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

TEST(CommandLine, PutsNoFileInPlaceWhereOneCantBeWritten) {
  const TemporaryFolder folder;
  const Output output =
      overlap(quick_with({"--executors", "sequential", "--output", folder / "a.json", "--output", "/dev/full"}));
  EXPECT_EQ(output.status, 1);
  EXPECT_EQ(folder.entries(), 0U);
  expect_usage_error(quick_with({"--output", folder / "a.json", "--output", folder / "missing/a.md"}),
                     {"--output", "missing/a.md", "can't be written"});
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(CommandLine, RefusesAFileNamedTwice) {
  const TemporaryFolder folder;
  expect_usage_error(quick_with({"--output", folder / "a.json", "--output", folder / "a.json"}),
                     {"--output", "a.json", "twice"});
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

TEST(CommandLine, SaysThatItCouldNotWrite) {
  const Output output = overlap(quick_with({"--executors", "sequential", "--output", "/dev/full"}));
  EXPECT_EQ(output.status, 1);
  EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
  EXPECT_TRUE(contains(output.err, "/dev/full")) << output.err;
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

// ---- Steps, as files for NumPy ----

struct StepCase {
  std::uint64_t size = 64;
  std::string precision = "double";
  std::string spectrum = "full";
  std::string seed = "1";
  std::uint64_t request = 0;
  std::uint64_t iteration = 0;
};

Output save_step(const StepCase& step, const std::string& input, const std::string& spectrum) {
  return overlap({"step", "--size", std::to_string(step.size), "--precision", step.precision, "--spectrum",
                  step.spectrum, "--seed", step.seed, "--request", std::to_string(step.request), "--iteration",
                  std::to_string(step.iteration), "--save-input", input, "--save-spectrum", spectrum});
}

/// The numbers of a file, after a look at its header.
template <typename Number>
std::vector<Number> read_npy(const std::string& path, const std::string& type) {
  const std::string content = content_of(path);
  EXPECT_EQ(content.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  if (content.size() < 10) return {};
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(content[index]); };
  const std::size_t data = 10 + byte(8) + 256U * byte(9);
  EXPECT_EQ(data % 64, 0U);
  const std::string header = content.substr(10, data - 10);
  EXPECT_EQ(header.back(), '\n');
  EXPECT_TRUE(contains(header, "'descr': '" + type + "'")) << header;
  EXPECT_TRUE(contains(header, "'fortran_order': False")) << header;
  std::vector<Number> numbers((content.size() - data) / sizeof(Number));
  EXPECT_TRUE(contains(header, "'shape': (" + std::to_string(numbers.size()) + ",)")) << header;
  std::memcpy(numbers.data(), content.data() + data, numbers.size() * sizeof(Number));
  return numbers;
}

template <typename Real>
void expect_transformed(const StepCase& step, const std::string& real_type, const std::string& complex_type,
                        double tolerance) {
  const TemporaryFolder folder;
  const Output output = save_step(step, folder / "x.npy", folder / "z.npy");
  ASSERT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(folder.entries(), 2U);
  std::vector<Real> expected(step.size);
  generate_inputs<Real>(std::stoull(step.seed), step.request, step.iteration, 0, expected);
  EXPECT_EQ(read_npy<Real>(folder / "x.npy", real_type), expected);
  const auto bins = read_npy<std::complex<Real>>(folder / "z.npy", complex_type);
  ASSERT_EQ(bins.size(), step.spectrum == "full" ? step.size : step.size / 2 + 1);
  for (std::uint64_t k = 0; k < bins.size(); ++k) {
    std::complex<long double> sum;
    for (std::uint64_t n = 0; n < step.size; ++n) {
      const long double turn = static_cast<long double>(k * n % step.size) / static_cast<long double>(step.size);
      sum += static_cast<long double>(expected[n]) * std::polar(1.0L, -2.0L * std::numbers::pi_v<long double> * turn);
    }
    const std::complex<double> wanted(static_cast<double>(sum.real()), static_cast<double>(sum.imag()));
    EXPECT_NEAR(std::abs(std::complex<double>(bins[k]) - wanted), 0.0, tolerance) << "bin " << k;
  }
}

TEST(CommandLine, ExplainsTheRowsOnATerminalOrWhereAskedTo) {
  const auto explained = [](const Arguments& more, bool terminal) {
    Command command = tool(quick_with({"--executors", "sequential,threads"}));
    command.arguments.insert(command.arguments.end(), more.begin(), more.end());
    command.out_is_terminal = terminal;
    std::string out = testing::run(command).out;
    std::erase(out, '\r');
    std::replace(out.begin(), out.end(), '\n', ' ');
    return contains(out, "the bound of its lanes") || contains(out, "furthest from its bound");
  };
  EXPECT_FALSE(explained({}, false));
  EXPECT_TRUE(explained({"--explain"}, false));
  EXPECT_TRUE(explained({}, true));
  EXPECT_FALSE(explained({"--no-explain"}, true));
  EXPECT_TRUE(explained({"--explain", "--format", "markdown"}, false));
}

TEST(StepCommand, SavesTheInputAndItsDiscreteFourierTransform) {
  expect_transformed<double>({.size = 64, .request = 3, .iteration = 2}, "<f8", "<c16", 1e-12);
  expect_transformed<double>({.size = 63, .seed = "18446744073709551615"}, "<f8", "<c16", 1e-12);
  expect_transformed<double>({.size = 1}, "<f8", "<c16", 1e-15);
  expect_transformed<double>({.size = 2, .spectrum = "half"}, "<f8", "<c16", 1e-15);
  expect_transformed<double>({.size = 99, .spectrum = "half"}, "<f8", "<c16", 1e-12);
  expect_transformed<float>({.size = 64, .precision = "float"}, "<f4", "<c8", 1e-4);
  expect_transformed<float>({.size = 63, .precision = "float", .spectrum = "half"}, "<f4", "<c8", 1e-4);
}

TEST(StepCommand, PrintsWhatTheRunRecords) {
  const json report = report_of(quick_with({"--executors", "sequential"}));
  const json& steps = report.at("runs").at(0).at("steps");
  const Output output = overlap({"step", "--requests", "4", "--iterations", "3", "--size", "64", "--wait",
                                 "uniform:0:4ms", "--request", "2", "--iteration", "1"});
  ASSERT_EQ(output.status, 0);
  const std::size_t index = 2 * 3 + 1;
  const auto number_after = [&](const std::string& name) {
    const std::size_t at = output.out.find(name);
    EXPECT_NE(at, std::string::npos) << name;
    return at == std::string::npos ? std::nan("") : std::stod(output.out.substr(at + name.size()));
  };
  EXPECT_EQ(number_after("input energy "), steps.at("input_energy").at(index).get<double>());
  EXPECT_EQ(number_after("spectrum energy "), steps.at("spectrum_energy").at(index).get<double>());
  EXPECT_DOUBLE_EQ(number_after("wait "), steps.at("wait_s").at(index).get<double>());
  EXPECT_EQ(number_after("bin " + std::to_string(steps.at("bin").at(index).get<int>()) + " "),
            steps.at("bin_re").at(index).get<double>());
}

TEST(StepCommand, KeepsAnExistingFileWholeWhenItFails) {
  const TemporaryFolder folder;
  write_content(folder / "x.npy", "kept");
  expect_usage_error({"step", "--size", "64", "--request", "99", "--save-input", folder / "x.npy"}, {"--request"});
  Command limited = tool({"step", "--size", "64k", "--save-input", folder / "x.npy"});
  limited.largest_file_bytes = 4096;
  EXPECT_EQ(testing::run(limited).status, 1);
  EXPECT_EQ(content_of(folder / "x.npy"), "kept");
  EXPECT_EQ(folder.entries(), 1U);
}

/// Runs a script with NumPy; it prints nothing where all is as it should be.
void expect_numpy_agrees(const std::string& script, const Arguments& arguments) {
  Command command;
  command.program = OVERLAP_PYTHON;
  command.arguments = Arguments{"-c", script} + arguments;
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(output.out, "");
}

bool has_numpy() { return !std::string(OVERLAP_PYTHON).empty(); }

constexpr const char* compare_steps = R"(
import json, sys
import numpy as np
for case in json.load(open(sys.argv[1])):
    n, seed, i, j = case["size"], int(case["seed"]), case["request"], case["iteration"]
    x, z = np.load(case["input"]), np.load(case["output"])
    key, counter = seed + (1 << 64), ((j << 128) + (i << 64) - 1) % 2**256
    drawn = np.random.Generator(np.random.Philox(key=key, counter=counter)).random(n)
    single = case["precision"] == "float"
    expected = drawn.astype(np.float32) if single else drawn
    if x.dtype != expected.dtype or not np.array_equal(x, expected):
        print("input differs:", case)
    transform = np.fft.fft if case["spectrum"] == "full" else np.fft.rfft
    spectrum = transform(expected.astype(np.float64))
    if z.dtype != (np.complex64 if single else np.complex128) or z.shape != spectrum.shape:
        print("spectrum has another type or shape:", case, z.dtype, z.shape)
    elif np.abs(z - spectrum).max() > (1e-6 if single else 1e-14) * np.log2(2 * n) * expected.sum():
        print("spectrum differs:", case, np.abs(z - spectrum).max())
)";

TEST(StepCommand, SavesWhatNumPyMakes) {
  if (!has_numpy()) GTEST_SKIP() << "no Python with NumPy was found when the build was configured";
  const TemporaryFolder folder;
  json cases = json::array();
  for (const StepCase& step : std::vector<StepCase>{{.size = 4096},
                                                    {.size = 4096, .request = 7, .iteration = 3},
                                                    {.size = 1001, .seed = "0", .request = 9, .iteration = 4},
                                                    {.size = 1001, .seed = "18446744073709551615", .request = 1},
                                                    {.size = 1},
                                                    {.size = 2, .iteration = 1},
                                                    {.size = 3, .seed = "42"},
                                                    {.size = 65537, .request = 2},
                                                    {.size = 4096, .spectrum = "half"},
                                                    {.size = 1001, .spectrum = "half", .request = 5},
                                                    {.size = 1, .spectrum = "half"},
                                                    {.size = 4096, .precision = "float"},
                                                    {.size = 1001, .precision = "float", .request = 5},
                                                    {.size = 999, .precision = "float", .spectrum = "half"}}) {
    const std::string name = std::to_string(cases.size());
    const json saved = {{"size", step.size},
                        {"precision", step.precision},
                        {"spectrum", step.spectrum},
                        {"seed", step.seed},
                        {"request", step.request},
                        {"iteration", step.iteration},
                        {"input", folder / ("x" + name)},
                        {"output", folder / ("z" + name)}};
    ASSERT_EQ(save_step(step, saved.at("input"), saved.at("output")).status, 0) << saved;
    cases.push_back(saved);
  }
  write_content(folder / "cases.json", cases.dump());
  expect_numpy_agrees(compare_steps, {folder / "cases.json"});
}

constexpr const char* compare_waits = R"(
import json, sys
import numpy as np
for path in sys.argv[1:]:
    report = json.load(open(path))
    kind, *parameters = report["workload"]["wait"].split(":")
    parameters = [float(text) for text in parameters]
    for run in report["runs"]:
        steps = run["steps"]
        for i, j, wait_s in zip(steps["request"], steps["iteration"], steps["wait_s"]):
            counter = ((j << 128) + (i << 64) - 1) % 2**256
            u = np.random.Generator(np.random.Philox(key=report["workload"]["seed"], counter=counter)).random()
            if kind == "uniform":
                expected = parameters[0] + u * (parameters[1] - parameters[0])
            else:
                expected = -parameters[0] * np.log1p(-u)
            if abs(wait_s - expected) > 1e-9:
                print("wait differs:", path, run["executor"], i, j, wait_s, expected)
)";

TEST(CommandLine, WaitsAreWhatNumPyDraws) {
  if (!has_numpy()) GTEST_SKIP() << "no Python with NumPy was found when the build was configured";
  const TemporaryFolder folder;
  const auto save = [&](const std::string& name, const char* wait, const char* seed) {
    const Output output = overlap({"run", "--requests", "4", "--iterations", "3", "--size", "16", "--wait", wait,
                                   "--seed", seed, "--executors", "*/fftw", "--output", folder / name});
    EXPECT_EQ(output.status, 0) << output.err;
    return folder / name;
  };
  expect_numpy_agrees(compare_waits, {save("uniform.json", "uniform:0:4ms", "1"),
                                      save("above.json", "uniform:1ms:3ms", "18446744073709551615"),
                                      save("exponential.json", "exponential:1ms", "5")});
}

}  // namespace
}  // namespace overlap
