// Checking options.
#include "src/cli/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "src/base/errors.hpp"
#include "src/cli/measured_waits.hpp"
#include "src/workload/parse.hpp"

namespace overlap {
namespace {

void require_reference_among(const Executor& reference, const std::vector<ExecutorChoice>& choices) {
  const bool listed = std::any_of(choices.begin(), choices.end(),
                                  [&](const ExecutorChoice& choice) { return choice.executor == reference; });
  if (!listed) {
    throw UsageError(fmt::format("--reference: {} is not among the executors of this run", reference.name()));
  }
}

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

RoundsWanted read_rounds(const RunText& text) {
  RoundsWanted rounds;
  rounds.automatic = text.repeat == "auto";
  if (!rounds.automatic) {
    rounds.count = parse_small_count_or("auto", "--repeat", text.repeat);
    if (text.max_time) throw UsageError("--max-time: it takes effect with --repeat auto alone");
    return rounds;
  }
  if (text.max_time) rounds.max_time_s = parse_positive_duration("--max-time", *text.max_time);
  return rounds;
}

double read_arrive_for(const WorkloadText& text) {
  if (!text.rate) throw UsageError("--for: it takes effect with --rate alone");
  if (text.requests) throw UsageError("--requests: --for takes its place");
  return parse_positive_duration("--for", *text.arrive_for);
}

}  // namespace

std::uint64_t parse_size(std::string_view option, std::string_view text) {
  // So that every size in bytes of a workload fits 64 bits.
  constexpr std::uint64_t largest_size = std::uint64_t{1} << 40;
  const std::uint64_t size = parse_count(option, text);
  if (size > largest_size) refuse(option, text, "at most 1024Gi");
  return size;
}

OwnCompute read_own_compute(const WorkloadText& text) {
  return text.compute ? parse_own_compute("--compute", *text.compute) : OwnCompute();
}

Workload read_workload(const WorkloadText& text, const OwnCompute& own) {
  Workload workload;
  if (text.requests) workload.requests = parse_count("--requests", *text.requests);
  workload.iterations = parse_count("--iterations", text.iterations);
  workload.size = parse_size("--size", text.size);
  workload.wait = parse_wait_option("--wait", text.wait);
  workload.precision = parse_named<Precision>("--precision", text.precision);
  workload.spectrum = parse_named<SpectrumKind>("--spectrum", text.spectrum);
  workload.seed = parse_number("--seed", text.seed);
  if (text.rate) {
    workload.rate = parse_rate("--rate", *text.rate);
    workload.arrivals = parse_named<Arrivals>("--arrivals", text.arrivals.value_or("poisson"));
  } else if (text.arrivals) {
    parse_named<Arrivals>("--arrivals", *text.arrivals);
    throw UsageError("--arrivals: it takes effect with --rate alone");
  }
  if (!own.empty()) workload.compute = own.name();
  return workload;
}

RunOptions read_run_options(const RunText& text, const Registry& registry) {
  RunOptions options;
  options.plan.own_compute = registry.own_compute();
  options.plan.workload = read_workload(text.workload, registry.own_compute());
  if (text.workload.arrive_for) {
    options.plan.arrive_for_s = read_arrive_for(text.workload);
    options.plan.count_requests();
  }
  options.plan.executors =
      !text.executors ? default_executors(registry) : parse_executors("--executors", *text.executors, registry);
  options.plan.engine_options.rigor = parse_named<Rigor>("--rigor", text.rigor);
  options.plan.engine_options.cache_folder = cache_folder();
  if (text.workers) options.plan.workers = parse_small_count("--workers", *text.workers);
  if (text.compute_slots) {
    options.plan.compute_slots = parse_small_count("--compute-slots", *text.compute_slots);
  }
  if (text.engine_threads) {
    options.plan.engine_options.threads = parse_small_count("--engine-threads", *text.engine_threads);
  }
  if (text.streams) options.plan.engine_options.streams = parse_small_count("--streams", *text.streams);
  options.plan.engine_options.completion = parse_named<CompletionMode>("--completion", text.completion);
  options.comparison.rounds = read_rounds(text);
  if (text.timeout) options.comparison.timeout_s = parse_positive_duration("--timeout", *text.timeout);
  options.comparison.usual_reference = registry.plain_name("sequential");
  if (text.reference) {
    options.comparison.reference = parse_executor("--reference", *text.reference, registry);
    require_reference_among(*options.comparison.reference, options.plan.executors);
  }
  options.comparison.keep_recordings = text.raw;
  options.output = read_outputs(text.output);
  if (text.dry_run && options.output.on_stdout != Format::table) {
    throw UsageError("--format: --dry-run prints what would run as text alone");
  }
  for (const std::string& file : registry.own_compute().files) options.output.spare("--compute", file);
  options.output.spare("--wait", file_of_waits(text.workload.wait));
  options.explain = text.explain;
  options.log = text.log;
  options.raw = text.raw;
  options.dry_run = text.dry_run;
  return options;
}

std::string cache_folder() {
  // The XDG specification ignores relative paths.
  const std::string cache = from_environment("XDG_CACHE_HOME");
  if (!cache.empty() && cache.front() == '/') return cache + "/overlap";
  const std::string home = from_environment("HOME");
  return home.empty() ? "" : home + "/.cache/overlap";
}

}  // namespace overlap
