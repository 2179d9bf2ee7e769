// Comparing grids of several files: cell by cell, as results are.
#pragma once

#include <string>
#include <vector>

#include "src/report/compare.hpp"
#include "src/sweep/sweep_results.hpp"

namespace overlap {

/// A sweep, and what its file is called.
struct NamedSweep {
  std::string name;
  Sweep sweep;
};

struct ComparedCell {
  Point point;
  FileComparison comparison;
};

struct SweepComparison {
  Judged by = Judged::makespan;           ///< what rows are judged by
  std::vector<ComparedMachine> machines;  ///< as in all cells, without what is best
  std::vector<ComparedCell> cells;        ///< those that are in all files, in the first one's order
  std::vector<std::string> notes;         ///< what differs between files, and in how many cells
  /// A grid whose executors are the files, by their names: what is fastest in each, with its figures.
  Sweep fastest;
  /// What is fastest in each cell's files, in the order of `fastest`: executors' names.
  std::vector<std::vector<std::string>> fastest_executors;

  const std::vector<Axis>& axes() const noexcept { return fastest.axes; }
};

/// Compares two grids or more, as `compare` does results. Throws UsageError, with the difference named, where axes are
/// not the same in name and order, no cell is in all files, workloads of a cell differ, or one is of a search.
SweepComparison compare(const std::vector<NamedSweep>& files);

/// As of results, with the cell before each line.
Regressions regressions(const SweepComparison& comparison, double share);

}  // namespace overlap
