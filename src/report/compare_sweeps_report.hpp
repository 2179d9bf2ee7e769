// A comparison of grids as a terminal table, Markdown, a web page, CSV or JSON.
#pragma once

#include <string>

#include "src/report/compare_sweeps.hpp"
#include "src/report/report.hpp"

namespace overlap {

/// Of the JSON, which docs/sweep_comparison.schema.json describes.
inline constexpr int sweep_comparison_schema_version = 1;

/// A line for each cell and file: what is fastest there, its time, and the first file's over it.
std::string render_table(const SweepComparison& comparison, Style style);
std::string render_markdown(const SweepComparison& comparison);
/// With the time of each file's fastest executor over an axis.
std::string render_html(const SweepComparison& comparison);
/// In long form, for pandas: a line for each cell × row of a file, the axes' columns first.
std::string render_csv(const SweepComparison& comparison);
std::string render_json(const SweepComparison& comparison);

}  // namespace overlap
