// Declares the command line.
#include "src/cli/cli.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include "src/base/build_info.hpp"
#include "src/base/errors.hpp"
#include "src/base/text.hpp"
#include "src/cli/axes.hpp"
#include "src/cli/commands.hpp"
#include "src/cli/console.hpp"
#include "src/cli/options.hpp"
#include "src/cli/outputs.hpp"
#include "src/cli/parse_errors.hpp"
#include "src/cli/sweep_options.hpp"
#include "src/cli/sweep_resume.hpp"
#include "src/run/python_rows.hpp"
#include "src/run/runner.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

constexpr const char* run_examples = R"(
Examples:
  overlap run                                       the classic demonstration, nine rows
  overlap run --requests 100 --wait uniform:0:0.5   more requests than cores
  overlap run --executors 'threads,coroutine/*'     some rows only; 'overlap list' shows all
  overlap run --size 64Ki --wait none --repeat 5    small steps, medians of five
  overlap run --requests 500 --rate 50 --size 64Ki --wait uniform:0:0.05
                                                    requests that come in over time, judged by latency
  overlap run --repeat auto                         as often as it takes to know the medians
  overlap run --output results.json                 a table here, everything in the file
  overlap run --output a.json --output a.csv        several files, each in the format of its ending
  overlap run --output run.html                     a web page with charts of what overlapped
  overlap run --output run.trace.json               a timeline of every step, for ui.perfetto.dev

Counts and sizes take k, M, G (powers of ten) and Ki, Mi, Gi (powers of two). Times take ns, us, ms, s; a bare number
is seconds. Exit status: 0 ok; 1 a run or its verification failed; 2 wrong usage or too little memory; 4 an executor
named explicitly is unavailable; 130 interrupted.)";

constexpr const char* sweep_examples = R"(
All other options hold in every cell, and mean what they do in 'overlap run'; a search for a break-even repeats 5
times, and one for the highest value 3 times, unless --repeat says otherwise. At a rate, requests come in for 10 s in a
search (longer where --within is above 0.5 s), unless --for or --requests says otherwise. Each file of --output is saved
whenever a cell is finished.

Examples:
  overlap sweep --axis requests=1:1000:x10 --axis wait=uniform:0:1ms,uniform:0:10ms --size 64Ki --output sweep.json
  overlap sweep --axis size=64Ki,1Mi,4M --executors threads,coroutine --dry-run
  overlap sweep --resume sweep.json
  overlap sweep --break-even size --between threads,coroutine/pool --axis size=64:256Ki --requests 100 --wait none
  overlap sweep --highest rate --within 200ms --axis rate=10:1k --executors threads,coroutine/pool --iterations 3
                --size 256Ki --wait uniform:0:50ms

Exit status: as of 'overlap run'; 0 also where there is no break-even in the range.)";

void declare_workload(CLI::App& app, WorkloadText& text) {
  app.option_defaults()->group("Workload");
  app.add_option("--requests", text.requests, "Requests, each a sequence of steps (default: 10)")->type_name("COUNT");
  app.add_option("--iterations", text.iterations, "Steps of a request: wait, then compute")
      ->type_name("COUNT")
      ->capture_default_str();
  app.add_option("--size", text.size, "N, the reals that a step transforms, or what --compute makes of it")
      ->type_name("COUNT")
      ->capture_default_str();
  app.add_option(
         "--wait", text.wait,
         "none, constant:T, uniform:LOW:HIGH, exponential:MEAN, lognormal:MEDIAN:SIGMA, percentiles:50=T:99=T:100=T "
         "(in proportion between them), or a service's own by measured:FILE, a time a line (measured:FILE:ms: of bare "
         "milliseconds)")
      ->type_name("DISTRIBUTION")
      ->capture_default_str();
  app.add_option("--precision", text.precision, "double or float")->type_name("NAME")->capture_default_str();
  app.add_option("--spectrum", text.spectrum, "full (N bins, numpy.fft.fft's) or half (N/2+1, rfft's)")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--seed", text.seed, "Seed of all waits and inputs")->type_name("NUMBER")->capture_default_str();
  app.add_option("--compute", text.compute,
                 "Compute of your own in place of the FFT: a shared library (.so, src/overlap_compute.h) or, for "
                 "Python's rows, a Python file (.py); or several implementations of it, with commas between")
      ->type_name("FILES");
}

