#!/usr/bin/env python3
"""Measures the tool against what it should be measured against, and prints ratios of medians as a Markdown table.

Things that are compared are run in turns, so that what else happens on the machine meets them alike. Figures come from
the tool's own JSON. scripts/bench builds what this needs, and runs it.
"""

import argparse
import datetime
import heapq
import json
import os
import statistics
import subprocess
import sys
import time

PARTS = ["step", "classic", "timers", "starting", "pool", "startup"]

# Medians of some steps as a Python programmer writes them, and of their parts.
NUMPY_STEPS = """
import json, statistics, sys, time
import numpy as np
size, steps = int(sys.argv[1]), int(sys.argv[2])
def philox(step):
    return np.random.Generator(np.random.Philox(key=1 + (1 << 64), counter=((step << 128) - 1) % 2**256)).random(size)
def seconds(work):
    taken = []
    for step in range(steps + 1):
        begin = time.perf_counter()
        work(step)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken[1:])
print(json.dumps({"step": seconds(lambda step: np.fft.fft(np.random.random(size))),
                  "random": seconds(lambda step: np.random.random(size)), "philox": seconds(philox)}))
"""


class Line:
    """A ratio, what it is of, and the least that was wanted of it."""

    def __init__(self, what, ratio, figures, wanted=None):
        self.what, self.ratio, self.figures, self.wanted = what, ratio, figures, wanted

    def columns(self, quick):
        wanted = "–" if self.wanted is None else f"at least {number(self.wanted)}"
        reached = "–" if self.wanted is None or quick else "yes" if self.ratio >= self.wanted else "**no**"
        return [self.what, number(self.ratio), self.figures, wanted, reached]


def number(value):
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def seconds(value):
    for unit, scale in (("s", 1), ("ms", 1e3), ("µs", 1e6), ("ns", 1e9)):
        if value * scale >= 0.9995 or unit == "ns":
            return f"{value * scale:.3g} {unit}"


