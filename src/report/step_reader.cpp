// Columns into records.
#include "src/report/step_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/clock.hpp"
#include "src/report/steps.hpp"

namespace overlap {
namespace {

using Json = nlohmann::ordered_json;

/// Takes columns by their names.
class ColumnReader {
 public:
  ColumnReader(const Json& json, const Place& place, std::uint64_t finished)
      : members_(json, place), finished_(finished) {}

  std::vector<std::uint64_t> whole(const std::string& name) {
    return read<std::uint64_t>(
        name, [](const Json& value, const Place& place) { return whole_at(value, place, "a whole number"); });
  }

  /// What is not finite stands as null.
  std::vector<double> real(const std::string& name) {
    return read<double>(name, [](const Json& value, const Place& place) {
      return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : real_at(value, place, "a number or null");
    });
  }

  /// In nanoseconds, which the seconds are to the last.
  std::vector<std::int64_t> time(const std::string& name) {
    constexpr double longest_s = 1e6;  // beyond, a double has no room for nanoseconds
    return read<std::int64_t>(name, [](const Json& value, const Place& place) -> std::int64_t {
      const double seconds = real_at(value, place, "seconds");
      if (!(std::abs(seconds) <= longest_s)) place.refuse("it takes seconds, at most a million");
      return std::llround(seconds * static_cast<double>(ns_per_s));
    });
  }

  Place place(const std::string& name, std::size_t index) const { return members_.place(name).element(index); }
  void finish() const { members_.finish(); }

 private:
  template <typename Value, typename Read>
  std::vector<Value> read(const std::string& name, Read read_one) {
    const Place place = members_.place(name);
    const Json& values = array_at(members_.take(name), place);
    if (values.size() != finished_) {
      place.refuse(fmt::format("it takes {} values, one a finished step, and has {}", finished_, values.size()));
    }
    std::vector<Value> column;
    column.reserve(values.size());
    for (const Json& value : values) column.push_back(read_one(value, place.element(column.size())));
    return column;
  }

  Members members_;
  std::uint64_t finished_;
};

/// By the names of step_columns().
struct Columns {
  std::vector<std::uint64_t> request;
  std::vector<std::uint64_t> iteration;
  std::vector<std::int64_t> arrival_ns;  ///< where requests come in at a rate
  std::vector<std::int64_t> wait_ns;
  std::vector<std::int64_t> due_ns;
  std::vector<std::int64_t> begin_ns;
  std::vector<std::int64_t> end_ns;
  std::vector<std::uint64_t> worker;
  std::array<std::vector<double>, 4> left;  ///< what steps left, in the record's order
  std::vector<std::uint64_t> bin;           ///< of the FFT
};

Columns columns_at(const Json& json, const Place& place, const Workload& workload, std::uint64_t finished) {
  ColumnReader reader(json, place, finished);
  const bool of_fft = workload.computes_fft();
  constexpr std::array digest{"input_energy", "spectrum_energy", "bin_re", "bin_im"};
  constexpr std::array results{"result_0", "result_1", "result_2", "result_3"};
  Columns columns{reader.whole("request"),
                  reader.whole("iteration"),
                  workload.has_rate() ? reader.time("arrival_s") : std::vector<std::int64_t>(),
                  reader.time("wait_s"),
                  reader.time("due_s"),
                  reader.time("begin_s"),
                  reader.time("end_s"),
                  reader.whole("worker"),
                  {},
                  {}};
  for (std::size_t i = 0; i < columns.left.size(); ++i) columns.left[i] = reader.real(of_fft ? digest[i] : results[i]);
  if (of_fft) columns.bin = reader.whole("bin");
  reader.finish();
  for (std::size_t i = 0; i < finished; ++i) {
    const std::pair step(columns.request[i], columns.iteration[i]);
    if (step.first >= workload.requests) reader.place("request", i).refuse("the workload has no such request");
    if (step.second >= workload.iterations) reader.place("iteration", i).refuse("the workload has no such iteration");
    if (i > 0 && step <= std::pair(columns.request[i - 1], columns.iteration[i - 1])) {
      reader.place("iteration", i).refuse("its step does not come after the one before it");
    }
    if (workload.has_rate() && columns.arrival_ns[i] < 0) {
      reader.place("arrival_s", i).refuse("no request comes in before the run starts");
    }
    if (workload.has_rate() && i > 0 && step.first == columns.request[i - 1] &&
        columns.arrival_ns[i] != columns.arrival_ns[i - 1]) {
      reader.place("arrival_s", i).refuse("it is not that of its request's step before it");
    }
    if (of_fft && columns.bin[i] != workload.checked_bin(step.first, step.second)) {
      reader.place("bin", i).refuse("it is not the step's checked bin");
    }
    if (columns.worker[i] > std::numeric_limits<std::uint32_t>::max()) {
      reader.place("worker", i).refuse("there are not so many workers");
    }
  }
  return columns;
}

std::uint64_t count_up_to(const std::vector<std::uint64_t>& numbers) {
  return *std::max_element(numbers.begin(), numbers.end()) + 1;
}

bool is_mostly_empty(std::uint64_t requests, std::uint64_t iterations, std::uint64_t finished) {
  constexpr std::uint64_t large = 1'000'000;
  constexpr std::uint64_t records_a_step = 1'000;
  const double records = static_cast<double>(requests) * static_cast<double>(iterations);
  return records > static_cast<double>(std::max(large, records_a_step * finished));
}

}  // namespace

void check_steps(const Json& json, const Place& place, const Workload& workload, std::uint64_t finished) {
  columns_at(json, place, workload, finished);
}

std::shared_ptr<const Recording> recording_of_steps(const Json& json, const Place& place, const Workload& workload,
                                                    std::uint64_t finished) {
  const Columns columns = columns_at(json, place, workload, finished);
  if (finished == 0) return nullptr;
  const std::uint64_t requests = count_up_to(columns.request);
  const std::uint64_t iterations = count_up_to(columns.iteration);
  if (is_mostly_empty(requests, iterations, finished)) return nullptr;
  auto recording = std::make_shared<Recording>(Recording::create(requests, iterations, 1));
  constexpr std::int64_t t0_ns = ns_per_s;
  recording->header().t0_ns = t0_ns;
  for (std::size_t i = 0; i < finished; ++i) {
    StepRecord& step = recording->step(columns.request[i], columns.iteration[i]);
    step.due_ns = t0_ns + columns.due_ns[i];
    step.begin_ns = t0_ns + columns.begin_ns[i];
    step.end_ns = t0_ns + columns.end_ns[i];
    step.worker = static_cast<std::uint32_t>(columns.worker[i]);
    step.input_energy = columns.left[0][i];
    step.spectrum_energy = columns.left[1][i];
    step.bin_re = columns.left[2][i];
    step.bin_im = columns.left[3][i];
    step.state = static_cast<std::uint32_t>(StepState::finished);
    RequestRecord& request = recording->requests()[columns.request[i]];
    request.arrival_ns = t0_ns + (workload.has_rate() ? columns.arrival_ns[i] : 0);
    if (columns.iteration[i] == 0) request.begin_ns = step.due_ns - columns.wait_ns[i];
    request.end_ns = step.end_ns;
  }
  return recording;
}

}  // namespace overlap
