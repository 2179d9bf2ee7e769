// A sweep as JSON, and back: docs/sweep.schema.json says how it is made.
#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "src/report/field_json.hpp"
#include "src/report/json_reader.hpp"
#include "src/report/load.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {
namespace {

Json value_json(const AxisValue& value) { return std::visit(ToJson{}, value); }

Json options_json(const Sweep& sweep) {
  Json options = Json::object();
  for (const auto& [name, value] : sweep.options) options[name] = value;
  return options;
}

Json axes_json(const Sweep& sweep) {
  Json axes = Json::array();
  for (const Axis& axis : sweep.axes) {
    Json values = Json::array();
    for (const AxisValue& value : axis.values) values.push_back(value_json(value));
    axes.push_back({{"name", key_of(axis.name)}, {"values", std::move(values)}});
  }
  return axes;
}

Json cell_json(const Sweep& sweep, const SweepCell& cell) {
  Json point = Json::object();
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) point[key_of(sweep.axes[i].name)] = value_json(cell.point[i]);
  return {{"axes", std::move(point)}, {"results", Json::parse(render_json(cell.results))}};
}

Json break_even_json(const Sweep& sweep) {
  if (!sweep.break_even) return nullptr;
  const BreakEvenReport& report = *sweep.break_even;
  const BreakEven& search = report.search;
  Json probes = Json::array();
  for (const Probe& probe : search.probes) {
    probes.push_back({{"value", probe.value}, {"lead", name_of(probe.lead)}});
  }
  return {{"axis", key_of(sweep.axes.front().name)},
          {"value", search.value ? Json(*search.value) : Json(nullptr)},
          {"interval", search.interval ? Json({search.interval->first, search.interval->second}) : Json(nullptr)},
          {"by", name_of(report.by)},
          {"first", report.first},
          {"second", report.second},
          {"range", {report.low, report.high}},
          {"finding", name_of(search.finding)},
          {"reason", text_or_null(report.reason)},
          {"probes", std::move(probes)}};
}

Json highest_json(const Sweep& sweep) {
  if (!sweep.highest) return nullptr;
  const auto value_or_null = [](const std::optional<std::uint64_t>& value) { return value ? Json(*value) : Json(); };
  const HighestReport& report = *sweep.highest;
  Json executors = Json::array();
  for (const HighestReport::Line& line : report.lines) {
    executors.push_back({{"executor", line.executor},
                         {"finding", name_of(line.found.finding)},
                         {"value", value_or_null(line.found.value)},
                         {"beyond", value_or_null(line.found.beyond)},
                         {"reason", text_or_null(line.reason)}});
  }
  return {{"axis", key_of(sweep.axes.front().name)},
          {"by", name_of(report.by)},
          {"within_s", report.within_s},
          {"range", {report.low, report.high}},
          {"executors", std::move(executors)}};
}

// ---- Back ----

AxisValue value_at(const nlohmann::ordered_json& json, const Place& place) {
  if (json.is_string()) return json.get<std::string>();
  return whole_at(json, place, "a whole number or a string");
}

std::vector<Axis> axes_at(const nlohmann::ordered_json& json, const Place& place) {
  std::vector<Axis> axes;
  for (const nlohmann::ordered_json& each : array_at(json, place)) {
    Members members(each, place.element(axes.size()));
    Axis axis;
    axis.name = text_at(members.take("name"), members.place("name"));
    std::replace(axis.name.begin(), axis.name.end(), '_', '-');
    const Place values = members.place("values");
    for (const nlohmann::ordered_json& value : array_at(members.take("values"), values)) {
      axis.values.push_back(value_at(value, values.element(axis.values.size())));
    }
    members.finish();
    axes.push_back(std::move(axis));
  }
  return axes;
}

