// What is wrong with a command line that CLI11 refused, in the tool's words.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace overlap {

/// One line that names the command, the option or the word, and what would be right. `app` is the one that was parsed.
std::string text_of(const CLI::ParseError& error, const CLI::App& app);

}  // namespace overlap
