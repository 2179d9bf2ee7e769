// Python's rows, driven through the tool: the same numbers and waits, and an interpreter that is missing, lacks NumPy,
// fails, dies or is interrupted.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "src/base/clock.hpp"
#include "src/workload/workload.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::left_behind;
using testing::left_behind_for_good;
using testing::Output;
using testing::Process;
using testing::TemporaryFolder;
using testing::wait_for_children;
using testing::write_content;

const Arguments rows = {"python/sequential", "python/asyncio",     "python/threads",
                        "python/processes",  "python/thread-pool", "python/pool"};

/// `overlap run` with a Python that has NumPy; `options` may name another.
Command tool(const Arguments& options) {
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = Arguments{"run"} + options;
  const bool python_is_named = std::find(options.begin(), options.end(), "--python") != options.end();
  if (!python_is_named) command.arguments = command.arguments + Arguments{"--python", OVERLAP_PYTHON};
  return command;
}

Output overlap(const Arguments& options) { return testing::run(tool(options)); }

json report_of(const Arguments& options, int status = 0) {
  const Output output = overlap(options + Arguments{"--format", "json"});
  EXPECT_EQ(output.status, status) << output.err << output.out;
  return json::parse(output.out, nullptr, false);
}

const Arguments quick = {"--requests", "4", "--iterations", "3", "--size", "64", "--wait", "uniform:0:4ms"};

/// The rows' names in a report, and that each is verified.
Arguments verified_rows(const json& report) {
  Arguments names;
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("status"), "ok") << run.at("executor") << run.at("reason");
    EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");
    names.push_back(run.at("executor"));
  }
  return names;
}

/// An interpreter that answers for its versions as the real one does, and runs `script` instead of the rows.
std::string make_interpreter(const TemporaryFolder& folder, const std::string& script) {
  std::string path = folder / "python";
  write_content(path, fmt::format("#!/bin/sh\n[ \"$2\" = --facts ] && exec {} \"$@\"\n{}\n", OVERLAP_PYTHON, script));
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

/// As above; it runs the rows, in which `statement` is executed in place of a transform in the timed part.
std::string make_faulty_interpreter(const TemporaryFolder& folder, const std::string& statement) {
  write_content(folder / "faulty.py", fmt::format(R"(
import mmap, os, runpy, signal, struct, sys
import numpy
recording, transform = mmap.mmap(3, 0), numpy.fft.fft
def fft(numbers):
    (phase,) = struct.unpack_from("I", recording, 144)
    if phase == 8:
        {}
    return transform(numbers)
numpy.fft.fft = fft
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
)",
                                                  statement));
  return make_interpreter(folder, fmt::format("exec {} {} \"$@\"", OVERLAP_PYTHON, folder / "faulty.py"));
}

class Python : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string(OVERLAP_PYTHON).empty()) {
      GTEST_SKIP() << "no Python with NumPy was found when the build was configured";
    }
  }
};

TEST_F(Python, RowsComputeWhatFftwDoesInEveryPrecisionSpectrumAndSmallSize) {
  struct Case {
    const char* size;
    const char* precision;
    const char* spectrum;
  };
  for (const Case& each : std::vector<Case>{{"1", "double", "full"},
                                            {"1", "float", "half"},
                                            {"2", "double", "half"},
                                            {"1001", "double", "half"},
                                            {"1001", "float", "full"},
                                            {"4096", "double", "full"},
                                            {"4096", "float", "half"}}) {
    SCOPED_TRACE(fmt::format("{} {} {}", each.size, each.precision, each.spectrum));
    const json report =
        report_of({"--requests", "3", "--iterations", "2", "--size", each.size, "--precision", each.precision,
                   "--spectrum", each.spectrum, "--wait", "none", "--executors", "sequential,python"});
    EXPECT_EQ(report.at("reference"), "sequential/fftw");
    EXPECT_EQ(verified_rows(report), Arguments{"sequential/fftw"} + rows);
    const json ours = report.at("runs").at(0).at("steps").at("input_energy");
    for (const json& run : report.at("runs")) {
      for (std::size_t step = 0; step < 6; ++step) {
        const double energy = ours.at(step);
        EXPECT_NEAR(run.at("steps").at("input_energy").at(step).get<double>(), energy, 1e-13 * energy)
            << run.at("executor") << ": other inputs, or not rounded to float";
      }
    }
  }
}

