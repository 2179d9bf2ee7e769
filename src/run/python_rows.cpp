// Asking the interpreter, and describing the rows.
#include "src/run/python_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "src/base/named_texts.hpp"
#include "src/base/text.hpp"
#include "src/run/ask_program.hpp"
#include "src/run/engine_module.hpp"

namespace overlap {
namespace {

using Kind = DriverInfo::Kind;

// What the interpreter and a request or worker of it take beside arrays, rounded up from what was seen of NumPy 1.24.
constexpr std::uint64_t interpreter_bytes = std::uint64_t{32} << 20;
constexpr std::uint64_t python_process_bytes = std::uint64_t{8} << 20;
constexpr std::uint64_t task_bytes = 4096;

/// Of a Python failure: the last line that has more than blanks, or that in which an interpreter tells why it can't
/// begin.
std::string reason_in(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Fatal Python error: ")) return line;
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  }
  return last;
}

/// The lines of a text that tell a fact: an interpreter may print warnings between them.
NamedTexts facts_in(const std::string& text) {
  constexpr std::array<std::string_view, 3> names{"python_version", "numpy_version", "python_lock"};
  NamedTexts facts;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = std::min(line.size(), line.find(' '));
    const std::string name = line.substr(0, space);
    if (std::find(names.begin(), names.end(), name) == names.end() || space == line.size()) continue;
    facts.emplace_back(name, line.substr(space + 1));
  }
  return facts;
}

/// The first interpreter that has what is needed, and the script; what interpreters say of themselves is asked for
/// once.
class Python {
 public:
  Python(std::vector<std::string> interpreters, bool needs_numpy)
      : interpreters_(std::move(interpreters)), needs_numpy_(needs_numpy) {}

  std::vector<std::string> command() { return command_of(answer().interpreter); }
  const std::string& problem() { return answer().problem; }
  const NamedTexts& facts() { return answer().facts; }

 private:
  struct Answer {
    std::string interpreter;
    std::string problem;
    NamedTexts facts;
  };

  static std::vector<std::string> command_of(const std::string& interpreter) {
    return {interpreter, (std::filesystem::path(program_folder()) / "python_baseline.py").string()};
  }

  const Answer& answer() {
    if (answer_) return *answer_;
    for (const std::string& interpreter : interpreters_) {
      Answer answer = ask(interpreter);
      const bool will_do = answer.problem.empty();
      if (will_do || !answer_) answer_ = std::move(answer);
      if (will_do) break;
    }
    return *answer_;
  }

  Answer ask(const std::string& interpreter) const {
    std::vector<std::string> question = command_of(interpreter);
    if (!std::filesystem::exists(question.back())) {
      return {interpreter, "there is no python_baseline.py beside the program", {}};
    }
    question.emplace_back(needs_numpy_ ? "--facts" : "--facts-of-own");
    const Printed printed = ask_program(question);
    const std::string hint = fmt::format("; --python names an interpreter{}", needs_numpy_ ? " with NumPy" : "");
    if (printed.error != 0) {
      return {interpreter, fmt::format("{}: {}{}", interpreter, strerror(printed.error), hint), {}};
    }
    Answer answer{interpreter, "", facts_in(printed.text)};
    if (printed.status == 0 && !answer.facts.empty()) return answer;
    const std::string reason =
        printed.cut_short.empty() ? clean_line(reason_in(printed.text)) : std::string(printed.cut_short);
    answer.facts.clear();
    answer.problem = fmt::format("{} runs {}: {}{}", interpreter, needs_numpy_ ? "no NumPy" : "no Python",
                                 reason.empty() ? "it printed nothing" : reason, hint);
    return answer;
  }

  std::vector<std::string> interpreters_;
  bool needs_numpy_;
  std::optional<Answer> answer_;
};

