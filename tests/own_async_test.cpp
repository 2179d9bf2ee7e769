// A compute of the user's own whose steps are started and end later, driven through the tool under every driver, and
// what becomes of one that breaks its promises.
#include <fmt/format.h>
#include <gtest/gtest.h>

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
using testing::contains;
using testing::executors_of;
using testing::expect_error;
using testing::expect_usage_error;
using testing::Output;

/// Starts a step on a thread, which leaves which step it is and says that it is over.
constexpr const char* started = R"(
#include <pthread.h>
#include <stdlib.h>
#include "overlap_compute.h"
struct job { struct overlap_step* step; overlap_done* done; };
static void* compute(void* argument) {
  struct job job = *(struct job*)argument;
  free(argument);
  struct overlap_step* step = job.step;
  step->results[0] = 100.0 * (double)step->request + (double)step->iteration;
  int status = 0;
  // how it ends
  job.done(step, status);
  return NULL;
}
int overlap_start(struct overlap_step* step, overlap_done* done) {
  // how it begins
  struct job* job = malloc(sizeof *job);
  job->step = step;
  job->done = done;
  pthread_t thread;
  return pthread_create(&thread, NULL, compute, job) || pthread_detach(thread);
}
)";

std::string with(std::string source, const std::string& place, const std::string& lines) {
  return source.replace(source.find(place), place.size(), lines);
}
std::string with_begun(const std::string& lines) { return with(started, "// how it begins", lines); }
std::string with_ended(const std::string& lines) { return with(started, "// how it ends", lines); }

class OwnAsync : public testing::OwnLibrary {
 protected:
  static void expect_verified(const json& report) {
    for (const json& run : report.at("runs")) {
      SCOPED_TRACE(run.at("executor"));
      EXPECT_EQ(run.at("verified"), true) << run.at("reason");
      EXPECT_EQ(run.at("steps").at("result_0"), json({0, 1, 2, 100, 101, 102, 200, 201, 202, 300, 301, 302}));
    }
  }
};

TEST_F(OwnAsync, IsComputedByEveryDriverWithEveryEngineThatTakesIt) {
  // Where it has no overlap_compute, whoever blocks starts a step and waits.
  const json report = report_of(library(started), {"--executors", "*/own*,*/locked,*/pool"});
  Arguments expected;
  for (const char* engine : {"own", "own-async", "locked", "pool"}) {
    for (const char* driver : {"sequential", "coroutine", "threads", "processes"}) {
      expected.push_back(fmt::format("{}/{}", driver, engine));
    }
  }
  EXPECT_EQ(executors_of(report), expected);
  expect_verified(report);
}

TEST_F(OwnAsync, HasARowByDefaultWhereStepsCanBeStarted) {
  EXPECT_EQ(executors_of(report_of(library(started))),
            Arguments({"sequential/own", "coroutine/own", "threads/own", "processes/own", "threads/locked",
                       "processes/locked", "coroutine/pool", "coroutine/own-async"}));
  const std::string both = library(started, "first.so") + "," + library(started, "second.so");
  const json report = report_of(both, {"--executors", "coroutine/*-async"});
  EXPECT_EQ(executors_of(report), Arguments({"coroutine/own-async", "coroutine/second-async"}));
  expect_verified(report);
}

TEST_F(OwnAsync, IsUnavailableWhereStepsCanNotBeStarted) {
  const std::string blocking = library(
      "#include \"overlap_compute.h\"\n"
      "int overlap_compute(struct overlap_step* step) { step->results[0] = 1; return 0; }",
      "blocking.so");
  expect_error(quick_of(blocking, {"--executors", "threads/own-async"}),
               {"threads/own-async is unavailable: ", "blocking.so has no function overlap_start"}, 4);
  expect_error({"run", "--executors", "coroutine/own-async"}, {"--compute names no compute of your own"}, 4);
  expect_usage_error(quick_of(library("int overlap_start_v0(void) { return 0; }", "old.so")),
                     {"old.so has no function overlap_compute_v1, nor overlap_start_v1", "src/overlap_compute.h"});
}

TEST_F(OwnAsync, ComputesOnTheCallersThreadWhereItCanDoBoth) {
  const std::string file = library(std::string(started) + R"(
int overlap_compute(struct overlap_step* step) { step->results[0] = 7; return 0; }
)");
  const json report = report_of(file, {"--executors", "threads/own,coroutine/own-async"}, 1);
  EXPECT_EQ(report.at("runs").at(0).at("steps").at("result_0").at(5), 7.0);
  EXPECT_EQ(report.at("runs").at(1).at("steps").at("result_0").at(5), 102.0);
}