void declare_output(CLI::App& app, OutputText& text) {
  app.option_defaults()->group("Output");
  app.add_option(
         "--format", text.format,
         fmt::format("table, markdown, html, csv, json{}: of stdout, and of files with another ending (default: "
                     "table)",
                     text.traces ? " or trace" : ""))
      ->type_name("NAME");
  app.add_option(
         "--output", text.files,
         fmt::format("Write a report to this file too, by its ending (.json, .csv, .html, .md, .txt{}); may be given "
                     "more than once",
                     text.traces ? ", .trace.json" : ""))
      ->type_name("FILE")
      ->allow_extra_args(false);
}

void declare_arrivals(CLI::App& app, WorkloadText& text) {
  app.option_defaults()->group("Workload");
  app.add_option("--rate", text.rate,
                 "Requests that come in a second, such as 50 or 0.5; rows are then judged by latency (default: all "
                 "come in at once)")
      ->type_name("RATE");
  app.add_option("--for", text.arrive_for, "With --rate, in place of --requests: as many as come in during this time")
      ->type_name("TIME");
  app.add_option("--arrivals", text.arrivals, "With --rate: poisson (at random moments) or even (default: poisson)")
      ->type_name("NAME");
}

/// Help is read, in a pager too: it is never wider than a table.
void print_help(const std::string& text) { print(wrap_lines(text, style_of(STDOUT_FILENO).columns)); }

/// What `run` and each cell of `sweep` take.
void declare_comparison(CLI::App& app, RunText& text) {
  declare_workload(app, text.workload);
  declare_arrivals(app, text.workload);
  app.option_defaults()->group("Executors");
  app.add_option("--executors", text.executors,
                 "Comma-separated names, short names, globs or all (default: the four drivers, threads/locked, "
                 "processes/locked, "
                 "coroutine/fftw-threads, coroutine/pool and cuda; with --compute its own)")
      ->type_name("LIST");
  app.add_option("--workers", text.workers, "Threads or processes (default: one per request)")->type_name("COUNT");
  app.add_option("--compute-slots", text.compute_slots,
                 "Steps that may compute at once, each in a workspace (default: one per worker)")
      ->type_name("COUNT");
  app.add_option("--engine-threads", text.engine_threads,
                 "Threads of fftw-threads (within a step), of pool and of python/thread-pool, processes of python/pool "
                 "(default: the "
                 "usable CPUs)")
      ->type_name("COUNT");
  app.add_option("--streams", text.streams,
                 "Streams of a GPU engine, or steps of own-async at once (default: one per request, at most 8)")
      ->type_name("COUNT");
  app.add_option("--python", text.python,
                 "Interpreter of Python's rows, one with NumPy (default: python3, PATH's or the system's)")
      ->type_name("PATH");
  app.add_option("--completion", text.completion,
                 "How a GPU engine learns that steps are over: poll (ask for them) or block (a thread that sleeps)")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--rigor", text.rigor, "FFTW plans: estimate, measure or patient (kept in the cache folder)")
      ->type_name("NAME")
      ->capture_default_str();
  app.option_defaults()->group("Measuring");
  app.add_option("--repeat", text.repeat,
                 "Rounds, figures being medians; or auto: until each median's 95% interval is within 2%")
      ->type_name("COUNT|auto")
      ->capture_default_str();
  app.add_option("--max-time", text.max_time, "Longest time of all rounds of --repeat auto (default: 300)")
      ->type_name("TIME");
  app.add_option("--timeout", text.timeout, "Longest time of one executor's run, setup included (default: none)")
      ->type_name("TIME");
  app.add_option(
      "--reference", text.reference,
      "The row that speedup and verification refer to (default: sequential/fftw, else the first that computes)");
  app.add_flag("--dry-run", text.dry_run, "Say what would run, with memory and expected time; runs and writes nothing")
      ->disable_flag_override();
  declare_output(app, text.output);
  app.option_defaults()->group("Output");
  app.add_flag("--log", text.log, "Print to stderr when each step begins to compute (call) and ends")
      ->disable_flag_override();
}

