// The rules of advice.
#include "src/report/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "src/report/units.hpp"

namespace overlap {
namespace {

constexpr double equal_within = 1.02;           // of makespans: closer than runs repeat
constexpr double differs_by = 1.05;             // of CPU time and memory: enough to choose by
constexpr double held_back_below = 0.8;         // of efficiency
constexpr double busy_cores_of_one_lane = 1.2;  // of parallelism: more than one core works at one step

const Row& row_at(const Results& results, std::size_t index) { return results.rows[index]; }

double makespan_of(const Row& row) { return row.metrics->makespan_s; }

std::string with_makespan(const Row& row) {
  return fmt::format("{} ({})", row.executor, format_seconds(makespan_of(row)));
}

// "1.04", "1.9", "23": a ratio in the digits that a sentence needs.
std::string times(double ratio) {
  if (ratio < 1.195) return fmt::format("{:.2f}", ratio);
  if (ratio < 9.95) return fmt::format("{:.1f}", ratio);
  return fmt::format("{:.0f}", ratio);
}

std::string faster_than(const Row& row, const Row& other) {
  return fmt::format("{} times as fast as {}", times(makespan_of(other) / makespan_of(row)), other.executor);
}

bool clearly_less(double a, double b) { return a * differs_by < b; }

bool uses_less_cpu(const Row& a, const Row& b) { return clearly_less(a.metrics->cpu_s, b.metrics->cpu_s); }

bool uses_less_memory(const Row& a, const Row& b) {
  return clearly_less(static_cast<double>(a.metrics->peak_memory_bytes),
                      static_cast<double>(b.metrics->peak_memory_bytes));
}

// Among rows of about one makespan, fastest first: the one of clearly less CPU time, or memory, than the fastest.
const Row& cheapest(const std::vector<const Row*>& equals) {
  const Row& fastest = *equals.front();
  const Row* least_cpu = &fastest;
  const Row* least_memory = &fastest;
  for (const Row* row : equals) {
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

std::string bounds_clause(const Row& row, unsigned usable_cpus) {
  const Metrics& metrics = *row.metrics;
  if (!(metrics.lower_bound_s > 0.0) || !std::isfinite(metrics.efficiency)) return {};
  const std::string bound = what_bounds(row, usable_cpus);
  const std::string efficiency = format_ratio(metrics.efficiency);
  if (metrics.efficiency < held_back_below) {
    return fmt::format("; it is held back by contention or overhead rather than by its bound, {} (efficiency {})",
                       bound, efficiency);
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

std::string equals_clause(const Row& chosen, const std::vector<const Row*>& equals) {
  const Row& other = equals.front() == &chosen ? *equals[1] : *equals.front();
  std::string clause = "about equal to " + with_makespan(other);
  if (equals.size() > 2) {
    clause += fmt::format(" and {} other{}", equals.size() - 2, equals.size() > 3 ? "s" : "");
  }
  return clause + preference(chosen, other);
}

std::string sentence(const Row& row, const std::string& comparison, unsigned usable_cpus) {
  return fmt::format("For this load use {}: {}, {}{}.", row.executor, format_seconds(makespan_of(row)), comparison,
                     bounds_clause(row, usable_cpus));
}

std::string advise_one(const Row& row, unsigned usable_cpus) {
  return fmt::format("{} takes {}, with no other row to compare it with{}.", row.executor,
                     format_seconds(makespan_of(row)), bounds_clause(row, usable_cpus));
}

/// Of the candidates, those about as fast as the first, which is the fastest.
std::vector<const Row*> equals_of(const std::vector<Row>& rows, const std::vector<std::size_t>& candidates) {
  std::vector<const Row*> equals;
  for (const std::size_t index : candidates) {
    if (makespan_of(rows[index]) <= equal_within * makespan_of(rows[candidates.front()])) {
      equals.push_back(&rows[index]);
    }
  }
  return equals;
}

std::string advise_equals(const Results& results, const std::vector<std::size_t>& candidates,
                          const std::vector<const Row*>& equals) {
  const Row& chosen = cheapest(equals);
  std::string comparison = equals_clause(chosen, equals);
  if (const Row* reference = reference_beside(results, candidates, equals)) {
    comparison +=
        (comparison.find(" but ") == std::string::npos ? " and " : ", and ") + faster_than(chosen, *reference);
  }
  return sentence(chosen, comparison, results.machine.usable_cpus);
}

std::string advise_fastest(const Results& results, const std::vector<std::size_t>& candidates) {
  const Row& best = row_at(results, candidates[0]);
  const Row& second = row_at(results, candidates[1]);
  std::string comparison = faster_than(best, second);
  if (const Row* reference = reference_beside(results, candidates, {&best, &second})) {
    comparison += " and " + faster_than(best, *reference);
  }
  return sentence(best, comparison, results.machine.usable_cpus);
}

}  // namespace

std::vector<std::size_t> advisable_rows(const std::vector<Row>& rows) {
  std::vector<std::size_t> computing;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const bool finished = row.status == Status::ok && row.metrics && std::isfinite(row.metrics->makespan_s);
    if (!finished || row.metrics->makespan_s <= 0.0 || row.verified == false) continue;
    (row.engine == "null" ? others : computing).push_back(i);
  }
  std::vector<std::size_t> candidates = computing.empty() ? others : computing;
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](std::size_t a, std::size_t b) { return makespan_of(rows[a]) < makespan_of(rows[b]); });
  return candidates;
}

std::optional<std::size_t> advised_row(const std::vector<Row>& rows) {
  const std::vector<std::size_t> candidates = advisable_rows(rows);
  if (candidates.size() < 2) return std::nullopt;
  return static_cast<std::size_t>(&cheapest(equals_of(rows, candidates)) - rows.data());
}

bool held_by_python_lock(const Row& row) noexcept {
  const Metrics& metrics = *row.metrics;
  return is_python_row(row) && row.driver == "threads" && metrics.bound == Bound::compute && metrics.lanes > 1 &&
         metrics.parallelism < busy_cores_of_one_lane;
}

std::string what_bounds(const Row& row, unsigned usable_cpus) {
  const Metrics& metrics = *row.metrics;
  if (metrics.bound == Bound::waiting) return "waiting";
  if (row.engine.rfind("cuda", 0) == 0) return "the GPU";
  if (metrics.lanes == 1) {
    const bool one_core = row.engine != "fftw-threads" && metrics.parallelism < busy_cores_of_one_lane;
    return one_core ? "one core" : "computing one step at a time";
  }
  if (held_by_python_lock(row)) return "Python's lock";
  if (usable_cpus > 0 && metrics.lanes >= usable_cpus) return "all cores";
  return fmt::format("{} lanes", metrics.lanes);
}

std::string advise(const Results& results) {
  const std::vector<std::size_t> candidates = advisable_rows(results.rows);
  if (candidates.empty()) return {};
  const Row& fastest = row_at(results, candidates.front());
  if (candidates.size() == 1) return advise_one(fastest, results.machine.usable_cpus);
  const std::vector<const Row*> equals = equals_of(results.rows, candidates);
  return equals.size() > 1 ? advise_equals(results, candidates, equals) : advise_fastest(results, candidates);
}

}  // namespace overlap