TEST_F(OwnAsync, HasNoMoreStepsUnderWayThanThereAreStreams) {
  // More than two fail.
  const std::string file = library(with_ended(R"(
  static int under_way;
  if (__atomic_add_fetch(&under_way, 1, __ATOMIC_SEQ_CST) > 2) status = 1;
  for (volatile int i = 0; i < 100000; ++i) {}
  __atomic_sub_fetch(&under_way, 1, __ATOMIC_SEQ_CST);
)"));
  const json report =
      report_of(file, {"--executors", "coroutine/own-async,threads/own-async", "--streams", "2", "--wait", "none"});
  expect_verified(report);
  for (const json& run : report.at("runs")) EXPECT_EQ(run.at("lanes"), 2);
}

TEST_F(OwnAsync, MayTellOfAStepsEndBeforeItsStartReturns) {
  const json report = report_of(library(R"(
#include "overlap_compute.h"
int overlap_start(struct overlap_step* step, overlap_done* done) {
  step->results[0] = 100.0 * (double)step->request + (double)step->iteration;
  done(step, 0);
  return 0;
}
)"),
                                {"--executors", "*/own,*/own-async"});
  expect_verified(report);
}

TEST_F(OwnAsync, FailsItsRowsWithItsOwnReason) {
  struct Case {
    std::string source;
    const char* reason;
  };
  const std::vector<Case> cases = {
      {with_ended("if (step->request == 2) status = 7;"), "own.so: step (2, 0): it returned 7"},
      {with_ended("if (step->request == 2) { step->error = \"no such user\"; status = 1; }"),
       "own.so: step (2, 0): no such user"},
      {with_begun("if (step->request == 2) return 5;"), "own.so: step (2, 0): it returned 5"},
      {with_begun("if (step->request == 2) { step->error = \"no paper\"; return 5; }"),
       "own.so: step (2, 0): no paper"},
      {with_begun("if (step->request == 2) { done(step, 0); return 5; }"),
       "own.so: step (2, 0): it is told to be over and is not under way"},
      {with_begun("if (step->request == 2) done(step, 0);"), "it is told to be over and is not under way"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.reason);
    const json report =
        report_of(library(each.source), {"--executors", "coroutine/own-async,threads/own-async,sequential/null"}, 1);
    for (const json& run : report.at("runs")) {
      if (run.at("engine") == "null") {
        EXPECT_EQ(run.at("status"), "ok");
        continue;
      }
      EXPECT_EQ(run.at("status"), "failed") << run.at("executor");
      EXPECT_TRUE(contains(run.at("reason"), each.reason)) << run.at("executor") << run.at("reason");
    }
  }
}

TEST_F(OwnAsync, FailsWhereItsStartThrows) {
  const std::string file = library(R"(
#include <stdexcept>
#include "overlap_compute.h"
int overlap_start(struct overlap_step* step, overlap_done* done) {
  if (step->request == 2) throw std::runtime_error("out of luck");
  done(step, 0);
  return 0;
}
)",
                                   "own.so", "c++");
  const json report = report_of(file, {"--executors", "threads/own,coroutine/own-async"}, 1);
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("status"), "failed") << run.at("executor");
    EXPECT_TRUE(contains(run.at("reason"), "own.so: step (2, 0): out of luck")) << run.at("reason");
  }
}

TEST_F(OwnAsync, ComputesInTheExampleWhatTheOtherExampleDoes) {
  const std::string examples = std::string(OVERLAP_SOURCE_DIR) + "/docs/examples/";
  const std::string sort = folder_ / "sort.so";
  const std::string sort_threads = folder_ / "sort_threads.so";
  testing::build_library(examples + "sort.c", sort);
  testing::build_library(examples + "sort_threads.c", sort_threads);
  const json report = report_of(sort + "," + sort_threads,
                                {"--size", "1001", "--executors", "coroutine/own,*/sort_threads,*/sort_threads-async"});
  EXPECT_EQ(report.at("runs").size(), 9U);
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("verified"), true) << run.at("executor") << run.at("reason");
  }
}

TEST_F(OwnAsync, SaysWhatAGpuLacksThatItNeeds) {
  const std::string sort_gpu = std::filesystem::path(OVERLAP_BINARY).parent_path() / "sort_gpu.so";
  if (!std::filesystem::exists(sort_gpu)) GTEST_SKIP() << "there is no CUDA toolkit to build docs/examples/sort_gpu.cu";
  const Output list = testing::overlap({"list"});
  if (!contains(list.out, "no NVIDIA driver is loaded")) GTEST_SKIP() << "a driver is loaded, and Gpu's tests run it";
  const json report = report_of(sort_gpu, {"--executors", "coroutine/own-async,threads/own"}, 1);
  for (const json& run : report.at("runs")) {
    EXPECT_EQ(run.at("status"), "failed") << run.at("executor");
    EXPECT_TRUE(contains(run.at("reason"), "sort_gpu.so: step (0, 0): CUDA driver version is insufficient"))
        << run.at("reason");
  }
}

}  // namespace
}  // namespace overlap
