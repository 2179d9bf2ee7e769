// One line for each axis.
#include "src/cli/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "src/base/errors.hpp"
#include "src/base/text.hpp"
#include "src/cli/measured_waits.hpp"
#include "src/cli/options.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

enum class Order {
  none,     // names
  counts,   // ranges multiply by 2, and a search makes sense
  lanes,    // the same, and time falls along them
  numbers,  // ranges add 1
};

struct AxisInfo {
  std::string_view name;
  Order order;
  void (*set)(PlanOptions& plan, std::string_view option, std::string_view text);
  AxisValue (*get)(const PlanOptions& plan);
};

using Text = std::string_view;

AxisValue value_of_rate(double rate) {
  constexpr double most_exact = 9007199254740992.0;  // 2^53
  const bool is_whole = rate <= most_exact && std::floor(rate) == rate;
  return is_whole ? AxisValue(static_cast<std::uint64_t>(rate)) : AxisValue(fmt::format("{}", rate));
}

constexpr std::array<AxisInfo, 12> infos{{
    {"requests", Order::counts,
     [](PlanOptions& plan, Text option, Text text) { plan.workload.requests = parse_count(option, text); },
     [](const PlanOptions& plan) { return AxisValue(plan.workload.requests); }},
    {"iterations", Order::counts,
     [](PlanOptions& plan, Text option, Text text) { plan.workload.iterations = parse_count(option, text); },
     [](const PlanOptions& plan) { return AxisValue(plan.workload.iterations); }},
    {"size", Order::counts,
     [](PlanOptions& plan, Text option, Text text) { plan.workload.size = parse_size(option, text); },
     [](const PlanOptions& plan) { return AxisValue(plan.workload.size); }},
    {"wait", Order::none,
     [](PlanOptions& plan, Text option, Text text) { plan.workload.wait = parse_wait_option(option, text); },
     [](const PlanOptions& plan) { return AxisValue(plan.workload.wait.to_string()); }},
    {"rate", Order::counts,
     [](PlanOptions& plan, Text option, Text text) { plan.workload.rate = parse_rate(option, text); },
     [](const PlanOptions& plan) { return value_of_rate(plan.workload.rate); }},
    {"precision", Order::none,
     [](PlanOptions& plan, Text option, Text text) { plan.workload.precision = parse_named<Precision>(option, text); },
     [](const PlanOptions& plan) { return AxisValue(std::string(name_of(plan.workload.precision))); }},
    {"spectrum", Order::none,
     [](PlanOptions& plan, Text option, Text text) {
       plan.workload.spectrum = parse_named<SpectrumKind>(option, text);
     },
     [](const PlanOptions& plan) { return AxisValue(std::string(name_of(plan.workload.spectrum))); }},
    {"seed", Order::numbers,
     [](PlanOptions& plan, Text option, Text text) { plan.workload.seed = parse_number(option, text); },
     [](const PlanOptions& plan) { return AxisValue(plan.workload.seed); }},
    {"workers", Order::lanes,
     [](PlanOptions& plan, Text option, Text text) { plan.workers = parse_small_count(option, text); },
     [](const PlanOptions& plan) { return AxisValue(std::uint64_t{plan.workers}); }},
    {"compute-slots", Order::lanes,
     [](PlanOptions& plan, Text option, Text text) { plan.compute_slots = parse_small_count(option, text); },
     [](const PlanOptions& plan) { return AxisValue(std::uint64_t{plan.compute_slots}); }},
    {"engine-threads", Order::lanes,
     [](PlanOptions& plan, Text option, Text text) { plan.engine_options.threads = parse_small_count(option, text); },
     [](const PlanOptions& plan) { return AxisValue(std::uint64_t{plan.engine_options.threads}); }},
    {"streams", Order::lanes,
     [](PlanOptions& plan, Text option, Text text) { plan.engine_options.streams = parse_small_count(option, text); },
     [](const PlanOptions& plan) { return AxisValue(std::uint64_t{plan.engine_options.streams}); }},
}};

const AxisInfo* find_info(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(infos.begin(), infos.end(), [&](const AxisInfo& info) { return info.name == name; });
  return found == infos.end() ? nullptr : found;
}

const AxisInfo& info_of(std::string_view name) {
  const AxisInfo* info = find_info(name);
  if (info == nullptr) throw std::logic_error("no axis " + std::string(name));
  return *info;
}

std::string option_of(const AxisInfo& info) { return fmt::format("--axis {}", info.name); }

struct AxisText {
  const AxisInfo& info;
  std::vector<std::string_view> items;
};

AxisText split_axis(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    refuse("--axis", text, "NAME=VALUES, such as size=64Ki,1Mi or requests=1:1000:x10");
  }
  const std::string_view name = text.substr(0, equals);
  const AxisInfo* info = find_info(name);
  if (info == nullptr) {
    throw UsageError(fmt::format("--axis: no axis is called '{}'; there are {}", name, axis_names()));
  }
  AxisText axis{*info, split(text.substr(equals + 1), ',')};
  if (std::any_of(axis.items.begin(), axis.items.end(), [](std::string_view item) { return item.empty(); })) {
    throw UsageError(
        fmt::format("{}: an empty value in '{}'; it takes values with commas between", option_of(*info), text));
  }
  return axis;
}

/// A range as it is written.
struct Range {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::optional<std::string_view> step;
};

std::optional<std::uint64_t> read_end(const AxisInfo& info, std::string_view text) {
  if (const auto count = read_count(text)) return count;
  if (info.order == Order::numbers && text == "0") return 0;
  return std::nullopt;
}

