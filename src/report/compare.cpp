// Matching, judging, setting side by side.
#include "src/report/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "src/base/errors.hpp"
#include "src/base/named_texts.hpp"
#include "src/base/units.hpp"
#include "src/report/advice.hpp"
#include "src/report/doubts.hpp"
#include "src/report/facts.hpp"
#include "src/report/lines.hpp"
#include "src/report/same_machine.hpp"
#include "src/report/standing.hpp"

namespace overlap {
namespace {

void require_equal_workloads(const NamedResults& first, const NamedResults& other) {
  std::string differences;
  for (const FieldOf<Workload>& field : workload_fields()) {
    const FieldValue a = field.get(first.results.workload);
    const FieldValue b = field.get(other.results.workload);
    if (a == b) continue;
    differences +=
        fmt::format("{}{} {} and {}", differences.empty() ? "" : ", ", field.name, field_text(a), field_text(b));
  }
  if (differences.empty()) return;
  throw UsageError(fmt::format("{} and {} are of different workloads, which can't be compared: {}", first.name,
                               other.name, differences));
}

std::string machine_name(std::size_t index) {
  constexpr std::size_t letters = 26;
  return index < letters ? std::string(1, static_cast<char>('A' + index)) : fmt::format("M{}", index + 1);
}

struct Judgement {
  std::optional<double> ratio;
  std::optional<Interval> interval;
  Verdict verdict = Verdict::undecided;
  std::string reason;
};

/// How many repeats would narrow an interval enough: its width goes with the root of their number.
std::string deciding_repeats(double ratio, const Interval& interval, std::size_t repeats) {
  constexpr double most = 1000.0;
  const double distance = std::abs(ratio - 1.0);
  const double needed = std::max(distance, (equal_within - 1.0) - distance);
  const double times = (interval.high - interval.low) / 2.0 / needed;
  const double count = std::ceil(static_cast<double>(repeats) * std::max(1.2, times * times));
  if (!(count <= most))
    return fmt::format("more than {} repeats of each", format_count(static_cast<std::uint64_t>(most)));
  return fmt::format("about {:.0f} repeats of each (--repeat {:.0f})", count, count);
}

/// Why a row of a file can't be held against another, empty where it can.
std::string unfit(const Row& row, const std::string& file) {
  if (row.status != Status::ok) {
    return fmt::format("it is {} in {}{}; a run that finishes would decide", name_of(row.status), file,
                       row.reason.empty() ? "" : " (" + row.reason + ")");
  }
  if (row.verified == false) {
    return fmt::format(
        "its verification failed in {}, so its figures count for nothing; a run that computes what it has to "
        "would decide",
        file);
  }
  return "";
}

Judgement judge(const Row& base, const std::string& base_file, const Row& row, const std::string& file, Judged by) {
  Judgement judgement;
  judgement.reason = unfit(base, base_file);
  if (judgement.reason.empty()) judgement.reason = unfit(row, file);
  if (judgement.reason.empty() && base.verified == true && !row.verified) {
    judgement.reason =
        fmt::format("nothing of it was verified in {}, and it was in {}; a run of which something is would decide",
                    file, base_file);
  }
  if (!judgement.reason.empty()) return judgement;
  const std::vector<double> base_s = samples_of(base, by);
  const std::vector<double> row_s = samples_of(row, by);
  const double row_median_s = median(row_s);
  if (!(row_median_s > 0.0)) {
    judgement.reason = fmt::format("its {} is 0 in {}; more requests or iterations would decide", words_of(by), file);
    return judgement;
  }
  const std::vector<double> ratios = by == Judged::latency ? paired_ratios(base, row, by) : std::vector<double>();
  judgement.ratio = ratios.empty() ? median(base_s) / row_median_s : median(ratios);
  judgement.interval = ratios.empty() ? ratio_interval(base_s, row_s) : median_interval(ratios);
  if (!judgement.interval) {
    const bool base_is_short = base_s.size() < least_for_interval;
    const std::size_t repeats = base_is_short ? base_s.size() : row_s.size();
    judgement.reason =
        fmt::format("{} has {} of it, too few for an interval; {} or more in each file (--repeat auto) would decide",
                    base_is_short ? base_file : file, repeats == 1 ? "1 repeat" : fmt::format("{} repeats", repeats),
                    least_for_interval);
    return judgement;
  }
  const Interval& interval = *judgement.interval;
  if (interval.low >= 1.0 / equal_within && interval.high <= equal_within) {
    judgement.verdict = Verdict::same;
  } else if (interval.low > 1.0) {
    judgement.verdict = Verdict::faster;
  } else if (interval.high < 1.0) {
    judgement.verdict = Verdict::slower;
  } else {
    judgement.reason =
        fmt::format("the ratio's interval, {} to {}, holds 1 and more than 2% beside it; {} would decide",
                    format_ratio(interval.low), format_ratio(interval.high),
                    deciding_repeats(*judgement.ratio, interval, std::max(base_s.size(), row_s.size())));
  }
  return judgement;
}

std::optional<BestRow> best_of(const Results& results) {
  const std::vector<std::size_t> candidates = advisable_rows(results);
  if (candidates.empty()) return std::nullopt;
  const std::optional<std::size_t> advised = candidates.size() == 1 ? candidates.front() : advised_row(results);
  if (!advised) return std::nullopt;
  const Row& row = results.rows[*advised];
  return BestRow{row.executor, seconds_of(*row.metrics, judged_by(results.workload))};
}

class Comparer {
 public:
  explicit Comparer(const std::vector<NamedResults>& files) : files_(files) {}

