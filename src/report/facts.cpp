// Tables of facts.
#include "src/report/facts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <stdexcept>

#include "src/base/errors.hpp"
#include "src/base/units.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

template <typename Subject>
Access<Subject> fact(std::string Subject::*member) {
  return {FieldType::text, false, [member](const Subject& subject) -> FieldValue { return subject.*member; },
          [member](Subject& subject, const FieldValue& value) { subject.*member = std::get<std::string>(value); }};
}

template <typename Subject, typename Whole>
Access<Subject> fact(Whole Subject::*member) {
  const auto get = [member](const Subject& subject) -> FieldValue { return std::uint64_t{subject.*member}; };
  const auto set = [member](Subject& subject, const FieldValue& value) {
    constexpr Whole most = std::numeric_limits<Whole>::max();
    if (std::get<std::uint64_t>(value) > most) throw std::invalid_argument(fmt::format("it takes at most {}", most));
    subject.*member = static_cast<Whole>(std::get<std::uint64_t>(value));
  };
  return {FieldType::whole, false, get, set};
}

FieldOf<Machine> gpu_text(const std::string& name) {
  const auto get = [name](const Machine& machine) {
    const std::string* const text = find_text(machine.gpu, name);
    return text == nullptr || text->empty() ? FieldValue() : FieldValue(*text);
  };
  const auto set = [name](Machine& machine, const FieldValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) machine.gpu.emplace_back(name, *text);
  };
  return {"gpu_" + name, Unit::none, {FieldType::text, true, get, set}};
}

FieldOf<Machine> gpu_number(const std::string& name, Unit unit) {
  const auto get = [name](const Machine& machine) -> FieldValue {
    const std::string text = text_or(machine.gpu, name, "");
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
    return number;
  };
  const auto set = [name](Machine& machine, const FieldValue& value) {
    if (const auto* number = std::get_if<std::uint64_t>(&value))
      machine.gpu.emplace_back(name, std::to_string(*number));
  };
  return {"gpu_" + name, unit, {FieldType::whole, true, get, set}};
}

Access<Workload> count(std::uint64_t Workload::*member) {
  Access<Workload> access = fact(member);
  access.set = [set = access.set](Workload& workload, const FieldValue& value) {
    if (std::get<std::uint64_t>(value) == 0) throw std::invalid_argument("it takes a whole number from 1");
    set(workload, value);
  };
  return access;
}

template <typename Subject, NamedEnum Value>
Access<Subject> choice(Value Subject::*member) {
  const auto get = [member](const Subject& subject) -> FieldValue { return std::string(name_of(subject.*member)); };
  const auto set = [member](Subject& subject, const FieldValue& value) {
    subject.*member = value_of_name<Value>(value);
  };
  return {FieldType::text, false, get, set};
}

Access<Workload> wait() {
  const auto get = [](const Workload& workload) -> FieldValue { return workload.wait.to_string(); };
  const auto set = [](Workload& workload, const FieldValue& value) {
    const auto& text = std::get<std::string>(value);
    try {
      workload.wait = parse_wait("wait", text);
    } catch (const UsageError& error) {
      throw std::invalid_argument(error.what());
    }
    if (workload.wait.to_string() != text) {
      throw std::invalid_argument(fmt::format("it takes times in bare seconds: {}", workload.wait.to_string()));
    }
  };
  return {FieldType::text, false, get, set};
}

Access<Workload> rate() {
  const auto get = [](const Workload& workload) {
    return workload.has_rate() ? FieldValue(workload.rate) : FieldValue();
  };
  const auto set = [](Workload& workload, const FieldValue& value) {
    const double* rate = std::get_if<double>(&value);
    if (rate == nullptr) return;
    workload.rate = *rate;
    if (!workload.has_rate()) throw std::invalid_argument("it takes a number above 0, or null");
  };
  return {FieldType::real, true, get, set};
}

/// Read after the rate.
Access<Workload> arrivals() {
  const auto get = [](const Workload& workload) {
    return workload.has_rate() ? FieldValue(std::string(name_of(workload.arrivals))) : FieldValue();
  };
  const auto set = [](Workload& workload, const FieldValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr && !workload.has_rate()) return;
    const auto arrivals = text != nullptr && workload.has_rate() ? value_named<Arrivals>(*text) : std::nullopt;
    if (!arrivals) throw std::invalid_argument("it takes poisson or even where there is a rate, and else null");
    workload.arrivals = *arrivals;
  };
  return {FieldType::text, true, get, set};
}

