// Python's rows: the classic four in plain NumPy, which scripts/python_baseline.py runs in an interpreter of the
// user's.
#pragma once

#include <string>
#include <vector>

#include "src/registry.hpp"

namespace overlap {

/// python/sequential, python/asyncio, python/threads and python/processes in the first of these interpreters that has
/// NumPy; each is looked up in PATH where it is no path. They are asked for their versions when a row's availability or
/// facts are, once; where none has NumPy, the rows are unavailable and say why, of the first, in a line. The script
/// lies beside the program.
/// With a compute of the user's own, in a Python file, the rows compute that, and need no NumPy; with one that is no
/// Python they are unavailable.
std::vector<ProgramInfo> python_rows(const std::vector<std::string>& interpreters,
                                     const std::string& compute_file = {});

/// Those that are tried where none is named: the one in PATH may belong to a version manager that has no NumPy.
std::vector<std::string> usual_interpreters();

}  // namespace overlap
