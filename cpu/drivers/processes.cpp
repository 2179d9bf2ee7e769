// Driver `processes`: a forked process for each request, or a fixed number that take requests from a shared counter.
#include "cpu/drivers/drivers.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <unordered_map>

#include "cpu/drivers/blocking_request.hpp"
#include "src/base/errors.hpp"
#include "src/base/page_buffer.hpp"
#include "src/base/signal_names.hpp"
#include "src/machine/machine.hpp"

namespace overlap {
namespace {

using SharedCounter = std::atomic<std::uint64_t>;
using Workers = std::unordered_map<pid_t, std::uint32_t>;
static_assert(SharedCounter::is_always_lock_free);

/// To be told a process's peak memory takes about as long as to start it. So of many, these are asked, and the others
/// are taken to have as much as one of them.
constexpr std::uint32_t asked_for_memory = 64;

std::uint64_t peak_memory_of_worker(const Recording& recording, std::uint32_t worker) {
  const std::uint64_t like = recording.workers()[worker % asked_for_memory].peak_memory_bytes;
  return worker < asked_for_memory || like == 0 ? peak_memory_of_fork_bytes() : like;
}

void work(RunContext& context, SharedCounter& next_request, std::uint32_t worker) {
  WorkerRecord& record = context.recording.workers()[worker];
  record.cpu_begin_ns = process_cpu_ns();
  // The first request's wait runs while the process prepares itself.
  std::int64_t begin_ns = now_ns();
  context.prepare_worker();
  announce_worker(context, worker);
  std::uint64_t request = worker;
  while (request < context.workload.requests && await_request(context, request)) {
    const bool came_before = context.recording.next_arrival_ns(request) <= begin_ns;
    if (!take_request(context, request, worker, came_before ? begin_ns : now_ns())) break;
    request = next_request.fetch_add(1, std::memory_order_relaxed);
    begin_ns = now_ns();
  }
  context.recording.add_device_usage(context.engine.usage());
  record.peak_memory_bytes = peak_memory_of_worker(context.recording, worker);
  record.cpu_end_ns = process_cpu_ns();
}

[[noreturn]] void be_worker(RunContext& context, SharedCounter& next_request, std::uint32_t worker, pid_t parent) {
  // Should the parent die, so does the worker; it may have died already.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  try {
    work(context, next_request, worker);
  } catch (const std::exception& error) {
    context.recording.fail(text_of(error));
    _exit(1);
  }
  _exit(0);
}

/// Whether a worker that exited with status 0 came to its end: what it computes may have ended it before.
bool was_done(const RunContext& context, std::uint32_t worker) {
  return context.recording.workers()[worker].cpu_end_ns != 0;
}

std::string describe_end(std::uint32_t worker, const siginfo_t& end) {
  if (end.si_code == CLD_EXITED && end.si_status == 0) {
    return fmt::format("worker {} exited before its steps were done, with status 0", worker);
  }
  if (end.si_code == CLD_EXITED) return fmt::format("worker {} exited with status {}", worker, end.si_status);
  return fmt::format("worker {} was killed by {}", worker, signal_name(end.si_status));
}

class ProcessesDriver final : public Driver {
 public:
  void run(RunContext& context) override {
    PageBuffer memory(sizeof(SharedCounter), PageBuffer::Sharing::with_forks);
    auto& next_request = *new (memory.data()) SharedCounter(context.workers);
    const pid_t self = getpid();
    Workers workers;
    workers.reserve(context.workers);
    const bool one_each = context.workers == context.workload.requests;  // a process for each, as it comes in
    for (std::uint32_t worker = 0; worker < context.workers; ++worker) {
      if (one_each && !await_request(context, worker)) break;
      while (reap_one(context, workers, WNOHANG)) {
      }
      if (context.recording.failed()) break;
      const pid_t child = fork();
      if (child == 0) be_worker(context, next_request, worker, self);
      if (child < 0) {
        context.recording.fail(fmt::format("process {} of {} can't be started ({}); --workers bounds their number",
                                           worker + 1, context.workers, strerror(errno)));
        break;
      }
      workers.emplace(child, worker);
    }
    reap(context, workers);
    if (context.recording.failed()) throw RunFailed(context.recording.error());
  }

 private:
  static void kill_all(const Workers& workers) noexcept {
    for (const auto& [pid, worker] : workers) kill(pid, SIGKILL);
  }

  /// Waits for every worker. After a failure the rest are killed: one that waits for a dead worker's slot would wait
  /// for ever.
  static void reap(RunContext& context, Workers& workers) {
    if (context.recording.failed()) kill_all(workers);
    while (!workers.empty()) reap_one(context, workers, 0);
  }

  /// Takes note of a child that has ended; false where none has, and `options` (waitid's) say not to wait for one.
  static bool reap_one(RunContext& context, Workers& workers, int options) {
    siginfo_t end{};
    while (waitid(P_ALL, 0, &end, WEXITED | options) != 0) {
      if (errno == ECHILD && (options & WNOHANG) != 0) return false;
      if (errno != EINTR) throw RunFailed(fmt::format("can't wait for the workers: {}", strerror(errno)));
    }
    if (end.si_pid == 0) return false;
    const auto found = workers.find(end.si_pid);
    if (found == workers.end()) return true;
    const std::uint32_t worker = found->second;
    workers.erase(found);
    if (end.si_code == CLD_EXITED && end.si_status == 0 && was_done(context, worker)) return true;
    const bool first = !context.recording.failed();
    context.recording.fail(describe_end(worker, end));
    if (first || end.si_code == CLD_EXITED) kill_all(workers);
    return true;
  }
};

}  // namespace

DriverInfo processes_driver() {
  DriverInfo info;
  info.name = "processes";
  info.description = "a forked process for each request, or --workers of them; spectra stay in their process";
  info.kind = DriverInfo::Kind::processes;
  info.make = [] { return std::make_unique<ProcessesDriver>(); };
  return info;
}

}  // namespace overlap
