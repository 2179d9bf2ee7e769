// The one table of fields, and the choice of those that people see.
#include "src/report/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "src/base/units.hpp"

namespace overlap {
namespace {

template <typename Value>
constexpr FieldType type_of = std::is_same_v<Value, double> ? FieldType::real
                              : std::is_same_v<Value, bool> ? FieldType::flag
                                                            : FieldType::whole;

const Metrics* metrics_of(const Row& row) { return row.status == Status::ok && row.metrics ? &*row.metrics : nullptr; }

bool has_value(const FieldValue& value) { return !std::holds_alternative<std::monostate>(value); }

/// The metrics of a row that is ok; nullptr of one that isn't, which may have no figures.
Metrics* settable_metrics(Row& row, const FieldValue& value) {
  if (row.status != Status::ok) {
    if (has_value(value)) throw std::invalid_argument("it takes null where the status is not ok");
    return nullptr;
  }
  if (!row.metrics) row.metrics.emplace();
  return &*row.metrics;
}

/// What is not finite is written as no value, and so comes back as not a number.
void assign(double& figure, const FieldValue& value) {
  figure = has_value(value) ? std::get<double>(value) : std::numeric_limits<double>::quiet_NaN();
}

void assign(std::uint64_t& figure, const FieldValue& value) {
  if (!has_value(value)) throw std::invalid_argument("it takes a whole number where the status is ok");
  figure = std::get<std::uint64_t>(value);
}

template <typename Value>
void assign(std::optional<Value>& figure, const FieldValue& value) {
  figure.reset();
  if (has_value(value)) figure = std::get<Value>(value);
}

template <typename Value>
struct Plain {
  using Type = Value;
};

template <typename Value>
struct Plain<std::optional<Value>> {
  using Type = Value;
};

/// A figure that is reached in the metrics by `find`.
template <typename Find>
Access<Row> figure(Find find) {
  using Value = std::remove_reference_t<decltype(find(std::declval<Metrics&>()))>;
  const auto get = [find](const Row& row) {
    const Metrics* metrics = metrics_of(row);
    return metrics != nullptr ? value_of(std::as_const(find(*metrics))) : FieldValue();
  };
  const auto set = [find](Row& row, const FieldValue& value) {
    if (Metrics* metrics = settable_metrics(row, value)) assign(find(*metrics), value);
  };
  return {type_of<typename Plain<Value>::Type>, true, get, set, Scope::repeat};
}

template <typename Member>
Access<Row> metric(Member Metrics::*member) {
  return figure([member](auto& metrics) -> auto& { return metrics.*member; });
}

Access<Row> share(Distribution Metrics::*distribution, double Distribution::*percentile) {
  return figure([=](auto& metrics) -> auto& { return metrics.*distribution.*percentile; });
}

Access<Row> phase_seconds(std::size_t phase) {
  return figure([phase](auto& metrics) -> auto& { return metrics.setup_s[phase]; });
}

using DevicePartFigure = std::optional<double> DeviceMetrics::Part::*;

Access<Row> device_part(std::size_t part, DevicePartFigure member) {
  return figure([=](auto& metrics) -> auto& { return metrics.device.parts[part].*member; });
}

void add_device_fields(std::vector<Field>& fields) {
  fields.push_back(
      {"device_busy_s", Unit::seconds, figure([](auto& metrics) -> auto& { return metrics.device.busy_s; })});
  fields.push_back({"device_copy_gb_per_s", Unit::none,
                    figure([](auto& metrics) -> auto& { return metrics.device.copy_gb_per_s; })});
  fields.push_back(
      {"device_slot_bytes", Unit::bytes, figure([](auto& metrics) -> auto& { return metrics.device.slot_bytes; })});
  fields.push_back({"device_work_area_bytes", Unit::bytes,
                    figure([](auto& metrics) -> auto& { return metrics.device.work_area_bytes; })});
  const auto add_parts = [&fields](std::string_view group, Unit unit, DevicePartFigure member) {
    for (std::size_t part = 0; part < device_part_count; ++part) {
      const std::string_view part_name = name_of(static_cast<DevicePart>(part));
      fields.push_back({fmt::format("{}.{}", group, part_name), unit, device_part(part, member)});
    }
  };
  add_parts("device_step_s", Unit::seconds, &DeviceMetrics::Part::step_s);
  add_parts("device_step_bytes", Unit::none, &DeviceMetrics::Part::step_bytes);
  add_parts("device_gb_per_s", Unit::none, &DeviceMetrics::Part::gb_per_s);
}

/// A name, which is never empty.
Access<Row> name(std::string Row::*member) {
  return {FieldType::text, false, [member](const Row& row) -> FieldValue { return row.*member; },
          [member](Row& row, const FieldValue& value) {
            row.*member = std::get<std::string>(value);
            if ((row.*member).empty()) throw std::invalid_argument("it takes a name");
          }};
}

Access<Row> reason() {
  const auto get = [](const Row& row) { return row.reason.empty() ? FieldValue() : FieldValue(row.reason); };
  const auto set = [](Row& row, const FieldValue& value) {
    if (!has_value(value)) return;
    row.reason = std::get<std::string>(value);
    if (row.reason.empty()) throw std::invalid_argument("it takes null where there is nothing to say");
  };
  return {FieldType::text, true, get, set, Scope::repeat};
}

Access<Row> status() {
  const auto get = [](const Row& row) -> FieldValue { return std::string(name_of(row.status)); };
  const auto set = [](Row& row, const FieldValue& value) { row.status = value_of_name<Status>(value); };
  return {FieldType::text, false, get, set, Scope::repeat};
}

Access<Row> steps_finished() {
  const auto get = [](const Row& row) -> FieldValue { return row.steps_finished; };
  const auto set = [](Row& row, const FieldValue& value) { row.steps_finished = std::get<std::uint64_t>(value); };
  return {FieldType::whole, false, get, set, Scope::repeat};
}

Access<Row> verified() {
  const auto get = [](const Row& row) {
    return row.status == Status::ok && row.verified ? FieldValue(*row.verified) : FieldValue();
  };
  const auto set = [](Row& row, const FieldValue& value) {
    if (row.status != Status::ok && has_value(value)) {
      throw std::invalid_argument("it takes null where the status is not ok");
    }
    assign(row.verified, value);
  };
  return {FieldType::flag, true, get, set, Scope::repeat};
}

Access<Row> speedup() {
  const auto get = [](const Row& row) {
    return row.status == Status::ok && row.speedup ? FieldValue(*row.speedup) : FieldValue();
  };
  const auto set = [](Row& row, const FieldValue& value) {
    settable_metrics(row, value);
    assign(row.speedup, value);
  };
  return {FieldType::real, true, get, set, Scope::relation};
}

template <typename Value>
Access<Row> observed(std::optional<Value> Observation::*member) {
  const auto get = [member](const Row& row) {
    return row.status == Status::ok ? value_of(row.observed.*member) : FieldValue();
  };
  const auto set = [member](Row& row, const FieldValue& value) { assign(row.observed.*member, value); };
  return {type_of<Value>, true, get, set, Scope::repeat};
}

/// An end of an interval; the low one comes first, and decides whether there is one.
Access<Row> end_of(std::optional<Interval> Row::*interval, double Interval::*end) {
  const auto get = [=](const Row& row) {
    return row.status == Status::ok && row.*interval ? FieldValue((*(row.*interval)).*end) : FieldValue();
  };
  const auto set = [=](Row& row, const FieldValue& value) {
    if (end == &Interval::low && has_value(value)) row.*interval = Interval();
    if ((row.*interval).has_value() != has_value(value)) {
      throw std::invalid_argument("it takes a number where low is one, and else null");
    }
    if (has_value(value)) (*(row.*interval)).*end = std::get<double>(value);
  };
  return {FieldType::real, true, get, set, Scope::repeats};
}

/// The least or the largest makespan of the repeats: it follows from them.
Access<Row> end_of_range(double Interval::*end) {
  const auto get = [end](const Row& row) -> FieldValue {
    if (const auto range = range_of(row, Judged::makespan)) return (*range).*end;
    const Metrics* metrics = metrics_of(row);
    return metrics != nullptr ? FieldValue(metrics->makespan_s) : FieldValue();
  };
  return {FieldType::real, true, get, {}, Scope::repeats};
}

/// A capacity of 0 stands for an engine that computes nothing: it has none.
Access<Row> capacity() {
  const auto get = [](const Row& row) {
    const Metrics* metrics = metrics_of(row);
    return metrics != nullptr && metrics->capacity_steps_per_s != 0.0 ? FieldValue(metrics->capacity_steps_per_s)
                                                                      : FieldValue();
  };
  const auto set = [](Row& row, const FieldValue& value) {
    if (Metrics* metrics = settable_metrics(row, value)) {
      metrics->capacity_steps_per_s = has_value(value) ? std::get<double>(value) : 0.0;
    }
  };
  return {FieldType::real, true, get, set, Scope::repeat};
}

Access<Row> bound() {
  const auto get = [](const Row& row) -> FieldValue {
    const Metrics* metrics = metrics_of(row);
    if (metrics == nullptr) return {};
    return std::string(name_of(metrics->bound));
  };
  const auto set = [](Row& row, const FieldValue& value) {
    Metrics* metrics = settable_metrics(row, value);
    if (metrics == nullptr) return;
    metrics->bound = value_of_name<Bound>(has_value(value) ? value : FieldValue(std::string()));
  };
  return {FieldType::text, true, get, set, Scope::repeat};
}

std::vector<Field> make_fields() {
  std::vector<Field> fields = {
      {"executor", Unit::none, name(&Row::executor)},
      {"driver", Unit::none, name(&Row::driver)},
      {"engine", Unit::none, name(&Row::engine)},
      {"status", Unit::none, status()},
      {"reason", Unit::none, reason()},
      {"steps_finished", Unit::none, steps_finished()},
      {"makespan_s", Unit::seconds, metric(&Metrics::makespan_s)},
      {"makespan_min_s", Unit::seconds, end_of_range(&Interval::low)},
      {"makespan_max_s", Unit::seconds, end_of_range(&Interval::high)},
      {"makespan_interval_s.low", Unit::seconds, end_of(&Row::makespan_interval_s, &Interval::low)},
      {"makespan_interval_s.high", Unit::seconds, end_of(&Row::makespan_interval_s, &Interval::high)},
      {"total_s", Unit::seconds, metric(&Metrics::total_s)},
      {"speedup", Unit::none, speedup()},
      {"speedup_interval.low", Unit::none, end_of(&Row::speedup_interval, &Interval::low)},
      {"speedup_interval.high", Unit::none, end_of(&Row::speedup_interval, &Interval::high)},
      {"concurrency", Unit::none, metric(&Metrics::concurrency)},
      {"parallelism", Unit::none, metric(&Metrics::parallelism)},
      {"lower_bound_s", Unit::seconds, metric(&Metrics::lower_bound_s)},
      {"bound", Unit::none, bound()},
      {"efficiency", Unit::none, metric(&Metrics::efficiency)},
      {"lanes", Unit::none, metric(&Metrics::lanes)},
      {"workers", Unit::none, metric(&Metrics::workers)},
      {"capacity_steps_per_s", Unit::none, capacity()},
      {"capacity_requests_per_s", Unit::none, metric(&Metrics::capacity_requests_per_s)},
      {"keeps_up", Unit::none, metric(&Metrics::keeps_up)},
      {"step_s", Unit::seconds, metric(&Metrics::step_s)},
      {"compute_s.p5", Unit::seconds, metric(&Metrics::compute_p5_s)},
      {"compute_s.p50", Unit::seconds, metric(&Metrics::compute_p50_s)},
      {"delay_s", Unit::seconds, metric(&Metrics::delay_s)},
      {"latency_p99_interval_s.low", Unit::seconds, end_of(&Row::latency_interval_s, &Interval::low)},
      {"latency_p99_interval_s.high", Unit::seconds, end_of(&Row::latency_interval_s, &Interval::high)},
      {"latency_s.p50", Unit::seconds, share(&Metrics::latency_s, &Distribution::p50)},
      {"latency_s.p95", Unit::seconds, share(&Metrics::latency_s, &Distribution::p95)},
      {"latency_s.p99", Unit::seconds, share(&Metrics::latency_s, &Distribution::p99)},
      {"latency_s.max", Unit::seconds, share(&Metrics::latency_s, &Distribution::max)},
      {"service_s.p50", Unit::seconds, share(&Metrics::service_s, &Distribution::p50)},
      {"service_s.p95", Unit::seconds, share(&Metrics::service_s, &Distribution::p95)},
      {"service_s.p99", Unit::seconds, share(&Metrics::service_s, &Distribution::p99)},
      {"service_s.max", Unit::seconds, share(&Metrics::service_s, &Distribution::max)},
      {"queue_s.mean", Unit::seconds, metric(&Metrics::queue_mean_s)},
      {"queue_s.p50", Unit::seconds, share(&Metrics::queue_s, &Distribution::p50)},
      {"queue_s.p99", Unit::seconds, share(&Metrics::queue_s, &Distribution::p99)},
      {"steps_per_s", Unit::none, metric(&Metrics::steps_per_s)},
  };
  for (std::size_t phase = 0; phase < setup_phase_count; ++phase) {
    const std::string phase_name(name_of(static_cast<Phase>(phase)));
    fields.push_back({"setup_s." + phase_name, Unit::seconds, phase_seconds(phase)});
  }
  fields.push_back({"cpu_s", Unit::seconds, metric(&Metrics::cpu_s)});
  fields.push_back({"digest_s", Unit::seconds, metric(&Metrics::digest_s)});
  fields.push_back({"setup_cpu_s", Unit::seconds, metric(&Metrics::setup_cpu_s)});
  fields.push_back({"peak_memory_bytes", Unit::bytes, metric(&Metrics::peak_memory_bytes)});
  add_device_fields(fields);
  fields.push_back({"observed.other_cpus", Unit::none, observed(&Observation::other_cpus)});
  fields.push_back({"observed.stolen_cpus", Unit::none, observed(&Observation::stolen_cpus)});
  fields.push_back({"observed.cpu_mhz_before", Unit::none, observed(&Observation::cpu_mhz_before)});
  fields.push_back({"observed.cpu_mhz_after", Unit::none, observed(&Observation::cpu_mhz_after)});
  fields.push_back({"observed.throttle_events", Unit::none, observed(&Observation::throttle_events)});
  fields.push_back({"observed.throttled_s", Unit::seconds, observed(&Observation::throttled_s)});
  fields.push_back({"verified", Unit::none, verified()});
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

std::string format_value(const Field& field, const FieldValue& value) {
  return std::visit(Formatter{field.unit}, value);
}

}  // namespace

const std::vector<Field>& fields() {
  static const std::vector<Field> all = make_fields();
  return all;
}

Row row_of_repeat(const Row& row, const Repeat& repeat) {
  Row alone;
  alone.executor = row.executor;
  alone.driver = row.driver;
  alone.engine = row.engine;
  static_cast<Repeat&>(alone) = repeat;
  if (row.speedup && row.metrics && repeat.metrics) {
    alone.speedup = *row.speedup * row.metrics->makespan_s / repeat.metrics->makespan_s;
  }
  return alone;
}

const Field& find_field(std::string_view name) {
  for (const Field& field : fields()) {
    if (field.name == name) return field;
  }
  throw std::out_of_range("no field " + std::string(name));
}

const std::vector<Column>& columns(Judged by) {
  static const std::vector<Column> by_makespan = {
      {"executor", {"executor"}, ""},
      {"makespan", {"makespan_s"}, "seconds from the driver's start to the last request's end"},
      {"speed\u00ADup", {"speedup"}, "the reference's makespan over this one's"},
      {"concur\u00ADrency", {"concurrency"}, "the mean number of requests in progress"},
      {"paral\u00ADlelism",
       {"parallelism"},
       "the mean number of busy CPUs; for a GPU engine, the share of the run in which the GPU was busy"},
      {"effi\u00ADciency",
       {"efficiency"},
       "the least makespan that any schedule could reach with this row's lanes, over its own"},
      {"delay", {"delay_s"}, "what queueing, time-slicing and contention added to a step, on average"},
      {"latency p50/p99", {"latency_s.p50", "latency_s.p99"}, "from a request's arrival to its end"},
      {"total", {"total_s"}, "the makespan and the setup that came before: what someone pays who starts cold"},
      {"CPU time", {"cpu_s"}, "CPU seconds of the timed part, of all processes"},
      {"peak memory", {"peak_memory_bytes"}, "of all processes of the row, and its recording"},
      {"veri\u00ADfied", {"verified"}, "whether every step was right"},
  };
  // Where the run takes as long as requests come in, a speedup says nothing.
  static const std::vector<Column> by_latency = [] {
    std::vector<Column> all = by_makespan;
    const auto speedup =
        std::find_if(all.begin(), all.end(), [](const Column& column) { return column.names.front() == "speedup"; });
    *speedup = {"max rate", {"capacity_requests_per_s"}, "the most requests a second that the row could keep up with"};
    return all;
  }();
  return by == Judged::latency ? by_latency : by_makespan;
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

}  // namespace overlap
