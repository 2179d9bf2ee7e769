// The axes of a sweep as the command line writes them, and what a value of one sets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/comparison/plan.hpp"
#include "src/sweep/break_even.hpp"
#include "src/sweep/sweep.hpp"

namespace overlap {

/// "requests, iterations, size, …".
std::string axis_names();

/// Whether an axis is called so.
bool is_axis(std::string_view name) noexcept;

/// Whether a run takes longer, or as long, further along the axis: not where more of it lets more happen at once.
bool takes_longer_along(std::string_view axis_name);

/// Reads "size=64Ki,1Mi" or "requests=1:1000:x10": values, between commas, or ranges LOW:HIGH[:xFACTOR|:+DIFFERENCE]
/// where both ends are numbers; without a step x2, or +1 for seeds. Values are read as by the axis's own option, and
/// one that is repeated is dropped. Throws UsageError.
Axis parse_axis(std::string_view text);

/// Reads the same for a search, which `option` asks for. LOW:HIGH without a step is searched freely, whatever else only
/// at its values. Throws UsageError also for an axis without an order, and for fewer than two values.
std::pair<Axis, SearchRange> parse_searched_axis(std::string_view option, std::string_view text);

/// The value as the plan holds it: what `set_value` changes.
AxisValue value_of(std::string_view axis_name, const PlanOptions& plan);

/// Throws UsageError for a value that the axis doesn't take, std::logic_error for an unknown axis.
void set_value(std::string_view axis_name, const AxisValue& value, PlanOptions& plan);

}  // namespace overlap
