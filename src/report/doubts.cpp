// One rule a doubt.
#include "src/report/doubts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "src/base/named_texts.hpp"
#include "src/base/units.hpp"
#include "src/report/advice.hpp"
#include "src/report/fields.hpp"
#include "src/report/lines.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

constexpr double calibration_error_above = 1.02;  // of efficiency
constexpr double calibrated_within = 1.25;        // of step times: a calibration is short, and less exact than a run
constexpr double shortest_calibrated_s = 20e-6;   // below, reading the clock is part of a step's time
constexpr double widest_spread = 0.05;            // the middle half of makespans over their median
constexpr double outlier_beyond = 0.02;           // of the median: nearer, it does no harm
constexpr double least_load_cpus = 0.1;
constexpr double least_load_share = 0.05;       // of the machine's CPUs
constexpr double clocks_differ_by = 1.1;        // of the highest and the lowest clock after runs
constexpr double least_throttled = 0.01;        // of a makespan
constexpr double slow_memory_s_per_gb = 1.0;    // more than page faults alone
constexpr double least_slow_memory = 0.1;       // of the total
constexpr double least_slow_memory_s = 0.1;     // less may be any other program's turn
constexpr double least_costly_measuring = 0.1;  // of the CPU time
constexpr double crowded_step_times = 2.0;      // a step that is interrupted for others takes longer than alone

using Notes = std::vector<std::string>;

std::string_view plural(std::size_t count) { return count == 1 ? "" : "s"; }

bool is_ok(const Row& row) { return row.status == Status::ok && row.metrics.has_value(); }

template <typename Property>
std::vector<const Row*> ok_rows_where(const Results& results, Property property) {
  std::vector<const Row*> rows;
  for (const Row& row : results.rows) {
    if (is_ok(row) && property(row)) rows.push_back(&row);
  }
  return rows;
}

/// What the repeats of a row are judged by, and its name.
std::vector<double> times_of(const Results& results, const Row& row) {
  return samples_of(row, judged_by(results.workload));
}

std::string_view times_words(const Results& results) {
  return results.workload.has_rate() ? "p99 latencies" : "makespans";
}

/// The largest of a row's repeats; none where none tells.
template <typename Value>
std::optional<Value> largest(const Row& row, std::optional<Value> Observation::*member) {
  std::optional<Value> most;
  for (const Repeat& repeat : row.repeats) most = std::max(most, repeat.observed.*member);
  return most;
}

/// The rows that a doubt is about, and the one of which it is largest.
struct Doubted {
  std::vector<const Row*> rows;
  const Row* worst = nullptr;

  explicit operator bool() const noexcept { return worst != nullptr; }
  std::string names() const { return names_of(rows); }
  bool are_several() const noexcept { return rows.size() > 1; }
  std::string_view up_to() const noexcept { return are_several() ? "up to " : ""; }
  std::string in_worst() const { return are_several() ? " in " + worst->executor : ""; }
};

/// Of the ok rows those of which `extent`, a std::optional<double>, says how far it is doubtful.
template <typename Extent>
Doubted doubted(const Results& results, Extent extent) {
  Doubted found;
  double most = 0.0;
  for (const Row& row : results.rows) {
    const std::optional<double> extent_of_row = is_ok(row) ? extent(row) : std::nullopt;
    if (!extent_of_row) continue;
    found.rows.push_back(&row);
    if (found.worst != nullptr && *extent_of_row <= most) continue;
    found.worst = &row;
    most = *extent_of_row;
  }
  return found;
}

// ---- The rules ----

void verification_failed(const Results& results, Notes& notes) {
  for (const Row* row : ok_rows_where(results, [](const Row& each) { return each.verified == false; })) {
    std::string finding = row->reason;
    for (const Repeat& repeat : row->repeats) {
      if (finding.empty() && repeat.verified == false) finding = repeat.reason;
    }
    notes.push_back(fmt::format("{}: verification failed, so its figures count for nothing{}{}", row->executor,
                                finding.empty() ? "" : ": ", finding));
  }
}

void efficiency_above_one(const Results& results, Notes& notes) {
  const Doubted found = doubted(results, [](const Row& row) {
    const double efficiency = row.metrics->efficiency;
    return efficiency > calibration_error_above ? std::optional(efficiency) : std::nullopt;
  });
  if (!found) return;
  notes.push_back(fmt::format(
      "{}: efficiency {}{} is above 1, a calibration error: the step time or capacity taken in setup was off; run "
      "again on an idle machine",
      found.names(), found.up_to(), format_ratio(found.worst->metrics->efficiency)));
}

