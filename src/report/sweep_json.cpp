// A sweep as JSON, and back: docs/sweep.schema.json says how it is made.
#include <algorithm>
#include <string>
#include <utility>

#include "src/report/field_json.hpp"
#include "src/report/json_reader.hpp"
#include "src/report/load.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {
namespace {

Json value_json(const AxisValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

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

// ---- Back ----

AxisValue value_at(const nlohmann::json& json, const Place& place) {
  if (json.is_string()) return json.get<std::string>();
  return whole_at(json, place, "a whole number or a string");
}

std::vector<Axis> axes_at(const nlohmann::json& json, const Place& place) {
  std::vector<Axis> axes;
  for (const nlohmann::json& each : array_at(json, place)) {
    Members members(each, place.element(axes.size()));
    Axis axis;
    axis.name = text_at(members.take("name"), members.place("name"));
    std::replace(axis.name.begin(), axis.name.end(), '_', '-');
    const Place values = members.place("values");
    for (const nlohmann::json& value : array_at(members.take("values"), values)) {
      axis.values.push_back(value_at(value, values.element(axis.values.size())));
    }
    members.finish();
    axes.push_back(std::move(axis));
  }
  return axes;
}

Point point_at(const nlohmann::json& json, const std::vector<Axis>& axes, const Place& place) {
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

std::vector<SweepCell> cells_at(const nlohmann::json& json, const std::vector<Axis>& axes, const Place& place) {
  std::vector<SweepCell> cells;
  for (const nlohmann::json& each : array_at(json, place)) {
    Members members(each, place.element(cells.size()));
    SweepCell cell;
    cell.point = point_at(members.take("axes"), axes, members.place("axes"));
    const bool twice =
        std::any_of(cells.begin(), cells.end(), [&](const SweepCell& other) { return other.point == cell.point; });
    if (twice) members.place("axes").refuse("there is another cell of these values");
    const Place results = members.place("results");
    cell.results = results_from_json(members.take("results"), results.source + ": " + results.path);
    members.finish();
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace

std::string render_json(const Sweep& sweep) {
  Json document = {{"kind", "sweep"},
                   {"schema_version", sweep_schema_version},
                   {"options", options_json(sweep)},
                   {"axes", axes_json(sweep)},
                   {"planned", sweep.planned},
                   {"break_even", break_even_json(sweep)},
                   {"cells", Json::array()}};
  for (const SweepCell& cell : sweep.cells) document["cells"].push_back(cell_json(sweep, cell));
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Sweep load_sweep(const std::string& path) {
  const nlohmann::json document = load_json(path);
  const Place top{path, ""};
  Members members(document, top);
  const nlohmann::json* kind = members.take_if_there("kind");
  if (kind == nullptr || *kind != "sweep") top.refuse("it is no sweep's file: 'overlap sweep --output' writes one");
  const Place version = members.place("schema_version");
  const std::uint64_t written = whole_at(members.take("schema_version"), version, "a whole number");
  if (written != sweep_schema_version) {
    version.refuse("it takes " + std::to_string(sweep_schema_version) + ", and is " + std::to_string(written));
  }
  Sweep sweep;
  const nlohmann::json& options = members.take("options");
  const Members named(options, members.place("options"));
  for (const auto& [name, value] : options.items()) sweep.options.emplace_back(name, text_at(value, named.place(name)));
  sweep.axes = axes_at(members.take("axes"), members.place("axes"));
  sweep.planned = whole_at(members.take("planned"), members.place("planned"), "a whole number");
  members.take("break_even");
  sweep.cells = cells_at(members.take("cells"), sweep.axes, members.place("cells"));
  members.finish();
  return sweep;
}

}  // namespace overlap