void declare_explain(CLI::App& app, std::optional<bool>& explain) {
  app.option_defaults()->group("Output");
  CLI::Option* const yes = app.add_flag_callback(
                                  "--explain", [&explain] { explain = true; },
                                  "Say in sentences what the rows show (default: on a terminal)")
                               ->disable_flag_override();
  app.add_flag_callback(
         "--no-explain", [&explain] { explain = false; }, "Leave the sentences out")
      ->disable_flag_override()
      ->excludes(yes);
}

void declare_run(CLI::App& app, RunText& text) {
  text.output.traces = true;
  declare_comparison(app, text);
  app.option_defaults()->group("Output");
  app.add_flag("--raw", text.raw, "JSON, traces and web pages with every step, also beyond 100,000 steps")
      ->disable_flag_override();
  declare_explain(app, text.explain);
  app.footer(run_examples);
}

void declare_sweep(CLI::App& app, SweepText& text) {
  app.option_defaults()->group("Grid");
  app.add_option(
         "--axis", text.axes,
         "Values of an option, NAME=VALUES with commas between; LOW:HIGH is a range, :xFACTOR or :+STEP its step "
         "(default: x2; seeds +1). May be given more than once: the grid has every combination")
      ->type_name("AXIS")
      ->allow_extra_args(false);
  app.add_option(
         "--resume", text.resume,
         "Go on with a sweep's JSON file: run what is missing or failed, and save there. Without --axis, all of the "
         "sweep's options are the file's")
      ->type_name("FILE");
  app.option_defaults()->group("Searches of the only axis");
  app.add_option("--break-even", text.break_even,
                 "The value from which the second of two executors stays clearly ahead: anywhere in LOW:HIGH (sizes: "
                 "products of 2, 3 and 5), or among the values of a list or of a step")
      ->type_name("NAME");
  app.add_option("--between", text.between, "The two executors, with a comma between")->type_name("LIST");
  app.add_option("--highest", text.highest,
                 "The highest value at which each executor stays within a time: the most requests a second with a p99 "
                 "latency of at most so much")
      ->type_name("NAME");
  app.add_option("--within", text.within, "That time")->type_name("TIME");
  app.add_option("--by", text.by,
                 "makespan, total (with the setup of a cold start) or latency (of 99% of the requests; default: "
                 "makespan, and latency with --rate)")
      ->type_name("NAME");
  declare_comparison(app, text.run);
  app.footer("\nAxes: " + axis_names() + "." + sweep_examples);
}

/// As if the sweep that the file holds had been written, but for what was written otherwise.
void take_options_of_file(CLI::App& sweep, SweepText& text) {
  text.as_resumed = true;
  std::vector<CLI::Option*> taken;
  for (const auto& [name, value] : written_options(*text.resumed)) {
    CLI::Option* const option = sweep.get_option_no_throw(name);
    if (option == nullptr) throw UsageError(fmt::format("--resume: {}: {} is no option", *text.resume, name));
    const bool is_taken = std::find(taken.begin(), taken.end(), option) != taken.end();
    if (option->count() > 0 && !is_taken) continue;
    option->add_result(value);
    if (!is_taken) taken.push_back(option);
  }
  try {
    for (CLI::Option* const option : taken) option->run_callback();
  } catch (const CLI::Error& error) {
    throw UsageError(fmt::format("--resume: {}: {}", *text.resume, error.what()));
  }
}

struct StepText {
  WorkloadText workload;
  std::string request = "0";
  std::string iteration = "0";
  std::optional<std::string> engine;  // empty: the plain one
  std::optional<std::string> save_input;
  std::optional<std::string> save_spectrum;
};

void declare_step(CLI::App& app, StepText& text) {
  declare_workload(app, text.workload);
  app.option_defaults()->group("Step");
  app.add_option("--request", text.request, "Its request, from 0")->type_name("NUMBER")->capture_default_str();
  app.add_option("--iteration", text.iteration, "Its iteration, from 0")->type_name("NUMBER")->capture_default_str();
  app.add_option("--engine", text.engine, "The engine that computes it (default: fftw; own with --compute)")
      ->type_name("NAME");
  app.add_option("--save-input", text.save_input, "Write the N reals to this NumPy file (.npy)")->type_name("FILE");
  app.add_option("--save-spectrum", text.save_spectrum, "Write the complex bins to this NumPy file (.npy)")
      ->type_name("FILE");
  app.footer(R"text(
Example:
  overlap step --request 3 --iteration 2 --save-input x.npy --save-spectrum z.npy
  python3 -c "import numpy as np; print(abs(np.fft.fft(np.load('x.npy')) - np.load('z.npy')).max())")text");
}

