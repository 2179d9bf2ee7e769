// A compute of the user's own in Python: its six rows, without NumPy, and what becomes of one that fails, is unsteady
// or leaves what is no number.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/command_line.hpp"
#include "tests/own_library.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::contains;
using testing::executors_of;
using testing::expect_error;
using testing::expect_usage_error;
using testing::left_behind;
using testing::Output;
using testing::quick_with;
using testing::TemporaryFolder;
using testing::write_content;

const std::string hides_numpy = "import sys; sys.modules['numpy'] = None\n";

class OwnPython : public ::testing::Test {
 protected:
  std::string file_of(const std::string& source, const std::string& name = "own.py") const {
    write_content(folder_ / name, source);
    return folder_ / name;
  }

  static Output run(const std::string& file, const Arguments& options) {
    Output output =
        testing::overlap(quick_with(Arguments{"--compute", file, "--python", testing::python_program()} + options));
    EXPECT_EQ(left_behind(), "");
    return output;
  }

  static json report_of(const std::string& file, const Arguments& options = {}, int status = 0) {
    const Output output = run(file, options + Arguments{"--format", "json"});
    EXPECT_EQ(output.status, status) << output.err << output.out;
    return json::parse(output.out, nullptr, false);
  }

  /// Why a row fails.
  std::string reason_of(const std::string& source, const std::string& executor = "threads") const {
    return report_of(file_of(source), {"--executors", executor}, 1).at("runs").at(0).at("reason");
  }

  TemporaryFolder folder_;
};

TEST_F(OwnPython, IsComputedByPythonsFiveRows) {
  const json report = report_of(file_of(hides_numpy + R"(
def compute(request, iteration, size, seed):
    return 100 * request + iteration, size, seed
)"),
                                {"--seed", "7"});
  EXPECT_EQ(executors_of(report), Arguments({"python/sequential", "python/asyncio", "python/threads",
                                             "python/processes", "python/thread-pool", "python/pool"}));
  EXPECT_EQ(report.at("reference"), "python/sequential");
  EXPECT_EQ(report.at("workload").at("compute"), "own.py");
  for (const json& run : report.at("runs")) {
    SCOPED_TRACE(run.at("executor"));
    EXPECT_EQ(run.at("status"), "ok");
    EXPECT_EQ(run.at("engine"), "own");
    EXPECT_EQ(run.at("verified"), true) << run.at("reason");
    const json& steps = run.at("steps");
    EXPECT_EQ(steps.at("result_0"), json({0, 1, 2, 100, 101, 102, 200, 201, 202, 300, 301, 302}));
    EXPECT_EQ(steps.at("result_1").at(7), 64.0);
    EXPECT_EQ(steps.at("result_2").at(7), 7.0);
    EXPECT_EQ(steps.at("result_3").at(7), 0.0);
  }
}

TEST_F(OwnPython, WaitsAsAllOthersDo) {
  const std::string file = file_of(hides_numpy + "def compute(request, iteration, size, seed): return 1\n");
  for (const char* wait :
       {"uniform:0:4ms", "exponential:2ms", "lognormal:2ms:0.5", "constant:1ms", "percentiles:0=1ms:50=2ms:100=4ms"}) {
    const json waits = report_of(file, {"--executors", "asyncio", "--wait", wait, "--seed", "18446744073709551615"})
                           .at("runs")
                           .at(0)
                           .at("steps");
    const json ours = testing::report_of(quick_with({"--executors", "coroutine/null", "--wait", wait, "--seed",
                                                     "18446744073709551615"}))
                          .at("runs")
                          .at(0)
                          .at("steps");
    for (std::size_t step = 0; step < 12; ++step) {
      EXPECT_NEAR(waits.at("wait_s").at(step).get<double>(), ours.at("wait_s").at(step).get<double>(), 2e-9) << wait;
    }
  }
}

