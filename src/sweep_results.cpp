// Comparing sweeps.
#include "src/sweep_results.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace overlap {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

Settings settings_of(const Sweep& sweep) {
  Settings settings = sweep.options;
  for (const Axis& axis : sweep.axes) {
    std::string values;
    for (const AxisValue& value : axis.values) values += (values.empty() ? "" : ",") + text_of(value);
    settings.emplace_back("axis " + axis.name, values.empty() ? "free" : values);
  }
  return settings;
}

std::string value_in(const Settings& settings, const std::string& name) {
  const auto found =
      std::find_if(settings.begin(), settings.end(), [&](const auto& setting) { return setting.first == name; });
  return found == settings.end() ? "not given" : found->second;
}

}  // namespace

Judged judged(const Sweep& sweep) noexcept {
  if (sweep.break_even) return sweep.break_even->by;
  if (sweep.highest) return sweep.highest->by;
  return sweep.cells.empty() ? Judged::makespan : judged_by(sweep.cells.front().results.workload);
}

std::string difference(const Sweep& there, const Sweep& here) {
  const Settings theirs = settings_of(there);
  const Settings ours = settings_of(here);
  for (const Settings& settings : {theirs, ours}) {
    for (const auto& [name, value] : settings) {
      const std::string their_value = value_in(theirs, name);
      const std::string our_value = value_in(ours, name);
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
