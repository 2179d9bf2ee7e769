// The command line, driven as a process: what there is to read of it, and what bad input is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::contains;
using testing::expect_refused;
using testing::expect_usage_error;
using testing::lines_of;
using testing::Output;
using testing::overlap;
using testing::quick_with;
using testing::report_of;
using testing::TemporaryFolder;
using testing::write_content;

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
                           "table, markdown, html, csv, json or trace",
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
  expect_usage_error(quick_with({"--dry-run", "--format", "json"}), {"--format", "--dry-run"});
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

TEST(CommandLine, ListsExecutorsForProgramsToo) {
  const Output list = overlap({"list", "--format", "json"});
  EXPECT_EQ(list.status, 0) << list.err;
  const json report = json::parse(list.out);
  const auto executor = [&](const std::string& name) {
    for (const json& each : report.at("executors")) {
      if (each.at("name") == name) return each;
    }
    return json();
  };
  const json threads = {{"name", "threads/fftw"}, {"driver", "threads"}, {"engine", "fftw"},
                        {"available", true},      {"reason", nullptr},   {"default", true}};
  EXPECT_EQ(executor("threads/fftw"), threads);
  const json own = executor("threads/own");
  EXPECT_EQ(own.at("available"), false);
  EXPECT_TRUE(contains(own.at("reason"), "--compute"));
  EXPECT_EQ(own.at("default"), false);
  EXPECT_EQ(executor("python/asyncio").at("driver"), "asyncio");
  expect_usage_error({"list", "--format", "csv"}, {"--format", "table or json"});
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
  expect_refused("--precision", "half", {"'half'", "double or float"});
  expect_refused("--spectrum", "upper", {"'upper'", "full or half"});
  expect_refused("--completion", "spin", {"'spin'", "poll or block"});
  expect_refused("--rigor", "none", {"'none'", "estimate, measure or patient"});
  expect_refused("--format", "xml", {"'xml'", "table, markdown, html, csv, json, trace"});
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
    EXPECT_EQ(overlap(quick_with({std::string(option) + "=", "--log"})).err,
              overlap(quick_with({option, "", "--log"})).err);
  }
  for (const char* option : {"--save-input", "--save-spectrum"}) {
    expect_usage_error({"step", "--size", "64", option, ""}, {std::string(option) + ": ''", "a file's name"});
  }
  expect_usage_error({"compare", "", ""}, {"compare: it takes files"});
}

TEST(CommandLine, TakesNoDashForStdout) {
  for (const Arguments& command : {quick_with({"--output", "-"}), quick_with({"--output", "-", "--format", "json"}),
                                   Arguments{"sweep", "--axis", "size=64,128", "--output", "-"},
                                   Arguments{"compare", "a.json", "b.json", "--output", "-"}}) {
    expect_usage_error(command, {"--output: '-'", "a file's name", "stdout", "--format"});
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
  expect_usage_error({"run", "--reqests", "4"},
                     {"--reqests: 'overlap run' has no such option; did you mean --requests"});
  expect_usage_error({"run", "--reqests=4"}, {"--reqests: "});
  expect_usage_error({"run", "--zzz"}, {"--zzz: ", "'overlap run --help'"});
  expect_usage_error({"run", "threads"}, {"'threads'", "options only"});
  expect_usage_error({"list", "--size", "4"}, {"--size: 'overlap list'"});
  expect_usage_error({"step", "--executors", "threads"}, {"--executors: 'overlap step'"});
}

TEST(CommandLine, RefusesWhatIsNoCommand) {
  expect_usage_error({"rum"}, {"'rum' is no command; did you mean run?"});
  expect_usage_error({"flop"}, {"'flop' is no command; there are run, sweep, list, step, compare"});
  expect_usage_error({"internal-runner"}, {"internal-runner"});
  expect_usage_error({"--requests", "4"}, {"--requests: it comes after the command, as in 'overlap run --requests'"});
  expect_usage_error({"--requests=4", "run"}, {"--requests: it comes after the command"});
  expect_usage_error({"--nonsense"}, {"--nonsense: there is no such option"});
}

TEST(CommandLine, RefusesOptionsWithoutTheirValue) {
  for (const char* option : {"--requests", "--size", "--wait", "--executors", "--output", "--timeout", "--seed"}) {
    expect_usage_error({"run", option}, {std::string(option) + ": it takes ", ", and nothing follows it"});
  }
}

TEST(CommandLine, RefusesAFlagWithAValue) {
  for (const std::string flag : {"--log", "--raw", "--dry-run", "--explain", "--no-explain"}) {
    expect_usage_error({"run", flag + "=yes"}, {flag + ": it takes no value"});
  }
}

TEST(CommandLine, RefusesToExplainAndNotTo) {
  expect_usage_error({"run", "--explain", "--no-explain"}, {"--no-explain", "excludes", "--explain"});
}

TEST(CommandLine, RefusesAnOptionGivenTwice) {
  expect_usage_error({"run", "--requests", "1", "--requests", "2"}, {"--requests: it is given 2 times"});
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

TEST(CommandLine, TakesMaxTimeWithAutomaticRepeatsAlone) {
  expect_usage_error(quick_with({"--max-time", "10"}), {"--max-time", "--repeat auto"});
  expect_usage_error(quick_with({"--repeat", "3", "--max-time", "10"}), {"--max-time", "--repeat auto"});
  expect_usage_error(quick_with({"--repeat", "auto", "--max-time", "0"}), {"--max-time", "above 0"});
  expect_usage_error(quick_with({"--repeat", "auto", "--max-time", "x"}), {"--max-time", "'x'"});
  expect_refused("--repeat", "automatic", {"'automatic'", "or auto"});
}

}  // namespace
}  // namespace overlap
