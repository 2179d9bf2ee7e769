// Comma-separated values as RFC 4180 has them.
#pragma once

#include <string>
#include <vector>

#include "src/report/fields.hpp"

namespace overlap {

/// A value in full: numbers in as many digits as they need to be read back, no value as nothing. In SI units, as JSON.
std::string csv_value(const FieldValue& value);

/// Cells as a line of their own, quoted where they have to be, with its end.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace overlap
