// A compute of the user's own, from a shared library: driven through the tool under every driver, and what becomes of
// one that fails, is unsteady, leaves nothing or is no library.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
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
using testing::Command;
using testing::contains;
using testing::content_of;
using testing::executors_of;
using testing::expect_error;
using testing::expect_usage_error;
using testing::Output;
using testing::Process;
using testing::write_content;

/// Leaves what it is told.
constexpr const char* echo = R"(
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  step->results[0] = 100.0 * (double)step->request + (double)step->iteration;
  step->results[1] = (double)step->size;
  step->results[2] = (double)step->seed;
  return 0;
}
)";

class OwnCompute : public testing::OwnLibrary {};

TEST_F(OwnCompute, IsComputedByEveryDriverWithTheEnginesThatTakeIt) {
  const json report = report_of(library(echo), {"--executors", "all", "--seed", "7"});
  Arguments expected;
  for (const char* engine : {"own", "locked", "pool", "null"}) {
    for (const char* driver : {"sequential", "coroutine", "threads", "processes"}) {
      expected.push_back(fmt::format("{}/{}", driver, engine));
    }
  }
  EXPECT_EQ(executors_of(report), expected);
  EXPECT_EQ(report.at("workload").at("compute"), "own.so");
  for (const json& run : report.at("runs")) {
    SCOPED_TRACE(run.at("executor"));
    EXPECT_EQ(run.at("status"), "ok");
    if (run.at("engine") == "null") {
      EXPECT_TRUE(run.at("verified").is_null());
      continue;
    }
    EXPECT_EQ(run.at("verified"), true) << run.at("reason");
    EXPECT_GT(run.at("step_s"), 0.0);
    const json& steps = run.at("steps");
    EXPECT_EQ(steps.at("result_0"), json({0, 1, 2, 100, 101, 102, 200, 201, 202, 300, 301, 302}));
    EXPECT_EQ(steps.at("result_1").at(5), 64.0);
    EXPECT_EQ(steps.at("result_2").at(5), 7.0);
    EXPECT_EQ(steps.at("result_3").at(5), 0.0);
    EXPECT_FALSE(steps.contains("input_energy"));
  }
}

TEST_F(OwnCompute, IsNeverCalledWithAnIterationThatTheWorkloadLacks) {
  const std::string refusing = library(R"(
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) { return step->request < 4 && step->iteration < 3 ? 0 : 1; }
)");
  const json report = report_of(refusing, {"--executors", "all"});
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("status"), "ok") << run.at("executor") << run.at("reason");
  }
}

TEST_F(OwnCompute, HasAsManyLanesAsWorkersWhereItsStepsWaitForSomethingElse) {
  const std::string blocking = library(R"(
#include <time.h>
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  const struct timespec moment = {0, 5000000};
  nanosleep(&moment, 0);
  step->results[0] = 1;
  return 0;
}
)");
  const json report =
      report_of(blocking, {"--requests", "9", "--wait", "none", "--executors", "threads,processes,threads/locked"});
  EXPECT_EQ(report.at("runs").at(0).at("lanes"), 9);
  EXPECT_EQ(report.at("runs").at(1).at("lanes"), 9);
  EXPECT_EQ(report.at("runs").at(2).at("lanes"), 1);
  const std::string busy = library(R"(
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  volatile double sum = 0;
  for (int i = 0; i < 100000; ++i) sum = sum + i;
  step->results[0] = sum;
  return 0;
}
)");
  const json busy_report = report_of(busy, {"--requests", "9", "--wait", "none", "--executors", "threads"});
  EXPECT_LE(busy_report.at("runs").at(0).at("lanes"), busy_report.at("machine").at("usable_cpus"));
}

TEST_F(OwnCompute, PrintsToStderrAlsoWhileItIsLoaded) {
  const std::string printing = library(std::string("#include <stdio.h>\n") + echo + R"(
__attribute__((constructor)) static void greet(void) { printf("loaded\n"); }
)");
  const Output output = testing::overlap(quick_of(printing, {"--executors", "threads", "--format", "json"}));
  EXPECT_TRUE(json::accept(output.out)) << output.out.substr(0, 200);
  EXPECT_TRUE(contains(output.err, "loaded")) << output.err;
}