TEST_F(OwnPython, MayBeAsynchronousAndHasThenAllRequestsStepsUnderWayAtOnce) {
  const Output output = run(file_of(hides_numpy + R"(
import asyncio
async def compute(request, iteration, size, seed):
    await asyncio.sleep(0)
    return 100 * request + iteration
)"),
                            {"--wait", "none", "--format", "json"});
  EXPECT_EQ(output.status, 0);
  EXPECT_FALSE(contains(output.err, "Error")) << output.err;
  const json report = json::parse(output.out);
  ASSERT_EQ(report.at("runs").size(), 6U);
  for (const json& run : report.at("runs")) {
    SCOPED_TRACE(run.at("executor"));
    EXPECT_EQ(run.at("verified"), true) << run.at("reason");
    EXPECT_EQ(run.at("steps").at("result_0"), json({0, 1, 2, 100, 101, 102, 200, 201, 202, 300, 301, 302}));
  }
  // In the event loop's first round every request begins its step, in the next one they end.
  const json& awaited = report.at("runs").at(1);
  EXPECT_EQ(awaited.at("lanes"), 4);
  EXPECT_LT(awaited.at("steps").at("begin_s").at(9), awaited.at("steps").at("end_s").at(0));
  const json& alone = report.at("runs").at(0);
  EXPECT_EQ(alone.at("lanes"), 1);
  EXPECT_GT(alone.at("steps").at("begin_s").at(9), alone.at("steps").at("end_s").at(0));
}

/// Setup computes steps of request 0 alone, of which the run has no two at once.
const std::string counts_under_way = R"(
import asyncio, sys
under_way = most = 0
def begin(request):
    global under_way, most
    under_way += request == 0
    if under_way > most:
        most = under_way
        print(f"{most} under way.", file=sys.stderr)
def end(request):
    global under_way
    under_way -= request == 0
)";

TEST_F(OwnPython, IsCalibratedWithEverMoreStepsUnderWayWhileThatMakesThemFaster) {
  const Output free = run(file_of(counts_under_way + R"(
async def compute(request, iteration, size, seed):
    begin(request)
    await asyncio.sleep(0.02)
    end(request)
    return 1
)"),
                          {"--requests", "12", "--iterations", "1", "--executors", "python/asyncio"});
  EXPECT_EQ(free.status, 0) << free.err;
  EXPECT_TRUE(contains(free.err, "\n12 under way.")) << free.err;
  const Output in_turn = run(file_of(counts_under_way + R"(
lock = None
async def compute(request, iteration, size, seed):
    global lock
    lock = lock or asyncio.Lock()
    begin(request)
    async with lock:
        await asyncio.sleep(0.001)
    end(request)
    return 1
)"),
                             {"--requests", "400", "--iterations", "1", "--executors", "python/asyncio"});
  EXPECT_EQ(in_turn.status, 0) << in_turn.err;
  EXPECT_TRUE(contains(in_turn.err, "\n3 under way.")) << in_turn.err;
  EXPECT_FALSE(contains(in_turn.err, "\n400 under way.")) << in_turn.err;
}

TEST_F(OwnPython, IsCalibratedInThreadsOfWhichNoneBeginsBeforeAllAreThere) {
  const json report =
      report_of(file_of(R"(
import threading, time
there = []
def compute(request, iteration, size, seed):
    if threading.current_thread() is not threading.main_thread() and not there:
        there.append(threading.active_count() - 1)
    time.sleep(0.001)
    return there[0] if request == 8 else 1
)"),
                {"--requests", "9", "--iterations", "1", "--wait", "none", "--executors", "python/threads"});
  const json& run = report.at("runs").at(0);
  EXPECT_EQ(run.at("lanes"), 9);
  EXPECT_EQ(run.at("steps").at("result_0").at(8), 9.0) << "threads, as the first of them began";
}

