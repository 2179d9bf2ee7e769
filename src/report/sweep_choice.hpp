// Which executor to use where in a grid.
#pragma once

#include <string>

#include "src/sweep/sweep_results.hpp"

namespace overlap {

/// In sentences: along the first of the axes with the most numbers, in as few stretches as there can be, the executors
/// that are as good as the fastest, for each combination of the other axes' values ("By size: threads/fftw up to 4Ki,
/// coroutine/pool from 8Ki on."); and the one that loses least where one has to do for all cells. As good is what is
/// not clearly slower (standing.hpp), nor by more than 5% where repeats are too few for an interval. Empty where there
/// are fewer than two cells or executors to choose from.
std::string choice_sentences(const Sweep& sweep);

}  // namespace overlap
