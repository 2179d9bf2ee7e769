// A line for each cell and file, what is concluded from them, and all rows for programs.
#include "src/report/compare_sweeps_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/report/compare_document.hpp"
#include "src/report/compare_report.hpp"
#include "src/report/csv.hpp"
#include "src/report/document.hpp"
#include "src/report/facts.hpp"
#include "src/report/field_json.hpp"
#include "src/report/html.hpp"
#include "src/report/standing.hpp"
#include "src/report/sweep_figures.hpp"
#include "src/report/sweep_lines.hpp"

namespace overlap {
namespace {

/// How many rows of a file are which: "7 same, 1 slower"; with the executors of which something changed, and in how
/// many cells, where `named`.
std::string verdicts_of(const std::vector<const ComparedRow*>& rows, bool named) {
  std::vector<std::string> parts;
  for (const Verdict verdict : {Verdict::same, Verdict::faster, Verdict::slower, Verdict::undecided}) {
    std::size_t count = 0;
    std::map<std::string, std::size_t> cells_of;
    for (const ComparedRow* row : rows) {
      if (row->verdict != verdict) continue;
      ++count;
      ++cells_of[row->executor];
    }
    if (count == 0) continue;
    std::string part = fmt::format("{} {}", format_count(count), name_of(verdict));
    if (named && (verdict == Verdict::faster || verdict == Verdict::slower)) {
      std::vector<std::string> names;
      names.reserve(cells_of.size());
      for (const auto& [executor, cells] : cells_of) names.push_back(fmt::format("{} in {}", executor, cells));
      part += fmt::format(" ({})", fmt::join(names, ", "));
    }
    parts.push_back(std::move(part));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<const ComparedRow*> rows_of(const FileComparison& comparison, const std::string& file) {
  std::vector<const ComparedRow*> rows;
  for (const ComparedRow& row : comparison.rows) {
    if (row.file == file) rows.push_back(&row);
  }
  return rows;
}

/// What stands in a line's last cell.
std::string standing_text(const std::vector<const ComparedRow*>& rows) {
  if (rows.empty()) return "–";
  if (rows.front()->verdict == Verdict::base) return "base";
  if (rows.front()->verdict == Verdict::other_machine) return "other machine";
  const std::string verdicts = verdicts_of(rows, false);
  return verdicts.empty() ? "–" : verdicts;
}

std::string_view colour_of(const std::vector<const ComparedRow*>& rows) {
  const auto any = [&](Verdict verdict) {
    return std::any_of(rows.begin(), rows.end(), [&](const ComparedRow* row) { return row->verdict == verdict; });
  };
  if (any(Verdict::slower)) return bold_red;
  return any(Verdict::faster) ? bold_green : std::string_view();
}

/// "1.20": the time in the first file over the one here; "≈ 1.01" where neither is clearly ahead.
std::string ratio_text(const Row& first, const Row& here, Judged by) {
  if (&first == &here || first.status != Status::ok || here.status != Status::ok) return "–";
  const bool is_clear = lead_between(first, here, by) != Lead::undecided;
  return (is_clear ? "" : "≈ ") + format_ratio(seconds_of(first, by) / seconds_of(here, by));
}

void add_lines(const SweepComparison& comparison, Document& document) {
  for (std::size_t i = 0; i < comparison.cells.size(); ++i) {
    const SweepCell& cell = comparison.fastest.cells[i];
    const auto standing = standing_of(cell.results, comparison.by);
    for (std::size_t file = 0; file < cell.results.rows.size(); ++file) {
      const Row& row = cell.results.rows[file];
      const std::vector<const ComparedRow*> rows = rows_of(comparison.cells[i].comparison, row.executor);
      const bool is_best = standing && standing->winner == &row && standing->clear;
      Document::Line& line = document.lines.emplace_back();
      line.mark = is_best ? Document::Mark::best : Document::Mark::none;
      for (const AxisValue& value : cell.point) line.cells.push_back({short_text_of(value)});
      line.cells.push_back({row.executor, {}, is_best ? bold_green : std::string_view()});
      line.cells.push_back({comparison.fastest_executors[i][file]});
      line.cells.push_back({row.status == Status::ok ? format_seconds(seconds_of(row, comparison.by)) : "–"});
      line.cells.push_back({ratio_text(cell.results.rows.front(), row, comparison.by)});
      line.cells.push_back({standing_text(rows), {}, colour_of(rows)});
    }
  }
}

/// "b.json against a.json, in 8 cells: 60 same, 3 slower (threads/fftw in 2, coroutine/pool in 1)." of each file that
/// is judged; and where there are several machines, which file is fastest where.
std::string conclusion_of(const SweepComparison& comparison) {
  std::string conclusion;
  for (const ComparedMachine& machine : comparison.machines) {
    for (const std::string& file : machine.files) {
      std::vector<const ComparedRow*> rows;
      for (const ComparedCell& cell : comparison.cells) {
        const auto here = rows_of(cell.comparison, file);
        rows.insert(rows.end(), here.begin(), here.end());
      }
      const std::string verdicts = verdicts_of(rows, true);
      if (verdicts.empty()) continue;
      conclusion += fmt::format("{}{} against {}, in {}: {}.", conclusion.empty() ? "" : " ", file,
                                machine.files.front(), counted(comparison.cells.size(), "cell"), verdicts);
    }
  }
  if (comparison.machines.size() > 1) {
    conclusion += (conclusion.empty() ? "" : " ") + sweep_summary(comparison.fastest);
  }
  return clean_line(conclusion);
}

Document document_of(const SweepComparison& comparison) {
  Document document;
  document.facts = {{"Sweeps", sweep_line(comparison.fastest)}};
  const NamedTexts machines = machine_facts(comparison.machines);
  document.facts.insert(document.facts.end(), machines.begin(), machines.end());
  for (const Axis& axis : comparison.axes()) document.columns.push_back({axis.name, true});
  document.columns.insert(
      document.columns.end(),
      {{"file", true}, {"fastest", true}, {std::string(words_of(comparison.by))}, {"ratio"}, {"rows", true, {}, 1}});
  add_lines(comparison, document);
  document.notes = {
      fmt::format("ratio: the first file's {} over this one's, each of what is fastest there, so above 1 is faster; ≈: "
                  "within 2%, within the scatter of their repeats, or of runs too short to tell",
                  words_of(comparison.by)),
      "rows: how a file's rows, matched by executor, stand to those of its machine's first file"};
  document.notes.insert(document.notes.end(), comparison.notes.begin(), comparison.notes.end());
  document.conclusion = conclusion_of(comparison);
  return document;
}

/// The workload's fields that are no axes.
std::vector<const FieldOf<Workload>*> fields_beside_axes(const SweepComparison& comparison) {
  std::vector<const FieldOf<Workload>*> shown;
  for (const FieldOf<Workload>& field : workload_fields()) {
    const bool is_axis = std::any_of(comparison.axes().begin(), comparison.axes().end(),
                                     [&](const Axis& axis) { return key_of(axis.name) == field.name; });
    if (!is_axis) shown.push_back(&field);
  }
  return shown;
}

Json cell_json(const SweepComparison& comparison, std::size_t index) {
  const ComparedCell& cell = comparison.cells[index];
  Json point = Json::object();
  for (std::size_t i = 0; i < comparison.axes().size(); ++i) {
    point[key_of(comparison.axes()[i].name)] = std::visit(ToJson{}, cell.point[i]);
  }
  Json fastest = Json::array();
  const std::vector<Row>& files = comparison.fastest.cells[index].results.rows;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool is_ok = files[i].status == Status::ok;
    fastest.push_back({{"file", files[i].executor},
                       {"executor", is_ok ? Json(comparison.fastest_executors[index][i]) : Json(nullptr)},
                       {"seconds", is_ok ? Json(seconds_of(files[i], comparison.by)) : Json(nullptr)}});
  }
  Json rows = Json::array();
  for (const ComparedRow& row : cell.comparison.rows) rows.push_back(object_of(compared_fields(), row));
  return {{"axes", std::move(point)},
          {"workload", object_of(workload_fields(), cell.comparison.workload)},
          {"fastest", std::move(fastest)},
          {"rows", std::move(rows)}};
}

}  // namespace

std::string render_table(const SweepComparison& comparison, Style style) {
  Document document = document_of(comparison);
  // A cell is named once, above its lines of other files.
  const std::size_t axes = comparison.axes().size();
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (i % comparison.fastest.cells.front().results.rows.size() == 0) continue;
    for (std::size_t axis = 0; axis < axes; ++axis) document.lines[i].cells[axis].text.clear();
  }
  return terminal_text_of(document, style);
}

std::string render_markdown(const SweepComparison& comparison) { return markdown_of(document_of(comparison)); }

std::string render_html(const SweepComparison& comparison) {
  return html_of(document_of(comparison), sweep_figures(comparison.fastest));
}

std::string render_csv(const SweepComparison& comparison) {
  const std::vector<const FieldOf<Workload>*> beside = fields_beside_axes(comparison);
  std::vector<std::string> cells;
  for (const Axis& axis : comparison.axes()) cells.push_back(key_of(axis.name));
  for (const FieldOf<Workload>* field : beside) cells.push_back(field->name);
  for (const FieldOf<ComparedRow>& field : compared_fields()) cells.push_back(field.name);
  std::string text = csv_line(cells);
  for (const ComparedCell& cell : comparison.cells) {
    for (const ComparedRow& row : cell.comparison.rows) {
      cells.clear();
      for (const AxisValue& value : cell.point) {
        cells.push_back(csv_value(value_of(value)));
      }
      for (const FieldOf<Workload>* field : beside) cells.push_back(csv_value(field->get(cell.comparison.workload)));
      for (const FieldOf<ComparedRow>& field : compared_fields()) cells.push_back(csv_value(field.get(row)));
      text += csv_line(cells);
    }
  }
  return text;
}

std::string render_json(const SweepComparison& comparison) {
  Json report = {{"schema_version", sweep_comparison_schema_version},
                 {"kind", "sweep_comparison"},
                 {"by", name_of(comparison.by)},
                 {"axes", Json::array()},
                 {"machines", machines_json(comparison.machines)},
                 {"cells", Json::array()},
                 {"notes", comparison.notes}};
  for (const Axis& axis : comparison.axes()) report["axes"].push_back(key_of(axis.name));
  for (std::size_t i = 0; i < comparison.cells.size(); ++i) report["cells"].push_back(cell_json(comparison, i));
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace overlap
