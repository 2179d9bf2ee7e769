// The fields of a comparison, and its formats.
#include "src/report/compare_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/report/csv.hpp"
#include "src/report/facts.hpp"
#include "src/report/field_json.hpp"
#include "src/report/html.hpp"
#include "src/report/lines.hpp"
#include "src/report/makespans_figure.hpp"
#include "src/report/text.hpp"
#include "src/report/units.hpp"

namespace overlap {
namespace {

constexpr std::size_t widest_name = 24;  // of executors and files in a table

template <typename Value>
FieldValue value_of(const std::optional<Value>& value) {
  return value ? FieldValue(*value) : FieldValue();
}

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

std::string verdict_text(const ComparedRow& row) {
  switch (row.verdict) {
    case Verdict::base:
      return row.status == Status::ok ? "base" : std::string(name_of(row.status));
    case Verdict::other_machine:
      return row.status == Status::ok ? "other machine" : std::string(name_of(row.status));
    case Verdict::none:
      return row.status == Status::ok ? "–" : std::string(name_of(row.status));
    default:
      return std::string(name_of(row.verdict));
  }
}

std::string ratio_pair(const std::optional<Interval>& interval) {
  return interval ? fmt::format("{}–{}", format_ratio(interval->low), format_ratio(interval->high)) : "–";
}

std::string seconds_pair(const std::optional<Interval>& interval) {
  return interval ? format_seconds_pair(interval->low, interval->high, "–") : "–";
}

struct PeopleColumn {
  std::string_view header;
  bool is_text;
  std::string (*cell)(const ComparedRow&);
};

const std::vector<PeopleColumn>& people_columns() {
  static const std::vector<PeopleColumn> all = {
      {"executor", true, [](const ComparedRow& row) { return row.executor; }},
      {"machine", true, [](const ComparedRow& row) { return row.machine; }},
      {"file", true, [](const ComparedRow& row) { return row.file; }},
      {"makespan", false,
       [](const ComparedRow& row) { return row.makespan_s ? format_seconds(*row.makespan_s) : std::string("–"); }},
      {"95%", false, [](const ComparedRow& row) { return seconds_pair(row.makespan_interval_s); }},
      {"ratio", false, [](const ComparedRow& row) { return row.ratio ? format_ratio(*row.ratio) : std::string("–"); }},
      {"95%", false, [](const ComparedRow& row) { return ratio_pair(row.ratio_interval); }},
      {"verdict", true, verdict_text},
  };
  return all;
}

/// "A (laptop.json)".
std::string machine_name(const ComparedMachine& machine) {
  std::string files;
  for (const std::string& file : machine.files) files += (files.empty() ? "" : ", ") + file;
  return fmt::format("{} ({})", machine.name, files);
}

std::string machine_facts(const ComparedMachine& machine) {
  Results facts;
  facts.machine = machine.machine;
  facts.engine_facts = machine.engine_facts;
  return machine_line(facts);
}

std::vector<std::string> notes_of(const FileComparison& comparison) {
  std::vector<std::string> notes = {
      "ratio: the makespan in the machine's first file over this one's, so above 1 is faster; 95%: its bootstrap "
      "interval"};
  if (comparison.machines.size() > 1) {
    notes.push_back("machines that differ are set side by side: a ratio between them, against " +
                    comparison.machines.front().files.front() + ", is no verdict on either");
  }
  for (const ComparedRow& row : comparison.rows) {
    if (row.reason.empty()) continue;
    notes.push_back(fmt::format("{} in {}: {}: {}", row.executor, row.file, verdict_text(row), row.reason));
  }
  notes.insert(notes.end(), comparison.notes.begin(), comparison.notes.end());
  for (std::string& note : notes) note = clean_line(note);
  return notes;
}

/// "threads/fftw, coroutine/fftw and 3 others".
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} others", fmt::join(names.begin(), names.begin() + 2, ", "), names.size() - 2);
}

/// How a file's rows stand to those of its machine's first file: "b.json against a.json: 5 the same, 1 slower
/// (threads/fftw)."; empty where nothing was judged.
std::string verdicts_sentence(const FileComparison& comparison, const std::string& file, const std::string& against) {
  std::string sentence;
  for (const Verdict verdict : {Verdict::same, Verdict::faster, Verdict::slower, Verdict::undecided}) {
    std::vector<std::string> names;
    for (const ComparedRow& row : comparison.rows) {
      if (row.file == file && row.verdict == verdict) names.push_back(row.executor);
    }
    if (names.empty()) continue;
    sentence += fmt::format("{}{} {}", sentence.empty() ? "" : ", ", names.size(), name_of(verdict));
    if (verdict == Verdict::faster || verdict == Verdict::slower) sentence += " (" + some_of(names) + ")";
  }
  return sentence.empty() ? "" : fmt::format("{} against {}: {}.", file, against, sentence);
}

/// What to use on each machine: "On machine A use threads/fftw (1.00 s); on B coroutine/cuda (250 ms), 4.00 times as
/// fast."
std::string machines_sentence(const FileComparison& comparison) {
  std::string sentence;
  const std::optional<BestRow>& first = comparison.machines.front().best;
  for (const ComparedMachine& machine : comparison.machines) {
    if (!machine.best) continue;
    const double makespan_s = machine.best->makespan_s;
    sentence += sentence.empty() ? "On machine " + machine.name + " use " : "; on " + machine.name + " ";
    sentence += fmt::format("{} ({})", machine.best->executor, format_seconds(makespan_s));
    if (!first || &machine == &comparison.machines.front()) continue;
    const double ratio = first->makespan_s / makespan_s;
    if (ratio <= same_within && ratio >= 1.0 / same_within) {
      sentence += ", as fast";
    } else if (ratio > 1.0) {
      sentence += fmt::format(", {} times as fast", format_ratio(ratio));
    } else {
      sentence += fmt::format(", which takes {} times as long", format_ratio(1.0 / ratio));
    }
  }
  return sentence.empty() ? "" : sentence + ".";
}

