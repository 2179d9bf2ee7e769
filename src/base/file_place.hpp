// Where a file lies, or would come to lie, whatever path leads there.
#pragma once

#include <string>

namespace overlap {

/// What a path's last name leads to, through links, whether there is a file yet or not. The path itself where it names
/// no link.
std::string end_of_links(const std::string& path);

/// The same for all paths to one regular file, whether it is there yet or not; of other files, the path itself.
std::string place_of(const std::string& path);

}  // namespace overlap
