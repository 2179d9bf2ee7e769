// The rules of explanation.
#include "src/report/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "src/report/advice.hpp"
#include "src/report/lines.hpp"
#include "src/report/units.hpp"

namespace overlap {
namespace {

constexpr double matters_from = 1.1;         // of makespans: below, rows are called equal
constexpr double close_to_bound_from = 0.9;  // of efficiency
constexpr double one_core_up_to = 1.1;       // of parallelism

/// The rows that the rules look at.
class Rows {
 public:
  explicit Rows(const Results& results) : plain_engine_(results.workload.computes_fft() ? "fftw" : "own") {
    for (const std::size_t index : advisable_rows(results.rows)) rows_.push_back(&results.rows[index]);
  }

  const std::vector<const Row*>& all() const noexcept { return rows_; }

  /// The driver's row with the engine on the caller's thread; nullptr where there is none.
  const Row* find_plain(std::string_view driver) const { return find(fmt::format("{}/{}", driver, plain_engine_)); }

  /// nullptr where there is none.
  const Row* find(std::string_view executor) const {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row* row) { return row->executor == executor; });
    return found == rows_.end() ? nullptr : *found;
  }

 private:
  std::string_view plain_engine_;
  std::vector<const Row*> rows_;  // fastest first
};

double ratio_of(const Row& slower, const Row& faster) {
  return slower.metrics->makespan_s / faster.metrics->makespan_s;
}

std::string bounds(const Rows& rows, unsigned usable_cpus) {
  std::vector<std::pair<std::string, std::vector<const Row*>>> groups;
  for (const Row* row : rows.all()) {
    const std::string bound = what_bounds(*row, usable_cpus);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& each) { return each.first == bound; });
    if (group == groups.end()) group = groups.insert(groups.end(), {bound, {}});
    group->second.push_back(row);
  }
  if (groups.size() == 1 && groups.front().second.size() > 1) {
    return fmt::format("Every row was bound by {}.", groups.front().first);
  }
  std::string sentence;
  for (const auto& [bound, members] : groups) {
    sentence += fmt::format("{}{} {} bound by {}", sentence.empty() ? "" : "; ", names_of(members),
                            members.size() == 1 ? "was" : "were", bound);
  }
  return sentence + ".";
}

std::string held_back(const Rows& rows) {
  const Row* furthest = nullptr;
  for (const Row* row : rows.all()) {
    const double efficiency = row->metrics->efficiency;
    if (!std::isfinite(efficiency) || efficiency <= 0.0) continue;
    if (furthest == nullptr || efficiency < furthest->metrics->efficiency) furthest = row;
  }
  if (furthest == nullptr) return {};
  const Metrics& metrics = *furthest->metrics;
  if (metrics.efficiency >= close_to_bound_from) {
    return fmt::format("{} took at most {:.2f} times the bound of its lanes.",
                       rows.all().size() == 1 ? furthest->executor : "Each row",
                       std::max(1.0, 1.0 / metrics.efficiency));
  }
  const std::string sentence = fmt::format("{} was furthest from its bound, at {} times it", furthest->executor,
                                           format_ratio(1.0 / metrics.efficiency));
  if (metrics.delay_s <= 0.0)
    return sentence + ", though its steps were not delayed: the time went before or after them.";
  const bool queued = metrics.queue_s.p50 >= 0.5 * metrics.delay_s;
  return fmt::format("{}: a step was delayed by {} on the mean, {}.", sentence, format_seconds(metrics.delay_s),
                     queued ? "most of it before it began, waiting for its turn"
                            : "most of it while it computed or in a few long queues");
}

std::string lock(const Rows& rows) {
  const Row* free = rows.find_plain("threads");
  const Row* locked = rows.find("threads/locked");
  if (free == nullptr || locked == nullptr) return {};
  const double ratio = ratio_of(*locked, *free);
  const std::string cores = fmt::format("{} against {} busy cores", format_ratio(locked->metrics->parallelism),
                                        format_ratio(free->metrics->parallelism));
  if (ratio < matters_from) {
    return fmt::format("The lock did not matter to threads here (threads/locked took {:.2f} times {}, with {}).", ratio,
                       free->executor, cores);
  }
  std::string sentence =
      fmt::format("The lock mattered: threads/locked took {:.2f} times {}, with {}", ratio, free->executor, cores);
  const Row* free_processes = rows.find_plain("processes");
  const Row* locked_processes = rows.find("processes/locked");
  if (free_processes != nullptr && locked_processes != nullptr) {
    const double of_processes = ratio_of(*locked_processes, *free_processes);
    if (of_processes < matters_from) {
      sentence += fmt::format("; processes, with a lock each, were not held up by it ({:.2f} times)", of_processes);
    }
  }
  return sentence + ".";
}

std::string lock_of_python(const Rows& rows) {
  const Row* threads = rows.find("python/threads");
  const Row* processes = rows.find("python/processes");
  if (threads == nullptr || processes == nullptr) return {};
  const double ratio = ratio_of(*threads, *processes);
  const std::string cores = fmt::format("{} against {} busy cores", format_ratio(threads->metrics->parallelism),
                                        format_ratio(processes->metrics->parallelism));
  if (ratio >= matters_from && held_by_python_lock(*threads)) {
    return fmt::format("Python's lock mattered: python/threads took {:.2f} times python/processes, with {}.", ratio,
                       cores);
  }
  if (ratio >= matters_from) return {};
  return fmt::format(
      "Python's lock did not hold its threads back here (python/threads took {:.2f} times "
      "python/processes, with {}).",
      ratio, cores);
}

/// The fastest row of coroutines on an engine that owns threads.
const Row* with_engine_threads(const Rows& rows) {
  for (const Row* row : rows.all()) {
    const bool owns = row->engine == "pool" || row->engine == "fftw-threads" || row->engine.rfind("cuda", 0) == 0;
    if (row->driver == "coroutine" && owns) return row;
  }
  return nullptr;
}

std::string coroutines(const Rows& rows) {
  const Row* alone = rows.find_plain("coroutine");
  if (alone == nullptr) return {};
  const Row* helped = with_engine_threads(rows);
  if (helped != nullptr && ratio_of(*alone, *helped) >= matters_from) {
    return fmt::format(
        "An engine that owns its threads made the one thread of coroutines {:.2f} times as fast: {} against {}.",
        ratio_of(*alone, *helped), helped->executor, alone->executor);
  }
  const Row* sequential = rows.find_plain("sequential");
  const bool one_core = alone->metrics->parallelism <= one_core_up_to;
  if (sequential != nullptr && one_core && ratio_of(*sequential, *alone) >= matters_from) {
    return fmt::format(
        "Overlapping the waits alone, on one thread, made {} {} times as fast as {}, with {} busy cores.",
        alone->executor, format_ratio(ratio_of(*sequential, *alone)), sequential->executor,
        format_ratio(alone->metrics->parallelism));
  }
  if (helped == nullptr) return {};
  return fmt::format(
      "An engine that owns its threads gained the one thread of coroutines little: {} took {:.2f} times {}.",
      helped->executor, ratio_of(*helped, *alone), alone->executor);
}

}  // namespace

std::vector<std::string> explain(const Results& results) {
  const Rows rows(results);
  if (rows.all().empty()) return {};
  std::vector<std::string> sentences;
  for (std::string sentence : {bounds(rows, results.machine.usable_cpus), held_back(rows), lock(rows),
                               lock_of_python(rows), coroutines(rows)}) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

}  // namespace overlap
