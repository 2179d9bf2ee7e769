// Trials, remembered.
#include "src/cli/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

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

}  // namespace

std::optional<double> Estimator::makespan_s(const ExecutorPlan& plan) {
  const auto step = step_s(plan);
  return step ? std::optional(expected_makespan_s(plan, *step)) : std::nullopt;
}

std::optional<double> Estimator::run_s(const ExecutorPlan& plan) {
  const auto step = step_s(plan);
  if (!step) return std::nullopt;
  return expected_makespan_s(plan, *step) + least_setup_s + steps_in_setup * *step;
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

}  // namespace overlap
