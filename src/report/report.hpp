// Reports: results as a terminal table, Markdown or JSON. One table of fields serves the table formats.
#pragma once

#include <string>

#include "src/results.hpp"

namespace overlap {

enum class Format { table, markdown, json };

struct Style {
  bool colour = false;
};

/// The whole report, newline-terminated. Table: a line for the workload, one for the machine, the rows (at most 120
/// columns), notes, advice.
std::string render(const Results& results, Format format, Style style);

std::string render_table(const Results& results, Style style);
std::string render_markdown(const Results& results);
/// schema_version 1. Metrics of rows that are not ok are null.
std::string render_json(const Results& results);

}  // namespace overlap