TEST_F(OwnCompute, TakesNoInterruptsFromTheToolWithThreadsThatItsLibraryStartsAsItLoads) {
  const std::string threaded = library(R"(
#include "overlap_compute.h"
#include <pthread.h>
#include <unistd.h>
static void* sleeps(void* nothing) { while (1) pause(); return nothing; }
__attribute__((constructor)) static void loaded(void) { pthread_t thread; pthread_create(&thread, NULL, sleeps, NULL); }
int overlap_compute(struct overlap_step* step) { step->results[0] = 1; return 0; }
)");
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = quick_of(threaded, {"--executors", "coroutine/own", "--wait", "constant:10000", "--log"});
  Process tool(command);
  ASSERT_TRUE(tool.wait_for_err("call 3 iteration 0\n"));
  tool.send(SIGTERM);
  const Output output = tool.finish();
  EXPECT_EQ(output.status, 130);
  EXPECT_TRUE(contains(output.out, "coroutine/own  interrupted")) << output.out;
}

TEST_F(OwnCompute, LeavesNoProcessBehindThatItHasStartedNotEvenInASessionOfItsOwn) {
  const std::string starting = library(R"(
#include <unistd.h>
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  (void)step;
  return 0;
}
int overlap_prepare(uint64_t size, uint64_t seed) {
  (void)size;
  (void)seed;
  if (fork() == 0) {
    setsid();
    if (fork() == 0) pause();
    _exit(0);
  }
  return 0;
}
)");
  report_of(starting, {"--executors", "threads,processes"});
  EXPECT_EQ(testing::left_behind(), "");
}

TEST_F(OwnCompute, HasSevenRowsByDefaultAndIsWhatADriversNameMeans) {
  const std::string file = library(echo);
  json report = report_of(file);
  EXPECT_EQ(executors_of(report), Arguments({"sequential/own", "coroutine/own", "threads/own", "processes/own",
                                             "threads/locked", "processes/locked", "coroutine/pool"}));
  EXPECT_EQ(report.at("reference"), "sequential/own");
  report = report_of(file, {"--executors", "threads,sequential"});
  EXPECT_EQ(executors_of(report), Arguments({"threads/own", "sequential/own"}));
  EXPECT_EQ(report.at("reference"), "sequential/own");
}

TEST_F(OwnCompute, HasFurtherImplementationsAsEnginesOfTheirFilesNames) {
  const std::string both = library(echo, "first.so") + "," + library(echo, "other_2.so");
  const json report = report_of(both);
  EXPECT_EQ(executors_of(report),
            Arguments({"sequential/own", "coroutine/own", "threads/own", "processes/own", "threads/locked",
                       "processes/locked", "coroutine/pool", "threads/other_2", "coroutine/other_2-pool"}));
  EXPECT_EQ(report.at("workload").at("compute"), "first.so");
  for (const json& run : report.at("runs"))
    EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");

  const Output search = testing::overlap({"sweep", "--compute", both, "--break-even", "size", "--between",
                                          "threads,processes/other_2", "--axis", "size=1:100", "--dry-run"});
  EXPECT_EQ(search.status, 0) << search.err;
}

TEST_F(OwnCompute, HoldsFurtherImplementationsAgainstTheFirst) {
  const std::string other = R"(
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  step->results[0] = 100.0 * (double)step->request + (double)(step->iteration == 2 ? 5 : step->iteration);
  step->results[1] = (double)step->size;
  step->results[2] = (double)step->seed;
  if (step->size == 65) { step->error = "65 is too many"; return 1; }
  return 0;
}
)";
  const std::string both = library(echo, "first.so") + "," + library(other, "other.so");
  json runs = report_of(both, {"--executors", "threads,threads/other"}, 1).at("runs");
  EXPECT_EQ(runs.at(0).at("verified"), true);
  EXPECT_EQ(runs.at(1).at("verified"), false);
  EXPECT_EQ(runs.at(1).at("reason"), "step (0, 2) left 5, 64, 1, 0, the reference 2, 64, 1, 0");
  runs = report_of(both, {"--executors", "threads,threads/other", "--size", "65"}, 1).at("runs");
  EXPECT_EQ(runs.at(0).at("verified"), true);
  EXPECT_TRUE(contains(runs.at(1).at("reason"), "other.so: step (0, 0): 65 is too many")) << runs.at(1).at("reason");
}

