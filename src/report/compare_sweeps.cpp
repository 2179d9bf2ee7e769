// Cells that all files have, and what is fastest in each.
#include "src/report/compare_sweeps.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "src/base/errors.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/units.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

std::string axes_of(const Sweep& sweep) {
  std::vector<std::string> names;
  for (const Axis& axis : sweep.axes) names.push_back(axis.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

void require_grids_of_equal_axes(const std::vector<NamedSweep>& files) {
  for (const NamedSweep& file : files) {
    if (file.sweep.break_even || file.sweep.highest) {
      throw UsageError(file.name + ": it is a search's, whose cells are what it looked at; compare takes grids");
    }
    const std::string first = axes_of(files.front().sweep);
    const std::string other = axes_of(file.sweep);
    if (first == other) continue;
    throw UsageError(fmt::format("{} and {} are of different axes, which can't be compared: {} and {}",
                                 files.front().name, file.name, first, other));
  }
}

/// The cells of all files at a point; none where one has none.
std::optional<std::vector<NamedResults>> results_at(const Point& point, const std::vector<NamedSweep>& files) {
  std::vector<NamedResults> results;
  for (const NamedSweep& file : files) {
    const SweepCell* cell = find_cell(file.sweep.cells, point);
    if (cell == nullptr) return std::nullopt;
    results.push_back({file.name, cell->results});
  }
  return results;
}

FileComparison compare_at(const std::string& where, const std::vector<NamedResults>& files) {
  try {
    return compare(files);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("at {}: {}", where, error.what()));
  }
}

/// Of the axes' values those that the cells have.
void drop_values_without_cells(Sweep& sweep) {
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    std::vector<AxisValue>& values = sweep.axes[i].values;
    const auto end = std::remove_if(values.begin(), values.end(), [&](const AxisValue& value) {
      return std::none_of(sweep.cells.begin(), sweep.cells.end(),
                          [&](const SweepCell& cell) { return cell.point[i] == value; });
    });
    values.erase(end, values.end());
  }
}

class Comparer {
 public:
  explicit Comparer(const std::vector<NamedSweep>& files) : files_(files) {}

  SweepComparison compare() {
    const Sweep& first = files_.front().sweep;
    comparison_.by = judged(first);
    comparison_.fastest.axes = first.axes;
    comparison_.fastest.options = options_of_all();
    for (const SweepCell& cell : first.cells) {
      if (const auto results = results_at(cell.point, files_)) add_cell(cell.point, *results);
    }
    if (comparison_.cells.empty()) throw UsageError(fmt::format("no cell is in all of {}", fmt::join(names(), ", ")));
    comparison_.fastest.planned = comparison_.cells.size();
    drop_values_without_cells(comparison_.fastest);
    comparison_.machines = comparison_.cells.front().comparison.machines;
    for (ComparedMachine& machine : comparison_.machines) machine.best.reset();
    add_notes();
    return std::move(comparison_);
  }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const NamedSweep& file : files_) names.push_back(file.name);
    return names;
  }

  /// What is the same in all cells of all files.
  NamedTexts options_of_all() const {
    NamedTexts options = files_.front().sweep.options;
    const auto differs = [&](const auto& option) {
      return std::any_of(files_.begin(), files_.end(), [&](const NamedSweep& file) {
        const std::string* const there = find_text(file.sweep.options, option.first);
        return there == nullptr || *there != option.second;
      });
    };
    options.erase(std::remove_if(options.begin(), options.end(), differs), options.end());
    return options;
  }

  void add_cell(const Point& point, const std::vector<NamedResults>& files) {
    const std::string where = describe(comparison_.axes(), point);
    comparison_.cells.push_back({point, compare_at(where, files)});
    SweepCell fastest{point, {}};
    fastest.results.workload = files.front().results.workload;
    std::vector<std::string>& executors = comparison_.fastest_executors.emplace_back();
    for (const NamedResults& file : files) {
      const auto standing = standing_of(file.results, comparison_.by);
      executors.push_back(standing ? standing->winner->executor : "none");
      Row row;
      if (standing) row = *standing->winner;
      row.executor = file.name;
      fastest.results.rows.push_back(std::move(row));
    }
    comparison_.fastest.cells.push_back(std::move(fastest));
  }

  void add_notes() {
    const std::size_t common = comparison_.cells.size();
    for (const NamedSweep& file : files_) {
      const std::size_t more = file.sweep.cells.size() - common;
      if (more == 0) continue;
      comparison_.notes.push_back(
          fmt::format("{} of {} {} not in all files", counted(more, "cell"), file.name, more == 1 ? "is" : "are"));
    }
    std::vector<std::pair<std::string, std::size_t>> cells_of;
    for (const ComparedCell& cell : comparison_.cells) {
      for (const std::string& note : cell.comparison.notes) {
        auto known =
            std::find_if(cells_of.begin(), cells_of.end(), [&](const auto& each) { return each.first == note; });
        if (known == cells_of.end()) known = cells_of.insert(cells_of.end(), {note, 0});
        ++known->second;
      }
    }
    for (const auto& [note, cells] : cells_of) {
      comparison_.notes.push_back(
          cells == common ? note : fmt::format("{} (in {} of {})", note, cells, counted(common, "cell")));
    }
  }

  const std::vector<NamedSweep>& files_;
  SweepComparison comparison_;
};

}  // namespace

SweepComparison compare(const std::vector<NamedSweep>& files) {
  if (files.size() < 2) throw UsageError("compare takes two files or more");
  require_grids_of_equal_axes(files);
  return Comparer(files).compare();
}

Regressions regressions(const SweepComparison& comparison, double share) {
  Regressions all;
  for (const ComparedCell& cell : comparison.cells) {
    const std::string where = describe(comparison.axes(), cell.point);
    const Regressions here = regressions(cell.comparison, share);
    for (const std::string& line : here.lines) all.lines.push_back(fmt::format("at {}: {}", where, line));
    all.judged += here.judged;
    all.undecided += here.undecided;
    if (here.judged == 0 || here.undecided > 0) all.reason = fmt::format("at {}: {}", where, here.reason);
  }
  return all;
}

}  // namespace overlap
