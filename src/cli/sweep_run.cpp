// The grid, the search, and what is saved of them.
#include "src/cli/sweep_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/base/errors.hpp"
#include "src/cli/console.hpp"
#include "src/cli/measure.hpp"
#include "src/cli/sweep_files.hpp"
#include "src/cli/sweep_resume.hpp"
#include "src/report/lines.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

/// Runs cells and keeps them, in order of their keys: a grid's by their place, a search's by their value.
class SweepRun {
 public:
  SweepRun(const SweepOptions& options, const Registry& registry, const Machine& machine,
           std::vector<SweepCell> finished)
      : options_(options),
        registry_(registry),
        machine_(machine),
        finished_(std::move(finished)),
        files_(options),
        sweep_(options.empty_sweep()) {}

  int run(const std::vector<CellPlan>& cells) {
    announce(cells);
    if (options_.search) {
      expected_probes_ = cells.size();
      search();
    } else {
      run_grid(cells);
    }
    files_.write(sweep_);
    if (supervisor_.interrupted()) return exit_interrupted;
    int status = sweep_.break_even && !sweep_.break_even->reason.empty() ? exit_failed : exit_ok;
    for (const SweepCell& cell : sweep_.cells) status = std::max(status, exit_status(cell.results));
    return status;
  }

 private:
  void announce(const std::vector<CellPlan>& cells) const {
    if (isatty(STDERR_FILENO) == 0) return;
    SweepEstimate estimate(options_, registry_);
    for (const CellPlan& cell : missing_cells(cells, finished_)) estimate.cell_s(cell);
    print_error(estimate.duration_text() + "\n");
  }

