// A sweep in long form: one table of fields serves its columns.
#include <string>
#include <variant>
#include <vector>

#include "src/report/csv.hpp"
#include "src/report/fields.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {
namespace {

using Cells = std::vector<std::string>;

bool is_shown(const Field& field) { return field.access.scope == Scope::repeat; }

/// In full, as JSON has it.
std::string cell_text(const AxisValue& value) {
  return std::visit([](const auto& held) { return csv_value(FieldValue(held)); }, value);
}

Cells header_of(const Sweep& sweep) {
  Cells header;
  for (const Axis& axis : sweep.axes) header.push_back(key_of(axis.name));
  for (const char* name : {"executor", "driver", "engine", "repeat"}) header.emplace_back(name);
  for (const Field& field : fields()) {
    if (is_shown(field)) header.push_back(field.name);
  }
  return header;
}

std::string line_of(const SweepCell& cell, const Row& row, const std::string& repeat) {
  Cells cells;
  for (const AxisValue& value : cell.point) cells.push_back(cell_text(value));
  cells.insert(cells.end(), {row.executor, row.driver, row.engine, repeat});
  for (const Field& field : fields()) {
    if (is_shown(field)) cells.push_back(csv_value(field.get(row)));
  }
  return csv_line(cells);
}

}  // namespace

std::string render_csv(const Sweep& sweep) {
  std::string text = csv_line(header_of(sweep));
  for (const SweepCell& cell : sweep.cells) {
    for (const Row& row : cell.results.rows) {
      if (row.repeats.empty()) text += line_of(cell, row, "");
      for (std::size_t i = 0; i < row.repeats.size(); ++i) {
        text += line_of(cell, row_of_repeat(row, row.repeats[i]), std::to_string(i + 1));
      }
    }
  }
  return text;
}

}  // namespace overlap
