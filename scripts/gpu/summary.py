#!/usr/bin/env python3
"""What the files of a folder of results say, as Markdown.

usage: summary.py DIR           writes DIR/summary.md anew from them
       summary.py --check DIR   fails where that would change it
"""

import heapq
import sys

from session import REHEARSED, Folder


def number(value, unit=""):
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if unit == "s":
        for scale, name in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if abs(value) >= scale:
                return f"{value / scale:.3g} {name}"
        return f"{value / 1e-9:.3g} ns"
    if unit == "B":
        return f"{value / 1e6:.0f} MB"
    return f"{value:.4g}"


def table(names, rows):
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def flat(value, name=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield name, value


def best_of(rows, key):
    return min((r for r in rows if r.get(key) is not None), key=lambda r: r[key], default=None)


def stood_for(name):
    """What an executor or engine stands for, in a rehearsal: so the tables fill."""
    return name.replace("device", "cuda")


def row_kind(row):
    """'cpu', 'cuda' or 'cuda-copy'."""
    engine = stood_for(row["engine"])
    return engine if engine.startswith("cuda") else "cpu"


def summary_of_runs(runs, rehearsal):
    text = ""
    for group in dict.fromkeys(entry["group"] for entry in runs):
        entries = [entry for entry in runs if entry["group"] == group]
        lines = []
        for entry in entries:
            for row in entry.get("rows", []):
                steps = row["steps_finished"]
                cpu_step = row["cpu_s"] / steps if row.get("cpu_s") is not None and steps else None
                lines.append([entry["label"], row["executor"], *(number(row[key], unit) for key, unit in (
                    ("makespan_s", "s"), ("total_s", "s"), ("efficiency", ""), ("parallelism", ""), ("steps_per_s", ""),
                    ("step_s", "s"))), number(cpu_step, "s"), row["lanes"] if row["lanes"] is not None else "–",
                    number(row["peak_memory_bytes"], "B"), number(row["verified"])
                    if row["status"] == "ok" else row["status"]])
            if "problem" in entry:
                lines.append([entry["label"], "failed: " + entry["problem"].replace("|", "/")] + ["–"] * 10)
        text += f"\n## {group}\n\n" + table(["case", "executor", "makespan", "total", "efficiency", "parallelism",
                                             "steps/s", "step", "CPU a step", "lanes", "memory", "verified"], lines)
        notes = {note for entry in entries for row in entry.get("rows", []) for note in
                 (f"{row['executor']}: {n}" for n in row["notes"] if not n.startswith("the device was busy"))}
        text += "".join(f"\n- {note}" for note in sorted(notes)[:12]) + ("\n" if notes else "")
        if "swept (" in group:
            text += overtaking(entries, rehearsal)
        elif group.startswith("K swept"):
            ranked = [(row["steps_per_s"], entry["label"]) for entry in entries for row in entry.get("rows", [])
                      if row["steps_per_s"]]
            if ranked:
                text += f"\nMost steps/s at K = {max(ranked)[1]}.\n"
    return text


CLEARLY = 1.02  # less is noise where waits bound both rows


def overtaking(entries, rehearsal):
    names = {"cuda": "a fake device", "cuda-copy": "a fake device, copying"} if rehearsal else {}
    lines, firsts = [], {}
    for entry in entries:
        rows = [row for row in entry.get("rows", []) if row["status"] == "ok"]
        cpu = [row for row in rows if row_kind(row) == "cpu"]
        cells = [entry["label"]]
        for key in ("makespan_s", "total_s"):
            best = best_of(cpu, key)
            for kind in ("cuda", "cuda-copy"):
                gpu = best_of([row for row in rows if row_kind(row) == kind], key)
                ratio = best[key] / gpu[key] if best and gpu and gpu[key] else None
                cells.append(number(ratio))
                if ratio is not None and ratio >= CLEARLY:
                    firsts.setdefault((kind, key), entry["label"])
        cells.append(best_of(cpu, "makespan_s")["executor"] if cpu else "–")
        lines.append(cells)
    text = "\nThe best CPU row's figure by this row's (above 1: this row is ahead):\n\n"
    pairs = [(kind, key) for key in ("makespan_s", "total_s") for kind in ("cuda", "cuda-copy")]
    text += table(["case", *(f"{names.get(kind, kind)}, {key[:-2]}" for kind, key in pairs),
                   "best CPU row (makespan)"], lines) + "\n"
    for kind, key in pairs:
        text += (f"- {names.get(kind, kind)} is first ahead by {key[:-2]}, by 2% or more, at: "
                 f"{firsts.get((kind, key), 'nowhere in this sweep')}\n")
    return text


def phases_table(runs):
    lines = []
    for entry in runs:
        if entry["group"] not in ("default", "numbers"):
            continue
        for row in entry.get("rows", []):
            if row.get("setup_s"):
                lines.append([entry["label"], row["executor"],
                              *(number(row["setup_s"].get(p), "s") for p in row["setup_s"])])
                names = list(row["setup_s"])
    return "\n## Setup, by phase\n\n" + table(["case", "executor", *names], lines) if lines else ""


def device_figures(runs):
    """What the device measured of itself."""
    lines = []
    for entry in runs:
        if entry["group"] in ("default", "no waits", "numbers", "overlapped waits"):
            for row in entry.get("rows", []):
                own = {k: v for k, v in row.items() if k.startswith("device_") and v is not None}
                own = [f"{name} {value if isinstance(value, int) else format(value, '.5g')}" for name, value in flat(own)]
                if own and row_kind(row) != "cpu":
                    lines.append([entry["label"], row["executor"], "; ".join(own)])
    return "\n## The device's own figures\n\n" + table(["case", "executor", "figures"], lines) if lines else ""


# What is wanted of the CUDA engines. A miss is said, and fails nothing: the figures are to be looked at.
WANTED_CEILING = 0.7  # of the copy bandwidth, by transform and fill; the aim is 0.85
WANTED_CPU_S = 10e-6  # a step, of the one host thread
WANTED_BUSY = 0.95
WANTED_EFFICIENCY = 0.99  # of the default workload
WANTED_MEMORY = 1.05  # of 10,000 requests by that of 1,000
WANTED_OF_BOUND = 1.05  # waits under kernels, and waits and kernels in sequence


def rows_of(runs, group, executor="coroutine/cuda"):
    """The row of this executor in each run of the group that has it, by the run's label."""
    found = {}
    for entry in runs:
        for row in entry.get("rows", []):
            if entry["group"] == group and stood_for(row["executor"]) == executor and row["status"] == "ok":
                found[entry["label"]] = row
    return found


def share_of_ceiling(row, parts, transform_passes=1):
    """Bytes that these parts of a step must move by their time, of the device's own copies."""
    seconds = sum(row["device_step_s"][part] or 0 for part in parts)
    moved = sum((row["device_step_bytes"][part] or 0) * (transform_passes if part == "transform" else 1)
                for part in parts)
    ceiling = row["device_copy_gb_per_s"]
    return moved / seconds / 1e9 / ceiling if seconds and ceiling else None


def transform_passes(profiled):
    """Kernels of cuFFT in the first profiled step, a 4M one of doubles: each reads and writes all of the data once."""
    return sum("overlap::" not in kernel["kernel"] for kernel in profiled[0]["list"]) if profiled else 0


def first_in_first_out_s(requests, iterations, wait_s, step_s):
    """The makespan of requests that all come at once, where one step computes at a time."""
    due = [(wait_s, iterations)] * requests
    free_s = 0.0
    while due:
        due_s, left = heapq.heappop(due)
        free_s = max(free_s, due_s) + step_s
        if left > 1:
            heapq.heappush(due, (free_s + wait_s, left - 1))
    return free_s


def speed_points(runs, profiled, rehearsal):
    lines = []

    def add(what, value, unit, wanted, at_most=None, at_least=None):
        met = None if value is None else value <= at_most if at_most is not None else \
            value >= at_least if at_least is not None else None
        verdict_of = {None: "–", True: "yes", False: "NO"}
        lines.append([what, number(value, unit), wanted, "rehearsed" if rehearsal else verdict_of[met]])

    alone = rows_of(runs, "K swept, N 4M").get("1")
    passes = transform_passes(profiled)
    add(f"a step of 4M doubles on one stream: transform and fill, of the copy ceiling, by the bytes that cuFFT's {passes} "
        "kernels and the fill move", alone and passes and share_of_ceiling(alone, ("transform", "fill"), passes) or None,
        "", f"at least {WANTED_CEILING}; aim 0.85", at_least=WANTED_CEILING)
    add("the same, by the bytes that a transform in one pass would move",
        alone and share_of_ceiling(alone, ("transform", "fill")), "", "–")
    add("the same: generation, of the copy ceiling (its floor may be its multiplications)",
        alone and share_of_ceiling(alone, ("generate",)), "", "–")

    saturated = {label.split(", ")[-1]: row for label, row in rows_of(runs, "no waits").items() if "N 4M" in label}
    for mode, row in saturated.items():
        is_default = mode == "poll"
        add(f"1,000 requests × 5 of 4M doubles, no waits, {mode}: CPU a step", row["cpu_s"] / row["steps_finished"], "s",
            "at most 10 µs" if is_default else "–", at_most=WANTED_CPU_S if is_default else None)
        busy = row["device_busy_s"] / row["makespan_s"] if row["device_busy_s"] is not None else None
        add(f"the same, {mode}: share of the run in which the device is busy", busy, "",
            f"at least {WANTED_BUSY}" if is_default else "–", at_least=WANTED_BUSY if is_default else None)

    default = rows_of(runs, "default").get("default workload")
    add("default workload: efficiency", default and default["efficiency"], "", f"at least {WANTED_EFFICIENCY}",
        at_least=WANTED_EFFICIENCY)
    many = rows_of(runs, "10,000 requests").get("N 4M")
    fewer = saturated.get("poll")
    add("memory of 10,000 requests by that of 1,000",
        many["peak_memory_bytes"] / fewer["peak_memory_bytes"] if many and fewer else None, "",
        f"at most {WANTED_MEMORY}", at_most=WANTED_MEMORY)

    for executor, what in (("coroutine/cuda", "waits under kernels"), ("sequential/cuda", "waits and kernels in sequence")):
        rows = rows_of(runs, "overlapped waits", executor)
        rows.pop("no waits", None)
        label, row = next(iter(rows.items()), (None, None))
        add(f"{what}, each request waiting as long as all kernels take: {executor}'s makespan by its bound",
            1 / row["efficiency"] if row and row["efficiency"] else None, "", f"at most {WANTED_OF_BOUND}",
            at_most=WANTED_OF_BOUND)
        if row and executor == "coroutine/cuda":
            workload = next(entry["workload"] for entry in runs if entry["label"] == label)
            ideal_s = first_in_first_out_s(workload["requests"], workload["iterations"], float(label.split(":")[1]),
                                           1 / row["capacity_steps_per_s"])
            add("the same of a schedule without any overhead: first in, first out, at the calibrated capacity",
                ideal_s / row["lower_bound_s"], "", "–")
    return "\n## Speed: what is wanted\n\n" + table(["what", "value", "wanted", "met"], lines)


def same(facts, other):
    return all(facts[key] == other.get(key) for key in ("device", "driver", "commit"))


def verdict(part, rehearsal):
    if not part["ok"]:
        return "FAILED"
    return "skipped" if part.get("why", "").startswith("skipped") else "rehearsed" if rehearsal else "passed"


def what_it_says(part):
    counts = ", ".join(f"{count} {what}" for what, count in part.get("counts", {}).items())
    return f"{counts} {part.get('why', '')}".strip().replace("|", "/").replace("\n", " ")


def profile_tables(steps):
    text = "\n## Kernels of one step (under the profiler)\n\n"
    text += table(["step", "kernels"], [[step["step"], step["kernels"] or "–"] for step in steps])
    kernels = steps[0]["list"]
    if kernels:
        names = list(kernels[0])
        text += f"\n{steps[0]['step']}:\n\n" + table(
            names, [[str(kernel.get(name, "–"))[:90].replace("|", "/") for name in names] for kernel in kernels])
    return text


def summary(folder):
    rehearsal = folder.rehearsal
    facts = folder.read_json("environment.json")
    parts = facts["parts"]
    text = f"# REHEARSAL, NO EVIDENCE\n\n**{REHEARSED}**\n\n" if rehearsal else "# The CUDA engines on a device\n\n"
    gpu = facts["gpu"] if isinstance(facts["gpu"], dict) else {}
    smi = facts.get("nvidia_smi")
    text += table(["what", "value"], [
        ["device", facts["device"]], ["driver", facts["driver"]], ["commit", facts["commit"]], ["date", facts["date"]],
        ["device memory", smi["memory.total"] if isinstance(smi, dict) else "–"],
        ["CUDA toolkit, runtime, cuFFT", ", ".join(gpu.get(name) or "–" for name in ("toolkit", "runtime_cuda", "cufft"))],
        ["CPU", f"{facts['cpu']}, {facts['cpus']} usable"]])
    text += "\n## Parts\n\n" + table(["part", "result", "date", "what it says"], [
        [name, verdict(part, rehearsal), part["date"], what_it_says(part)] for name, part in parts.items()])
    bandwidth = folder.read_json("bandwidth.json")
    if "device_copy_1GiB" in bandwidth and same(facts, bandwidth["environment"]):
        text += "\n## Copy bandwidth, GB/s (the driver's copies; within the device, bytes read and written)\n\n" + table(
            ["what", "GB/s"], [[k, f"{v:.4g}"] for k, v in bandwidth.items() if isinstance(v, float)])
    else:
        text += "\nA copy-bandwidth ceiling was not measured here.\n"
    steps = parts.get("profile", {}).get("steps")
    if steps:
        text += profile_tables(steps)
    sweep = folder.read_json("sweep.json")
    if sweep and same(facts, sweep["environment"]):
        if sweep["left_out"]:
            text += "\nLeft out, as no time was left: " + "; ".join(sweep["left_out"]) + ".\n"
        runs = sweep["runs"]
        text += speed_points(runs, steps, rehearsal) + phases_table(runs) + device_figures(runs)
        text += summary_of_runs(runs, rehearsal)
        text += ("\nThe `parallelism` of a GPU's row is the share of the makespan in which the device was busy. `CPU a "
                 "step` is the CPU time of the timed part by steps.\n")
    return text


def main(arguments):
    if arguments and arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0
    check = arguments[:1] == ["--check"]
    if len(arguments) != 1 + check or arguments[-1].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    folder = Folder(arguments[-1])
    if not folder.read_json("environment.json"):
        sys.exit(f"summary.py: there are no results in {folder.path}")
    text = summary(folder)
    if not check:
        folder.write("summary.md", text)
        return 0
    with open(folder.file("summary.md")) as file:
        if file.read() == text:
            return 0
    sys.exit(f"summary.py: {folder.file('summary.md')} is not what the files beside it give: write it anew")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