TEST_F(Python, RowsWaitAsTheWorkloadSays) {
  for (const char* wait : {"none", "constant:1ms", "uniform:1ms:3ms", "exponential:1ms", "lognormal:1ms:0.5",
                           "percentiles:0=1ms:50=2ms:100=4ms"}) {
    SCOPED_TRACE(wait);
    const json report = report_of({"--requests", "4", "--iterations", "3", "--size", "64", "--wait", wait, "--seed",
                                   "18446744073709551615", "--executors", "sequential,python"});
    const json& ours = report.at("runs").at(0).at("steps");
    for (const json& run : report.at("runs")) {
      SCOPED_TRACE(run.at("executor"));
      const json& steps = run.at("steps");
      EXPECT_EQ(steps.at("bin"), ours.at("bin"));
      ASSERT_EQ(steps.at("wait_s").size(), 12U);
      for (std::size_t step = 0; step < 12; ++step) {
        EXPECT_NEAR(steps.at("wait_s").at(step).get<double>(), ours.at("wait_s").at(step).get<double>(), 1.5e-9);
        EXPECT_LE(steps.at("due_s").at(step), steps.at("begin_s").at(step));
        EXPECT_LE(steps.at("begin_s").at(step), steps.at("end_s").at(step));
      }
    }
  }
}

TEST_F(Python, RowsBeginNoRequestBeforeItHasComeIn) {
  // A worker for each request, started as it comes in, and two, which wait for them.
  for (const char* workers : {"6", "2"}) {
    SCOPED_TRACE(workers);
    const json report = report_of({"--requests", "6", "--iterations", "2", "--size", "64", "--wait", "none", "--rate",
                                   "50", "--workers", workers, "--executors", "sequential,python"});
    EXPECT_EQ(verified_rows(report), Arguments{"sequential/fftw"} + rows);
    Workload workload;
    workload.requests = 6;
    workload.arrivals = Arrivals::poisson;
    workload.rate = 50.0;
    const std::vector<std::int64_t> arrivals_ns = workload.arrivals_ns();
    for (const json& run : report.at("runs")) {
      SCOPED_TRACE(run.at("executor"));
      for (std::size_t request = 0; request < arrivals_ns.size(); ++request) {
        // The first step, which waits for nothing, is due when the request begins.
        EXPECT_GE(run.at("steps").at("due_s").at(2 * request), to_seconds(arrivals_ns[request]) - 1e-9) << request;
      }
      // Without queues, latencies are a few steps: far from the time over which requests come in.
      EXPECT_LT(run.at("latency_s").at("p50"), run.at("makespan_s"));
      EXPECT_GT(run.at("latency_s").at("p50"), 0.0);
    }
  }
}

TEST_F(Python, RowsSayWhatTheyAreAndWhatRunsThem) {
  const json report = report_of(quick + Arguments{"--executors", "python,sequential"});
  for (const char* fact : {"python_version", "numpy_version", "python_lock"}) {
    EXPECT_FALSE(report.at("engines").at(fact).get<std::string>().empty()) << fact;
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const json& run = report.at("runs").at(row);
    EXPECT_EQ("python/" + run.at("driver").get<std::string>(), rows[row]);
    EXPECT_EQ(run.at("engine"), "numpy");
    EXPECT_GT(run.at("step_s"), 0.0);
    EXPECT_GT(run.at("capacity_steps_per_s"), 0.0);
    EXPECT_GT(run.at("digest_s"), 0.0) << "its digests are to be told from its own work";
    EXPECT_EQ(run.at("setup_s").at("plan"), 0.0) << "drawing waits beforehand is measuring, and no cold start";
    EXPECT_GT(run.at("setup_s").at("load"), 0.0);
  }
  EXPECT_EQ(report.at("runs").at(rows.size()).at("digest_s"), 0.0);
}