  void run_grid(const std::vector<CellPlan>& cells) {
    sweep_.planned = cells.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (const SweepCell* known = find_cell(finished_, cells[i].point)) keep(i, *known);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (find_cell(finished_, cells[i].point) != nullptr) continue;
      auto cell = run_cell(cells[i], fmt::format("cell {} of {}", i + 1, cells.size()));
      if (!cell) return;
      keep(i, std::move(*cell));
      files_.save(sweep_);
    }
  }

  void search() {
    for (const SweepCell& cell : finished_) keep(std::get<std::uint64_t>(cell.point.front()), cell);
    if (const auto* highest = std::get_if<HighestOptions>(&options_.search->wanted)) {
      search_highest(*highest);
    } else {
      search_break_even(std::get<BreakEvenOptions>(options_.search->wanted));
    }
  }

  void search_break_even(const BreakEvenOptions& between) {
    const SearchOptions& search = *options_.search;
    BreakEvenReport report;
    report.first = between.first;
    report.second = between.second;
    report.by = search.by;
    report.low = search.range.low;
    report.high = search.range.high;
    report.search = find_break_even(search.range, [&](std::uint64_t value) { return probe(value, report); });
    if (report.search.finding == BreakEven::Finding::stopped && report.reason.empty()) {
      report.reason = fmt::format("{} values did not decide it", most_probes);
    }
    sweep_.break_even = std::move(report);
  }

  /// Says in the report why it could not be measured.
  Lead probe(std::uint64_t value, BreakEvenReport& report) {
    const std::vector<std::uint64_t>& twice = options_.measured_twice;
    const bool doubted = is_asked_again(value) && std::find(twice.begin(), twice.end(), value) == twice.end();
    const SweepCell* const cell = cell_at(value, {report.first, report.second}, doubted);
    if (cell == nullptr) {
      report.reason = "interrupted";
      return Lead::unknown;
    }
    const Row& first = *find_row(cell->results, report.first);
    const Row& second = *find_row(cell->results, report.second);
    for (const Row* row : {&first, &second}) {
      const std::string fault = fault_of(*row, cell->results);
      if (fault.empty()) continue;
      report.reason = fmt::format("{}: {}: {}", describe(options_.axes, cell->point), row->executor, fault);
      return Lead::unknown;
    }
    return lead_between(first, second, report.by);
  }

  bool is_asked_again(std::uint64_t value) { return !asked_.insert(value).second; }

  void search_highest(const HighestOptions& highest) {
    const SearchOptions& search = *options_.search;
    HighestReport report{search.by, highest.within_s, search.range.low, search.range.high, {}};
    const std::vector<ExecutorChoice>& executors = options_.run.plan.executors;
    for (const ExecutorChoice& choice : executors) report.lines.push_back({choice.executor.name(), {}});
    const std::vector<Highest> found = find_highest(
        search.range, executors.size(),
        [&](std::uint64_t value, const std::vector<std::size_t>& asked) { return are_within(value, asked, report); });
    for (std::size_t i = 0; i < found.size(); ++i) report.lines[i].found = found[i];
    sweep_.highest = std::move(report);
  }

  /// Says in the report why an executor could not be measured.
  std::vector<std::optional<bool>> are_within(std::uint64_t value, const std::vector<std::size_t>& asked,
                                              HighestReport& report) {
    std::vector<std::string> executors;
    executors.reserve(asked.size());
    for (const std::size_t each : asked) executors.push_back(report.lines[each].executor);
    // What an earlier run has finished it has settled.
    const bool doubted = is_asked_again(value) && find_cell(finished_, Point{value}) == nullptr;
    const SweepCell* const cell = cell_at(value, executors, doubted);
    std::vector<std::optional<bool>> answers(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      std::string& reason = report.lines[asked[i]].reason;
      reason = "interrupted";
      if (cell == nullptr) continue;
      const Row& row = *find_row(cell->results, executors[i]);
      reason = fault_of(row, cell->results);
      if (reason.empty()) {
        answers[i] = seconds_of(row, report.by) <= report.within_s;
      } else if (row.status != Status::unavailable) {
        reason = fmt::format("{}: {}", describe(options_.axes, cell->point), reason);
      }
    }
    return answers;
  }

  /// What keeps a search from using the row's figures; empty where nothing does.
  static std::string fault_of(const Row& row, const Results& results) {
    if (row.status != Status::ok) return status_line(row, results.workload.steps());
    return row.verified == false ? row.reason : "";
  }

  /// A search's cell of these executors, run unless it is there and not doubted; nullptr where it was interrupted.
  const SweepCell* cell_at(std::uint64_t value, const std::vector<std::string>& executors, bool doubted) {
    const Point point{value};
    const SweepCell* const known = find_cell(finished_, point);
    const bool has_all = known != nullptr && !doubted &&
                         std::all_of(executors.begin(), executors.end(), [&](const std::string& executor) {
                           return find_row(known->results, executor) != nullptr;
                         });
    if (!has_all) {
      ++probes_;
      CellPlan plan = plan_cell(options_, registry_, point, limits_here());
      std::erase_if(plan.plans, [&](const ExecutorPlan& each) {
        return std::find(executors.begin(), executors.end(), each.name()) == executors.end();
      });
      auto measured = run_cell(plan, fmt::format("cell {} of up to {}", probes_, std::max(probes_, expected_probes_)));
      if (!measured) return nullptr;
      keep(value, *std::move(measured));
      files_.save(sweep_);
    }
    return find_cell(sweep_.cells, point);
  }

  /// None where it was interrupted.
  std::optional<SweepCell> run_cell(const CellPlan& cell, const std::string& place) {
    if (supervisor_.interrupted()) return std::nullopt;
    const std::string heading = fmt::format("{}, {}: ", place, describe(options_.axes, cell.point));
    const std::unique_ptr<Observer> observer = make_observer(options_.run.log, heading);
    Results results =
        measure(cell.plans, cell.workload, options_.run.comparison, machine_, registry_, supervisor_, observer.get());
    if (supervisor_.interrupted()) return std::nullopt;
    results.settings = cell.settings;
    for (Row& row : results.rows) row.recording.reset();
    return SweepCell{cell.point, std::move(results)};
  }

  void keep(std::uint64_t key, SweepCell cell) {
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
    const auto index = at - keys_.begin();
    if (at != keys_.end() && *at == key) {
      sweep_.cells[static_cast<std::size_t>(index)] = std::move(cell);
    } else {
      keys_.insert(at, key);
      sweep_.cells.insert(sweep_.cells.begin() + index, std::move(cell));
    }
    if (options_.search) sweep_.planned = sweep_.cells.size();
  }

  const SweepOptions& options_;
  const Registry& registry_;
  const Machine& machine_;
  const std::vector<SweepCell> finished_;  // of an earlier run: not run again, unless a search doubts it
  SweepFiles files_;
  // Before trials, whose threads are then to leave signals to it.
  Supervisor supervisor_;
  Sweep sweep_;
  std::vector<std::uint64_t> keys_;  // of sweep_.cells
  std::set<std::uint64_t> asked_;    // values that a search has asked for
  std::size_t probes_ = 0;           // of a search
  std::size_t expected_probes_ = 0;
};

}  // namespace

int run_sweep(const SweepOptions& options, const std::vector<CellPlan>& cells, std::vector<SweepCell> finished,
              const Machine& machine, const Registry& registry) {
  return SweepRun(options, registry, machine, std::move(finished)).run(cells);
}

}  // namespace overlap