/// Of all steps. Where they differ in cost, the median may be that of the dear ones or of the cheap ones.
double mean_compute_s(const Metrics& metrics) { return metrics.delay_s + metrics.step_s - metrics.queue_mean_s; }

/// What steps took that were faster than the calibrated time, by median and mean, or, where they do not share lanes,
/// all slower.
std::optional<double> uncalibrated_step_s(const Metrics& metrics) {
  if (metrics.step_s < shortest_calibrated_s || !(metrics.compute_p50_s > 0.0)) return std::nullopt;
  const double usual_s = std::max(metrics.compute_p50_s, mean_compute_s(metrics));
  if (usual_s * calibrated_within < metrics.step_s) return usual_s;
  const bool slower = metrics.lanes == 1 && metrics.compute_p5_s > calibrated_within * metrics.step_s;
  return slower ? std::optional(metrics.compute_p5_s) : std::nullopt;
}

void calibration_disagrees(const Results& results, Notes& notes) {
  const Doubted found = doubted(results, [](const Row& row) {
    const auto step_s = uncalibrated_step_s(*row.metrics);
    return step_s ? std::optional(std::abs(std::log(*step_s / row.metrics->step_s))) : std::nullopt;
  });
  if (!found) return;
  const Metrics& metrics = *found.worst->metrics;
  notes.push_back(fmt::format(
      "{}: steps took {}, and {} when calibrated{}: delay and efficiency are off by that; run again on an idle "
      "machine, with more iterations",
      found.names(), format_seconds(*uncalibrated_step_s(metrics)), format_seconds(metrics.step_s), found.in_worst()));
}

void spread(const Results& results, Notes& notes) {
  const Doubted found = doubted(results, [&](const Row& row) {
    const std::vector<double> times_s = times_of(results, row);
    const double share = times_s.size() < 2 ? 0.0 : relative_spread(times_s);
    return share > widest_spread ? std::optional(share) : std::nullopt;
  });
  if (!found) return;
  const std::vector<double> times_s = times_of(results, *found.worst);
  const Interval range = range_of(times_s);
  const std::string_view more = results.rounds.automatic ? "" : ", or take more repeats with --repeat auto";
  notes.push_back(fmt::format(
      "{}: {} spread by {}{:.0f}% (the middle half), from {}{}{}", found.names(), times_words(results), found.up_to(),
      100.0 * relative_spread(times_s), format_seconds_pair(range.low, range.high, " to "), found.in_worst(),
      results.workload.has_rate()
          ? ", as each repeat has waits and arrivals of its own: more requests, or repeats, tell more"
          : fmt::format(": close other programs{}", more)));
}

/// Of a row's times, those that stand apart from the others.
std::vector<double> outliers_among(const std::vector<double>& times_s) {
  std::vector<double> outside;
  if (times_s.size() < least_for_outliers) return outside;
  const std::vector<double> scores = modified_z_scores(times_s);
  const double middle = median(times_s);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool matters = std::abs(times_s[i] - middle) > outlier_beyond * middle;
    if (matters && std::abs(scores[i]) > outlier_score) outside.push_back(times_s[i]);
  }
  return outside;
}

/// The one that is farthest from the middle.
double farthest_from(double middle, const std::vector<double>& times_s) {
  return *std::max_element(times_s.begin(), times_s.end(),
                           [&](double a, double b) { return std::abs(a - middle) < std::abs(b - middle); });
}

void outliers(const Results& results, Notes& notes) {
  if (results.workload.has_rate()) return;  // it may be its waits
  const Doubted found = doubted(results, [&](const Row& row) {
    const std::vector<double> times_s = times_of(results, row);
    const std::vector<double> outside = outliers_among(times_s);
    if (outside.empty()) return std::optional<double>();
    return std::optional(std::abs(farthest_from(median(times_s), outside) / median(times_s) - 1.0));
  });
  if (!found) return;
  const std::vector<double> times_s = times_of(results, *found.worst);
  const std::vector<double> outside = outliers_among(times_s);
  const bool is_one = !found.are_several() && outside.size() == 1;
  notes.push_back(
      fmt::format("{}: {}{} stand{} apart ({} beside a median of {}{}): something disturbed {}; "
                  "close other programs, and trust the median rather than the range",
                  found.names(), found.are_several() ? "" : fmt::format("{} of {} ", outside.size(), times_s.size()),
                  times_words(results), is_one ? "s" : "", format_seconds(farthest_from(median(times_s), outside)),
                  format_seconds(median(times_s)), found.in_worst(), is_one ? "it" : "them"));
}

