// Where reports go: files, each in the format of its ending, and stdout.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/atomic_file.hpp"
#include "src/report/report.hpp"

namespace overlap {

/// The options as they were written.
struct OutputText {
  std::vector<std::string> files;
  std::optional<std::string> format;  ///< of stdout, and of files with another ending; none: a table
  bool traces = false;                ///< a trace is among the formats
};

struct OutputOptions {
  struct File {
    std::string path;
    Format format = Format::table;
    std::string option = "--output";  ///< that names it
  };
  std::vector<File> files;
  Format on_stdout = Format::table;

  /// Throws UsageError where one of the files is that input, which `option` names.
  void spare(std::string_view option, const std::string& input) const;

  /// The option that asks for a format; empty where none does.
  std::string_view option_of(Format format) const;
};

/// Throws UsageError.
OutputOptions read_outputs(const OutputText& text);

/// Files that are opened before there is anything to write, and each put in place when it is whole.
class Outputs {
 public:
  /// Throws UsageError where a file can't be written.
  explicit Outputs(OutputOptions options);

  /// Writes what `render` makes of each format, stdout's with colour where that is a terminal that has it. What can't
  /// be written keeps nothing else from being: std::runtime_error is thrown at the end, and names it all. Once.
  void write(const std::function<std::string(Format, Style)>& render);

  /// Stdout alone: files stay as they are, or missing. In place of `write`.
  void write_stdout(const std::function<std::string(Format, Style)>& render) const;

 private:
  OutputOptions options_;
  std::vector<AtomicFile> files_;
};

/// Throws std::system_error where stdout takes no more. But a reader that has gone, as `head` does, has what it wanted:
/// the rest is dropped.
void print(std::string_view text);

/// The same; a terminal gets lines of names and texts wrapped, and a program gets them whole.
void print_lines(std::string_view text);

}  // namespace overlap
