// Reading by the tables of fields.
#include "src/report/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/whole_file.hpp"
#include "src/report/facts.hpp"
#include "src/report/fields.hpp"
#include "src/report/json_reader.hpp"
#include "src/report/report.hpp"
#include "src/report/step_reader.hpp"

namespace overlap {
namespace {

using Json = nlohmann::ordered_json;

FieldValue value_at(const Json& json, FieldType type, bool nullable, const Place& place) {
  if (nullable && json.is_null()) return {};
  const std::string_view or_null = nullable ? " or null" : "";
  switch (type) {
    case FieldType::text:
      if (!json.is_string()) refuse_kind(json, place, fmt::format("a string{}", or_null));
      return json.get<std::string>();
    case FieldType::flag:
      if (!json.is_boolean()) refuse_kind(json, place, fmt::format("true, false{}", or_null));
      return json.get<bool>();
    case FieldType::whole:
      return whole_at(json, place, fmt::format("a whole number{}", or_null));
    case FieldType::real:
      return real_at(json, place, fmt::format("a number{}", or_null));
  }
  throw std::logic_error("no such type of field");
}

/// A value that follows from others has to be theirs.
template <typename Subject>
void set(const FieldOf<Subject>& field, Subject& subject, const FieldValue& value, const Place& place) {
  if (!field.access.set) {
    if (field.get(subject) != value) place.refuse("it does not follow from the other members");
    return;
  }
  try {
    field.access.set(subject, value);
  } catch (const std::invalid_argument& error) {
    place.refuse(error.what());
  }
}

template <typename Subject>
Subject facts_at(const std::vector<FieldOf<Subject>>& table, Members members) {
  Subject subject{};
  for (const FieldOf<Subject>& field : table) {
    const Place place = members.place(field.name);
    set(field, subject, value_at(members.take(field.name), field.access.type, field.access.nullable, place), place);
  }
  members.finish();
  return subject;
}

/// Fields into a row: figures in groups ("latency_s.p50") are an object of a row that is ok, and null of another.
class RowReader {
 public:
  RowReader(Members& members, Row& row, Judged by) : members_(members), row_(row), by_(by) {}

  /// Reads what stands for itself, then holds what follows from that against it.
  template <typename Wanted>
  void read_all(Wanted wanted) {
    for (const Field& field : fields()) {
      if (field.access.set && wanted(field)) read(field);
    }
    if (row_.status == Status::ok && !(row_.metrics && row_.metrics->makespan_s >= 0.0)) {
      members_.place("makespan_s").refuse("it takes a number from 0 where the status is ok");
    }
    if (row_.status == Status::ok && !(seconds_of(*row_.metrics, by_) >= 0.0)) {
      members_.place("latency_s").member("p99").refuse("it takes a number from 0 where requests come in at a rate");
    }
    for (const Field& field : fields()) {
      if (!field.access.set && wanted(field)) read(field);
    }
    for (const auto& [name, group] : groups_) group.finish();
  }

 private:
  void read(const Field& field) {
    const std::size_t dot = field.name.find('.');
    Place place = members_.place(field.name);
    if (dot == std::string::npos) {
      set(field, row_, value_at(members_.take(field.name), field.access.type, field.access.nullable, place), place);
      return;
    }
    const std::string name = field.name.substr(0, dot);
    if (row_.status != Status::ok) {
      if (!members_.take(name).is_null()) members_.place(name).refuse("it takes null where the status is not ok");
      return;
    }
    Members& group = groups_.try_emplace(name, members_.take(name), members_.place(name)).first->second;
    const Json& json = group.take(field.name.substr(dot + 1));
    set(field, row_, value_at(json, field.access.type, field.access.nullable, place), place);
  }