/// None where the ends are not both numbers, or the axis has none.
std::optional<Range> read_range(const AxisInfo& info, std::string_view item) {
  if (info.order == Order::none) return std::nullopt;
  const std::vector<std::string_view> parts = split(item, ':');
  if (parts.size() != 2 && parts.size() != 3) return std::nullopt;
  const auto low = read_end(info, parts[0]);
  const auto high = read_end(info, parts[1]);
  if (!low || !high) return std::nullopt;
  if (*low > *high) {
    throw UsageError(
        fmt::format("{}: '{}' is an empty range: {} is above {}", option_of(info), item, parts[0], parts[1]));
  }
  return Range{*low, *high, parts.size() == 3 ? std::optional(parts[2]) : std::nullopt};
}

RangeStep read_step(const AxisInfo& info, std::string_view item, const Range& range) {
  if (!range.step) return info.order == Order::numbers ? RangeStep{0.0, 1} : RangeStep{};
  const std::string option = option_of(info);
  const std::string_view amount = range.step->empty() ? "" : range.step->substr(1);
  if (range.step->starts_with('x')) {
    if (range.low == 0) {
      throw UsageError(fmt::format("{}: '{}' is not right; from 0 it takes a step such as +1", option, item));
    }
    return {parse_factor(fmt::format("{}: the factor of '{}'", option, item), amount)};
  }
  if (range.step->starts_with('+')) {
    return {0.0, parse_count(fmt::format("{}: the difference of '{}'", option, item), amount)};
  }
  throw UsageError(fmt::format("{}: '{}' is not right; a range takes a step such as x10 or +5", option, item));
}

AxisValue read_value(const AxisInfo& info, std::string_view item) {
  if (info.order != Order::none && item.find(':') != std::string_view::npos) {
    throw UsageError(fmt::format(
        "{}: '{}' is not right; a range takes whole numbers as LOW:HIGH, LOW:HIGH:xFACTOR or LOW:HIGH:+STEP",
        option_of(info), item));
  }
  PlanOptions plan;
  info.set(plan, option_of(info), item);
  return info.get(plan);
}

void add_value(Axis& axis, AxisValue value) {
  if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end()) return;
  axis.values.push_back(std::move(value));
  if (axis.values.size() > most_points) {
    throw UsageError(fmt::format("--axis {}: there are more than {} values", axis.name, most_points));
  }
}

void add_range(Axis& axis, const AxisInfo& info, std::string_view item, const Range& range) {
  // The ends are held against what the option takes, as they are written.
  const std::vector<std::string_view> parts = split(item, ':');
  for (const std::size_t end : {0U, 1U}) read_value(info, parts[end]);
  for (const std::uint64_t value : range_values(range.low, range.high, read_step(info, item, range))) {
    add_value(axis, value);
  }
}

}  // namespace

std::string axis_names() {
  std::string names;
  for (const AxisInfo& info : infos) names += fmt::format("{}{}", names.empty() ? "" : ", ", info.name);
  return names;
}

bool is_axis(std::string_view name) noexcept { return find_info(name) != nullptr; }

bool takes_longer_along(std::string_view axis_name) { return info_of(axis_name).order != Order::lanes; }

Axis parse_axis(std::string_view text) {
  const AxisText written = split_axis(text);
  Axis axis{std::string(written.info.name), {}};
  for (const std::string_view item : written.items) {
    if (const auto range = read_range(written.info, item)) {
      add_range(axis, written.info, item, *range);
    } else {
      add_value(axis, read_value(written.info, item));
    }
  }
  return axis;
}

std::pair<Axis, SearchRange> parse_searched_axis(std::string_view option, std::string_view text) {
  const AxisText written = split_axis(text);
  const AxisInfo& info = written.info;
  if (info.order != Order::counts && info.order != Order::lanes) {
    throw UsageError(fmt::format("{}: {} has no order to search in; it takes a count or a size", option, info.name));
  }
  Axis axis = parse_axis(text);
  const auto range = written.items.size() == 1 ? read_range(info, written.items.front()) : std::nullopt;
  if (range && !range->step && range->low < range->high) {
    return {{axis.name, {}}, {range->low, range->high, info.name == "size" ? between_sizes : between_counts}};
  }
  const bool are_whole = std::all_of(axis.values.begin(), axis.values.end(), [](const AxisValue& value) {
    return std::holds_alternative<std::uint64_t>(value);
  });
  if (!are_whole) refuse(option, text, "whole numbers");
  std::sort(axis.values.begin(), axis.values.end());
  if (axis.values.size() < 2) {
    throw UsageError(fmt::format("{}: '{}' holds one value; it takes a range, or several", option, text));
  }
  std::vector<std::uint64_t> values;
  for (const AxisValue& value : axis.values) values.push_back(std::get<std::uint64_t>(value));
  return {axis, {values.front(), values.back(), [values](std::uint64_t low, std::uint64_t high) {
                   return between_listed(values, low, high);
                 }}};
}

AxisValue value_of(std::string_view axis_name, const PlanOptions& plan) { return info_of(axis_name).get(plan); }

void set_value(std::string_view axis_name, const AxisValue& value, PlanOptions& plan) {
  const AxisInfo& info = info_of(axis_name);
  const auto* number = std::get_if<std::uint64_t>(&value);
  info.set(plan, option_of(info), number != nullptr ? std::to_string(*number) : std::get<std::string>(value));
}

}  // namespace overlap
