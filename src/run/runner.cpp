// Setup, check, calibration and the timed part of one executor.
#include "src/run/runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "src/base/clock.hpp"
#include "src/base/errors.hpp"
#include "src/machine/machine.hpp"
#include "src/run/calibration.hpp"
#include "src/run/slot_pool.hpp"
#include "src/run/verify.hpp"
#include "src/run/verify_own.hpp"

namespace overlap {

// All members of a job, each of which has to be there. Enumerations are written as their numbers.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WaitDistribution::Percentile, percent, wait_s)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WaitDistribution, kind, a, b, percentiles)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Workload, requests, iterations, size, wait, precision, spectrum, seed, rate, repeat,
                                   arrivals, compute)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Executor, driver, engine, family)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(OwnCompute, files)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EngineOptions, rigor, cache_folder, streams, threads, completion)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunnerJob, executor, command, workload, own_compute, engine_options, workers, slots,
                                   lanes, blocking_lanes, requests_in_progress, calibration_s, tool_pid, spawned_ns)

namespace {

/// Makes VmHWM start anew, so that peak memory is the run's and not the check's. Where the kernel can't, the figure
/// includes setup.
void reset_peak_memory() {
  const UniqueFd file(open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC));
  if (file && write(file.get(), "5", 1) != 1) return;
}

/// One executor in this process.
class Runner {
 public:
  Runner(const RunnerJob& job, const DriverInfo& driver, const EngineInfo& engine, Recording& recording)
      : job_(job),
        driver_info_(driver),
        engine_info_(engine),
        recording_(recording),
        times_(&recording.header().phase),
        driver_(driver.make()) {}

  void set_up() {
    RecordingHeader& header = recording_.header();
    header.requests_in_progress = job_.requests_in_progress;
    times_.add(Phase::spawn, to_seconds(now_ns() - job_.spawned_ns));
    times_.measure(Phase::load, [&] { engine_ = engine_info_.make(); });
    engine_->prepare_shared(engine_setup(times_));
    if (!forks()) engine_->prepare_worker(engine_setup(times_));
    // A device may hold fewer slots than were planned.
    if (!forks() && engine_info_.uses_device) lanes_ = std::min(lanes_, engine_->slots());
    header.lanes = lanes_;
    if (engine_info_.computes) {
      Calibration calibration(job_.workload, *driver_, *engine_, prepare_worker());
      double first_step_s = 0.0;
      times_.measure(Phase::warm_up, [&] { first_step_s = calibration.warm_up(); });
      if (job_.workload.computes_fft()) times_.measure(Phase::check, [&] { check(calibration); });
      times_.measure(Phase::calibrate, [&] {
        const StepRate rate = calibration.measure({.seconds = job_.calibration_s,
                                                   .first_step_s = first_step_s,
                                                   .lanes = lanes_,
                                                   .requests = requests_to_keep_lanes_busy(),
                                                   .blocking_lanes = job_.blocking_lanes});
        header.lanes = rate.lanes;
        header.lanes_in_long_run = lanes_in_long_run(rate.lanes > lanes_);
        header.step_s = rate.step_s;
        header.capacity_steps_per_s = rate.steps_per_s;
        if (engine_info_.uses_device) describe_device(calibration);
      });
      if (!job_.workload.computes_fft()) calibrated_ = calibration.take_recordings();
    } else {
      header.check_state = static_cast<std::uint32_t>(CheckState::not_applicable);
    }
    std::copy(times_.seconds().begin(), times_.seconds().end(), header.setup_s);
  }