TEST_F(OwnPython, IsCalibratedInWholeRequestsWithinTheTimeAlsoWhereTheirFirstStepIsFarShorter) {
  const json report = report_of(file_of(R"(
import mmap, time
calls = memoryview(mmap.mmap(-1, 16)).cast("q")
def compute(request, iteration, size, seed):
    calls[iteration] += 1
    if iteration:
        time.sleep(0.005)
    if request == 1:
        return calls[0] < 2000
    return 1
)"),
                                {"--requests", "2", "--iterations", "2", "--wait", "none", "--executors",
                                 "python/sequential,python/threads,python/processes"});
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("verified"), true) << run.at("reason");
    EXPECT_EQ(run.at("steps").at("result_0"), json({1, 1, 1, 1})) << "calls in setup";
    EXPECT_GE(run.at("step_s"), 0.0025) << "of two steps, one sleeps";
  }
}

TEST_F(OwnPython, TakesOneCpuInThreadsThatPythonsLockKeepsToIt) {
  const json report = report_of(
      file_of(R"(
import time
def compute(request, iteration, size, seed):
    time.sleep(0.002)
    return 1
)"),
      {"--requests", "30", "--iterations", "1", "--wait", "none", "--rate", "300", "--executors", "python/threads"});
  const json& run = report.at("runs").at(0);
  if (report.at("engines").at("python_lock") != "on") GTEST_SKIP() << "of an interpreter without it";
  const double cpu_s = run.at("cpu_s");
  // At least as many as came in, which none of the CPU time says.
  EXPECT_LE(run.at("capacity_requests_per_s"), std::max(30.0 / cpu_s, 1000.0));
}

TEST_F(OwnPython, MayHandItsWorkToThreadsInEveryRow) {
  const json report = report_of(file_of(R"(
import asyncio, os, threading
def count(request, iteration):
    assert threading.current_thread() is not threading.main_thread()
    return request + iteration
async def compute(request, iteration, size, seed):
    return await asyncio.to_thread(count, request, iteration)
)"));
  ASSERT_EQ(report.at("runs").size(), 6U);
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");
    EXPECT_EQ(run.at("steps").at("result_0").at(11), 5.0);
  }
}

TEST_F(OwnPython, FailsItsRowsWhereAnAsynchronousStepFails) {
  for (const char* executor : {"sequential", "asyncio", "threads", "processes", "thread-pool", "pool"}) {
    EXPECT_EQ(reason_of(R"(
import asyncio
async def compute(request, iteration, size, seed):
    await asyncio.sleep(0)
    if request == 2: raise ValueError("no such user")
    return 1
)",
                        executor)
                  .rfind("own.py: step (2, 0): ValueError: no such user", 0),
              0U)
        << executor;
  }
}

TEST_F(OwnPython, MayLeaveOneNumberOrNothing) {
  json report = report_of(file_of("def compute(request, iteration, size, seed): return request + 1\n"));
  EXPECT_EQ(report.at("runs").at(1).at("steps").at("result_0").at(11), 4.0);
  report = report_of(file_of("def compute(request, iteration, size, seed): pass\n"));
  for (const json& run : report.at("runs")) EXPECT_TRUE(run.at("verified").is_null());
}

TEST_F(OwnPython, MayLeaveTheSameListEachTimeAndBeCalledAsAnotherModule) {
  const json report = report_of(file_of(R"(
numbers = [0, 0]
def compute(request, iteration, size, seed):
    numbers[:] = request, iteration + 1
    return numbers
)",
                                        "json.py"),
                                {"--executors", "sequential,processes"});
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");
    EXPECT_EQ(run.at("steps").at("result_1").at(11), 3.0);
  }
}

TEST_F(OwnPython, IsPreparedAndFindsWhatLiesBesideIt) {
  write_content(folder_ / "beside.py", "factor = 3\n");
  const json report = report_of(file_of(R"(
import beside
prepared = []
def prepare(size, seed):
    prepared.append(size + seed)
def compute(request, iteration, size, seed):
    assert prepared == [size + seed]
    return beside.factor
)"));
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");
    EXPECT_EQ(run.at("steps").at("result_0").at(0), 3.0);
  }
}

