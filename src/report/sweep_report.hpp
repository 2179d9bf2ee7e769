// Reports of a sweep: a table of its cells for people, and everything for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/report/report.hpp"
#include "src/sweep/sweep_results.hpp"

namespace overlap {

/// Of the JSON. It changes with every release that adds, removes or changes a member.
inline constexpr int sweep_schema_version = 1;

/// A line for the axes and one for the machine, a line for each cell, notes, a summary; at most 120 columns.
std::string render_table(const Sweep& sweep, Style style);
std::string render_markdown(const Sweep& sweep);
/// With the time of each executor over an axis.
std::string render_html(const Sweep& sweep);
/// In long form, for pandas: a line for each cell × executor × repeat, the axes' columns first.
std::string render_csv(const Sweep& sweep);
/// As docs/sweep.schema.json says.
std::string render_json(const Sweep& sweep);

/// The sweep of a document that render_json made. Throws UsageError, in a line with the place in the document, which
/// begins with `place`.
Sweep sweep_from_json(const nlohmann::ordered_json& document, const std::string& place);

/// From a file.
Sweep load_sweep(const std::string& path);

}  // namespace overlap
