// The one table of fields, and the choice of those that people see.
#include "src/report/fields.hpp"

#include <algorithm>
#include <stdexcept>

#include "src/report/units.hpp"

namespace overlap {
namespace {

using Getter = std::function<FieldValue(const Row&)>;

template <typename Member>
Getter metric(Member Metrics::*member) {
  return [member](const Row& row) -> FieldValue {
    if (row.status != Status::ok || !row.metrics) return {};
    return (*row.metrics).*member;
  };
}

Getter share(Distribution Metrics::*distribution, double Distribution::*percentile) {
  return [=](const Row& row) -> FieldValue {
    if (row.status != Status::ok || !row.metrics) return {};
    return (*row.metrics).*distribution.*percentile;
  };
}

Getter phase_seconds(std::size_t phase) {
  return [phase](const Row& row) -> FieldValue {
    if (row.status != Status::ok || !row.metrics) return {};
    return row.metrics->setup_s[phase];
  };
}

Getter text(std::string Row::*member) {
  return [member](const Row& row) -> FieldValue {
    if ((row.*member).empty()) return {};
    return row.*member;
  };
}

FieldValue status_of(const Row& row) { return std::string(name_of(row.status)); }

FieldValue shortest_makespan(const Row& row) {
  const auto range = makespan_range(row);
  return range ? FieldValue(range->first) : metric(&Metrics::makespan_s)(row);
}

FieldValue longest_makespan(const Row& row) {
  const auto range = makespan_range(row);
  return range ? FieldValue(range->second) : metric(&Metrics::makespan_s)(row);
}

FieldValue speedup_of(const Row& row) {
  if (row.status != Status::ok || !row.speedup) return {};
  return *row.speedup;
}

// A capacity of 0 stands for an engine that computes nothing: it has none.
FieldValue capacity_of(const Row& row) {
  if (row.status != Status::ok || !row.metrics || row.metrics->capacity_steps_per_s == 0.0) return {};
  return row.metrics->capacity_steps_per_s;
}

FieldValue bound_of(const Row& row) {
  if (row.status != Status::ok || !row.metrics) return {};
  return std::string(row.metrics->bound == Bound::waiting ? "waiting" : "compute");
}

FieldValue verified_of(const Row& row) {
  if (row.status != Status::ok || !row.verified) return {};
  return *row.verified;
}

std::vector<Field> make_fields() {
  std::vector<Field> fields = {
      {"executor", Unit::none, text(&Row::executor)},
      {"driver", Unit::none, text(&Row::driver)},
      {"engine", Unit::none, text(&Row::engine)},
      {"status", Unit::none, status_of},
      {"reason", Unit::none, text(&Row::reason)},
      {"steps_finished", Unit::none, [](const Row& row) -> FieldValue { return row.steps_finished; }},
      {"makespan_s", Unit::seconds, metric(&Metrics::makespan_s)},
      {"makespan_min_s", Unit::seconds, shortest_makespan},
      {"makespan_max_s", Unit::seconds, longest_makespan},
      {"total_s", Unit::seconds, metric(&Metrics::total_s)},
      {"speedup", Unit::none, speedup_of},
      {"concurrency", Unit::none, metric(&Metrics::concurrency)},
      {"parallelism", Unit::none, metric(&Metrics::parallelism)},
      {"lower_bound_s", Unit::seconds, metric(&Metrics::lower_bound_s)},
      {"bound", Unit::none, bound_of},
      {"efficiency", Unit::none, metric(&Metrics::efficiency)},
      {"lanes", Unit::none, metric(&Metrics::lanes)},
      {"capacity_steps_per_s", Unit::none, capacity_of},
      {"step_s", Unit::seconds, metric(&Metrics::step_s)},
      {"delay_s", Unit::seconds, metric(&Metrics::delay_s)},
      {"latency_s.p50", Unit::seconds, share(&Metrics::latency_s, &Distribution::p50)},
      {"latency_s.p95", Unit::seconds, share(&Metrics::latency_s, &Distribution::p95)},
      {"latency_s.p99", Unit::seconds, share(&Metrics::latency_s, &Distribution::p99)},
      {"latency_s.max", Unit::seconds, share(&Metrics::latency_s, &Distribution::max)},
      {"service_s.p50", Unit::seconds, share(&Metrics::service_s, &Distribution::p50)},
      {"service_s.p95", Unit::seconds, share(&Metrics::service_s, &Distribution::p95)},
      {"service_s.p99", Unit::seconds, share(&Metrics::service_s, &Distribution::p99)},
      {"service_s.max", Unit::seconds, share(&Metrics::service_s, &Distribution::max)},
      {"queue_s.p50", Unit::seconds, share(&Metrics::queue_s, &Distribution::p50)},
      {"queue_s.p99", Unit::seconds, share(&Metrics::queue_s, &Distribution::p99)},
      {"steps_per_s", Unit::none, metric(&Metrics::steps_per_s)},
  };
  for (std::size_t phase = 0; phase < setup_phase_count; ++phase) {
    const std::string name(name_of(static_cast<Phase>(phase)));
    fields.push_back({"setup_s." + name, Unit::seconds, phase_seconds(phase)});
  }
  fields.push_back({"cpu_s", Unit::seconds, metric(&Metrics::cpu_s)});
  fields.push_back({"setup_cpu_s", Unit::seconds, metric(&Metrics::setup_cpu_s)});
  fields.push_back({"peak_memory_bytes", Unit::bytes, metric(&Metrics::peak_memory_bytes)});
  fields.push_back({"verified", Unit::none, verified_of});
  return fields;
}

struct Formatter {
  Unit unit;

