// Calling the compiler, and the tool with what it made.
#include "tests/own_library.hpp"

#include <nlohmann/json.hpp>

#include "tests/process.hpp"

namespace overlap::testing {

void build_library(const std::string& source, const std::string& library, const std::string& language) {
  const Output output =
      run(OVERLAP_COMPILER_PATH, {"-x", language, "-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-I",
                                  std::string(OVERLAP_SOURCE_DIR) + "/src", source, "-o", library});
  EXPECT_EQ(output.status, 0) << output.err;
}

std::string OwnLibrary::library(const std::string& text, const std::string& name, const std::string& language) const {
  const std::string source = folder_ / (name + "." + language);
  write_content(source, text);
  std::string built = folder_ / name;
  build_library(source, built, language);
  return built;
}

Arguments OwnLibrary::quick_of(const std::string& library, const Arguments& options) {
  return quick_with(Arguments{"--compute", library} + options);
}

nlohmann::json OwnLibrary::report_of(const std::string& library, const Arguments& options, int status) {
  const Output output = overlap(quick_of(library, options + Arguments{"--format", "json"}));
  EXPECT_EQ(output.status, status) << output.err << output.out;
  EXPECT_EQ(left_behind(), "");
  return nlohmann::json::parse(output.out, nullptr, false);
}

}  // namespace overlap::testing