TEST_F(Python, RowsAreBoundedByWorkersAndSayThatSlotsDoNotApply) {
  const json report = report_of(quick + Arguments{"--executors", "sequential,python", "--workers", "2"});
  EXPECT_EQ(verified_rows(report), Arguments{"sequential/fftw"} + rows);
  for (const std::size_t row : {std::size_t{3}, std::size_t{4}}) {
    const json used = report.at("runs").at(row).at("steps").at("worker");
    EXPECT_EQ(std::set<int>(used.begin(), used.end()), (std::set<int>{0, 1})) << rows[row - 1];
  }
  const json slots = report_of(quick + Arguments{"--executors", "python", "--compute-slots", "1"});
  for (const json& run : slots.at("runs"))
    EXPECT_TRUE(contains(run.at("notes").dump(), "--compute-slots does not apply"));
}

TEST_F(Python, RowsComeByNameByTheirFamilyAndByItsGlobsAlone) {
  const auto named = [](const std::string& list) {
    Arguments names;
    const json report = report_of(quick + Arguments{"--executors", list});
    for (const json& run : report.at("runs")) names.push_back(run.at("executor"));
    return names;
  };
  EXPECT_EQ(named("python"), rows);
  EXPECT_EQ(named("python/*s"), (Arguments{"python/threads", "python/processes"}));
  EXPECT_EQ(named("python/asyncio,threads"), (Arguments{"python/asyncio", "threads/fftw"}));
  for (const char* list : {"all", "*", "*/threads,sequential", "p*"}) {
    const Output output = overlap(quick + Arguments{"--executors", list, "--dry-run"});
    EXPECT_FALSE(contains(output.out, "python/")) << list << output.out;
  }
  EXPECT_TRUE(contains(overlap(quick + Arguments{"--executors", "all,python", "--dry-run"}).out, "python/processes"));
}

TEST(PythonUnavailable, EndsTheRunBeforeAnythingRunsWithTheReason) {
  const TemporaryFolder folder;
  write_content(folder / "nonsense", "#!/bin/sh\necho mumble\nexit 3\n");
  std::filesystem::permissions(folder / "nonsense", std::filesystem::perms::owner_all);
  write_content(folder / "endless", "#!/bin/sh\nexec yes\n");
  std::filesystem::permissions(folder / "endless", std::filesystem::perms::owner_all);
  write_content(folder / "leaving", "#!/bin/sh\nsleep 1000 &\necho mumble\nexit 3\n");
  std::filesystem::permissions(folder / "leaving", std::filesystem::perms::owner_all);
  write_content(folder / "no-program", "");
  write_content(folder / "homeless",
                "#!/bin/sh\necho 'Fatal Python error: no encodings'\necho '  <no Python frame>'\nexit 1\n");
  std::filesystem::permissions(folder / "homeless", std::filesystem::perms::owner_all);
  const std::vector<std::pair<std::string, std::string>> interpreters = {
      {folder / "missing", "No such file or directory"},
      {"no-such-python", "No such file or directory"},
      {folder / "no-program", "Permission denied"},
      {folder / "homeless", "Fatal Python error: no encodings; --python"},
      {folder / "endless", "it prints without an end"},
      {folder / "leaving", "mumble"},
      {folder / "nonsense", "mumble"}};
  for (const auto& [interpreter, reason] : interpreters) {
    SCOPED_TRACE(interpreter);
    const Output output =
        overlap(quick + Arguments{"--python", interpreter, "--executors", "sequential,python", "--log"});
    EXPECT_EQ(output.status, 4);
    EXPECT_EQ(output.out, "");
    EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
    EXPECT_TRUE(contains(output.err, "python/sequential is unavailable: " + interpreter)) << output.err;
    EXPECT_TRUE(contains(output.err, reason)) << output.err;
  }
  left_behind();
  const Output empty = overlap(quick + Arguments{"--python", "", "--executors", "sequential"});
  EXPECT_EQ(empty.status, 2);
  EXPECT_TRUE(contains(empty.err, "--python")) << empty.err;
}

