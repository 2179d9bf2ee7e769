// Results of steps held to those of the same steps elsewhere.
#include "src/run/verify_own.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace overlap {
namespace {

bool agree(double a, double b) noexcept {
  if (a == b) return true;
  return std::isfinite(a) && std::isfinite(b) &&
         std::fabs(a - b) <= own_tolerance * std::max(std::fabs(a), std::fabs(b));
}

bool agree(const std::array<double, 4>& a, const std::array<double, 4>& b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return agree(x, y); });
}

bool has_nan(const std::array<double, 4>& results) noexcept {
  return std::any_of(results.begin(), results.end(), [](double result) { return std::isnan(result); });
}

}  // namespace

std::array<double, 4> results_of(const StepRecord& step) noexcept {
  return {step.input_energy, step.spectrum_energy, step.bin_re, step.bin_im};
}

std::string difference_of_results(const Recording& recording, const Recording& other, std::string_view where) {
  const std::uint64_t requests = std::min(recording.requests().size(), other.requests().size());
  const std::uint64_t iterations = std::min(recording.iterations(), other.iterations());
  for (std::uint64_t request = 0; request < requests; ++request) {
    for (std::uint64_t iteration = 0; iteration < iterations; ++iteration) {
      const StepRecord& step = recording.step(request, iteration);
      const StepRecord& other_step = other.step(request, iteration);
      const std::array<double, 4> here = results_of(step);
      const std::array<double, 4> there = results_of(other_step);
      if (!step.finished() || !other_step.finished() || agree(here, there)) continue;
      return fmt::format("step ({}, {}) left {}, {} {}{}", request, iteration, fmt::join(here, ", "), where,
                         fmt::join(there, ", "), has_nan(here) || has_nan(there) ? "; NaN can't be verified" : "");
    }
  }
  return {};
}

bool leaves_results(const Recording& recording) noexcept {
  const auto steps = recording.steps();
  return std::any_of(steps.begin(), steps.end(), [](const StepRecord& step) {
    return step.finished() && results_of(step) != std::array<double, 4>{};
  });
}

bool leaves_the_same(const Recording& recording) noexcept {
  const StepRecord* first = nullptr;
  bool are_several = false;
  for (const StepRecord& step : recording.steps()) {
    if (!step.finished()) continue;
    if (first == nullptr) {
      first = &step;
    } else if (results_of(step) == results_of(*first)) {
      are_several = true;
    } else {
      return false;
    }
  }
  return are_several;
}

std::string verify_own(const Recording& recording, const Recording* reference) {
  const auto check = static_cast<CheckState>(recording.header().check_state.load(std::memory_order_acquire));
  if (check == CheckState::failed) return recording.check_finding();
  if (check != CheckState::passed) return "it was not held against setup's steps";
  if (reference == nullptr || reference == &recording) return {};
  return difference_of_results(recording, *reference, "the reference");
}

}  // namespace overlap
