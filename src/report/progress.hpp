// Progress on stderr, drawn from a recording while it fills: a bar with the time left, and the demonstration's log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/run/recording.hpp"

namespace overlap {

/// A bar for one running executor: "threads/fftw  [#####.....] 24/50  2.1 s left". For terminals: the caller rewrites
/// one line with it.
class ProgressBar {
 public:
  ProgressBar(std::string executor, std::uint64_t steps, unsigned columns);

  /// The line as it stands at `now_ns`, without a newline, at most `columns` wide: in setup the phase's name, then the
  /// bar with the share of steps finished and, from the first one on, the time left; after the run the time it took.
  std::string line(const Recording& recording, std::int64_t now_ns) const;

 private:
  std::string executor_;
  std::uint64_t steps_;
  unsigned columns_;
};

/// Follows a recording and says what has happened since it was last asked, in the order in which it happened: "call 3
/// iteration 2" when the wait of a step begins, "end 3 iteration 2" when the step is done. Costs at each call one look
/// at every request in progress.
class StepLog {
 public:
  explicit StepLog(const Recording& recording);
  /// Lines, each newline-terminated, that are new since the last call. Nothing before T0.
  std::string new_lines();

 private:
  const Recording& recording_;
  std::vector<std::uint64_t> next_iteration_;  ///< by request: the first step not seen finished
  std::vector<bool> call_logged_;              ///< by request: whether that step's call has been said
};

}  // namespace overlap
