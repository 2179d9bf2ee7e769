// Executors by name, short name and glob, in a registry of fakes.
#include "src/run/registry.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/errors.hpp"

namespace overlap {
namespace {

DriverInfo driver(std::string name) {
  DriverInfo info;
  info.kind = name == "threads" ? DriverInfo::Kind::threads : DriverInfo::Kind::one_at_a_time;
  info.name = std::move(name);
  return info;
}

EngineInfo engine(std::string name, std::string unavailable = "", std::vector<std::string> default_drivers = {}) {
  EngineInfo info;
  info.name = std::move(name);
  info.default_drivers = std::move(default_drivers);
  info.unavailable = [unavailable = std::move(unavailable)] { return unavailable; };
  return info;
}

/// Two drivers and three engines, one of them unavailable.
Registry make_registry() {
  Registry registry;
  registry.add(driver("sequential"));
  registry.add(driver("threads"));
  registry.add(engine("fftw", "", {"sequential", "threads"}));
  EngineInfo null = engine("null");
  null.computes = false;
  registry.add(null);
  registry.add(engine("cuda", "no device", {"threads"}));
  return registry;
}

/// As above, with Python's rows, for a compute of the user's own.
Registry registry_for(const OwnCompute& compute) {
  Registry registry = make_registry();
  registry.add(engine("own", "none is named"));
  registry.add(engine("pool", "", {"sequential"}));
  registry.add([](const std::string& library, const std::string& name) {
    if (!name.empty()) return std::vector{engine(name, "", {"sequential"})};
    EngineInfo own = engine("own", "", {"threads"});
    own.description = library;
    return std::vector{own, engine("pool", "", {"threads"})};
  });
  Registry own = registry.for_own_compute(compute);
  for (const char* name : {"sequential", "asyncio"}) {
    ProgramInfo program;
    program.family = "python";
    program.driver = driver(name);
    program.engine = engine("own");
    own.add(program);
  }
  return own;
}

std::vector<ExecutorChoice> parse(std::string_view list) {
  return parse_executors("--executors", list, make_registry());
}

/// "threads/fftw! sequential/null": those named have an exclamation mark.
std::string text_of(const std::vector<ExecutorChoice>& choices) {
  std::string text;
  for (const ExecutorChoice& choice : choices) {
    if (!text.empty()) text += ' ';
    text += choice.executor.name();
    if (choice.named) text += '!';
  }
  return text;
}

std::string refusal_of(std::string_view list) {
  try {
    return "accepted: " + text_of(parse(list));
  } catch (const UsageError& error) {
    return error.what();
  }
}

void expect_contains(const std::string& text, std::string_view part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << text << "' has no '" << part << "'";
}

TEST(Registry, FindsWhatWasAdded) {
  const Registry registry = make_registry();
  ASSERT_NE(registry.find_driver("threads"), nullptr);
  EXPECT_EQ(registry.find_driver("threads")->name, "threads");
  ASSERT_NE(registry.find_engine("null"), nullptr);
  EXPECT_EQ(registry.find_engine("null")->name, "null");
  EXPECT_EQ(registry.find_driver("null"), nullptr);
  EXPECT_EQ(registry.find_engine("threads"), nullptr);
  EXPECT_EQ(registry.find_driver(""), nullptr);
}

TEST(Registry, RefusesASecondOfOneName) {
  Registry registry = make_registry();
  EXPECT_THROW(registry.add(driver("threads")), std::logic_error);
  EXPECT_THROW(registry.add(engine("fftw")), std::logic_error);
  EXPECT_EQ(registry.drivers().size(), 2U);
  EXPECT_EQ(registry.engines().size(), 3U);
  registry.add(driver("fftw"));  // a driver may be called as an engine is
  EXPECT_EQ(registry.drivers().size(), 3U);
}

TEST(ParseExecutors, TakesFullNamesAndShortNames) {
  EXPECT_EQ(text_of(parse("threads/null")), "threads/null!");
  EXPECT_EQ(text_of(parse("threads")), "threads/fftw!");
  EXPECT_EQ(parse("threads").at(0).executor, (Executor{"threads", "fftw"}));
}

TEST(ParseExecutors, KeepsTheOrder) {
  EXPECT_EQ(text_of(parse("threads/null,sequential,threads")), "threads/null! sequential/fftw! threads/fftw!");
}

TEST(ParseExecutors, DropsRepetitions) {
  EXPECT_EQ(text_of(parse("threads,sequential,threads/fftw,threads")), "threads/fftw! sequential/fftw!");
  EXPECT_EQ(text_of(parse("threads/*,threads/*")), "threads/fftw threads/null");
}

TEST(ParseExecutors, NamedOnceIsNamedWhicheverCameFirst) {
  EXPECT_EQ(text_of(parse("threads/*,threads/null")), "threads/fftw threads/null!");
  EXPECT_EQ(text_of(parse("threads/null,threads/*")), "threads/null! threads/fftw");
}

TEST(ParseExecutors, TakesGlobs) {
  EXPECT_EQ(text_of(parse("threads/*")), "threads/fftw threads/null");
  EXPECT_EQ(text_of(parse("*/null")), "sequential/null threads/null");
  EXPECT_EQ(text_of(parse("t*")), "threads/fftw threads/null");
  EXPECT_EQ(text_of(parse("sequential/nul?")), "sequential/null");
  EXPECT_EQ(text_of(parse("[st]*/fftw")), "sequential/fftw threads/fftw");
}

TEST(ParseExecutors, TakesAll) {
  const std::string all = "sequential/fftw threads/fftw sequential/null threads/null";
  EXPECT_EQ(text_of(parse("all")), all);
  EXPECT_EQ(text_of(parse("*")), all);
  EXPECT_EQ(text_of(parse("*/*")), all);
  EXPECT_EQ(text_of(parse("threads/null,all")), "threads/null! sequential/fftw threads/fftw sequential/null");
}

TEST(ParseExecutors, LeavesUnavailableOnesOutOfGlobsAndKeepsThemWhenNamed) {
  EXPECT_EQ(text_of(parse("sequential/*,threads/cuda")), "sequential/fftw sequential/null threads/cuda!");
}

TEST(ParseExecutors, RefusesAGlobThatMatchesNothingAvailable) {
  for (const char* glob : {"x*", "*/cuda", "threads/?", "threads/fftw/*"}) {
    const std::string refusal = refusal_of(glob);
    expect_contains(refusal, "--executors: ");
    expect_contains(refusal, fmt::format("'{}'", glob));
    expect_contains(refusal, "overlap list");
  }
}

TEST(ParseExecutors, NamesNearOnesForAnUnknownName) {
  expect_contains(refusal_of("thread"), "--executors: no executor is called 'thread'; did you mean threads");
  expect_contains(refusal_of("sequental"), "did you mean sequential?");
  expect_contains(refusal_of("threads/fft"), "did you mean threads/fftw");
  expect_contains(refusal_of("threads/nul"), "threads/null");
  expect_contains(refusal_of("sequential,treads/null"), "no executor is called 'treads/null'");
  expect_contains(refusal_of("Threads"), "did you mean threads");
}

TEST(ParseExecutors, NamesThreeNearOnesAtMostAndTheNearestFirst) {
  Registry registry;
  for (const char* name : {"abcdeX", "abcdXX", "abcdef1", "abcdef2", "abcdef3"}) registry.add(driver(name));
  registry.add(engine("fftw"));
  try {
    parse_executors("--executors", "abcdef", registry);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    expect_contains(error.what(), "did you mean abcdeX or abcdef1 or abcdef2?");
  }
}

TEST(ParseExecutors, PointsAtTheListWhereNothingIsNear) {
  const std::string refusal = refusal_of("goroutines");
  expect_contains(refusal, "no executor is called 'goroutines'");
  expect_contains(refusal, "overlap list");
  EXPECT_EQ(refusal.find("did you mean"), std::string::npos) << refusal;
}

TEST(ParseExecutors, RefusesUnknownHalvesAndEmptyNames) {
  for (const char* list :
       {"threads/", "/fftw", "/", "threads/fftw/", "threads/threads", "fftw/threads", "fftw", "ALL"}) {
    expect_contains(refusal_of(list), fmt::format("no executor is called '{}'", list));
  }
  for (const char* list : {"", ",", "threads,", ",threads", "threads,,sequential"}) {
    expect_contains(refusal_of(list), "has an empty name");
  }
}

// ---- Programs ----

ProgramInfo program(std::string name, std::string unavailable = "") {
  ProgramInfo info;
  info.family = "python";
  info.driver = driver(std::move(name));
  info.engine = engine("numpy", std::move(unavailable));
  return info;
}

Registry registry_with_programs() {
  Registry registry = make_registry();
  registry.add(program("sequential"));
  registry.add(program("asyncio"));
  registry.add(program("absent", "no interpreter"));
  return registry;
}

TEST(Programs, AreFoundByTheirNamesWithTheirOwnParts) {
  const Registry registry = registry_with_programs();
  const Executor asyncio{"asyncio", "numpy", "python"};
  EXPECT_EQ(asyncio.name(), "python/asyncio");
  EXPECT_EQ(parse_executor("--reference", "python/asyncio", registry), asyncio);
  const Registry::Parts theirs = registry.parts_of(asyncio);
  EXPECT_EQ(theirs.driver->name, "asyncio");
  EXPECT_EQ(theirs.engine->name, "numpy");
  ASSERT_NE(theirs.program, nullptr);
  const Registry::Parts ours = registry.parts_of({"sequential", "null"});
  EXPECT_EQ(ours.program, nullptr);
  EXPECT_EQ(ours.driver, registry.find_driver("sequential"));
  EXPECT_EQ(ours.engine, registry.find_engine("null"));
  EXPECT_THROW(registry.parts_of({"asyncio", "numpy"}), UsageError);
  EXPECT_THROW(registry.parts_of({"threads", "fftw", "python"}), UsageError);
}

TEST(Programs, OfOneNameAreRefused) {
  Registry registry = registry_with_programs();
  EXPECT_THROW(registry.add(program("asyncio")), std::logic_error);
  EXPECT_EQ(registry.programs().size(), 3U);
}

TEST(Programs, ComeByNameFamilyAndTheFamilysGlobsAlone) {
  const Registry registry = registry_with_programs();
  const auto parsed = [&](std::string_view list) { return text_of(parse_executors("--executors", list, registry)); };
  EXPECT_EQ(parsed("python"), "python/sequential! python/asyncio! python/absent!");
  EXPECT_EQ(parsed("python/asyncio,sequential"), "python/asyncio! sequential/fftw!");
  EXPECT_EQ(parsed("python/*"), "python/sequential python/asyncio");
  EXPECT_EQ(parsed("python/a*,python"), "python/asyncio! python/sequential! python/absent!");
  EXPECT_EQ(parsed("all"), text_of(parse("all")));
  EXPECT_THROW(parsed("*/asyncio"), UsageError);
}

TEST(Programs, AreNamedWhereTheyMayHaveBeenMeant) {
  const Registry registry = registry_with_programs();
  try {
    parse_executors("--executors", "python/asincio", registry);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    expect_contains(error.what(), "did you mean python/asyncio");
  }
  EXPECT_THROW(parse_executor("--reference", "python", registry), UsageError);
}

TEST(ParseExecutor, TakesOneNameAndNoGlob) {
  const Registry registry = make_registry();
  EXPECT_EQ(parse_executor("--reference", "threads", registry), (Executor{"threads", "fftw"}));
  EXPECT_EQ(parse_executor("--reference", "threads/null", registry), (Executor{"threads", "null"}));
  for (const char* name : {"thread", "threads/*", "all", "", "threads,sequential"}) {
    EXPECT_THROW(parse_executor("--reference", name, registry), UsageError) << name;
  }
}

TEST(DefaultExecutors, AreEachEnginesOwnChoiceUnnamed) {
  EXPECT_EQ(text_of(default_executors(make_registry())), "sequential/fftw threads/fftw threads/cuda");
}

TEST(RegistryForOwnCompute, PutsALibrarysEnginesInTheirPlaces) {
  const Registry registry = registry_for({{"mine.so"}});
  EXPECT_EQ(registry.find_engine("own")->description, "mine.so");
  EXPECT_EQ(text_of(default_executors(registry)), "threads/own threads/pool");
  EXPECT_EQ(text_of(parse_executors("--executors", "all", registry)),
            "sequential/null threads/null sequential/own threads/own sequential/pool threads/pool");
  EXPECT_EQ(text_of(parse_executors("--executors", "threads,threads/pool", registry)), "threads/own! threads/pool!");
  EXPECT_EQ(registry.plain_name("sequential"), "sequential/own");
}

TEST(RegistryForOwnCompute, SaysOfOtherEnginesThatTheyComputeTheFft) {
  const Registry registry = registry_for({{"mine.so"}});
  EXPECT_EQ(registry.find_engine("fftw")->unavailable(), "it computes the FFT, and --compute names another compute");
  EXPECT_EQ(registry.find_engine("null")->unavailable(), "");
  EXPECT_EQ(text_of(parse_executors("--executors", "threads/fftw", registry)), "threads/fftw!");
}

TEST(RegistryForOwnCompute, MakesPythonsRowsThePlainOnesForAPythonFile) {
  const Registry registry = registry_for({{"mine.py"}});
  EXPECT_EQ(text_of(default_executors(registry)), "python/sequential python/asyncio");
  EXPECT_EQ(text_of(parse_executors("--executors", "all", registry)),
            "sequential/null threads/null python/sequential python/asyncio");
  EXPECT_EQ(text_of(parse_executors("--executors", "sequential,asyncio", registry)),
            "python/sequential! python/asyncio!");
  EXPECT_EQ(text_of(parse_executors("--executors", "threads", registry)), "threads/fftw!");
  EXPECT_NE(registry.find_engine("pool")->unavailable(), "");
  EXPECT_EQ(registry.plain_name("sequential"), "python/sequential");
  EXPECT_EQ(registry.plain_name("coroutine"), "python/coroutine") << "there is no such driver";
}

TEST(RegistryForOwnCompute, TakesADriversNameForPythonsRowOfItsKind) {
  Registry registry = registry_for({{"mine.py"}});
  DriverInfo coroutine = driver("coroutine");
  coroutine.kind = DriverInfo::Kind::one_thread;
  registry.add(coroutine);
  ProgramInfo tasks = program("tasks");
  tasks.driver.kind = DriverInfo::Kind::one_thread;
  registry.add(tasks);
  EXPECT_EQ(text_of(parse_executors("--executors", "coroutine", registry)), "python/tasks!");
}

TEST(RegistryForOwnCompute, HasFurtherLibrariesAndAPythonFileBesideTheFirst) {
  const Registry registry = registry_for({{"mine.so", "/folder/other.so", "mine.py"}});
  EXPECT_EQ(text_of(default_executors(registry)),
            "python/sequential python/asyncio threads/own threads/pool sequential/other");
  EXPECT_EQ(text_of(parse_executors("--executors", "sequential,*/other", registry)),
            "sequential/own! sequential/other threads/other");
  EXPECT_EQ(registry.plain_name("sequential"), "sequential/own");
  EXPECT_EQ(registry_for({{"mine.py", "mine.so"}}).plain_name("sequential"), "python/sequential");
  EXPECT_THROW(registry_for({{"mine.so", "null.so"}}), UsageError);
  EXPECT_THROW(registry_for({{"mine.so", "a,b.so"}}), UsageError);
}

TEST(Registry, MeansFftwByADriversName) { EXPECT_EQ(make_registry().plain_name("threads"), "threads/fftw"); }

}  // namespace
}  // namespace overlap
