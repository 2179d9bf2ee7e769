// Whether results are of one machine, and what else differs between them: what was changed on purpose, or by an update.
#pragma once

#include <string>

#include "src/comparison/results.hpp"
#include "src/machine/machine.hpp"

namespace overlap {

/// The fact of engines that tells a compute of one's own from what its file held at another time.
inline constexpr const char* compute_fact = "compute";

/// A fact that keeps two from being one machine, each side's in words.
struct MachineDifference {
  std::string fact;  ///< empty: they are one machine
  std::string first;
  std::string second;
};

/// The first of the facts that don't change between boots.
MachineDifference difference_between(const Machine& first, const Machine& second);

bool same_machine(const Machine& first, const Machine& second);

/// Versions and the system's settings: "overlap's commit 'abc' and 'def', kernel 'Linux 6.1' and 'Linux 6.8'". Empty
/// where there is none. Of the facts of engines and of a GPU, those that both have.
std::string changes_between(const Results& first, const Results& second);

/// The same, and the settings of their rows: "--rigor 'estimate' and 'measure'".
std::string differences_between(const Results& first, const Results& second);

}  // namespace overlap