void more_workers_than_cpus(const Results& results, Notes& notes) {
  const unsigned cpus = results.machine.usable_cpus;
  const auto times_as_long = [](const Row& row) {
    return std::min(row.metrics->compute_p50_s, mean_compute_s(*row.metrics)) / row.metrics->step_s;
  };
  const Doubted found = doubted(results, [&](const Row& row) {
    const Metrics& metrics = *row.metrics;
    const bool is_crowded = cpus != 0 && metrics.workers > cpus && metrics.step_s >= shortest_calibrated_s;
    return is_crowded && times_as_long(row) > crowded_step_times ? std::optional(times_as_long(row)) : std::nullopt;
  });
  if (!found) return;
  const auto any = [&](auto property) { return std::any_of(found.rows.begin(), found.rows.end(), property); };
  const bool are_processes = any([](const Row* row) { return row->driver == "processes"; });
  const bool are_threads = any([](const Row* row) { return row->driver != "processes"; });
  const bool take_slots = any([](const Row* row) { return row->takes_compute_slots; });
  notes.push_back(
      fmt::format("{}: {} {}{}{} share {} CPU{}, and a step takes {}{} times as long as alone{}", found.names(),
                  format_count(found.worst->metrics->workers), are_threads ? "threads" : "",
                  are_threads && are_processes ? " or " : "", are_processes ? "processes" : "", cpus, plural(cpus),
                  found.up_to(), format_ratio(times_as_long(*found.worst)),
                  take_slots ? fmt::format(": --compute-slots {} lets no more compute at once", cpus) : ""));
}

/// Of engines of the CPU: a GPU's memory and pinned memory are slower to have.
void slow_memory(const Results& results, Notes& notes) {
  const auto allocate_s = [](const Row& row) {
    return row.metrics->setup_s[static_cast<std::size_t>(Phase::allocate)];
  };
  const Doubted found = doubted(results, [&](const Row& row) {
    const Metrics& metrics = *row.metrics;
    const double gigabytes = 1e-9 * static_cast<double>(metrics.peak_memory_bytes);
    const double expected_s =
        std::max({slow_memory_s_per_gb * gigabytes, least_slow_memory_s, least_slow_memory * metrics.total_s});
    const bool is_slow = !metrics.device.slot_bytes && allocate_s(row) > expected_s;
    return is_slow ? std::optional(allocate_s(row)) : std::nullopt;
  });
  if (!found) return;
  notes.push_back(
      fmt::format("{}: it took {}{} to get {} memory ({}), as where a virtual machine's host has to find it first: {} "
                  "off by that; run again",
                  found.names(), found.up_to(), format_seconds(allocate_s(*found.worst)),
                  found.are_several() ? "their" : "its", format_bytes(found.worst->metrics->peak_memory_bytes),
                  found.are_several() ? "their totals are" : "its total is"));
}

void too_short(const Results& results, Notes& notes) {
  const auto rows = ok_rows_where(results, [](const Row& row) { return row.metrics->makespan_s < too_short_s; });
  if (rows.empty()) return;
  notes.push_back(
      fmt::format("runs of less than {} say little of how fast rows are ({}); more requests or iterations make them "
                  "longer",
                  format_seconds(too_short_s), names_of(rows)));
}

void too_few_repeats(const Results& results, Notes& notes) {
  const auto few = ok_rows_where(results, [&](const Row& row) {
    const std::size_t count = times_of(results, row).size();
    return count > 1 && count < least_for_interval;
  });
  if (few.empty() || results.rounds.automatic) return;
  notes.push_back(
      fmt::format("{} repeats give no 95% interval of a median: --repeat {} does, --repeat auto takes as many "
                  "as needed",
                  times_of(results, *few.front()).size(), least_for_interval));
}

void max_time_spent(const Results& results, Notes& notes) {
  if (results.rounds.ended_by != Rounds::End::max_time) return;
  const auto open = ok_rows_where(results, [&](const Row& row) { return !is_settled(times_of(results, row)); });
  if (open.empty()) return;
  notes.push_back(fmt::format("--max-time was spent before the median of {} was within {:.0f}%: a longer one goes on",
                              names_of(open), 100.0 * settled_within));
}

