// The registry: which drivers and engines there are, what they are called, and what they need.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/named_texts.hpp"
#include "src/run/driver.hpp"
#include "src/run/engine.hpp"
#include "src/run/own_compute.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

struct DriverInfo {
  /// What a driver makes of requests, and so how many it can have in progress.
  enum class Kind { one_at_a_time, one_thread, threads, processes };
  std::string name;
  std::string description;
  Kind kind = Kind::one_at_a_time;
  std::uint64_t request_bytes = 0;  ///< that a request in progress takes beside workspaces
  std::function<std::unique_ptr<Driver>()> make;
};

struct EngineInfo {
  std::string name;
  std::string description;
  bool computes = true;          ///< false: nothing is computed, nothing verified
  bool completes_later = false;  ///< submit may return before the step is done
  bool owns_slots = false;       ///< its slots in a process are its lanes, however many callers there are
  bool uses_device = false;      ///< a GPU, of which each process has a context and slots of its own
  bool has_short_name = false;   ///< its name alone means coroutine/…
  std::function<std::unique_ptr<Engine>()> make;
  /// Why it can't be used here; empty where it can.
  std::function<std::string()> unavailable = [] { return std::string(); };
  /// Bytes of this machine's memory that one slot takes for this workload.
  std::function<std::uint64_t(const Workload&)> slot_bytes = [](const Workload&) { return std::uint64_t{0}; };
  /// Bytes that a probe of a slot takes on top.
  std::function<std::uint64_t(const Workload&)> probe_bytes = [](const Workload&) { return std::uint64_t{0}; };
  /// The drivers that it is among the default rows with.
  std::vector<std::string> default_drivers = {};
  /// Steps that can compute at once in one process; 0 counts as 1. Of a plan's options, whose threads are not 0.
  std::function<unsigned(const EngineOptions&, unsigned usable_cpus)> lanes_per_process =
      [](const EngineOptions& /*options*/, unsigned cpus) { return cpus; };
  /// CPUs that one step keeps busy. Of a plan's options, too.
  std::function<unsigned(const EngineOptions&)> cpus_per_step = [](const EngineOptions& /*options*/) { return 1U; };
  /// The settings (settings_of in plan.hpp) of EngineOptions that make a difference to it: "rigor", "engine-threads", …
  std::vector<std::string> heeded = {};
  /// Facts for the results: {"fftw_version", "…"}.
  std::function<NamedTexts()> facts = [] { return NamedTexts(); };
};

/// A driver with an engine, written `driver/engine`; where both are another program's, `family/driver`.
struct Executor {
  std::string driver;
  std::string engine;
  std::string family = {};  ///< empty: it is made of a driver and an engine here

  std::string name() const { return family.empty() ? driver + "/" + engine : family + "/" + driver; }
  bool operator==(const Executor&) const = default;
};

/// The family of Python's rows.
inline constexpr const char* python_family = "python";

/// An executor that is another program. It runs where a runner would: it is handed the job and the recording, which it
/// fills as docs/recording.md says.
struct ProgramInfo {
  std::string family;  ///< "python": its name alone means all of the family
  DriverInfo driver;   ///< what it makes of requests; without `make`
  EngineInfo engine;   ///< what it computes with, and whether it is available; without `make`
  /// What to start, looked up in PATH; the job follows as one more argument. Asked for where it is available.
  std::function<std::vector<std::string>()> command;

  Executor executor() const { return {driver.name, engine.name, family}; }
};

/// Engines for a compute of the user's own, in a library: for those of their names, the plain one first; or, for a
/// further implementation, new ones by the name that is given.
using OwnEngines = std::function<std::vector<EngineInfo>(const std::string& library, const std::string& name)>;

/// Explicit registration; a second driver, engine or program of one name is an error (std::logic_error).
class Registry {
 public:
  void add(DriverInfo driver);
  void add(EngineInfo engine);
  void add(ProgramInfo program);
  void add(OwnEngines own_engines);

  /// What there is for a compute of the user's own, which is not empty: engines of its first library in the places of
  /// those of their names, then those of further ones. With a Python file, Python's rows are listed, once they are
  /// added, and where it is the first they are the plain ones. What else computes is unavailable, and among no default
  /// rows. Throws UsageError where a library can't give an engine its name.
  Registry for_own_compute(const OwnCompute& own) const;

  const std::vector<DriverInfo>& drivers() const noexcept { return drivers_; }
  const std::vector<EngineInfo>& engines() const noexcept { return engines_; }
  const std::vector<ProgramInfo>& programs() const noexcept { return programs_; }
  /// What this is for; empty: the FFT.
  const OwnCompute& own_compute() const noexcept { return own_compute_; }
  /// Programs of this family are among the default rows, `all` and what globs match; empty: those of none.
  const std::string& listed_family() const noexcept { return listed_family_; }
  const std::string& plain_engine() const noexcept { return plain_engine_; }
  /// What a driver's name alone means: where programs are the plain ones, that of the listed family, by its own name or
  /// by that of a driver of its kind, else the driver with the plain engine.
  std::string plain_name(std::string_view driver) const;
  /// nullptr where there is none of that name.
  const DriverInfo* find_driver(std::string_view name) const noexcept;
  const EngineInfo* find_engine(std::string_view name) const noexcept;

  /// What an executor is made of.
  struct Parts {
    const DriverInfo* driver = nullptr;
    const EngineInfo* engine = nullptr;
    const ProgramInfo* program = nullptr;  ///< whose driver and engine these are; nullptr where they are ours
  };
  /// Throws UsageError where there is none.
  Parts parts_of(const Executor& executor) const;

 private:
  void add_further(const std::string& library);

  std::vector<DriverInfo> drivers_;
  std::vector<EngineInfo> engines_;
  std::vector<ProgramInfo> programs_;
  OwnEngines own_engines_;
  OwnCompute own_compute_;
  std::string plain_engine_ = "fftw";
  std::string listed_family_;
  bool programs_are_plain_ = false;
};

/// An executor asked for; `named` where it was written without a wildcard, so that it must be available.
struct ExecutorChoice {
  Executor executor;
  bool named = false;

  bool operator==(const ExecutorChoice&) const = default;
};

/// Reads a list such as "sequential,threads/null,coroutine/*": names, short names (`threads` is `threads/fftw`,
/// `python` all of that family), globs and `all`. Programs are left out of `all` and of globs that do not begin with
/// their family's name, unless that is listed. Keeps the order, drops repetitions, and leaves unavailable
/// executors out of globs and `all`. Throws UsageError naming near names for an unknown one.
std::vector<ExecutorChoice> parse_executors(std::string_view option, std::string_view list, const Registry& registry);

/// One executor by name or short name; throws UsageError as above.
Executor parse_executor(std::string_view option, std::string_view name, const Registry& registry);

/// The rows of a run where none are named; those that are unavailable here are included, unnamed.
std::vector<ExecutorChoice> default_executors(const Registry& registry);

}  // namespace overlap