  FileComparison compare() {
    comparison_.workload = files_.front().results.workload;
    comparison_.by = judged_by(comparison_.workload);
    for (std::size_t file = 0; file < files_.size(); ++file) place_on_machine(file);
    for (const std::string& executor : executors()) {
      for (std::size_t machine = 0; machine < files_of_machine_.size(); ++machine) {
        for (const std::size_t file : files_of_machine_[machine]) add_row(executor, machine, file);
      }
    }
    for (std::size_t machine = 0; machine < files_of_machine_.size(); ++machine) add_notes(machine);
    add_disturbed();
    return std::move(comparison_);
  }

 private:
  void place_on_machine(std::size_t file) {
    const Results& results = files_[file].results;
    std::size_t machine = 0;
    const auto are_of_it = [&](const std::vector<std::size_t>& files) {
      return std::all_of(files.begin(), files.end(), [&](std::size_t other) {
        return same_machine(files_[other].results.machine, results.machine);
      });
    };
    while (machine < files_of_machine_.size() && !are_of_it(files_of_machine_[machine])) ++machine;
    if (machine == files_of_machine_.size()) {
      files_of_machine_.emplace_back();
      comparison_.machines.push_back({machine_name(machine), results.machine, {}, {}, best_of(results)});
    }
    files_of_machine_[machine].push_back(file);
    ComparedMachine& compared = comparison_.machines[machine];
    compared.files.push_back(files_[file].name);
    if (compared.machine.gpu.empty()) compared.machine.gpu = results.machine.gpu;
    for (const auto& each : results.engine_facts) {
      if (find_text(compared.engine_facts, each.first) == nullptr) compared.engine_facts.push_back(each);
    }
  }

  std::vector<std::string> executors() const {
    std::vector<std::string> names;
    for (const NamedResults& file : files_) {
      for (const Row& row : file.results.rows) {
        if (std::find(names.begin(), names.end(), row.executor) == names.end()) names.push_back(row.executor);
      }
    }
    return names;
  }

  void add_row(const std::string& executor, std::size_t machine, std::size_t file) {
    const Row* row = find_row(files_[file].results, executor);
    if (row == nullptr) {
      add_missing(executor, machine, file);
      return;
    }
    ComparedRow compared;
    compared.executor = executor;
    compared.machine = comparison_.machines[machine].name;
    compared.file = files_[file].name;
    compared.status = row->status;
    compared.verified = row->verified;
    if (row->status == Status::ok) {
      compared.repeats = samples_of(*row, comparison_.by).size();
      compared.makespan_s = row->metrics->makespan_s;
      compared.makespan_interval_s = row->makespan_interval_s;
      compared.latency_s = row->metrics->latency_s.p99;
      compared.latency_interval_s = row->latency_interval_s;
      compared.speedup = row->speedup;
    } else {
      compared.reason = row->reason;
    }
    const std::size_t first_of_machine = files_of_machine_[machine].front();
    if (file == 0) {
      compared.verdict = Verdict::base;
    } else if (file == first_of_machine) {
      hold_against(files_.front(), *row, compared);
      compared.verdict = Verdict::other_machine;
      // What would decide is of no use where nothing is decided.
      compared.reason = compared.ratio ? "" : compared.reason.substr(0, compared.reason.find("; "));
    } else {
      hold_against(files_[first_of_machine], *row, compared);
    }
    comparison_.rows.push_back(std::move(compared));
  }

  /// What was not ok before is missed by nobody.
  void add_missing(const std::string& executor, std::size_t machine, std::size_t file) {
    const NamedResults& first = files_[files_of_machine_[machine].front()];
    const Row* base = find_row(first.results, executor);
    if (base == nullptr || base->status != Status::ok || base->verified == false) return;
    comparison_.missing.push_back({executor, files_[file].name, first.name});
    comparison_.notes.push_back(fmt::format("{} is in {} and not in {}", executor, first.name, files_[file].name));
  }

