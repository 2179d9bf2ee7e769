// Reading a JSON document strictly: what is unknown, missing or of another type is refused with its place.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace overlap {

/// Where in which document a value stands.
struct Place {
  std::string source;
  std::string path;

  Place member(const std::string& name) const;
  Place element(std::size_t index) const;

  /// Throws UsageError: "results.json: runs[2].makespan_s: …".
  [[noreturn]] void refuse(std::string_view message) const;
};

/// Refuses a value for its kind: "it takes an array, and is null".
[[noreturn]] void refuse_kind(const nlohmann::ordered_json& json, const Place& place, std::string_view takes);

/// The members of an object, each to be taken; `finish` refuses what nobody took.
class Members {
 public:
  Members(const nlohmann::ordered_json& json, Place place);

  const nlohmann::ordered_json* take_if_there(const std::string& name);
  const nlohmann::ordered_json& take(const std::string& name);
  Place place(const std::string& name) const { return place_.member(name); }
  void finish() const;

 private:
  const nlohmann::ordered_json& json_;
  Place place_;
  std::set<std::string> taken_;
};

// Each refuses what is not of its kind.

const nlohmann::ordered_json& array_at(const nlohmann::ordered_json& json, const Place& place);
std::string text_at(const nlohmann::ordered_json& json, const Place& place);
/// Text that stands as null where there is none.
std::string text_or_null_at(const nlohmann::ordered_json& json, const Place& place);
std::vector<std::string> texts_at(const nlohmann::ordered_json& json, const Place& place);
double real_at(const nlohmann::ordered_json& json, const Place& place, std::string_view takes);
std::uint64_t whole_at(const nlohmann::ordered_json& json, const Place& place, std::string_view takes);

}  // namespace overlap
