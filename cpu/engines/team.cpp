// Jobs are claimed from one word, by whoever is awake.
#include "cpu/engines/team.hpp"

#include "src/base/clock.hpp"
#include "src/base/futex.hpp"

namespace overlap {
namespace {

constexpr std::uint64_t job_bits = 16;
constexpr std::uint64_t job_mask = (std::uint64_t{1} << job_bits) - 1;
constexpr unsigned most_jobs = job_mask;  // of a round

constexpr std::uint64_t state_of(std::uint32_t round, unsigned jobs) noexcept {
  return std::uint64_t{round} << (2 * job_bits) | std::uint64_t{jobs} << job_bits;
}

}  // namespace

Team::Team(unsigned threads) {
  try {
    for (unsigned member = 1; member < threads; ++member) members_.emplace_back([this] { be_member(); });
  } catch (...) {
    end();
    throw;
  }
}

Team::~Team() { end(); }

void Team::end() noexcept {
  ends_.store(true);
  round_.fetch_add(1);
  futex_wake_all(round_);
  for (std::thread& member : members_) member.join();
}

void Team::run_jobs(Call call, unsigned jobs) noexcept {
  if (members_.empty() || jobs == 1) {
    for (unsigned job = 0; job < jobs; ++job) call.function(call.object, job);
    return;
  }
  while (jobs > most_jobs) {
    run_round(call, most_jobs);
    call.first_job += most_jobs;
    jobs -= most_jobs;
  }
  run_round(call, jobs);
}

void Team::run_round(const Call& call, unsigned jobs) noexcept {
  call_ = call;
  done_.store(0);
  state_.store(state_of(round_.load() + 1, jobs));
  round_.fetch_add(1);
  futex_wake_all(round_);
  take_jobs();
  for (std::uint32_t done = done_.load(); done < jobs; done = done_.load()) futex_wait(done_, done, never_ns);
}

void Team::take_jobs() noexcept {
  for (std::uint64_t state = state_.load();;) {
    const std::uint64_t job = state & job_mask;
    const std::uint64_t jobs = state >> job_bits & job_mask;
    if (job >= jobs) return;
    if (!state_.compare_exchange_weak(state, state + 1)) continue;
    // The round can't end, and its call not change, before this job is done.
    call_.function(call_.object, call_.first_job + static_cast<unsigned>(job));
    if (done_.fetch_add(1) + 1 == jobs) futex_wake(done_, 1);
    state = state_.load();
  }
}

void Team::be_member() noexcept {
  while (!ends_.load()) {
    const std::uint32_t round = round_.load();
    take_jobs();
    if (!ends_.load()) futex_wait(round_, round, never_ns);
  }
}

}  // namespace overlap
