// What the subcommands do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/cli/options.hpp"
#include "src/cli/sweep_options.hpp"
#include "src/run/registry.hpp"

namespace overlap {

/// `overlap run`: plans, runs, reports. Returns the exit status.
int run_command(const RunOptions& options, const Registry& registry);

/// `overlap sweep`: plans all cells, then runs or only prints them. Returns the exit status. Throws UsageError,
/// UnavailableError.
int sweep_command(SweepOptions options, const Registry& registry);

/// `overlap list`: executors, and why what is not available isn't; `as_json`, for programs. Returns the exit status.
int list_command(const Registry& registry, bool as_json);

struct StepOptions {
  Workload workload;
  std::uint64_t request = 0;
  std::uint64_t iteration = 0;
  std::string engine;
  std::string save_input;     // empty: not saved
  std::string save_spectrum;  // empty: not saved
};

/// `overlap step`: one step's numbers, printed and saved as NumPy files; of a compute of the user's own, its results.
/// Returns the exit status. Throws UsageError, UnavailableError.
int step_command(const StepOptions& options, const Registry& registry);

struct CompareOptions {
  std::vector<std::string> files;
  OutputOptions output;
  std::optional<double> fail_on_slower;  // by more than this share of the makespan
};

struct ShowOptions {
  std::string file;
  OutputOptions output;
  std::optional<bool> explain;  // none: where stdout is a terminal
};

/// `overlap show`: what a file of `run` or `sweep` holds, in any format. Returns the exit status. Throws UsageError.
int show_command(const ShowOptions& options);

/// `overlap compare`: results of several files in one table. Returns the exit status: exit_slower where a row is slower
/// by more than `fail_on_slower`. Throws UsageError.
int compare_command(const CompareOptions& options);

}  // namespace overlap
