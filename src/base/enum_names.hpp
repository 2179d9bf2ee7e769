// The names of an enumeration's values: one table for whoever writes them and whoever reads them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace overlap {

/// In the values' order, which begins at 0. An enumeration that has names says them beside itself:
///
///   template <>
///   inline constexpr auto enum_names<Status> = names_up_to<Status::interrupted>("ok", …, "interrupted");
template <typename Enum>
inline constexpr std::array<std::string_view, 0> enum_names{};

/// A name for each value up to the last one, which is given so that none is forgotten.
template <auto last, typename... Names>
constexpr auto names_up_to(const Names&... names) noexcept {
  static_assert(sizeof...(Names) == static_cast<std::size_t>(last) + 1, "it takes a name for each value");
  return std::array<std::string_view, sizeof...(Names)>{names...};
}

template <typename Enum>
concept NamedEnum = !enum_names<Enum>.empty();

template <NamedEnum Enum>
constexpr std::string_view name_of(Enum value) noexcept {
  const auto index = static_cast<std::size_t>(value);
  return index < enum_names<Enum>.size() ? enum_names<Enum>[index] : "unknown";
}

template <NamedEnum Enum>
constexpr std::optional<Enum> value_named(std::string_view name) noexcept {
  for (std::size_t index = 0; index < enum_names<Enum>.size(); ++index) {
    if (enum_names<Enum>[index] == name) return static_cast<Enum>(index);
  }
  return std::nullopt;
}

/// "double or float", "ok, failed, unavailable or interrupted".
template <NamedEnum Enum>
std::string names_listed() {
  std::string list;
  for (std::size_t left = enum_names<Enum>.size(); const std::string_view name : enum_names<Enum>) {
    list += name;
    --left;
    if (left > 0) list += left == 1 ? " or " : ", ";
  }
  return list;
}

}  // namespace overlap
