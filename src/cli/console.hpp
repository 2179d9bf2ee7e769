// What the terminal is like, and what is shown on it while runs go on.
#pragma once

#include <memory>

#include "src/comparison.hpp"

namespace overlap {

/// Whether to write colour to this stream: a terminal, and no NO_COLOR.
bool colour_allowed(int fd);

/// The demonstration's log on stderr, or progress bars where stderr is a terminal, or nothing (nullptr).
std::unique_ptr<Observer> make_observer(bool log);

}  // namespace overlap
