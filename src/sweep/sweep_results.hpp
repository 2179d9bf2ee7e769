// The results of a sweep: a comparison for each cell that is finished. What reports are made from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/comparison/results.hpp"
#include "src/sweep/break_even.hpp"
#include "src/sweep/highest.hpp"
#include "src/sweep/sweep.hpp"

namespace overlap {

struct SweepCell {
  Point point;
  Results results;
};

/// What a search found out about two executors on the sweep's only axis.
struct BreakEvenReport {
  std::string first;
  std::string second;
  Judged by = Judged::makespan;
  std::uint64_t low = 0;  ///< the range that was searched
  std::uint64_t high = 0;
  BreakEven search;
  std::string reason;  ///< why it was stopped, where it was
};

/// In a run in which requests come in for D seconds, at a rate that is 1 + L / D times what an executor keeps up with,
/// they wait for L at the end. So where a limit of L is more than this share of D, a rate that is found is too high by
/// more than the 5 % to which it is found.
inline constexpr double most_of_arrivals = 0.05;

/// What a search found out about each executor on the sweep's only axis.
struct HighestReport {
  struct Line {
    std::string executor;
    Highest found;
    std::string reason{};  ///< why it was stopped, where it was
  };

  Judged by = Judged::makespan;
  double within_s = 0.0;  ///< the limit
  std::uint64_t low = 0;  ///< the range that was searched
  std::uint64_t high = 0;
  std::vector<Line> lines;  ///< in the executors' order
};

struct Sweep {
  /// What is the same in all cells, by option, as the command line takes it: {"iterations", "5"}, {"executors", "…"}.
  NamedTexts options;
  std::vector<Axis> axes;        ///< of a search: its axis, with the values it may take, none where it is free
  std::size_t planned = 0;       ///< cells, finished or not; of a search: those that are finished
  std::vector<SweepCell> cells;  ///< those that are finished, in the grid's order; of a search: by value
  std::optional<BreakEvenReport> break_even;
  std::optional<HighestReport> highest;
};

/// The cell at a point; nullptr where there is none.
const SweepCell* find_cell(const std::vector<SweepCell>& cells, const Point& point) noexcept;

/// By what its executors are compared.
Judged judged(const Sweep& sweep) noexcept;

/// The difference that keeps one sweep from being gone on with as another: "--repeat is 5 there and 3 here"; empty
/// where there is none.
std::string difference(const Sweep& there, const Sweep& here);

}  // namespace overlap
