// The rules of advice.
#include "src/report/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "src/base/units.hpp"
#include "src/metrics/statistics.hpp"
#include "src/report/lines.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

constexpr double differs_by = 1.05;             // of a rate: more than what comes in
constexpr double cpu_differs_by = 1.1;          // of CPU time: enough to choose by, more than from run to run
constexpr double memory_differs_by = 1.1;       // of memory, the same, where it is also
constexpr double least_memory_bytes = 10e6;     // so much, that anybody would mind
constexpr double few_repeats_within = 1.05;     // of times: what a single run may be off by
constexpr double equal_medians_within = 1.1;    // of times that noise can't tell apart: more is not about equal
constexpr double clearly_below = 0.8;           // of what all lanes at the speed of one would do
constexpr double least_free_cpus = 0.5;         // that neither a row nor others used: it could have had more
constexpr double held_back_below = 0.8;         // of efficiency
constexpr double busy_cores_of_one_lane = 1.2;  // of parallelism: more than one core works at one step
constexpr double busy_share_of_cores = 0.5;     // of parallelism: a compute of the user's own may keep none busy

bool keeps_busy(const Metrics& metrics, unsigned cores) { return metrics.parallelism >= busy_share_of_cores * cores; }

const Row& row_at(const Results& results, std::size_t index) { return results.rows[index]; }

/// A time by which rows are compared, and its wording.
class Judgement {
 public:
  explicit Judgement(const Results& results) : by_(judged_by(results.workload)) {}

  double seconds(const Row& row) const { return seconds_of(*row.metrics, by_); }
  bool is_latency() const { return by_ == Judged::latency; }

  /// "3.21 s", "p99 latency 39.5 ms".
  std::string time(const Row& row) const {
    return (is_latency() ? std::string(words_of(by_)) + " " : "") + format_seconds(seconds(row));
  }
  std::string with_time(const Row& row) const {
    return fmt::format("{} ({})", row.executor, format_seconds(seconds(row)));
  }
  /// "1.9 times as fast as threads/fftw and 6.0 times as fast as …", "against 45 ms of threads/fftw and 331 ms of …".
  std::string beside(const Row& row, const std::vector<const Row*>& others) const {
    std::string text;
    for (const Row* other : others) {
      text += text.empty() ? (is_latency() ? "against " : "") : " and ";
      text += is_latency()
                  ? fmt::format("{} of {}", format_seconds(seconds(*other)), other->executor)
                  : fmt::format("{} times as fast as {}", times(seconds(*other) / seconds(row)), other->executor);
    }
    return text;
  }

 private:
  /// "1.04", "1.9", "23": a ratio in the digits that a sentence needs.
  static std::string times(double ratio) {
    if (ratio < 1.195) return fmt::format("{:.2f}", ratio);
    if (ratio < 9.95) return fmt::format("{:.1f}", ratio);
    return fmt::format("{:.0f}", ratio);
  }

  Judged by_;
};

bool uses_less_cpu(const Row& a, const Row& b) { return a.metrics->cpu_s * cpu_differs_by < b.metrics->cpu_s; }

bool uses_less_memory(const Row& a, const Row& b) {
  const auto bytes = [](const Row& row) { return static_cast<double>(row.metrics->peak_memory_bytes); };
  return bytes(a) * memory_differs_by < bytes(b) && bytes(a) + least_memory_bytes <= bytes(b);
}

// Among rows of about one makespan, fastest first: the one of clearly less CPU time, or memory, than the fastest.
const Row& cheapest(const std::vector<const Row*>& equals) {
  const Row& fastest = *equals.front();
  const Row* least_cpu = &fastest;
  const Row* least_memory = &fastest;
  for (const Row* row : equals) {
    if (row->engine == "locked") continue;
    if (row->metrics->cpu_s < least_cpu->metrics->cpu_s) least_cpu = row;
    const bool no_more_cpu = !uses_less_cpu(fastest, *row);
    if (no_more_cpu && row->metrics->peak_memory_bytes < least_memory->metrics->peak_memory_bytes) least_memory = row;
  }
  if (uses_less_cpu(*least_cpu, fastest)) return *least_cpu;
  if (uses_less_memory(*least_memory, fastest)) return *least_memory;
  return fastest;
}

// Why one of two rows of about one makespan is advised; empty where only the makespan speaks for it.
std::string preference(const Row& chosen, const Row& other) {
  if (uses_less_cpu(chosen, other)) {
    return fmt::format(" but with less CPU time ({} against {})", format_seconds(chosen.metrics->cpu_s),
                       format_seconds(other.metrics->cpu_s));
  }
  if (uses_less_memory(chosen, other)) {
    return fmt::format(" but with less memory ({} against {})", format_bytes(chosen.metrics->peak_memory_bytes),
                       format_bytes(other.metrics->peak_memory_bytes));
  }
  return {};
}