TEST_F(OwnCompute, RefusesFurtherImplementationsThatCannotNameAnEngine) {
  const std::string first = library(echo, "first.so");
  for (const char* name : {"fftw", "own", "pool", "null", "cuda"}) {
    expect_usage_error(quick_of(first + "," + library(echo, std::string(name) + ".so")),
                       {"--compute: ", fmt::format("{}.so would name an engine {}", name, name)});
  }
  expect_usage_error(quick_of(first + "," + first + "," + first), {"first.so would name an engine first"});
  expect_usage_error(quick_of(first + "," + library(echo, "a b.so")), {"a b.so can't name an engine"});
  expect_usage_error(quick_of(first + ","), {"--compute: ''"});
}

TEST_F(OwnCompute, HasAWorkspaceThatNoOtherStepUsesMeanwhile) {
  // A step that finds another one's mark, or memory that it wrote gone, fails.
  const std::string file = library(R"(
#include "overlap_compute.h"
struct workspace { uint64_t busy, steps, last; };
uint64_t overlap_workspace_bytes(uint64_t size) { return sizeof(struct workspace) + size; }
int overlap_compute(struct overlap_step* step) {
  struct workspace* space = step->workspace;
  if ((uintptr_t)space % 64 != 0) return 2;
  if (__atomic_exchange_n(&space->busy, 1, __ATOMIC_SEQ_CST) != 0) { step->error = "another step is here"; return 1; }
  if (space->steps == 0 ? space->last != 0 : space->last == 0) { step->error = "it does not keep its content"; return 1; }
  unsigned char* end = (unsigned char*)(space + 1) + step->size - 1;
  for (volatile int i = 0; i < 20000; ++i) *end = (unsigned char)i;
  ++space->steps;
  space->last = step->request + 1;
  step->results[0] = (double)(step->request * 10 + step->iteration);
  __atomic_store_n(&space->busy, 0, __ATOMIC_SEQ_CST);
  return 0;
}
)");
  for (const char* slots : {"2", "4"}) {
    const json report = report_of(file, {"--executors", "threads,processes,coroutine/pool,threads/locked",
                                         "--compute-slots", slots, "--wait", "none", "--size", "10k"});
    for (const json& run : report.at("runs"))
      EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");
  }
}

TEST_F(OwnCompute, IsPreparedOnceInAProcessBeforeItForks) {
  // Leaves 1 where its own process prepared it, 2 where its parent did.
  const std::string file = library(R"(
#include <unistd.h>
#include "overlap_compute.h"
static int prepared, process;
static uint64_t sum;
int overlap_prepare(uint64_t size, uint64_t seed) { process = getpid(); sum = size + seed; return prepared++; }
int overlap_compute(struct overlap_step* step) {
  if (prepared != 1 || sum != step->size + step->seed) return 1;
  step->results[0] = getpid() == process ? 1 : getppid() == process ? 2 : 3;
  return 0;
}
)");
  const auto expect_left = [&](const char* executors, double left) {
    const json report = report_of(file, {"--executors", executors});
    for (const json& run : report.at("runs")) {
      EXPECT_EQ(run.at("steps").at("result_0"), json(std::vector<double>(12, left))) << run.at("executor");
    }
  };
  expect_left("sequential,coroutine,threads,coroutine/pool", 1.0);
  expect_left("processes,processes/locked,processes/pool", 2.0);
}

