// How many rounds a comparison makes: a number of them, or until the medians are known well enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "src/base/enum_names.hpp"

namespace overlap {

/// What was asked for.
struct RoundsWanted {
  bool automatic = false;
  unsigned count = 1;         ///< unless automatic
  double max_time_s = 300.0;  ///< of all rounds, where automatic; the first is made whatever it takes
};

/// How it came out.
struct Rounds {
  enum class End { count, settled, max_time, interrupt };
  bool automatic = false;
  double max_time_s = 0.0;  ///< 0 unless automatic
  std::uint64_t made = 0;
  End ended_by = End::count;
};
template <>
inline constexpr auto enum_names<Rounds::End> = names_up_to<Rounds::End::interrupt>("count", "settled", "max_time",
                                                                                    "interrupt");

/// A median is settled when both ends of its 95 % interval lie within this share of it.
inline constexpr double settled_within = 0.02;
bool is_settled(std::span<const double> samples_s);

/// A row as far as it has come.
struct RowSoFar {
  bool runs = true;               ///< false: unavailable, or it failed and would again
  std::vector<double> samples_s;  ///< of its repeats
  double seconds = 0.0;           ///< that all its repeats took, setup included
};

/// The rows of the next round, by index; empty where there is none, and `rounds` then says why. `elapsed_s` since the
/// first round began. Where rounds are automatic, only rows whose median is not settled go on, and no round begins that
/// would end, as far as can be told from the ones before, after max_time_s.
std::vector<std::size_t> next_round(const RoundsWanted& wanted, const std::vector<RowSoFar>& rows, double elapsed_s,
                                    Rounds& rounds);

}  // namespace overlap
