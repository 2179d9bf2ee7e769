// Trials, remembered.
#include "src/cli/estimate.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace overlap {
namespace {

// As seen of small workloads; larger ones calibrate by the step.
constexpr double least_setup_s = 0.15;
constexpr double steps_in_setup = 8.0;

}  // namespace

double Estimator::makespan_s(const ExecutorPlan& plan) { return expected_makespan_s(plan, step_s(plan)); }

double Estimator::run_s(const ExecutorPlan& plan) {
  return makespan_s(plan) + least_setup_s + steps_in_setup * step_s(plan);
}

double Estimator::step_s(const ExecutorPlan& plan) {
  const std::string& engine = plan.job.executor.engine;
  const Workload& workload = plan.job.workload;
  const std::string key = fmt::format("{} {} {} {} {}", engine, plan.job.engine_options.threads, workload.size,
                                      name_of(workload.precision), name_of(workload.spectrum));
  const auto known = step_s_.find(key);
  if (known != step_s_.end()) return known->second;
  const EngineInfo& info = *registry_.parts_of(plan.job.executor).engine;
  if (!workload.computes_fft() && info.computes) {
    throw std::runtime_error(
        fmt::format("{} is tried in a run alone, or a step of it by 'overlap step'", workload.compute));
  }
  if (!info.make) throw std::runtime_error("another program computes it");
  return step_s_[key] = guess_step_s(info, plan.job.engine_options, workload);
}

}  // namespace overlap
