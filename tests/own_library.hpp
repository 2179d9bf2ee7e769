// Shared libraries with a compute of the user's own, for tests: built as a user builds them.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tests/command_line.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap::testing {

/// Compiles a source file, of language "c" or "c++"; it is to compile without a warning.
void build_library(const std::string& source, const std::string& library, const std::string& language = "c");

/// Tests of the tool with libraries that they write themselves.
class OwnLibrary : public ::testing::Test {
 protected:
  /// The library that is built of a source's text.
  std::string library(const std::string& text, const std::string& name = "own.so",
                      const std::string& language = "c") const;

  /// 4 requests of 3 steps, with some milliseconds to wait, unless the options say otherwise.
  static Arguments quick_of(const std::string& library, const Arguments& options = {});

  /// The report of a run that ends with this status.
  static nlohmann::json report_of(const std::string& library, const Arguments& options = {}, int status = 0);

  TemporaryFolder folder_;
};

}  // namespace overlap::testing
