// The rules of explanation.
#include "src/report/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include "src/base/units.hpp"
#include "src/report/advice.hpp"
#include "src/report/lines.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

constexpr double matters_from = 1.1;         // of makespans: below, rows are called equal
constexpr double close_to_bound_from = 0.9;  // of efficiency
constexpr double one_core_up_to = 1.1;       // of parallelism
constexpr double named_bound_from = 0.8;     // of efficiency: below, its bound is not what held it back
constexpr std::array<std::string_view, 2> further_suffixes = {"-pool", "-async"};

/// The rows that the rules look at.
class Rows {
 public:
  explicit Rows(const Results& results)
      : workload_(results.workload),
        plain_engine_(results.workload.computes_fft() ? "fftw" : "own"),
        by_(judged_by(results.workload)),
        usable_cpus_(results.machine.usable_cpus) {
    for (const std::size_t index : advisable_rows(results)) rows_.push_back(&results.rows[index]);
  }

  const std::vector<const Row*>& all() const noexcept { return rows_; }
  unsigned usable_cpus() const noexcept { return usable_cpus_; }
  const Workload& workload() const noexcept { return workload_; }

  /// Then its latency says for how long requests came in, and a ratio of it says nothing.
  bool falls_behind(const Row& row) const noexcept { return overlap::falls_behind(row, workload_); }

  /// Of the times by which the rows are judged.
  double ratio_of(const Row& slower, const Row& faster) const {
    return seconds_of(*slower.metrics, by_) / seconds_of(*faster.metrics, by_);
  }
  std::string times_as_fast() const {
    return by_ == Judged::makespan ? "times as fast" : fmt::format("times as fast by {}", words_of(by_));
  }
  /// "took 1.94 times threads/fftw", "had 1.94 times the p99 latency of threads/fftw".
  std::string took(double ratio, std::string_view other) const {
    if (by_ == Judged::makespan) return fmt::format("took {:.2f} times {}", ratio, other);
    return fmt::format("had {:.2f} times the {} of {}", ratio, words_of(by_), other);
  }

  /// The driver's row with the engine on the caller's thread; nullptr where there is none.
  const Row* find_plain(std::string_view driver) const { return find(fmt::format("{}/{}", driver, plain_engine_)); }

  /// The same beside a row: of `coroutine/NAME-pool`, whose compute is a further one, it is `coroutine/NAME`.
  const Row* find_plain_beside(const Row& row) const {
    for (const std::string_view suffix : further_suffixes) {
      if (!row.engine.ends_with(suffix)) continue;
      const std::string_view engine = row.engine;
      return find(fmt::format("{}/{}", row.driver, engine.substr(0, engine.size() - suffix.size())));
    }
    return find_plain(row.driver);
  }

  /// nullptr where there is none.
  const Row* find(std::string_view executor) const {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row* row) { return row->executor == executor; });
    return found == rows_.end() ? nullptr : *found;
  }

 private:
  const Workload& workload_;
  std::string_view plain_engine_;
  Judged by_;
  unsigned usable_cpus_;
  std::vector<const Row*> rows_;  // fastest first
};

std::string bounds(const Rows& rows) {
  std::vector<std::pair<std::string, std::vector<const Row*>>> groups;
  std::vector<const Row*> behind;
  for (const Row* row : rows.all()) {
    if (rows.falls_behind(*row)) {
      behind.push_back(row);
      continue;
    }
    // Where requests come in over time, that bounds the makespan of all that keep up, and says nothing of them.
    if (rows.workload().has_rate() || row->metrics->efficiency < named_bound_from) continue;
    const std::string bound = what_bounds(*row, rows.usable_cpus());
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& each) { return each.first == bound; });
    if (group == groups.end()) group = groups.insert(groups.end(), {bound, {}});
    group->second.push_back(row);
  }
  if (groups.size() == 1 && rows.all().size() > 1 && groups.front().second.size() == rows.all().size()) {
    return fmt::format("Every row was bound by {}.", groups.front().first);
  }
  std::string sentence;
  for (const auto& [bound, members] : groups) {
    sentence += fmt::format("{}{} {} bound by {}", sentence.empty() ? "" : "; ", names_of(members),
                            members.size() == 1 ? "was" : "were", bound);
  }
  if (!behind.empty()) {
    sentence += fmt::format("{}{} could not keep up", sentence.empty() ? "" : "; ", names_of(behind));
  }
  return sentence.empty() ? sentence : sentence + ".";
}

/// Where a thread or process is started for each request, and that takes most of what the row lost: it says nothing in
/// a step's delay. They begin one after the other, so half of them have begun after half of that time.
bool began_late(const Metrics& metrics, std::uint64_t requests) {
  constexpr double most_of_loss = 0.5;
  const double late_s = 2.0 * (metrics.latency_s.p50 - metrics.service_s.p50);
  const bool one_each = metrics.workers > 1 && metrics.workers == requests;
  return one_each && late_s > most_of_loss * (metrics.makespan_s - metrics.lower_bound_s);
}

