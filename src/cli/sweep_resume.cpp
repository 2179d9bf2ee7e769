// The options that a sweep's file holds, one by one, and its cells.
#include "src/cli/sweep_resume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "src/cli/measure.hpp"
#include "src/cli/parse.hpp"
#include "src/errors.hpp"
#include "src/report/sweep_report.hpp"
#include "src/results.hpp"

namespace overlap {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& reason) {
  throw UsageError(fmt::format("--resume: {}: {}", file, reason));
}

using Text = SweepText;
using Value = const std::string&;

/// Options of a file that are called as those of the command line, and say the same.
constexpr std::array<std::pair<std::string_view, void (*)(Text&, Value)>, 17> setters{{
    {"requests", [](Text& text, Value value) { text.run.workload.requests = value; }},
    {"iterations", [](Text& text, Value value) { text.run.workload.iterations = value; }},
    {"size", [](Text& text, Value value) { text.run.workload.size = value; }},
    {"wait", [](Text& text, Value value) { text.run.workload.wait = value; }},
    {"precision", [](Text& text, Value value) { text.run.workload.precision = value; }},
    {"spectrum", [](Text& text, Value value) { text.run.workload.spectrum = value; }},
    {"seed", [](Text& text, Value value) { text.run.workload.seed = value; }},
    {"workers", [](Text& text, Value value) { text.run.workers = value; }},
    {"compute-slots", [](Text& text, Value value) { text.run.compute_slots = value; }},
    {"engine-threads", [](Text& text, Value value) { text.run.engine_threads = value; }},
    {"streams", [](Text& text, Value value) { text.run.streams = value; }},
    {"completion", [](Text& text, Value value) { text.run.completion = value; }},
    {"rigor", [](Text& text, Value value) { text.run.rigor = value; }},
    {"repeat", [](Text& text, Value value) { text.run.repeat = value; }},
    {"max-time", [](Text& text, Value value) { text.run.max_time = value; }},
    {"reference", [](Text& text, Value value) { text.run.reference = value; }},
    {"by", [](Text& text, Value value) { text.by = value; }},
}};

std::string value_in(const Sweep& sweep, std::string_view name) {
  const auto found = std::find_if(sweep.options.begin(), sweep.options.end(),
                                  [&](const auto& option) { return option.first == name; });
  return found == sweep.options.end() ? "" : found->second;
}

/// The axis as --axis takes it; of a free search, LOW:HIGH from "requests from 10 to 10k".
std::string axis_text(const Axis& axis, const std::string& break_even) {
  std::string values;
  for (const AxisValue& value : axis.values) values += (values.empty() ? "" : ",") + text_of(value);
  const std::vector<std::string_view> words = split(break_even, ' ');
  if (values.empty() && words.size() == 5) values = fmt::format("{}:{}", words[2], words[4]);
  return axis.name + "=" + values;
}

void take_option(SweepText& text, const std::string& name, const std::string& value, bool searches) {
  const std::string option = name == "executors" && searches ? "--between" : "--" + name;
  if (std::find(text.given.begin(), text.given.end(), option) != text.given.end()) return;
  const auto* const setter =
      std::find_if(setters.begin(), setters.end(), [&](const auto& each) { return each.first == name; });
  if (setter != setters.end()) {
    setter->second(text, value);
  } else if (name == "executors") {
    (searches ? text.between : text.run.executors) = value;
  } else if (name == "break-even") {
    text.break_even = value.substr(0, value.find(' '));
  } else if (name == "python") {
    if (value != any_python) text.run.python = value;
  } else {
    refuse(*text.resume, fmt::format("options: '{}' is unknown", name));
  }
  text.given.push_back(option);
}

/// A machine in the words by which another is refused.
std::string name_of(const Machine& machine) {
  return fmt::format("{} ({}) with {} usable CPUs", machine.cpu_model.empty() ? "an unknown CPU" : machine.cpu_model,
                     machine.architecture, machine.usable_cpus);
}

}  // namespace

void read_resumed(SweepText& text) {
  if (!text.resume) return;
  if (text.resume->empty()) throw UsageError("--resume: '' is not right; it takes a file's name");
  try {
    text.resumed = load_sweep(*text.resume);
  } catch (const UsageError& error) {
    throw UsageError(std::string("--resume: ") + error.what());
  }
  if (!text.axes.empty()) return;
  text.as_resumed = true;
  const Sweep& sweep = *text.resumed;
  const std::string break_even = value_in(sweep, "break-even");
  for (const Axis& axis : sweep.axes) text.axes.push_back(axis_text(axis, break_even));
  for (const auto& [name, value] : sweep.options) take_option(text, name, value, !break_even.empty());
}

std::vector<SweepCell> finished_cells(const SweepOptions& options, const Registry& registry, const Machine& machine) {
  if (!options.resumed) return {};
  const Sweep& file = *options.resumed;
  const std::string other = difference(file, options.empty_sweep());
  if (!other.empty()) refuse(options.resume, "it is another sweep: " + other);
  const PlanLimits limits = limits_here();
  std::vector<SweepCell> finished;
  for (const SweepCell& cell : file.cells) {
    const std::string where = describe(options.axes, cell.point);
    if (name_of(cell.results.machine) != name_of(machine)) {
      refuse(options.resume,
             fmt::format("it was measured on {}, and this is {}", name_of(cell.results.machine), name_of(machine)));
    }
    if (cell.results.workload != plan_cell(options, registry, cell.point, limits).workload) {
      refuse(options.resume, fmt::format("the workload of cell {} is another", where));
    }
    if (exit_status(cell.results) == exit_ok) finished.push_back(cell);
  }
  return finished;
}

std::vector<CellPlan> missing_cells(const std::vector<CellPlan>& cells, const std::vector<SweepCell>& finished) {
  std::vector<CellPlan> missing;
  std::copy_if(cells.begin(), cells.end(), std::back_inserter(missing), [&](const CellPlan& cell) {
    return std::none_of(finished.begin(), finished.end(),
                        [&](const SweepCell& other) { return other.point == cell.point; });
  });
  return missing;
}

}  // namespace overlap
