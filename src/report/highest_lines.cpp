// Wording of a search for the highest value.
#include "src/report/highest_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/report/lines.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

using Finding = Highest::Finding;
using Line = HighestReport::Line;

// Of two highest values, which are found to 5 %.
constexpr double about_as_far = 1.05;

constexpr const char* nothing = "–";

const SweepCell* cell_at(const Sweep& sweep, const std::optional<std::uint64_t>& value) {
  return value ? find_cell(sweep.cells, Point{*value}) : nullptr;
}

std::string value_text(const std::optional<std::uint64_t>& value) {
  return value ? text_of(AxisValue(*value)) : nothing;
}

/// "281", "≥ 200" where the search for it was stopped, "none".
std::string highest_text(const Highest& found) {
  if (found.finding == Finding::none) return "none";
  const bool is_least = found.finding == Finding::stopped && found.value;
  return (is_least ? "≥ " : "") + value_text(found.value);
}

/// An executor's time at a value; a file may lack it.
std::string seconds_text(const Sweep& sweep, const std::string& executor, const std::optional<std::uint64_t>& value) {
  const SweepCell* const cell = cell_at(sweep, value);
  const Row* const row = cell != nullptr ? find_row(cell->results, executor) : nullptr;
  const bool is_there = row != nullptr && !samples_of(*row, sweep.highest->by).empty();
  return is_there ? format_seconds(seconds_of(*row, sweep.highest->by)) : nothing;
}

/// Executors of which the highest value was found, who gets furthest first.
std::vector<const Line*> by_value(const HighestReport& report) {
  std::vector<const Line*> lines;
  for (const Line& line : report.lines) {
    if (line.found.value && line.found.finding != Finding::stopped) lines.push_back(&line);
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line* a, const Line* b) { return *a->found.value > *b->found.value; });
  return lines;
}

double ratio_of(const Line& further, const Line& other) {
  return static_cast<double>(*further.found.value) / static_cast<double>(*other.found.value);
}

std::vector<std::string> names_where(const HighestReport& report, Finding finding) {
  std::vector<std::string> names;
  for (const Line& line : report.lines) {
    if (line.found.finding == finding) names.push_back(line.executor);
  }
  return names;
}

/// Seconds for which requests had to come in so that a row which can't keep up is told from one that can, and there are
/// enough for a 99th percentile; none where they did.
std::optional<double> longer_s(const HighestReport& report, const SweepCell& cell) {
  constexpr double least_requests = 100.0;
  const Workload& workload = cell.results.workload;
  if (!workload.has_rate() || report.by != Judged::latency) return std::nullopt;
  const double needed_s = std::max(report.within_s / most_of_arrivals, least_requests / workload.rate);
  const bool enough = std::round(needed_s * workload.rate) <= static_cast<double>(workload.requests);
  return enough ? std::nullopt : std::optional(std::ceil(needed_s));
}

/// "; of its requests 1% wait for 313 ms or longer in all": where no executor can stay within the limit.
std::string waits_beyond(const Sweep& sweep) {
  const HighestReport& report = *sweep.highest;
  if (report.by != Judged::latency || sweep.cells.empty()) return {};
  const double waits_s = sweep.cells.front().results.workload.waits_quantile_s(0.99);
  if (waits_s <= report.within_s) return {};
  return fmt::format("; 1% of such requests wait for {} or longer, whoever runs them", format_seconds(waits_s));
}

}  // namespace

void add_highest(const Sweep& sweep, Document& document) {
  const HighestReport& report = *sweep.highest;
  const std::string time(words_of(report.by));
  document.columns = {{"executor", true}, {"highest " + sweep.axes.front().name}, {time}, {"beyond at"}, {time}};
  const std::vector<const Line*> ranked = by_value(report);
  for (const Line& line : report.lines) {
    document.lines.emplace_back();
    Document::Line& drawn = document.lines.back();
    for (const std::string& text :
         {line.executor, highest_text(line.found), seconds_text(sweep, line.executor, line.found.value),
          value_text(line.found.beyond), seconds_text(sweep, line.executor, line.found.beyond)}) {
      drawn.cells.push_back({text});
    }
    if (line.found.finding == Finding::stopped) {
      drawn.mark = Document::Mark::missing;
    } else if (!ranked.empty() && line.found.value == ranked.front()->found.value) {
      drawn.mark = Document::Mark::best;
      drawn.cells.front().colour = bold_green;
    }
  }
}

std::vector<std::string> highest_notes(const Sweep& sweep) {
  const HighestReport& report = *sweep.highest;
  const std::string& axis = sweep.axes.front().name;
  std::vector<std::string> notes = {
      fmt::format("highest {}: where the {}, the repeats' median, is at most {}; at the least value found beyond it is "
                  "more",
                  axis, words_of(report.by), format_seconds(report.within_s))};
  std::vector<std::string> doubtful;
  double needed_s = 0.0;
  for (const Line& line : report.lines) {
    if (line.found.finding == Finding::stopped) notes.push_back(line.executor + ": " + line.reason);
    const SweepCell* const cell = cell_at(sweep, line.found.value);
    const auto longer = cell != nullptr ? longer_s(report, *cell) : std::nullopt;
    if (!longer) continue;
    doubtful.push_back(line.executor);
    needed_s = std::max(needed_s, *longer);
  }
  if (!doubtful.empty()) {
    notes.push_back(
        fmt::format("requests came in for too short a time to be sure of the highest {} of {}: --for {} is "
                    "enough",
                    axis, names_of(doubtful), needed_s));
  }
  return notes;
}

std::string highest_sentence(const Sweep& sweep) {
  const HighestReport& report = *sweep.highest;
  const std::string& axis = sweep.axes.front().name;
  const std::string limit = fmt::format("within {} ({})", format_seconds(report.within_s), words_of(report.by));
  const std::vector<std::string> nowhere = names_where(report, Finding::none);
  const std::vector<const Line*> ranked = by_value(report);
  if (ranked.empty()) {
    if (nowhere.empty()) return "The search was stopped before anything was found.";
    return fmt::format("At {} {} already, no executor stays {}{}.", axis, value_text(report.low), limit,
                       waits_beyond(sweep));
  }
  const Line& best = *ranked.front();
  std::string sentence =
      fmt::format("{} stays {} up to {} {}", best.executor, limit, axis, value_text(best.found.value));
  if (best.found.finding == Finding::throughout) sentence += ", the end of the range, and maybe beyond";
  std::vector<std::string> equals;
  std::size_t next = 1;
  for (; next < ranked.size() && ratio_of(best, *ranked[next]) <= about_as_far; ++next) {
    equals.push_back(ranked[next]->executor);
  }
  if (!equals.empty())
    sentence += fmt::format("; so, about, {} {}", equals.size() == 1 ? "does" : "do", names_of(equals));
  if (next < ranked.size()) {
    sentence += fmt::format("; that is {} times as far as {} ({})", format_ratio(ratio_of(best, *ranked[next])),
                            ranked[next]->executor, value_text(ranked[next]->found.value));
    const Line& last = *ranked.back();
    if (next + 1 < ranked.size()) {
      sentence += fmt::format(" and {} times as far as {} ({})", format_ratio(ratio_of(best, last)), last.executor,
                              value_text(last.found.value));
    }
  }
  if (!nowhere.empty()) {
    sentence += fmt::format("; {} not even at {}", names_of(nowhere), value_text(report.low));
  }
  return sentence + ".";
}

}  // namespace overlap
