"""The runs of the tool whose figures the summary is made of."""

import json
import os
import shlex
import tempfile


class Sweep:
    def __init__(self, session, facts):
        self.session, self.facts = session, facts
        self.runs, self.failures, self.left_out = [], [], []

    def run(self, group, label, executors, limit_s=60, **workload):
        """One `overlap run`; its rows, kept with the group's name."""
        session = self.session
        if session.left_s() < 8:
            self.left_out.append(f"{group}: {label}")
            self.save()
            return []
        executors = list(dict.fromkeys(map(session.stand_in, executors)))
        if session.rehearsal:
            size = workload.get("size", "4M")
            # With copies the fake device computes by definition, in N² steps.
            workload["size"] = {"4M": "256", "1M": "128", "64Ki": "96", "4Ki": "64", "256": "32"}.get(size, size)
            workload["requests"] = min(int(workload.get("requests", 10)), 2000)
            if workload.get("wait", "uniform:0:1") == "uniform:0:1":
                workload["wait"] = "uniform:0:0.05"
        arguments = ["run", "--executors", ",".join(executors)]
        for option, value in workload.items():
            arguments += ["--" + option.replace("_", "-"), str(value)]
        arguments += ["--timeout", f"{max(5, limit_s // 2)}"]
        session.say(f"{group}: {label}")
        with tempfile.TemporaryDirectory() as folder:
            report_file = os.path.join(folder, "report.json")
            ended = session.run([session.overlap, *arguments, "--output", report_file], limit_s)
            try:
                report = json.load(open(report_file))
            except (OSError, ValueError):
                report = None
        entry = {"group": group, "label": label, "command": shlex.join(["overlap", *arguments]),
                 "exit_status": ended.status, "seconds": round(ended.seconds, 2)}
        problems = []
        if report is None:
            entry["problem"] = ended.last_words()[:500]
            problems.append(entry["problem"])
            rows = []
        else:
            entry["workload"] = report["workload"]
            entry["notes"] = report["notes"]
            entry["rows"] = rows = [{k: v for k, v in row.items() if k != "steps"} for row in report["runs"]]
            for row in rows:
                if row["status"] != "ok" or (row["verified"] is not True and "/null" not in row["executor"]):
                    problems.append(f"{row['executor']}: {row['status']}, verified {row['verified']}: {row['reason']}")
        self.runs.append(entry)
        self.failures += [f"{group}, {label}: {problem}" for problem in problems]
        self.save()
        return rows

    def save(self):
        self.session.folder.write_json("sweep.json", {"environment": self.facts, "failures": self.failures,
                                                      "left_out": self.left_out, "runs": self.runs})


# Of fewer requests, whose waits are shorter by that, no schedule comes close to the bound: all come at once.
OVERLAPPED = {"requests": 64, "iterations": 10}
CPU_ROWS = ["coroutine/fftw", "threads/fftw", "processes/fftw"]
GPU_ROWS = ["coroutine/cuda", "coroutine/cuda-copy"]
# One thread that makes all of cuda-copy's numbers is slower than the bus: where ways are compared, threads make them too.
COMPARED_GPU_ROWS = [*GPU_ROWS, "threads/cuda-copy"]


def sweep_part(session, facts):
    sweep = Sweep(session, facts)
    slots = facts["cpus"]

    # What the targets are about comes first.
    sweep.run("default", "default workload", [*CPU_ROWS, *GPU_ROWS, "threads/cuda", "processes/cuda"], 100)
    for size in ("4M", "1M", "64Ki", "4Ki"):
        for mode in ("poll", "block"):
            sweep.run("no waits", f"1,000 requests × 5, N {size}, {mode}", ["coroutine/cuda"], 40, requests=1000,
                      iterations=5, size=size, wait="none", repeat=3, completion=mode)
    for mode in ("poll", "block"):
        sweep.run("completion", f"default workload, {mode}", ["coroutine/cuda", "threads/cuda"], 40, completion=mode)

    # Waits under kernels: each request waits, in all, as long as all kernels take.
    rows = sweep.run("overlapped waits", "no waits", ["coroutine/cuda"], 30, **OVERLAPPED, wait="none")
    if rows and rows[0]["status"] == "ok":
        wait_s = OVERLAPPED["requests"] * rows[0]["device_busy_s"] / rows[0]["steps_finished"]
        sweep.run("overlapped waits", f"constant:{wait_s:.6f}", ["coroutine/cuda", "sequential/cuda"], 60, **OVERLAPPED,
                  wait=f"constant:{wait_s:.6f}")

    for size, requests in (("4M", 200), ("1M", 400), ("64Ki", 1000)):
        for streams in (1, 2, 4, 8, 16, 32):
            sweep.run(f"K swept, N {size}", str(streams), ["coroutine/cuda"], 30, requests=requests, iterations=5,
                      size=size, wait="none", streams=streams)

    # With many requests the one thread of coroutines, which computes or generates, is what takes the time.
    for requests in (1, 4, 16, 64, 256):
        rows = [*CPU_ROWS, *COMPARED_GPU_ROWS] if requests <= 16 else ["threads/fftw", "coroutine/cuda",
                                                                      "threads/cuda-copy"]
        sweep.run("n swept (N 4M, waits to 0.1 s)", str(requests), rows, 60, requests=requests,
                  wait="uniform:0:0.1", compute_slots=slots)
    for size in ("256", "4Ki", "64Ki", "1M", "4M"):
        rows = ["threads/fftw", "coroutine/cuda", "threads/cuda-copy"]
        if size != "4M":
            rows += ["coroutine/fftw", "coroutine/cuda-copy"]
        sweep.run("N swept (n 64, waits to 0.01 s)", size, rows, 60, requests=64, size=size, wait="uniform:0:0.01",
                  compute_slots=slots)

    for precision, spectrum in (("double", "half"), ("float", "full"), ("float", "half")):
        sweep.run("numbers", f"{precision}, {spectrum}", GPU_ROWS, 40, requests=20, wait="none", precision=precision,
                  spectrum=spectrum)
    sweep.run("10,000 requests", "N 4M", ["coroutine/cuda"], 40, requests=10000, iterations=1, wait="none")
    sweep.run("10,000 requests", "N 64Ki, waits to 1 s", ["coroutine/cuda"], 40, requests=10000, iterations=2,
              size="64Ki")
    why = sweep.failures + ([f"no time was left for {len(sweep.left_out)} runs"] if sweep.left_out else [])
    return {"ok": not why, "why": "; ".join(why)[:1000], "runs": len(sweep.runs)}
