// Texts by name, in their order: what is known of a machine, an engine or a device; a sweep's options.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace overlap {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;  ///< {{"fftw_version", "3.3.10"}, …}

/// The text of that name; nullptr where there is none.
inline const std::string* find_text(const NamedTexts& texts, std::string_view name) noexcept {
  for (const auto& [key, text] : texts) {
    if (key == name) return &text;
  }
  return nullptr;
}

/// The same, or what stands for it where there is none.
inline std::string text_or(const NamedTexts& texts, std::string_view name, std::string_view otherwise) {
  const std::string* const text = find_text(texts, name);
  return text != nullptr ? *text : std::string(otherwise);
}

}  // namespace overlap
