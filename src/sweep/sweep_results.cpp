// Comparing sweeps.
#include "src/sweep/sweep_results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "src/base/named_texts.hpp"

namespace overlap {
namespace {

NamedTexts settings_of(const Sweep& sweep) {
  NamedTexts settings = sweep.options;
  for (const Axis& axis : sweep.axes) {
    std::string values;
    for (const AxisValue& value : axis.values) values += (values.empty() ? "" : ",") + text_of(value);
    settings.emplace_back("axis " + axis.name, values.empty() ? "free" : values);
  }
  return settings;
}

}  // namespace

const SweepCell* find_cell(const std::vector<SweepCell>& cells, const Point& point) noexcept {
  const auto found =
      std::find_if(cells.begin(), cells.end(), [&](const SweepCell& cell) { return cell.point == point; });
  return found == cells.end() ? nullptr : &*found;
}

Judged judged(const Sweep& sweep) noexcept {
  if (sweep.break_even) return sweep.break_even->by;
  if (sweep.highest) return sweep.highest->by;
  return sweep.cells.empty() ? Judged::makespan : judged_by(sweep.cells.front().results.workload);
}

std::string difference(const Sweep& there, const Sweep& here) {
  const NamedTexts theirs = settings_of(there);
  const NamedTexts ours = settings_of(here);
  for (const NamedTexts& settings : {theirs, ours}) {
    for (const auto& [name, value] : settings) {
      const std::string their_value = text_or(theirs, name, "not given");
      const std::string our_value = text_or(ours, name, "not given");
      if (their_value != our_value) {
        return fmt::format("--{} is {} there and {} here", name, their_value, our_value);
      }
    }
  }
  // Options of a file come in no order.
  const auto same_axis = [](const Axis& a, const Axis& b) { return a.name == b.name; };
  const bool in_order = std::equal(there.axes.begin(), there.axes.end(), here.axes.begin(), here.axes.end(), same_axis);
  return in_order ? "" : "its axes come in another order";
}

}  // namespace overlap
