// The standard streams: what the terminal is like, and what is shown on it while runs go on.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "src/comparison/comparison.hpp"
#include "src/report/report.hpp"

namespace overlap {

/// Makes errors of what signals would end or stop the tool for, so that nothing is lost: a reader that has gone, a file
/// above the limit (ulimit -f), a terminal that lets no background job write. Ends of children are its own to see,
/// whatever it was started with. Programs that it starts inherit that, unless they are given a signal's default back.
void meet_signals_as_errors() noexcept;

/// Prints on stderr; what that does not take is dropped.
void print_error(std::string_view text) noexcept;

/// Opens those of the standard streams that are closed, so that no file gets their numbers, and with them what is
/// written there. What takes stdout's place takes nothing. To be called before anything is opened.
void hold_standard_streams() noexcept;

/// How to write a table to this stream. On a terminal: in colour, unless NO_COLOR says otherwise, and no wider than it.
Style style_of(int fd);

/// The demonstration's log on stderr, or progress bars where stderr is a terminal, or nothing (nullptr).
/// `heading` comes before each run's name: "cell 3 of 12, size 4M: ".
std::unique_ptr<Observer> make_observer(bool log, std::string heading = "");

}  // namespace overlap
