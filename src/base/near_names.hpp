// What may have been meant by a name that nothing has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace overlap {

/// "did you mean threads or threads/fftw?", of the candidates that are nearest by Levenshtein's edit distance and
/// within a third of the longer name, three at the most; empty where none is.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace overlap
