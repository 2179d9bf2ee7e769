// The columns in which a recording's steps are given.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "src/recording.hpp"
#include "src/workload.hpp"

namespace overlap {

/// A step that is finished, where it stands.
struct StepPlace {
  const Workload& workload;
  const Recording& recording;
  std::uint64_t request = 0;
  std::uint64_t iteration = 0;

  const StepRecord& step() const noexcept { return recording.step(request, iteration); }
};

struct StepColumn {
  using Whole = std::uint64_t (*)(const StepPlace&);
  using Real = double (*)(const StepPlace&);
  std::string_view name;
  std::variant<Whole, Real> get;
};

/// In JSON's order. Times are seconds from T0.
const std::vector<StepColumn>& step_columns();

}  // namespace overlap
