// What the command line declares, as text, and what it means once it is checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/cli/outputs.hpp"
#include "src/comparison/comparison.hpp"
#include "src/comparison/plan.hpp"
#include "src/run/registry.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// The workload's options as they were written, with their defaults.
struct WorkloadText {
  std::optional<std::string> requests;  // empty: 10, or those that come in for so long
  std::string iterations = "5";
  std::string size = "4M";
  std::string wait = "uniform:0:1";
  std::string precision = "double";
  std::string spectrum = "full";
  std::string seed = "1";
  std::optional<std::string> rate;  // empty: all at once
  std::optional<std::string> arrive_for;
  std::optional<std::string> arrivals;  // empty: poisson
  std::optional<std::string> compute;   // empty: the FFT
};

struct RunText {
  WorkloadText workload;
  std::optional<std::string> executors;       // empty: the default rows
  std::optional<std::string> workers;         // empty: one per request
  std::optional<std::string> compute_slots;   // empty: one per worker
  std::optional<std::string> engine_threads;  // empty: the usable CPUs
  std::optional<std::string> streams;         // empty: as many as are of use
  std::optional<std::string> python;          // empty: the usual ones
  std::string completion = "poll";
  std::string rigor = "estimate";
  std::string repeat = "1";
  std::optional<std::string> max_time;   // empty: 5 minutes
  std::optional<std::string> timeout;    // empty: none
  std::optional<std::string> reference;  // empty: the first fit
  OutputText output;
  std::optional<bool> explain;  // empty: where stdout is a terminal
  bool log = false;
  bool raw = false;
  bool dry_run = false;
};

struct RunOptions {
  PlanOptions plan;
  ComparisonOptions comparison;
  OutputOptions output;
  std::optional<bool> explain;  ///< none: where stdout is a terminal
  bool log = false;
  bool raw = false;
  bool dry_run = false;
};

/// Each throws UsageError.
std::uint64_t parse_size(std::string_view option, std::string_view text);
/// What --compute names; to be had from the registry that was made for it thereafter.
OwnCompute read_own_compute(const WorkloadText& text);
Workload read_workload(const WorkloadText& text, const OwnCompute& own);
RunOptions read_run_options(const RunText& text, const Registry& registry);

/// The user's cache folder of this tool (XDG base directories); empty where there is none.
std::string cache_folder();

}  // namespace overlap
