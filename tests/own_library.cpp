// Calling the compiler.
#include "tests/own_library.hpp"

#include <gtest/gtest.h>

#include "tests/process.hpp"

namespace overlap::testing {

void build_library(const std::string& source, const std::string& library, const std::string& language) {
  const Output output =
      run(OVERLAP_COMPILER_PATH, {"-x", language, "-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-I",
                                  std::string(OVERLAP_SOURCE_DIR) + "/src", source, "-o", library});
  EXPECT_EQ(output.status, 0) << output.err;
}

std::string library_of(const TemporaryFolder& folder, const std::string& text, const std::string& name,
                       const std::string& language) {
  const std::string source = folder / (name + "." + language);
  write_content(source, text);
  std::string library = folder / name;
  build_library(source, library, language);
  return library;
}

}  // namespace overlap::testing