  Members& members_;
  Row& row_;
  Judged by_;
  std::map<std::string, Members> groups_;
};

Repeat repeat_at(const Json& json, const Place& place, Judged by) {
  Members members(json, place);
  Row row;
  RowReader(members, row, by).read_all([](const Field& field) { return field.access.scope == Scope::repeat; });
  members.finish();
  const Repeat& its_own = row;
  return its_own;
}

/// A row that is ok has the figures of its median repeat.
void check_median(const Row& row, const Members& members, Judged by) {
  if (row.status != Status::ok) return;
  const auto median = median_repeat(row.repeats, by);
  if (!median) members.place("repeats").refuse("none is ok, and the row is");
  if (row.repeats[*median].metrics->makespan_s != row.metrics->makespan_s) {
    members.place("makespan_s").refuse("it is not that of the median repeat");
  }
}

Row row_at(const Json& json, const Place& place, const Workload& workload, Steps steps) {
  Members members(json, place);
  Row row;
  const Place repeats = members.place("repeats");
  for (const Json& repeat : array_at(members.take("repeats"), repeats)) {
    row.repeats.push_back(repeat_at(repeat, repeats.element(row.repeats.size()), judged_by(workload)));
  }
  const Judged by = judged_by(workload);
  RowReader(members, row, by).read_all([](const Field& /*any*/) { return true; });
  check_median(row, members, by);
  row.notes = texts_at(members.take("notes"), members.place("notes"));
  if (const Json* columns = members.take_if_there("steps")) {
    const Place its_place = members.place("steps");
    if (steps == Steps::kept) {
      row.recording = recording_of_steps(*columns, its_place, workload, row.steps_finished);
    } else {
      check_steps(*columns, its_place, workload, row.steps_finished);
    }
  }
  members.finish();
  return row;
}

std::vector<Row> rows_at(const Json& json, const Place& place, const Workload& workload, Steps steps) {
  std::vector<Row> rows;
  std::set<std::string> executors;
  for (const Json& each : array_at(json, place)) {
    const Place row_place = place.element(rows.size());
    rows.push_back(row_at(each, row_place, workload, steps));
    if (!executors.insert(rows.back().executor).second) {
      row_place.member("executor").refuse("'" + rows.back().executor + "' stands there twice");
    }
  }
  return rows;
}

void check_version(const Json& json, const Place& place) {
  const std::uint64_t version = whole_at(json, place, "a whole number");
  if (version > results_schema_version) {
    place.refuse(fmt::format("{} is newer than this overlap reads, {}: read it with a newer one", version,
                             results_schema_version));
  }
  if (version < results_schema_version) {
    place.refuse(
        fmt::format("{} is older than this overlap reads, {}: run it again, or read it with the overlap that "
                    "wrote it",
                    version, results_schema_version));
  }
}

Tool tool_at(const Json& json, const Place& place) {
  Members members(json, place);
  if (text_at(members.take("name"), members.place("name")) != "overlap") {
    members.place("name").refuse("it takes overlap");
  }
  Json others = json;
  others.erase("name");
  return facts_at(tool_fields(), Members(others, place));
}

NamedTexts named_texts_at(const Json& json, const Place& place) {
  const Members members(json, place);
  NamedTexts texts;
  for (const auto& [name, value] : json.items()) texts.emplace_back(name, text_at(value, members.place(name)));
  return texts;
}

void check_reference(const Results& results, const Place& place) {
  if (results.reference.empty() || find_row(results, results.reference) != nullptr) return;
  place.refuse("'" + results.reference + "' is not among the runs");
}

/// What nlohmann's parser says, without the name of its error and without what it read last, which may be long.
std::string parse_error_text(const std::string& message) {
  const std::size_t begin = message.find("] ");
  const std::string text = begin == std::string::npos ? message : message.substr(begin + 2);
  return text.substr(0, text.find("; last read"));
}

}  // namespace

Results results_from_json(const nlohmann::ordered_json& document, const std::string& place, Steps steps) {
  Members members(document, {place, ""});
  check_version(members.take("schema_version"), members.place("schema_version"));
  Results results;
  results.tool = tool_at(members.take("tool"), members.place("tool"));
  results.machine = facts_at(machine_fields(), Members(members.take("machine"), members.place("machine")));
  results.workload = facts_at(workload_fields(), Members(members.take("workload"), members.place("workload")));
  results.engine_facts = named_texts_at(members.take("engines"), members.place("engines"));
  results.settings = named_texts_at(members.take("settings"), members.place("settings"));
  results.rounds = facts_at(rounds_fields(), Members(members.take("rounds"), members.place("rounds")));
  results.reference = text_or_null_at(members.take("reference"), members.place("reference"));
  results.notes = texts_at(members.take("notes"), members.place("notes"));
  results.advice = text_or_null_at(members.take("advice"), members.place("advice"));
  results.rows = rows_at(members.take("runs"), members.place("runs"), results.workload, steps);
  results.include_steps =
      std::any_of(results.rows.begin(), results.rows.end(), [](const Row& row) { return row.recording != nullptr; });
  check_reference(results, members.place("reference"));
  members.finish();
  return results;
}

nlohmann::ordered_json load_json(const std::string& path) {
  constexpr int deepest = 100;  // what we write is no deeper than ten; copies and prints go down by calls
  std::vector<std::set<std::string>> names;
  std::string twice;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > deepest) throw UsageError(fmt::format("{}: it is nested more than {} deep", path, deepest));
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second && twice.empty()) {
      twice = parsed.get<std::string>();
    }
    return true;
  };
  Json document;
  try {
    document = Json::parse(content_of_file(path, path), watch);
  } catch (const Json::exception& error) {
    throw UsageError(fmt::format("{}: it is no JSON: {}", path, parse_error_text(error.what())));
  }
  if (!twice.empty()) throw UsageError(fmt::format("{}: member '{}' stands twice in an object", path, twice));
  return document;
}

std::string kind_of(const Json& document) {
  if (!document.is_object() || !document.contains("kind")) return "";
  const Json& kind = document["kind"];
  return kind.is_string() ? kind.get<std::string>() : kind.dump();
}

}  // namespace overlap
