// Shared libraries with a compute of the user's own, for tests: built as a user builds them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/command_line.hpp"
#include "tests/process.hpp"

namespace overlap::testing {

/// Compiles a source file, of language "c" or "c++".
inline void build_library(const std::string& source, const std::string& library, const std::string& language = "c") {
  const Output output =
      run(OVERLAP_COMPILER_PATH, {"-x", language, "-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-I",
                                  std::string(OVERLAP_SOURCE_DIR) + "/src", source, "-o", library});
  EXPECT_EQ(output.status, 0) << output.err;
}

}  // namespace overlap::testing
