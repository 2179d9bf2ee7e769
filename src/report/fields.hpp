// The fields of a row, in one table for every format and for the loader: each one's name, unit, type and value.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "src/base/enum_names.hpp"
#include "src/comparison/results.hpp"
#include "src/sweep/sweep.hpp"

namespace overlap {

/// Nothing, where the row has no such figure.
using FieldValue = std::variant<std::monostate, bool, std::uint64_t, double, std::string>;

/// A figure, of which there may be none, as a field's value.
template <typename Value>
FieldValue value_of(const Value& figure) {
  return figure;
}

template <typename Value>
FieldValue value_of(const std::optional<Value>& figure) {
  return figure ? FieldValue(*figure) : FieldValue();
}

/// A value of an axis in full, as files have it.
inline FieldValue value_of(const AxisValue& value) {
  return std::visit([](const auto& held) { return FieldValue(held); }, value);
}

/// The one of that name, of a value that is text; throws std::invalid_argument saying which there are.
template <NamedEnum Enum>
Enum value_of_name(const FieldValue& value) {
  if (const auto named = value_named<Enum>(std::get<std::string>(value))) return *named;
  throw std::invalid_argument("it takes " + names_listed<Enum>());
}

enum class Unit { none, seconds, bytes };

/// What a value is where there is one: string, bool, uint64_t or double.
enum class FieldType { text, flag, whole, real };

/// What a field of a row is of.
enum class Scope {
  executor,  ///< what the row is: the same in all its repeats
  repeat,    ///< each repeat's own; the row's is its median repeat's
  relation,  ///< how a repeat stands to another row
  repeats,   ///< of the row's repeats together
};

/// How a value comes from a subject and goes back into it.
template <typename Subject>
struct Access {
  FieldType type = FieldType::text;
  bool nullable = false;  ///< there may be no value
  std::function<FieldValue(const Subject&)> get;
  /// Takes a value of the type, or none where that may be; throws std::invalid_argument saying what it takes. Empty
  /// where the value follows from others.
  std::function<void(Subject&, const FieldValue&)> set;
  Scope scope = Scope::executor;
};

template <typename Subject>
struct FieldOf {
  std::string name;  ///< JSON's key; "latency_s.p50" is `p50` in `latency_s`
  Unit unit = Unit::none;
  Access<Subject> access;

  FieldValue get(const Subject& subject) const { return access.get(subject); }
};

using Field = FieldOf<Row>;

/// In JSON's order. Metrics of rows that are not ok have no value. A new one needs a line here, and one in
/// docs/results.schema.json, of which a test reminds.
const std::vector<Field>& fields();

/// A repeat seen as a row of it alone.
Row row_of_repeat(const Row& row, const Repeat& repeat);

/// Throws std::out_of_range where there is none of that name.
const Field& find_field(std::string_view name);

/// A column of the tables for people: one field, or two that share a unit, as "2.31/3.21 s".
struct Column {
  std::string_view header;  ///< as a Document's
  std::vector<std::string_view> names;
  std::string_view meaning;  ///< for those who read the table; empty where it needs none
};

/// Of rows that are judged so. The first is the executor.
const std::vector<Column>& columns(Judged by);

/// By the fields' unit: "3.21 s", "96.0 MB", "0.947", "yes", "NO", "–" where there is no value.
std::string format_cell(const Column& column, const Row& row);

}  // namespace overlap
