// Python's rows: the classic four in plain NumPy, which scripts/python_baseline.py runs in an interpreter of the user's.
#pragma once

#include <string>
#include <vector>

#include "src/registry.hpp"

namespace overlap {

/// python/sequential, python/asyncio, python/threads and python/processes in this interpreter, which is looked up in
/// PATH where it is no path. It is asked for its versions when a row's availability or facts are, once; where it can't
/// be started or has no NumPy, the rows are unavailable and say why in a line. The script lies beside the program.
std::vector<ProgramInfo> python_rows(const std::string& interpreter);

}  // namespace overlap