TEST_F(OwnCompute, FailsItsRowsWithItsOwnReason) {
  struct Case {
    const char* body;
    const char* reason;
    const char* language;
  };
  const std::vector<Case> cases = {
      {"if (step->request == 2 && step->iteration == 1) return 7;", "own.so: step (2, 1): it returned 7", "c"},
      {"if (step->request == 2) { step->error = \"no such user\"; return 1; }", "own.so: step (2, 0): no such user",
       "c"},
      {"if (step->request == 2) throw std::runtime_error(\"out of luck\");", "own.so: step (2, 0): out of luck", "c++"},
      {"if (step->request == 2) throw 5;", "own.so: step (2, 0): it threw what is no std::exception", "c++"},
      {"if (step->request == 2) __builtin_trap();", "killed by SIG", "c"},
      {"if (step->request == 2) _exit(0);", "the runner exited before its steps were done, with status 0", "c"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.body);
    const std::string file =
        library(fmt::format("#include <unistd.h>\n{}\n#include \"overlap_compute.h\"\n"
                            "int overlap_compute(struct overlap_step* step) {{ {} step->results[0] = 1; return 0; }}",
                            std::string(each.language) == "c++" ? "#include <stdexcept>" : "", each.body),
                "own.so", each.language);
    const json report = report_of(file, {"--executors", "threads/own,coroutine/pool,processes/own,sequential/null"}, 1);
    for (const json& run : report.at("runs")) {
      if (run.at("engine") == "null") {
        EXPECT_EQ(run.at("status"), "ok");
        continue;
      }
      EXPECT_EQ(run.at("status"), "failed") << run.at("executor");
      const bool is_told = contains(run.at("reason"), each.reason) ||
                           (run.at("driver") == "processes" && contains(run.at("reason"), "worker "));
      EXPECT_TRUE(is_told) << run.at("executor") << run.at("reason");
    }
  }
}

TEST_F(OwnCompute, IsToldWhereItEndsAWorkerThatSaysItIsDone) {
  const std::string file = library(R"(
#include <unistd.h>
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) { if (step->request == 2) _exit(0); return 0; }
)");
  const json report = report_of(file, {"--executors", "processes"}, 1);
  const std::string reason = report.at("runs").at(0).at("reason");
  EXPECT_EQ(reason.rfind("worker 2 exited before its steps were done, with status 0", 0), 0U) << reason;
}

TEST_F(OwnCompute, CountsTheCpuTimeOfProcessesThatStepsStart) {
  const std::string file = library(R"(
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  if (fork() == 0) {
    while (clock() < CLOCKS_PER_SEC / 50) {
    }
    _exit(0);
  }
  step->results[0] = 1;
  return wait(0) < 0 ? 1 : 0;
}
)");
  const json report = report_of(
      file, {"--executors", "sequential,processes,coroutine/pool", "--engine-threads", "1", "--iterations", "1"});
  for (const json& run : report.at("runs")) EXPECT_GE(run.at("cpu_s"), 4 * 0.02) << run.at("executor");
}

TEST_F(OwnCompute, FailsWhereItCannotBePrepared) {
  const std::string file = library(
      std::string(echo) + "int overlap_prepare(uint64_t size, uint64_t seed) { (void)size; (void)seed; return 3; }");
  const json report = report_of(file, {"--executors", "threads/own"}, 1);
  EXPECT_TRUE(contains(report.at("runs").at(0).at("reason"), "overlap_prepare of own.so returned 3"));
}

TEST_F(OwnCompute, IsFoundOutWhereAStepDoesNotLeaveTheSameAgain) {
  const std::string file = library(R"(
#include "overlap_compute.h"
static uint64_t steps;
int overlap_compute(struct overlap_step* step) {
  step->results[1] = (double)__atomic_add_fetch(&steps, 1, __ATOMIC_SEQ_CST);
  return 0;
}
)");
  const json report = report_of(file, {"--executors", "sequential/own,coroutine/pool"}, 1);
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("status"), "ok");
    EXPECT_EQ(run.at("verified"), false) << run.at("executor");
    EXPECT_TRUE(contains(run.at("reason"), "step (0, 0) left 0, ")) << run.at("reason");
    EXPECT_TRUE(contains(run.at("reason"), ", in setup 0, ")) << run.at("reason");
  }
}

TEST_F(OwnCompute, IsHeldAgainstTheReferencesResults) {
  // Steady within a process, and another in each.
  const std::string file = library(R"(
#include <unistd.h>
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) { step->results[0] = getpid(); return 0; }
)");
  const json report = report_of(file, {"--executors", "sequential,threads"}, 1);
  EXPECT_EQ(report.at("runs").at(0).at("verified"), true);
  EXPECT_EQ(report.at("runs").at(1).at("verified"), false);
  EXPECT_TRUE(contains(report.at("runs").at(1).at("reason"), ", the reference "))
      << report.at("runs").at(1).at("reason");
}

