// Results as JSON, for programs. Members are added over time; schema_version changes where one changes its meaning.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "src/build_info.hpp"
#include "src/clock.hpp"
#include "src/report/fields.hpp"
#include "src/report/report.hpp"

namespace overlap {
namespace {

using Json = nlohmann::ordered_json;

constexpr int schema_version = 1;

// A number that is not finite is dumped as null.
struct ToJson {
  Json operator()(std::monostate /*none*/) const { return nullptr; }
  template <typename T>
  Json operator()(const T& value) const {
    return value;
  }
};

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// Text that is not UTF-8 (a crashed program's last words, say) must not cost the report.
std::string dump(const Json& json, std::size_t depth) {
  std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  const std::string line = "\n" + std::string(2 * depth, ' ');
  std::string indented;
  for (const char letter : text) {
    if (letter == '\n') {
      indented += line;
    } else {
      indented += letter;
    }
  }
  return indented;
}

Json tool_json() {
  const BuildInfo& build = build_info();
  return {{"name", "overlap"},
          {"version", build.version},
          {"commit", build.commit},
          {"compiler", build.compiler},
          {"flags", build.flags}};
}

Json machine_json(const Machine& machine) {
  return {{"cpu_model", machine.cpu_model},
          {"architecture", machine.architecture},
          {"kernel", machine.kernel},
          {"huge_pages", machine.huge_pages},
          {"vector_instructions", machine.vector_instructions},
          {"packages", machine.packages},
          {"cores", machine.cores},
          {"logical_cpus", machine.logical_cpus},
          {"usable_cpus", machine.usable_cpus},
          {"memory_bytes", machine.memory_bytes},
          {"available_memory_bytes", machine.available_memory_bytes},
          {"l2_cache_bytes", machine.l2_cache_bytes},
          {"l3_cache_bytes", machine.l3_cache_bytes}};
}

Json workload_json(const Workload& workload) {
  return {{"requests", workload.requests},
          {"iterations", workload.iterations},
          {"size", workload.size},
          {"wait", workload.wait.to_string()},
          {"precision", name_of(workload.precision)},
          {"spectrum", name_of(workload.spectrum)},
          {"seed", workload.seed}};
}

Json repeat_json(const Repeat& repeat) {
  const auto metric = [&](double Metrics::*member) -> Json {
    if (repeat.status != Status::ok || !repeat.metrics) return nullptr;
    return ToJson{}((*repeat.metrics).*member);
  };
  return {{"status", name_of(repeat.status)},
          {"reason", text_or_null(repeat.reason)},
          {"steps_finished", repeat.steps_finished},
          {"makespan_s", metric(&Metrics::makespan_s)},
          {"total_s", metric(&Metrics::total_s)},
          {"cpu_s", metric(&Metrics::cpu_s)},
          {"verified", repeat.status == Status::ok && repeat.verified ? Json(*repeat.verified) : Json(nullptr)}};
}

Json run_json(const Row& row) {
  Json run = Json::object();
  for (const Field& field : fields()) {
    Json value = std::visit(ToJson{}, field.get(row));
    const std::size_t dot = field.name.find('.');
    if (dot == std::string::npos) {
      run[field.name] = std::move(value);
    } else if (row.status != Status::ok) {
      run[field.name.substr(0, dot)] = nullptr;
    } else {
      run[field.name.substr(0, dot)][field.name.substr(dot + 1)] = std::move(value);
    }
  }
  run["repeats"] = Json::array();
  for (const Repeat& repeat : row.repeats) run["repeats"].push_back(repeat_json(repeat));
  run["notes"] = row.notes;
  return run;
}

// Writes the steps that are finished as columns, a line each. Text, not a tree of values: streams of millions of steps
// would take gigabytes in one.
class StepColumns {
 public:
  StepColumns(std::string& out, const Workload& workload, const Recording& recording)
      : out_(out), workload_(workload), recording_(recording), t0_ns_(recording.header().t0_ns) {}

