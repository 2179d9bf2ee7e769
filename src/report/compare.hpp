// Comparing results of several files: rows matched by executor, on equal workloads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/enum_names.hpp"
#include "src/base/named_texts.hpp"
#include "src/comparison/results.hpp"

namespace overlap {

/// Results, and what their file is called.
struct NamedResults {
  std::string name;
  Results results;
};

/// What a row's ratio says. `base`: others are held against it. `same`: from 1/equal_within to equal_within. `none`:
/// nothing to be held against. `other_machine`: a ratio between machines, which judges neither.
enum class Verdict { base, same, faster, slower, undecided, other_machine, none };
template <>
inline constexpr auto enum_names<Verdict> = names_up_to<Verdict::none>("base", "same", "faster", "slower", "undecided",
                                                                       "other_machine", "none");

/// A row of one file.
struct ComparedRow {
  std::string executor;
  std::string machine;  ///< "A", "B", …
  std::string file;
  Status status = Status::unavailable;
  std::optional<bool> verified;
  std::uint64_t repeats = 0;  ///< that are ok
  std::optional<double> makespan_s;
  std::optional<Interval> makespan_interval_s;
  std::optional<double> latency_s;  ///< that 99 % of the requests do not exceed
  std::optional<Interval> latency_interval_s;
  std::optional<double> speedup;  ///< within its own file
  std::string against;            ///< the file that the ratio refers to; empty: none
  bool was_fit = false;           ///< whether the row is ok and verified, or has nothing to verify, there
  bool was_verified = false;      ///< whether it is verified there
  std::optional<double> ratio;    ///< that file's median time over this one's: above 1 is faster
  std::optional<Interval> ratio_interval;
  Verdict verdict = Verdict::none;
  std::string reason;  ///< why it is undecided, and what would decide it; or why there is no ratio
};

/// What a machine does best: the row that the advice on its first file names.
struct BestRow {
  std::string executor;
  double seconds = 0.0;
};

struct ComparedMachine {
  std::string name;
  Machine machine;
  NamedTexts engine_facts;  ///< of all its files
  std::vector<std::string> files;
  std::optional<BestRow> best{};  ///< none where no row may be advised
};

/// A row that is ok in its machine's first file, and not in another one of it.
struct MissingRow {
  std::string executor;
  std::string file;
  std::string against;
};

struct FileComparison {
  Workload workload;
  Judged by = Judged::makespan;           ///< what rows are judged by
  std::vector<ComparedMachine> machines;  ///< in the order in which they come
  std::vector<ComparedRow> rows;          ///< by executor, then machine, then file
  std::vector<MissingRow> missing;        ///< in the same order
  std::vector<std::string> notes;         ///< what else differs between files of one machine
};

/// Compares two files or more. Files are of one machine where its facts that don't change between boots are the same;
/// each machine's first file is what its others are held against, and the first of all is what other machines are set
/// beside. Throws UsageError, with the difference named, where workloads differ.
FileComparison compare(const std::vector<NamedResults>& files);

/// The time that a row is judged by, and its interval; none of a row that is not ok.
std::optional<double> seconds_of(const ComparedRow& row, Judged by);
std::optional<Interval> interval_of(const ComparedRow& row, Judged by);

/// What speaks against the later files, a line each, and of how many rows that could be said.
struct Regressions {
  std::vector<std::string> lines;
  std::uint64_t judged = 0;  ///< rows of which there was a verdict
  std::uint64_t undecided = 0;
  std::string reason;  ///< why nothing could be said, of one of those that are undecided
};

/// Rows that are slower by more than this share of the time, or that did not finish, were not verified or are not
/// there, and were before.
Regressions regressions(const FileComparison& comparison, double share);

}  // namespace overlap