TEST_F(Python, WithoutNumPyIsUnavailableWithTheReason) {
  const TemporaryFolder folder;
  const std::string bare = folder / "python";
  write_content(bare, fmt::format("#!/bin/sh\nexec {} -I -S \"$@\"\n", OVERLAP_PYTHON));
  std::filesystem::permissions(bare, std::filesystem::perms::owner_all);
  const Output output = overlap(quick + Arguments{"--python", bare, "--executors", "python/asyncio"});
  EXPECT_EQ(output.status, 4);
  EXPECT_TRUE(contains(output.err, "No module named 'numpy'")) << output.err;
  Command list;
  list.program = OVERLAP_BINARY;
  list.arguments = {"list", "--python", bare};
  const Output listed = testing::run(list);
  EXPECT_EQ(listed.status, 0);
  EXPECT_TRUE(contains(listed.out, "unavailable: " + bare)) << listed.out;
  EXPECT_TRUE(contains(listed.out, "No module named 'numpy'")) << listed.out;
}

/// Runs one row between two that work, with an interpreter that spoils it; returns the row.
json failed_between_working_ones(const std::string& row, const std::string& interpreter) {
  SCOPED_TRACE(row);
  const json report =
      report_of(quick + Arguments{"--executors", "sequential," + row + ",threads", "--python", interpreter}, 1);
  EXPECT_EQ(left_behind(), "");
  for (const std::size_t working : {std::size_t{0}, std::size_t{2}}) {
    EXPECT_EQ(report.at("runs").at(working).at("verified"), true);
  }
  const json& failed = report.at("runs").at(1);
  EXPECT_EQ(failed.at("status"), "failed");
  EXPECT_TRUE(failed.at("makespan_s").is_null());
  return failed;
}

TEST_F(Python, AScriptThatEndsEarlyFailsItsRowAlone) {
  const TemporaryFolder folder;
  const std::string interpreter = make_interpreter(folder, "exit 7");
  for (const std::string& row : rows) {
    const json failed = failed_between_working_ones(row, interpreter);
    EXPECT_TRUE(contains(failed.at("reason"), "exited with status 7 in setup")) << failed.at("reason");
  }
}

TEST_F(Python, AnInterpreterThatIsGoneByThenFailsItsRowAlone) {
  const TemporaryFolder folder;
  const std::string path = folder / "python";
  write_content(path, fmt::format("#!/bin/sh\nrm \"$0\"\nexec {} \"$@\"\n", OVERLAP_PYTHON));
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  const json failed = failed_between_working_ones("python/threads", path);
  EXPECT_TRUE(contains(failed.at("reason"), "can't be started (No such file or directory)")) << failed.at("reason");
}

TEST_F(Python, RowsOfProcessesNeedDescriptorsForThoseThatLiveAlone) {
  const Command limited{
      .program = "/bin/sh",
      .arguments = {"-c",
                    "ulimit -n 64 && exec \"$0\" run --executors python/processes --requests 60 --rate "
                    "40 --iterations 1 --wait none --size 64 --format json --python \"$1\"",
                    OVERLAP_BINARY, OVERLAP_PYTHON}};
  const Output output = testing::run(limited);
  ASSERT_EQ(output.status, 0) << output.err << output.out;
  EXPECT_EQ(verified_rows(json::parse(output.out)), Arguments{"python/processes"});
}

TEST_F(Python, WarningsOfAnInterpreterAreNoFactsOfIt) {
  const TemporaryFolder folder;
  write_content(folder / "sitecustomize.py", "import sys\nprint('warning: something odd', file=sys.stderr)\n");
  Command warned = tool(quick + Arguments{"--executors", "python/sequential", "--format", "json"});
  warned.environment["PYTHONPATH"] = folder.path().string();
  const Output output = testing::run(warned);
  ASSERT_EQ(output.status, 0) << output.err;
  std::set<std::string> names;
  const json report = json::parse(output.out);
  for (const auto& [name, value] : report.at("engines").items()) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"python_version", "numpy_version", "python_lock"}));
}

