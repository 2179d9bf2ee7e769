// The fields of a row, in one table for every format: each one's name, unit and value, and how people see it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "src/results.hpp"

namespace overlap {

/// Nothing, where the row has no such figure.
using FieldValue = std::variant<std::monostate, bool, std::uint64_t, double, std::string>;

enum class Unit { none, seconds, bytes };

struct Field {
  std::string name;  ///< JSON's key; "latency_s.p50" is `p50` in `latency_s`
  Unit unit = Unit::none;
  std::function<FieldValue(const Row&)> get;
};

/// In JSON's order. Metrics of rows that are not ok have no value.
const std::vector<Field>& fields();

/// Throws std::out_of_range where there is none of that name.
const Field& find_field(std::string_view name);

/// For people, by the field's unit: "3.21 s", "96.0 MB", "0.947", "yes", "NO", "–" where there is no value.
std::string format_value(const Field& field, const FieldValue& value);

/// A column of the tables for people: one field, or two that share a unit, as "2.31/3.21 s".
struct Column {
  std::string_view header;  ///< with U+00AD, or a space, where it may be broken
  std::vector<std::string_view> names;
};

/// The first is the executor.
const std::vector<Column>& columns();

std::string format_cell(const Column& column, const Row& row);

/// The least and the largest makespan of the repeats that are ok, where there is more than one; none otherwise.
std::optional<std::pair<double, double>> makespan_range(const Row& row);

}  // namespace overlap
