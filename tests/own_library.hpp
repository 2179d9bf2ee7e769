// Shared libraries with a compute of the user's own, for tests: built as a user builds them.
#pragma once

#include <string>

namespace overlap::testing {

/// Compiles a source file, of language "c" or "c++"; it is to compile without a warning.
void build_library(const std::string& source, const std::string& library, const std::string& language = "c");

}  // namespace overlap::testing
