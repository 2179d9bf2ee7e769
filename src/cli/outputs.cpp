// Formats by their endings, and files that are written whole.
#include "src/cli/outputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
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
  std::vector<std::system_error> failures;
  const auto attempt = [&failures](const auto& write_one) {
    try {
      write_one();
    } catch (const std::system_error& error) {
      failures.push_back(error);
    }
  };
  for (std::size_t i = 0; i < files_.size(); ++i) {
    attempt([&] {
      files_[i].write(render(options_.files[i].format, {}));
      files_[i].commit();
    });
  }
  attempt([&] { print(render(options_.on_stdout, {colour_allowed(STDOUT_FILENO)})); });
  if (failures.empty()) return;
  std::string all;
  for (const std::system_error& failure : failures) all += fmt::format("{}{}", all.empty() ? "" : "; ", failure.what());
  throw std::runtime_error(all);
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw std::system_error(errno, std::generic_category(), "can't write to stdout");
  }
}

}  // namespace overlap
