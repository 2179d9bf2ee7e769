// The grid, the search, and what is saved of them.
#include "src/cli/sweep_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "src/atomic_file.hpp"
#include "src/cli/console.hpp"
#include "src/cli/measure.hpp"
#include "src/cli/outputs.hpp"
#include "src/cli/save_pace.hpp"
#include "src/cli/sweep_resume.hpp"
#include "src/clock.hpp"
#include "src/errors.hpp"
#include "src/report/lines.hpp"
#include "src/report/standing.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {
namespace {

/// The sweep's files, each whole at any moment.
class SweepFiles {
 public:
  /// Throws UsageError where one can't be written.
  explicit SweepFiles(const OutputOptions& options) : options_(options), at_end_(options) {}

  /// To be called whenever a cell is finished; saves where that is due. Files only: what is no regular file (a pipe)
  /// has its report at the end alone. Where that fails, it is said, and tried again: what was measured is not given up
  /// for a disk that is full.
  void save(const Sweep& sweep) {
    const std::int64_t begin_ns = now_ns();
    if (!pace_.is_due(begin_ns)) return;
    for (const OutputOptions::File& file : options_.files) {
      if (std::filesystem::exists(file.path) && !std::filesystem::is_regular_file(file.path)) continue;
      try {
        AtomicFile saved(file.path);
        saved.write(render(sweep, file.format, {}));
        saved.commit();
      } catch (const std::system_error& error) {
        if (said_.insert(error.what()).second) fmt::print(stderr, "overlap: {}; the sweep goes on\n", error.what());
      }
    }
    pace_.saved(begin_ns, now_ns());
  }

  void write(const Sweep& sweep) {
    at_end_.write([&](Format format, Style style) { return render(sweep, format, style); });
  }

 private:
  OutputOptions options_;
  Outputs at_end_;
  SavePace pace_;
  std::set<std::string> said_;
};

OutputOptions outputs_of(const SweepOptions& options) {
  OutputOptions outputs = options.run.output;
  const bool is_there = std::any_of(outputs.files.begin(), outputs.files.end(),
                                    [&](const OutputOptions::File& file) { return file.path == options.resume; });
  if (!options.resume.empty() && !is_there) outputs.files.push_back({options.resume, Format::json});
  return outputs;
}

/// Runs cells and keeps them, in order of their keys: a grid's by their place, a search's by their value.
class SweepRun {
 public:
  SweepRun(const SweepOptions& options, const Registry& registry, const Machine& machine,
           std::vector<SweepCell> finished)
      : options_(options),
        registry_(registry),
        machine_(machine),
        finished_(std::move(finished)),
        files_(outputs_of(options)),
        sweep_(options.empty_sweep()) {}

  int run(const std::vector<CellPlan>& cells) {
    announce(cells);
    if (options_.search) {
      search(cells.size());
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
    const std::vector<CellPlan> missing = missing_cells(cells, finished_);
    for (const CellPlan& cell : missing) estimate.cell_s(cell);
    fmt::print(stderr, "{}\n", duration_text(options_, missing.size(), estimate.total_s()));
  }

  void run_grid(const std::vector<CellPlan>& cells) {
    sweep_.planned = cells.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto known = find_finished(cells[i].point);
      if (known != finished_.end()) keep(i, *known);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (find_finished(cells[i].point) != finished_.end()) continue;
      auto cell = run_cell(cells[i], fmt::format("cell {} of {}", i + 1, cells.size()));
      if (!cell) return;
      keep(i, std::move(*cell));
      files_.save(sweep_);
    }
  }

  void search(std::size_t expected_cells) {
    for (const SweepCell& cell : finished_) keep(std::get<std::uint64_t>(cell.point.front()), cell);
    const SearchOptions& search = *options_.search;
    BreakEvenReport report;
    report.first = search.first;
    report.second = search.second;
    report.by = search.by;
    report.low = search.range.low;
    report.high = search.range.high;
    report.search =
        find_break_even(search.range, [&](std::uint64_t value) { return probe(value, expected_cells, report.reason); });
    if (report.search.finding == BreakEven::Finding::stopped && report.reason.empty()) {
      report.reason = fmt::format("{} values did not decide it", most_probes);
    }
    sweep_.break_even = std::move(report);
  }

  Lead probe(std::uint64_t value, std::size_t expected_cells, std::string& reason) {
    const Point point{value};
    SweepCell cell;
    if (const auto known = find_finished(point); known != finished_.end()) {
      cell = *known;
    } else {
      ++probes_;
      auto measured = run_cell(plan_cell(options_, registry_, point, limits_here()),
                               fmt::format("cell {} of up to {}", probes_, std::max(probes_, expected_cells)));
      if (!measured) {
        reason = "interrupted";
        return Lead::unknown;
      }
      cell = std::move(*measured);
      keep(value, cell);
      files_.save(sweep_);
    }
    for (const Row& row : cell.results.rows) {
      if (row.status == Status::ok && row.verified != false) continue;
      reason = fmt::format("{}: {}: {}", describe(options_.axes, point), row.executor,
                           row.status == Status::ok ? row.reason : status_line(row, cell.results.workload.steps()));
      return Lead::unknown;
    }
    return lead_between(cell.results.rows[0], cell.results.rows[1], options_.search->by);
  }

  /// None where it was interrupted.
  std::optional<SweepCell> run_cell(const CellPlan& cell, const std::string& place) {
    if (supervisor_.interrupted()) return std::nullopt;
    const std::string heading = fmt::format("{}, {}: ", place, describe(options_.axes, cell.point));
    const std::unique_ptr<Observer> observer = make_observer(options_.run.log, heading);
    Results results =
        measure(cell.plans, cell.workload, options_.run.comparison, machine_, registry_, supervisor_, observer.get());
    if (supervisor_.interrupted()) return std::nullopt;
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

  std::vector<SweepCell>::const_iterator find_finished(const Point& point) const {
    return std::find_if(finished_.begin(), finished_.end(), [&](const SweepCell& cell) { return cell.point == point; });
  }

  const SweepOptions& options_;
  const Registry& registry_;
  const Machine& machine_;
  const std::vector<SweepCell> finished_;  // of an earlier run: not run again, not even where it is doubted
  SweepFiles files_;
  // Before trials, whose threads are then to leave signals to it.
  Supervisor supervisor_;
  Sweep sweep_;
  std::vector<std::uint64_t> keys_;  // of sweep_.cells
  std::size_t probes_ = 0;
};

}  // namespace

int run_sweep(const SweepOptions& options, const std::vector<CellPlan>& cells, std::vector<SweepCell> finished,
              const Machine& machine, const Registry& registry) {
  return SweepRun(options, registry, machine, std::move(finished)).run(cells);
}

}  // namespace overlap