  void hold_against(const NamedResults& against, const Row& row, ComparedRow& compared) const {
    const Row* base = find_row(against.results, row.executor);
    if (base == nullptr) {
      if (compared.reason.empty()) compared.reason = "it is not in " + against.name;
      return;
    }
    Judgement judgement = judge(*base, against.name, row, compared.file, comparison_.by);
    compared.against = against.name;
    compared.was_fit = base->status == Status::ok && base->verified != false;
    compared.was_verified = compared.was_fit && base->verified == true;
    compared.ratio = judgement.ratio;
    compared.ratio_interval = judgement.interval;
    compared.verdict = judgement.verdict;
    compared.reason = std::move(judgement.reason);
  }

  /// What else differs between a machine's files: what was changed on purpose, or by an update.
  void add_notes(std::size_t machine) {
    const NamedResults& first = files_[files_of_machine_[machine].front()];
    for (const std::size_t file : files_of_machine_[machine]) {
      add_other_lanes(first, files_[file]);
      const std::string differences = differences_between(first.results, files_[file].results);
      if (differences.empty()) continue;
      comparison_.notes.push_back(fmt::format("on machine {}, {} and {} differ in {}",
                                              comparison_.machines[machine].name, first.name, files_[file].name,
                                              differences));
    }
  }

  /// Rows that are the same in name and have other workers or lanes.
  void add_other_lanes(const NamedResults& first, const NamedResults& other) {
    for (const Row& row : other.results.rows) {
      const Row* base = find_row(first.results, row.executor);
      if (base == nullptr || !base->metrics || !row.metrics) continue;
      const auto note_where_other = [&](std::string_view what, std::uint64_t a, std::uint64_t b) {
        if (a == b) return;
        comparison_.notes.push_back(fmt::format("{} has {} {} in {} and {} in {}", row.executor, format_count(a), what,
                                                first.name, format_count(b), other.name));
      };
      note_where_other("workers", base->metrics->workers, row.metrics->workers);
      note_where_other("lanes", base->metrics->lanes, row.metrics->lanes);
    }
  }

  void add_disturbed() {
    std::map<std::string_view, std::vector<std::string>> files_of;
    for (const NamedResults& file : files_) {
      for (const std::string_view cause : disturbances(file.results)) files_of[cause].push_back(file.name);
    }
    for (const auto& [cause, files] : files_of) {
      comparison_.notes.push_back(
          fmt::format("{} disturbed runs of {}, whose figures may be off", cause, names_of(files)));
    }
  }

  const std::vector<NamedResults>& files_;
  std::vector<std::vector<std::size_t>> files_of_machine_;
  FileComparison comparison_;
};

/// What a row has become that was ok; empty where it is still, or was not.
std::string_view worse_than_before(const ComparedRow& row) {
  if (!row.was_fit) return "";
  if (row.status != Status::ok) return name_of(row.status);
  const bool is_fit = row.verified.value_or(!row.was_verified);
  return is_fit ? "" : "not verified";
}

}  // namespace

FileComparison compare(const std::vector<NamedResults>& files) {
  if (files.size() < 2) throw UsageError("compare takes two files or more");
  for (const NamedResults& file : files) require_equal_workloads(files.front(), file);
  return Comparer(files).compare();
}

std::optional<double> seconds_of(const ComparedRow& row, Judged by) {
  return by == Judged::latency ? row.latency_s : row.makespan_s;
}

std::optional<Interval> interval_of(const ComparedRow& row, Judged by) {
  return by == Judged::latency ? row.latency_interval_s : row.makespan_interval_s;
}

Regressions regressions(const FileComparison& comparison, double share) {
  Regressions found;
  found.reason = "no row is in both of two files of one machine";
  for (const ComparedRow& row : comparison.rows) {
    if (row.against.empty() || row.verdict == Verdict::other_machine) continue;
    // A time that is 5% longer is a ratio of 1 / 1.05.
    if (row.verdict == Verdict::slower && *row.ratio * (1.0 + share) < 1.0) {
      found.lines.push_back(fmt::format("{} is slower in {} than in {}", row.executor, row.file, row.against));
    } else if (const std::string_view become = worse_than_before(row); !become.empty()) {
      found.lines.push_back(
          fmt::format("{} is {} in {}, and was ok in {}", row.executor, become, row.file, row.against));
    }
    if (row.verdict == Verdict::undecided) {
      ++found.undecided;
      found.reason = row.executor + ": " + row.reason;
    } else {
      ++found.judged;
    }
  }
  for (const MissingRow& row : comparison.missing) {
    found.lines.push_back(fmt::format("{} is not in {}, and was ok in {}", row.executor, row.file, row.against));
  }
  return found;
}

}  // namespace overlap
