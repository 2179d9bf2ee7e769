// Results as JSON, for programs: docs/results.schema.json says how it is made.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>
#include <string_view>

#include "src/report/facts.hpp"
#include "src/report/field_json.hpp"
#include "src/report/fields.hpp"
#include "src/report/report.hpp"
#include "src/report/steps.hpp"

namespace overlap {
namespace {

// Text that is not UTF-8 (a crashed program's last words, say) must not cost the report.
std::string dump(const Json& json, std::size_t depth) {
  std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  const std::string line = "\n" + std::string(2 * depth, ' ');
  std::string indented;
  for (const char letter : text) {
    if (letter == '\n') {
      indented += line;
    } else {
      indented += letter;
    }
  }
  return indented;
}

Json repeat_json(const Row& row, const Repeat& repeat) {
  const Row alone = row_of_repeat(row, repeat);
  Json json = Json::object();
  for (const Field& field : fields()) {
    if (field.access.scope == Scope::repeat) add_member(json, field, alone, repeat.status == Status::ok);
  }
  return json;
}

Json run_json(const Row& row) {
  Json run = Json::object();
  for (const Field& field : fields()) add_member(run, field, row, row.status == Status::ok);
  run["repeats"] = Json::array();
  for (const Repeat& repeat : row.repeats) run["repeats"].push_back(repeat_json(row, repeat));
  run["notes"] = row.notes;
  return run;
}

// Writes the steps that are finished as columns, a line each. Text, not a tree of values: streams of millions of steps
// would take gigabytes in one.
class StepWriter {
 public:
  StepWriter(std::string& out, const Workload& workload, const Recording& recording)
      : out_(out), workload_(workload), recording_(recording) {}

  void write() {
    out_ += '{';
    for (const StepColumn& column : step_columns(workload_)) write(column);
    out_ += "\n      }";
  }

 private:
  void number(double value) {
    if (std::isfinite(value)) {
      fmt::format_to(std::back_inserter(out_), "{}", value);
    } else {
      out_ += "null";
    }
  }
  void number(std::uint64_t value) { fmt::format_to(std::back_inserter(out_), "{}", value); }

  void write(const StepColumn& column) {
    if (out_.back() != '{') out_ += ',';
    out_ += fmt::format("\n        \"{}\": [", column.name);
    for_each_finished_step(workload_, recording_, [&](const StepPlace& place) {
      if (out_.back() != '[') out_ += ',';
      std::visit([&](auto get) { number(get(place)); }, column.get);
    });
    out_ += ']';
  }

  std::string& out_;
  const Workload& workload_;
  const Recording& recording_;
};

Json object_of(const NamedTexts& texts) {
  Json object = Json::object();
  for (const auto& [name, value] : texts) object[name] = value;
  return object;
}

// Takes the brace that closes an object off its text, for more members to follow.
void reopen(std::string& object) { object.erase(object.find_last_not_of(" \n", object.rfind('}') - 1) + 1); }

}  // namespace

std::string render_json(const Results& results) {
  Json report = {{"schema_version", results_schema_version},
                 {"tool", object_of(tool_fields(), results.tool, {{"name", "overlap"}})},
                 {"machine", object_of(machine_fields(), results.machine)},
                 {"workload", object_of(workload_fields(), results.workload)},
                 {"engines", object_of(results.engine_facts)},
                 {"settings", object_of(results.settings)},
                 {"rounds", object_of(rounds_fields(), results.rounds)},
                 {"reference", text_or_null(results.reference)},
                 {"notes", results.notes},
                 {"advice", text_or_null(results.advice)}};

  std::string text = dump(report, 0);
  reopen(text);
  text += ",\n  \"runs\": [";
  for (const Row& row : results.rows) {
    if (text.back() != '[') text += ',';
    text += "\n    " + dump(run_json(row), 2);
    if (!results.include_steps || !row.recording) continue;
    reopen(text);
    text += ",\n      \"steps\": ";
    StepWriter(text, results.workload, *row.recording).write();
    text += "\n    }";
  }
  text += results.rows.empty() ? "]\n}\n" : "\n  ]\n}\n";
  return text;
}

}  // namespace overlap