void cannot_keep_up(const Results& results, Notes& notes) {
  const auto rows = ok_rows_where(results, [&](const Row& row) { return falls_behind(row, results.workload); });
  if (rows.empty()) return;
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (const Row* row : rows) {
    texts.push_back(fmt::format("{} ({})", row->executor, format_ratio(*row->metrics->capacity_requests_per_s)));
  }
  const bool are_all = rows.size() > 1 && rows.size() == ok_rows_where(results, [](const Row&) { return true; }).size();
  notes.push_back(
      fmt::format("{} can{} keep up with {} requests a second: latency grows for as long as they come in, and says how "
                  "long that was",
                  are_all ? "no row" : names_of(texts), are_all ? "" : "'t", format_ratio(results.workload.rate)));
}

void max_rate_unknown(const Results& results, Notes& notes) {
  const auto rows = ok_rows_where(results, [&](const Row& row) { return may_take_more(row, results.workload); });
  if (rows.empty()) return;
  notes.push_back(
      fmt::format("{} may keep up with far more than the max rate, which is what came in: calibrated, with less of the "
                  "CPUs, it was less; run again on an idle machine",
                  names_of(rows)));
}

void few_for_p99(const Results& results, Notes& notes) {
  if (!results.workload.has_rate() || results.workload.requests >= least_for_p99) return;
  if (ok_rows_where(results, [](const Row&) { return true; }).empty()) return;
  notes.push_back(fmt::format("of fewer than {} requests the p99 latency is the longest one: more of them say more",
                              least_for_p99));
}

/// Rows during which the machine was somebody else's in part, and the most CPUs that were.
struct Disturbed {
  std::vector<const Row*> rows;
  double most_cpus = 0.0;
};

Disturbed disturbed(const Results& results, std::optional<double> Observation::*member, double least_cpus) {
  Disturbed found;
  found.rows = ok_rows_where(results, [&](const Row& row) {
    const double cpus = largest(row, member).value_or(0.0);
    found.most_cpus = std::max(found.most_cpus, cpus);
    return cpus > least_cpus;
  });
  return found;
}

Disturbed by_other_load(const Results& results) {
  return disturbed(results, &Observation::other_cpus,
                   std::max(least_load_cpus, least_load_share * results.machine.logical_cpus));
}

Disturbed by_host(const Results& results) {
  return disturbed(results, &Observation::stolen_cpus, least_load_share * std::max(1U, results.machine.usable_cpus));
}

std::vector<const Row*> by_heat(const Results& results) {
  return ok_rows_where(results,
                       [](const Row& row) { return largest(row, &Observation::throttle_events).value_or(0) > 0; });
}

void other_load(const Results& results, Notes& notes) {
  const Disturbed found = by_other_load(results);
  if (found.rows.empty()) return;
  notes.push_back(fmt::format(
      "other programs kept up to {} CPUs busy during {}: close them, or run when the machine is idle; beside "
      "them, rows of many threads or processes get more of the CPUs than rows of one",
      format_ratio(found.most_cpus), names_of(found.rows)));
}

void stolen_time(const Results& results, Notes& notes) {
  const Disturbed found = by_host(results);
  if (found.rows.empty()) return;
  notes.push_back(
      fmt::format("the host of this virtual machine took up to {} CPUs away during {}: run at another time, or "
                  "on a machine of your own",
                  format_ratio(found.most_cpus), names_of(found.rows)));
}

void frequency_scaling(const Results& results, Notes& notes) {
  double lowest = 0.0;
  double highest = 0.0;
  for (const Row* row : ok_rows_where(results, [](const Row&) { return true; })) {
    for (const Repeat& repeat : row->repeats) {
      const double mhz = repeat.observed.cpu_mhz_after.value_or(0.0);
      if (mhz <= 0.0) continue;
      lowest = lowest > 0.0 ? std::min(lowest, mhz) : mhz;
      highest = std::max(highest, mhz);
    }
  }
  if (highest <= clocks_differ_by * lowest) return;
  notes.push_back(fmt::format(
      "the CPUs' clock was {:.0f} MHz after one run and {:.0f} MHz after another: set the frequency "
      "governor to performance (cpupower frequency-set -g performance), and keep the machine plugged in and cool",
      lowest, highest));
}

void throttling(const Results& results, Notes& notes) {
  const auto hot = by_heat(results);
  if (!hot.empty()) {
    notes.push_back(fmt::format(
        "CPUs were slowed down for their heat during {}: let the machine cool down, and run again", names_of(hot)));
  }
  const auto held_back = ok_rows_where(results, [](const Row& row) {
    return largest(row, &Observation::throttled_s).value_or(0.0) > least_throttled * row.metrics->makespan_s;
  });
  if (held_back.empty()) return;
  notes.push_back(
      fmt::format("a CPU quota held {} back: raise the container's or service's limit (docker run "
                  "--cpus)",
                  names_of(held_back)));
}

