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

}  // namespace

std::vector<StepColumn> step_columns(const Workload& workload) {
  using P = const StepPlace&;
  std::vector<StepColumn> columns = {
      whole("request", [](P place) { return place.request; }),
      whole("iteration", [](P place) { return place.iteration; }),
  };
  if (workload.has_rate()) {
    columns.push_back(real("arrival_s", [](P place) { return since_t0(place, place.arrival_ns()); }));
  }
  const std::vector<StepColumn> times = {
      real("wait_s", [](P place) { return seconds(place.step().due_ns - place.wait_begin_ns()); }),
      real("due_s", [](P place) { return since_t0(place, place.step().due_ns); }),
      real("begin_s", [](P place) { return since_t0(place, place.step().begin_ns); }),
      real("end_s", [](P place) { return since_t0(place, place.step().end_ns); }),
      whole("worker", [](P place) { return std::uint64_t{place.step().worker}; }),
  };
  const std::vector<StepColumn> digest = {
      real("input_energy", [](P place) { return place.step().input_energy; }),
      real("spectrum_energy", [](P place) { return place.step().spectrum_energy; }),
      whole("bin", [](P place) { return place.workload.checked_bin(place.request, place.iteration); }),
      real("bin_re", [](P place) { return place.step().bin_re; }),
      real("bin_im", [](P place) { return place.step().bin_im; }),
  };
  const std::vector<StepColumn> results = {
      real("result_0", [](P place) { return place.step().input_energy; }),
      real("result_1", [](P place) { return place.step().spectrum_energy; }),
      real("result_2", [](P place) { return place.step().bin_re; }),
      real("result_3", [](P place) { return place.step().bin_im; }),
  };
  const std::vector<StepColumn>& left = workload.computes_fft() ? digest : results;
  columns.insert(columns.end(), times.begin(), times.end());
  columns.insert(columns.end(), left.begin(), left.end());
  return columns;
}

}  // namespace overlap
