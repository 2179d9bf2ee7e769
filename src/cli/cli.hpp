// The command line: `run`, `sweep`, `list`, `step`, and the hidden command by which the tool starts itself as a runner.
#pragma once

#include "src/run/registry.hpp"

namespace overlap {

/// The whole program. Returns the exit status of src/base/errors.hpp; errors are one line on stderr.
int cli_main(int argc, char** argv, const Registry& registry);

}  // namespace overlap