/// Why a request took longer than its waits and steps: what took most of that, on average or of half of the requests.
std::string latency_reason(const Row& row, const Workload& workload) {
  const Metrics& metrics = *row.metrics;
  const auto iterations = static_cast<double>(workload.iterations);
  const double late_s = metrics.latency_s.p50 - metrics.service_s.p50;
  const double queued_s = metrics.queue_mean_s * iterations;
  const double slowed_s = (metrics.compute_p50_s - metrics.step_s) * iterations;
  if (!(std::max({late_s, queued_s, slowed_s}) > 0.0)) return {};
  if (late_s >= std::max(queued_s, slowed_s)) {
    const std::string_view workers = row.driver == "processes" ? "process" : "thread";
    return fmt::format(": half of its requests began {} or more after they had come in, {}", format_seconds(late_s),
                       metrics.workers == workload.requests ? fmt::format("as a {} was started for each", workers)
                                                            : "when others had been done with");
  }
  if (queued_s >= slowed_s) {
    return fmt::format(": the steps of a request queued for {} on average", format_seconds(queued_s));
  }
  return fmt::format(": its steps took {}, beside others, and {} alone", format_seconds(metrics.compute_p50_s),
                     format_seconds(metrics.step_s));
}

/// Of requests that come in over time: what latencies consist of.
std::string latencies(const Rows& rows) {
  const Row& fastest = *rows.all().front();
  if (!rows.workload().has_rate() || rows.falls_behind(fastest)) return {};
  std::string sentence;
  const double waits_s = rows.workload().waits_quantile_s(0.99);
  if (waits_s > 0.0) {
    sentence = fmt::format("99% of such requests wait for no longer than {} in all, whoever runs them.",
                           format_seconds(waits_s));
  }
  const Row* slowest = nullptr;
  for (const Row* row : rows.all()) {
    if (!rows.falls_behind(*row) && rows.ratio_of(*row, fastest) >= matters_from) slowest = row;
  }
  if (slowest == nullptr) return sentence;
  return fmt::format("{}{}{} {}{}.", sentence, sentence.empty() ? "" : " ", slowest->executor,
                     rows.took(rows.ratio_of(*slowest, fastest), fastest.executor),
                     latency_reason(*slowest, rows.workload()));
}

std::string held_back(const Rows& rows) {
  if (rows.workload().has_rate()) return latencies(rows);
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
  if (began_late(metrics, rows.workload().requests)) {
    return fmt::format(
        "{}: requests began late, as {} {} were started; half of them took {} or more, {} of it after they "
        "had begun.",
        sentence, format_count(metrics.workers), furthest->driver == "processes" ? "processes" : "threads",
        format_seconds(metrics.latency_s.p50), format_seconds(metrics.service_s.p50));
  }
  if (metrics.delay_s <= 0.0)
    return sentence + ", though its steps were not delayed: the time went before or after them.";
  const bool queued = metrics.queue_mean_s >= 0.5 * metrics.delay_s;
  return fmt::format("{}: a step was delayed by {} on average, {}.", sentence, format_seconds(metrics.delay_s),
                     queued ? "most of it before it began, waiting for its turn" : "most of it while it computed");
}

std::string lock(const Rows& rows) {
  const Row* free = rows.find_plain("threads");
  const Row* locked = rows.find("threads/locked");
  if (free == nullptr || locked == nullptr) return {};
  if (rows.falls_behind(*free)) return {};
  if (rows.falls_behind(*locked)) {
    return fmt::format("The lock mattered: {} kept up, and {} did not.", free->executor, locked->executor);
  }
  const double ratio = rows.ratio_of(*locked, *free);
  const std::string cores = fmt::format("{} against {} busy cores", format_ratio(locked->metrics->parallelism),
                                        format_ratio(free->metrics->parallelism));
  if (ratio <= 1.0 / matters_from) {
    return fmt::format("Threads were better off with a lock (threads/locked {}, with {}).",
                       rows.took(ratio, free->executor), cores);
  }
  if (ratio < matters_from) {
    return fmt::format("The lock did not matter to threads here (threads/locked {}, with {}).",
                       rows.took(ratio, free->executor), cores);
  }
  std::string sentence =
      fmt::format("The lock mattered: threads/locked {}, with {}", rows.took(ratio, free->executor), cores);
  const Row* free_processes = rows.find_plain("processes");
  const Row* locked_processes = rows.find("processes/locked");
  if (free_processes != nullptr && locked_processes != nullptr) {
    const double of_processes = rows.ratio_of(*locked_processes, *free_processes);
    if (of_processes < matters_from) {
      sentence += fmt::format("; processes, with a lock each, were not held up by it ({:.2f} times)", of_processes);
    }
  }
  return sentence + ".";
}