TEST_F(OwnPython, FailsItsRowWithTheStepAndTheReason) {
  const std::string failing = R"(
def compute(request, iteration, size, seed):
    return 1 / (request - 2)
)";
  for (const char* executor : {"sequential", "asyncio", "threads", "processes", "thread-pool", "pool"}) {
    EXPECT_EQ(reason_of(failing, executor).rfind("own.py: step (2, 0): ZeroDivisionError: division by zero", 0), 0U)
        << reason_of(failing, executor);
  }
}

TEST_F(OwnPython, FailsItsRowWithTheTypeOfWhateverItRaises) {
  struct Case {
    const char* raised;
    const char* told;
  };
  const std::vector<Case> cases = {
      {"RuntimeError('no')", "RuntimeError: no"}, {"RuntimeError", "RuntimeError"}, {"SystemExit(0)", "SystemExit: 0"}};
  const std::string computes = "def compute(request, iteration, size, seed): return 1\n";
  for (const Case& each : cases) {
    SCOPED_TRACE(each.raised);
    const std::string raises = fmt::format("raise {}\n", each.raised);
    EXPECT_EQ(reason_of(raises + computes), fmt::format("in setup (load): own.py: {} (line 1)", each.told));
    EXPECT_EQ(reason_of(fmt::format("{}def prepare(size, seed): {}", computes, raises)),
              fmt::format("in setup (load): own.py: prepare: {} (line 2)", each.told));
    const std::string failing = "def compute(request, iteration, size, seed):\n    if request == 2: " + raises;
    for (const char* executor : {"sequential", "asyncio", "threads", "processes", "thread-pool", "pool"}) {
      const std::string reason = reason_of(failing, executor);
      EXPECT_EQ(reason.rfind(fmt::format("own.py: step (2, 0): {}", each.told), 0), 0U) << reason;
    }
  }
}

TEST_F(OwnPython, IsToldWhereItEndsItsProcess) {
  const std::string ending =
      "import os\ndef compute(request, iteration, size, seed):\n    if request == 2: os._exit(0)\n";
  for (const char* executor : {"sequential", "asyncio", "threads"}) {
    const std::string reason = reason_of(ending, executor);
    EXPECT_EQ(reason.rfind("the runner exited before its steps were done, with status 0", 0), 0U) << reason;
  }
  const std::string reason = reason_of(ending, "processes");
  EXPECT_EQ(reason.rfind("worker 2 exited before its steps were done, with status 0", 0), 0U) << reason;
  EXPECT_EQ(reason_of("import os\nos._exit(0)\n"),
            "the runner exited before its steps were done, with status 0 in setup (load)");
}

TEST_F(OwnPython, HasOneEventLoopInSetupAndInTheRun) {
  const std::string limited = R"(
import asyncio
two = asyncio.Semaphore(2)
async def prepare(size, seed):
    global factor
    await asyncio.sleep(0)
    factor = 10
async def compute(request, iteration, size, seed):
    async with two:
        await asyncio.sleep(0.001)
    return factor * request + iteration
)";
  const json report = report_of(file_of(limited), {"--executors", "python/asyncio", "--requests", "9"});
  EXPECT_EQ(report.at("runs").at(0).at("verified"), true) << report.at("runs").at(0).at("reason");
  EXPECT_EQ(report.at("runs").at(0).at("steps").at("result_0").at(4), 11.0);
}

TEST_F(OwnPython, FailsAtOnceWhereOtherStepsWaitForWhatNeverComes) {
  const std::string source = R"(
import asyncio, threading
never = threading.Event()
async def compute(request, iteration, size, seed):
    if request == 2:
        raise ValueError('boom')
    if request == 1:
        await asyncio.to_thread(never.wait)
    return 1
)";
  for (const char* executor : {"asyncio", "threads", "processes", "pool"}) {
    EXPECT_EQ(reason_of(source, executor).rfind("own.py: step (2, 0): ValueError: boom", 0), 0U) << executor;
  }
}

