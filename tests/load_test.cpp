// Reading results back: round trips, and the one line that each broken document gets.
#include "src/report/load.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "src/base/errors.hpp"
#include "src/report/report.hpp"
#include "tests/sample_results.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using samples::finished_row;
using samples::results_of;
using samples::unfinished_row;
using testing::TemporaryFolder;
using testing::write_content;

json document_of(const Results& results) { return json::parse(render(results, Format::json, {})); }

/// One row of two repeats, one of engine null, and one of each that is not ok.
Results typical() {
  Row null_row = finished_row("threads", "null", 0.25);
  null_row.verified.reset();
  null_row.repeats[0].verified.reset();
  null_row.metrics->capacity_steps_per_s = 0.0;
  Row slow = finished_row("sequential", "fftw", 37.03);
  samples::add_repeat(slow, 40.5);
  slow.repeats.push_back({Status::interrupted, "interrupted: 3 of 50 steps finished", 3, std::nullopt, std::nullopt});
  slow.notes = {"4 compute slots"};
  slow.makespan_interval_s = Interval{36.0, 40.5};
  slow.speedup_interval = Interval{1.0, 1.0};
  slow.repeats[1].observed.other_cpus = 0.5;
  slow.repeats[0].observed.throttle_events = 2;
  slow.observed = slow.repeats[0].observed;
  Results results = results_of({slow, null_row, unfinished_row("threads", "fftw", Status::failed, "out of memory")});
  Row unavailable = unfinished_row("coroutine", "cuda", Status::unavailable, "no driver");
  unavailable.repeats.clear();
  results.rows.push_back(unavailable);
  results.rounds = {true, 300.0, 3, Rounds::End::interrupt};
  results.tool = {"9.8.7", "abc+", "GNU 1", "-O0"};
  results.workload.seed = std::numeric_limits<std::uint64_t>::max();
  results.workload.wait = {WaitDistribution::Kind::lognormal, 0.1, 0.5};
  results.workload.precision = Precision::float32;
  results.workload.spectrum = SpectrumKind::half;
  results.notes = {"a note", "and another"};
  results.advice = "Use it.";
  return results;
}

