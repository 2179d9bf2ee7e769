// The fields of a comparison, and its formats for programs.
#include "src/report/compare_report.hpp"

#include "src/report/csv.hpp"
#include "src/report/facts.hpp"
#include "src/report/field_json.hpp"

namespace overlap {
namespace {

FieldValue text_or_none(const std::string& text) { return text.empty() ? FieldValue() : FieldValue(text); }

template <typename Get>
Access<ComparedRow> shown(FieldType type, bool nullable, Get get) {
  return {type, nullable, [get](const ComparedRow& row) -> FieldValue { return get(row); }, {}};
}

Access<ComparedRow> text(std::string ComparedRow::*member) {
  return shown(FieldType::text, false, [member](const ComparedRow& row) { return row.*member; });
}

Access<ComparedRow> text_if_any(std::string ComparedRow::*member) {
  return shown(FieldType::text, true, [member](const ComparedRow& row) { return text_or_none(row.*member); });
}

Access<ComparedRow> real(std::optional<double> ComparedRow::*member) {
  return shown(FieldType::real, true, [member](const ComparedRow& row) { return value_of(row.*member); });
}

Access<ComparedRow> end_of(std::optional<Interval> ComparedRow::*interval, double Interval::*end) {
  return shown(FieldType::real, true, [=](const ComparedRow& row) {
    return row.*interval ? FieldValue((*(row.*interval)).*end) : FieldValue();
  });
}

}  // namespace

std::string render_csv(const FileComparison& comparison) {
  std::vector<std::string> cells;
  for (const FieldOf<Workload>& field : workload_fields()) cells.push_back(field.name);
  for (const FieldOf<ComparedRow>& field : compared_fields()) cells.push_back(field.name);
  std::string text = csv_line(cells);
  for (const ComparedRow& row : comparison.rows) {
    cells.clear();
    for (const FieldOf<Workload>& field : workload_fields()) {
      cells.push_back(csv_value(field.get(comparison.workload)));
    }
    for (const FieldOf<ComparedRow>& field : compared_fields()) cells.push_back(csv_value(field.get(row)));
    text += csv_line(cells);
  }
  return text;
}

Json machines_json(const std::vector<ComparedMachine>& machines) {
  Json all = Json::array();
  for (const ComparedMachine& machine : machines) {
    Json engines = Json::object();
    for (const auto& [name, value] : machine.engine_facts) engines[name] = value;
    all.push_back({{"name", machine.name},
                   {"files", machine.files},
                   {"machine", object_of(machine_fields(), machine.machine)},
                   {"engines", std::move(engines)}});
  }
  return all;
}

std::string render_json(const FileComparison& comparison) {
  Json report = {{"schema_version", comparison_schema_version},
                 {"kind", "comparison"},
                 {"workload", object_of(workload_fields(), comparison.workload)},
                 {"by", name_of(comparison.by)},
                 {"machines", machines_json(comparison.machines)},
                 {"rows", Json::array()},
                 {"notes", comparison.notes}};
  for (const ComparedRow& row : comparison.rows) report["rows"].push_back(object_of(compared_fields(), row));
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

const std::vector<FieldOf<ComparedRow>>& compared_fields() {
  static const std::vector<FieldOf<ComparedRow>> all = {
      {"executor", Unit::none, text(&ComparedRow::executor)},
      {"machine", Unit::none, text(&ComparedRow::machine)},
      {"file", Unit::none, text(&ComparedRow::file)},
      {"status", Unit::none,
       shown(FieldType::text, false, [](const ComparedRow& row) { return std::string(name_of(row.status)); })},
      {"verified", Unit::none,
       shown(FieldType::flag, true, [](const ComparedRow& row) { return value_of(row.verified); })},
      {"repeats", Unit::none, shown(FieldType::whole, false, [](const ComparedRow& row) { return row.repeats; })},
      {"makespan_s", Unit::seconds, real(&ComparedRow::makespan_s)},
      {"makespan_interval_s.low", Unit::seconds, end_of(&ComparedRow::makespan_interval_s, &Interval::low)},
      {"makespan_interval_s.high", Unit::seconds, end_of(&ComparedRow::makespan_interval_s, &Interval::high)},
      {"latency_p99_s", Unit::seconds, real(&ComparedRow::latency_s)},
      {"latency_p99_interval_s.low", Unit::seconds, end_of(&ComparedRow::latency_interval_s, &Interval::low)},
      {"latency_p99_interval_s.high", Unit::seconds, end_of(&ComparedRow::latency_interval_s, &Interval::high)},
      {"speedup", Unit::none, real(&ComparedRow::speedup)},
      {"against", Unit::none, text_if_any(&ComparedRow::against)},
      {"ratio", Unit::none, real(&ComparedRow::ratio)},
      {"ratio_interval.low", Unit::none, end_of(&ComparedRow::ratio_interval, &Interval::low)},
      {"ratio_interval.high", Unit::none, end_of(&ComparedRow::ratio_interval, &Interval::high)},
      {"verdict", Unit::none,
       shown(FieldType::text, false, [](const ComparedRow& row) { return std::string(name_of(row.verdict)); })},
      {"reason", Unit::none, text_if_any(&ComparedRow::reason)},
  };
  return all;
}

}  // namespace overlap