std::string lock_of_python(const Rows& rows) {
  const Row* threads = rows.find("python/threads");
  const Row* processes = rows.find("python/processes");
  if (threads == nullptr || processes == nullptr || rows.falls_behind(*processes)) return {};
  const double ratio = rows.ratio_of(*threads, *processes);
  const std::string cores = fmt::format("{} against {} busy cores", format_ratio(threads->metrics->parallelism),
                                        format_ratio(processes->metrics->parallelism));
  const auto held = held_by_python_lock(*threads, rows.usable_cpus());
  if (!held) return {};
  if (ratio >= matters_from && *held) {
    return fmt::format("Python's lock mattered: python/threads {}, with {}.", rows.took(ratio, processes->executor),
                       cores);
  }
  const bool had_more = processes->metrics->parallelism >= matters_from * threads->metrics->parallelism;
  if (ratio >= matters_from || (*held && !had_more)) return {};
  return fmt::format("{} (python/threads {}, with {}).",
                     *held ? "Python's lock held its threads back, and processes gained nothing"
                           : "Python's lock did not hold its threads back here",
                     rows.took(ratio, processes->executor), cores);
}

/// The fastest row of coroutines on an engine that owns threads, beside one on an engine that does not.
const Row* with_engine_threads(const Rows& rows) {
  for (const Row* row : rows.all()) {
    // Coroutines have one thread: further lanes are the engine's.
    const bool owns = row->metrics->lanes > 1 || row->engine == "fftw-threads" || ran_on_device(*row->metrics);
    if (row->driver == "coroutine" && owns && rows.find_plain_beside(*row) != nullptr) return row;
  }
  return nullptr;
}

std::string coroutines(const Rows& rows) {
  const Row* helped = with_engine_threads(rows);
  const Row* alone = helped != nullptr ? rows.find_plain_beside(*helped) : rows.find_plain("coroutine");
  if (alone == nullptr) return {};
  if (helped != nullptr && rows.falls_behind(*alone)) {
    if (rows.falls_behind(*helped)) return {};
    return fmt::format("An engine that owns its threads let the one thread of coroutines keep up: {}; {} could not.",
                       helped->executor, alone->executor);
  }
  if (helped != nullptr && rows.ratio_of(*alone, *helped) >= matters_from) {
    return fmt::format("An engine that owns its threads made the one thread of coroutines {:.2f} {}: {} against {}.",
                       rows.ratio_of(*alone, *helped), rows.times_as_fast(), helped->executor, alone->executor);
  }
  const Row* sequential = rows.find("sequential/" + alone->engine);
  const bool one_core = alone->metrics->parallelism <= one_core_up_to;
  if (sequential != nullptr && one_core && rows.falls_behind(*sequential)) {
    if (rows.falls_behind(*alone)) return {};
    return fmt::format(
        "Overlapping the waits alone, on one thread, let {} keep up with requests that {} can't keep up with, with {} "
        "busy cores.",
        alone->executor, sequential->executor, format_ratio(alone->metrics->parallelism));
  }
  if (sequential != nullptr && one_core && rows.ratio_of(*sequential, *alone) >= matters_from) {
    return fmt::format("Overlapping the waits alone, on one thread, made {} {} {} as {}, with {} busy cores.",
                       alone->executor, format_ratio(rows.ratio_of(*sequential, *alone)), rows.times_as_fast(),
                       sequential->executor, format_ratio(alone->metrics->parallelism));
  }
  if (helped == nullptr) return {};
  const double ratio = rows.ratio_of(*helped, *alone);
  return fmt::format("An engine that owns its threads {}: {} {}.",
                     ratio >= matters_from ? "cost the one thread of coroutines more than it gained"
                                           : "gained the one thread of coroutines little",
                     helped->executor, rows.took(ratio, alone->executor));
}

/// Of requests that come in over time: which row could take the most of them.
std::string rates(const Rows& rows, const Workload& workload) {
  if (!workload.has_rate()) return {};
  const Row* most = nullptr;
  double next = 0.0;
  for (const Row* row : rows.all()) {
    const auto& capacity = row->metrics->capacity_requests_per_s;
    // Nothing is known to bound it, or not what it could take.
    if (!capacity || may_take_more(*row, workload)) return {};
    if (most == nullptr || *capacity > *most->metrics->capacity_requests_per_s) {
      next = most != nullptr ? *most->metrics->capacity_requests_per_s : 0.0;
      most = row;
    } else {
      next = std::max(next, *capacity);
    }
  }
  if (most == nullptr || *most->metrics->capacity_requests_per_s < matters_from * next) return {};
  return fmt::format("Of all rows, {} could keep up with the most requests, {} a second.", most->executor,
                     format_ratio(*most->metrics->capacity_requests_per_s));
}

}  // namespace

std::vector<std::string> explain(const Results& results) {
  const Rows rows(results);
  // Of several rows none is advised where runs are too short to tell them apart.
  if (rows.all().empty() || (rows.all().size() > 1 && !advised_row(results))) return {};
  std::vector<std::string> sentences;
  for (std::string sentence : {bounds(rows), held_back(rows), lock(rows), lock_of_python(rows), coroutines(rows),
                               rates(rows, results.workload)}) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

}  // namespace overlap