  void write() {
    out_ += '{';
    column("request", [](std::uint64_t request, std::uint64_t, const StepRecord&) { return request; });
    column("iteration", [](std::uint64_t, std::uint64_t iteration, const StepRecord&) { return iteration; });
    column("wait_s", [this](std::uint64_t request, std::uint64_t iteration, const StepRecord& step) {
      return seconds(step.due_ns - wait_begin_ns(request, iteration));
    });
    column("due_s", [this](std::uint64_t, std::uint64_t, const StepRecord& s) { return seconds(s.due_ns - t0_ns_); });
    column("begin_s",
           [this](std::uint64_t, std::uint64_t, const StepRecord& s) { return seconds(s.begin_ns - t0_ns_); });
    column("end_s", [this](std::uint64_t, std::uint64_t, const StepRecord& s) { return seconds(s.end_ns - t0_ns_); });
    column("worker", [](std::uint64_t, std::uint64_t, const StepRecord& step) { return std::uint64_t{step.worker}; });
    column("input_energy", [](std::uint64_t, std::uint64_t, const StepRecord& step) { return step.input_energy; });
    column("spectrum_energy",
           [](std::uint64_t, std::uint64_t, const StepRecord& step) { return step.spectrum_energy; });
    column("bin", [this](std::uint64_t request, std::uint64_t iteration, const StepRecord&) {
      return workload_.checked_bin(request, iteration);
    });
    column("bin_re", [](std::uint64_t, std::uint64_t, const StepRecord& step) { return step.bin_re; });
    column("bin_im", [](std::uint64_t, std::uint64_t, const StepRecord& step) { return step.bin_im; });
    out_ += "\n      }";
  }

 private:
  // Divided, so that the decimals are the nanoseconds'.
  static double seconds(std::int64_t ns) { return static_cast<double>(ns) / static_cast<double>(ns_per_s); }

  std::int64_t wait_begin_ns(std::uint64_t request, std::uint64_t iteration) const {
    return iteration == 0 ? recording_.requests()[request].begin_ns : recording_.step(request, iteration - 1).end_ns;
  }

  void number(double value) {
    if (std::isfinite(value)) {
      fmt::format_to(std::back_inserter(out_), "{}", value);
    } else {
      out_ += "null";
    }
  }
  void number(std::uint64_t value) { fmt::format_to(std::back_inserter(out_), "{}", value); }

  template <typename Get>
  void column(std::string_view name, Get get) {
    if (out_.back() != '{') out_ += ',';
    out_ += fmt::format("\n        \"{}\": [", name);
    const RecordingHeader& header = recording_.header();
    for (std::uint64_t request = 0; request < header.requests; ++request) {
      for (std::uint64_t iteration = 0; iteration < header.iterations; ++iteration) {
        const StepRecord& step = recording_.step(request, iteration);
        if (!step.finished()) continue;
        if (out_.back() != '[') out_ += ',';
        number(get(request, iteration, step));
      }
    }
    out_ += ']';
  }

  std::string& out_;
  const Workload& workload_;
  const Recording& recording_;
  std::int64_t t0_ns_;
};

// Takes the brace that closes an object off its text, for more members to follow.
void reopen(std::string& object) { object.erase(object.find_last_not_of(" \n", object.rfind('}') - 1) + 1); }

}  // namespace

std::string render_json(const Results& results) {
  Json report = {{"schema_version", schema_version},
                 {"tool", tool_json()},
                 {"machine", machine_json(results.machine)},
                 {"workload", workload_json(results.workload)},
                 {"engines", Json::object()},
                 {"reference", text_or_null(results.reference)},
                 {"notes", results.notes},
                 {"advice", text_or_null(results.advice)}};
  for (const auto& [name, value] : results.engine_facts) report["engines"][name] = value;

  std::string text = dump(report, 0);
  reopen(text);
  text += ",\n  \"runs\": [";
  for (const Row& row : results.rows) {
    if (text.back() != '[') text += ',';
    text += "\n    " + dump(run_json(row), 2);
    if (!results.include_steps || !row.recording) continue;
    reopen(text);
    text += ",\n      \"steps\": ";
    StepColumns(text, results.workload, *row.recording).write();
    text += "\n    }";
  }
  text += results.rows.empty() ? "]\n}\n" : "\n  ]\n}\n";
  return text;
}

}  // namespace overlap
