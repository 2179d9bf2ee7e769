// Rounds, verification, rows.
#include "src/comparison/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <random>
#include <system_error>
#include <utility>

#include "src/base/clock.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/signal_names.hpp"
#include "src/base/units.hpp"
#include "src/machine/observation.hpp"
#include "src/metrics/metrics.hpp"
#include "src/metrics/statistics.hpp"
#include "src/run/verify.hpp"
#include "src/run/verify_own.hpp"

namespace overlap {
namespace {

/// One run, with what later judgement of it needs.
struct Run {
  Repeat repeat;
  std::shared_ptr<Recording> recording;  // of a run that finished a step, while it is needed
  std::vector<std::string> notes;
  double seconds = 0.0;  // that it took, setup included
};

/// Why a run did not finish, empty where it did.
std::string failure_reason(const Supervisor::End& end, const Recording& recording, double timeout_s) {
  const auto phase = static_cast<Phase>(recording.header().phase.load());
  const std::string where = phase == Phase::run ? "" : fmt::format(" in setup ({})", name_of(phase));
  if (end.how == Supervisor::End::How::interrupted) return "interrupted" + where;
  if (recording.overwritten()) return "its recording was overwritten: what it ran wrote where it must not";
  // Before all that followed from it.
  if (recording.failed()) return where.empty() ? recording.error() : where.substr(1) + ": " + recording.error();
  if (end.how == Supervisor::End::How::timed_out) {
    return fmt::format("timeout after {}{}", format_seconds(timeout_s), where);
  }
  if (end.how == Supervisor::End::How::killed) {
    return fmt::format("the runner was killed by {}{}", signal_name(end.status), where);
  }
  if (end.status != 0) return fmt::format("the runner exited with status {}{}", end.status, where);
  // What is computed may end its process, and call that a success.
  if (recording.header().end_ns == 0) return "the runner exited before its steps were done, with status 0" + where;
  return "";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

class Comparison {
 public:
  Comparison(const std::vector<ExecutorPlan>& plans, const Workload& workload, Machine machine,
             const ComparisonOptions& options, Supervisor& supervisor, Observer* observer)
      : plans_(plans),
        workload_(workload),
        options_(options),
        supervisor_(supervisor),
        observer_(observer),
        machine_(std::move(machine)),
        runs_(plans.size()) {}

  Results run() {
    const std::int64_t begin_ns = now_ns();
    for (unsigned round = 0;; ++round) {
      std::vector<std::size_t> order =
          next_round(options_.rounds, rows_so_far(), to_seconds(now_ns() - begin_ns), rounds_);
      if (order.empty()) break;
      if (round > 0) shuffle(order, round);
      for (const std::size_t index : order) {
        if (supervisor_.interrupted()) break;
        runs_[index].push_back(run_once(plans_[index], round));
        if (reference_ || round > 0) judge(runs_[index].back(), plans_[index]);
        if (round > 0) let_go_of_recordings(runs_[index]);
      }
      if (round == 0) judge_first_round();
      if (supervisor_.interrupted()) {
        rounds_.ended_by = Rounds::End::interrupt;
        break;
      }
    }
    return results();
  }

 private:
  std::vector<RowSoFar> rows_so_far() const {
    std::vector<RowSoFar> rows(plans_.size());
    for (std::size_t index = 0; index < plans_.size(); ++index) {
      RowSoFar& row = rows[index];
      row.runs = plans_[index].unavailable.empty();
      for (const Run& run : runs_[index]) {
        if (run.repeat.metrics) row.samples_s.push_back(seconds_of(*run.repeat.metrics, by_));
        // What fails once is tried again only where that many rounds were asked for.
        if (!run.repeat.metrics && options_.rounds.automatic) row.runs = false;
        row.seconds += run.seconds;
      }
    }
    return rows;
  }

  void shuffle(std::vector<std::size_t>& order, unsigned round) const {
    std::mt19937_64 random(workload_.seed + round);
    std::shuffle(order.begin(), order.end(), random);
  }

  Run run_once(const ExecutorPlan& plan, unsigned round) {
    Run run;
    try {
      run.recording =
          std::make_shared<Recording>(Recording::create(workload_.requests, workload_.iterations, plan.job.workers));
      RunnerJob job = plan.job;
      job.workload.repeat = round;
      run.recording->set_arrivals(job.workload.arrivals_ns());
      run.recording->header().usable_cpus = machine_.usable_cpus;
      if (observer_ != nullptr) observer_->began(plan, *run.recording);
      Supervisor::Watch watch;
      watch.timeout_s = options_.timeout_s;
      if (observer_ != nullptr) {
        watch.tick_ms = observer_->tick_ms();
        watch.on_tick = [this] { observer_->tick(); };
      }
      const MachineState before = machine_state();
      const Supervisor::End end = supervisor_.run(job, *run.recording, watch);
      run.recording->close_file();
      if (machine_.gpu.empty()) machine_.gpu = run.recording->device().facts;
      const MachineState after = machine_state();
      run.repeat.observed = observed_between(before, after);
      run.seconds = after.time_s - before.time_s;
      finish(run, end, plan);
    } catch (const std::system_error& error) {
      run.repeat.reason = error.what();
    } catch (const std::bad_alloc&) {
      run.repeat.reason = "out of memory";
    }
    if (observer_ != nullptr && run.recording != nullptr) observer_->ended(run.repeat);
    if (run.repeat.status != Status::ok && (run.repeat.steps_finished == 0 || !keeps_recordings()))
      run.recording.reset();
    return run;
  }

  /// For the report.
  bool keeps_recordings() const { return workload_.steps() <= kept_steps || options_.keep_recordings; }

  void finish(Run& run, const Supervisor::End& end, const ExecutorPlan& plan) const {
    const Recording& recording = *run.recording;
    Repeat& repeat = run.repeat;
    repeat.steps_finished = count_finished_steps(recording);
    repeat.reason = failure_reason(end, recording, options_.timeout_s);
    if (repeat.reason.empty() && repeat.steps_finished < workload_.steps()) repeat.reason = "a step was skipped";
    run.notes = lines_of(recording.notes());
    if (repeat.reason.empty()) {
      repeat.status = Status::ok;
      repeat.metrics = compute_metrics(recording, plan.computes);
      return;
    }
    if (end.how == Supervisor::End::How::interrupted) repeat.status = Status::interrupted;
  }

  /// Holds a run against the workload's numbers and the reference, and lets its recording go where it is needed no
  /// more.
  void judge(Run& run, const ExecutorPlan& plan) {
    if (run.repeat.status != Status::ok) return;
    if (plan.computes) {
      const std::string finding = finding_in(*run.recording);
      run.repeat.reason = finding;
      if (!finding.empty() || workload_.computes_fft() || leaves_results(*run.recording)) {
        run.repeat.verified = finding.empty();
      }
      if (run.repeat.verified == true && !workload_.computes_fft() && run.recording == reference_ &&
          leaves_the_same(*run.recording)) {
        run.notes.emplace_back(
            "all steps left the same results, so that one in another's place would pass as verified: leave some that "
            "depend on request and iteration");
      }
    }
    if (!keeps_recordings()) run.recording.reset();
  }

  std::string finding_in(const Recording& recording) {
    if (!workload_.computes_fft()) return verify_own(recording, reference_.get());
    if (direct_.empty()) direct_ = direct_bins(workload_);
    return verify(workload_, recording, reference_.get(), direct_);
  }

  /// But for a few around the median: one of them will be shown.
  void let_go_of_recordings(std::vector<Run>& runs) const {
    constexpr std::size_t most_kept = 5;
    std::vector<Run*> kept;
    for (Run& run : runs) {
      if (run.recording && run.repeat.metrics) kept.push_back(&run);
    }
    if (kept.size() <= most_kept) return;
    std::vector<double> times_s;
    for (const Run& run : runs) {
      if (run.repeat.metrics) times_s.push_back(seconds_of(*run.repeat.metrics, by_));
    }
    const double middle_s = median(times_s);
    const auto distance_s = [&](const Run* run) { return std::abs(seconds_of(*run->repeat.metrics, by_) - middle_s); };
    (*std::max_element(kept.begin(), kept.end(), [&](const Run* a, const Run* b) {
      return distance_s(a) < distance_s(b);
    }))->recording.reset();
  }

  void judge_first_round() {
    reference_index_ = find_reference();
    if (reference_index_) reference_ = runs_[*reference_index_].front().recording;
    for (std::size_t index = 0; index < plans_.size(); ++index) {
      for (Run& run : runs_[index]) judge(run, plans_[index]);
    }
  }

  bool is_ok(std::size_t index) const {
    return !runs_[index].empty() && runs_[index].front().repeat.status == Status::ok;
  }

  std::optional<std::size_t> find_reference() const {
    const std::string wanted = options_.reference ? options_.reference->name() : options_.usual_reference;
    std::optional<std::size_t> first_ok;
    std::optional<std::size_t> first_computing;
    for (std::size_t index = 0; index < plans_.size(); ++index) {
      if (!is_ok(index)) continue;
      if (plans_[index].name() == wanted) return index;
      if (!first_ok) first_ok = index;
      if (!first_computing && plans_[index].computes) first_computing = index;
    }
    return first_computing ? first_computing : first_ok;
  }

  Row row_of(std::size_t index) const {
    const ExecutorPlan& plan = plans_[index];
    Row row;
    row.executor = plan.name();
    row.driver = plan.job.executor.driver;
    row.engine = plan.job.executor.engine;
    row.notes = plan.notes;
    row.takes_compute_slots = plan.takes_compute_slots;
    if (!plan.unavailable.empty()) {
      row.status = Status::unavailable;
      row.reason = plan.unavailable;
      return row;
    }
    for (const Run& run : runs_[index]) {
      row.repeats.push_back(run.repeat);
      for (const std::string& note : run.notes) {
        if (std::find(row.notes.begin(), row.notes.end(), note) == row.notes.end()) row.notes.push_back(note);
      }
    }
    if (row.repeats.empty()) {
      row.status = Status::interrupted;
      row.reason = "interrupted before it began";
      return row;
    }
    judge_row(row, index);
    return row;
  }

  /// A row is as good as its worst repeat, but for repeats that an interrupt cut short after others had finished.
  void judge_row(Row& row, std::size_t index) const {
    const Run& shown = runs_[index][shown_repeat(row.repeats, by_)];
    static_cast<Repeat&>(row) = shown.repeat;
    row.recording = shown.recording;
    if (row.status != Status::ok) return;
    row.verified.reset();
    row.reason.clear();
    for (const Repeat& each : row.repeats) {
      if (!each.verified) continue;
      row.verified = row.verified.value_or(true) && *each.verified;
      if (!*each.verified && row.reason.empty()) row.reason = each.reason;
    }
  }

  Results results() const {
    Results results;
    results.workload = workload_;
    results.rounds = rounds_;
    results.machine = machine_;
    for (std::size_t index = 0; index < plans_.size(); ++index) results.rows.push_back(row_of(index));
    if (reference_index_ && results.rows[*reference_index_].metrics) add_speedups(results);
    add_intervals(results);
    return results;
  }

  void add_speedups(Results& results) const {
    const Row& reference = results.rows[*reference_index_];
    results.reference = reference.executor;
    const double reference_s = reference.metrics->makespan_s;
    for (Row& row : results.rows) {
      if (row.metrics && row.metrics->makespan_s > 0.0) row.speedup = reference_s / row.metrics->makespan_s;
    }
  }

  const std::vector<ExecutorPlan>& plans_;
  const Workload& workload_;
  const ComparisonOptions& options_;
  Supervisor& supervisor_;
  Observer* observer_;
  const Judged by_ = judged_by(workload_);
  Machine machine_;                     // its GPU is what the first run tells that used one
  std::vector<std::vector<Run>> runs_;  // by plan, then round
  Rounds rounds_;
  std::optional<std::size_t> reference_index_;
  std::shared_ptr<const Recording> reference_;
  std::vector<DirectBin> direct_;
};

}  // namespace

Results run_comparison(const std::vector<ExecutorPlan>& plans, const Workload& workload, const Machine& machine,
                       const ComparisonOptions& options, Supervisor& supervisor, Observer* observer) {
  return Comparison(plans, workload, machine, options, supervisor, observer).run();
}

}  // namespace overlap
