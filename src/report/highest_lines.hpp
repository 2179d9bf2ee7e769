// The words of a search for the highest value within a limit: a line for each executor, and what is said of them.
#pragma once

#include <string>
#include <vector>

#include "src/report/document.hpp"
#include "src/sweep/sweep_results.hpp"

namespace overlap {

// Of a sweep that has such a report.

/// The columns and lines: how far each executor gets, and its time there and just beyond.
void add_highest(const Sweep& sweep, Document& document);

/// How to read them, and which of them are in doubt.
std::vector<std::string> highest_notes(const Sweep& sweep);

/// "coroutine/pool stays within 200 ms (p99 latency) up to rate 104; that is 1.9 times as far as coroutine/fftw (55)."
std::string highest_sentence(const Sweep& sweep);

}  // namespace overlap
