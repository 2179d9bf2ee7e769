// Lends FFTW the threads of a team.
#pragma once

#include "cpu/engines/team.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// Whether this FFTW takes threads from outside (from version 3.3.9 on).
bool fftw_takes_a_team() noexcept;

/// Makes FFTW's next plans of this precision ones for `threads` threads, which it borrows from the team that is lent
/// where a plan is executed. One thread at a time in a process (FFTW's planner). Throws std::runtime_error.
void plan_with_threads(Precision precision, unsigned threads);

/// While it lives, FFTW's plans that this thread makes or executes run on the team; without one, on this thread alone.
class TeamForFftw {
 public:
  explicit TeamForFftw(Team* team) noexcept;
  TeamForFftw(const TeamForFftw&) = delete;
  TeamForFftw& operator=(const TeamForFftw&) = delete;
  ~TeamForFftw();

 private:
  Team* previous_;
};

}  // namespace overlap
