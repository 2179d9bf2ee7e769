"""The kernels of one step, by a profiler."""

import csv
import shlex
import tempfile

from environment import head
from session import find_tool

METRICS = {"time": "gpu__time_duration.sum", "read": "dram__bytes_read.sum", "written": "dram__bytes_write.sum",
           "sm": "sm__throughput.avg.pct_of_peak_sustained_elapsed",
           "memory": "gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed"}


def profile_part(session, facts):
    steps = [("cuda", "4M", "double"), ("cuda", "4M", "float"), ("cuda", "64Ki", "double")]
    ncu, nsys = find_tool("ncu"), find_tool("nsys")
    if session.rehearsal or not (ncu or nsys):
        why = "skipped: " + ("a rehearsal has no kernels" if session.rehearsal else "there is neither ncu nor nsys here")
        session.folder.write("profile.txt", head(session, facts) + "\n" + why + "\n")
        return {"ok": True, "why": why}
    text = head(session, facts) + (
        "\n`overlap step` makes one step, after a kernel that poisons its output: these are all that come after it.\n"
        "Times are under the profiler, one kernel at a time, from cold caches; `sm` and `memory` are the shares of their "
        "peak rates.\n")
    rows = []
    for engine, size, precision in steps:
        step = [session.overlap, "step", "--engine", engine, "--size", size, "--precision", precision]
        kernels, tried = None, []
        if ncu:
            # The device's clocks are left as they are.
            ended = session.run([ncu, "--clock-control", "none", "--csv", "--page", "raw", "--metrics",
                                 ",".join(METRICS.values()), *step], 40)
            kernels = kernels_by_ncu(ended.out)
            tried.append(f"$ ncu ... {shlex.join(step[1:])}\n{ended.out}{ended.err}")
        if not kernels and nsys:
            with tempfile.TemporaryDirectory() as folder:
                # A step is a graph, of which nsys shows no kernels unless told to.
                ended = session.run([nsys, "profile", "--trace", "cuda", "--cuda-graph-trace", "node", "--sample",
                                     "none", "--cpuctxsw", "none", "--output", folder + "/step", "--force-overwrite",
                                     "true", *step], 40)
                stats = session.run([nsys, "stats", "--report", "cuda_gpu_trace", "--format", "csv",
                                     folder + "/step.nsys-rep"], 40)
            kernels = kernels_by_nsys(stats.out)
            tried.append(f"$ nsys ... {shlex.join(step[1:])}\n{ended.out}{ended.err}{stats.out}{stats.err}")
        name = f"{engine} {size} {precision}"
        text += f"\n==== {name}: {len(kernels)} kernels\n" if kernels else f"\n==== {name}: FAILED\n"
        for kernel in kernels or []:
            text += "  " + "  ".join(f"{key} {value}" for key, value in kernel.items()) + "\n"
        if not kernels:
            text += "\n".join(tried)[-6000:] + "\n"
        rows.append({"step": name, "kernels": len(kernels) if kernels else None, "list": kernels or []})
        session.folder.write("profile.txt", text)
    failed = [row["step"] for row in rows if row["kernels"] is None]
    return {"ok": not failed, "why": "no kernels seen of: " + ", ".join(failed) if failed else "", "steps": rows}


def kernels_by_ncu(out):
    """A line of names, a line of units, and a line a kernel, after what the program itself printed."""
    lines = out.splitlines()
    begin = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), None)
    if begin is None:
        return None
    table = list(csv.reader(lines[begin:]))
    names, units = table[0], table[1] if len(table) > 1 else []
    kernels = []
    for line in table[1:]:
        if len(line) != len(names) or not line[0].isdigit():
            continue
        cell, unit = dict(zip(names, line)), dict(zip(names, units))
        kernel = {}
        for label, metric in METRICS.items():
            if metric in cell:
                kernel[label] = f"{cell[metric]} {unit.get(metric, '')}".strip()
        kernel["kernel"] = cell.get("Kernel Name", "?")[:160]
        kernels.append(kernel)
    return after_poison(kernels)


def after_poison(kernels):
    """Before it, setup makes a step of its own. The poison alone is Thrust's."""
    poisons = [i for i, kernel in enumerate(kernels) if "thrust" in kernel["kernel"]]
    return kernels[poisons[-1] + 1:] or None if poisons else None


def kernels_by_nsys(out):
    lines = out.splitlines()
    begin = next((i for i, line in enumerate(lines) if line.startswith("Start (ns)")), None)
    if begin is None:
        return None
    rows = [row for row in csv.DictReader(lines[begin:]) if row.get("GrdX")]  # copies and memsets have no grid
    return after_poison([{"time": row["Duration (ns)"] + " ns", "kernel": row["Name"][:160]} for row in rows])
