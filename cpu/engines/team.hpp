// A fork-join team of threads, for work inside one step.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace overlap {

/// Threads that take the jobs of one caller together with it, and sleep in between. Ends them at its end.
class Team {
 public:
  /// `threads` counts the caller, so a team of one has no thread of its own. Throws std::system_error where a thread
  /// can't be started.
  explicit Team(unsigned threads);
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  unsigned threads() const noexcept { return static_cast<unsigned>(members_.size()) + 1; }

  /// Calls work(job) for each job below `jobs` on the threads of the team as they come free, and returns when all are
  /// done. One caller at a time, and not from within a job. Allocates nothing; `work` must not throw.
  template <typename Work>
  void run(unsigned jobs, const Work& work) noexcept {
    run_jobs({[](const void* object, unsigned job) { (*static_cast<const Work*>(object))(job); }, &work, 0}, jobs);
  }

 private:
  struct Call {
    void (*function)(const void* object, unsigned job) = nullptr;
    const void* object = nullptr;
    unsigned first_job = 0;
  };

  void run_jobs(Call call, unsigned jobs) noexcept;
  void run_round(const Call& call, unsigned jobs) noexcept;
  void take_jobs() noexcept;
  void be_member() noexcept;
  void end() noexcept;

  Call call_;
  // Round, jobs and the next job to take in one word, so that a member that wakes late takes no job of another round.
  std::atomic<std::uint64_t> state_{0};
  std::atomic<std::uint32_t> round_{0};  // members sleep on it
  std::atomic<std::uint32_t> done_{0};   // jobs; the caller sleeps on it
  std::atomic<bool> ends_{false};
  std::vector<std::thread> members_;
};

}  // namespace overlap