TEST_F(OwnPython, MayLeaveThreadsThatNeverEnd) {
  const std::string source = R"(
import threading
threads = []
def compute(request, iteration, size, seed):
    if not threads:
        threads.append(threading.Thread(target=threading.Event().wait))
        threads[0].start()
    return 1
)";
  const json report = report_of(file_of(source));
  for (const json& run : report.at("runs")) EXPECT_EQ(run.at("status"), "ok") << run.at("reason");
  // Also threads that a forked process starts, which has not those of setup.
  const std::string in_each = R"(
import threading
def compute(request, iteration, size, seed):
    threading.Thread(target=threading.Event().wait).start()
    return 1
)";
  const json forked = report_of(file_of(in_each), {"--executors", "processes,pool", "--timeout", "60"});
  for (const json& run : forked.at("runs")) EXPECT_EQ(run.at("status"), "ok") << run.at("reason");
}

TEST_F(OwnPython, CountsTheCpuTimeOfProgramsThatStepsStart) {
  const json report = report_of(file_of(R"(
import subprocess, sys
burn = "import time\nwhile time.process_time() < 0.05: pass"
def compute(request, iteration, size, seed):
    subprocess.run([sys.executable, "-S", "-c", burn], check=True)
    return 1
)"),
                                {"--requests", "2", "--iterations", "2"});
  for (const json& run : report.at("runs")) EXPECT_GE(run.at("cpu_s"), 4 * 0.05) << run.at("executor");
}

TEST_F(OwnPython, LosesNothingOfWhatItPrintsBeforeItFails) {
  const std::string file = file_of(R"(
def compute(request, iteration, size, seed):
    if request == 3:
        print('about to fail')
        raise ValueError('boom')
    return 1
)");
  for (const char* executor : {"sequential", "asyncio", "threads", "processes", "thread-pool", "pool"}) {
    const Arguments options = {"--compute", file, "--python", testing::python_program(), "--executors", executor};
    const Output output = testing::run(
        {.program = OVERLAP_BINARY, .arguments = quick_with(options), .environment = {{"PYTHONUNBUFFERED", ""}}});
    EXPECT_TRUE(contains(output.err, "about to fail")) << executor << output.err;
  }
}

TEST_F(OwnPython, IsRefusedWhereItCannotBeLoaded) {
  EXPECT_TRUE(contains(reason_of("x = 1\n"), "own.py: it has no function compute(request, iteration, size, seed)"));
  EXPECT_TRUE(contains(reason_of("def compute(\n"), "own.py: SyntaxError: "));
  EXPECT_TRUE(contains(reason_of("import no_such_module\n"), "own.py: ModuleNotFoundError: "));
  EXPECT_TRUE(contains(reason_of("def prepare(size, seed): raise OSError('no model')\n"
                                 "def compute(request, iteration, size, seed): return 1\n"),
                       "own.py: prepare: OSError: no model"));
  EXPECT_TRUE(contains(reason_of("def compute(request): return 1\n"), "own.py: step (0, 0): TypeError: "));
}

TEST_F(OwnPython, TakesUpToFourNumbers) {
  EXPECT_TRUE(contains(reason_of("def compute(request, iteration, size, seed): return [1] * 5\n"),
                       "own.py: step (0, 0): it returns up to four numbers (5 of them)"));
  for (const auto& [returned, type] : std::map<std::string, std::string>{{"'12'", "str"},
                                                                         {"b'12'", "bytes"},
                                                                         {"{1, 2}", "set"},
                                                                         {"{1: 2}", "dict"},
                                                                         {"(i for i in [1])", "generator"}}) {
    const std::string reason = reason_of("def compute(request, iteration, size, seed): return " + returned + "\n");
    EXPECT_TRUE(contains(reason, "own.py: step (0, 0): it returns up to four numbers (not a " + type + ")"))
        << returned << ": " << reason;
  }
}