std::string refusal(const json& document, const std::string& place = "results.json") {
  try {
    results_from_json(document, place);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "taken";
}

/// What is said of a typical document that was changed.
std::string refusal_after(const std::function<void(json&)>& change) {
  json document = document_of(typical());
  change(document);
  return refusal(document);
}

TEST(Load, GivesTheSameDocumentAgain) {
  const json document = document_of(typical());
  EXPECT_EQ(document_of(results_from_json(document)), document);
}

TEST(Load, KeepsFiguresThatAreNull) {
  Results results = typical();
  for (Metrics* metrics : {&*results.rows[0].metrics, &*results.rows[0].repeats[0].metrics}) {
    metrics->delay_s = std::numeric_limits<double>::quiet_NaN();
    metrics->latency_s.p95 = std::numeric_limits<double>::infinity();
  }
  results.rows[1].speedup = std::numeric_limits<double>::infinity();
  const json document = document_of(results);
  EXPECT_TRUE(document["runs"][0]["delay_s"].is_null());
  EXPECT_EQ(document_of(results_from_json(document)), document);
}

TEST(Load, KeepsResultsWithoutRows) {
  const json document = document_of(results_of({}));
  EXPECT_EQ(document_of(results_from_json(document)), document);
}

/// Of three repeats, whose order by latency is not that by makespan.
Results at_a_rate() {
  Row row = samples::row_of_latency("threads", "fftw", 3.0, 99.0);
  samples::add_repeat_of_latency(row, 1.0);
  samples::add_repeat_of_latency(row, 2.0);
  row.repeats[2].metrics->makespan_s = 12.0;
  row.metrics = row.repeats[2].metrics;
  row.latency_interval_s = Interval{1.0, 3.0};
  Results results = samples::results_at_rate(0.25, {row});
  results.workload.wait = {WaitDistribution::Kind::percentiles, 0.0, 0.0, {{50.0, 0.1}, {100.0, 1.5}}};
  return results;
}

TEST(Load, KeepsARateAndWhatIsJudgedByIt) {
  const json document = document_of(at_a_rate());
  EXPECT_EQ(document["workload"]["rate"], 0.25);
  EXPECT_EQ(document["workload"]["arrivals"], "poisson");
  EXPECT_EQ(document["runs"][0]["bound"], "arrivals");
  EXPECT_EQ(document["runs"][0]["capacity_requests_per_s"], 99.0);
  EXPECT_EQ(document["runs"][0]["latency_p99_interval_s"], (json{{"low", 1.0}, {"high", 3.0}}));
  const Results back = results_from_json(document);
  EXPECT_EQ(document_of(back), document);
  EXPECT_EQ(back.workload, at_a_rate().workload);
}

TEST(Load, RefusesARateThatDoesNotFitHowRequestsComeIn) {
  const std::string rate = "results.json: workload.rate: it takes a number above 0, or null";
  const std::string arrivals =
      "results.json: workload.arrivals: it takes poisson or even where there is a rate, and else null";
  EXPECT_EQ(refusal_after([](json& d) { d["workload"]["rate"] = 5.0; }), arrivals);
  EXPECT_EQ(refusal_after([](json& d) { d["workload"]["rate"] = 0.0; }), rate);
  EXPECT_EQ(refusal_after([](json& d) { d["workload"]["rate"] = -1.0; }), rate);
  EXPECT_EQ(refusal_after([](json& d) { d["workload"]["arrivals"] = "even"; }), arrivals);
  EXPECT_EQ(refusal_after([](json& d) {
              d["workload"]["rate"] = 5.0;
              d["workload"]["arrivals"] = "late";
            }),
            arrivals);
  json document = document_of(at_a_rate());
  document["runs"][0]["repeats"][1]["latency_s"]["p99"] = nullptr;
  EXPECT_EQ(
      refusal(document),
      "results.json: runs[0].repeats[1].latency_s.p99: it takes a number from 0 where requests come in at a rate");
  document = document_of(at_a_rate());
  document["runs"][0]["makespan_s"] = 10.0;
  EXPECT_EQ(refusal(document), "results.json: runs[0].makespan_s: it is not that of the median repeat");
}

TEST(Load, GivesRepeatsTheirOwnFigures) {
  const Results results = results_from_json(document_of(typical()));
  const std::vector<Repeat>& repeats = results.rows[0].repeats;
  ASSERT_EQ(repeats.size(), 3U);
  EXPECT_EQ(repeats[1].metrics->makespan_s, 40.5);
  EXPECT_EQ(repeats[1].metrics->latency_s.p99, 0.875 * 37.03);
  EXPECT_EQ(repeats[1].metrics->peak_memory_bytes, 960'000'000U);
  EXPECT_EQ(repeats[1].verified, true);
  EXPECT_EQ(repeats[2].status, Status::interrupted);
  EXPECT_FALSE(repeats[2].metrics);
  EXPECT_EQ(results.rows[0].metrics->setup_s[2], 0.003);
  EXPECT_EQ(results.machine.memory_bytes, 8'000'000'000U);
  EXPECT_EQ(results.workload, typical().workload);
}

TEST(Load, NamesThePlaceOfWhatIsMissing) {
  EXPECT_EQ(refusal_after([](json& d) { d.erase("machine"); }), "results.json: member 'machine' is missing");
  EXPECT_EQ(refusal_after([](json& d) { d["machine"].erase("cores"); }),
            "results.json: machine: member 'cores' is missing");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1].erase("makespan_s"); }),
            "results.json: runs[1]: member 'makespan_s' is missing");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][0]["repeats"][1]["queue_s"].erase("p99"); }),
            "results.json: runs[0].repeats[1].queue_s: member 'p99' is missing");
  EXPECT_EQ(refusal(json::object(), ""), "member 'schema_version' is missing");
}

TEST(Load, NamesThePlaceOfWhatIsUnknown) {
  EXPECT_EQ(refusal_after([](json& d) { d["extra"] = 1; }), "results.json: member 'extra' is unknown");
  EXPECT_EQ(refusal_after([](json& d) { d["tool"]["extra"] = 1; }), "results.json: tool: member 'extra' is unknown");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][0]["setup_s"]["nap"] = 1; }),
            "results.json: runs[0].setup_s: member 'nap' is unknown");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][0]["repeats"][2]["executor"] = "x"; }),
            "results.json: runs[0].repeats[2]: member 'executor' is unknown");
}

