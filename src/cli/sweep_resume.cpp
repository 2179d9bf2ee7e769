// The options that a sweep's file holds, one by one, and its cells.
#include "src/cli/sweep_resume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "src/base/errors.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/text.hpp"
#include "src/cli/measure.hpp"
#include "src/comparison/results.hpp"
#include "src/report/same_machine.hpp"
#include "src/report/sweep_report.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& reason) {
  throw UsageError(fmt::format("--resume: {}: {}", file, reason));
}

/// The axis as --axis takes it; of a free search, LOW:HIGH from "requests from 10 to 10k".
std::string axis_text(const Axis& axis, const std::string& search) {
  std::string values;
  for (const AxisValue& value : axis.values) values += (values.empty() ? "" : ",") + text_of(value);
  const std::vector<std::string_view> words = split(search, ' ');
  if (values.empty() && words.size() == 5) values = fmt::format("{}:{}", words[2], words[4]);
  return axis.name + "=" + values;
}

void require_same_machine(const std::string& file, const Machine& there, const Machine& here) {
  const MachineDifference other = difference_between(there, here);
  if (other.fact.empty()) return;
  refuse(file, fmt::format("it was measured on another machine: {} is {} there and {} here", other.fact, other.first,
                           other.second));
}

/// A file that doesn't tell is taken.
void require_same_compute(const std::string& file, const Results& there, const std::string& here) {
  const std::string other = text_or(there.engine_facts, compute_fact, here);
  if (other != here) {
    refuse(file, fmt::format("it was measured with another compute: {} there and {} here", other, here));
  }
}

/// Values that a search for a break-even doubted, and measured once more.
std::vector<std::uint64_t> probed_twice(const Sweep& sweep) {
  std::vector<std::uint64_t> twice;
  if (!sweep.break_even) return twice;
  std::set<std::uint64_t> probed;
  for (const Probe& probe : sweep.break_even->search.probes) {
    if (probe.lead == Lead::unknown) continue;  // interrupted
    if (!probed.insert(probe.value).second) twice.push_back(probe.value);
  }
  return twice;
}

}  // namespace

std::optional<Sweep> read_resumed(const std::optional<std::string>& file) {
  if (!file) return std::nullopt;
  if (file->empty()) refuse("--resume", "", "a file's name");
  try {
    return load_sweep(*file);
  } catch (const UsageError& error) {
    throw UsageError(std::string("--resume: ") + error.what());
  }
}

NamedTexts written_options(const Sweep& sweep) {
  const std::string break_even = text_or(sweep.options, "break-even", "");
  const std::string search = break_even.empty() ? text_or(sweep.options, "highest", "") : break_even;
  NamedTexts written;
  for (const Axis& axis : sweep.axes) written.emplace_back("--axis", axis_text(axis, search));
  for (const auto& [name, value] : sweep.options) {
    if (name == "break-even" || name == "highest") {
      written.emplace_back("--" + name, value.substr(0, value.find(' ')));
    } else if (name == "executors" && !break_even.empty()) {
      written.emplace_back("--between", value);
    } else if (name != "python" || value != any_python) {
      written.emplace_back("--" + name, value);
    }
  }
  return written;
}

std::vector<SweepCell> finished_cells(SweepOptions& options, const Registry& registry, const Machine& machine) {
  if (!options.resumed) return {};
  Sweep file = std::move(*options.resumed);
  options.resumed.reset();
  const std::string other = difference(file, options.empty_sweep());
  if (!other.empty()) refuse(options.resume, "it is another sweep: " + other);
  options.measured_twice = probed_twice(file);
  const std::string content = content_line(registry.own_compute());
  const PlanLimits limits = limits_here();
  std::vector<SweepCell> finished;
  for (SweepCell& cell : file.cells) {
    const std::string where = describe(options.axes, cell.point);
    require_same_machine(options.resume, cell.results.machine, machine);
    require_same_compute(options.resume, cell.results, content);
    if (cell.results.workload != plan_cell(options, registry, cell.point, limits).workload) {
      refuse(options.resume, fmt::format("the workload of cell {} is another", where));
    }
    if (exit_status(cell.results) == exit_ok) finished.push_back(std::move(cell));
  }
  return finished;
}

std::vector<CellPlan> missing_cells(const std::vector<CellPlan>& cells, const std::vector<SweepCell>& finished) {
  std::vector<CellPlan> missing;
  std::copy_if(cells.begin(), cells.end(), std::back_inserter(missing),
               [&](const CellPlan& cell) { return find_cell(finished, cell.point) == nullptr; });
  return missing;
}

}  // namespace overlap
