// The schemas in docs/: held against the tables of fields, against what the tool writes, and against the loader.
#include <gtest/gtest.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"
#include "src/report/compare_report.hpp"
#include "src/report/facts.hpp"
#include "src/report/fields.hpp"
#include "src/report/load.hpp"
#include "src/report/report.hpp"
#include "src/report/steps.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/sweeps.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using sweeps::failing_search;
using sweeps::search_between;
using sweeps::search_within;
using sweeps::small_grid;
using testing::Arguments;
using testing::content_of;
using testing::lines_of;
using testing::Output;
using testing::report_of;
using testing::TemporaryFolder;
using testing::write_content;

constexpr int cant_validate = 77;

const std::string schema_path = std::string(OVERLAP_SOURCE_DIR) + "/docs/results.schema.json";
const std::string sweep_comparison_schema_path = std::string(OVERLAP_SOURCE_DIR) + "/docs/sweep_comparison.schema.json";
const std::string comparison_schema_path = std::string(OVERLAP_SOURCE_DIR) + "/docs/comparison.schema.json";
const std::string sweep_schema_path = std::string(OVERLAP_SOURCE_DIR) + "/docs/sweep.schema.json";

json schema() { return json::parse(content_of(schema_path)); }

const json& resolved(const json& whole, const json& part) {
  if (!part.contains("$ref")) return part;
  return whole.at(json::json_pointer(part.at("$ref").get<std::string>().substr(1)));
}

std::set<std::string> texts_of(const json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  return value.get<std::set<std::string>>();
}

std::set<std::string> types_of(FieldType type, bool nullable) {
  std::set<std::string> types;
  if (nullable) types.insert("null");
  types.insert(type == FieldType::text    ? "string"
               : type == FieldType::flag  ? "boolean"
               : type == FieldType::whole ? "integer"
                                          : "number");
  return types;
}

