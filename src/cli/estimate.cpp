// Trials, remembered.
#include "src/cli/estimate.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <system_error>
#include <thread>

#include "src/base/clock.hpp"
#include "src/comparison/expected_time.hpp"
#include "src/report/lines.hpp"

namespace overlap {
namespace {

// As seen of small workloads; larger ones calibrate by the step.
constexpr double least_setup_s = 0.15;
constexpr double steps_in_setup = 8.0;

/// Why an engine is not tried; empty where it is.
std::string why_not_tried(const EngineInfo& engine, const Workload& workload) {
  if (!engine.computes) return "";
  if (!workload.computes_fft()) {
    return fmt::format("{} is tried in a run alone, or a step of it by 'overlap step'", workload.compute);
  }
  if (engine.uses_device) return "a GPU is tried in a run alone";
  return engine.make ? "" : "another program computes it";
}

/// Each ends at once. Where no more can be started, a run says so.
void start_threads(std::size_t count) {
  std::vector<std::jthread> threads;
  threads.reserve(count);
  try {
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([] {});
  } catch (const std::system_error&) {
    return;
  }
}

/// The same of processes.
void start_processes(std::size_t count) {
  std::vector<pid_t> children;
  children.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) children.push_back(child);
  }
  for (const pid_t child : children) {
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

/// Seconds that each of a few takes that are started one after the other.
double guess_start_s(DriverInfo::Kind kind) {
  constexpr std::size_t trials = 16;
  const std::int64_t begin_ns = now_ns();
  if (kind == DriverInfo::Kind::threads) start_threads(trials);
  if (kind == DriverInfo::Kind::processes) start_processes(trials);
  return to_seconds(now_ns() - begin_ns) / static_cast<double>(trials);
}

}  // namespace

std::optional<double> Estimator::makespan_s(const ExecutorPlan& plan) {
  const auto step = step_s(plan);
  if (!step) return std::nullopt;
  return std::max(expected_makespan_s(plan, *step), start_s(plan));
}

std::optional<double> Estimator::run_s(const ExecutorPlan& plan) {
  const auto step = step_s(plan);
  const auto makespan = makespan_s(plan);
  if (!step || !makespan) return std::nullopt;
  return *makespan + least_setup_s + steps_in_setup * *step;
}

std::string Estimator::notes() const {
  std::string text;
  for (const auto& [reason, names] : without_guess_) {
    text += fmt::format("{}: no guess of {} time: {}\n", names_of(names), names.size() == 1 ? "its" : "their", reason);
  }
  return text;
}

std::optional<double> Estimator::step_s(const ExecutorPlan& plan) {
  const Workload& workload = plan.job.workload;
  const std::string key = fmt::format("{} {} {} {} {}", plan.job.executor.engine, plan.job.engine_options.threads,
                                      workload.size, name_of(workload.precision), name_of(workload.spectrum));
  const auto known = step_s_.find(key);
  if (known != step_s_.end()) return known->second;
  const EngineInfo& engine = *registry_.parts_of(plan.job.executor).engine;
  std::string reason = why_not_tried(engine, workload);
  if (reason.empty()) {
    try {
      return step_s_[key] = guess_step_s(engine, plan.job.engine_options, workload);
    } catch (const std::exception& error) {
      reason = error.what();
    }
  }
  std::vector<std::string>& names = without_guess_[reason];
  if (std::find(names.begin(), names.end(), plan.name()) == names.end()) names.push_back(plan.name());
  return std::nullopt;
}

double Estimator::start_s(const ExecutorPlan& plan) {
  const DriverInfo::Kind kind = registry_.parts_of(plan.job.executor).driver->kind;
  if (kind != DriverInfo::Kind::threads && kind != DriverInfo::Kind::processes) return 0.0;
  auto known = worker_start_s_.find(kind);
  if (known == worker_start_s_.end()) known = worker_start_s_.emplace(kind, guess_start_s(kind)).first;
  return plan.job.workers * known->second;
}

}  // namespace overlap
