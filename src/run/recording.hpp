// What happened in a run: a record per step in a memory file that every process of the run maps. Public layout, in
// docs/recording.md; little-endian.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "src/base/enum_names.hpp"
#include "src/base/unique_fd.hpp"
#include "src/run/device_usage.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// The named parts of a setup, in their order.
enum class Phase : std::uint32_t { spawn, load, context, plan, allocate, warm_up, check, calibrate, run };
inline constexpr std::size_t setup_phase_count = 8;  // all but run
template <>
inline constexpr auto enum_names<Phase> = names_up_to<Phase::run>("spawn", "load", "context", "plan", "allocate",
                                                                  "warm_up", "check", "calibrate", "run");

/// The outcome of the check in setup, which reads back whole a first step made into poisoned output.
enum class CheckState : std::uint32_t { not_done, passed, failed, not_applicable };

struct RecordingHeader {
  char magic[8];
  std::uint32_t layout_version;
  std::uint32_t reserved0;
  std::uint64_t requests;
  std::uint64_t iterations;
  std::uint64_t workers;  ///< entries of the worker table
  std::uint64_t workers_offset;
  std::uint64_t requests_offset;
  std::uint64_t steps_offset;
  std::uint64_t total_bytes;
  std::int64_t t0_ns;           ///< T0; 0 before it
  std::int64_t end_ns;          ///< when the driver returned; 0 before that
  std::int64_t setup_cpu_ns;    ///< CPU time of the runner (and its setup's children) at T0
  std::int64_t end_cpu_ns;      ///< the same at end_ns, with what its children used since beyond workers' entries
  double step_s;                ///< calibrated uncontended step time; 0 where nothing computes
  double capacity_steps_per_s;  ///< calibrated with all lanes busy; 0 where nothing computes
  std::uint64_t lanes;
  std::uint64_t requests_in_progress;      ///< L: how many requests may be in progress
  std::uint64_t peak_memory_bytes;         ///< the runner's VmHWM − RssShmem
  std::atomic<std::uint32_t> phase;        ///< Phase the runner is in
  std::atomic<std::uint32_t> stop;         ///< futex word: 1 asks every worker to stop
  std::atomic<std::uint32_t> error_state;  ///< 0 none, 1 being written, 2 set
  std::atomic<std::uint32_t> check_state;  ///< CheckState
  double setup_s[setup_phase_count];       ///< seconds by Phase
  // Of the timed part, on the device's own clock; 0 where there is no device. Forked workers add theirs.
  std::atomic<std::uint64_t> device_steps;
  std::atomic<std::uint64_t> device_busy_ns;                        ///< forked workers: the sum of each one's own
  std::atomic<std::uint64_t> device_part_ns[device_part_count];     ///< by DevicePart
  std::atomic<std::uint64_t> device_part_bytes[device_part_count];  ///< by DevicePart
  double device_copy_bytes_per_s;        ///< of copies within the device, calibrated; 0 where there is none
  char device_facts[512];                ///< NUL-terminated UTF-8, a line each: a name, a space, its value
  std::uint64_t device_slot_bytes;       ///< device memory of a slot
  std::uint64_t device_work_area_bytes;  ///< of these the transform's work area
  std::uint64_t usable_cpus;             ///< CPUs that the run may use; 0 where it is not known
  std::uint64_t lanes_in_long_run;       ///< lanes that ever more requests would have; 0: those that there are
  char reserved1[1024 - 160 - 8 * setup_phase_count - 56 - 16 * device_part_count - 512];
  char error[1024];         ///< NUL-terminated UTF-8
  char check_finding[512];  ///< NUL-terminated UTF-8: what the check in setup found wrong
  char notes[1536];         ///< NUL-terminated UTF-8, a note a line
};
static_assert(sizeof(RecordingHeader) == 4096);

/// A driver's thread or process.
struct WorkerRecord {
  std::uint32_t pid;
  std::uint32_t reserved0;
  std::int64_t ready_ns;      ///< when it could take its first request
  std::int64_t cpu_begin_ns;  ///< its own CPU time; forked workers only, else 0
  std::int64_t cpu_end_ns;
  std::atomic<std::uint64_t> steps_finished;
  std::uint64_t peak_memory_bytes;  ///< without what it shares; forked workers only, else 0
  std::uint64_t reserved1;
  std::int64_t digest_cpu_ns;  ///< CPU time of digests and records made outside its steps' begin and end; 0 where they
                               ///< lie inside
};
static_assert(sizeof(WorkerRecord) == 64);

/// Times are CLOCK_MONOTONIC nanoseconds; 0 means not yet.
struct RequestRecord {
  std::int64_t arrival_ns;  ///< when it came in; until it is begun, how long after T0 it will
  std::int64_t begin_ns;
  std::int64_t end_ns;
};
static_assert(sizeof(RequestRecord) == 24);

enum class StepState : std::uint32_t { empty, finished };

struct StepRecord {
  std::int64_t due_ns;
  std::int64_t begin_ns;
  std::int64_t end_ns;
  std::uint32_t worker;
  std::atomic<std::uint32_t> state;  ///< StepState, written last, with release
  double input_energy;               ///< Σs²
  double spectrum_energy;            ///< Σ|X|²/N; half spectrum: weight 2, but 1 for DC and, with N even, Nyquist
  double bin_re;                     ///< X[k] of the checked bin
  double bin_im;

