// `overlap compare`.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "src/base/errors.hpp"
#include "src/base/file_place.hpp"
#include "src/base/text.hpp"
#include "src/cli/commands.hpp"
#include "src/cli/console.hpp"
#include "src/report/compare.hpp"
#include "src/report/compare_report.hpp"
#include "src/report/load.hpp"

namespace overlap {
namespace {

/// Files without their folders, where they can be told apart so.
std::vector<std::string> short_names(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    const std::string name = std::filesystem::path(path).filename();
    if (std::find(names.begin(), names.end(), name) != names.end()) return paths;
    names.push_back(name);
  }
  return names;
}

Results results_in(const std::string& path) {
  const nlohmann::ordered_json document = load_json(path);
  const std::string kind = kind_of(document);
  if (kind == "sweep" || kind == "comparison") {
    throw UsageError(fmt::format("{}: it is a {}'s; compare takes results, which 'overlap run' makes", path, kind));
  }
  return results_from_json(document, path);
}

std::vector<NamedResults> load_all(const std::vector<std::string>& paths) {
  const std::vector<std::string> names = short_names(paths);
  std::vector<NamedResults> files;
  std::set<std::string> places;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!places.insert(place_of(paths[i])).second) {
      throw UsageError(fmt::format("compare: '{}' is given twice", paths[i]));
    }
    files.push_back({names[i], results_in(paths[i])});
  }
  return files;
}

int status_of(const FileComparison& comparison, double share) {
  const std::vector<std::string> lines = regressions(comparison, share);
  for (const std::string& line : lines) print_error("overlap: --fail-on: " + clean_line(line) + "\n");
  return lines.empty() ? exit_ok : exit_slower;
}

}  // namespace

int compare_command(const CompareOptions& options) {
  const FileComparison comparison = compare(load_all(options.files));
  Outputs outputs(options.output);
  outputs.write([&](Format format, Style style) { return render(comparison, format, style); });
  return options.fail_on_slower ? status_of(comparison, *options.fail_on_slower) : static_cast<int>(exit_ok);
}

}  // namespace overlap