class Bench:
    def __init__(self, options):
        self.options, self.quick = options, options.quick
        self.repeats = 1 if self.quick else options.repeats
        self.tool = os.path.join(options.binaries, "overlap")
        self.asio = os.path.join(options.binaries, "overlap_bench_asio")
        self.size = 65536 if self.quick else 4_000_000
        self.report = None  # the last one: its machine is the table's
        self.left_out = []

    # ---- Running ----

    def run(self, executors, requests, iterations, wait, size=None, repeat=1, more=()):
        command = [self.tool, "run", "--format", "json", "--executors", executors, "--requests", str(requests),
                   "--iterations", str(iterations), "--wait", wait, "--size", str(size or self.size),
                   "--repeat", str(repeat), "--python", sys.executable, *more]
        print("+ " + " ".join(command[1:]), file=sys.stderr, flush=True)
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if ended.returncode != 0:
            sys.exit(f"bench: it exited with status {ended.returncode}: {ended.stdout}")
        self.report = json.loads(ended.stdout)
        for row in self.report["runs"]:
            if row["status"] != "ok" or row["verified"] is False:
                sys.exit(f"bench: {row['executor']}: {row['status']}, verified {row['verified']}: {row['reason']}")
        return {row["executor"]: row for row in self.report["runs"]}

    def in_turns(self, measures):
        """Calls each of the measures by name, `repeats` times round: name -> results."""
        results = {name: [] for name in measures}
        for _ in range(self.repeats):
            for name, measure in measures.items():
                results[name].append(measure())
        return results

    def medians(self, measures):
        return {name: statistics.median(values) for name, values in self.in_turns(measures).items()}

    # ---- Parts: each returns lines ----

    def step(self):
        steps = 3 if self.quick else 30

        def ours(engine):
            row = self.run(f"sequential/{engine}", 1, steps, "none")[f"sequential/{engine}"]
            return statistics.median(end - begin for begin, end in zip(row["steps"]["begin_s"], row["steps"]["end_s"]))

        numpy = []

        def theirs():
            command = [sys.executable, "-c", NUMPY_STEPS, str(self.size), str(steps)]
            numpy.append(json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout))
            return numpy[-1]["step"]

        taken = self.medians({"fftw": lambda: ours("fftw"), "numpy": theirs, "threads": lambda: ours("fftw-threads")})
        drawn = {name: statistics.median(each[name] for each in numpy) for name in ("random", "philox")}
        cpus = self.report["machine"]["usable_cpus"]
        return [
            Line("NumPy's step (`np.random.random`, `np.fft.fft`) / a step of `fftw`", taken["numpy"] / taken["fftw"],
                 f"{seconds(taken['numpy'])} / {seconds(taken['fftw'])}", 5.5),
            Line(f"a step of `fftw` / of `fftw-threads`, {cpus} CPUs", taken["fftw"] / taken["threads"],
                 f"{seconds(taken['fftw'])} / {seconds(taken['threads'])}", 1.35 if cpus == 2 else None),
            Line("NumPy: Philox's numbers / `np.random.random`'s", drawn["philox"] / drawn["random"],
                 f"{seconds(drawn['philox'])} / {seconds(drawn['random'])}"),
        ]

    def classic(self):
        """The classic demonstration on our drivers and on Python's, in the tool's own shuffled rounds."""
        wait = "uniform:0:20ms" if self.quick else "uniform:0:1"
        rows = self.run("sequential,coroutine,threads,processes,python", 10, 5, wait, repeat=self.repeats)
        lines = []
        for driver, of_bound, of_fifo in (("sequential", 0.95, None), ("coroutine", None, 0.97), ("threads", 0.95, None),
                                          ("processes", 0.92, None)):
            row = rows[driver + "/fftw"]
            fifo_s = first_in_first_out(row)
            took = seconds(row["makespan_s"])
            lines.append(Line(f"the classic load: `{driver}`'s bound / its makespan", row["efficiency"],
                              f"{seconds(row['lower_bound_s'])} / {took}", of_bound))
            lines.append(Line(f"ideal first-in-first-out / `{driver}`", fifo_s / row["makespan_s"],
                              f"{seconds(fifo_s)} / {took}", of_fifo))
        for driver, ours in (("sequential", "sequential"), ("asyncio", "coroutine"), ("threads", "threads"),
                             ("processes", "processes")):
            python, own = rows["python/" + driver], rows[ours + "/fftw"]
            lines.append(Line(f"`python/{driver}` / `{ours}/fftw`: makespan", python["makespan_s"] / own["makespan_s"],
                              f"{seconds(python['makespan_s'])} / {seconds(own['makespan_s'])}", 1))
            work_s = python["cpu_s"] - python["digest_s"]
            lines.append(Line(f"`python/{driver}` / `{ours}/fftw`: CPU time, without Python's digests",
                              work_s / own["cpu_s"], f"{seconds(work_s)} / {seconds(own['cpu_s'])}", 1))
        return lines

    def timers(self):
        """Requests that only wait: the coroutines' own cost, beside Asio's."""
        if not os.path.exists(self.asio):
            self.left_out.append("timers: overlap_bench_asio is not built, which scripts/bench does")
            return []
        iterations, longest_wait_s = 5, 0.05 if self.quick else 1

        def ours(requests):
            row = self.run("coroutine/null", requests, iterations, f"uniform:0:{longest_wait_s}")["coroutine/null"]
            return row["cpu_s"], row["peak_memory_bytes"] - recording_bytes(requests, iterations)

        def asio(requests):
            command = [self.asio, str(requests), str(iterations), str(longest_wait_s)]
            print("+ " + " ".join(command), file=sys.stderr, flush=True)
            figures = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
            return figures["cpu_s"], figures["peak_memory_bytes"]

        idle = {"ours": ours(1)[1], "asio": asio(1)[1]}
        lines = []
        for requests in [10**4] if self.quick else [10**4, 10**5, 10**6]:
            cpu, memory = {}, {}
            for name, runs in self.in_turns({"ours": lambda: ours(requests), "asio": lambda: asio(requests)}).items():
                cpu[name] = statistics.median(run[0] for run in runs) / (requests * iterations)
                memory[name] = (statistics.median(run[1] for run in runs) - idle[name]) / requests
            of = f"{requests:,} requests"
            lines.append(Line(f"Asio's timers / `coroutine/null`: CPU time a step, {of}", cpu["asio"] / cpu["ours"],
                              f"{seconds(cpu['asio'])} / {seconds(cpu['ours'])}", 1.5))
            lines.append(Line(f"Asio's timers / `coroutine/null`: memory a request, {of}",
                              memory["asio"] / memory["ours"], f"{memory['asio']:.0f} B / {memory['ours']:.0f} B", 5))
        return lines

    def starting(self):
        counts = {"coroutine": 1000, "threads": 100 if self.quick else 1000, "processes": 20 if self.quick else 200}

        def each(driver):
            row = self.run(driver + "/null", counts[driver], 1, "none")[driver + "/null"]
            return row["makespan_s"] / counts[driver]

        taken = self.medians({driver: lambda driver=driver: each(driver) for driver in counts})
        return [
            Line("starting, running and ending a thread / a coroutine", taken["threads"] / taken["coroutine"],
                 f"{seconds(taken['threads'])} / {seconds(taken['coroutine'])}"),
            Line("starting, running and ending a process / a thread", taken["processes"] / taken["threads"],
                 f"{seconds(taken['processes'])} / {seconds(taken['threads'])}"),
        ]

    def pool(self):
        """At saturation: more requests than lanes can serve."""
        requests, iterations = (20, 2) if self.quick else (200, 5)

        def run():
            return self.run("coroutine/pool", requests, iterations, "uniform:0:0.1")["coroutine/pool"]

        rows = self.in_turns({"pool": run})["pool"]
        rows.sort(key=lambda row: row["steps_per_s"] / row["capacity_steps_per_s"])
        row = rows[(len(rows) - 1) // 2]
        return [Line(f"`coroutine/pool` saturated, {requests} requests: steps a second / calibrated capacity",
                     row["steps_per_s"] / row["capacity_steps_per_s"],
                     f"{row['steps_per_s']:.4g} / {row['capacity_steps_per_s']:.4g} a second", 0.95)]

    def startup(self):
        def wall(*command):
            begin = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            return time.perf_counter() - begin

        one_step = [self.tool, "run", "--requests", "1", "--iterations", "1", "--wait", "none", "--size", "64"]
        taken = self.medians({
            "version": lambda: statistics.median(wall(self.tool, "--version") for _ in range(9)),
            "null": lambda: statistics.median(wall(*one_step, "--executors", "coroutine/null") for _ in range(9)),
            "python": lambda: statistics.median(wall(sys.executable, "-c", "pass") for _ in range(9)),
            "numpy": lambda: statistics.median(wall(sys.executable, "-c", "import numpy") for _ in range(9)),
        })
        return [
            Line("starting Python / starting the tool (`--version`)", taken["python"] / taken["version"],
                 f"{seconds(taken['python'])} / {seconds(taken['version'])}", 1),
            Line("Python's `import numpy` / a whole run of one row and one step", taken["numpy"] / taken["null"],
                 f"{seconds(taken['numpy'])} / {seconds(taken['null'])}", 1),
        ]


def recording_bytes(requests, iterations, workers=1):
    """As docs/recording.md lays it out."""
    return (4096 + 64 * workers + 24 * requests + 63) // 64 * 64 + 64 * requests * iterations


def first_in_first_out(row):
    """The makespan of the row's own waits if its lanes took steps in the order in which they came due, at once and at
    the speed of a step alone."""
    steps = row["steps"]
    waits = {}
    for request, wait_s in zip(steps["request"], steps["wait_s"]):
        waits.setdefault(request, []).append(wait_s)
    durations = sorted(end - begin for begin, end in zip(steps["begin_s"], steps["end_s"]))
    step_s = min(row["step_s"], durations[(len(durations) * 5 + 99) // 100 - 1])
    if row["driver"] == "sequential":
        return sum(map(sum, waits.values())) + step_s * len(durations)
    due = [(request_waits[0], request, 0) for request, request_waits in waits.items()]
    heapq.heapify(due)
    free = [0.0] * row["lanes"]
    end_s = 0.0
    while due:
        due_s, request, iteration = heapq.heappop(due)
        end_s = max(due_s, heapq.heappop(free)) + step_s
        heapq.heappush(free, end_s)
        if iteration + 1 < len(waits[request]):
            heapq.heappush(due, (end_s + waits[request][iteration + 1], request, iteration + 1))
    return max(free)


def table(lines, quick):
    rows = [["what", "ratio", "medians", "wanted", "reached"], ["---"] * 5, *(line.columns(quick) for line in lines)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def description(bench, load_before):
    machine, tool = bench.report["machine"], bench.report["tool"]
    facts = bench.report["engines"]
    parts = [
        f"{machine['cpu_model']} ({machine['architecture']}), {machine['cores']} cores, {machine['usable_cpus']} usable CPUs, "
        f"{machine['memory_bytes'] / 1e9:.3g} GB of memory, {machine['vector_instructions']}, huge pages "
        f"{machine['huge_pages']}, {machine['kernel']}",
        f"overlap {tool['version']} ({tool['commit']}), {tool['compiler']}, `{tool['flags'].strip()}`",
        f"{facts['fftw_version']}, Python {sys.version.split()[0]}, NumPy {numpy_version()}",
        f"{datetime.date.today().isoformat()}, load average {load_before:.1f} before and {os.getloadavg()[0]:.1f} after",
        f"rounds of each part: {bench.repeats}",
    ]
    if bench.quick:
        parts.append("`--quick`: small sizes, no evidence of anything")
    return "; ".join(parts) + "."


def numpy_version():
    return subprocess.run([sys.executable, "-c", "import numpy; print(numpy.__version__)"], stdout=subprocess.PIPE,
                          text=True, check=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.split("\n")[0])
    parser.add_argument("--binaries", metavar="FOLDER", default="build/release", help="where the tool lies")
    parser.add_argument("--quick", action="store_true", help="small and short, to try the parts: its figures say nothing")
    parser.add_argument("--repeats", type=int, default=3, help="rounds of each part (default: 3)")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be given again")
    parser.add_argument("--check-arguments", action="store_true", help=argparse.SUPPRESS)  # scripts/bench's, at first
    options = parser.parse_args()
    if options.repeats < 1:
        parser.error("--repeats takes a number from 1")
    if options.check_arguments:
        return
    bench = Bench(options)
    load_before = os.getloadavg()[0]
    lines = []
    for part in PARTS:
        if not options.only or part in options.only:
            lines += getattr(bench, part)()
    bench.run("sequential", 1, 1, "none", size=64)  # for the machine and FFTW's version
    print(description(bench, load_before) + "\n\n" + table(lines, bench.quick))
    for reason in bench.left_out:
        print(f"\nLeft out: {reason}.")


if __name__ == "__main__":
    main()
