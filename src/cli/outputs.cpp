// Formats by their endings, and files that are written whole.
#include "src/cli/outputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "src/cli/console.hpp"
#include "src/errors.hpp"
#include "src/file_place.hpp"
#include "src/parse.hpp"
#include "src/text.hpp"

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

Format format_of_file(const std::string& path, const std::vector<FormatName>& formats, Format otherwise) {
  std::string_view longest;
  Format format = otherwise;
  for (const FormatName& each : formats) {
    if (!path.ends_with(each.ending) || each.ending.size() <= longest.size()) continue;
    longest = each.ending;
    format = each.format;
  }
  return format;
}

}  // namespace

OutputOptions read_outputs(const OutputText& text) {
  const std::vector<FormatName> formats = formats_of(text);
  OutputOptions options;
  if (text.format) options.on_stdout = format_named(*text.format, formats);
  std::set<std::string> places;
  for (const std::string& path : text.files) {
    if (path.empty()) refuse("--output", path, "a file's name");
    if (!places.insert(place_of(path)).second) throw UsageError(fmt::format("--output: '{}' is given twice", path));
    options.files.push_back({path, format_of_file(path, formats, options.on_stdout), "--output"});
  }
  return options;
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
