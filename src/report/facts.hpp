// The fields of what results say beside their rows: the tool, the machine, the workload and the rounds.
#pragma once

#include <string>
#include <vector>

#include "src/report/fields.hpp"

namespace overlap {

/// Each in JSON's order.
const std::vector<FieldOf<Tool>>& tool_fields();
const std::vector<FieldOf<Machine>>& machine_fields();
const std::vector<FieldOf<Workload>>& workload_fields();
const std::vector<FieldOf<Rounds>>& rounds_fields();

/// A fact in the words of a sentence: "4,000,000", "none" where there is nothing.
std::string field_text(const FieldValue& value);

}  // namespace overlap
