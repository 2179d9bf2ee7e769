// A sweep in long form: one table of fields serves its columns.
#include <algorithm>
#include <string>
#include <vector>

#include "src/report/csv.hpp"
#include "src/report/fields.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {
namespace {

using Cells = std::vector<std::string>;

/// A row's field of an axis's name would be a second column of it: how many workers there were, of how many were asked
/// for.
std::vector<const Field*> shown_fields(const Sweep& sweep) {
  std::vector<const Field*> shown;
  for (const Field& field : fields()) {
    const bool is_axis = std::any_of(sweep.axes.begin(), sweep.axes.end(),
                                     [&](const Axis& axis) { return key_of(axis.name) == field.name; });
    if (field.access.scope == Scope::repeat && !is_axis) shown.push_back(&field);
  }
  return shown;
}

Cells header_of(const Sweep& sweep, const std::vector<const Field*>& shown) {
  Cells header;
  for (const Axis& axis : sweep.axes) header.push_back(key_of(axis.name));
  for (const char* name : {"executor", "driver", "engine", "repeat"}) header.emplace_back(name);
  for (const Field* field : shown) header.push_back(field->name);
  return header;
}

std::string line_of(const SweepCell& cell, const Row& row, const std::string& repeat,
                    const std::vector<const Field*>& shown) {
  Cells cells;
  for (const AxisValue& value : cell.point) cells.push_back(csv_value(value_of(value)));
  cells.insert(cells.end(), {row.executor, row.driver, row.engine, repeat});
  for (const Field* field : shown) cells.push_back(csv_value(field->get(row)));
  return csv_line(cells);
}

}  // namespace

std::string render_csv(const Sweep& sweep) {
  const std::vector<const Field*> shown = shown_fields(sweep);
  std::string text = csv_line(header_of(sweep, shown));
  for (const SweepCell& cell : sweep.cells) {
    for (const Row& row : cell.results.rows) {
      if (row.repeats.empty()) text += line_of(cell, row, "", shown);
      for (std::size_t i = 0; i < row.repeats.size(); ++i) {
        text += line_of(cell, row_of_repeat(row, row.repeats[i]), std::to_string(i + 1), shown);
      }
    }
  }
  return text;
}

}  // namespace overlap