Point point_at(const nlohmann::ordered_json& json, const std::vector<Axis>& axes, const Place& place) {
  Members members(json, place);
  Point point;
  for (const Axis& axis : axes) {
    const std::string key = key_of(axis.name);
    point.push_back(value_at(members.take(key), members.place(key)));
    const bool known = std::find(axis.values.begin(), axis.values.end(), point.back()) != axis.values.end();
    if (!axis.values.empty() && !known) members.place(key).refuse("it is no value of the axis");
  }
  members.finish();
  return point;
}

std::vector<SweepCell> cells_at(const nlohmann::ordered_json& json, const std::vector<Axis>& axes, const Place& place) {
  std::vector<SweepCell> cells;
  for (const nlohmann::ordered_json& each : array_at(json, place)) {
    Members members(each, place.element(cells.size()));
    SweepCell cell;
    cell.point = point_at(members.take("axes"), axes, members.place("axes"));
    if (find_cell(cells, cell.point) != nullptr) members.place("axes").refuse("there is another cell of these values");
    const Place results = members.place("results");
    cell.results = results_from_json(members.take("results"), results.source + ": " + results.path);
    members.finish();
    cells.push_back(std::move(cell));
  }
  return cells;
}

/// The one of that name.
template <NamedEnum Enum>
Enum named_at(const nlohmann::ordered_json& json, const Place& place) {
  const auto value = json.is_string() ? value_named<Enum>(json.get_ref<const std::string&>()) : std::nullopt;
  if (!value) place.refuse("it takes " + names_listed<Enum>());
  return *value;
}

std::pair<std::uint64_t, std::uint64_t> pair_at(const nlohmann::ordered_json& json, const Place& place) {
  const char* takes = "a whole number";
  if (array_at(json, place).size() != 2) place.refuse("it takes two whole numbers");
  return {whole_at(json[0], place.element(0), takes), whole_at(json[1], place.element(1), takes)};
}

std::vector<Probe> probes_at(const nlohmann::ordered_json& json, const Place& place) {
  std::vector<Probe> probes;
  for (const nlohmann::ordered_json& each : array_at(json, place)) {
    Members members(each, place.element(probes.size()));
    const std::uint64_t value = whole_at(members.take("value"), members.place("value"), "a whole number");
    probes.push_back({value, named_at<Lead>(members.take("lead"), members.place("lead"))});
    members.finish();
  }
  return probes;
}

void require_axis(Members& members, const Sweep& sweep) {
  const bool has_axis = sweep.axes.size() == 1;
  if (!has_axis || members.take("axis") != key_of(sweep.axes.front().name)) {
    members.place("axis").refuse("it is not the sweep's only axis");
  }
}

std::optional<std::uint64_t> whole_or_null_at(const nlohmann::ordered_json& json, const Place& place) {
  if (json.is_null()) return std::nullopt;
  return whole_at(json, place, "a whole number or null");
}

BreakEvenReport break_even_at(const nlohmann::ordered_json& json, const Sweep& sweep, const Place& place) {
  using Finding = BreakEven::Finding;
  Members members(json, place);
  BreakEvenReport report;
  require_axis(members, sweep);
  report.first = text_at(members.take("first"), members.place("first"));
  report.second = text_at(members.take("second"), members.place("second"));
  report.by = named_at<Judged>(members.take("by"), members.place("by"));
  std::tie(report.low, report.high) = pair_at(members.take("range"), members.place("range"));
  report.reason = text_or_null_at(members.take("reason"), members.place("reason"));
  report.search.finding = named_at<Finding>(members.take("finding"), members.place("finding"));
  report.search.probes = probes_at(members.take("probes"), members.place("probes"));
  report.search.value = whole_or_null_at(members.take("value"), members.place("value"));
  const nlohmann::ordered_json& interval = members.take("interval");
  if (!interval.is_null()) report.search.interval = pair_at(interval, members.place("interval"));
  members.finish();
  // What the finding says there is.
  const bool has_value = report.search.finding == Finding::found || report.search.finding == Finding::throughout;
  if (report.search.value.has_value() != has_value) members.place("value").refuse("the finding says otherwise");
  if (report.search.interval.has_value() != has_value) members.place("interval").refuse("the finding says otherwise");
  return report;
}

