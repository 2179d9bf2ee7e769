// Wording of what surrounds a table.
#include "src/report/lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/report/fields.hpp"
#include "src/report/same_machine.hpp"

namespace overlap {
namespace {

std::string cpus_line(const Machine& machine) {
  if (machine.logical_cpus > machine.usable_cpus) {
    return fmt::format("{} of {} usable", machine.usable_cpus, counted(machine.logical_cpus, "CPU"));
  }
  return counted(machine.usable_cpus, "CPU");
}

std::string words_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string rounds_line(const Rounds& rounds) {
  if (!rounds.automatic) return "";
  const std::string made = fmt::format("repeated in {}", counted(rounds.made, "round"));
  switch (rounds.ended_by) {
    case Rounds::End::settled:
      return fmt::format("{}, until the 95% interval of every median was within {:.0f}%", made, 100.0 * settled_within);
    case Rounds::End::max_time:
      return fmt::format("{}, until --max-time ({}) was spent", made, format_seconds(rounds.max_time_s));
    default:
      return fmt::format("{}, until it was interrupted", made);
  }
}

// Whether a line names the executor and gives its reason already.
bool is_said(const std::vector<std::string>& lines, std::string_view executor, std::string_view reason) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(executor) != std::string::npos && line.find(reason) != std::string::npos;
  });
}

}  // namespace

std::string machine_line(const Results& results) {
  const Machine& machine = results.machine;
  std::string line = machine.cpu_model.empty() ? "unknown CPU" : machine.cpu_model;
  if (!machine.architecture.empty()) line += " (" + machine.architecture + ")";
  if (machine.packages > 1) line += ", " + counted(machine.packages, "package");
  if (machine.cores > 0) line += ", " + counted(machine.cores, "core");
  if (machine.usable_cpus > 0) line += ", " + cpus_line(machine);
  if (machine.memory_bytes > 0) line += ", " + format_bytes(machine.memory_bytes) + " memory";
  if (!machine.vector_instructions.empty()) line += ", " + machine.vector_instructions;
  if (!machine.huge_pages.empty()) line += ", huge pages " + machine.huge_pages;
  if (!machine.kernel.empty()) line += ", " + machine.kernel;
  for (const auto& [name, value] : machine.gpu) {
    if (name == "name") line += ", " + value;
    if (name == "driver") line += ", driver " + value;
  }
  for (const auto& [name, value] : results.engine_facts) {
    // It is no part of the machine: reports name it where it differs.
    if (name != compute_fact) line += ", " + words_of(name) + " " + value;
  }
  return clean_line(line);
}

std::string status_line(const Row& row, std::uint64_t steps) {
  const std::string_view name = name_of(row.status);
  std::string line(name);
  const bool started = row.status == Status::failed || row.status == Status::interrupted;
  if (started && row.steps_finished > 0) {
    line += fmt::format(" after {} of {}", format_count(row.steps_finished), counted(steps, "step"));
  }
  if (row.reason.rfind(name, 0) == 0) {
    line += row.reason.substr(name.size());  // "interrupted", "interrupted before it began"
  } else if (!row.reason.empty()) {
    line += ": " + row.reason;
  }
  return clean_line(line);
}

std::string names_of(const std::vector<std::string>& executors) {
  constexpr std::size_t most_names = 3;
  std::string names;
  const std::size_t shown = executors.size() <= most_names ? executors.size() : most_names - 1;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) names += i + 1 == executors.size() ? " and " : ", ";
    names += executors[i];
  }
  if (shown < executors.size()) names += fmt::format(" and {} others", executors.size() - shown);
  return names;
}

std::string names_of(const std::vector<const Row*>& rows) {
  std::vector<std::string> executors;
  executors.reserve(rows.size());
  for (const Row* row : rows) executors.push_back(row->executor);
  return names_of(executors);
}

std::string left_out_line(const std::vector<std::string>& headers) {
  return fmt::format("a wider terminal shows {} too", fmt::join(headers, ", "));
}

std::string explanation_paragraph(const Results& results) {
  std::string paragraph;
  for (const std::string& sentence : results.explanation) {
    if (!paragraph.empty()) paragraph += ' ';
    paragraph += clean_line(sentence);
  }
  return paragraph;
}

std::optional<RepeatsText> repeats_text(const Row& row, Judged by) {
  const auto range = range_of(row, Judged::makespan);
  if (!range) return std::nullopt;
  RepeatsText text;
  text.range = format_seconds_pair(range->low, range->high, "–");
  if (const auto& interval = interval_of(row, by))
    text.intervals = "95% " + format_seconds_pair(interval->low, interval->high, "–");
  if (by == Judged::latency) return text;
  if (const auto& speedup = row.speedup_interval; speedup && speedup->low < speedup->high) {
    text.intervals += fmt::format(", speedup {}–{}", format_ratio(speedup->low), format_ratio(speedup->high));
  }
  return text;
}

std::vector<std::string> note_lines(const Results& results) {
  std::vector<std::string> lines;
  const auto add = [&lines](std::string_view note) {
    std::string line = clean_line(note);
    if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
  };
  const auto any = [&](auto property) { return std::any_of(results.rows.begin(), results.rows.end(), property); };
  const Judged by = judged_by(results.workload);
  if (by == Judged::latency) {
    add("max rate is the most requests a second that a row could keep up with; rows are compared by p99 latency");
  } else if (!results.reference.empty() && results.rows.size() > 1 &&
             any([](const Row& row) { return row.speedup.has_value(); })) {
    add("speedup is against " + results.reference);
  }
  if (any([](const Row& row) { return range_of(row, Judged::makespan).has_value(); })) {
    add(fmt::format(
        "a row's figures are those of its median repeat{}; beside its makespan stand the least and the largest",
        by == Judged::latency ? " by p99 latency" : ""));
  }
  if (any([](const Row& row) { return row.makespan_interval_s.has_value(); })) {
    add(by == Judged::latency ? "95%: the interval of the median p99 latency"
                              : "95%: the intervals of the median and of the speedup");
  }
  add(rounds_line(results.rounds));
  for (const std::string& note : results.notes) add(note);
  std::vector<std::pair<std::string, std::vector<const Row*>>> ends;  // of rows that are not ok, by what became of them
  for (const Row& row : results.rows) {
    for (const std::string& note : row.notes) add(row.executor + ": " + note);
    if (row.status == Status::ok || row.reason.empty()) continue;
    if (is_said(lines, row.executor, clean_line(row.reason))) continue;
    const std::string end = status_line(row, results.workload.steps());
    const auto known = std::find_if(ends.begin(), ends.end(), [&](const auto& each) { return each.first == end; });
    if (known == ends.end()) {
      ends.push_back({end, {&row}});
    } else {
      known->second.push_back(&row);
    }
  }
  for (const auto& [end, rows] : ends) add(names_of(rows) + ": " + end);
  return lines;
}

}  // namespace overlap