TEST_F(OwnCompute, IsNotCalledVerifiedWhereItLeavesNothing) {
  const std::string file = library(R"(
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) { (void)step; return 0; }
)");
  const json report = report_of(file, {"--executors", "sequential,threads,sequential/null"});
  for (const json& run : report.at("runs")) EXPECT_TRUE(run.at("verified").is_null()) << run.at("executor");
  const auto notes = report.at("notes").get<Arguments>();
  EXPECT_EQ(std::count(notes.begin(), notes.end(),
                       "own.so left no results, or only zeros, so that nothing could be verified"),
            1);
}

TEST_F(OwnCompute, IsSaidToLeaveTheSameInEveryStep) {
  const auto notes_of = [&](const std::string& result) {
    const std::string file = library(
        "#include \"overlap_compute.h\"\nint overlap_compute(struct overlap_step* step) "
        "{ step->results[0] = " +
        result + "; return 0; }\n");
    const json report = report_of(file, {"--executors", "sequential,threads", "--repeat", "2"});
    std::vector<std::size_t> said;
    for (const json& run : report.at("runs")) {
      EXPECT_EQ(run.at("verified"), true);
      const auto notes = run.at("notes").get<Arguments>();
      said.push_back(static_cast<std::size_t>(std::count_if(notes.begin(), notes.end(), [](const std::string& note) {
        return contains(note, "all steps left the same results");
      })));
    }
    return said;
  };
  EXPECT_EQ(notes_of("4"), (std::vector<std::size_t>{1, 0})) << "once, with the reference";
  EXPECT_EQ(notes_of("1 + step->iteration"), (std::vector<std::size_t>{0, 0}));
}

TEST_F(OwnCompute, PrintsToStderrSoThatReportsStayWhole) {
  const std::string file = library(R"(
#include <stdio.h>
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) { step->results[0] = 1; puts("hello"); fflush(stdout); return 0; }
)");
  const Output output = testing::overlap(quick_of(file, {"--executors", "threads", "--format", "json"}));
  EXPECT_EQ(output.status, 0);
  EXPECT_TRUE(json::accept(output.out)) << output.out;
  EXPECT_TRUE(contains(output.err, "hello")) << output.err;
  const Output step = testing::overlap({"step", "--compute", file, "--size", "64"});
  EXPECT_EQ(step.out.rfind("step  ", 0), 0U) << step.out;
  EXPECT_FALSE(contains(step.out, "hello")) << step.out;
  EXPECT_TRUE(contains(step.err, "hello")) << step.err;
}

TEST_F(OwnCompute, PrintsToStderrAlsoWhereItSaysWhatItWorksIn) {
  const std::string file = library(std::string("#include <stdio.h>\n") + echo + R"(
uint64_t overlap_workspace_bytes(uint64_t size) { printf("asked\n"); return size; }
)");
  const Output output = testing::overlap(quick_of(file, {"--executors", "threads", "--format", "json"}));
  EXPECT_TRUE(json::accept(output.out)) << output.out.substr(0, 200);
  EXPECT_TRUE(contains(output.err, "asked")) << output.err;
}

TEST_F(OwnCompute, IsRefusedWhereItThrowsWhenAskedWhatItWorksIn) {
  const std::string text = std::string("#include <stdexcept>\nextern \"C\" {") + echo + R"(
uint64_t overlap_workspace_bytes(uint64_t size) {
  if (size == 1) throw 1;
  throw std::runtime_error("too odd");
}
})";
  const std::string file = library(text, "own.so", "c++");
  expect_usage_error(quick_of(file), {"--compute: ", "own.so: too odd"});
  expect_usage_error(quick_of(file, {"--size", "1"}), {"--compute: ", "own.so: it threw what is no std::exception"});
}

