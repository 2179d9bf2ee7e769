// What the terminal is like, and what is shown on it while runs go on.
#pragma once

#include <memory>
#include <string>

#include "src/comparison.hpp"

namespace overlap {

/// Whether to write colour to this stream: a terminal, and no NO_COLOR.
bool colour_allowed(int fd);

/// The demonstration's log on stderr, or progress bars where stderr is a terminal, or nothing (nullptr).
/// `heading` comes before each run's name: "cell 3 of 12, size 4M: ".
std::unique_ptr<Observer> make_observer(bool log, std::string heading = "");

}  // namespace overlap