TEST(Load, SaysWhatAMemberTakesAndIs) {
  EXPECT_EQ(refusal(json::array()), "results.json: it takes an object, and is an array");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["makespan_s"] = "fast"; }),
            "results.json: runs[1].makespan_s: it takes a number or null, and is a string");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["steps_finished"] = 1.5; }),
            "results.json: runs[1].steps_finished: it takes a whole number, and is 1.5");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["lanes"] = -2; }),
            "results.json: runs[1].lanes: it takes a whole number or null, and is -2");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["latency_s"] = nullptr; }),
            "results.json: runs[1].latency_s: it takes an object, and is null");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["status"] = "fine"; }),
            "results.json: runs[1].status: it takes ok, failed, unavailable or interrupted");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["bound"] = "love"; }),
            "results.json: runs[1].bound: it takes waiting, compute or arrivals");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["executor"] = ""; }),
            "results.json: runs[1].executor: it takes a name");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"] = json::object(); }),
            "results.json: runs: it takes an array, and is an object");
  EXPECT_EQ(refusal_after([](json& d) {
              d["runs"][0]["notes"] = json{"a", 2};
            }),
            "results.json: runs[0].notes[1]: it takes a string, and is 2");
  EXPECT_EQ(refusal_after([](json& d) { d["advice"] = ""; }),
            "results.json: advice: it takes a text or null, and is a string");
  EXPECT_EQ(refusal_after([](json& d) { d["machine"]["cores"] = 5'000'000'000; }),
            "results.json: machine.cores: it takes at most 4294967295");
  EXPECT_EQ(refusal_after([](json& d) { d["workload"]["requests"] = 0; }),
            "results.json: workload.requests: it takes a whole number from 1");
  EXPECT_EQ(refusal_after([](json& d) { d["workload"]["precision"] = "half"; }),
            "results.json: workload.precision: it takes double or float");
  EXPECT_EQ(refusal_after([](json& d) { d["workload"]["wait"] = "constant:10ms"; }),
            "results.json: workload.wait: it takes times in bare seconds: constant:0.01");
  EXPECT_NE(refusal_after([](json& d) { d["workload"]["wait"] = "long"; }).find("uniform:LOW:HIGH"), std::string::npos);
  EXPECT_EQ(refusal_after([](json& d) { d["tool"]["name"] = "other"; }), "results.json: tool.name: it takes overlap");
  EXPECT_EQ(refusal_after([](json& d) { d["engines"]["fftw_version"] = 3; }),
            "results.json: engines.fftw_version: it takes a string, and is 3");
}

TEST(Load, RefusesNumbersThatAreNotFinite) {
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][0]["cpu_s"] = std::numeric_limits<double>::infinity(); }),
            "results.json: runs[0].cpu_s: it takes a number or null, and is not finite");
  EXPECT_EQ(
      refusal_after([](json& d) { d["runs"][0]["repeats"][0]["cpu_s"] = std::numeric_limits<double>::quiet_NaN(); }),
      "results.json: runs[0].repeats[0].cpu_s: it takes a number or null, and is not finite");
}

TEST(Load, RefusesFiguresWhereTheStatusIsNotOkAndTheirLackWhereItIs) {
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][2]["cpu_s"] = 1.0; }),
            "results.json: runs[2].cpu_s: it takes null where the status is not ok");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][2]["verified"] = true; }),
            "results.json: runs[2].verified: it takes null where the status is not ok");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][2]["latency_s"] = d["runs"][0]["latency_s"]; }),
            "results.json: runs[2].latency_s: it takes null where the status is not ok");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["makespan_s"] = nullptr; }),
            "results.json: runs[1].makespan_s: it takes a number from 0 where the status is ok");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["lanes"] = nullptr; }),
            "results.json: runs[1].lanes: it takes a whole number where the status is ok");
}

TEST(Load, RefusesWhatContradictsItself) {
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][0]["makespan_max_s"] = 41.0; }),
            "results.json: runs[0].makespan_max_s: it does not follow from the other members");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][0]["makespan_s"] = 40.5; }),
            "results.json: runs[0].makespan_s: it is not that of the median repeat");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][1]["repeats"] = json::array(); }),
            "results.json: runs[1].repeats: none is ok, and the row is");
  EXPECT_EQ(refusal_after([](json& d) { d["runs"].push_back(d["runs"][1]); }),
            "results.json: runs[4].executor: 'threads/null' stands there twice");
  EXPECT_EQ(refusal_after([](json& d) { d["reference"] = "a/b"; }),
            "results.json: reference: 'a/b' is not among the runs");
}

