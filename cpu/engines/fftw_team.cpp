// FFTW's parallel loops, run by a team.
#include "cpu/engines/fftw_team.hpp"

#include <fftw3.h>

#include <cstddef>
#include <stdexcept>
#include <utility>

namespace overlap {
namespace {

thread_local Team* lent_team = nullptr;

#ifdef FFTW_HAS_THREADS_CALLBACK

void run_loop(void* (*work)(char*), char* jobs, std::size_t job_bytes, int count, void* /*data*/) {
  // A job may have a loop of its own, which then runs where the job does.
  Team* const team = std::exchange(lent_team, nullptr);
  const auto run = [=](unsigned job) { work(jobs + job * job_bytes); };
  if (team != nullptr) {
    team->run(static_cast<unsigned>(count), run);
  } else {
    for (unsigned job = 0; job < static_cast<unsigned>(count); ++job) run(job);
  }
  lent_team = team;
}

bool take_callback(Precision precision) {
  const bool is_double = precision == Precision::float64;
  if ((is_double ? fftw_init_threads() : fftwf_init_threads()) == 0) return false;
  if (is_double) {
    fftw_threads_set_callback(run_loop, nullptr);
  } else {
    fftwf_threads_set_callback(run_loop, nullptr);
  }
  return true;
}

constexpr bool has_callback = true;

#else

bool take_callback(Precision /*precision*/) { return false; }

constexpr bool has_callback = false;

#endif

}  // namespace

bool fftw_takes_a_team() noexcept { return has_callback; }

void plan_with_threads(Precision precision, unsigned threads) {
  if (!take_callback(precision)) throw std::runtime_error("FFTW can't be made to use threads");
  if (precision == Precision::float64) {
    fftw_plan_with_nthreads(static_cast<int>(threads));
  } else {
    fftwf_plan_with_nthreads(static_cast<int>(threads));
  }
}

TeamForFftw::TeamForFftw(Team* team) noexcept : previous_(std::exchange(lent_team, team)) {}

TeamForFftw::~TeamForFftw() { lent_team = previous_; }

}  // namespace overlap
