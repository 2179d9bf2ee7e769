// A row's cells, notes, and what is concluded from the rows.
#include "src/report/compare_document.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/report/compare_report.hpp"
#include "src/report/html.hpp"
#include "src/report/lines.hpp"
#include "src/report/makespans_figure.hpp"

namespace overlap {
namespace {

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

std::string seconds_text(const std::optional<double>& seconds) { return seconds ? format_seconds(*seconds) : "–"; }

struct PeopleColumn {
  std::string_view header;  // empty: what rows are judged by
  bool is_text;
  unsigned goes;
  std::string (*cell)(const ComparedRow& row, Judged by);
};

const std::vector<PeopleColumn>& people_columns() {
  static const std::vector<PeopleColumn> all = {
      {"executor", true, 0, [](const ComparedRow& row, Judged) { return row.executor; }},
      {"machine", true, 1, [](const ComparedRow& row, Judged) { return row.machine; }},
      {"file", true, 0, [](const ComparedRow& row, Judged) { return row.file; }},
      {"", false, 0, [](const ComparedRow& row, Judged by) { return seconds_text(seconds_of(row, by)); }},
      {"95%", false, 1, [](const ComparedRow& row, Judged by) { return seconds_pair(interval_of(row, by)); }},
      {"ratio", false, 0,
       [](const ComparedRow& row, Judged) { return row.ratio ? format_ratio(*row.ratio) : std::string("–"); }},
      {"95%", false, 1, [](const ComparedRow& row, Judged) { return ratio_pair(row.ratio_interval); }},
      {"verdict", true, 0, [](const ComparedRow& row, Judged) { return verdict_text(row); }},
  };
  return all;
}

/// "A (laptop.json)".
std::string machine_name(const ComparedMachine& machine) {
  std::string files;
  for (const std::string& file : machine.files) files += (files.empty() ? "" : ", ") + file;
  return fmt::format("{} ({})", machine.name, files);
}

std::string facts_of(const ComparedMachine& machine) {
  Results facts;
  facts.machine = machine.machine;
  facts.engine_facts = machine.engine_facts;
  return machine_line(facts);
}

std::vector<std::string> notes_of(const FileComparison& comparison) {
  std::vector<std::string> notes = {
      fmt::format("ratio: the {} in the machine's first file over this one's, so above 1 is faster; 95%: its interval",
                  words_of(comparison.by))};
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

/// How a file's rows stand to those of its machine's first file: "b.json against a.json: 5 same, 1 slower
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
    if (verdict == Verdict::faster || verdict == Verdict::slower) sentence += " (" + names_of(names) + ")";
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
    const double seconds = machine.best->seconds;
    sentence += sentence.empty() ? "On machine " + machine.name + " use " : "; on " + machine.name + " ";
    sentence += fmt::format("{} ({})", machine.best->executor, format_seconds(seconds));
    if (!first || &machine == &comparison.machines.front()) continue;
    const double ratio = first->seconds / seconds;
    if (ratio <= equal_within && ratio >= 1.0 / equal_within) {
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
  if (row.verdict == Verdict::faster) return bold_green;
  if (row.verdict == Verdict::slower) return bold_red;
  if (row.verdict == Verdict::undecided) return yellow;
  return "";
}

Document::Mark mark_of(const ComparedRow& row) {
  if (row.verdict == Verdict::faster) return Document::Mark::best;
  if (row.verdict == Verdict::slower || row.status == Status::failed) return Document::Mark::wrong;
  return row.status == Status::ok ? Document::Mark::none : Document::Mark::missing;
}

}  // namespace

NamedTexts machine_facts(const std::vector<ComparedMachine>& machines) {
  NamedTexts facts;
  for (const ComparedMachine& machine : machines) {
    facts.emplace_back("Machine " + machine_name(machine), facts_of(machine));
  }
  return facts;
}

Document document_of(const FileComparison& comparison) {
  Document document;
  document.facts = {{"Workload", describe(comparison.workload)}};
  const NamedTexts machines = machine_facts(comparison.machines);
  document.facts.insert(document.facts.end(), machines.begin(), machines.end());
  for (const PeopleColumn& column : people_columns()) {
    document.columns.push_back({std::string(column.header.empty() ? words_of(comparison.by) : column.header),
                                column.is_text,
                                {},
                                column.goes});
  }
  for (const ComparedRow& row : comparison.rows) {
    document.lines.push_back({{}, mark_of(row)});
    for (const PeopleColumn& column : people_columns())
      document.lines.back().cells.push_back({column.cell(row, comparison.by)});
    document.lines.back().cells.back().colour = colour_of(row);
  }
  document.notes = notes_of(comparison);
  document.conclusion = conclusion_of(comparison);
  return document;
}

std::string render_table(const FileComparison& comparison, Style style) {
  Document document = document_of(comparison);
  // An executor is named once, above its rows of other files.
  for (std::size_t i = comparison.rows.size(); i-- > 1;) {
    if (comparison.rows[i].executor == comparison.rows[i - 1].executor) document.lines[i].cells.front().text.clear();
  }
  return terminal_text_of(document, style);
}

std::string render_markdown(const FileComparison& comparison) { return markdown_of(document_of(comparison)); }

std::string render_html(const FileComparison& comparison) {
  return html_of(document_of(comparison), {makespans_figure(comparison)});
}

}  // namespace overlap