  void run() {
    RecordingHeader& header = recording_.header();
    RunContext context{job_.workload, *engine_, recording_, job_.workers, prepare_worker()};
    const std::int64_t setup_children_cpu_ns = reaped_children_cpu_ns();
    const DeviceUsage setup_usage = engine_->usage();
    reset_peak_memory();
    header.phase = static_cast<std::uint32_t>(Phase::run);
    header.setup_cpu_ns = process_cpu_ns() + setup_children_cpu_ns;
    header.t0_ns = now_ns();
    driver_->run(context);
    header.end_ns = now_ns();
    header.end_cpu_ns = process_cpu_ns() + setup_children_cpu_ns + uncounted_children_cpu_ns(setup_children_cpu_ns);
    header.peak_memory_bytes = peak_private_memory_bytes() + bytes_of_no_process();
    recording_.add_device_usage(engine_->usage() - setup_usage);
    if (engine_info_.computes && !job_.workload.computes_fft()) check_against_setup();
  }

 private:
  /// CPU time of children since then beyond what workers' entries count: of forking and ending workers, and of programs
  /// that steps started.
  std::int64_t uncounted_children_cpu_ns(std::int64_t since_ns) const {
    std::int64_t uncounted_ns = reaped_children_cpu_ns() - since_ns;
    for (const WorkerRecord& worker : recording_.workers()) uncounted_ns -= worker.cpu_end_ns - worker.cpu_begin_ns;
    return std::max(std::int64_t{0}, uncounted_ns);
  }
  /// What slots keep on the host that counts as no one process's resident memory: what is pinned for a device, and
  /// workspaces that forked workers share.
  std::uint64_t bytes_of_no_process() const {
    if (!engine_info_.uses_device && !shared_slots()) return 0;
    return engine_info_.slot_bytes(job_.workload) * (forks() ? job_.slots : engine_->slots());
  }
  bool forks() const noexcept { return driver_info_.kind == DriverInfo::Kind::processes; }
  /// An engine that takes its next step from a queue is kept busy by twice the lanes; in forked workers, each has an
  /// engine of its own, and no queue.
  std::uint64_t requests_to_keep_lanes_busy() const noexcept {
    if (!engine_info_.completes_later || forks()) return lanes_;
    return std::min<std::uint64_t>(std::uint64_t{lanes_} * 2, job_.requests_in_progress);
  }
  /// As many lanes as ever more requests would have, where that is known; `blocking` steps don't need a CPU each.
  std::uint64_t lanes_in_long_run(bool blocking) const {
    if (engine_info_.uses_device) return 0;
    if (engine_info_.owns_slots && !forks()) {
      return engine_info_.lanes_per_process(job_.engine_options, usable_cpus());
    }
    const bool has_lane_each = blocking && job_.workers == job_.workload.requests && job_.slots == job_.workers;
    if (!has_lane_each) return 0;
    const bool has_slots = !forks() && job_.workload.has_rate();
    return has_slots ? slots_per_cpu_at_a_rate * usable_cpus() : std::numeric_limits<std::uint64_t>::max();
  }
  bool shared_slots() const noexcept { return forks() && job_.slots < job_.workers; }

  EngineSetup engine_setup(SetupTimes& times) const {
    const bool one_worker = forks() && !shared_slots();
    return {.workload = job_.workload,
            .options = job_.engine_options,
            .callers = one_worker ? 1 : job_.workers,
            .slots = one_worker ? 1 : job_.slots,
            .shared_slots = shared_slots(),
            .times = times,
            .note = [this](const std::string& line) { recording_.add_note(line); },
            .give_up =
                [this](const std::string& line) {
                  recording_.fail(line);
                  _exit(exit_failed);
                }};
  }

  /// For forked workers, who prepare themselves in the run and all at once: their times are part of the makespan.
  std::function<void()> prepare_worker() {
    return [this] {
      SetupTimes unreported;
      engine_->prepare_worker(engine_setup(unreported));
    };
  }