/// Empty where it is not given.
std::string read_file_name(std::string_view option, const std::optional<std::string>& text) {
  if (text == "") refuse(option, "", "a file's name");
  return text.value_or("");
}

StepOptions read_step_options(const StepText& text, const Registry& registry) {
  StepOptions options;
  options.workload = read_workload(text.workload, registry.own_compute());
  options.request = parse_number("--request", text.request);
  options.iteration = parse_number("--iteration", text.iteration);
  options.engine = text.engine.value_or(registry.plain_engine());
  options.save_input = read_file_name("--save-input", text.save_input);
  options.save_spectrum = read_file_name("--save-spectrum", text.save_spectrum);
  return options;
}

/// What there is for a compute, with Python's rows.
Registry complete(const Registry& all, const std::optional<std::string>& interpreter, const OwnCompute& own) {
  if (interpreter == "") refuse("--python", "", "an interpreter's name or path");
  const std::vector<std::string> interpreters = interpreter ? std::vector{*interpreter} : usual_interpreters();
  Registry registry = own.empty() ? all : all.for_own_compute(own);
  for (ProgramInfo& row : python_rows(interpreters, own)) registry.add(std::move(row));
  return registry;
}

struct ShowText {
  std::string file;
  OutputText output;
  std::optional<bool> explain;
};

void declare_show(CLI::App& app, ShowText& text) {
  text.output.traces = true;
  app.add_option("file", text.file, "Results or a sweep that '--output FILE.json' wrote")->type_name("FILE.json");
  declare_output(app, text.output);
  declare_explain(app, text.explain);
  app.footer(R"(
Examples:
  overlap show results.json                      the table of a run, or of a sweep, as it was printed then
  overlap show workstation.json --output workstation.html
  overlap show results.json --format trace > results.trace.json

Exit status: 0 ok; 2 wrong usage, or a file that can't be read.)");
}

ShowOptions read_show_options(const ShowText& text) {
  ShowOptions options{text.file, read_outputs(text.output), text.explain};
  options.output.spare("show", text.file);
  return options;
}

struct CompareText {
  std::vector<std::string> files;
  OutputText output;
  std::optional<std::string> fail_on;
};

void declare_compare(CLI::App& app, CompareText& text) {
  app.add_option("files", text.files,
                 "Results, or sweeps, that '--output FILE.json' wrote; the first is what others are held against")
      ->type_name("FILE.json");
  app.option_defaults()->group("Comparing");
  app.add_option("--fail-on", text.fail_on,
                 "slower, or slower:PERCENT%: exit 3 where a row is slower (by more than that) on the same machine")
      ->type_name("VERDICT");
  declare_output(app, text.output);
  app.footer(R"(
Examples:
  overlap compare before.json after.json                      same, faster, slower or undecided, by executor
  overlap compare before.json after.json --fail-on slower:5%  for scripts: exit 3 where a row is 5% slower
  overlap compare laptop.json workstation.json --output both.md

Rows are matched by executor, and only equal workloads are compared; of sweeps, each cell that all files have. Machines
that differ are set side by side.
Exit status: 0 ok; 2 wrong usage, a file that can't be read or other workloads; 3 --fail-on.)");
}

CompareOptions read_compare_options(const CompareText& text) {
  CompareOptions options;
  options.files = text.files;
  options.output = read_outputs(text.output);
  for (const std::string& file : text.files) {
    if (file.empty()) throw UsageError("compare: it takes files that '--output FILE.json' wrote");
    options.output.spare("compare", file);
  }
  if (text.fail_on) options.fail_on_slower = parse_slower("--fail-on", *text.fail_on);
  return options;
}

/// As CLI11 takes them, the last one first. Of "--output=" it would take the next argument for the value, which is
/// empty.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) {
    const std::string_view word = argv[i];
    const bool has_empty_value = word.starts_with("--") && word.find('=') == word.size() - 1;
    if (has_empty_value) arguments.emplace_back();
    arguments.emplace_back(has_empty_value ? word.substr(0, word.size() - 1) : word);
  }
  return arguments;
}