  bool finished() const noexcept {
    return state.load(std::memory_order_acquire) == static_cast<std::uint32_t>(StepState::finished);
  }
};
static_assert(sizeof(StepRecord) == 64);

/// A mapping of a recording. Workers write their own records without locks; anyone may read while it fills, and a step
/// whose state is `finished` is whole. Movable; unmaps at its end.
class Recording {
 public:
  static constexpr std::uint32_t layout_version = 1;

  /// Bytes of a recording for this many records; throws std::runtime_error where they overflow.
  static std::uint64_t bytes_for(std::uint64_t requests, std::uint64_t iterations, std::uint64_t workers);

  /// Makes the memory file, reserves all of it at once and maps it. Throws std::system_error: ENOSPC or ENOMEM where
  /// memory does not hold it.
  static Recording create(std::uint64_t requests, std::uint64_t iterations, std::uint64_t workers);

  /// Maps a recording handed down; `populate` maps every page now, so that none faults later. Throws std::runtime_error
  /// where it is none.
  static Recording map(UniqueFd file, bool populate);

  Recording(Recording&& other) noexcept;
  Recording& operator=(Recording&& other) noexcept;
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording();

  int fd() const noexcept { return file_.get(); }
  /// The mapping stays. After it the recording can't be handed down.
  void close_file() noexcept { file_ = UniqueFd(); }
  std::uint64_t bytes() const noexcept { return bytes_; }

  RecordingHeader& header() noexcept { return *header_; }
  const RecordingHeader& header() const noexcept { return *header_; }
  std::span<WorkerRecord> workers() noexcept { return workers_; }
  std::span<const WorkerRecord> workers() const noexcept { return workers_; }
  std::span<RequestRecord> requests() noexcept { return requests_; }
  std::span<const RequestRecord> requests() const noexcept { return requests_; }
  /// Of each request, as `requests` and `steps` have it: by the making, whatever the header says later.
  std::uint64_t iterations() const noexcept { return iterations_; }
  /// By request, then iteration.
  std::span<StepRecord> steps() noexcept { return steps_; }
  std::span<const StepRecord> steps() const noexcept { return steps_; }
  StepRecord& step(std::uint64_t request, std::uint64_t iteration) noexcept {
    return steps_[request * iterations_ + iteration];
  }
  const StepRecord& step(std::uint64_t request, std::uint64_t iteration) const noexcept {
    return steps_[request * iterations_ + iteration];
  }

  /// Whether the header is no longer that of this recording, as a program does that writes where it must not.
  bool overwritten() const noexcept;

  /// Sets when each request will come in, in nanoseconds from T0. Before the run, once.
  void set_arrivals(std::span<const std::int64_t> from_t0_ns) noexcept;
  /// When a request that is not begun will come in. After T0.
  std::int64_t next_arrival_ns(std::uint64_t request) const noexcept {
    return header_->t0_ns + requests_[request].arrival_ns;
  }
  /// Notes that a request is begun: its arrival and its begin. Once, by the worker that takes it.
  void begin_request(std::uint64_t request, std::int64_t begin_ns) noexcept {
    requests_[request].arrival_ns += header_->t0_ns;
    requests_[request].begin_ns = begin_ns;
  }

  /// Steps that the workers say they have finished: cheap, for progress.
  std::uint64_t steps_finished() const noexcept;

  /// Writes the error text, unless one stands already, and asks every worker to stop. Any process, any thread.
  void fail(std::string_view message) noexcept;
  bool failed() const noexcept;
  /// The error text, empty where there is none.
  std::string error() const;

  /// Asks every worker to stop.
  void stop() noexcept;
  bool stopped() const noexcept { return header_->stop.load(std::memory_order_relaxed) != 0; }
  /// Sleeps until `due_ns`, or less long where the run is stopped; true where the moment came and the run goes on.
  bool wait_until(std::int64_t due_ns) noexcept;

  /// An outcome of the check in setup: passed where `finding` is empty. One that failed outweighs all that passed, and
  /// the first finding stays. Any process, any thread; read it when they are done.
  void set_check(std::string_view finding) noexcept;
  std::string check_finding() const;

  /// Adds to what the device did in the timed part. Any process, any thread.
  void add_device_usage(const DeviceUsage& usage) noexcept;
  DeviceUsage device_usage() const noexcept;

  /// Once, by one process. Facts that do not fit are left out, the last ones.
  void set_device(const DeviceDescription& device) noexcept;
  DeviceDescription device() const;

  /// Adds a line to the notes; what does not fit is left out whole. One thread only.
  void add_note(std::string_view note) noexcept;
  std::string notes() const;

 private:
  Recording(UniqueFd file, void* memory, std::uint64_t bytes) noexcept;

  UniqueFd file_;
  std::uint64_t bytes_ = 0;
  std::uint64_t iterations_ = 0;
  RecordingHeader* header_ = nullptr;
  std::span<WorkerRecord> workers_;
  std::span<RequestRecord> requests_;
  std::span<StepRecord> steps_;
};

}  // namespace overlap