TEST(Load, RefusesHalfAnInterval) {
  const std::string message = ": it takes a number where low is one, and else null";
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][0]["makespan_interval_s"]["high"] = nullptr; }),
            "results.json: runs[0].makespan_interval_s.high" + message);
  EXPECT_EQ(refusal_after([](json& d) { d["runs"][0]["speedup_interval"]["low"] = nullptr; }),
            "results.json: runs[0].speedup_interval.high" + message);
}

TEST(Load, RefusesRoundsThatContradictThemselves) {
  EXPECT_EQ(refusal_after([](json& d) { d["rounds"]["automatic"] = false; }),
            "results.json: rounds.max_time_s: it takes a number where rounds are automatic, and else null");
  EXPECT_EQ(refusal_after([](json& d) { d["rounds"]["ended_by"] = "boredom"; }),
            "results.json: rounds.ended_by: it takes count, settled, max_time or interrupt");
}

TEST(Load, RefusesOtherVersionsOfTheSchema) {
  EXPECT_EQ(refusal_after([](json& d) { d["schema_version"] = 2; }),
            "results.json: schema_version: 2 is newer than this overlap reads, 1: read it with a newer one");
  EXPECT_EQ(refusal_after([](json& d) { d["schema_version"] = 0; }),
            "results.json: schema_version: 0 is older than this overlap reads, 1: run it again, or read it with the "
            "overlap that wrote it");
  EXPECT_EQ(refusal_after([](json& d) { d["schema_version"] = "1"; }),
            "results.json: schema_version: it takes a whole number, and is a string");
  // Of another version, nothing else is looked at.
  EXPECT_NE(refusal(json{{"schema_version", 2}}).find("newer"), std::string::npos);
}

Results with_steps() {
  Results results = results_of({finished_row("threads", "fftw", 3.0)});
  results.workload.requests = 2;
  results.workload.iterations = 1;
  auto recording = std::make_shared<Recording>(Recording::create(2, 1, 1));
  for (StepRecord& step : recording->steps()) step.state = static_cast<std::uint32_t>(StepState::finished);
  recording->steps()[1].bin_re = std::numeric_limits<double>::quiet_NaN();
  for (std::uint64_t* steps : {&results.rows[0].steps_finished, &results.rows[0].repeats[0].steps_finished}) *steps = 2;
  results.rows[0].recording = recording;
  results.include_steps = true;
  return results;
}

TEST(Load, LeavesStepsOutOfTheSameDocument) {
  Results results = with_steps();
  const json document = document_of(results);
  ASSERT_TRUE(document["runs"][0].contains("steps"));
  const Results loaded = results_from_json(document);
  EXPECT_EQ(loaded.rows[0].recording, nullptr);
  results.include_steps = false;
  EXPECT_EQ(document_of(loaded), document_of(results));
}

TEST(Load, ChecksTheShapeOfSteps) {
  const json document = document_of(with_steps());
  const auto refusal_of_steps = [&](const std::function<void(json&)>& change) {
    json changed = document;
    change(changed["runs"][0]["steps"]);
    return refusal(changed);
  };
  EXPECT_EQ(refusal_of_steps([](json& steps) { steps.erase("bin"); }),
            "results.json: runs[0].steps: member 'bin' is missing");
  EXPECT_EQ(refusal_of_steps([](json& steps) { steps["lag_s"] = json::array(); }),
            "results.json: runs[0].steps: member 'lag_s' is unknown");
  EXPECT_EQ(refusal_of_steps([](json& steps) { steps["due_s"].push_back(1.0); }),
            "results.json: runs[0].steps.due_s: it takes 2 values, one a finished step, and has 3");
  EXPECT_EQ(refusal_of_steps([](json& steps) { steps["worker"][1] = 0.5; }),
            "results.json: runs[0].steps.worker[1]: it takes a whole number, and is 0.5");
  EXPECT_EQ(refusal_of_steps([](json& steps) { steps["bin_re"][0] = "some"; }),
            "results.json: runs[0].steps.bin_re[0]: it takes a number or null, and is a string");
  EXPECT_EQ(refusal_of_steps([](json& steps) { steps["due_s"][0] = nullptr; }),
            "results.json: runs[0].steps.due_s[0]: it takes seconds, and is null");
  EXPECT_EQ(refusal_of_steps([](json& steps) { steps["end_s"][1] = -1e7; }),
            "results.json: runs[0].steps.end_s[1]: it takes seconds, at most a million");
}

