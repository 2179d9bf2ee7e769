// Stretches of an axis, and the least loss.
#include "src/report/sweep_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/units.hpp"
#include "src/metrics/statistics.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

constexpr double few_repeats_within = 1.05;   // of times: what a single run may be off by
constexpr std::size_t most_combinations = 6;  // of the other axes' values: more are read in the table

/// How much longer than the fastest an executor takes in a cell.
struct Loss {
  double times = 1.0;
  bool is_none = true;  ///< as good as the fastest
};

/// A cell with rows.
struct Choice {
  const SweepCell* cell;
  std::map<std::string_view, Loss> losses;  ///< of all executors that may be advised; none where none keeps up

  bool is_good(std::string_view executor) const {
    const auto found = losses.find(executor);
    return found != losses.end() && found->second.is_none;
  }
};

bool is_as_good(const Row& row, const Row& fastest, Judged by) {
  const auto repeats = std::min(samples_of(row, by).size(), samples_of(fastest, by).size());
  if (repeats < least_for_interval && seconds_of(row, by) <= few_repeats_within * seconds_of(fastest, by)) return true;
  return lead_between(fastest, row, by) != Lead::first;
}

std::vector<Choice> choices_of(const Sweep& sweep) {
  const Judged by = judged(sweep);
  std::vector<Choice> choices;
  for (const SweepCell& cell : sweep.cells) {
    const auto standing = standing_of(cell.results, by);
    if (!standing) continue;
    Choice& choice = choices.emplace_back(Choice{&cell, {}});
    for (const std::size_t index : advisable_rows(cell.results)) {
      const Row& row = cell.results.rows[index];
      if (falls_behind(row, cell.results.workload)) continue;
      choice.losses[row.executor] = {seconds_of(row, by) / seconds_of(*standing->winner, by),
                                     is_as_good(row, *standing->winner, by)};
    }
  }
  return choices;
}

/// In the order in which the rows come: the first of several that are equal is named.
std::vector<std::string_view> executors_of(const std::vector<Choice>& choices) {
  std::vector<std::string_view> executors;
  for (const Choice& choice : choices) {
    for (const Row& row : choice.cell->results.rows) {
      const bool is_known = std::find(executors.begin(), executors.end(), row.executor) != executors.end();
      if (!is_known && choice.losses.count(row.executor) > 0) executors.push_back(row.executor);
    }
  }
  return executors;
}

/// The first of the axes with the most numbers, if any has two.
std::optional<std::size_t> longest_axis(const Sweep& sweep) {
  std::optional<std::size_t> longest;
  std::size_t most = 1;
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    const std::vector<AxisValue>& values = sweep.axes[i].values;
    const bool are_numbers = std::all_of(values.begin(), values.end(), [](const AxisValue& value) {
      return std::holds_alternative<std::uint64_t>(value);
    });
    if (!are_numbers || values.size() <= most) continue;
    longest = i;
    most = values.size();
  }
  return longest;
}

using Line = std::vector<const Choice*>;

/// Lines along the axis, each by its value, with the values of the others.
std::vector<std::pair<Point, Line>> lines_along(std::size_t axis, const std::vector<Choice>& choices) {
  std::vector<std::pair<Point, Line>> lines;
  for (const Choice& choice : choices) {
    Point rest = choice.cell->point;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(axis));
    auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& each) { return each.first == rest; });
    if (line == lines.end()) line = lines.insert(lines.end(), {rest, {}});
    line->second.push_back(&choice);
  }
  for (auto& [rest, line] : lines) {
    std::sort(line.begin(), line.end(),
              [&](const Choice* a, const Choice* b) { return a->cell->point[axis] < b->cell->point[axis]; });
  }
  return lines;
}

