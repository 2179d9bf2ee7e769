// FFTW's wisdom of one precision, kept in the user's cache folder between runs.
#pragma once

#include <string>

#include "src/run/setup.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// Reads the wisdom at its construction, where the rigor asks for measured plans and there is a file; a file that is
/// missing or spoilt is as good as none. Not thread-safe, as FFTW's planner is not.
class WisdomFile {
 public:
  WisdomFile(Precision precision, const EngineOptions& options);

  /// Writes what FFTW knows now, whole or not at all. A cache folder that can't be written is no error: the next run
  /// plans anew.
  void save() const;

 private:
  Precision precision_;
  std::string path_;  // empty: no file
};

}  // namespace overlap