TEST_F(OwnCompute, FailsItsRowAloneWhereItSpoilsTheRecording) {
  const auto spoiling = [&](const std::string& name, const std::string& spoil) {
    return library(R"(
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  struct stat file;
  step->results[0] = 1;
  if (fstat(3, &file) != 0) return 1;
)" + spoil + "}\n",
                   name);
  };
  const std::string filling = spoiling("filling.so", R"(
  void* recording = mmap(0, (size_t)file.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
  memset(recording, 0xff, (size_t)file.st_size);
  return 0;
)");
  const std::string cutting = spoiling("cutting.so", "return ftruncate(3, 0) == 0 ? 0 : 2;\n");
  const json report = report_of(
      library(echo) + "," + filling + "," + cutting,
      {"--executors", "threads,threads/filling,threads/cutting,sequential,coroutine/filling-pool", "--log"}, 1);
  const json& runs = report.at("runs");
  for (const std::size_t row : {1U, 4U}) {
    EXPECT_EQ(runs.at(row).at("status"), "failed");
    EXPECT_TRUE(contains(runs.at(row).at("reason"), "its recording was overwritten")) << runs.at(row).at("reason");
  }
  EXPECT_TRUE(contains(runs.at(2).at("reason"), "it returned 2")) << runs.at(2).at("reason");
  for (const std::size_t row : {0U, 3U}) EXPECT_EQ(runs.at(row).at("status"), "ok");
}

TEST_F(OwnCompute, LosesNothingOfWhatItPrintsBeforeItFails) {
  const std::string file = library(R"(
#include <stdio.h>
#include "overlap_compute.h"
int overlap_compute(struct overlap_step* step) {
  if (step->request == 3) puts("about to fail");
  step->results[0] = 1;
  return step->request == 3;
}
)");
  for (const char* executor : {"sequential", "threads", "processes", "coroutine/pool"}) {
    const Output output = testing::overlap(quick_of(file, {"--executors", executor}));
    EXPECT_EQ(output.status, 1);
    EXPECT_TRUE(contains(output.err, "about to fail")) << executor << output.err;
  }
}

TEST_F(OwnCompute, IsRefusedWhereItIsNoLibraryOrAnotherVersions) {
  const auto refused = [](const std::string& file, const Arguments& told) {
    expect_usage_error(quick_of(file), Arguments{"--compute: "} + told);
  };
  refused("", {"''", "shared libraries (.so) or a Python file (.py)"});
  refused("own.c", {"'own.c'", "shared libraries (.so) or a Python file (.py)"});
  refused(folder_ / "none.so", {"none.so", "No such file"});
  std::filesystem::create_directory(folder_ / "folder.so");
  refused(folder_ / "folder.so", {"folder.so", "is no file"});
  write_content(folder_ / "text.so", "text");
  refused(folder_ / "text.so", {"text.so does not load: "});
  refused(library("int overlap_compute_v0(void) { return 0; }", "old.so"),
          {"old.so has no function overlap_compute_v1, nor overlap_start_v1", "src/overlap_compute.h"});
}

TEST_F(OwnCompute, RefusesWhatOnlyTheFftHas) {
  const std::string file = library(echo);
  expect_usage_error(quick_of(file, {"--precision", "float"}), {"--precision: ", "the FFT's"});
  expect_usage_error(quick_of(file, {"--spectrum", "half"}), {"--spectrum: ", "the FFT's"});
  expect_usage_error({"sweep", "--compute", file, "--axis", "precision=double,float"}, {"--precision: ", "the FFT's"});
  expect_usage_error({"step", "--compute", file, "--save-input", folder_ / "x.npy"}, {"--save-input: ", "the FFT's"});
  expect_usage_error({"step", "--compute", file, "--engine", "ftw"}, {"--engine: ", "one of own, locked, pool"});
  expect_error({"step", "--compute", file, "--engine", "fftw"}, {"fftw is unavailable: it computes the FFT"}, 4);
  for (const char* executor : {"threads/fftw", "coroutine/fftw-threads", "cuda"}) {
    expect_error(quick_of(file, {"--executors", executor}), {"is unavailable: it computes the FFT"}, 4);
  }
  expect_error(quick_of(file, {"--executors", "python"}), {"python/sequential is unavailable: ", "--compute"}, 4);
  expect_error({"run", "--executors", "threads/own"}, {"threads/own is unavailable: --compute names no compute"}, 4);
}

