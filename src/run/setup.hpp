// What an engine is told in setup, and the clock of setup's named phases.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "src/base/enum_names.hpp"
#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// How long an engine may search for fast plans.
enum class Rigor { estimate, measure, patient };
template <>
inline constexpr auto enum_names<Rigor> = names_up_to<Rigor::patient>("estimate", "measure", "patient");

/// How an engine that completes steps later learns that they are over.
enum class CompletionMode {
  poll,  ///< whoever drives it asks, between naps
  block  ///< a thread of the engine's own sleeps in the device's driver until they are
};
template <>
inline constexpr auto enum_names<CompletionMode> = names_up_to<CompletionMode::block>("poll", "block");

/// More streams of a device gain little, and take setup time and memory: docs/results.
inline constexpr unsigned most_streams_of_use = 8;

struct EngineOptions {
  Rigor rigor = Rigor::estimate;
  std::string cache_folder;  ///< where wisdom is kept; empty: nowhere
  unsigned streams = 0;      ///< slots of an engine on a device, a user's own too; 0: as many as are of use
  unsigned threads = 0;      ///< of a CPU engine that owns its threads; a plan sets 0 to the usable CPUs
  CompletionMode completion = CompletionMode::poll;  ///< of a GPU engine

  unsigned streams_of_use() const noexcept { return streams != 0 ? streams : most_streams_of_use; }

  bool operator==(const EngineOptions&) const = default;
};

/// Seconds by phase. `measure` runs a function inside a phase; phases may be entered again and add up. Nested phases
/// are not counted in the outer one.
class SetupTimes {
 public:
  /// `phase_word`, where given, always shows the current phase to other processes.
  explicit SetupTimes(std::atomic<std::uint32_t>* phase_word = nullptr) noexcept : phase_word_(phase_word) {}

  void measure(Phase phase, const std::function<void()>& work);
  void add(Phase phase, double seconds) noexcept { seconds_[static_cast<std::size_t>(phase)] += seconds; }
  const std::array<double, setup_phase_count>& seconds() const noexcept { return seconds_; }

 private:
  std::array<double, setup_phase_count> seconds_{};
  double nested_s_ = 0.0;
  std::atomic<std::uint32_t>* phase_word_;
};

/// Says `line` on stderr and ends the process at once, with exit status 1.
[[noreturn]] void end_process(const std::string& line);

struct EngineSetup {
  const Workload& workload;
  EngineOptions options;
  unsigned callers = 1;  ///< threads of this process that call compute at once; over all processes where it is shared
  unsigned slots = 1;    ///< workspaces in this process: `callers` or fewer, or an engine's own
  bool shared_slots = false;  ///< the slots are shared by forked workers: prepare_shared makes them, in shared memory
  SetupTimes& times;
  /// Takes a line for the row's notes: what was limited.
  std::function<void(const std::string&)> note = [](const std::string& /*line*/) {};
  /// Ends the process with this reason, from any thread: for a call that hangs and can't be taken back.
  std::function<void(const std::string&)> give_up = end_process;
};

}  // namespace overlap