/// NumPy's arrays of a step while it computes: inputs as they are drawn and in float, and two complex arrays.
std::uint64_t step_bytes(const Workload& workload) { return workload.size * (8 + 4 + 16 + 16); }

/// What the rows compute: NumPy's transform.
EngineInfo numpy_engine() {
  EngineInfo engine;
  engine.name = "numpy";
  engine.description =
      "NumPy, in Python's rows: numbers are numpy.random.Philox's, which take up to 2.3 times np.random.random's time; "
      "a generator for each thread removes the lock that all share on np.random";
  return engine;
}

/// What the rows compute in place of it. Nobody knows what memory it takes.
EngineInfo own_engine() {
  EngineInfo engine;
  engine.name = "own";
  engine.description = "the function of the Python file that --compute names, in Python's rows";
  return engine;
}

/// What a step, or a worker, of such a row takes.
std::function<std::uint64_t(const Workload&)> slot_bytes_of(Kind kind) {
  return [kind](const Workload& workload) {
    const std::uint64_t arrays = workload.computes_fft() ? step_bytes(workload) : 0;
    if (kind == Kind::threads) return arrays;
    if (kind == Kind::processes) return arrays + python_process_bytes;
    return arrays + interpreter_bytes;
  };
}

ProgramInfo row(const std::shared_ptr<Python>& python, const EngineInfo& engine, const char* name, Kind kind,
                const char* description) {
  ProgramInfo program;
  program.family = python_family;
  program.driver.name = name;
  program.driver.description = description;
  program.driver.kind = kind;
  program.engine = engine;
  program.engine.unavailable = [python] { return python->problem(); };
  program.engine.facts = [python] { return python->problem().empty() ? python->facts() : NamedTexts(); };
  program.engine.slot_bytes = slot_bytes_of(kind);
  if (kind == Kind::one_thread) program.driver.request_bytes = task_bytes;
  program.command = [python] { return python->command(); };
  return program;
}

/// Its steps are computed by as many threads or processes as a pool of threads has threads.
ProgramInfo with_pool(ProgramInfo program, Kind of) {
  program.engine.slot_bytes = slot_bytes_of(of);
  program.engine.completes_later = true;
  program.engine.owns_slots = true;
  program.engine.heeded = {"engine-threads"};
  program.engine.lanes_per_process = [](const EngineOptions& options, unsigned /*usable_cpus*/) {
    return options.threads;
  };
  return program;
}

}  // namespace

std::vector<std::string> usual_interpreters() { return {"python3", "/usr/bin/python3"}; }

std::vector<ProgramInfo> python_rows(const std::vector<std::string>& interpreters, const OwnCompute& own) {
  const bool of_fft = own.empty();
  const auto python = std::make_shared<Python>(interpreters, of_fft);
  const EngineInfo engine = of_fft ? numpy_engine() : own_engine();
  std::vector<ProgramInfo> rows = {
      row(python, engine, "sequential", Kind::one_at_a_time, "one request after the other, time.sleep between steps"),
      row(python, engine, "asyncio", Kind::one_thread, "asyncio.gather of all requests on one thread"),
      row(python, engine, "threads", Kind::threads, "a threading.Thread for each request, or --workers of them"),
      row(python, engine, "processes", Kind::processes,
          "a forked multiprocessing.Process for each, or --workers of them"),
      with_pool(row(python, engine, "thread-pool", Kind::one_thread,
                    "asyncio with a ThreadPoolExecutor of --engine-threads threads for its steps"),
                Kind::threads),
      with_pool(row(python, engine, "pool", Kind::one_thread,
                    "asyncio with a ProcessPoolExecutor of --engine-threads processes for its steps"),
                Kind::processes)};
  if (of_fft || !own.python().empty()) return rows;
  for (ProgramInfo& each : rows) {
    each.engine.unavailable = [] { return std::string("--compute names no Python file"); };
    each.engine.facts = [] { return NamedTexts(); };
  }
  return rows;
}

}  // namespace overlap