TEST_F(OwnPython, IsToldTheLineThatFailedAndTheInterpreterThatLacksAModule) {
  const std::string failing = R"(
def inner(request):
    return [][request]

def compute(request, iteration, size, seed):
    return inner(request)
)";
  EXPECT_TRUE(contains(reason_of(failing), "IndexError: list index out of range (line 3)"));
  const std::string missing = reason_of("import no_such_module\n");
  EXPECT_TRUE(contains(missing, "(line 1); /")) << missing;
  EXPECT_TRUE(contains(missing, " lacks it, and --python names another interpreter")) << missing;
}

TEST_F(OwnPython, IsNeverCalledWithAnIterationThatTheWorkloadLacks) {
  const std::string table = R"(
table = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
def compute(request, iteration, size, seed):
    return table[request][iteration]
)";
  json report = report_of(file_of(table));
  for (const json& run : report.at("runs")) EXPECT_EQ(run.at("verified"), true) << run.at("reason");
  const std::string awaited = R"(
table = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
async def compute(request, iteration, size, seed):
    return table[request][iteration]
)";
  report = report_of(file_of(awaited));
  for (const json& run : report.at("runs")) EXPECT_EQ(run.at("verified"), true) << run.at("reason");
}

TEST_F(OwnPython, IsFoundOutWhereAStepDoesNotLeaveTheSameAgain) {
  const json report = report_of(file_of(R"(
import itertools
counter = itertools.count()
def compute(request, iteration, size, seed):
    return next(counter)
)"),
                                {"--executors", "sequential"}, 1);
  const json& run = report.at("runs").at(0);
  EXPECT_EQ(run.at("status"), "ok");
  EXPECT_EQ(run.at("verified"), false);
  EXPECT_TRUE(contains(run.at("reason"), "step (0, 0) left [")) << run.at("reason");
}

TEST_F(OwnPython, MayLeaveInfinitiesButNotNan) {
  const auto run_of = [&](const std::string& left, int status) {
    const std::string source = "def compute(request, iteration, size, seed): return 1, float('" + left + "')\n";
    return report_of(file_of(source), {"--executors", "sequential"}, status).at("runs").at(0);
  };
  EXPECT_EQ(run_of("-inf", 0).at("verified"), true);
  const json run = run_of("nan", 1);
  EXPECT_EQ(run.at("verified"), false);
  EXPECT_TRUE(contains(run.at("reason"), "; NaN can't be verified")) << run.at("reason");
}

TEST_F(OwnPython, CountsWhatItHasPreparedOnceInTheMemoryOfForkedProcesses) {
  const json report = report_of(file_of(hides_numpy + R"(
def prepare(size, seed):
    global table
    table = bytes(range(256)) * 2**18  # 64 MiB
def compute(request, iteration, size, seed):
    return table[iteration]
)"),
                                {"--executors", "python/processes"});
  EXPECT_GT(report.at("runs").at(0).at("peak_memory_bytes"), 67'108'864);
  EXPECT_LT(report.at("runs").at(0).at("peak_memory_bytes"), 120'000'000);
}

TEST_F(OwnPython, IsComputedInAPoolByAsManyThreadsAsThereAreEngineThreads) {
  // Three requests go on together, or not at all; setup computes request 0 alone.
  const std::string file = file_of(hides_numpy + R"(
import os, threading
together = threading.Barrier(3)
def compute(request, iteration, size, seed):
    if request > 0:
        together.wait()
    return request
)");
  const json run = report_of(file, {"--requests", "4", "--iterations", "2", "--wait", "none", "--executors",
                                    "python/thread-pool", "--engine-threads", "3"})
                       .at("runs")
                       .at(0);
  EXPECT_EQ(run.at("verified"), true) << run.at("reason");
  EXPECT_EQ(run.at("lanes"), 3);
  EXPECT_EQ(run.at("workers"), 1);
  EXPECT_GT(run.at("setup_s").at("allocate"), 0.0) << "the pool is there before the run";
}

