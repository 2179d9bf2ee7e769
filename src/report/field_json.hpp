// Fields as members of a JSON object.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/report/fields.hpp"

namespace overlap {

/// Keeps the order in which members are added.
using Json = nlohmann::ordered_json;

/// What a member holds where there is nothing: a number that is not finite is dumped as null too.
inline Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

struct ToJson {
  Json operator()(std::monostate /*none*/) const { return nullptr; }
  template <typename T>
  Json operator()(const T& value) const {
    return value;
  }
};

/// Adds a field's member; those of a group ("latency_s.p50") to an object of their own, or, without figures, null.
template <typename Subject>
void add_member(Json& object, const FieldOf<Subject>& field, const Subject& subject, bool has_figures) {
  Json value = std::visit(ToJson{}, field.get(subject));
  const std::size_t dot = field.name.find('.');
  if (dot == std::string::npos) {
    object[field.name] = std::move(value);
  } else if (!has_figures) {
    object[field.name.substr(0, dot)] = nullptr;
  } else {
    object[field.name.substr(0, dot)][field.name.substr(dot + 1)] = std::move(value);
  }
}

/// All fields of a table, behind what `object` has.
template <typename Subject>
Json object_of(const std::vector<FieldOf<Subject>>& table, const Subject& subject, Json object = Json::object()) {
  for (const FieldOf<Subject>& field : table) add_member(object, field, subject, true);
  return object;
}

}  // namespace overlap
