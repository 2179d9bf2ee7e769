// Checking a sweep's options.
#include "src/cli/sweep_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "src/cli/axes.hpp"
#include "src/cli/parse.hpp"
#include "src/errors.hpp"

namespace overlap {
namespace {

bool is_given(const SweepText& text, const std::string& option) {
  return std::find(text.given.begin(), text.given.end(), option) != text.given.end();
}

void require_search(const SweepText& text) {
  if (text.break_even) return;
  for (const auto& [option, value] : {std::pair("--between", &text.between), std::pair("--by", &text.by)}) {
    if (*value) throw UsageError(fmt::format("{}: it belongs to --break-even", option));
  }
}

std::vector<Axis> read_axes(const SweepText& text) {
  if (text.axes.empty()) {
    throw UsageError(
        fmt::format("--axis: a sweep takes at least one, such as --axis size=64Ki,1Mi; there are {}", axis_names()));
  }
  std::vector<Axis> axes;
  for (const std::string& written : text.axes) {
    axes.push_back(parse_axis(written));
    const auto twice =
        std::count_if(axes.begin(), axes.end(), [&](const Axis& axis) { return axis.name == axes.back().name; });
    if (twice > 1) throw UsageError(fmt::format("--axis: {} is given twice", axes.back().name));
  }
  return axes;
}

Judged read_by(const SweepText& text) {
  for (const Judged judged : {Judged::makespan, Judged::total, Judged::latency}) {
    if (name_of(judged) == *text.by) return judged;
  }
  throw UsageError(fmt::format("--by: '{}' is not right; it takes one of makespan, total, latency", *text.by));
}

/// The two executors of a search, by their full names.
std::pair<std::string, std::string> read_between(const SweepText& text, const Registry& registry) {
  if (!text.between) throw UsageError("--break-even: it takes --between, with two executors");
  if (text.run.executors) throw UsageError("--executors: a break-even's are those of --between");
  const std::vector<std::string_view> names = split(*text.between, ',');
  if (names.size() != 2) {
    throw UsageError(
        fmt::format("--between: '{}' is not right; it takes two executors, such as threads,coroutine", *text.between));
  }
  const std::string first = parse_executor("--between", names[0], registry).name();
  const std::string second = parse_executor("--between", names[1], registry).name();
  if (first == second) throw UsageError(fmt::format("--between: {} is given twice", first));
  return {first, second};
}

void read_search(const SweepText& text, const Registry& registry, SweepOptions& options) {
  SearchOptions search;
  std::tie(search.first, search.second) = read_between(text, registry);
  if (text.by) search.by = read_by(text);
  if (!is_axis(*text.break_even)) {
    throw UsageError(fmt::format("--break-even: no axis is called '{}'; there are {}", *text.break_even, axis_names()));
  }
  if (options.axes.size() != 1 || options.axes.front().name != *text.break_even) {
    throw UsageError(fmt::format("--break-even: it takes one --axis, that of {}: such as --axis {}=1:1000",
                                 *text.break_even, *text.break_even));
  }
  std::tie(options.axes.front(), search.range) = parse_searched_axis(text.axes.front());
  options.search = std::move(search);
}

std::string names_of(const std::vector<ExecutorChoice>& choices) {
  std::string names;
  for (const ExecutorChoice& choice : choices) names += (names.empty() ? "" : ",") + choice.executor.name();
  return names;
}

std::vector<std::pair<std::string, std::string>> same_in_all(const SweepOptions& options, const std::string& python) {
  const PlanOptions& plan = options.run.plan;
  std::vector<std::pair<std::string, std::string>> same;
  const auto add_value = [&](const char* name) {
    const bool swept =
        std::any_of(options.axes.begin(), options.axes.end(), [&](const Axis& axis) { return axis.name == name; });
    if (!swept) same.emplace_back(name, text_of(value_of(name, plan)));
  };
  for (const char* name : {"requests", "iterations", "size", "wait"}) add_value(name);
  if (plan.workload.has_rate()) {
    add_value("rate");
    same.emplace_back("arrivals", name_of(plan.workload.arrivals));
  }
  if (plan.workload.computes_fft()) {
    for (const char* name : {"precision", "spectrum"}) add_value(name);
  }
  add_value("seed");
  if (!plan.own_compute.empty())
    same.emplace_back("compute", fmt::format("{}", fmt::join(plan.own_compute.files, ",")));
  same.emplace_back("executors", names_of(plan.executors));
  if (plan.workers != 0) add_value("workers");
  if (plan.compute_slots != 0) add_value("compute-slots");
  if (plan.engine_options.threads != 0) add_value("engine-threads");
  if (plan.engine_options.streams != 0) add_value("streams");
  if (plan.engine_options.completion != EngineOptions{}.completion) {
    same.emplace_back("completion", name_of(plan.engine_options.completion));
  }
  const bool has_programs = std::any_of(plan.executors.begin(), plan.executors.end(),
                                        [](const ExecutorChoice& choice) { return !choice.executor.family.empty(); });
  if (has_programs) same.emplace_back("python", python);
  same.emplace_back("rigor", name_of(plan.engine_options.rigor));
  const RoundsWanted& rounds = options.run.comparison.rounds;
  same.emplace_back("repeat", rounds.automatic ? "auto" : std::to_string(rounds.count));
  if (rounds.automatic) same.emplace_back("max-time", fmt::format("{}", rounds.max_time_s));
  if (options.run.comparison.reference) same.emplace_back("reference", options.run.comparison.reference->name());
  if (!options.search) return same;
  const SearchRange& range = options.search->range;
  same.emplace_back("break-even", fmt::format("{} from {} to {}", options.axes.front().name,
                                              text_of(AxisValue(range.low)), text_of(AxisValue(range.high))));
  same.emplace_back("by", name_of(options.search->by));
  return same;
}

}  // namespace

Sweep SweepOptions::empty_sweep() const {
  Sweep sweep;
  sweep.options = same_in_all;
  sweep.axes = axes;
  return sweep;
}

SweepOptions read_sweep_options(SweepText text, const Registry& registry) {
  require_search(text);
  SweepOptions options;
  options.axes = read_axes(text);
  for (const Axis& axis : options.axes) {
    if (is_given(text, "--" + axis.name)) throw UsageError(fmt::format("--{0}: --axis {0} takes its place", axis.name));
  }
  RunText run = text.run;
  // Its values take the place of this one, which lets --arrivals say how they come in.
  const auto is_rate = [](const Axis& axis) { return axis.name == "rate"; };
  if (std::any_of(options.axes.begin(), options.axes.end(), is_rate)) run.workload.rate = "1";
  if (text.break_even) {
    read_search(text, registry, options);
    run.executors = options.search->first + "," + options.search->second;
    if (!is_given(text, "--repeat")) run.repeat = default_search_repeats;
  }
  options.run = read_run_options(run, registry);
  if (options.search && !text.by) options.search->by = judged_by(options.run.plan.workload);
  if (text.as_resumed) {
    // A file names all of its executors, also those that a glob or the default gave.
    for (ExecutorChoice& choice : options.run.plan.executors) choice.named = false;
  }
  options.same_in_all = same_in_all(options, text.run.python.value_or(any_python));
  options.resume = text.resume.value_or("");
  options.resumed = std::move(text.resumed);
  return options;
}

}  // namespace overlap
