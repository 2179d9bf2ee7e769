// Results as a trace: the Trace Event Format, which Perfetto (ui.perfetto.dev) and speedscope show. Each executor
// is a process there and each of its requests a thread, so that one sees what overlaps.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/report/lines.hpp"
#include "src/report/report.hpp"
#include "src/report/steps.hpp"

namespace overlap {
namespace {

using Json = nlohmann::json;

std::string json_text(std::string_view text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Text, not a tree of values, as of JSON's steps.
class TraceWriter {
 public:
  explicit TraceWriter(std::string& out) : out_(out) {}

  /// A row's events, under a number of its own.
  void write(std::uint64_t row, std::string_view name, const Workload& workload, const Recording& recording) {
    row_ = row;
    t0_ns_ = recording.header().t0_ns;
    metadata("process_name", 0, "name", json_text(name));
    metadata("process_sort_index", 0, "sort_index", std::to_string(row));
    std::vector<std::pair<std::int64_t, int>> changes;  // of the number of steps that compute
    std::uint64_t named = 0;
    for_each_finished_step(workload, recording, [&](const StepPlace& place) {
      const StepRecord& step = place.step();
      const std::uint64_t thread = place.request + 1;
      if (named != thread) metadata("thread_name", thread, "name", json_text(fmt::format("request {}", place.request)));
      named = thread;
      const std::string iteration = fmt::format("\"iteration\":{}", place.iteration);
      slice("not begun", thread, place.not_begun_from_ns(), place.wait_begin_ns(), iteration);
      slice("wait", thread, place.wait_begin_ns(), step.due_ns, iteration);
      slice("queue", thread, step.due_ns, step.begin_ns, iteration);
      slice("compute", thread, step.begin_ns, step.end_ns, iteration + fmt::format(",\"worker\":{}", step.worker));
      changes.emplace_back(step.begin_ns, 1);
      changes.emplace_back(step.end_ns, -1);
    });
    count(changes);
  }

 private:
  template <typename... Arguments>
  void event(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    out_ += out_.back() == '[' ? "\n" : ",\n";
    fmt::format_to(std::back_inserter(out_), format, std::forward<Arguments>(arguments)...);
  }

  void metadata(std::string_view kind, std::uint64_t thread, std::string_view member, const std::string& value) {
    event(R"({{"ph":"M","name":"{}","pid":{},"tid":{},"args":{{"{}":{}}}}})", kind, row_, thread, member, value);
  }

  /// Nothing where it took no time. Its begin and its end as events of their own, so that a slice ends at the very
  /// number at which the next one begins: as a begin and a duration, readers' sums would be off by a rounding, and nest
  /// the one in the other.
  void slice(std::string_view name, std::uint64_t thread, std::int64_t begin_ns, std::int64_t end_ns,
             const std::string& arguments) {
    if (end_ns <= begin_ns) return;
    // The end says all that the begin does: some readers match them by it.
    for (const auto& [kind, ns] : {std::pair('B', begin_ns), std::pair('E', end_ns)}) {
      event(R"({{"ph":"{}","name":"{}","pid":{},"tid":{},"ts":{},"args":{{{}}}}})", kind, name, row_, thread,
            microseconds(ns - t0_ns_), arguments);
    }
  }

  /// How many steps computed at each moment.
  void count(std::vector<std::pair<std::int64_t, int>>& changes) {
    std::sort(changes.begin(), changes.end());
    int computing = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      computing += changes[i].second;
      if (i + 1 < changes.size() && changes[i + 1].first == changes[i].first) continue;
      event(R"({{"ph":"C","name":"computing","pid":{},"ts":{},"args":{{"steps":{}}}}})", row_,
            microseconds(changes[i].first - t0_ns_), computing);
    }
  }

  /// The format's unit, to the nanosecond.
  static std::string microseconds(std::int64_t ns) {
    constexpr std::int64_t ns_per_us = 1000;
    const std::int64_t size = ns < 0 ? -ns : ns;
    return fmt::format("{}{}.{:03}", ns < 0 ? "-" : "", size / ns_per_us, size % ns_per_us);
  }

  std::string& out_;
  std::uint64_t row_ = 0;
  std::int64_t t0_ns_ = 0;
};

}  // namespace

std::string render_trace(const Results& results) {
  std::string text = fmt::format("{{\n\"displayTimeUnit\":\"ms\",\n\"otherData\":{{\"workload\":{},\"machine\":{}}},\n",
                                 json_text(describe(results.workload)), json_text(machine_line(results)));
  text += "\"traceEvents\":[";
  TraceWriter writer(text);
  std::uint64_t number = 0;
  for (const Row& row : results.rows) {
    ++number;
    if (row.recording) writer.write(number, row.executor, results.workload, *row.recording);
  }
  return text + "\n]\n}\n";
}

}  // namespace overlap
