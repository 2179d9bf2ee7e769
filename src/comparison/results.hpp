// The results of a comparison: what reports are made from. They know metrics and recordings, no executors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/enum_names.hpp"
#include "src/base/named_texts.hpp"
#include "src/comparison/rounds.hpp"
#include "src/machine/machine.hpp"
#include "src/machine/observation.hpp"
#include "src/metrics/metrics.hpp"
#include "src/metrics/statistics.hpp"
#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// The time by which rows are compared: the makespan, the same with the setup of a cold start, or the latency that 99 %
/// of the requests do not exceed.
enum class Judged { makespan, total, latency };
template <>
inline constexpr auto enum_names<Judged> = names_up_to<Judged::latency>("makespan", "total", "latency");
std::string_view words_of(Judged judged) noexcept;  // for people: "makespan", "total", "p99 latency"
double seconds_of(const Metrics& metrics, Judged by) noexcept;

/// Latency where requests come in over time, as the run then takes as long as they do; else the makespan.
Judged judged_by(const Workload& workload) noexcept;

enum class Status { ok, failed, unavailable, interrupted };
template <>
inline constexpr auto enum_names<Status> = names_up_to<Status::interrupted>("ok", "failed", "unavailable",
                                                                            "interrupted");

/// What made the results: this program, or the one that wrote the file they were loaded from.
struct Tool {
  std::string version;
  std::string commit;
  std::string compiler;
  std::string flags;
};
Tool this_tool();

/// One run of one executor.
struct Repeat {
  Status status = Status::failed;
  std::string reason;  ///< why it is not ok, or what verification found
  std::uint64_t steps_finished = 0;
  std::optional<Metrics> metrics;  ///< where status is ok
  std::optional<bool> verified;    ///< none: engine `null`, or a run that did not finish
  Observation observed{};          ///< of the machine, while it ran
};

/// One row: an executor and its repeats. Its own figures are those of the median repeat by what rows are judged by (the
/// lower of two), where all are ok; its status is the worst of theirs, and it is verified only where every repeat is.
struct Row : Repeat {
  std::string executor;
  std::string driver;
  std::string engine;
  std::optional<double> speedup;  ///< reference's makespan / this one, where both are ok
  /// 95 % intervals, where there are repeats enough; the speedup's where the reference has enough, too.
  std::optional<Interval> makespan_interval_s;
  std::optional<Interval> speedup_interval;
  std::optional<Interval> latency_interval_s;  ///< of the 99th percentile
  std::vector<Repeat> repeats;
  std::vector<std::string> notes;
  bool takes_compute_slots = false;            ///< known while it is measured; no file keeps it
  std::shared_ptr<const Recording> recording;  ///< of the median repeat, or the one that failed; where it is kept
};

/// Whether it is one of Python's rows.
bool is_python_row(const Row& row) noexcept;

/// Steps of a workload up to which rows keep their recordings unasked.
inline constexpr std::uint64_t kept_steps = 100'000;

struct Results {
  Tool tool = this_tool();
  Workload workload;
  Machine machine;
  NamedTexts engine_facts;  ///< {"fftw_version", …}
  NamedTexts settings;      ///< that were asked for of how rows run: {"rigor", "measure"}, {"compute-slots", "2"}, …
  Rounds rounds;
  std::string reference;  ///< the reference row's executor, empty without one
  std::vector<Row> rows;
  std::vector<std::string> notes;        ///< what is unavailable, was limited, is doubtful
  std::string advice;                    ///< one sentence, empty where no row finished
  std::vector<std::string> explanation;  ///< sentences on what the rows show, for people; empty where not asked for
  bool include_steps = false;            ///< JSON: with the steps' columns
};

/// The executor's row; nullptr where there is none.
const Row* find_row(const Results& results, std::string_view executor) noexcept;

/// Seconds of each of a row's repeats that are ok.
std::vector<double> samples_of(const Row& row, Judged by);
/// The least and the largest of them, where the row is ok and has more than one; none otherwise.
std::optional<Interval> range_of(const Row& row, Judged by);
/// Of their median, at 95 %.
const std::optional<Interval>& interval_of(const Row& row, Judged by) noexcept;

/// Sets the rows' intervals from their repeats.
void add_intervals(Results& results);

/// The repeat whose figures and steps a row shows: the first that failed, or the median, or where none is ok, the last.
/// Of a row that has repeats.
std::size_t shown_repeat(const std::vector<Repeat>& repeats, Judged by);

/// The repeats' median (the lower of the two middle ones) among those that are ok; none where none is.
std::optional<std::size_t> median_repeat(const std::vector<Repeat>& repeats, Judged by);

}  // namespace overlap
