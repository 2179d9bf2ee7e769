// Kinds and places.
#include "src/report/json_reader.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "src/base/errors.hpp"

namespace overlap {
namespace {

using Json = nlohmann::ordered_json;

std::string_view type_name(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "true or false";
    default:
      return "a number";
  }
}

}  // namespace

Place Place::member(const std::string& name) const { return {source, path.empty() ? name : path + "." + name}; }

Place Place::element(std::size_t index) const { return {source, fmt::format("{}[{}]", path, index)}; }

void Place::refuse(std::string_view message) const {
  throw UsageError(
      fmt::format("{}{}{}{}", source.empty() ? "" : source + ": ", path, path.empty() ? "" : ": ", message));
}

void refuse_kind(const Json& json, const Place& place, std::string_view takes) {
  const bool tellable = json.is_number() && std::isfinite(json.get<double>());
  place.refuse(fmt::format("it takes {}, and is {}", takes, tellable ? json.dump() : std::string(type_name(json))));
}

Members::Members(const Json& json, Place place) : json_(json), place_(std::move(place)) {
  if (!json.is_object()) refuse_kind(json, place_, "an object");
}

const Json* Members::take_if_there(const std::string& name) {
  const auto member = json_.find(name);
  if (member == json_.end()) return nullptr;
  taken_.insert(name);
  return &*member;
}

const Json& Members::take(const std::string& name) {
  const Json* member = take_if_there(name);
  if (member == nullptr) place_.refuse("member '" + name + "' is missing");
  return *member;
}

void Members::finish() const {
  for (const auto& [name, value] : json_.items()) {
    if (taken_.count(name) == 0) place_.refuse("member '" + name + "' is unknown");
  }
}

const Json& array_at(const Json& json, const Place& place) {
  if (!json.is_array()) refuse_kind(json, place, "an array");
  return json;
}

std::string text_at(const Json& json, const Place& place) {
  if (!json.is_string()) refuse_kind(json, place, "a string");
  return json.get<std::string>();
}

std::string text_or_null_at(const Json& json, const Place& place) {
  if (json.is_null()) return {};
  if (!json.is_string() || json.get_ref<const std::string&>().empty()) refuse_kind(json, place, "a text or null");
  return json.get<std::string>();
}

std::vector<std::string> texts_at(const Json& json, const Place& place) {
  std::vector<std::string> texts;
  for (const Json& each : array_at(json, place)) texts.push_back(text_at(each, place.element(texts.size())));
  return texts;
}

double real_at(const Json& json, const Place& place, std::string_view takes) {
  if (!json.is_number()) refuse_kind(json, place, takes);
  const double value = json.get<double>();
  if (!std::isfinite(value)) place.refuse(fmt::format("it takes {}, and is not finite", takes));
  return value;
}

std::uint64_t whole_at(const Json& json, const Place& place, std::string_view takes) {
  // A number that was put into a document by a program, not read, may be a signed one.
  const bool whole = json.is_number_unsigned() || (json.is_number_integer() && json.get<std::int64_t>() >= 0);
  if (!whole) refuse_kind(json, place, takes);
  return json.get<std::uint64_t>();
}

}  // namespace overlap
