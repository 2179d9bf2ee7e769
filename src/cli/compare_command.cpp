// `overlap compare`.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "src/base/errors.hpp"
#include "src/base/file_place.hpp"
#include "src/base/text.hpp"
#include "src/base/units.hpp"
#include "src/cli/commands.hpp"
#include "src/cli/console.hpp"
#include "src/report/compare.hpp"
#include "src/report/compare_report.hpp"
#include "src/report/compare_sweeps.hpp"
#include "src/report/compare_sweeps_report.hpp"
#include "src/report/load.hpp"
#include "src/report/sweep_report.hpp"

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

/// A file's document, and what it holds: "sweep", or "" for results.
struct File {
  std::string path;
  std::string name;
  nlohmann::ordered_json document;
  std::string kind;
};

std::vector<File> load_all(const std::vector<std::string>& paths) {
  const std::vector<std::string> names = short_names(paths);
  std::vector<File> files;
  std::set<std::string> places;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!places.insert(place_of(paths[i])).second) {
      throw UsageError(fmt::format("compare: '{}' is given twice", paths[i]));
    }
    File file{paths[i], names[i], load_json(paths[i]), ""};
    file.kind = kind_of(file.document);
    if (file.kind != "sweep" && !file.kind.empty()) {
      throw UsageError(fmt::format("{}: it is a {}'s; compare takes what 'overlap run' and 'overlap sweep' made",
                                   file.path, clean_line(file.kind)));
    }
    if (!files.empty() && file.kind != files.front().kind) {
      throw UsageError(
          fmt::format("compare: of '{}' and '{}' one is a run's and one a sweep's, which can't be compared",
                      files.front().path, file.path));
    }
    files.push_back(std::move(file));
  }
  return files;
}

template <typename Comparison>
int report(const Comparison& comparison, const CompareOptions& options) {
  Outputs outputs(options.output);
  outputs.write([&](Format format, Style style) { return render(comparison, format, style); });
  if (!options.fail_on_slower) return exit_ok;
  const auto say = [](const std::string& line) { print_error("overlap: --fail-on: " + clean_line(line) + "\n"); };
  const Regressions found = regressions(comparison, *options.fail_on_slower);
  for (const std::string& line : found.lines) say(line);
  if (found.judged == 0) {
    if (found.lines.empty()) say("nothing could be judged: " + found.reason);
    return exit_slower;
  }
  if (found.undecided > 0) {
    say(fmt::format("{} could not be judged, such as {}", counted(found.undecided, "row"), found.reason));
  }
  return found.lines.empty() ? exit_ok : exit_slower;
}

}  // namespace

int compare_command(const CompareOptions& options) {
  const std::vector<File> files = load_all(options.files);
  if (!files.empty() && files.front().kind == "sweep") {
    std::vector<NamedSweep> sweeps;
    sweeps.reserve(files.size());
    for (const File& file : files) sweeps.push_back({file.name, sweep_from_json(file.document, file.path)});
    return report(compare(sweeps), options);
  }
  std::vector<NamedResults> results;
  results.reserve(files.size());
  for (const File& file : files) results.push_back({file.name, results_from_json(file.document, file.path)});
  return report(compare(results), options);
}

}  // namespace overlap
