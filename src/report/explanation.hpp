// What the rows show, in sentences drawn from their figures by rules.
#pragma once

#include <string>
#include <vector>

#include "src/comparison/results.hpp"

namespace overlap {

/// Two to four sentences: what bounded each row; what held back the one furthest from its bound; whether the lock
/// mattered; what an engine's own threads, or overlapped waits alone, gained one thread of coroutines. Empty where no
/// row finished, or runs were too short to tell rows apart. Like advice, of rows that are ok and not found wrong.
std::vector<std::string> explain(const Results& results);

}  // namespace overlap
