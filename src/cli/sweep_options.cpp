// Checking a sweep's options.
#include "src/cli/sweep_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "src/base/errors.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/text.hpp"
#include "src/cli/axes.hpp"
#include "src/cli/measured_waits.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

// For so long requests come in in a search, unless that is said or the limit of one for the highest value takes longer.
constexpr double least_arrivals_s = 10.0;

bool is_given(const SweepText& text, const std::string& option) {
  return std::find(text.given.begin(), text.given.end(), option) != text.given.end();
}

void require_search(const SweepText& text) {
  if (text.break_even && text.highest) throw UsageError("--highest: a search is for that or for a --break-even");
  if (text.between && !text.break_even) throw UsageError("--between: it belongs to --break-even");
  if (text.within && !text.highest) throw UsageError("--within: it belongs to --highest");
  if (text.by && !text.break_even && !text.highest) {
    throw UsageError("--by: it belongs to --break-even and --highest");
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

BreakEvenOptions read_between(const SweepText& text, const Registry& registry) {
  if (!text.between) throw UsageError("--break-even: it takes --between, with two executors");
  if (text.run.executors) throw UsageError("--executors: a break-even's are those of --between");
  const std::vector<std::string_view> names = split(*text.between, ',');
  if (names.size() != 2) {
    refuse("--between", *text.between, "two executors, such as threads,coroutine");
  }
  const std::string first = parse_executor("--between", names[0], registry).name();
  const std::string second = parse_executor("--between", names[1], registry).name();
  if (first == second) throw UsageError(fmt::format("--between: {} is given twice", first));
  return {first, second};
}

double read_within(const SweepText& text) {
  if (!text.within) throw UsageError("--highest: it takes --within, with a time such as 200ms");
  return parse_positive_duration("--within", *text.within);
}

/// The axis of a search takes the place of the grid's.
void read_search(const SweepText& text, const Registry& registry, SweepOptions& options) {
  const char* option = text.highest ? "--highest" : "--break-even";
  const std::string& name = text.highest ? *text.highest : *text.break_even;
  SearchOptions search;
  if (text.highest) {
    search.wanted = HighestOptions{read_within(text)};
  } else {
    search.wanted = read_between(text, registry);
  }
  if (text.by) search.by = parse_named<Judged>("--by", *text.by);
  if (!is_axis(name)) {
    throw UsageError(fmt::format("{}: no axis is called '{}'; there are {}", option, name, axis_names()));
  }
  if (text.highest && !takes_longer_along(name)) {
    throw UsageError(fmt::format("--highest: along {} time falls; it takes requests, iterations, size or rate", name));
  }
  if (options.axes.size() != 1 || options.axes.front().name != name) {
    throw UsageError(fmt::format("{}: it takes one --axis, that of {}: such as --axis {}=1:1000", option, name, name));
  }
  std::tie(options.axes.front(), search.range) = parse_searched_axis(option, text.axes.front());
  options.search = std::move(search);
}

/// For so long requests come in at a rate, where neither that nor their number is given: in a short run a p99 latency
/// is the longest one, and one that grows is not seen.
void add_arrivals(const SweepText& text, const SearchOptions& search, RunText& run) {
  const WorkloadText& workload = run.workload;
  const std::string& axis = text.highest ? *text.highest : *text.break_even;
  if (!workload.rate || workload.requests || workload.arrive_for || axis == "requests") return;
  const auto* highest = std::get_if<HighestOptions>(&search.wanted);
  const double within_s = highest != nullptr ? highest->within_s : 0.0;
  run.workload.arrive_for = fmt::format("{}", std::max(least_arrivals_s, within_s / most_of_arrivals));
}

/// Options that a search has where they are not given.
void add_defaults(const SweepText& text, const SearchOptions& search, RunText& run) {
  const auto* between = std::get_if<BreakEvenOptions>(&search.wanted);
  if (between != nullptr) run.executors = between->first + "," + between->second;
  if (!is_given(text, "--repeat")) {
    run.repeat = between != nullptr ? default_break_even_repeats : default_highest_repeats;
  }
  add_arrivals(text, search, run);
}

std::string names_of(const std::vector<ExecutorChoice>& choices) {
  std::string names;
  for (const ExecutorChoice& choice : choices) names += (names.empty() ? "" : ",") + choice.executor.name();
  return names;
}

/// Along such an axis all cells would be the same.
void require_heeded(const SweepOptions& options, const Registry& registry) {
  PlanOptions plan = options.run.plan;
  for (const Axis& axis : options.axes) {
    set_value(axis.name, options.search ? AxisValue(options.search->range.high) : axis.values.back(), plan);
  }
  const std::vector<std::string> unheeded = unheeded_settings(plan, registry);
  for (const Axis& axis : options.axes) {
    if (std::find(unheeded.begin(), unheeded.end(), axis.name) == unheeded.end()) continue;
    throw UsageError(
        fmt::format("--axis {}: it makes no difference to any of --executors {}", axis.name, names_of(plan.executors)));
  }
}

NamedTexts same_in_all(const SweepOptions& options, const std::string& python) {
  const PlanOptions& plan = options.run.plan;
  NamedTexts same;
  const auto is_swept = [&](std::string_view name) {
    return std::any_of(options.axes.begin(), options.axes.end(), [&](const Axis& axis) { return axis.name == name; });
  };
  const auto add_value = [&](const char* name) {
    if (!is_swept(name)) same.emplace_back(name, text_of(value_of(name, plan)));
  };
  if (plan.arrive_for_s <= 0.0) add_value("requests");
  for (const char* name : {"iterations", "size", "wait"}) add_value(name);
  if (plan.workload.has_rate()) {
    add_value("rate");
    if (plan.arrive_for_s > 0.0) same.emplace_back("for", fmt::format("{}", plan.arrive_for_s));
    same.emplace_back("arrivals", name_of(plan.workload.arrivals));
  }
  if (plan.workload.computes_fft()) {
    for (const char* name : {"precision", "spectrum"}) add_value(name);
  }
  add_value("seed");
  if (!plan.own_compute.empty())
    same.emplace_back("compute", fmt::format("{}", fmt::join(plan.own_compute.files, ",")));
  same.emplace_back("executors", names_of(plan.executors));
  for (const auto& [name, value] : settings_of(plan)) {
    if (!is_swept(name)) same.emplace_back(name, value);
  }
  const bool has_programs = std::any_of(plan.executors.begin(), plan.executors.end(),
                                        [](const ExecutorChoice& choice) { return !choice.executor.family.empty(); });
  if (has_programs) same.emplace_back("python", python);
  const RoundsWanted& rounds = options.run.comparison.rounds;
  same.emplace_back("repeat", rounds.automatic ? "auto" : std::to_string(rounds.count));
  if (rounds.automatic) same.emplace_back("max-time", fmt::format("{}", rounds.max_time_s));
  if (options.run.comparison.reference) same.emplace_back("reference", options.run.comparison.reference->name());
  if (!options.search) return same;
  const SearchRange& range = options.search->range;
  const auto* highest = std::get_if<HighestOptions>(&options.search->wanted);
  same.emplace_back(highest != nullptr ? "highest" : "break-even",
                    fmt::format("{} from {} to {}", options.axes.front().name, text_of(AxisValue(range.low)),
                                text_of(AxisValue(range.high))));
  if (highest != nullptr) same.emplace_back("within", fmt::format("{}", highest->within_s));
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
  const auto has_axis = [&](std::string_view name) {
    return std::any_of(options.axes.begin(), options.axes.end(), [&](const Axis& axis) { return axis.name == name; });
  };
  if (has_axis("requests") && text.run.workload.arrive_for) {
    throw UsageError("--for: --axis requests takes its place");
  }
  RunText run = text.run;
  // Its values take the place of this one, which lets --arrivals say how they come in.
  if (has_axis("rate")) run.workload.rate = "1";
  if (text.highest && text.run.reference) throw UsageError("--reference: a search for the highest value has none");
  if (text.break_even || text.highest) {
    read_search(text, registry, options);
    add_defaults(text, *options.search, run);
  }
  options.run = read_run_options(run, registry);
  require_heeded(options, registry);
  for (const std::string& axis : text.axes) {
    for (const std::string_view value : split(std::string_view(axis).substr(axis.find('=') + 1), ',')) {
      options.run.output.spare("--axis", file_of_waits(value));
    }
  }
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
