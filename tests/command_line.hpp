// The tool's command line for tests that drive it as a process: arguments, and what was made of them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/process.hpp"

namespace overlap::testing {

using Arguments = std::vector<std::string>;

/// A run that takes a few milliseconds, with more options or with others in the place of its own.
Arguments quick_with(const Arguments& options);

Command tool(const Arguments& arguments);

/// Runs the tool to its end.
Output overlap(const Arguments& arguments);

std::vector<std::string> lines_of(const std::string& text);

bool contains(const std::string& text, const std::string& part);

/// The arguments as one line, for messages.
std::string shown(const Arguments& arguments);

/// The report of a run that is to end well.
nlohmann::json report_of(const Arguments& arguments);

/// The names of a report's rows.
Arguments executors_of(const nlohmann::json& report);

/// Expects one line on stderr that holds all that is `told`, nothing on stdout, and this status.
void expect_error(const Arguments& arguments, const std::vector<std::string>& told, int status);

/// The same, for wrong usage.
void expect_usage_error(const Arguments& arguments, const std::vector<std::string>& told);

/// For an option of `run` with a wrong value: the error names the option too.
void expect_refused(const std::string& option, const std::string& value, const std::vector<std::string>& takes);

}  // namespace overlap::testing

namespace overlap {

/// One list after the other. Here, as arguments of std alone lead into no namespace of ours.
testing::Arguments operator+(testing::Arguments first, const testing::Arguments& second);

}  // namespace overlap
