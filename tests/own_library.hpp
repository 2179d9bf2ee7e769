// Shared libraries with a compute of the user's own, for tests: built as a user builds them.
#pragma once

#include <string>

#include "tests/temporary_folder.hpp"

namespace overlap::testing {

/// Compiles a source file, of language "c" or "c++"; it is to compile without a warning.
void build_library(const std::string& source, const std::string& library, const std::string& language = "c");

/// The library that is built of a source's text, in a folder.
std::string library_of(const TemporaryFolder& folder, const std::string& text, const std::string& name,
                       const std::string& language = "c");

}  // namespace overlap::testing
