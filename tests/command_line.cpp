// Arguments of the tool, and looks at its output.
#include "tests/command_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace overlap {

testing::Arguments operator+(testing::Arguments first, const testing::Arguments& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

namespace testing {

using nlohmann::json;

Arguments quick_with(const Arguments& options) {
  Arguments arguments = {"run"};
  const std::map<std::string, std::string> own = {
      {"--requests", "4"}, {"--iterations", "3"}, {"--size", "64"}, {"--wait", "uniform:0:4ms"}};
  for (const auto& [option, value] : own) {
    const bool replaced = std::any_of(options.begin(), options.end(), [&name = option](const std::string& given) {
      return given.substr(0, given.find('=')) == name;
    });
    if (!replaced) arguments = arguments + Arguments{option, value};
  }
  return arguments + options;
}

Command tool(const Arguments& arguments) {
  Command command;
  command.program = OVERLAP_BINARY;
  command.arguments = arguments;
  return command;
}

Output overlap(const Arguments& arguments) { return run(tool(arguments)); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string shown(const Arguments& arguments) {
  std::string text;
  for (const std::string& argument : arguments) text += argument + ' ';
  return text;
}

json report_of(const Arguments& arguments) {
  const Output output = overlap(arguments + Arguments{"--format", "json"});
  EXPECT_EQ(output.status, 0) << shown(arguments) << output.err << output.out;
  return json::parse(output.out, nullptr, false);
}

Arguments executors_of(const json& report) {
  Arguments names;
  for (const json& run : report.at("runs")) names.push_back(run.at("executor"));
  return names;
}

void expect_error(const Arguments& arguments, const std::vector<std::string>& told, int status) {
  SCOPED_TRACE(shown(arguments));
  const Output output = overlap(arguments);
  EXPECT_EQ(output.status, status);
  EXPECT_EQ(output.out, "");
  EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
  EXPECT_EQ(output.err.rfind("overlap: ", 0), 0U) << output.err;
  for (const std::string& part : told) EXPECT_TRUE(contains(output.err, part)) << part << " is not in: " << output.err;
}

void expect_usage_error(const Arguments& arguments, const std::vector<std::string>& told) {
  expect_error(arguments, told, 2);
}

void expect_refused(const std::string& option, const std::string& value, const std::vector<std::string>& takes) {
  // Beside --log, which would show that something ran.
  expect_usage_error(quick_with({"--log", option + "=" + value}), takes + Arguments{option});
}

}  // namespace testing
}  // namespace overlap