/// What a row makes of the rate at which requests come in.
std::string rate_clause(const Row& row, const Workload& workload) {
  const auto& capacity = row.metrics->capacity_requests_per_s;
  const std::string rate = fmt::format("{} requests a second", format_ratio(workload.rate));
  if (!capacity) return {};
  if (falls_behind(row, workload)) {
    return fmt::format("; it keeps up with {} requests a second at most, and {} come in", format_ratio(*capacity),
                       format_ratio(workload.rate));
  }
  if (*capacity < differs_by * workload.rate) return fmt::format("; it keeps up with {}", rate);
  return fmt::format("; it keeps up with {}, and could with {}", rate, format_ratio(*capacity));
}

std::string bounds_clause(const Row& row, const Results& results) {
  const Metrics& metrics = *row.metrics;
  if (results.workload.has_rate()) return rate_clause(row, results.workload);
  if (!(metrics.lower_bound_s > 0.0) || !std::isfinite(metrics.efficiency)) return {};
  const std::string bound = what_bounds(row, results.machine.usable_cpus);
  const std::string efficiency = format_ratio(metrics.efficiency);
  if (metrics.efficiency < held_back_below) {
    return fmt::format("; it is far from its bound, {} (efficiency {})", bound, efficiency);
  }
  return fmt::format("; it is bound by {} (efficiency {})", bound, efficiency);
}

// The reference, where it can be compared with and the sentence has not named it yet.
const Row* reference_beside(const Results& results, const std::vector<std::size_t>& candidates,
                            const std::vector<const Row*>& named) {
  for (const std::size_t index : candidates) {
    const Row* row = &row_at(results, index);
    if (row->executor != results.reference) continue;
    return std::find(named.begin(), named.end(), row) == named.end() ? row : nullptr;
  }
  return nullptr;
}

std::string equals_clause(const Row& chosen, const std::vector<const Row*>& equals, const Judgement& judgement) {
  const Row& other = equals.front() == &chosen ? *equals[1] : *equals.front();
  std::string clause = "about equal to " + judgement.with_time(other);
  if (equals.size() > 2) {
    clause += fmt::format(" and {} other{}", equals.size() - 2, equals.size() > 3 ? "s" : "");
  }
  return clause + preference(chosen, other);
}

std::string sentence(const Results& results, const Row& row, const std::string& comparison) {
  return fmt::format("For this load use {}: {}, {}{}.", row.executor, Judgement(results).time(row), comparison,
                     bounds_clause(row, results));
}

std::string advise_one(const Results& results, const Row& row) {
  const Judgement judgement(results);
  return fmt::format("{} {} {}, with no other row to compare it with{}.", row.executor,
                     judgement.is_latency() ? "has" : "takes", judgement.time(row), bounds_clause(row, results));
}

bool have_few_repeats(const Row& a, const Row& b) {
  return std::min(a.repeats.size(), b.repeats.size()) < least_for_interval;
}

bool within(double factor, const Row& a, const Row& b, Judged by) {
  const auto [less_s, more_s] = std::minmax({seconds_of(*a.metrics, by), seconds_of(*b.metrics, by)});
  return more_s <= factor * less_s;
}

/// Whether the runs don't tell the faster of two rows. Of few repeats nobody knows how far they scatter.
bool undecided(const Row& a, const Row& b, Judged by) {
  if (have_few_repeats(a, b)) return within(few_repeats_within, a, b, by);
  return lead_between(a, b, by) == Lead::undecided;
}

bool about_equal(const Row& a, const Row& b, Judged by) {
  return undecided(a, b, by) && within(equal_medians_within, a, b, by);
}

/// The rows that may be advised, fastest first. Nobody takes a lock who needs none: rows with one, which are there to
/// show what it costs, are left out; or come last where no two others are left and they gain nothing.
std::vector<std::size_t> candidates_of(const Results& results) {
  const std::vector<std::size_t> advisable = advisable_rows(results);
  const Judged by = judged_by(results.workload);
  const auto is_locked = [&](std::size_t index) { return row_at(results, index).engine == "locked"; };
  const auto gains_nothing = [&](std::size_t index) {
    const Row& row = row_at(results, index);
    const Row* free = find_row(results, row.driver + (results.workload.computes_fft() ? "/fftw" : "/own"));
    const bool is_advisable = std::any_of(advisable.begin(), advisable.end(),
                                          [&](std::size_t other) { return &row_at(results, other) == free; });
    return is_locked(index) && is_advisable && undecided(row, *free, by);
  };
  std::vector<std::size_t> candidates = advisable;
  candidates.erase(std::remove_if(candidates.begin(), candidates.end(), is_locked), candidates.end());
  if (candidates.size() > 1) return candidates;
  candidates = advisable;
  std::stable_partition(candidates.begin(), candidates.end(), [&](std::size_t index) { return !gains_nothing(index); });
  return candidates;
}

