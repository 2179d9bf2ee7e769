// Workers, slots, lanes and memory of each executor.
#include "src/comparison/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/base/errors.hpp"
#include "src/base/units.hpp"
#include "src/machine/machine.hpp"
#include "src/run/slot_pool.hpp"

namespace overlap {
namespace {

using Kind = DriverInfo::Kind;

// What a worker or a request costs beside workspaces and records, rounded up from what was seen of them.
constexpr std::uint64_t runner_bytes = std::uint64_t{16} << 20;
constexpr std::uint64_t thread_bytes = std::uint64_t{32} << 10;
constexpr std::uint64_t process_bytes = std::uint64_t{512} << 10;

// Left to the rest of the system.
constexpr double usable_share = 0.9;

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

std::uint64_t saturating_multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? most : product;
}

std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? most : sum;
}

bool has_workers(Kind kind) { return kind == Kind::threads || kind == Kind::processes; }

std::uint64_t bytes_per_worker(Kind kind) {
  switch (kind) {
    case Kind::threads:
      return thread_bytes;
    case Kind::processes:
      return process_bytes;
    case Kind::one_at_a_time:
    case Kind::one_thread:
      return 0;
  }
  return 0;
}

/// Whether slots that are given bound it: a program's steps take memory as they go, and a slot that an engine owns
/// can't be another process's.
bool takes_compute_slots(const Registry::Parts& parts) {
  return parts.program == nullptr && !(parts.engine->owns_slots && parts.driver->kind == Kind::processes);
}

bool heeds(const Registry::Parts& parts, std::string_view setting) {
  if (setting == "workers") return has_workers(parts.driver->kind);
  if (setting == "compute-slots") {
    return takes_compute_slots(parts) && (has_workers(parts.driver->kind) || parts.engine->completes_later);
  }
  const std::vector<std::string>& heeded = parts.engine->heeded;
  return std::find(heeded.begin(), heeded.end(), setting) != heeded.end();
}

unsigned workers_of(const PlanOptions& options, const DriverInfo& driver) {
  if (!has_workers(driver.kind)) return 1;
  const std::uint64_t requests = std::min<std::uint64_t>(options.workload.requests, std::numeric_limits<int>::max());
  return static_cast<unsigned>(options.workers == 0 ? requests : std::min<std::uint64_t>(options.workers, requests));
}

/// Saturates where they are more than a recording can have.
std::uint64_t recording_bytes(const Workload& workload, unsigned workers) {
  try {
    return Recording::bytes_for(workload.requests, workload.iterations, workers);
  } catch (const std::runtime_error&) {
    return most;
  }
}

[[noreturn]] void refuse(const std::string& name, std::uint64_t needed, std::uint64_t available,
                         const std::string& advice) {
  throw UsageError(fmt::format("{} needs {} of memory, and {} can be used: {}", name, format_bytes(needed),
                               format_bytes(available), advice));
}

/// One executor's workers, slots, lanes and memory.
class ExecutorPlanner {
 public:
  ExecutorPlanner(const PlanOptions& options, const Executor& executor, const Registry::Parts& parts,
                  const PlanLimits& limits, std::uint64_t memory_bytes)
      : options_(options),
        driver_(*parts.driver),
        engine_(*parts.engine),
        program_(parts.program),
        usable_cpus_(limits.usable_cpus),
        memory_bytes_(memory_bytes) {
    plan_.computes = engine_.computes;
    plan_.takes_compute_slots = takes_compute_slots(parts);
    job_.executor = executor;
    if (program_ != nullptr) job_.command = program_->command();
    job_.workload = options.workload;
    job_.own_compute = options.own_compute;
    job_.engine_options = options.engine_options;
    if (job_.engine_options.threads == 0) job_.engine_options.threads = usable_cpus_;
    job_.workers = workers_of(options, driver_);
    job_.requests_in_progress = requests_in_progress();
  }

  ExecutorPlanner(const ExecutorPlanner&) = delete;
  ExecutorPlanner& operator=(const ExecutorPlanner&) = delete;
  ~ExecutorPlanner() = default;

  /// Once. Throws UsageError, with the figures, where memory does not hold it.
  ExecutorPlan plan() {
    const unsigned wanted = choose_slots();
    fit_into_memory(wanted);
    note_what_processes_share();
    job_.lanes = lanes(usable_cpus_);
    constexpr unsigned unbounded = std::numeric_limits<unsigned>::max();
    job_.blocking_lanes = job_.workload.computes_fft() ? job_.lanes : lanes(unbounded);
    return plan_;
  }

 private:
  bool forks() const { return driver_.kind == Kind::processes; }

  std::uint64_t requests_in_progress() const {
    switch (driver_.kind) {
      case Kind::one_at_a_time:
        return 1;
      case Kind::one_thread:
        return job_.workload.requests;
      case Kind::threads:
      case Kind::processes:
        return job_.workers;
    }
    return 1;
  }

  unsigned lanes_per_process(unsigned cpus) const {
    return std::max(1U, engine_.lanes_per_process(job_.engine_options, cpus));
  }

