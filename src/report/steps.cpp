// What each column gives of a step.
#include "src/report/steps.hpp"

#include "src/base/clock.hpp"

namespace overlap {
namespace {

// Divided, so that the decimals are the nanoseconds'.
double seconds(std::int64_t ns) { return static_cast<double>(ns) / static_cast<double>(ns_per_s); }

double since_t0(const StepPlace& place, std::int64_t ns) { return seconds(ns - place.recording.header().t0_ns); }

template <typename Get>
StepColumn whole(std::string_view name, Get get) {
  return {name, static_cast<StepColumn::Whole>(get)};
}

template <typename Get>
StepColumn real(std::string_view name, Get get) {
  return {name, static_cast<StepColumn::Real>(get)};
}

std::vector<StepColumn> with(std::vector<StepColumn> columns, const std::vector<StepColumn>& others) {
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

}  // namespace

const std::vector<StepColumn>& step_columns(bool of_fft) {
  using P = const StepPlace&;
  static const std::vector<StepColumn> times = {
      whole("request", [](P place) { return place.request; }),
      whole("iteration", [](P place) { return place.iteration; }),
      real("wait_s", [](P place) { return seconds(place.step().due_ns - place.wait_begin_ns()); }),
      real("due_s", [](P place) { return since_t0(place, place.step().due_ns); }),
      real("begin_s", [](P place) { return since_t0(place, place.step().begin_ns); }),
      real("end_s", [](P place) { return since_t0(place, place.step().end_ns); }),
      whole("worker", [](P place) { return std::uint64_t{place.step().worker}; }),
  };
  static const std::vector<StepColumn> with_digest =
      with(times, {
                      real("input_energy", [](P place) { return place.step().input_energy; }),
                      real("spectrum_energy", [](P place) { return place.step().spectrum_energy; }),
                      whole("bin", [](P place) { return place.workload.checked_bin(place.request, place.iteration); }),
                      real("bin_re", [](P place) { return place.step().bin_re; }),
                      real("bin_im", [](P place) { return place.step().bin_im; }),
                  });
  static const std::vector<StepColumn> with_results =
      with(times, {
                      real("result_0", [](P place) { return place.step().input_energy; }),
                      real("result_1", [](P place) { return place.step().spectrum_energy; }),
                      real("result_2", [](P place) { return place.step().bin_re; }),
                      real("result_3", [](P place) { return place.step().bin_im; }),
                  });
  return of_fft ? with_digest : with_results;
}

}  // namespace overlap