/// Of the candidates, those about as fast as the first, which is the fastest.
std::vector<const Row*> equals_of(const Results& results, const std::vector<std::size_t>& candidates) {
  const Row& fastest = row_at(results, candidates.front());
  std::vector<const Row*> equals;
  for (const std::size_t index : candidates) {
    const Row& row = row_at(results, index);
    if (&row == &fastest || about_equal(row, fastest, judged_by(results.workload))) equals.push_back(&row);
  }
  return equals;
}

std::string advise_equals(const Results& results, const std::vector<std::size_t>& candidates,
                          const std::vector<const Row*>& equals) {
  const Judgement judgement(results);
  const Row& chosen = cheapest(equals);
  std::string comparison = equals_clause(chosen, equals, judgement);
  if (const Row* reference = reference_beside(results, candidates, equals)) {
    comparison += comparison.find(" but ") == std::string::npos ? " and " : ", and ";
    comparison += judgement.beside(chosen, {reference});
  }
  return sentence(results, chosen, comparison);
}

std::string advise_fastest(const Results& results, const std::vector<std::size_t>& candidates) {
  const Row& best = row_at(results, candidates[0]);
  const Row& second = row_at(results, candidates[1]);
  std::vector<const Row*> others = {&second};
  if (const Row* reference = reference_beside(results, candidates, {&best, others.front()})) {
    others.push_back(reference);
  }
  const bool is_sure = !undecided(best, second, judged_by(results.workload));
  return sentence(results, best, (is_sure ? "" : "in the median ") + Judgement(results).beside(best, others));
}

/// Of the candidates, those whose few runs are too short to say which is faster, where the fastest two are among them.
std::vector<const Row*> too_short_to_choose(const Results& results, const std::vector<std::size_t>& candidates) {
  const Judged by = judged_by(results.workload);
  std::vector<const Row*> rows;
  for (const std::size_t index : candidates) {
    const Row& row = row_at(results, index);
    const bool few = row.repeats.size() < least_for_interval;
    if (by == Judged::latency || !few || row.metrics->makespan_s >= too_short_s) break;
    rows.push_back(&row);
  }
  return rows.size() > 1 ? rows : std::vector<const Row*>();
}

}  // namespace

std::optional<std::size_t> advised_row(const Results& results) {
  const std::vector<std::size_t> candidates = candidates_of(results);
  if (candidates.size() < 2 || !too_short_to_choose(results, candidates).empty()) return std::nullopt;
  return static_cast<std::size_t>(&cheapest(equals_of(results, candidates)) - results.rows.data());
}

std::optional<bool> held_by_python_lock(const Row& row, unsigned usable_cpus) noexcept {
  const Metrics& metrics = *row.metrics;
  const bool kept_to_one = is_python_row(row) && (row.driver == "threads" || row.driver == "thread-pool") &&
                           metrics.bound == Bound::compute && metrics.lanes > 1 && keeps_busy(metrics, 1) &&
                           metrics.parallelism < busy_cores_of_one_lane;
  if (!kept_to_one) return false;
  const double others = row.observed.other_cpus.value_or(0.0);
  if (usable_cpus < others + metrics.parallelism + least_free_cpus) return std::nullopt;
  return true;
}

std::string what_bounds(const Row& row, unsigned usable_cpus) {
  const Metrics& metrics = *row.metrics;
  if (metrics.bound != Bound::compute) return std::string(name_of(metrics.bound));
  if (ran_on_device(metrics)) return "the GPU";
  if (metrics.lanes == 1) {
    const bool one_core =
        row.engine != "fftw-threads" && keeps_busy(metrics, 1) && metrics.parallelism < busy_cores_of_one_lane;
    return one_core ? "one core" : "computing one step at a time";
  }
  if (held_by_python_lock(row, usable_cpus) == true) return "Python's lock";
  if (usable_cpus > 0 && metrics.lanes >= usable_cpus && keeps_busy(metrics, usable_cpus)) return "all cores";
  if (metrics.capacity_steps_per_s * metrics.step_s < clearly_below * static_cast<double>(metrics.lanes)) {
    return fmt::format("its capacity of {} steps a second", format_ratio(metrics.capacity_steps_per_s));
  }
  return fmt::format("{} lanes", metrics.lanes);
}

std::string advise(const Results& results) {
  const std::vector<std::size_t> candidates = candidates_of(results);
  if (candidates.empty()) return {};
  if (candidates.size() == 1) return advise_one(results, row_at(results, candidates.front()));
  if (const auto rows = too_short_to_choose(results, candidates); !rows.empty()) {
    return fmt::format(
        "Nothing tells which row to use: {} took less than {}, too short to choose between; more requests "
        "or iterations make them longer.",
        names_of(rows), format_seconds(too_short_s));
  }
  const std::vector<const Row*> equals = equals_of(results, candidates);
  return equals.size() > 1 ? advise_equals(results, candidates, equals) : advise_fastest(results, candidates);
}

}  // namespace overlap
