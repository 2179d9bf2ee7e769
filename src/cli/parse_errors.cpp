// CLI11's errors by their kind.
#include "src/cli/parse_errors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/near_names.hpp"

namespace overlap {
namespace {

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string without_value(const std::string& option) { return option.substr(0, option.find('=')); }

bool is_option(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

std::string unexpected_without_a_command(const std::string& word, const CLI::App& app) {
  const std::vector<std::string> commands = names_of_commands(app);
  if (!is_option(word)) {
    const std::string hint = did_you_mean(word, commands);
    return fmt::format("'{}' is no command; {}", word,
                       hint.empty() ? fmt::format("there are {}", fmt::join(commands, ", ")) : hint);
  }
  const std::string option = without_value(word);
  for (const std::string& command : commands) {
    const std::vector<std::string> options = names_of_options(*app.get_subcommand(command));
    if (std::find(options.begin(), options.end(), option) == options.end()) continue;
    return fmt::format("{}: it comes after the command, as in 'overlap {} {}'", option, command, option);
  }
  return fmt::format("{}: there is no such option; 'overlap --help' names the commands, which have them", option);
}

std::string unexpected(const std::string& word, const CLI::App& command) {
  const std::string& name = command.get_name();
  if (!is_option(word)) {
    const auto files = command.get_options([](const CLI::Option* option) { return option->get_positional(); });
    return fmt::format("'{}' is not expected here: 'overlap {}' takes {}", word, name,
                       files.empty() ? "options only" : "one " + files.front()->get_type_name());
  }
  const std::string option = without_value(word);
  const std::string hint = did_you_mean(option, names_of_options(command));
  return fmt::format("{}: 'overlap {}' has no such option; {}", option, name,
                     hint.empty() ? fmt::format("'overlap {} --help' shows them all", name) : hint);
}

/// The option that CLI11's text begins with, a flag by its name alone; empty where there is none.
std::pair<const CLI::Option*, std::string> option_in(std::string_view text, const CLI::App& command) {
  const std::string_view word = text.substr(0, text.find_first_of(": "));
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (word == name || word == "--" + name) return {option, "--" + name};
    }
  }
  return {nullptr, ""};
}

std::string mismatch(const CLI::ArgumentMismatch& error, const CLI::App& command) {
  const auto [option, name] = option_in(error.what(), command);
  if (option == nullptr) return error.what();
  if (option->get_items_expected_max() == 0) return fmt::format("{}: it takes no value", name);
  if (option->count() > 1) return fmt::format("{}: it is given {} times", name, option->count());
  return fmt::format("{}: it takes {}, and nothing follows it", name, option->get_type_name());
}

}  // namespace

std::string text_of(const CLI::ParseError& error, const CLI::App& app) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  const std::vector<std::string> own = app.remaining();
  if (unknown && !own.empty()) return unexpected_without_a_command(own.front(), app);
  if (commands.empty()) return error.what();
  const CLI::App& command = *commands.front();
  const std::vector<std::string> words = command.remaining();
  if (unknown && !words.empty()) return unexpected(words.front(), command);
  const auto* const mismatched = dynamic_cast<const CLI::ArgumentMismatch*>(&error);
  return mismatched == nullptr ? error.what() : mismatch(*mismatched, command);
}

}  // namespace overlap
