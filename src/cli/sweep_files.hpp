// The files of a sweep, each whole at any moment.
#pragma once

#include <set>
#include <string>

#include "src/cli/outputs.hpp"
#include "src/cli/save_pace.hpp"
#include "src/cli/sweep_options.hpp"
#include "src/sweep/sweep_results.hpp"

namespace overlap {

/// Those of --output, and that of --resume.
class SweepFiles {
 public:
  /// Throws UsageError where one can't be written.
  explicit SweepFiles(const SweepOptions& options);

  /// To be called whenever a cell is finished; saves where that is due. Files only: what is no regular file (a pipe)
  /// has its report at the end alone. Where that fails, it is said, and tried again: what was measured is not given up
  /// for a disk that is full.
  void save(const Sweep& sweep);

  /// At the end, with standard output. Throws where one can't be written.
  void write(const Sweep& sweep);

 private:
  OutputOptions options_;
  Outputs at_end_;
  SavePace pace_;
  std::set<std::string> said_;
};

}  // namespace overlap
