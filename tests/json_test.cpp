// JSON of results made by hand: its members, their values, and where they are null.
#include "src/report/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/run/recording.hpp"
#include "tests/sample_results.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using samples::add_repeat;
using samples::finished_row;
using samples::results_of;
using samples::sample_device;
using samples::small_recording;
using samples::typical;
using samples::unfinished_row;
using samples::with_intervals;

json json_of(const Results& results) { return json::parse(render(results, Format::json, {})); }

TEST(Json, SaysWhatMadeItAndOfWhat) {
  Results results = typical();
  results.notes = {"limited"};
  results.advice = "Use it.";
  results.workload.seed = std::numeric_limits<std::uint64_t>::max();
  const json report = json_of(results);
  EXPECT_EQ(report["schema_version"], 1);
  for (const char* key : {"version", "commit", "compiler", "flags"})
    EXPECT_TRUE(report["tool"][key].is_string()) << key;
  EXPECT_EQ(report["machine"]["cpu_model"], "AMD EPYC 9454");
  EXPECT_EQ(report["machine"]["usable_cpus"], 2);
  EXPECT_EQ(report["workload"]["requests"], 10);
  EXPECT_EQ(report["workload"]["wait"], "uniform:0:1");
  EXPECT_EQ(report["workload"]["precision"], "double");
  EXPECT_EQ(report["workload"]["spectrum"], "full");
  EXPECT_EQ(report["workload"]["seed"], std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(report["engines"]["fftw_version"], "fftw-3.3.10-sse2-avx-avx2");
  EXPECT_EQ(report["reference"], "sequential/fftw");
  EXPECT_EQ(report["notes"], json({"limited"}));
  EXPECT_EQ(report["advice"], "Use it.");
  EXPECT_EQ(report["runs"].size(), 3U);
}

TEST(Json, HasEveryPromisedKeyOfARun) {
  const Results results = typical();
  const json run = json_of(results)["runs"][1];
  const Metrics& metrics = *results.rows[1].metrics;
  EXPECT_EQ(run["executor"], "coroutine/fftw-threads");
  EXPECT_EQ(run["driver"], "coroutine");
  EXPECT_EQ(run["engine"], "fftw-threads");
  EXPECT_EQ(run["status"], "ok");
  EXPECT_TRUE(run.at("reason").is_null());
  EXPECT_EQ(run["steps_finished"], 50);
  EXPECT_EQ(run["makespan_s"], metrics.makespan_s);
  EXPECT_EQ(run["total_s"], metrics.total_s);
  EXPECT_EQ(run["speedup"], *results.rows[1].speedup);
  EXPECT_EQ(run["concurrency"], metrics.concurrency);
  EXPECT_EQ(run["parallelism"], metrics.parallelism);
  EXPECT_EQ(run["lower_bound_s"], metrics.lower_bound_s);
  EXPECT_EQ(run["bound"], "waiting");
  EXPECT_EQ(run["efficiency"], metrics.efficiency);
  EXPECT_EQ(run["lanes"], 2);
  EXPECT_EQ(run["capacity_steps_per_s"], metrics.capacity_steps_per_s);
  EXPECT_EQ(run["step_s"], metrics.step_s);
  EXPECT_EQ(run["delay_s"], metrics.delay_s);
  EXPECT_EQ(run["latency_s"], (json{{"p50", metrics.latency_s.p50},
                                    {"p95", metrics.latency_s.p95},
                                    {"p99", metrics.latency_s.p99},
                                    {"max", metrics.latency_s.max}}));
  EXPECT_EQ(run["service_s"], (json{{"p50", 0.25}, {"p95", 0.5}, {"p99", 0.625}, {"max", 0.75}}));
  EXPECT_EQ(run["queue_s"], (json{{"mean", 0.0015}, {"p50", 0.001}, {"p99", 0.003}}));
  EXPECT_EQ(run["steps_per_s"], metrics.steps_per_s);
  EXPECT_EQ(run["setup_s"], (json{{"spawn", 0.001},
                                  {"load", 0.002},
                                  {"context", 0.003},
                                  {"plan", 0.004},
                                  {"allocate", 0.005},
                                  {"warm_up", 0.006},
                                  {"check", 0.007},
                                  {"calibrate", 0.008}}));
  EXPECT_EQ(run["cpu_s"], 2.5);
  EXPECT_EQ(run["setup_cpu_s"], 0.25);
  EXPECT_EQ(run["peak_memory_bytes"], 960'000'000);
  EXPECT_EQ(run["verified"], true);
  EXPECT_EQ(run["notes"], json::array());
  EXPECT_FALSE(run.contains("steps"));
}

TEST(Json, MetricsOfARowThatIsNotOkAreNull) {
  Row failed = finished_row("threads", "fftw", 3.0);  // as if its figures had been left in place
  failed.status = Status::interrupted;
  failed.reason = "interrupted";
  failed.speedup = 2.0;
  failed.steps_finished = 12;
  Results results = results_of({});
  results.rows = {failed};
  const json run = json_of(results)["runs"][0];
  EXPECT_EQ(run["status"], "interrupted");
  EXPECT_EQ(run["reason"], "interrupted");
  EXPECT_EQ(run["steps_finished"], 12);
  const std::vector<std::string> known = {"executor", "driver",         "engine",  "status",
                                          "reason",   "steps_finished", "repeats", "notes"};
  for (const auto& [key, value] : run.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    EXPECT_TRUE(value.is_null()) << key;
  }
  EXPECT_TRUE(run.contains("verified"));
  EXPECT_TRUE(run.contains("latency_s"));
}

TEST(Json, VerifiedIsTrueFalseOrNull) {
  Results results = typical();
  results.rows[1].verified = false;
  const json runs = json_of(results)["runs"];
  EXPECT_EQ(runs[0]["verified"], true);
  EXPECT_EQ(runs[1]["verified"], false);
  EXPECT_TRUE(runs[2]["verified"].is_null());
}

TEST(Json, WhatIsNotFiniteIsNull) {
  Results results = typical();
  results.rows[0].metrics->delay_s = std::numeric_limits<double>::quiet_NaN();
  results.rows[0].speedup = std::numeric_limits<double>::infinity();
  results.rows[0].repeats[0].metrics->cpu_s = std::numeric_limits<double>::quiet_NaN();
  const json run = json_of(results)["runs"][0];
  EXPECT_TRUE(run["delay_s"].is_null());
  EXPECT_TRUE(run["speedup"].is_null());
  EXPECT_TRUE(run["repeats"][0]["cpu_s"].is_null());
}

TEST(Json, AnEngineThatComputesNothingHasNoCapacity) {
  Results results = typical();
  results.rows[2].metrics->capacity_steps_per_s = 0.0;
  EXPECT_TRUE(json_of(results)["runs"][2]["capacity_steps_per_s"].is_null());
}

TEST(Json, FiguresRoundTripExactly) {
  Results results = typical();
  results.rows[0].metrics->makespan_s = 0.1 + 0.2;
  EXPECT_EQ(json_of(results)["runs"][0]["makespan_s"].get<double>(), 0.1 + 0.2);
}

TEST(Json, SurvivesTextThatIsNotUtf8) {
  Results results = typical();
  results.rows.push_back(unfinished_row("threads", "pool", Status::failed, "bad \xff\xc3 text"));
  EXPECT_EQ(json_of(results)["runs"][3]["reason"], "bad \uFFFD\uFFFD text");
}

TEST(Json, ListsRepeatsWithTheirOwnOutcome) {
  Results results = typical();
  Row& row = results.rows[1];
  add_repeat(row, 7.25);
  row.repeats.push_back({Status::failed, "killed", 12, std::nullopt, std::nullopt});
  const json run = json_of(results)["runs"][1];
  ASSERT_EQ(run["repeats"].size(), 3U);
  EXPECT_EQ(run["repeats"][0]["makespan_s"], 7.57);
  const json& second = run["repeats"][1];
  EXPECT_EQ(second["status"], "ok");
  EXPECT_TRUE(second["reason"].is_null());
  EXPECT_EQ(second["steps_finished"], 50);
  EXPECT_EQ(second["makespan_s"], 7.25);
  EXPECT_EQ(second["latency_s"]["p50"], 0.5 * 7.57);
  EXPECT_EQ(second["verified"], true);
  const json& third = run["repeats"][2];
  EXPECT_EQ(third["status"], "failed");
  EXPECT_EQ(third["reason"], "killed");
  EXPECT_EQ(third["steps_finished"], 12);
  for (const char* figure : {"makespan_s", "total_s", "cpu_s", "latency_s", "verified"}) {
    EXPECT_TRUE(third.at(figure).is_null()) << figure;
  }
  for (const json& repeat : run["repeats"]) {
    for (const char* of_the_row : {"executor", "driver", "engine", "speedup", "makespan_min_s", "repeats", "notes"}) {
      EXPECT_FALSE(repeat.contains(of_the_row)) << of_the_row;
    }
  }
  EXPECT_EQ(run["makespan_min_s"], 7.25);
  EXPECT_EQ(run["makespan_max_s"], 7.57);
}

TEST(Json, TakesNoFiguresFromARepeatThatIsNotOk) {
  Results results = typical();
  Row& row = results.rows[1];
  add_repeat(row, 7.25);
  add_repeat(row, 1.0);
  row.repeats[2].status = Status::failed;  // as if its figures had been left in place
  const json run = json_of(results)["runs"][1];
  EXPECT_EQ(run["makespan_min_s"], 7.25);
  EXPECT_TRUE(run["repeats"][2]["makespan_s"].is_null());
  EXPECT_TRUE(run["repeats"][2]["verified"].is_null());
}

TEST(Json, GivesFinishedStepsInColumnsWhereAsked) {
  Results results = typical();
  results.workload.requests = 2;
  results.workload.iterations = 2;
  results.workload.size = 1000;
  results.rows[0].recording = small_recording();
  EXPECT_FALSE(json_of(results)["runs"][0].contains("steps"));

  results.include_steps = true;
  const json report = json_of(results);
  const json steps = report["runs"][0]["steps"];
  EXPECT_EQ(steps["request"], json({0, 0, 1}));
  EXPECT_EQ(steps["iteration"], json({0, 1, 0}));
  EXPECT_EQ(steps["wait_s"], json({3.21, 0.1, 0.0}));
  EXPECT_EQ(steps["due_s"], json({3.210001, 3.5, 2e-6}));
  EXPECT_EQ(steps["begin_s"], json({3.3, 3.6, 3e-6}));
  EXPECT_EQ(steps["end_s"], json({3.4, 3.7, 4e-6}));
  EXPECT_EQ(steps["worker"], json({2, 2, 2}));
  EXPECT_EQ(steps["input_energy"], json({1.5, 1.5, 1.5}));
  EXPECT_EQ(steps["spectrum_energy"], json({2.5, 2.5, nullptr}));
  EXPECT_EQ(steps["bin"], json({results.workload.checked_bin(0, 0), results.workload.checked_bin(0, 1),
                                results.workload.checked_bin(1, 0)}));
  EXPECT_EQ(steps["bin_re"], json({0.1, 0.1, 0.1}));
  EXPECT_EQ(steps["bin_im"], json({-1e-300, -1e-300, -1e-300}));
  EXPECT_EQ(steps.size(), 12U);
  EXPECT_FALSE(report["runs"][1].contains("steps"));
  EXPECT_EQ(report["runs"].size(), 3U);

  results.workload.rate = 5.0;
  EXPECT_EQ(json_of(results)["runs"][0]["steps"]["wait_s"], steps["wait_s"]) << "not from where they came in";
}

TEST(Json, GivesStepsWhenTheirRequestsCameInWhereTheyDoAtARate) {
  Results results = typical();
  results.workload.requests = 2;
  results.workload.iterations = 2;
  results.include_steps = true;
  auto recording = std::make_shared<Recording>(Recording::create(2, 2, 1));
  constexpr std::int64_t t0_ns = 5'000;
  recording->header().t0_ns = t0_ns;
  for (StepRecord& step : recording->steps()) step.state = static_cast<std::uint32_t>(StepState::finished);
  recording->requests()[0].arrival_ns = t0_ns;
  recording->requests()[1].arrival_ns = t0_ns + 123'456'789;
  results.rows[0].recording = recording;
  EXPECT_FALSE(json_of(results)["runs"][0]["steps"].contains("arrival_s"));
  results.workload.rate = 2.0;
  const json steps = json_of(results)["runs"][0]["steps"];
  EXPECT_EQ(steps["arrival_s"], json({0.0, 0.0, 0.123456789, 0.123456789}));
  EXPECT_EQ(steps.size(), 13U);
}

TEST(Json, IsValidWithoutRowsOrSteps) {
  Results results = results_of({});
  results.include_steps = true;
  EXPECT_EQ(json_of(results)["runs"], json::array());
  EXPECT_TRUE(json_of(results)["advice"].is_null());
  results.rows = {finished_row("threads", "fftw", 1.0)};
  results.rows[0].recording = std::make_shared<Recording>(Recording::create(1, 1, 1));
  EXPECT_EQ(json_of(results)["runs"][0]["steps"]["request"], json::array());
}

TEST(Json, HasADevicesFiguresAndNullWhereThereIsNoDevice) {
  Results results = typical();
  results.rows[1].metrics->device = sample_device();
  const json runs = json_of(results)["runs"];
  EXPECT_EQ(runs[1]["device_busy_s"], 1.5);
  EXPECT_EQ(runs[1]["device_step_s"]["transform"], 90e-6);
  EXPECT_EQ(runs[1]["device_step_bytes"]["generate"], 32e6);
  EXPECT_NEAR(runs[1]["device_gb_per_s"]["transform"], 711.1, 0.1);
  EXPECT_TRUE(runs[1]["device_step_s"]["copy_in"].is_null());
  EXPECT_TRUE(runs[0]["device_busy_s"].is_null());
  for (const char* figure : {"device_step_s", "device_step_bytes", "device_gb_per_s"}) {
    EXPECT_EQ(runs[0][figure].size(), device_part_count);
    for (const json& part : runs[0][figure]) EXPECT_TRUE(part.is_null());
  }
}

TEST(Json, HasTheGpuInTheMachineWhereOneWasUsed) {
  Results results = typical();
  EXPECT_TRUE(json_of(results)["machine"]["gpu_name"].is_null());
  EXPECT_TRUE(json_of(results)["machine"]["gpu_memory_bytes"].is_null());
  results.machine.gpu = {
      {"name", "NVIDIA H100"}, {"memory_bytes", "85520809984"}, {"driver", "580.82.07"}, {"toolkit", ""}};
  const json machine = json_of(results)["machine"];
  EXPECT_EQ(machine["gpu_name"], "NVIDIA H100");
  EXPECT_EQ(machine["gpu_memory_bytes"], 85520809984U);
  EXPECT_EQ(machine["gpu_driver"], "580.82.07");
  EXPECT_TRUE(machine["gpu_toolkit"].is_null());
  const std::string table = render(results, Format::table, {});
  EXPECT_NE(table.find("NVIDIA H100, driver 580.82.07"), std::string::npos) << table;
}

TEST(Json, GivesIntervalsAndRounds) {
  Results results = with_intervals();
  results.rounds = {true, 60.0, 5, Rounds::End::settled};
  const json report = json_of(results);
  EXPECT_EQ(report["rounds"], (json{{"automatic", true}, {"max_time_s", 60.0}, {"made", 5}, {"ended_by", "settled"}}));
  const json run = report["runs"][1];
  EXPECT_EQ(run["makespan_interval_s"], (json{{"low", 0.99 * 7.57}, {"high", 1.02 * 7.57}}));
  EXPECT_EQ(run["speedup_interval"]["low"], results.rows[1].speedup_interval->low);
  EXPECT_EQ(json_of(typical())["runs"][1]["makespan_interval_s"], (json{{"low", nullptr}, {"high", nullptr}}));
}

TEST(Json, GivesWhatWasObservedOfTheMachine) {
  Results results = typical();
  results.rows[0].repeats[0].observed.other_cpus = 0.25;
  results.rows[0].repeats[0].observed.throttle_events = 3;
  const json observed = json_of(results)["runs"][0]["repeats"][0]["observed"];
  EXPECT_EQ(observed["other_cpus"], 0.25);
  EXPECT_EQ(observed["throttle_events"], 3);
  EXPECT_TRUE(observed["stolen_cpus"].is_null());
}

}  // namespace
}  // namespace overlap