HighestReport::Line line_at(const nlohmann::ordered_json& json, const Place& place) {
  using Finding = Highest::Finding;
  Members members(json, place);
  HighestReport::Line line;
  line.executor = text_at(members.take("executor"), members.place("executor"));
  line.reason = text_or_null_at(members.take("reason"), members.place("reason"));
  line.found.finding = named_at<Finding>(members.take("finding"), members.place("finding"));
  line.found.value = whole_or_null_at(members.take("value"), members.place("value"));
  line.found.beyond = whole_or_null_at(members.take("beyond"), members.place("beyond"));
  members.finish();
  // What the finding says there is.
  const Finding finding = line.found.finding;
  const bool has_value = finding == Finding::found || finding == Finding::throughout;
  const bool has_beyond = finding == Finding::found || finding == Finding::none;
  if (line.found.value.has_value() != has_value) members.place("value").refuse("the finding says otherwise");
  if (line.found.beyond.has_value() != has_beyond) members.place("beyond").refuse("the finding says otherwise");
  return line;
}

HighestReport highest_at(const nlohmann::ordered_json& json, const Sweep& sweep, const Place& place) {
  Members members(json, place);
  HighestReport report;
  require_axis(members, sweep);
  report.by = named_at<Judged>(members.take("by"), members.place("by"));
  report.within_s = real_at(members.take("within_s"), members.place("within_s"), "a number");
  if (report.within_s <= 0.0) members.place("within_s").refuse("it takes a number above 0");
  std::tie(report.low, report.high) = pair_at(members.take("range"), members.place("range"));
  const Place executors = members.place("executors");
  for (const nlohmann::ordered_json& each : array_at(members.take("executors"), executors)) {
    report.lines.push_back(line_at(each, executors.element(report.lines.size())));
  }
  members.finish();
  return report;
}

}  // namespace

std::string render_json(const Sweep& sweep) {
  Json document = {{"kind", "sweep"},
                   {"schema_version", sweep_schema_version},
                   {"options", options_json(sweep)},
                   {"axes", axes_json(sweep)},
                   {"planned", sweep.planned},
                   {"break_even", break_even_json(sweep)},
                   {"highest", highest_json(sweep)},
                   {"cells", Json::array()}};
  for (const SweepCell& cell : sweep.cells) document["cells"].push_back(cell_json(sweep, cell));
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Sweep sweep_from_json(const nlohmann::ordered_json& document, const std::string& place) {
  const Place top{place, ""};
  Members members(document, top);
  const nlohmann::ordered_json* kind = members.take_if_there("kind");
  if (kind == nullptr || *kind != "sweep") top.refuse("it is no sweep's file: 'overlap sweep --output' writes one");
  const Place version = members.place("schema_version");
  const std::uint64_t written = whole_at(members.take("schema_version"), version, "a whole number");
  if (written != sweep_schema_version) {
    version.refuse("it takes " + std::to_string(sweep_schema_version) + ", and is " + std::to_string(written));
  }
  Sweep sweep;
  const nlohmann::ordered_json& options = members.take("options");
  const Members named(options, members.place("options"));
  for (const auto& [name, value] : options.items()) sweep.options.emplace_back(name, text_at(value, named.place(name)));
  sweep.axes = axes_at(members.take("axes"), members.place("axes"));
  sweep.planned = whole_at(members.take("planned"), members.place("planned"), "a whole number");
  const nlohmann::ordered_json& break_even = members.take("break_even");
  if (!break_even.is_null()) sweep.break_even = break_even_at(break_even, sweep, members.place("break_even"));
  const nlohmann::ordered_json& highest = members.take("highest");
  if (!highest.is_null()) sweep.highest = highest_at(highest, sweep, members.place("highest"));
  sweep.cells = cells_at(members.take("cells"), sweep.axes, members.place("cells"));
  members.finish();
  return sweep;
}

Sweep load_sweep(const std::string& path) { return sweep_from_json(load_json(path), path); }

}  // namespace overlap
