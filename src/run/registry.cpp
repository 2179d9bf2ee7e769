// Looking executors up by name, short name and glob.
#include "src/run/registry.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "src/base/errors.hpp"
#include "src/base/near_names.hpp"

namespace overlap {
namespace {

/// nullptr where there is none of that name.
template <typename Info, typename NameOf>
const Info* find_named(const std::vector<Info>& infos, std::string_view name, const NameOf& name_of) {
  const auto found =
      std::find_if(infos.begin(), infos.end(), [&](const Info& info) { return std::invoke(name_of, info) == name; });
  return found == infos.end() ? nullptr : &*found;
}

const ProgramInfo* find_program(const Registry& registry, std::string_view name) {
  return find_named(registry.programs(), name, [](const ProgramInfo& program) { return program.executor().name(); });
}

std::vector<Executor> all_executors(const Registry& registry) {
  std::vector<Executor> executors;
  for (const EngineInfo& engine : registry.engines()) {
    for (const DriverInfo& driver : registry.drivers()) executors.push_back({driver.name, engine.name});
  }
  return executors;
}

[[noreturn]] void throw_unknown(std::string_view option, std::string_view name, const Registry& registry) {
  std::vector<std::string> known;
  for (const DriverInfo& driver : registry.drivers()) known.push_back(driver.name);
  for (const Executor& executor : all_executors(registry)) known.push_back(executor.name());
  for (const ProgramInfo& program : registry.programs()) known.push_back(program.executor().name());
  const std::string hint = did_you_mean(name, known);
  throw UsageError(fmt::format("{}: no executor is called '{}'; {}", option, name,
                               hint.empty() ? "'overlap list' shows them all" : hint));
}

Executor executor_named(std::string_view option, std::string_view name, const Registry& registry) {
  const std::size_t slash = name.find('/');
  const EngineInfo* engine = registry.find_engine(name);
  if (engine != nullptr && engine->has_short_name) return {"coroutine", engine->name};
  const bool is_driver = slash == std::string_view::npos;
  const ProgramInfo* program = find_program(registry, is_driver ? registry.plain_name(name) : std::string(name));
  if (program != nullptr) return program->executor();
  Executor executor{std::string(name.substr(0, slash)),
                    is_driver ? registry.plain_engine() : std::string(name.substr(slash + 1))};
  if (registry.find_driver(executor.driver) == nullptr || registry.find_engine(executor.engine) == nullptr) {
    throw_unknown(option, name, registry);
  }
  return executor;
}

bool is_glob(std::string_view name) { return name == "all" || name.find_first_of("*?[") != std::string_view::npos; }

std::vector<Executor> matching(std::string_view option, std::string_view glob, const Registry& registry) {
  const std::string pattern = glob == "all" ? "*" : std::string(glob);
  std::vector<Executor> executors;
  for (const Executor& executor : all_executors(registry)) {
    if (fnmatch(pattern.c_str(), executor.name().c_str(), 0) != 0) continue;
    if (registry.find_engine(executor.engine)->unavailable().empty()) executors.push_back(executor);
  }
  for (const ProgramInfo& program : registry.programs()) {
    const std::string name = program.executor().name();
    const bool is_meant = program.family == registry.listed_family() || glob.rfind(program.family + "/", 0) == 0;
    if (!is_meant || fnmatch(pattern.c_str(), name.c_str(), 0) != 0) continue;
    if (program.engine.unavailable().empty()) executors.push_back(program.executor());
  }
  if (executors.empty()) {
    throw UsageError(fmt::format("{}: no executor that is available here matches '{}'; 'overlap list' shows them all",
                                 option, glob));
  }
  return executors;
}

void add_once(std::vector<ExecutorChoice>& choices, ExecutorChoice choice) {
  const auto same = std::find_if(choices.begin(), choices.end(),
                                 [&](const ExecutorChoice& other) { return other.executor == choice.executor; });
  if (same == choices.end()) {
    choices.push_back(std::move(choice));
  } else {
    same->named = same->named || choice.named;
  }
}

/// All executors of a family, where `name` is a family's.
std::vector<Executor> family_of(std::string_view name, const Registry& registry) {
  std::vector<Executor> executors;
  for (const ProgramInfo& program : registry.programs()) {
    if (program.family == name) executors.push_back(program.executor());
  }
  return executors;
}

}  // namespace

void Registry::add(DriverInfo driver) {
  if (find_driver(driver.name) != nullptr) throw std::logic_error("two drivers are called " + driver.name);
  drivers_.push_back(std::move(driver));
}

void Registry::add(EngineInfo engine) {
  if (find_engine(engine.name) != nullptr) throw std::logic_error("two engines are called " + engine.name);
  engines_.push_back(std::move(engine));
}

void Registry::add(ProgramInfo program) {
  const std::string name = program.executor().name();
  if (find_program(*this, name) != nullptr) throw std::logic_error("two programs are called " + name);
  programs_.push_back(std::move(program));
}

void Registry::add(OwnEngines own_engines) { own_engines_ = std::move(own_engines); }

Registry Registry::for_own_compute(const OwnCompute& own) const {
  Registry registry = *this;
  registry.own_compute_ = own;
  const std::vector<std::string> libraries = own.libraries();
  const char* const reason = libraries.empty() ? "--compute names a Python file alone, which is for Python's rows"
                                               : "it computes the FFT, and --compute names another compute";
  for (EngineInfo& engine : registry.engines_) {
    if (!engine.computes) continue;
    engine.default_drivers.clear();
    engine.unavailable = [reason] { return std::string(reason); };
  }
  if (!own.python().empty()) registry.listed_family_ = python_family;
  registry.programs_are_plain_ = own.python_is_first();
  if (libraries.empty()) return registry;
  std::vector<EngineInfo> engines = own_engines_(libraries.front(), "");
  registry.plain_engine_ = engines.front().name;
  for (EngineInfo& engine : registry.engines_) {
    const auto mine =
        std::find_if(engines.begin(), engines.end(), [&](const EngineInfo& each) { return each.name == engine.name; });
    if (mine != engines.end()) engine = std::move(*mine);
  }
  std::for_each(libraries.begin() + 1, libraries.end(),
                [&](const std::string& library) { registry.add_further(library); });
  return registry;
}

void Registry::add_further(const std::string& library) {
  const std::string name = engine_name_of(library);
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.'; };
  if (!std::all_of(name.begin(), name.end(), is_plain)) {
    throw UsageError(
        fmt::format("--compute: {} can't name an engine; it takes letters, digits, '_', '-' and '.'", library));
  }
  for (EngineInfo& engine : own_engines_(library, name)) {
    if (find_engine(engine.name) != nullptr) {
      throw UsageError(
          fmt::format("--compute: {} would name an engine {}, and there is one; another name for the file helps",
                      library, engine.name));
    }
    engines_.push_back(std::move(engine));
  }
}

const DriverInfo* Registry::find_driver(std::string_view name) const noexcept {
  return find_named(drivers_, name, &DriverInfo::name);
}

const EngineInfo* Registry::find_engine(std::string_view name) const noexcept {
  return find_named(engines_, name, &EngineInfo::name);
}

std::string Registry::plain_name(std::string_view driver) const {
  if (!programs_are_plain_) return Executor{std::string(driver), plain_engine_}.name();
  std::string name = Executor{std::string(driver), "", listed_family_}.name();
  const DriverInfo* ours = find_driver(driver);
  if (ours == nullptr || find_program(*this, name) != nullptr) return name;
  const auto of_its_kind = std::find_if(programs_.begin(), programs_.end(), [&](const ProgramInfo& program) {
    return program.family == listed_family_ && program.driver.kind == ours->kind;
  });
  return of_its_kind == programs_.end() ? name : of_its_kind->executor().name();
}

Registry::Parts Registry::parts_of(const Executor& executor) const {
  if (const ProgramInfo* program = executor.family.empty() ? nullptr : find_program(*this, executor.name())) {
    return {&program->driver, &program->engine, program};
  }
  const Parts parts{find_driver(executor.driver), find_engine(executor.engine)};
  if (!executor.family.empty() || parts.driver == nullptr || parts.engine == nullptr) {
    throw UsageError("no executor is called " + executor.name());
  }
  return parts;
}

std::vector<ExecutorChoice> parse_executors(std::string_view option, std::string_view list, const Registry& registry) {
  std::vector<ExecutorChoice> choices;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string_view name = list.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty())
      throw UsageError(fmt::format(
          "{}: '{}' has an empty name; it takes executors such as threads/fftw, with commas between", option, list));
    if (is_glob(name)) {
      for (const Executor& executor : matching(option, name, registry)) add_once(choices, {executor, false});
    } else if (const std::vector<Executor> family = family_of(name, registry); !family.empty()) {
      for (const Executor& executor : family) add_once(choices, {executor, true});
    } else {
      add_once(choices, {executor_named(option, name, registry), true});
    }
  }
  return choices;
}

Executor parse_executor(std::string_view option, std::string_view name, const Registry& registry) {
  return executor_named(option, name, registry);
}

std::vector<ExecutorChoice> default_executors(const Registry& registry) {
  std::vector<ExecutorChoice> choices;
  for (const Executor& executor : family_of(registry.listed_family(), registry)) choices.push_back({executor, false});
  for (const EngineInfo& engine : registry.engines()) {
    for (const std::string& driver : engine.default_drivers) choices.push_back({{driver, engine.name}, false});
  }
  return choices;
}

}  // namespace overlap