int dispatch(int argc, char** argv, const Registry& all) {
  const std::string version = fmt::format("overlap {} ({})", build_info().version, build_info().commit);
  CLI::App app(
      "Threads, coroutines, processes or a GPU: runs one workload of waiting and computing requests in\n"
      "several ways, checks that all computed the same, and compares them.",
      "overlap");
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", version, "Print version and commit");
  app.footer("\n'overlap COMMAND --help' has each command's options, with examples.");

  RunText run_text;
  CLI::App* run = app.add_subcommand("run", "Run a workload on several executors and compare them");
  declare_run(*run, run_text);
  SweepText sweep_text;
  CLI::App* sweep = app.add_subcommand(
      "sweep", "Run a grid of workloads, or search an axis for a break-even or for how far executors get");
  declare_sweep(*sweep, sweep_text);
  CLI::App* list = app.add_subcommand("list", "List drivers, engines and executors, and what is available here");
  list->add_option("--python", run_text.python, "Interpreter of Python's rows")->type_name("PATH");
  list->add_option("--compute", run_text.workload.compute, "Compute of your own: what runs it")->type_name("FILES");
  std::string list_format = "table";
  list->add_option("--format", list_format, "table, or json for programs")->type_name("NAME")->capture_default_str();
  StepText step_text;
  CLI::App* step = app.add_subcommand("step", "Compute one step and save its numbers for NumPy");
  declare_step(*step, step_text);
  CompareText compare_text;
  CLI::App* compare =
      app.add_subcommand("compare", "Compare results or sweeps of several files, of one machine or of several");
  declare_compare(*compare, compare_text);
  ShowText show_text;
  CLI::App* show = app.add_subcommand("show", "Show the results of a file, of a run or of a sweep, in any format");
  declare_show(*show, show_text);
  for (CLI::App* command : {run, sweep, list, step, compare, show})
    command->set_version_flag("--version", version, "Print version and commit")->group("Options");

  try {
    app.parse(arguments_of(argc, argv));
  } catch (const CLI::Success& success) {
    std::ostringstream text;
    app.exit(success, text);
    print_help(text.str());
    return exit_ok;
  } catch (const CLI::ParseError& error) {
    throw UsageError(text_of(error, app));
  }
  if (sweep->parsed()) {
    sweep_text.resumed = read_resumed(sweep_text.resume);
    if (sweep_text.resumed && sweep_text.axes.empty()) take_options_of_file(*sweep, sweep_text);
    for (const CLI::Option* option : sweep->get_options()) {
      if (option->count() > 0) sweep_text.given.push_back(option->get_name());
    }
  }
  const RunText& asked = sweep->parsed() ? sweep_text.run : run_text;
  const WorkloadText& workload = step->parsed() ? step_text.workload : asked.workload;
  const Registry registry = complete(all, asked.python, read_own_compute(workload));
  if (run->parsed()) return run_command(read_run_options(run_text, registry), registry);
  if (sweep->parsed()) return sweep_command(read_sweep_options(std::move(sweep_text), registry), registry);
  if (list->parsed()) {
    if (list_format != "table" && list_format != "json") refuse("--format", list_format, "table or json");
    return list_command(registry, list_format == "json");
  }
  if (show->parsed()) return show_command(read_show_options(show_text));
  if (compare->parsed()) return compare_command(read_compare_options(compare_text));
  if (step->parsed()) return step_command(read_step_options(step_text, registry), registry);
  print_help(app.help());
  return exit_ok;
}

int complain(int status, const char* message) {
  print_error(fmt::format("overlap: {}\n", clean_line(message)));
  return status;
}

}  // namespace

int cli_main(int argc, char** argv, const Registry& registry) {
  hold_standard_streams();
  // Before all parsing: a runner has no options, and its time to start is measured.
  if (argc == 3 && std::string_view(argv[1]) == runner_command) return runner_main(argv[2], registry);
  meet_signals_as_errors();
  try {
    return dispatch(argc, argv, registry);
  } catch (const UsageError& error) {
    return complain(exit_usage, error.what());
  } catch (const UnavailableError& error) {
    return complain(exit_unavailable, error.what());
  } catch (const std::bad_alloc&) {
    return complain(exit_usage, "out of memory");
  } catch (const std::exception& error) {
    return complain(exit_failed, error.what());
  }
}

}  // namespace overlap
