// A line a run.
#include "src/report/csv.hpp"

#include <fmt/format.h>

#include <cmath>

#include "src/base/text.hpp"
#include "src/report/facts.hpp"
#include "src/report/report.hpp"

namespace overlap {
namespace {

struct ToCsv {
  std::string operator()(std::monostate /*none*/) const { return {}; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string& value) const { return clean_line(value); }
  std::string operator()(std::uint64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return std::isfinite(value) ? fmt::format("{}", value) : std::string(); }
};

bool is_shown(const Field& field) { return field.access.scope != Scope::repeats; }

std::string header_line() {
  std::vector<std::string> cells;
  for (const FieldOf<Workload>& field : workload_fields()) cells.push_back(field.name);
  cells.emplace_back("repeat");
  for (const Field& field : fields()) {
    if (is_shown(field)) cells.push_back(field.name);
  }
  return csv_line(cells);
}

std::string run_line(const Workload& workload, const std::string& repeat, const Row& run) {
  std::vector<std::string> cells;
  for (const FieldOf<Workload>& field : workload_fields()) cells.push_back(csv_value(field.get(workload)));
  cells.push_back(repeat);
  for (const Field& field : fields()) {
    if (is_shown(field)) cells.push_back(csv_value(field.get(run)));
  }
  return csv_line(cells);
}

}  // namespace

std::string csv_value(const FieldValue& value) { return std::visit(ToCsv{}, value); }

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char letter : cell) {
      if (letter == '"') line += '"';
      line += letter;
    }
    line += '"';
  }
  return line + "\r\n";
}

std::string render_csv(const Results& results) {
  std::string text = header_line();
  for (const Row& row : results.rows) {
    if (row.repeats.empty()) text += run_line(results.workload, "", row);
    for (std::size_t i = 0; i < row.repeats.size(); ++i) {
      text += run_line(results.workload, std::to_string(i + 1), row_of_repeat(row, row.repeats[i]));
    }
  }
  return text;
}

}  // namespace overlap