  /// With the job's slots, on so many CPUs.
  unsigned lanes(unsigned cpus) const {
    const unsigned per_process = lanes_per_process(cpus);
    switch (driver_.kind) {
      case Kind::one_at_a_time:
        return 1;
      case Kind::one_thread:
        if (!engine_.completes_later) return 1;
        return engine_.owns_slots ? job_.slots : per_process;
      case Kind::threads:
        if (engine_.completes_later) return std::min(job_.workers, engine_.owns_slots ? job_.slots : per_process);
        return std::min({job_.workers, per_process, cpus, job_.slots});
      case Kind::processes:
        return std::min({job_.workers, std::max(1U, cpus / engine_.cpus_per_step(job_.engine_options)), job_.slots});
    }
    return 1;
  }

  /// The most slots that it may have.
  unsigned most_slots() const {
    if (!engine_.owns_slots || forks()) return job_.workers;
    return static_cast<unsigned>(std::min<std::uint64_t>(lanes_per_process(usable_cpus_), job_.requests_in_progress));
  }

  /// Slots that are enough, of so many, for workers that come and go with their requests.
  unsigned enough_slots(unsigned allowed) const {
    const Workload& workload = job_.workload;
    const bool come_and_go = has_workers(driver_.kind) && workload.has_rate() && job_.workers == workload.requests;
    return come_and_go ? std::min(allowed, slots_per_cpu_at_a_rate * usable_cpus_) : allowed;
  }

  /// Those that are asked for, or else as many as are wanted, which it returns.
  unsigned choose_slots() {
    const unsigned allowed = most_slots();
    // A process has its own for as long as it runs.
    const unsigned wanted = forks() ? allowed : enough_slots(allowed);
    const bool are_given = options_.compute_slots != 0;
    job_.slots = are_given && plan_.takes_compute_slots ? std::min(options_.compute_slots, allowed) : wanted;
    if (are_given && !plan_.takes_compute_slots) {
      const std::string reason = program_ != nullptr ? engine_.name + " takes memory in each step"
                                                     : "each process has a slot of its own with " + engine_.name;
      plan_.notes.push_back("--compute-slots does not apply: " + reason);
    }
    return wanted;
  }

  /// Beside its workspaces.
  std::uint64_t fixed_bytes() const {
    std::uint64_t bytes = runner_bytes;
    bytes = saturating_add(bytes, saturating_multiply(job_.workers, bytes_per_worker(driver_.kind)));
    return saturating_add(bytes, saturating_multiply(job_.requests_in_progress, driver_.request_bytes));
  }

  /// The check in setup probes one slot after the other, all being there; of forked workers with slots of their own, it
  /// has as many as there are lanes, which probe at once.
  std::uint64_t bytes_with(unsigned slots, unsigned checked_workers) const {
    const std::uint64_t slot_bytes = engine_.slot_bytes(job_.workload);
    const std::uint64_t probe_bytes = engine_.probe_bytes(job_.workload);
    const std::uint64_t in_run = saturating_multiply(slots, slot_bytes);
    const bool in_workers = forks() && slots == job_.workers;
    const std::uint64_t in_check = in_workers
                                       ? saturating_multiply(checked_workers, saturating_add(slot_bytes, probe_bytes))
                                       : saturating_add(in_run, probe_bytes);
    return saturating_add(fixed_bytes(), std::max(in_run, in_check));
  }

  /// Takes fewer slots than wanted where memory holds no more, and nothing else was asked for.
  void fit_into_memory(unsigned wanted) {
    const unsigned checked_workers = lanes(usable_cpus_);
    if (const std::uint64_t least = bytes_with(1, checked_workers); least > memory_bytes_) {
      const bool are_workers = has_workers(driver_.kind) && fixed_bytes() > memory_bytes_ / 2;
      refuse(plan_.name(), least, memory_bytes_, are_workers ? "--workers bounds it" : "a smaller --size takes less");
    }
    const bool may_take_fewer = options_.compute_slots == 0 && plan_.takes_compute_slots;
    if (may_take_fewer && bytes_with(job_.slots, checked_workers) > memory_bytes_) {
      const std::uint64_t slot_bytes = engine_.slot_bytes(job_.workload);
      const std::uint64_t held = (memory_bytes_ - fixed_bytes() - engine_.probe_bytes(job_.workload)) / slot_bytes;
      job_.slots = static_cast<unsigned>(std::min<std::uint64_t>({held, wanted - 1, enough_slots(most_slots())}));
      plan_.notes.push_back(
          fmt::format("{} compute slots of {}, as memory ({} usable) does not hold as many workspaces of {}; "
                      "--compute-slots sets it",
                      job_.slots, wanted, format_bytes(memory_bytes_), format_bytes(slot_bytes)));
    }
    plan_.memory_bytes = bytes_with(job_.slots, checked_workers);
    if (plan_.memory_bytes > memory_bytes_) {
      refuse(plan_.name(), plan_.memory_bytes, memory_bytes_,
             plan_.takes_compute_slots ? "fewer --compute-slots take less" : "fewer --workers take less");
    }
  }