Access<Workload> compute() {
  Access<Workload> access = fact(&Workload::compute);
  access.set = [set = access.set](Workload& workload, const FieldValue& value) {
    if (std::get<std::string>(value).empty()) throw std::invalid_argument("it takes fft, or a file's name");
    set(workload, value);
  };
  return access;
}

Access<Rounds> automatic() {
  return {FieldType::flag, false, [](const Rounds& rounds) -> FieldValue { return rounds.automatic; },
          [](Rounds& rounds, const FieldValue& value) { rounds.automatic = std::get<bool>(value); }};
}

Access<Rounds> max_time() {
  const auto get = [](const Rounds& rounds) { return rounds.automatic ? FieldValue(rounds.max_time_s) : FieldValue(); };
  const auto set = [](Rounds& rounds, const FieldValue& value) {
    if (rounds.automatic != std::holds_alternative<double>(value)) {
      throw std::invalid_argument("it takes a number where rounds are automatic, and else null");
    }
    if (rounds.automatic) rounds.max_time_s = std::get<double>(value);
  };
  return {FieldType::real, true, get, set};
}

}  // namespace

const std::vector<FieldOf<Tool>>& tool_fields() {
  static const std::vector<FieldOf<Tool>> all = {{"version", Unit::none, fact(&Tool::version)},
                                                 {"commit", Unit::none, fact(&Tool::commit)},
                                                 {"compiler", Unit::none, fact(&Tool::compiler)},
                                                 {"flags", Unit::none, fact(&Tool::flags)}};
  return all;
}

const std::vector<FieldOf<Machine>>& machine_fields() {
  static const std::vector<FieldOf<Machine>> all = {
      {"cpu_model", Unit::none, fact(&Machine::cpu_model)},
      {"architecture", Unit::none, fact(&Machine::architecture)},
      {"kernel", Unit::none, fact(&Machine::kernel)},
      {"huge_pages", Unit::none, fact(&Machine::huge_pages)},
      {"vector_instructions", Unit::none, fact(&Machine::vector_instructions)},
      {"packages", Unit::none, fact(&Machine::packages)},
      {"cores", Unit::none, fact(&Machine::cores)},
      {"logical_cpus", Unit::none, fact(&Machine::logical_cpus)},
      {"usable_cpus", Unit::none, fact(&Machine::usable_cpus)},
      {"memory_bytes", Unit::bytes, fact(&Machine::memory_bytes)},
      {"available_memory_bytes", Unit::bytes, fact(&Machine::available_memory_bytes)},
      {"l2_cache_bytes", Unit::bytes, fact(&Machine::l2_cache_bytes)},
      {"l3_cache_bytes", Unit::bytes, fact(&Machine::l3_cache_bytes)},
      gpu_text("name"),
      gpu_text("compute_capability"),
      gpu_number("memory_bytes", Unit::bytes),
      gpu_number("multiprocessors", Unit::none),
      gpu_number("l2_cache_bytes", Unit::bytes),
      gpu_text("driver"),
      gpu_text("driver_cuda"),
      gpu_text("runtime_cuda"),
      gpu_text("toolkit"),
      gpu_text("cufft"),
  };
  return all;
}

const std::vector<FieldOf<Workload>>& workload_fields() {
  static const std::vector<FieldOf<Workload>> all = {
      {"requests", Unit::none, count(&Workload::requests)},
      {"iterations", Unit::none, count(&Workload::iterations)},
      {"size", Unit::none, count(&Workload::size)},
      {"wait", Unit::none, wait()},
      {"precision", Unit::none, choice(&Workload::precision)},
      {"spectrum", Unit::none, choice(&Workload::spectrum)},
      {"seed", Unit::none, fact(&Workload::seed)},
      {"rate", Unit::none, rate()},
      {"arrivals", Unit::none, arrivals()},
      {"compute", Unit::none, compute()},
  };
  return all;
}

const std::vector<FieldOf<Rounds>>& rounds_fields() {
  static const std::vector<FieldOf<Rounds>> all = {{"automatic", Unit::none, automatic()},
                                                   {"max_time_s", Unit::seconds, max_time()},
                                                   {"made", Unit::none, fact(&Rounds::made)},
                                                   {"ended_by", Unit::none, choice(&Rounds::ended_by)}};
  return all;
}

std::string field_text(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::uint64_t>(&value)) return format_count(*whole);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return "none";
}

}  // namespace overlap