std::set<std::string> names_in(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

/// Properties of an object in the schema against a table; `also` are those of no field.
template <typename Subject>
void expect_fields(const json& whole, const json& part, const std::vector<FieldOf<Subject>>& table,
                   std::set<std::string> also = {}) {
  std::set<std::string> names = std::move(also);
  for (const FieldOf<Subject>& field : table) {
    SCOPED_TRACE(field.name);
    const std::size_t dot = field.name.find('.');
    names.insert(field.name.substr(0, dot));
    const json* place = &part;
    if (dot != std::string::npos) {
      ASSERT_TRUE(part.at("properties").contains(field.name.substr(0, dot)));
      place = &resolved(whole, part.at("properties").at(field.name.substr(0, dot)));
    }
    const std::string last = dot == std::string::npos ? field.name : field.name.substr(dot + 1);
    ASSERT_TRUE(place->at("properties").contains(last)) << "it is missing in docs/results.schema.json";
    const json& property = resolved(whole, place->at("properties").at(last));
    EXPECT_EQ(texts_of(property.at("type")), types_of(field.access.type, field.access.nullable));
    EXPECT_EQ(place->at("required").get<std::set<std::string>>().count(last), 1U) << "it is not required";
  }
  EXPECT_EQ(names_in(part.at("properties")), names);
}

TEST(Schema, HasTheFieldsOfTheTables) {
  const json whole = schema();
  const json& top = whole.at("properties");
  expect_fields(whole, top.at("tool"), tool_fields(), {"name"});
  expect_fields(whole, top.at("machine"), machine_fields());
  expect_fields(whole, top.at("workload"), workload_fields());
  expect_fields(whole, top.at("rounds"), rounds_fields());
  std::vector<Field> of_rows;
  std::vector<Field> of_repeats;
  for (const Field& field : fields()) (field.access.scope == Scope::repeat ? of_repeats : of_rows).push_back(field);
  expect_fields(whole, whole.at("/$defs/outcome"_json_pointer), of_repeats);
  expect_fields(whole, whole.at("/$defs/run"_json_pointer), of_rows, {"repeats", "notes", "steps"});
  EXPECT_EQ(top.at("schema_version").at("const"), results_schema_version);
}

TEST(Schema, HasTheColumnsOfSteps) {
  const json whole = schema();
  const json& steps = whole.at("/$defs/steps"_json_pointer);
  std::set<std::string> names;
  std::vector<StepColumn> columns;
  for (const bool of_fft : {true, false}) {
    std::set<std::string> required = steps.at("oneOf").at(of_fft ? 0 : 1).at("required");
    for (const double rate : {0.0, 5.0}) {
      Workload workload;
      workload.rate = rate;
      if (!of_fft) workload.compute = "own.so";
      if (rate > 0.0) required.insert("arrival_s");
      std::set<std::string> of_kind;
      for (const StepColumn& column : step_columns(workload)) {
        of_kind.insert(std::string(column.name));
        columns.push_back(column);
      }
      EXPECT_EQ(required, of_kind);
      names.merge(of_kind);
    }
  }
  EXPECT_EQ(names_in(steps.at("properties")), names);
  for (const StepColumn& column : columns) {
    const bool is_whole = std::holds_alternative<StepColumn::Whole>(column.get);
    const json& items = resolved(whole, steps.at("properties").at(std::string(column.name)).at("items"));
    EXPECT_EQ(texts_of(items.at("type")), types_of(is_whole ? FieldType::whole : FieldType::real, !is_whole));
  }
}

/// A line for each document, "ok" or an error; none, with the reason in `reason`, where there is nothing to ask.
std::vector<std::string> verdicts_of(const std::vector<json>& documents, std::string& reason,
                                     const std::string& by_schema = schema_path,
                                     const std::vector<std::string>& referenced = {}) {
  const TemporaryFolder folder;
  write_content(folder / "documents.json", json(documents).dump());
  const Arguments script = {std::string(OVERLAP_SOURCE_DIR) + "/tests/validate_results.py", by_schema,
                            folder / "documents.json"};
  const Output output = testing::run(testing::python_program(), script + referenced);
  if (output.status == cant_validate) {
    reason = output.out;
    return {};
  }
  EXPECT_EQ(output.status, 0) << output.err << output.out;
  std::vector<std::string> lines = lines_of(output.out);
  EXPECT_EQ(lines.size(), documents.size());
  lines.resize(documents.size());
  return lines;
}

json written_by(const std::string& program, std::vector<std::string> arguments,
                const std::string& wait = "uniform:0:4ms") {
  const std::vector<std::string> quick = {"run", "--requests", "6",    "--iterations", "3", "--size",
                                          "64",  "--format",   "json", "--wait",       wait};
  arguments.insert(arguments.begin(), quick.begin(), quick.end());
  const Output output = testing::run(program, arguments);
  EXPECT_FALSE(output.out.empty()) << output.err;
  return json::parse(output.out, nullptr, false);
}

TEST(Schema, HoldsForWhatTheToolWrites) {
  const std::vector<json> documents = {
      written_by(OVERLAP_BINARY, {"--repeat", "2"}),
      written_by(OVERLAP_BINARY, {"--executors", "coroutine/null,threads", "--reference", "threads"}),
      written_by(OVERLAP_BINARY, {"--executors", "coroutine", "--rate", "1k"}),
      written_by(OVERLAP_BINARY, {"--precision", "float", "--spectrum", "half", "--executors", "*/null"}, "none"),
      written_by(OVERLAP_FAULTY_BINARY, {"--executors", "threads,threads/dies,threads/nothing"}),
  };
  std::set<json> statuses;
  for (const json& document : documents) {
    for (const json& run : document.at("runs")) statuses.insert(run.at("status"));
    Results loaded = results_from_json(document, "written");
    json again = document;
    for (json& run : again.at("runs")) run.erase("steps");
    EXPECT_EQ(json::parse(render(loaded, Format::json, {})), again);
  }
  EXPECT_TRUE(statuses.count("ok") == 1 && statuses.count("failed") == 1);
  std::string reason;
  const std::vector<std::string> verdicts = verdicts_of(documents, reason);
  if (!reason.empty()) GTEST_SKIP() << reason;
  for (const std::string& verdict : verdicts) EXPECT_EQ(verdict, "ok");
}

TEST(Schema, HasTheFieldsOfAComparison) {
  const json whole = json::parse(content_of(comparison_schema_path));
  expect_fields(whole, whole.at("/$defs/row"_json_pointer), compared_fields());
  EXPECT_EQ(whole.at("properties").at("schema_version").at("const"), comparison_schema_version);
}

TEST(Schema, HoldsForAComparisonThatTheToolWrites) {
  const TemporaryFolder folder;
  write_content(folder / "a.json",
                written_by(OVERLAP_BINARY, {"--executors", "threads,*/null", "--repeat", "5"}).dump());
  write_content(folder / "b.json", written_by(OVERLAP_FAULTY_BINARY, {"--executors", "threads,threads/dies"}).dump());
  const Output output =
      testing::run(OVERLAP_BINARY, {"compare", folder / "a.json", folder / "b.json", "--format", "json"});
  ASSERT_EQ(output.status, 0) << output.err;
  const json document = json::parse(output.out);
  json without = document;
  without["rows"][0].erase("ratio");
  std::string reason;
  const std::vector<std::string> verdicts = verdicts_of({document, without}, reason, comparison_schema_path);
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_EQ(verdicts[0], "ok");
  EXPECT_NE(verdicts[1], "ok");
}

TEST(Schema, HoldsForAComparisonOfSweepsThatTheToolWrites) {
  const TemporaryFolder folder;
  for (const char* name : {"a.json", "b.json"}) write_content(folder / name, report_of(small_grid()).dump());
  const Output output =
      testing::run(OVERLAP_BINARY, {"compare", folder / "a.json", folder / "b.json", "--format", "json"});
  ASSERT_EQ(output.status, 0) << output.err;
  const json document = json::parse(output.out);
  EXPECT_EQ(document["cells"].size(), 4U);
  json without = document;
  without["cells"][0]["rows"][0].erase("ratio");
  std::string reason;
  const std::vector<std::string> verdicts =
      verdicts_of({document, without}, reason, sweep_comparison_schema_path, {comparison_schema_path});
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_EQ(verdicts[0], "ok");
  EXPECT_NE(verdicts[1], "ok");
}

TEST(SweepSchema, HoldsForWhatASweepWrites) {
  std::vector<json> documents = {report_of(small_grid()), report_of(search_between("sequential,coroutine")),
                                 json::parse(failing_search().out), report_of(search_within("250ms", "requests=1,4"))};
  const std::size_t good = documents.size();
  for (const char* place :
       {"/cells/0/results/runs/0/status", "/cells/0/axes/wait", "/axes/0/name", "/schema_version"}) {
    json wrong = documents.front();
    wrong.at(json::json_pointer(place)) = 17.5;
    documents.push_back(std::move(wrong));
  }
  for (const char* place : {"/highest/within_s", "/highest/executors/0/finding", "/highest/executors/0/value"}) {
    json wrong = documents[good - 1];
    wrong.at(json::json_pointer(place)) = "found it";
    documents.push_back(std::move(wrong));
  }
  std::string reason;
  const std::vector<std::string> verdicts = verdicts_of(documents, reason, sweep_schema_path, {schema_path});
  if (!reason.empty()) GTEST_SKIP() << reason;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    EXPECT_EQ(verdicts[i] == "ok", i < good) << i << ": " << verdicts[i];
  }
}

