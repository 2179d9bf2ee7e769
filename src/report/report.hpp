// Reports: results as a terminal table, Markdown, a web page, CSV, JSON or a trace. One table of fields serves the
// table formats.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "src/base/text.hpp"
#include "src/comparison/results.hpp"

namespace overlap {

enum class Format { table, markdown, html, csv, json, trace };

/// Of tables for terminals.
struct Style {
  bool colour = false;
  std::size_t columns = table_columns;  ///< that lines may take

  /// Whether figures for which there is no room may be left out: files hold them all.
  bool is_narrow() const noexcept { return columns < table_columns; }
};

/// Of the JSON. It changes with every release that adds, removes or changes a member: readers are strict.
inline constexpr int results_schema_version = 1;

/// The whole report, newline-terminated: of results, a sweep or a comparison of files, each of which has the functions
/// of its formats in its header. A trace is of results alone.
template <typename Report>
std::string render(const Report& report, Format format, Style style) {
  switch (format) {
    case Format::table:
      return render_table(report, style);
    case Format::markdown:
      return render_markdown(report);
    case Format::html:
      return render_html(report);
    case Format::csv:
      return render_csv(report);
    case Format::json:
      return render_json(report);
    case Format::trace:
      if constexpr (std::is_same_v<Report, Results>) return render_trace(report);
  }
  throw std::logic_error("no such format");
}

/// A line for the workload, one for the machine, the rows, notes, advice.
std::string render_table(const Results& results, Style style);
std::string render_markdown(const Results& results);
/// A web page with the same table and charts, in a file that needs no other.
std::string render_html(const Results& results);
/// A line a run, that is a repeat of an executor, with the workload before it; a row that never ran has a line without
/// a repeat.
std::string render_csv(const Results& results);
/// As docs/results.schema.json says. Metrics of rows that are not ok are null.
std::string render_json(const Results& results);
/// When each step of each row waited, queued and computed, in the Trace Event Format that Perfetto and speedscope show.
/// Microseconds from T0.
std::string render_trace(const Results& results);

}  // namespace overlap