std::string conclusion_of(const FileComparison& comparison) {
  std::string conclusion;
  const auto add = [&conclusion](const std::string& sentence) {
    if (!sentence.empty()) conclusion += (conclusion.empty() ? "" : " ") + sentence;
  };
  for (const ComparedMachine& machine : comparison.machines) {
    for (const std::string& file : machine.files) add(verdicts_sentence(comparison, file, machine.files.front()));
  }
  if (comparison.machines.size() > 1) add(machines_sentence(comparison));
  return clean_line(conclusion);
}

std::string_view colour_of(const ComparedRow& row) {
  if (row.verdict == Verdict::faster) return "\x1b[1;32m";
  if (row.verdict == Verdict::slower) return "\x1b[1;31m";
  if (row.verdict == Verdict::undecided) return "\x1b[33m";
  return "";
}

Document::Mark mark_of(const ComparedRow& row) {
  if (row.verdict == Verdict::faster) return Document::Mark::best;
  if (row.verdict == Verdict::slower || row.status == Status::failed) return Document::Mark::wrong;
  return row.status == Status::ok ? Document::Mark::none : Document::Mark::missing;
}

using Cells = std::vector<std::vector<std::string>>;

/// The header's cells, then each row's.
Cells cells_of(const FileComparison& comparison) {
  Cells cells(1);
  for (const PeopleColumn& column : people_columns()) cells.front().emplace_back(column.header);
  for (const ComparedRow& row : comparison.rows) {
    cells.emplace_back();
    for (const PeopleColumn& column : people_columns())
      cells.back().push_back(clip(clean_line(column.cell(row)), widest_name));
  }
  return cells;
}

std::vector<std::size_t> widths_of(const Cells& cells) {
  std::vector<std::size_t> widths(cells.front().size());
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], display_width(line[i]));
  }
  return widths;
}

/// All but the last cell, which nothing is put behind.
std::string aligned(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  const std::size_t used = std::accumulate(widths.begin(), widths.end(), 2 * (widths.size() - 1));
  const std::string gap(used <= table_columns ? 2 : 1, ' ');
  std::string line;
  for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
    line += people_columns()[i].is_text ? pad_right(cells[i], widths[i]) : pad_left(cells[i], widths[i]);
    line += gap;
  }
  return line;
}

}  // namespace

std::string render_table(const FileComparison& comparison, Style style) {
  std::string text = wrap("workload: " + describe(comparison.workload), table_columns, 2);
  for (const ComparedMachine& machine : comparison.machines) {
    const std::string line = "machine " + machine_name(machine) + ": " + machine_facts(machine);
    text += wrap(clean_line(line), table_columns, 2);
  }
  text += '\n';
  Cells cells = cells_of(comparison);
  const std::vector<std::size_t> widths = widths_of(cells);
  text += aligned(cells.front(), widths) + cells.front().back() + '\n';
  for (std::size_t i = 0; i < comparison.rows.size(); ++i) {
    const ComparedRow& row = comparison.rows[i];
    std::vector<std::string>& line = cells[i + 1];
    // An executor is named once, above its rows of other files.
    if (i > 0 && row.executor == comparison.rows[i - 1].executor) line.front().clear();
    const std::string_view colour = style.colour ? colour_of(row) : "";
    text += aligned(line, widths);
    text += colour;
    text += line.back();
    text += colour.empty() ? "\n" : "\x1b[0m\n";
  }
  text += '\n';
  for (const std::string& note : notes_of(comparison)) text += wrap("note: " + note, table_columns, 6);
  const std::string conclusion = conclusion_of(comparison);
  return conclusion.empty() ? text : text + '\n' + wrap(conclusion, table_columns, 0);
}

Document document_of(const FileComparison& comparison) {
  Document document;
  document.facts = {{"Workload", describe(comparison.workload)}};
  for (const ComparedMachine& machine : comparison.machines) {
    document.facts.emplace_back("Machine " + machine_name(machine), machine_facts(machine));
  }
  for (const PeopleColumn& column : people_columns()) {
    document.columns.push_back({std::string(column.header), column.is_text});
  }
  for (const ComparedRow& row : comparison.rows) {
    document.lines.push_back({{}, mark_of(row)});
    for (const PeopleColumn& column : people_columns()) document.lines.back().cells.push_back({column.cell(row)});
  }
  document.notes = notes_of(comparison);
  document.conclusion = conclusion_of(comparison);
  return document;
}

std::string render_markdown(const FileComparison& comparison) { return markdown_of(document_of(comparison)); }

std::string render_html(const FileComparison& comparison) {
  return html_of(document_of(comparison), {makespans_figure(comparison)});
}

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

std::string render_json(const FileComparison& comparison) {
  Json report = {{"schema_version", comparison_schema_version},
                 {"kind", "comparison"},
                 {"workload", object_of(workload_fields(), comparison.workload)},
                 {"machines", Json::array()},
                 {"rows", Json::array()},
                 {"notes", comparison.notes}};
  for (const ComparedMachine& machine : comparison.machines) {
    Json engines = Json::object();
    for (const auto& [name, value] : machine.engine_facts) engines[name] = value;
    report["machines"].push_back({{"name", machine.name},
                                  {"files", machine.files},
                                  {"machine", object_of(machine_fields(), machine.machine)},
                                  {"engines", std::move(engines)}});
  }
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