TEST_F(Python, AStepThatRaisesFailsItsRowAloneWithTheMessage) {
  const TemporaryFolder folder;
  const std::string interpreter = make_faulty_interpreter(folder, "raise ValueError('no ink')");
  for (const std::string& row : rows) {
    const json failed = failed_between_working_ones(row, interpreter);
    EXPECT_EQ(failed.at("reason"), "ValueError: no ink") << row;
  }
}

TEST_F(Python, AProcessThatIsKilledFailsItsRowAloneWithTheSignal) {
  const TemporaryFolder folder;
  const std::string interpreter = make_faulty_interpreter(folder, "os.kill(os.getpid(), signal.SIGKILL)");
  for (const std::string& row : rows) {
    const json failed = failed_between_working_ones(row, interpreter);
    if (row == "python/pool") {  // whose library doesn't tell the signal
      EXPECT_TRUE(contains(failed.at("reason"), "a process of the pool ended before step (")) << failed.at("reason");
      continue;
    }
    const std::string who = row == "python/processes" ? "worker " : "the runner was ";
    EXPECT_TRUE(contains(failed.at("reason"), "killed by SIGKILL")) << failed.at("reason");
    EXPECT_TRUE(contains(failed.at("reason"), who)) << failed.at("reason");
  }
}

TEST_F(Python, AWrongTransformIsCaught) {
  const TemporaryFolder folder;
  const std::string interpreter = make_faulty_interpreter(folder, "numbers = numbers[::-1].copy()");
  for (const std::string& row : rows) {
    const json report = report_of(quick + Arguments{"--executors", "sequential," + row, "--python", interpreter}, 1);
    EXPECT_EQ(report.at("runs").at(1).at("verified"), false) << row;
  }
}

/// A run that waits for ever, in the first step of each of 4 requests.
Arguments waiting(const std::string& row) {
  return {"--requests",  "4", "--iterations", "2", "--size", "64", "--wait", "constant:10000",
          "--executors", row, "--log"};
}

std::string last_call(const std::string& row) {
  return row == "python/sequential" ? "call 0 iteration 0\n" : "call 3 iteration 0\n";
}

TEST_F(Python, AnInterruptLeavesNothingBehind) {
  for (const std::string& row : rows) {
    SCOPED_TRACE(row);
    Process process(tool(waiting(row) + Arguments{"--format", "json"}));
    ASSERT_TRUE(process.wait_for_err(last_call(row)));
    const std::vector<pid_t> runners = wait_for_children(process.pid(), 1);
    ASSERT_EQ(runners.size(), 1U);
    // An interrupt that is not the tool's is nobody's.
    kill(-runners[0], SIGINT);
    const std::size_t processes = testing::children_of(runners[0]).size();
    if (row == "python/pool") {
      EXPECT_GE(processes, 1U) << "as many as there are CPUs, and no more than requests";
    } else {
      EXPECT_EQ(processes, row == "python/processes" ? 4U : 0U);
    }
    process.send(SIGINT);
    const Output output = process.finish();
    EXPECT_EQ(left_behind(), "");
    EXPECT_EQ(output.status, 130);
    EXPECT_EQ(json::parse(output.out, nullptr, false).at("runs").at(0).at("status"), "interrupted");
  }
}

TEST_F(Python, ATimeoutEndsARun) {
  for (const std::string& row : rows) {
    SCOPED_TRACE(row);
    const json report = report_of(waiting(row) + Arguments{"--timeout", "1500ms"}, 1);
    EXPECT_EQ(left_behind(), "");
    EXPECT_TRUE(contains(report.at("runs").at(0).at("reason"), "timeout after 1.50 s"));
  }
}

TEST_F(Python, AKilledToolTakesItsRowsWithIt) {
  for (const std::string& row : rows) {
    SCOPED_TRACE(row);
    Process process(tool(waiting(row)));
    ASSERT_TRUE(process.wait_for_err(last_call(row)));
    process.send(SIGKILL);
    EXPECT_EQ(process.finish().signal, SIGKILL);
    EXPECT_EQ(left_behind_for_good(), "");
  }
}

}  // namespace
}  // namespace overlap