  std::string operator()(std::monostate /*none*/) const { return "–"; }
  std::string operator()(bool value) const { return value ? "yes" : "NO"; }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(std::uint64_t value) const {
    return unit == Unit::bytes ? format_bytes(value) : format_count(value);
  }
  std::string operator()(double value) const {
    return unit == Unit::seconds ? format_seconds(value) : format_ratio(value);
  }
};

}  // namespace

const std::vector<Field>& fields() {
  static const std::vector<Field> all = make_fields();
  return all;
}

const Field& find_field(std::string_view name) {
  for (const Field& field : fields()) {
    if (field.name == name) return field;
  }
  throw std::out_of_range("no field " + std::string(name));
}

std::string format_value(const Field& field, const FieldValue& value) {
  return std::visit(Formatter{field.unit}, value);
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"executor", {"executor"}},
      {"makespan", {"makespan_s"}},
      {"speed\u00ADup", {"speedup"}},
      {"concur\u00ADrency", {"concurrency"}},
      {"paral\u00ADlelism", {"parallelism"}},
      {"effi\u00ADciency", {"efficiency"}},
      {"delay", {"delay_s"}},
      {"latency p50/p99", {"latency_s.p50", "latency_s.p99"}},
      {"total", {"total_s"}},
      {"CPU time", {"cpu_s"}},
      {"peak memory", {"peak_memory_bytes"}},
      {"veri\u00ADfied", {"verified"}},
  };
  return all;
}

std::string format_cell(const Column& column, const Row& row) {
  const Field& field = find_field(column.names.front());
  const FieldValue value = field.get(row);
  if (column.names.size() == 1) return format_value(field, value);
  const FieldValue other = find_field(column.names[1]).get(row);
  const auto* low = std::get_if<double>(&value);
  const auto* high = std::get_if<double>(&other);
  return low != nullptr && high != nullptr ? format_seconds_pair(*low, *high, "/") : format_value(field, {});
}

std::optional<std::pair<double, double>> makespan_range(const Row& row) {
  if (row.status != Status::ok || !row.metrics || row.repeats.size() < 2) return std::nullopt;
  std::optional<std::pair<double, double>> range;
  for (const Repeat& repeat : row.repeats) {
    if (repeat.status != Status::ok || !repeat.metrics) continue;
    const double makespan_s = repeat.metrics->makespan_s;
    if (!range) range = {makespan_s, makespan_s};
    range->first = std::min(range->first, makespan_s);
    range->second = std::max(range->second, makespan_s);
  }
  return range;
}

}  // namespace overlap
