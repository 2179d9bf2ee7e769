// The registry: which drivers and engines there are, what they are called, and what they need.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/driver.hpp"
#include "src/engine.hpp"
#include "src/workload.hpp"

namespace overlap {

struct DriverInfo {
  /// What a driver makes of requests, and so how many it can have in progress.
  enum class Kind { one_at_a_time, one_thread, threads, processes };
  std::string name;
  std::string description;
  Kind kind = Kind::one_at_a_time;
  std::function<std::unique_ptr<Driver>()> make;
};

struct EngineInfo {
  std::string name;
  std::string description;
  bool computes = true;          ///< false: nothing is computed, nothing verified
  bool completes_later = false;  ///< submit may return before the step is done
  bool owns_slots = false;       ///< its slots in a process are its lanes, however many callers there are
  bool has_short_name = false;   ///< its name alone means coroutine/…
  std::function<std::unique_ptr<Engine>()> make;
  /// Why it can't be used here; empty where it can.
  std::function<std::string()> unavailable = [] { return std::string(); };
  /// Bytes of one slot for this workload.
  std::function<std::uint64_t(const Workload&)> slot_bytes = [](const Workload&) { return std::uint64_t{0}; };
  /// The drivers that it is among the default rows with.
  std::vector<std::string> default_drivers = {};
  /// Steps that can compute at once in one process.
  std::function<unsigned(const EngineOptions&, unsigned usable_cpus)> lanes_per_process =
      [](const EngineOptions& /*options*/, unsigned cpus) { return cpus; };
  /// CPUs that one step keeps busy.
  std::function<unsigned(const EngineOptions&)> cpus_per_step = [](const EngineOptions& /*options*/) { return 1U; };
  /// Facts for the results: {"fftw_version", "…"}.
  std::function<std::vector<std::pair<std::string, std::string>>()> facts = [] {
    return std::vector<std::pair<std::string, std::string>>();
  };
};

/// Explicit registration; a second driver or engine of one name is an error (std::logic_error).
class Registry {
 public:
  void add(DriverInfo driver);
  void add(EngineInfo engine);

  const std::vector<DriverInfo>& drivers() const noexcept { return drivers_; }
  const std::vector<EngineInfo>& engines() const noexcept { return engines_; }
  /// nullptr where there is none of that name.
  const DriverInfo* find_driver(std::string_view name) const noexcept;
  const EngineInfo* find_engine(std::string_view name) const noexcept;

 private:
  std::vector<DriverInfo> drivers_;
  std::vector<EngineInfo> engines_;
};

/// A driver with an engine, written `driver/engine`.
struct Executor {
  std::string driver;
  std::string engine;

  std::string name() const { return driver + "/" + engine; }
  bool operator==(const Executor&) const = default;
};

/// An executor asked for; `named` where it was written without a wildcard, so that it must be available.
struct ExecutorChoice {
  Executor executor;
  bool named = false;

  bool operator==(const ExecutorChoice&) const = default;
};

/// Reads a list such as "sequential,threads/null,coroutine/*": names, short names (`threads` is `threads/fftw`), globs
/// and `all`. Keeps the order, drops repetitions, and leaves unavailable executors out of globs and `all`. Throws
/// UsageError naming near names for an unknown one.
std::vector<ExecutorChoice> parse_executors(std::string_view option, std::string_view list, const Registry& registry);

/// One executor by name or short name; throws UsageError as above.
Executor parse_executor(std::string_view option, std::string_view name, const Registry& registry);

/// The rows of a run where none are named; those that are unavailable here are included, unnamed.
std::vector<ExecutorChoice> default_executors(const Registry& registry);

}  // namespace overlap