TEST(Load, ChecksThatStepsAreTheWorkloads) {
  const json document = document_of(with_steps());
  const auto refusal_of_value = [&](const char* column, std::size_t index, std::uint64_t value) {
    json changed = document;
    changed["runs"][0]["steps"][column][index] = value;
    return refusal(changed);
  };
  const std::string steps = "results.json: runs[0].steps.";
  EXPECT_EQ(refusal_of_value("request", 1, 2), steps + "request[1]: the workload has no such request");
  EXPECT_EQ(refusal_of_value("iteration", 0, 1), steps + "iteration[0]: the workload has no such iteration");
  EXPECT_EQ(refusal_of_value("request", 1, 0), steps + "iteration[1]: its step does not come after the one before it");
  const std::uint64_t bin = document["runs"][0]["steps"]["bin"][1];
  EXPECT_EQ(refusal_of_value("bin", 1, bin + 1), steps + "bin[1]: it is not the step's checked bin");
  EXPECT_EQ(refusal_of_value("worker", 0, std::uint64_t{1} << 32), steps + "worker[0]: there are not so many workers");
}

TEST(Load, KeepsStepsToTheLastNanosecondWhereThatIsAsked) {
  Results results = with_steps();
  results.workload.iterations = 3;
  for (std::uint64_t* steps : {&results.rows[0].steps_finished, &results.rows[0].repeats[0].steps_finished}) *steps = 3;
  auto recording = std::make_shared<Recording>(Recording::create(2, 3, 1));
  constexpr std::int64_t t0_ns = 987'654'321'012'345'678;
  recording->header().t0_ns = t0_ns;
  recording->requests()[0].begin_ns = t0_ns + 1;
  recording->requests()[1].begin_ns = t0_ns + 333'333'333;
  const auto finish = [&](std::uint64_t request, std::uint64_t iteration, std::int64_t due_ns) {
    StepRecord& step = recording->step(request, iteration);
    step.due_ns = t0_ns + due_ns;
    step.begin_ns = step.due_ns + 17;
    step.end_ns = step.begin_ns + 123'456'789'013;
    step.worker = 5;
    step.input_energy = 0.1;
    step.bin_re = std::numeric_limits<double>::quiet_NaN();
    step.state = static_cast<std::uint32_t>(StepState::finished);
  };
  finish(0, 0, 777'777);
  finish(0, 1, 999'765'432'109'876);
  finish(1, 0, 333'333'334);
  results.rows[0].recording = recording;
  const json document = document_of(results);
  const Results loaded = results_from_json(document, "", Steps::kept);
  EXPECT_TRUE(loaded.include_steps);
  ASSERT_NE(loaded.rows[0].recording, nullptr);
  EXPECT_EQ(document_of(loaded), document);
  EXPECT_EQ(render(loaded, Format::trace, {}), render(results, Format::trace, {}));
}

/// The same where requests come in at a rate, at moments that are not those of their seed.
Results with_arrivals() {
  Results results = with_steps();
  results.workload.rate = 4.0;
  results.workload.iterations = 2;
  auto recording = std::make_shared<Recording>(Recording::create(2, 2, 1));
  constexpr std::int64_t t0_ns = 987'654'321;
  recording->header().t0_ns = t0_ns;
  for (StepRecord& step : recording->steps()) {
    step.due_ns = t0_ns + 3'000'000'000;
    step.begin_ns = step.due_ns;
    step.end_ns = step.due_ns;
    step.state = static_cast<std::uint32_t>(StepState::finished);
  }
  recording->requests()[0] = {t0_ns + 111'111'111, t0_ns + 2'000'000'000, t0_ns + 3'000'000'000};
  recording->requests()[1] = {t0_ns + 1'234'567'891, t0_ns + 2'000'000'000, t0_ns + 3'000'000'000};
  for (std::uint64_t* steps : {&results.rows[0].steps_finished, &results.rows[0].repeats[0].steps_finished}) *steps = 4;
  results.rows[0].recording = recording;
  return results;
}

TEST(Load, KeepsWhenRequestsCameIn) {
  const Results results = with_arrivals();
  const json document = document_of(results);
  const Results loaded = results_from_json(document, "", Steps::kept);
  EXPECT_EQ(document_of(loaded), document);
  EXPECT_EQ(render(loaded, Format::trace, {}), render(results, Format::trace, {}));
  EXPECT_NE(render(loaded, Format::trace, {}).find("\"not begun\""), std::string::npos);
}

TEST(Load, ChecksWhenRequestsCameIn) {
  const json document = document_of(with_arrivals());
  json changed = document;
  changed["runs"][0]["steps"].erase("arrival_s");
  EXPECT_EQ(refusal(changed), "results.json: runs[0].steps: member 'arrival_s' is missing");
  changed = document;
  changed["runs"][0]["steps"]["arrival_s"][3] = 0.5;
  EXPECT_EQ(refusal(changed),
            "results.json: runs[0].steps.arrival_s[3]: it is not that of its request's step before it");
  changed["runs"][0]["steps"]["arrival_s"][0] = -0.5;
  EXPECT_EQ(refusal(changed), "results.json: runs[0].steps.arrival_s[0]: no request comes in before the run starts");
  changed = document_of(with_steps());
  changed["runs"][0]["steps"]["arrival_s"] = {0.0, 0.0};
  EXPECT_EQ(refusal(changed), "results.json: runs[0].steps: member 'arrival_s' is unknown");
}

TEST(Load, KeepsNoStepsThatLieFarApart) {
  Results results = with_steps();
  results.workload.requests = 1'000'000;
  results.workload.iterations = 1'000'000;
  json document = document_of(results);
  json& steps = document["runs"][0]["steps"];
  steps["request"] = {0, 999'999};
  steps["iteration"] = {0, 999'999};
  steps["bin"] = {results.workload.checked_bin(0, 0), results.workload.checked_bin(999'999, 999'999)};
  const Results loaded = results_from_json(document, "", Steps::kept);
  EXPECT_EQ(loaded.rows[0].recording, nullptr);
  EXPECT_FALSE(loaded.include_steps);
}

Results results_in(const std::string& path) { return results_from_json(load_json(path), path); }

std::string refusal_of_file(const std::string& path) {
  try {
    results_in(path);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "taken";
}

TEST(Load, ReadsAFile) {
  const TemporaryFolder folder;
  write_content(folder / "a.json", render(typical(), Format::json, {}));
  EXPECT_EQ(document_of(results_in(folder / "a.json")), document_of(typical()));
}

TEST(Load, TellsOtherDocumentsFromResults) {
  EXPECT_EQ(kind_of(document_of(typical())), "");
  EXPECT_EQ(kind_of({{"kind", "sweep"}}), "sweep");
  EXPECT_EQ(kind_of({{"kind", 3}}), "3");
  EXPECT_EQ(kind_of("sweep"), "");
}

TEST(Load, SaysWhyAFileCantBeRead) {
  const TemporaryFolder folder;
  EXPECT_EQ(refusal_of_file(folder / "none"), (folder / "none") + ": it can't be read (No such file or directory)");
  EXPECT_EQ(refusal_of_file(folder.path()), folder.path().string() + ": it can't be read (Is a directory)");
}

TEST(Load, SaysWhereAFileIsNoJson) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.json";
  const auto refusal_of = [&](const std::string& content) {
    write_content(path, content);
    return refusal_of_file(path);
  };
  EXPECT_EQ(refusal_of("{\n  \"a\": nan\n}").rfind(path + ": it is no JSON: parse error at line 2, column 9", 0), 0U);
  EXPECT_EQ(refusal_of("").rfind(path + ": it is no JSON: parse error at line 1", 0), 0U);
  const std::string text = render(typical(), Format::json, {});
  EXPECT_NE(refusal_of(text.substr(0, text.size() / 2)).find("it is no JSON"), std::string::npos);
  EXPECT_NE(refusal_of("{\"a\": 1e999}").find("it is no JSON"), std::string::npos);
  EXPECT_EQ(refusal_of("{\"a\": {\"b\": 1, \"b\": 2}}"), path + ": member 'b' stands twice in an object");
  EXPECT_EQ(refusal_of("{\"a\": {\"b\": 1}, \"b\": 2}"), path + ": member 'schema_version' is missing");
}

TEST(Load, RefusesAFileThatIsNestedFarDeeperThanOurs) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.json";
  constexpr std::size_t depth = 200'000;
  for (const std::string name : {"kind", "tool"}) {
    write_content(path, "{\"" + name + "\": " + std::string(depth, '[') + std::string(depth, ']') + "}");
    EXPECT_EQ(refusal_of_file(path), path + ": it is nested more than 100 deep");
  }
}

}  // namespace
}  // namespace overlap
