// Choosing among the repeats of a row.
#include "src/results.hpp"

#include <algorithm>

#include "src/build_info.hpp"

namespace overlap {

std::string_view name_of(Status status) noexcept {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::failed:
      return "failed";
    case Status::unavailable:
      return "unavailable";
    case Status::interrupted:
      return "interrupted";
  }
  return "failed";
}

Tool this_tool() {
  const BuildInfo& build = build_info();
  return {build.version, build.commit, build.compiler, build.flags};
}

bool is_python_row(const Row& row) noexcept { return row.executor.rfind("python/", 0) == 0; }

std::vector<double> makespans_of(const Row& row) {
  std::vector<double> makespans_s;
  for (const Repeat& repeat : row.repeats) {
    if (repeat.status == Status::ok && repeat.metrics) makespans_s.push_back(repeat.metrics->makespan_s);
  }
  return makespans_s;
}

void add_intervals(Results& results) {
  std::vector<double> reference_s;
  for (const Row& row : results.rows) {
    if (row.executor == results.reference) reference_s = makespans_of(row);
  }
  for (Row& row : results.rows) {
    if (row.status != Status::ok) continue;
    const std::vector<double> makespans_s = makespans_of(row);
    row.makespan_interval_s = median_interval(makespans_s);
    row.speedup_interval = ratio_interval(reference_s, makespans_s);
    // Against itself it is 1 in every repeat.
    if (row.executor == results.reference && row.makespan_interval_s) row.speedup_interval = Interval{1.0, 1.0};
  }
}

std::optional<std::size_t> median_repeat(const std::vector<Repeat>& repeats) {
  std::vector<std::size_t> finished;
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    if (repeats[i].status == Status::ok && repeats[i].metrics) finished.push_back(i);
  }
  if (finished.empty()) return std::nullopt;
  std::stable_sort(finished.begin(), finished.end(), [&](std::size_t a, std::size_t b) {
    return repeats[a].metrics->makespan_s < repeats[b].metrics->makespan_s;
  });
  return finished[(finished.size() - 1) / 2];
}

}  // namespace overlap
