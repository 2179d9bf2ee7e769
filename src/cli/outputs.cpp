// Formats by their endings, and files that are written whole.
#include "src/cli/outputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "src/base/errors.hpp"
#include "src/base/file_place.hpp"
#include "src/base/text.hpp"
#include "src/cli/console.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

struct FormatName {
  std::string_view name;
  std::string_view ending;
  Format format;
};

constexpr std::array<FormatName, 6> all_formats{{{"table", ".txt", Format::table},
                                                 {"markdown", ".md", Format::markdown},
                                                 {"html", ".html", Format::html},
                                                 {"csv", ".csv", Format::csv},
                                                 {"json", ".json", Format::json},
                                                 {"trace", ".trace.json", Format::trace}}};

std::vector<FormatName> formats_of(const OutputText& text) {
  std::vector<FormatName> formats;
  for (const FormatName& each : all_formats) {
    if (each.format != Format::trace || text.traces) formats.push_back(each);
  }
  return formats;
}

Format format_named(const std::string& name, const std::vector<FormatName>& formats) {
  std::string names;
  for (const FormatName& each : formats) {
    if (each.name == name) return each.format;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name);
  }
  refuse("--format", name, "one of " + names);
}

/// The format of the longest ending that a name has, in letters of any case; none where it has none of these.
std::optional<Format> format_of_ending(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char letter) { return std::tolower(letter); });
  std::optional<FormatName> found;
  for (const FormatName& each : all_formats) {
    if (name.ends_with(each.ending) && (!found || each.ending.size() > found->ending.size())) found = each;
  }
  return found ? std::optional(found->format) : std::nullopt;
}

/// A name without an ending, such as a device's, has stdout's format.
Format format_of_file(const OutputText& text, const std::string& path, Format on_stdout) {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  const auto format = format_of_ending(name.string());
  if (format == Format::trace && !text.traces) {
    throw UsageError(fmt::format("--output: '{}' would be a trace, which is of a run alone", path));
  }
  if (!format && name.has_extension() && !text.format) {
    std::string endings;
    for (const FormatName& each : formats_of(text)) endings += fmt::format(" {}", each.ending);
    throw UsageError(fmt::format(
        "--output: the ending of '{}' tells no format; it takes{}, or another one with --format", path, endings));
  }
  return format.value_or(on_stdout);
}

}  // namespace

OutputOptions read_outputs(const OutputText& text) {
  const std::vector<FormatName> formats = formats_of(text);
  OutputOptions options;
  if (text.format) options.on_stdout = format_named(*text.format, formats);
  std::set<std::string> places;
  for (const std::string& path : text.files) {
    if (path.empty()) refuse("--output", path, "a file's name");
    if (path == "-") refuse("--output", path, "a file's name, such as run.json; what goes to stdout is --format's");
    if (!places.insert(place_of(path)).second) throw UsageError(fmt::format("--output: '{}' is given twice", path));
    options.files.push_back({path, format_of_file(text, path, options.on_stdout), "--output"});
  }
  return options;
}

void OutputOptions::spare(std::string_view option, const std::string& input) const {
  for (const File& file : files) {
    if (place_of(file.path) != place_of(input)) continue;
    throw UsageError(fmt::format("{}: '{}' is what {} reads; another name keeps both", file.option, file.path, option));
  }
}

std::string_view OutputOptions::option_of(Format format) const {
  if (on_stdout == format) return "--format";
  const bool a_file = std::any_of(files.begin(), files.end(), [&](const File& file) { return file.format == format; });
  return a_file ? "--output" : "";
}

Outputs::Outputs(OutputOptions options) : options_(std::move(options)) {
  for (const OutputOptions::File& file : options_.files) {
    try {
      files_.emplace_back(file.path);
    } catch (const std::system_error& error) {
      throw UsageError(fmt::format("{}: '{}' can't be written ({})", file.option, file.path, error.code().message()));
    }
  }
}

void Outputs::write(const std::function<std::string(Format, Style)>& render) {
  std::string failures;
  const auto attempt = [&failures](const std::string& option, const auto& write_one) {
    try {
      write_one();
    } catch (const std::system_error& error) {
      failures += fmt::format("{}{}{}", failures.empty() ? "" : "; ", option, error.what());
    }
  };
  for (std::size_t i = 0; i < files_.size(); ++i) {
    attempt(options_.files[i].option + ": ", [&] {
      files_[i].write(render(options_.files[i].format, {}));
      files_[i].commit();
    });
  }
  attempt("", [&] { write_stdout(render); });
  if (!failures.empty()) throw std::runtime_error(failures);
}

void Outputs::write_stdout(const std::function<std::string(Format, Style)>& render) const {
  print(render(options_.on_stdout, style_of(STDOUT_FILENO)));
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  if (errno != EPIPE) throw_errno(errno, "can't write to stdout");
}

void print_lines(std::string_view text) {
  print(isatty(STDOUT_FILENO) != 0 ? wrap_lines(text, style_of(STDOUT_FILENO).columns) : std::string(text));
}

}  // namespace overlap