  void note_what_processes_share() {
    if (!forks()) return;
    if (engine_.computes && job_.slots < job_.workers && !shared_memory_has_huge_pages()) {
      plan_.notes.emplace_back("compute slots lie in shared memory, to which this system gives no huge pages");
    }
    if (engine_.uses_device && job_.workers > 1) {
      plan_.notes.emplace_back(
          "each process has a context of its own, and the driver gives the GPU to one after another");
    }
  }

  const PlanOptions& options_;
  const DriverInfo& driver_;
  const EngineInfo& engine_;
  const ProgramInfo* program_;
  unsigned usable_cpus_;
  std::uint64_t memory_bytes_;
  ExecutorPlan plan_;
  RunnerJob& job_ = plan_.job;
};

}  // namespace

NamedTexts settings_of(const PlanOptions& plan) {
  const EngineOptions& engine = plan.engine_options;
  NamedTexts settings{{"rigor", std::string(name_of(engine.rigor))}};
  const auto add_count = [&settings](const char* name, unsigned count) {
    if (count != 0) settings.emplace_back(name, std::to_string(count));
  };
  add_count("workers", plan.workers);
  add_count("compute-slots", plan.compute_slots);
  add_count("engine-threads", engine.threads);
  add_count("streams", engine.streams);
  if (engine.completion != EngineOptions{}.completion) {
    settings.emplace_back("completion", std::string(name_of(engine.completion)));
  }
  return settings;
}

std::vector<std::string> unheeded_settings(const PlanOptions& plan, const Registry& registry) {
  std::vector<std::string> unheeded;
  const NamedTexts defaults = settings_of(PlanOptions{});
  for (const auto& setting : settings_of(plan)) {
    const std::string& name = setting.first;
    const std::string* const unasked = find_text(defaults, name);
    if (unasked != nullptr && *unasked == setting.second) continue;
    const bool is_heeded = std::any_of(plan.executors.begin(), plan.executors.end(), [&](const ExecutorChoice& choice) {
      return heeds(registry.parts_of(choice.executor), name);
    });
    if (!is_heeded) unheeded.push_back(name);
  }
  return unheeded;
}

void PlanOptions::count_requests() {
  if (arrive_for_s <= 0.0) return;
  constexpr double largest = 9007199254740992.0;  // 2^53
  const double requests = std::round(workload.rate * arrive_for_s);
  workload.requests = static_cast<std::uint64_t>(std::clamp(requests, 1.0, largest));
}

std::vector<ExecutorPlan> plan_comparison(const PlanOptions& options, const Registry& registry,
                                          const PlanLimits& limits) {
  const Workload& workload = options.workload;
  require_meaning(workload);
  std::uint64_t steps = 0;
  if (__builtin_mul_overflow(workload.requests, workload.iterations, &steps)) {
    throw UsageError("--requests times --iterations is more than 64 bits can count");
  }
  std::vector<ExecutorPlan> plans;
  // Recordings are kept until the reference has run, and all rows can be held against it.
  std::uint64_t recordings = 0;
  const auto usable = static_cast<std::uint64_t>(static_cast<double>(limits.memory_bytes) * usable_share);
  for (const ExecutorChoice& choice : options.executors) {
    const Registry::Parts parts = registry.parts_of(choice.executor);
    const std::string unavailable = parts.engine->unavailable();
    if (!unavailable.empty()) {
      if (choice.named) throw UnavailableError(choice.executor.name() + " is unavailable: " + unavailable);
      ExecutorPlan plan;
      plan.job.executor = choice.executor;
      plan.unavailable = unavailable;
      plans.push_back(std::move(plan));
      continue;
    }
    const std::uint64_t recording = recording_bytes(workload, workers_of(options, *parts.driver));
    recordings = saturating_add(recordings, recording);
    if (recordings > usable) {
      refuse("the recording", recordings, usable, "fewer --requests, --iterations or --executors take less");
    }
    plans.push_back(ExecutorPlanner(options, choice.executor, parts, limits, usable - recordings).plan());
    plans.back().memory_bytes += recording;
  }
  const bool any_runs =
      std::any_of(plans.begin(), plans.end(), [](const auto& plan) { return plan.unavailable.empty(); });
  if (!any_runs && !plans.empty()) {
    throw UnavailableError("no executor is available here; " + plans.front().name() + ": " + plans.front().unavailable);
  }
  return plans;
}

void require_fft(const Workload& workload, std::string_view option, bool is_given) {
  if (!is_given || workload.computes_fft()) return;
  throw UsageError(fmt::format("{}: it is the FFT's, and --compute names another compute", option));
}

void require_meaning(const Workload& workload) {
  require_fft(workload, "--precision", workload.precision != Workload{}.precision);
  require_fft(workload, "--spectrum", workload.spectrum != Workload{}.spectrum);
}

PlanLimits limits_here() { return {usable_cpus(), available_memory_bytes()}; }

}  // namespace overlap