TEST_F(OwnPython, IsComputedInAPoolByAsManyProcessesAsThereAreEngineThreads) {
  const std::string file = file_of(hides_numpy + R"(
import time
def compute(request, iteration, size, seed):
    end = time.process_time() + 0.005
    while time.process_time() < end:
        pass
    return request
)");
  const json run = report_of(file, {"--requests", "8", "--iterations", "2", "--wait", "none", "--executors",
                                    "python/pool", "--engine-threads", "3"})
                       .at("runs")
                       .at(0);
  EXPECT_EQ(run.at("verified"), true) << run.at("reason");
  EXPECT_EQ(run.at("lanes"), 3);
  EXPECT_GT(run.at("setup_s").at("allocate"), 0.0) << "the pool is there before the run";
  EXPECT_GE(run.at("cpu_s"), 16 * 0.005) << "what its processes did";
  // Never more steps at once than there are processes.
  const json& steps = run.at("steps");
  for (const json& moment : steps.at("begin_s")) {
    std::size_t at_once = 0;
    for (std::size_t step = 0; step < 16; ++step) {
      if (steps.at("begin_s").at(step) <= moment && moment < steps.at("end_s").at(step)) ++at_once;
    }
    EXPECT_LE(at_once, 3U) << moment;
  }
}

TEST_F(OwnPython, IsTheFilesContentAlsoWhereThatChangedWithinASecond) {
  const std::string file = file_of("def compute(request, iteration, size, seed): return 1\n");
  const auto written = std::filesystem::last_write_time(file);
  testing::Command command = testing::tool(quick_with(
      {"--compute", file, "--python", testing::python_program(), "--executors", "sequential", "--format", "json"}));
  command.environment["PYTHONDONTWRITEBYTECODE"] = "";
  EXPECT_EQ(testing::run(command).status, 0);
  file_of("def compute(request, iteration, size, seed): return 2\n");
  std::filesystem::last_write_time(file, written);
  const json report = json::parse(testing::run(command).out);
  EXPECT_EQ(report.at("runs").at(0).at("steps").at("result_0").at(0), 2.0);
  EXPECT_EQ(folder_.entries(), 1U) << "a cache beside the file";
}

TEST_F(OwnPython, IsNothingForTheOtherEngines) {
  const std::string file = file_of("def compute(request, iteration, size, seed): return 1\n");
  for (const char* executor : {"threads/fftw", "coroutine/pool", "threads/locked"}) {
    expect_error(quick_with({"--compute", file, "--executors", executor}),
                 {"is unavailable: --compute names a Python file alone, which is for Python's rows"}, 4);
  }
}

TEST_F(OwnPython, HasAsManyLanesAsWorkersWhereItsStepsWaitForSomethingElse) {
  const json report = report_of(
      file_of("import time\ndef compute(request, iteration, size, seed):\n    time.sleep(0.005)\n    return 1\n"),
      {"--requests", "9", "--wait", "none", "--executors", "python/threads,python/processes,python/asyncio"});
  EXPECT_EQ(report.at("runs").at(0).at("lanes"), 9);
  EXPECT_EQ(report.at("runs").at(1).at("lanes"), 9);
  EXPECT_EQ(report.at("runs").at(2).at("lanes"), 1);
}

TEST_F(OwnPython, EndsTheRunWhereNoRowCouldRun) {
  const std::string file = file_of("def compute(request, iteration, size, seed): return 1\n");
  for (const Arguments& command :
       {quick_with({"--compute", file, "--python", "/nonexistent"}),
        Arguments{"sweep", "--axis", "requests=1,2", "--compute", file, "--python", "/nonexistent"}}) {
    expect_error(command, {"no executor is available here; python/sequential: /nonexistent"}, 4);
  }
}

