// Wording of a sweep's reports.
#include "src/report/sweep_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/metrics/statistics.hpp"
#include "src/report/doubts.hpp"
#include "src/report/highest_lines.hpp"
#include "src/report/lines.hpp"
#include "src/report/same_machine.hpp"
#include "src/report/standing.hpp"
#include "src/report/sweep_choice.hpp"

namespace overlap {
namespace {

using Finding = BreakEven::Finding;

std::string value_text(std::uint64_t value) { return text_of(AxisValue(value)); }

/// The probed values, ascending, at which the second was ahead.
std::vector<std::string> led_by_second(const BreakEven& search) {
  std::map<std::uint64_t, Lead> leads;
  for (const Probe& probe : search.probes) leads[probe.value] = probe.lead;
  std::vector<std::string> values;
  for (const auto& [value, lead] : leads) {
    if (lead == Lead::second) values.push_back(value_text(value));
  }
  return values;
}

/// Where the first is clearly ahead at the end, it may be the one of which the break-even is wanted.
std::string other_way_round(const BreakEvenReport& report) {
  const std::vector<Probe>& probes = report.search.probes;
  const bool first_leads = std::any_of(probes.begin(), probes.end(), [&](const Probe& probe) {
    return probe.value == report.high && probe.lead == Lead::first;
  });
  if (!first_leads) return {};
  return fmt::format(", which is ahead there: try --between {},{}", report.second, report.first);
}

std::string found_line(const BreakEvenReport& report, const std::string& axis, const std::string& by) {
  const std::string value = value_text(*report.search.value);
  const std::string before = value_text(report.search.interval->first);
  if (*report.search.value < report.high) {
    return fmt::format("{} stays clearly ahead of {} from {} {} on, and is not yet at {} ({}).", report.second,
                       report.first, axis, value, before, by);
  }
  return fmt::format(
      "{} is clearly ahead of {} at {} {}, the end of the range, and not yet at {}; nothing beyond "
      "confirms it ({}).",
      report.second, report.first, axis, value, before, by);
}

std::string break_even_line(const Sweep& sweep) {
  const BreakEvenReport& report = *sweep.break_even;
  const std::string& axis = sweep.axes.front().name;
  const std::string range = fmt::format("from {} {} to {}", axis, value_text(report.low), value_text(report.high));
  const std::string by = fmt::format("by {}, at {} values", words_of(report.by), sweep.cells.size());
  switch (report.search.finding) {
    case Finding::found:
      return found_line(report, axis, by);
    case Finding::throughout:
      return fmt::format("{} is ahead of {} all the way {}: a break-even would lie below ({}).", report.second,
                         report.first, range, by);
    case Finding::none:
      return fmt::format("No break-even {}: {} is nowhere clearly ahead of {}{} ({}).", range, report.second,
                         report.first, other_way_round(report), by);
    case Finding::not_kept:
      return fmt::format("No break-even {}: {} is clearly ahead of {} at {}, but not at the end{} ({}).", range,
                         report.second, report.first, fmt::join(led_by_second(report.search), ", "),
                         other_way_round(report), by);
    case Finding::stopped:
      return fmt::format("The search for a break-even was stopped: {}.", report.reason);
  }
  return {};
}

/// Rows that can't keep up with the rate of some cells.
void add_behind(const Sweep& sweep, std::vector<std::string>& lines) {
  std::map<std::string, std::size_t> cells_of;
  for (const SweepCell& cell : sweep.cells) {
    for (const Row& row : cell.results.rows) {
      if (row.status == Status::ok && falls_behind(row, cell.results.workload)) ++cells_of[row.executor];
    }
  }
  for (const auto& [executor, cells] : cells_of) {
    lines.push_back(
        clean_line(fmt::format("{} can't keep up in {}: latency grows there for as long as requests come in, and says "
                               "how long that was",
                               executor, counted(cells, "cell"))));
  }
}

std::string winners_line(const Sweep& sweep) {
  std::vector<std::pair<std::string, std::size_t>> wins;
  std::size_t unclear = 0;
  std::size_t behind = 0;
  for (const SweepCell& cell : sweep.cells) {
    const auto standing = standing_of(cell.results, judged(sweep));
    if (!standing) continue;
    if (!standing->keeps_up) {
      ++behind;
      continue;
    }
    unclear += standing->next != nullptr && !standing->clear ? 1 : 0;
    const auto known = std::find_if(wins.begin(), wins.end(),
                                    [&](const auto& win) { return win.first == standing->winner->executor; });
    if (known != wins.end()) {
      ++known->second;
    } else {
      wins.emplace_back(standing->winner->executor, 1);
    }
  }
  if (wins.empty()) return behind == 0 ? "" : "No executor keeps up in any cell.";
  std::stable_sort(wins.begin(), wins.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string line = fmt::format("{} is fastest in {} of {}", wins.front().first, format_count(wins.front().second),
                                 counted(sweep.cells.size(), "cell"));
  for (std::size_t i = 1; i < wins.size(); ++i)
    line += fmt::format(", {} in {}", wins[i].first, format_count(wins[i].second));
  if (unclear > 0) line += fmt::format("; in {} it is not clearly ahead of the next", format_count(unclear));
  if (behind > 0) line += fmt::format("; in {} none keeps up", format_count(behind));
  return line + ".";
}

/// "in 1 of 3 cells".
std::string in_cells(std::size_t count, const Sweep& sweep) {
  return fmt::format("in {} of {}", format_count(count), counted(sweep.cells.size(), "cell"));
}

/// Cells whose p99 latency may be any request's that was unlucky.
void add_few_requests(const Sweep& sweep, std::vector<std::string>& lines) {
  if (judged(sweep) != Judged::latency) return;
  const auto few = std::count_if(sweep.cells.begin(), sweep.cells.end(), [](const SweepCell& cell) {
    return cell.results.workload.has_rate() && cell.results.workload.requests < least_for_p99;
  });
  if (few == 0) return;
  lines.push_back(
      fmt::format("{} fewer than {} requests came in, of which the p99 latency is the longest one: with a "
                  "longer --for, or more --requests, it says more",
                  in_cells(static_cast<std::size_t>(few), sweep), least_for_p99));
}

/// Leads that look clear, and rest on so few repeats that equal executors often have them too: the ranges of two
/// repeats lie apart by chance in 1 of 3 cases, those of three in 1 of 10, of four in 1 of 35.
void add_few_repeats(const Sweep& sweep, std::vector<std::string>& lines) {
  constexpr std::size_t least = 4;
  const Judged by = judged(sweep);
  const bool any = std::any_of(sweep.cells.begin(), sweep.cells.end(), [by](const SweepCell& cell) {
    const auto standing = standing_of(cell.results, by);
    if (!standing || standing->next == nullptr || !standing->clear) return false;
    return std::min(samples_of(*standing->winner, by).size(), samples_of(*standing->next, by).size()) < least;
  });
  if (!any) return;
  lines.push_back(fmt::format("a lead of fewer than {} repeats may be chance, also without ≈: --repeat {} tells", least,
                              least_for_interval));
}

/// Cells that were measured by another version, or after an update, as where a sweep was gone on with.
void add_changes(const Sweep& sweep, std::vector<std::string>& lines) {
  std::map<std::string, std::size_t> cells_of;
  for (const SweepCell& cell : sweep.cells) {
    const std::string changes = changes_between(sweep.cells.front().results, cell.results);
    if (!changes.empty()) ++cells_of[changes];
  }
  for (const auto& [changes, cells] : cells_of) {
    lines.push_back(clean_line(fmt::format(
        "{} of {} {} from the first in {}: figures of different cells may differ for that alone", format_count(cells),
        counted(sweep.cells.size(), "cell"), cells == 1 ? "differs" : "differ", changes)));
  }
}

/// A list with commas, to be broken between lines.
std::string spaced(const std::string& list) {
  std::string text;
  for (const char each : list) text += each == ',' ? std::string(", ") : std::string(1, each);
  return text;
}

/// Cells whose figures somebody else's use of the machine may have changed.
void add_disturbed(const Sweep& sweep, std::vector<std::string>& lines) {
  std::map<std::string_view, std::size_t> cells_of;
  for (const SweepCell& cell : sweep.cells) {
    for (const std::string_view cause : disturbances(cell.results)) ++cells_of[cause];
  }
  for (const auto& [cause, cells] : cells_of) {
    lines.push_back(fmt::format("{} disturbed {} of {}, whose figures may be off: run again on an idle machine", cause,
                                format_count(cells), counted(sweep.cells.size(), "cell")));
  }
}

}  // namespace

std::string sweep_line(const Sweep& sweep) {
  std::string axes;
  for (const Axis& axis : sweep.axes) {
    axes += (axes.empty() ? "" : " × ") + axis.name;
    if (!axis.values.empty()) axes += fmt::format(" ({})", axis.values.size());
  }
  std::vector<std::string> same;
  for (const auto& [name, value] : sweep.options) {
    same.push_back(fmt::format("{} {}", name, name == "executors" ? spaced(value) : short_text_of(value)));
  }
  return clean_line(fmt::format("{} of {}; {}", counted(sweep.planned, "cell"), axes, fmt::join(same, ", ")));
}

std::vector<std::string> sweep_header(const Sweep& sweep) {
  std::vector<std::string> header;
  for (const Axis& axis : sweep.axes) header.push_back(axis.name);
  for (const char* name : {"fastest", "", "next", "ratio"}) header.emplace_back(name);
  header[header.size() - 3] = words_of(judged(sweep));
  return header;
}

std::vector<std::string> sweep_cells(const Sweep& sweep, const SweepCell& cell) {
  std::vector<std::string> texts;
  for (const AxisValue& value : cell.point) texts.push_back(short_text_of(value));
  const auto standing = standing_of(cell.results, judged(sweep));
  if (!standing || !standing->keeps_up) {
    texts.insert(texts.end(), {standing ? "none keeps up" : "none", "–", "–", "–"});
    return texts;
  }
  texts.push_back(standing->winner->executor);
  texts.push_back(format_seconds(seconds_of(*standing->winner, judged(sweep))));
  texts.push_back(standing->next == nullptr ? "–" : standing->next->executor);
  if (standing->next == nullptr) {
    texts.emplace_back("–");
  } else {
    const bool is_behind = falls_behind(*standing->next, cell.results.workload);
    texts.push_back(is_behind ? "behind" : (standing->clear ? "" : "≈ ") + format_ratio(standing->ratio));
  }
  return texts;
}

std::vector<std::string> sweep_notes(const Sweep& sweep) {
  std::vector<std::string> lines;
  const auto add = [&lines](const std::string& note) {
    std::string line = clean_line(note);
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
  };
  if (sweep.highest) {
    for (const std::string& note : highest_notes(sweep)) add(note);
    add_disturbed(sweep, lines);
    add_changes(sweep, lines);
    return lines;
  }
  add(fmt::format(
      "ratio is the next one's {} over the fastest's; ≈: within 2%, within the scatter of their repeats, or of "
      "runs too short to tell",
      words_of(judged(sweep))));
  if (sweep.cells.size() < sweep.planned) {
    add(fmt::format("{} of {} {} finished", format_count(sweep.cells.size()), counted(sweep.planned, "cell"),
                    sweep.cells.size() == 1 ? "is" : "are"));
  }
  add_behind(sweep, lines);
  add_few_requests(sweep, lines);
  add_few_repeats(sweep, lines);
  add_disturbed(sweep, lines);
  add_changes(sweep, lines);
  for (const SweepCell& cell : sweep.cells) {
    const std::string where = describe(sweep.axes, cell.point);
    for (const Row& row : cell.results.rows) {
      const std::string status = status_line(row, cell.results.workload.steps());
      if (row.status == Status::unavailable) {
        add(fmt::format("{}: {}", row.executor, status));
      } else if (row.status != Status::ok) {
        add(fmt::format("{}: {}: {}", where, row.executor, status));
      } else if (row.verified == false) {
        add(fmt::format("{}: {}: verification failed: {}", where, row.executor, row.reason));
      }
    }
  }
  return lines;
}

std::string sweep_summary(const Sweep& sweep) {
  if (sweep.highest) return clean_line(highest_sentence(sweep));
  if (sweep.break_even) return clean_line(break_even_line(sweep));
  const std::string choice = choice_sentences(sweep);
  return clean_line(winners_line(sweep) + (choice.empty() ? "" : " ") + choice);
}

}  // namespace overlap
