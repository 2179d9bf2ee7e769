// Python's rows: the classic four and a pool of processes, in plain NumPy, which scripts/python_baseline.py runs in an
// interpreter of the user's.
#pragma once

#include <string>
#include <vector>

#include "src/run/own_compute.hpp"
#include "src/run/registry.hpp"

namespace overlap {

/// python/sequential, python/asyncio, python/threads, python/processes, python/thread-pool and python/pool in the first
/// of these interpreters that has NumPy; each is looked up in PATH where it is no path. They are asked for their
/// versions when a row's availability or facts are, once; where none has NumPy, the rows are unavailable and say why,
/// of the first, in a line. The script lies beside the program. With a compute of the user's own they run its Python
/// file, and need no NumPy; where it has none they are unavailable.
std::vector<ProgramInfo> python_rows(const std::vector<std::string>& interpreters, const OwnCompute& own = {});

/// Those that are tried where none is named: the one in PATH may belong to a version manager that has no NumPy.
std::vector<std::string> usual_interpreters();

}  // namespace overlap