void collect(const json& value, const json::json_pointer& at, std::vector<json::json_pointer>& all) {
  all.push_back(at);
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) collect(member, at / name, all);
  } else if (value.is_array() && !value.empty()) {
    collect(value.front(), at / 0, all);
  }
}

bool has_any_names(const json::json_pointer& place) {
  return place.to_string() == "/engines" || place.to_string() == "/settings";
}

/// Documents that each have one thing wrong: a member missing, unknown, or of another type.
std::vector<json> spoilt(const json& document) {
  std::vector<json::json_pointer> places;
  collect(document, json::json_pointer(), places);
  std::vector<json> all;
  for (const json::json_pointer& place : places) {
    const bool in_object = !place.empty() && document.at(place.parent_pointer()).is_object();
    if (in_object && place.back() != "steps" && !has_any_names(place.parent_pointer())) {
      all.push_back(document);
      all.back().at(place.parent_pointer()).erase(place.back());
    }
    if (document.at(place).is_object() && !has_any_names(place)) {
      all.push_back(document);
      all.back().at(place)["unknown"] = nullptr;
    }
    all.push_back(document);
    all.back().at(place) = json::array({json::array()});
    all.push_back(document);
    all.back().at(place) = json{{"x", json::object()}};
    if (document.at(place).is_number()) {
      all.push_back(document);
      all.back().at(place) = "1";
    }
    if (document.at(place).is_number_unsigned()) {
      all.push_back(document);
      all.back().at(place) = -1;
    }
  }
  return all;
}

bool is_taken(const json& document) {
  try {
    results_from_json(document);
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

TEST(Schema, RefusesWhatTheLoaderRefuses) {
  const Arguments rows = {"--executors", "threads,threads/dies", "--repeat", "2"};
  const json document = written_by(OVERLAP_FAULTY_BINARY, rows);
  const json at_a_rate = written_by(OVERLAP_FAULTY_BINARY, rows + Arguments{"--rate", "1k"});
  std::vector<json> documents = spoilt(document);
  EXPECT_GT(documents.size(), 300U);
  const json::json_pointer arrivals("/runs/0/steps/arrival_s");
  documents.push_back(document);
  documents.back()[arrivals] = at_a_rate.at(arrivals);
  for (const char* left : {"/runs/0/steps/result_0", "/runs/0/steps/result_3"}) {
    documents.push_back(document);
    documents.back()[json::json_pointer(left)] = document.at("/runs/0/steps/bin_re"_json_pointer);
  }
  for (json& each : spoilt(at_a_rate)) documents.push_back(std::move(each));
  for (const json& each : documents) EXPECT_FALSE(is_taken(each)) << json::diff(document, each);
  std::string reason;
  const std::vector<std::string> verdicts = verdicts_of(documents, reason);
  if (!reason.empty()) GTEST_SKIP() << reason;
  for (std::size_t i = 0; i < documents.size(); ++i) EXPECT_NE(verdicts[i], "ok") << json::diff(document, documents[i]);
}

}  // namespace
}  // namespace overlap
