// Reports: results as a terminal table, Markdown, CSV or JSON. One table of fields serves the table formats.
#pragma once

#include <string>

#include "src/results.hpp"

namespace overlap {

enum class Format { table, markdown, csv, json };

struct Style {
  bool colour = false;
};

/// Of the JSON. It changes with every release that adds, removes or changes a member: readers are strict.
inline constexpr int results_schema_version = 1;

/// The whole report, newline-terminated. Table: a line for the workload, one for the machine, the rows (at most 120
/// columns), notes, advice.
std::string render(const Results& results, Format format, Style style);

std::string render_table(const Results& results, Style style);
std::string render_markdown(const Results& results);
/// A line a run, that is a repeat of an executor, with the workload before it; a row that never ran has a line without
/// a repeat.
std::string render_csv(const Results& results);
/// As docs/results.schema.json says. Metrics of rows that are not ok are null.
std::string render_json(const Results& results);

}  // namespace overlap
