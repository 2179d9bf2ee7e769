// Facts held against each other, by their tables.
#include "src/report/same_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "src/base/named_texts.hpp"
#include "src/report/facts.hpp"

namespace overlap {
namespace {

constexpr double memory_within = 0.05;  // what a kernel keeps for itself differs from boot to boot

constexpr std::array<std::string_view, 9> lasting{"cpu_model",   "architecture",   "vector_instructions",
                                                  "packages",    "cores",          "logical_cpus",
                                                  "usable_cpus", "l2_cache_bytes", "l3_cache_bytes"};

bool is_about_equal(std::uint64_t a, std::uint64_t b) {
  const auto [least, most] = std::minmax({static_cast<double>(a), static_cast<double>(b)});
  return least >= (1.0 - memory_within) * most;
}

bool differs(const FieldOf<Machine>& field, const Machine& first, const Machine& second) {
  if (field.name == "memory_bytes") return !is_about_equal(first.memory_bytes, second.memory_bytes);
  // A file without rows on the GPU doesn't say which there is.
  if (field.name == "gpu_name") {
    return find_text(first.gpu, "name") != nullptr && find_text(second.gpu, "name") != nullptr &&
           field.get(first) != field.get(second);
  }
  const bool lasts = std::find(lasting.begin(), lasting.end(), field.name) != lasting.end();
  return lasts && field.get(first) != field.get(second);
}

/// What is different, one after the other.
class Changes {
 public:
  void compare(std::string_view what, const std::string& a, const std::string& b) {
    if (a != b) text_ += fmt::format("{}{} '{}' and '{}'", text_.empty() ? "" : ", ", what, a, b);
  }

  void compare(std::string_view what, const NamedTexts& these, const NamedTexts& those) {
    for (const auto& [name, value] : these) {
      const std::string* other = find_text(those, name);
      if (other != nullptr) compare(std::string(what) + name, value, *other);
    }
  }

  /// What only one of them has was the default in the other.
  void compare_settings(const NamedTexts& these, const NamedTexts& those) {
    for (const auto& [name, value] : these) compare("--" + name, value, text_or(those, name, "default"));
    for (const auto& [name, value] : those) {
      if (find_text(these, name) == nullptr) compare("--" + name, "default", value);
    }
  }

  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

Changes changes_of_versions(const Results& first, const Results& second) {
  Changes changes;
  for (const FieldOf<Tool>& field : tool_fields()) {
    changes.compare("overlap's " + field.name, field_text(field.get(first.tool)), field_text(field.get(second.tool)));
  }
  changes.compare("kernel", first.machine.kernel, second.machine.kernel);
  changes.compare("huge_pages", first.machine.huge_pages, second.machine.huge_pages);
  changes.compare("gpu_", first.machine.gpu, second.machine.gpu);
  changes.compare("", first.engine_facts, second.engine_facts);
  return changes;
}

}  // namespace

MachineDifference difference_between(const Machine& first, const Machine& second) {
  for (const FieldOf<Machine>& field : machine_fields()) {
    if (!differs(field, first, second)) continue;
    return {field.name, field_text(field.get(first)), field_text(field.get(second))};
  }
  return {};
}

bool same_machine(const Machine& first, const Machine& second) {
  return difference_between(first, second).fact.empty();
}

std::string changes_between(const Results& first, const Results& second) {
  return changes_of_versions(first, second).text();
}

std::string differences_between(const Results& first, const Results& second) {
  Changes changes = changes_of_versions(first, second);
  changes.compare_settings(first.settings, second.settings);
  return changes.text();
}

}  // namespace overlap
