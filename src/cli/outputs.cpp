// Formats by their endings, and files that are written whole.
#include "src/cli/outputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "src/cli/console.hpp"
#include "src/errors.hpp"

namespace overlap {
namespace {

struct FormatName {
  std::string_view name;
  std::string_view ending;
  Format format;
};

constexpr std::array<FormatName, 4> formats{{{"table", ".txt", Format::table},
                                             {"markdown", ".md", Format::markdown},
                                             {"csv", ".csv", Format::csv},
                                             {"json", ".json", Format::json}}};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

Format format_named(const std::string& name) {
  for (const FormatName& each : formats) {
    if (each.name == name) return each.format;
  }
  throw UsageError(fmt::format("--format: '{}' is not right; it takes one of table, markdown, csv, json", name));
}

Format format_of_file(const std::string& path, Format otherwise) {
  for (const FormatName& each : formats) {
    if (ends_with(path, each.ending)) return each.format;
  }
  return otherwise;
}

}  // namespace

OutputOptions read_outputs(const OutputText& text) {
  OutputOptions options;
  if (text.format) options.on_stdout = format_named(*text.format);
  for (const std::string& path : text.files) {
    if (path.empty()) throw UsageError("--output: '' is not right; it takes a file's name");
    const bool twice = std::any_of(options.files.begin(), options.files.end(),
                                   [&](const OutputOptions::File& file) { return file.path == path; });
    if (twice) throw UsageError(fmt::format("--output: '{}' is given twice", path));
    options.files.push_back({path, format_of_file(path, options.on_stdout)});
  }
  return options;
}

Outputs::Outputs(OutputOptions options) : options_(std::move(options)) {
  for (const OutputOptions::File& file : options_.files) {
    try {
      files_.emplace_back(file.path);
    } catch (const std::system_error& error) {
      throw UsageError(fmt::format("--output: '{}' can't be written ({})", file.path, error.code().message()));
    }
  }
}

void Outputs::write(const std::function<std::string(Format, Style)>& render) {
  for (std::size_t i = 0; i < files_.size(); ++i) files_[i].write(render(options_.files[i].format, {}));
  for (AtomicFile& file : files_) file.commit();
  print(render(options_.on_stdout, {colour_allowed(STDOUT_FILENO)}));
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw std::system_error(errno, std::generic_category(), "can't write to stdout");
  }
}

}  // namespace overlap
