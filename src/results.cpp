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
