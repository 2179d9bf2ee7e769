// `overlap show`.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "src/base/errors.hpp"
#include "src/base/text.hpp"
#include "src/cli/commands.hpp"
#include "src/report/explanation.hpp"
#include "src/report/load.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {
namespace {

Sweep sweep_of(const nlohmann::ordered_json& document, const ShowOptions& options) {
  if (const std::string_view option = options.output.option_of(Format::trace); !option.empty()) {
    throw UsageError(fmt::format("{}: {} is a sweep's, which has no trace", option, options.file));
  }
  return sweep_from_json(document, options.file);
}

Results results_of(const nlohmann::ordered_json& document, const ShowOptions& options) {
  Results results = results_from_json(document, options.file, Steps::kept);
  const std::string_view option = options.output.option_of(Format::trace);
  if (!option.empty() && !results.include_steps) {
    throw UsageError(fmt::format("{}: {} has no steps, of which a trace is made", option, options.file));
  }
  if (options.explain.value_or(isatty(STDOUT_FILENO) != 0)) results.explanation = explain(results);
  return results;
}

template <typename Report>
int write(const Report& report, const ShowOptions& options) {
  Outputs outputs(options.output);
  outputs.write([&](Format format, Style style) { return render(report, format, style); });
  return exit_ok;
}

}  // namespace

int show_command(const ShowOptions& options) {
  if (options.file.empty()) throw UsageError("show: it takes a file that --output FILE.json wrote");
  const nlohmann::ordered_json document = load_json(options.file);
  const std::string kind = kind_of(document);
  if (kind == "sweep") return write(sweep_of(document, options), options);
  if (!kind.empty()) {
    throw UsageError(fmt::format("{}: it is a {}'s; show takes results or a sweep", options.file, clean_line(kind)));
  }
  return write(results_of(document, options), options);
}

}  // namespace overlap