  /// Puts every slot's first step to the test. Slots that only forked workers have are tested in forked workers, as
  /// many as compute at once, which share the CPUs.
  void check(Calibration& calibration) {
    const DirectBin direct = direct_bin(job_.workload, 0, 0);
    const bool in_forked = forks() && !shared_slots();
    const unsigned threads = in_forked ? std::max(1U, usable_cpus() / job_.lanes) : usable_cpus();
    const auto check_slots = [&](Recording& recording) {
      for (unsigned slot = 0; slot < engine_->slots(); ++slot) {
        StepRecord record{};
        Step step;
        step.record = &record;
        const StepArrays arrays = engine_->probe(slot, step);
        const std::string finding = verify_arrays(job_.workload, arrays, record, direct, threads);
        recording.set_check(finding.empty() ? finding : fmt::format("slot {}: {}", slot, finding));
      }
    };
    if (in_forked) {
      calibration.in_workers(job_.lanes, [&] { check_slots(recording_); });
    } else {
      check_slots(recording_);
    }
  }

  /// Nobody knows what a compute of the user's own ought to leave, but it ought to leave it each time.
  void check_against_setup() {
    for (const Recording& calibrated : calibrated_) {
      recording_.set_check(difference_of_results(recording_, calibrated, "in setup"));
    }
  }

  /// Where workers are forked, in one of them: this process has to stay without a context.
  void describe_device(Calibration& calibration) {
    if (forks()) {
      calibration.in_workers(1, [this] { recording_.set_device(engine_->describe_device()); });
    } else {
      recording_.set_device(engine_->describe_device());
    }
  }

  const RunnerJob& job_;
  const DriverInfo& driver_info_;
  const EngineInfo& engine_info_;
  Recording& recording_;
  SetupTimes times_;
  std::unique_ptr<Driver> driver_;
  std::unique_ptr<Engine> engine_;
  unsigned lanes_ = job_.lanes;
  std::vector<Recording> calibrated_;  // where the run is held against them
};

/// Ends this program and begins that one, in this process: what it has of the tool stays as it is. The job follows as
/// its last argument. Throws RunFailed where it can't be started.
[[noreturn]] void become(std::vector<std::string> command, const std::string& job_text) {
  command.push_back(job_text);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  execvp(arguments.front(), arguments.data());
  throw RunFailed(fmt::format("{} can't be started ({})", command.front(), strerror(errno)));
}

}  // namespace

std::string to_json(const RunnerJob& job) {
  return nlohmann::json(job).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

RunnerJob runner_job_from_json(const std::string& text) { return nlohmann::json::parse(text).get<RunnerJob>(); }

void execute(const RunnerJob& job, const Registry& registry, Recording& recording) {
  try {
    const DriverInfo* driver = registry.find_driver(job.executor.driver);
    const EngineInfo* engine = registry.find_engine(job.executor.engine);
    if (driver == nullptr || engine == nullptr) throw RunFailed("no executor is called " + job.executor.name());
    Runner runner(job, *driver, *engine, recording);
    runner.set_up();
    runner.run();
  } catch (const std::bad_alloc&) {
    recording.fail("out of memory");
    throw RunFailed(recording.error());
  } catch (const std::exception& error) {
    recording.fail(error.what());
    throw RunFailed(recording.error());
  }
}

int runner_main(const std::string& job_text, const Registry& registry) {
  // The tool alone decides about interrupts; should it die, so does the runner.
  signal(SIGINT, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1UL);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // so that nothing is lost of what a compute prints before it fails
  std::optional<Recording> recording;
  try {
    const RunnerJob job = runner_job_from_json(job_text);
    if (getppid() != job.tool_pid) return exit_failed;
    recording = Recording::map(UniqueFd(runner_recording_fd), true);
    if (!job.command.empty()) become(job.command, job_text);
    execute(job, job.own_compute.empty() ? registry : registry.for_own_compute(job.own_compute), *recording);
    return exit_ok;
  } catch (const std::exception& error) {
    if (!recording) {
      const std::string text = fmt::format("overlap: {} is for the tool itself: {}\n", runner_command, error.what());
      std::fwrite(text.data(), 1, text.size(), stderr);
      return exit_failed;
    }
    recording->fail(error.what());
    // Past all that libraries do at a program's end: a device that hangs would hang them.
    _exit(exit_failed);
  }
}

}  // namespace overlap