TEST_F(OwnPython, IsNothingForAStepAlone) {
  const std::string file = file_of("def compute(request, iteration, size, seed): return 1\n");
  for (const Arguments& more : {Arguments{}, Arguments{"--engine", "null"}}) {
    expect_usage_error(Arguments{"step", "--compute", file} + more, {"--compute: a step takes a shared library (.so)"});
  }
}

TEST_F(OwnPython, IsComparedWithALibraryThatComputesTheSame) {
  const std::string file = file_of("def compute(request, iteration, size, seed): return 100 * request + iteration\n");
  write_content(folder_ / "own.c", R"(
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  step->results[0] = 100.0 * (double)step->request + (double)step->iteration;
  return 0;
}
)");
  const std::string library = folder_ / "own.so";
  testing::build_library(folder_ / "own.c", library);
  const Arguments python = {"python/sequential", "python/asyncio",     "python/threads",
                            "python/processes",  "python/thread-pool", "python/pool"};
  const Arguments ours = {"sequential/own", "coroutine/own",    "threads/own",   "processes/own",
                          "threads/locked", "processes/locked", "coroutine/pool"};
  json report = report_of(file + "," + library);
  EXPECT_EQ(executors_of(report), python + ours);
  EXPECT_EQ(report.at("reference"), "python/sequential");
  EXPECT_EQ(report.at("workload").at("compute"), "own.py");
  for (const json& run : report.at("runs"))
    EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");

  report = report_of(library + "," + file, {"--executors", "threads,python/threads"});
  EXPECT_EQ(executors_of(report), Arguments({"threads/own", "python/threads"}));
  EXPECT_EQ(report.at("workload").at("compute"), "own.so");
  EXPECT_EQ(report_of(library + "," + file).at("reference"), "sequential/own");
  expect_usage_error(quick_with({"--compute", file + "," + file_of("", "b.py")}), {"b.py' is a second Python file"});
}

TEST_F(OwnPython, IsGoneOnWithByASweepsFileAlone) {
  const std::string file = file_of("def compute(request, iteration, size, seed): return size\n");
  const std::string saved = folder_ / "sweep.json";
  const Output swept = testing::overlap({"sweep", "--compute", file, "--python", testing::python_program(), "--axis",
                                         "size=8,16", "--requests", "2", "--iterations", "1", "--wait", "none",
                                         "--executors", "sequential", "--output", saved});
  EXPECT_EQ(swept.status, 0) << swept.err;
  json sweep = json::parse(testing::content_of(saved));
  sweep.at("cells").erase(1);
  write_content(saved, sweep.dump());
  const Output resumed = testing::overlap({"sweep", "--resume", saved});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  sweep = json::parse(testing::content_of(saved));
  ASSERT_EQ(sweep.at("cells").size(), 2U);
  EXPECT_EQ(executors_of(sweep.at("cells").at(1).at("results")), Arguments({"python/sequential"}));
}

TEST_F(OwnPython, ExamplesSortTheSameNumbersInPythonAndInC) {
  const std::string examples = std::string(OVERLAP_SOURCE_DIR) + "/docs/examples/";
  const std::string library = folder_ / "sort.so";
  testing::build_library(examples + "sort.c", library);
  const json report = report_of(examples + "sort.py," + library, {"--size", "1001"});
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");
    for (std::size_t step = 0; step < 12; ++step) {
      EXPECT_LT(run.at("steps").at("result_0").at(step), 0.02);
      EXPECT_NEAR(run.at("steps").at("result_1").at(step).get<double>(), 0.5, 0.1);
      EXPECT_GT(run.at("steps").at("result_2").at(step), 0.98);
    }
  }
}

}  // namespace
}  // namespace overlap
