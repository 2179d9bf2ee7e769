// A file's whole content.
#pragma once

#include <string>
#include <string_view>

namespace overlap {

/// Throws UsageError, "NAME: it can't be read (…)", where `path` can't be, or is a pipe or a device without an end;
/// `name` is what the user gave it as.
std::string content_of_file(std::string_view name, const std::string& path);

}  // namespace overlap
