// A comparison of files as a terminal table, Markdown, a web page, CSV or JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "src/report/compare.hpp"
#include "src/report/fields.hpp"
#include "src/report/report.hpp"

namespace overlap {

/// In the order of JSON and CSV. They are read by nobody here: none can be set.
const std::vector<FieldOf<ComparedRow>>& compared_fields();

/// What JSON says of the machines of a comparison.
nlohmann::ordered_json machines_json(const std::vector<ComparedMachine>& machines);

/// Of the JSON, which docs/comparison.schema.json describes.
inline constexpr int comparison_schema_version = 1;

/// At most 120 columns.
std::string render_table(const FileComparison& comparison, Style style);
std::string render_markdown(const FileComparison& comparison);
std::string render_html(const FileComparison& comparison);
std::string render_csv(const FileComparison& comparison);
std::string render_json(const FileComparison& comparison);

}  // namespace overlap