TEST_F(OwnCompute, ShowsAStepsResults) {
  const Output output =
      testing::overlap({"step", "--compute", library(echo), "--size", "80", "--request", "3", "--iteration", "2"});
  EXPECT_EQ(output.status, 0) << output.err;
  for (const char* line : {"request 3, iteration 2\n", "result 0        302\n", "result 1        80\n",
                           "result 2        1\n", "result 3        0\n", "compute "}) {
    EXPECT_TRUE(contains(output.out, line)) << line << output.out;
  }
}

TEST_F(OwnCompute, IsListedWithWhatTakesIt) {
  const Output output = testing::overlap({"list", "--compute", library(echo)});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_FALSE(contains(output.out, "Python file that --compute names")) << output.out;
  for (const char* line : {"a driver's name alone means …/own.", "threads/own              available",
                           "coroutine/pool           available", "threads/fftw             unavailable: it computes"}) {
    EXPECT_TRUE(contains(output.out, line)) << line << output.out;
  }
}

TEST_F(OwnCompute, SaysThatItsTimeIsNotKnownBeforehand) {
  const std::string file = library(echo);
  Output output = testing::overlap(quick_of(file, {"--dry-run"}));
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "size 64 of own.so, seed 1")) << output.out;
  EXPECT_TRUE(contains(output.out, " and 5 others: no guess of their time: own.so is tried in a run alone"))
      << output.out;
  EXPECT_FALSE(contains(output.out, "at least")) << output.out;
  output = testing::overlap({"sweep", "--compute", file, "--axis", "size=1,2", "--dry-run"});
  EXPECT_TRUE(contains(output.out, "2 cells of 7 executors, and no guess of their time.")) << output.out;
}

TEST_F(OwnCompute, HasResultsThatCanBeShownAndComparedAgain) {
  const std::string file = library(echo);
  const std::string first = folder_ / "first.json";
  const std::string second = folder_ / "second.json";
  for (const std::string& output : {first, second}) {
    EXPECT_EQ(testing::overlap(quick_of(file, {"--executors", "sequential,threads", "--output", output})).status, 0);
  }
  EXPECT_EQ(testing::overlap({"show", first, "--format", "json"}).out, content_of(first));
  const Output compared = testing::overlap({"compare", first, second});
  EXPECT_EQ(compared.status, 0) << compared.err;
  EXPECT_TRUE(contains(compared.out, "size 64 of own.so")) << compared.out;

  const std::string of_fft = folder_ / "fft.json";
  EXPECT_EQ(testing::overlap({"run", "--requests", "4", "--iterations", "3", "--size", "64", "--wait", "uniform:0:4ms",
                              "--executors", "sequential", "--output", of_fft})
                .status,
            0);
  expect_usage_error({"compare", first, of_fft}, {"different workloads", "compute own.so and fft"});
}

TEST_F(OwnCompute, IsSweptAndGoneOnWithByTheFileAlone) {
  const std::string file = library(echo);
  const std::string saved = folder_ / "sweep.json";
  const Output swept =
      testing::overlap({"sweep", "--compute", file, "--axis", "size=8,16", "--requests", "2", "--iterations", "1",
                        "--wait", "none", "--executors", "sequential,threads", "--output", saved});
  EXPECT_EQ(swept.status, 0) << swept.err;
  json sweep = json::parse(content_of(saved));
  EXPECT_EQ(sweep.at("options").at("compute"), file);
  sweep.at("cells").erase(1);
  write_content(saved, sweep.dump());
  const Output resumed = testing::overlap({"sweep", "--resume", saved});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  sweep = json::parse(content_of(saved));
  ASSERT_EQ(sweep.at("cells").size(), 2U);
  EXPECT_EQ(sweep.at("cells").at(1).at("results").at("workload").at("compute"), "own.so");
  EXPECT_EQ(executors_of(sweep.at("cells").at(1).at("results")), Arguments({"sequential/own", "threads/own"}));
}

}  // namespace
}  // namespace overlap