/// "threads/fftw up to 4Ki, coroutine/pool from 8Ki on": each stretch goes on for as long as an executor can keep it.
std::string stretches_of(const Line& line, std::size_t axis, const std::vector<std::string_view>& executors) {
  std::string text;
  for (std::size_t begin = 0; begin < line.size();) {
    std::string_view kept_by = "none keeps up";
    std::size_t end = begin;
    while (end < line.size() && line[end]->losses.empty()) ++end;
    for (const std::string_view executor : executors) {
      std::size_t kept = begin;
      while (kept < line.size() && line[kept]->is_good(executor)) ++kept;
      if (kept <= end) continue;
      kept_by = executor;
      end = kept;
    }
    const std::string first = text_of(line[begin]->cell->point[axis]);
    const std::string last = text_of(line[end - 1]->cell->point[axis]);
    if (begin > 0) text += ", ";
    text += kept_by;
    if (end - begin == line.size()) {
      text += " throughout";
    } else if (begin > 0 && end == line.size()) {
      text += end - begin == 1 ? fmt::format(" at {}", last) : fmt::format(" from {} on", first);
    } else if (end - begin == 1) {
      text += fmt::format(" at {}", first);
    } else {
      text += begin == 0 ? fmt::format(" up to {}", last) : fmt::format(" from {} to {}", first, last);
    }
    begin = end;
  }
  return text;
}

std::string stretches_sentence(const Sweep& sweep, const std::vector<Choice>& choices,
                               const std::vector<std::string_view>& executors) {
  const auto axis = longest_axis(sweep);
  if (!axis) return {};
  const auto lines = lines_along(*axis, choices);
  if (lines.size() > most_combinations) return {};
  std::vector<Axis> others = sweep.axes;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(*axis));
  std::string text = "By " + sweep.axes[*axis].name;
  for (const auto& [rest, line] : lines) {
    const std::string where = describe(others, rest);  // "wait none, precision float"
    if (&line != &lines.front().second) text += ";";
    if (!where.empty()) text += (&line == &lines.front().second ? ", with " : " with ") + where;
    text += ": " + stretches_of(line, *axis, executors);
  }
  return text + ".";
}

/// The executor that loses least of those that ran in all cells: its largest loss, and where.
struct OneForAll {
  std::string_view executor;
  double times = 0.0;
  const SweepCell* where = nullptr;
  bool is_good_everywhere = false;
};

std::optional<OneForAll> one_for_all(const std::vector<Choice>& choices,
                                     const std::vector<std::string_view>& executors) {
  std::optional<OneForAll> best;
  for (const std::string_view executor : executors) {
    OneForAll one{executor, 0.0, nullptr, true};
    const bool ran_everywhere = std::all_of(choices.begin(), choices.end(), [&](const Choice& choice) {
      if (choice.losses.empty()) return true;
      const auto found = choice.losses.find(executor);
      if (found == choice.losses.end()) return false;
      one.is_good_everywhere = one.is_good_everywhere && found->second.is_none;
      if (found->second.times > one.times) {
        one.times = found->second.times;
        one.where = choice.cell;
      }
      return true;
    });
    if (!ran_everywhere) continue;
    const bool is_better =
        !best || std::pair(!one.is_good_everywhere, one.times) < std::pair(!best->is_good_everywhere, best->times);
    if (is_better) best = one;
  }
  return best;
}

}  // namespace

std::string choice_sentences(const Sweep& sweep) {
  const std::vector<Choice> choices = choices_of(sweep);
  const std::vector<std::string_view> executors = executors_of(choices);
  if (choices.size() < 2 || executors.size() < 2) return {};
  const auto one = one_for_all(choices, executors);
  if (one && one->is_good_everywhere) {
    return fmt::format("{} is nowhere clearly slower than the fastest.", one->executor);
  }
  std::string text = stretches_sentence(sweep, choices, executors);
  if (!one) return text;
  return text + fmt::format("{}For all cells {} loses least: it takes at most {} times as long as the fastest (at {}).",
                            text.empty() ? "" : " ", one->executor, format_ratio(one->times),
                            describe(sweep.axes, one->where->point));
}

}  // namespace overlap