/// What FFTW calls the CPU's widest instructions in its version, where it can be built with them.
std::string_view fftw_name_of(std::string_view vector_instructions) {
  constexpr std::array<std::array<std::string_view, 2>, 4> names{
      {{"AVX-512", "avx512"}, {"AVX2", "avx2"}, {"AVX", "avx"}, {"NEON", "neon"}}};
  for (const auto& [ours, fftws] : names) {
    if (ours == vector_instructions) return fftws;
  }
  return "";
}

/// Of Python's rows, whose measuring is in Python too.
void costly_measuring(const Results& results, Notes& notes) {
  double most = 0.0;
  const auto rows = ok_rows_where(results, [&](const Row& row) {
    const double share = row.metrics->digest_s / row.metrics->cpu_s;
    if (row.metrics->makespan_s < too_short_s || !(share > least_costly_measuring)) return false;
    most = std::max(most, share);
    return true;
  });
  if (rows.empty()) return;
  notes.push_back(
      fmt::format("checking and recording steps, which a program of one's own does not, took up to {:.0f}% of the CPU "
                  "time of {}: longer steps are compared better",
                  100.0 * most, names_of(rows)));
}

void fftw_without_vectors(const Results& results, Notes& notes) {
  const std::string* const version = find_text(results.engine_facts, "fftw_version");
  const std::string_view wanted = fftw_name_of(results.machine.vector_instructions);
  if (version == nullptr || wanted.empty()) return;
  // AVX2 code serves CPUs with AVX-512 nearly as well.
  if (version->find(wanted) != std::string::npos) return;
  if (wanted == "avx512" && version->find("avx2") != std::string::npos) return;
  notes.push_back(
      fmt::format("FFTW ({}) is built without this CPU's {}: with one of your own, scripts/build "
                  "-DOVERLAP_FFTW_ROOT=FOLDER, transforms may be faster",
                  *version, results.machine.vector_instructions));
}

void order_in_doubt(const Results& results, Notes& notes) {
  const std::vector<std::size_t> candidates = advisable_rows(results);
  if (candidates.size() < 2) return;
  const Judged by = judged_by(results.workload);
  const Row& best = results.rows[candidates[0]];
  const Row& second = results.rows[candidates[1]];
  const auto of_best = range_of(best, by);
  const auto of_second = range_of(second, by);
  if (!of_best || !of_second || lead_between(best, second, by) != Lead::undecided) return;
  if (seconds_of(*second.metrics, by) <= equal_within * seconds_of(*best.metrics, by)) return;
  notes.push_back(fmt::format("the {} of {} ({}) and {} ({}) don't tell which is faster: more repeats may",
                              times_words(results), best.executor,
                              format_seconds_pair(of_best->low, of_best->high, "–"), second.executor,
                              format_seconds_pair(of_second->low, of_second->high, "–")));
}

/// A compute of the user's own has to leave what its steps can be told by.
void nothing_verified(const Results& results, Notes& notes) {
  if (results.workload.computes_fft()) return;
  const auto unverified = ok_rows_where(results, [](const Row& row) { return row.engine != "null" && !row.verified; });
  if (unverified.empty()) return;
  notes.push_back(
      fmt::format("{} left no results, or only zeros, so that nothing could be verified", results.workload.compute));
}

using Rule = void (*)(const Results&, Notes&);

constexpr std::array<Rule, 21> rules{verification_failed,
                                     efficiency_above_one,
                                     calibration_disagrees,
                                     spread,
                                     outliers,
                                     more_workers_than_cpus,
                                     slow_memory,
                                     too_short,
                                     too_few_repeats,
                                     max_time_spent,
                                     cannot_keep_up,
                                     max_rate_unknown,
                                     few_for_p99,
                                     other_load,
                                     stolen_time,
                                     frequency_scaling,
                                     throttling,
                                     costly_measuring,
                                     fftw_without_vectors,
                                     order_in_doubt,
                                     nothing_verified};

}  // namespace

std::vector<std::string_view> disturbances(const Results& results) {
  std::vector<std::string_view> found;
  if (!by_other_load(results).rows.empty()) found.emplace_back("other programs");
  if (!by_host(results).rows.empty()) found.emplace_back("the host of the virtual machine");
  if (!by_heat(results).empty()) found.emplace_back("heat");
  return found;
}

std::vector<std::string> doubts(const Results& results) {
  Notes notes;
  for (const Rule rule : rules) rule(results, notes);
  return notes;
}

}  // namespace overlap
