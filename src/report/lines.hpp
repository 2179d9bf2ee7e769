// The lines that stand above and below a table.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/comparison/results.hpp"

namespace overlap {

/// "AMD EPYC 9454 (x86_64), 48 cores, 2 of 96 CPUs usable, 67.0 GB memory, AVX-512, huge pages madvise, Linux 6.1.0,
/// fftw version fftw-3.3.10": what is known of the machine, and the engines' facts.
std::string machine_line(const Results& results);

/// What stands in a row that has no figures: "failed after 12 of 50 steps: out of memory".
std::string status_line(const Row& row, std::uint64_t steps);

/// "threads/fftw", "threads/fftw and coroutine/fftw", with three names at most: "threads/fftw, coroutine/fftw and 3
/// others".
std::string names_of(const std::vector<std::string>& executors);
std::string names_of(const std::vector<const Row*>& rows);

/// What a table says that has no room for these columns: "a wider terminal shows delay, total too".
std::string left_out_line(const std::vector<std::string>& headers);

/// The explanation's sentences, one after the other.
std::string explanation_paragraph(const Results& results);

/// The range of a row's repeats and, where there are enough, its 95 % intervals: "3.64–3.70 s" and "95% 3.65–3.68 s,
/// speedup 6.10–6.20".
struct RepeatsText {
  std::string range;
  std::string intervals;
};
std::optional<RepeatsText> repeats_text(const Row& row, Judged by);

/// How to read the figures, the results' notes, then for each row its notes and, where it has no figures, its reason;
/// none said twice.
std::vector<std::string> note_lines(const Results& results);

}  // namespace overlap
