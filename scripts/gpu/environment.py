"""The machine that was measured on: every file of results says it."""

import datetime
import json
import os
import platform
import re
import shutil
import sys

from session import REHEARSED


def environment(session):
    version = session.run([session.overlap, "--version"], 20)
    if version.status != 0:
        sys.exit(f"gpu_check: {session.overlap} does not run: {version.last_words()}")
    commit = re.search(r"\((.*)\)", version.out)
    facts = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "overlap": version.out.strip(),
        "commit": commit.group(1) if commit else "unknown",
        "cpu": next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                    platform.processor()),
        "cpus": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "device": "none (rehearsal)" if session.rehearsal else "unknown",
        "driver": "none (rehearsal)" if session.rehearsal else "unknown",
        "cufft_file": None if session.rehearsal else session.cufft_file(),
    }
    if not session.rehearsal and shutil.which("nvidia-smi"):
        fields = ["name", "driver_version", "memory.total", "clocks.max.sm", "clocks.max.memory", "power.limit",
                  "compute_mode", "mig.mode.current"]
        smi = session.run(["nvidia-smi", "--query-gpu=" + ",".join(fields), "--format=csv,noheader"], 30, carried=False)
        if smi.status == 0 and smi.out.strip():
            facts["nvidia_smi"] = dict(zip(fields, [f.strip() for f in smi.out.splitlines()[0].split(",")]))
            facts["device"] = facts["nvidia_smi"]["name"]
            facts["driver"] = facts["nvidia_smi"]["driver_version"]
        else:
            facts["nvidia_smi"] = smi.last_words()
    # What the engine says of its device: a run's report has it.
    probe = session.run([session.overlap, "run", "--executors", session.stand_in("coroutine/cuda"), "--requests", "1",
                         "--iterations", "1", "--size", "1Ki", "--wait", "none", "--format", "json"], 60)
    try:
        report = json.loads(probe.out)
        facts["gpu"] = {name[4:]: value for name, value in report["machine"].items() if name.startswith("gpu_")}
        facts["machine"] = report["machine"]
        facts["build"] = report["tool"]
        # The device that the engine chose: nvidia-smi's first one may be another.
        if not session.rehearsal:
            for key, fact in (("device", "name"), ("driver", "driver")):
                facts[key] = facts["gpu"][fact] or facts[key]
    except (ValueError, KeyError, TypeError):
        facts["gpu"] = "no report of a run: " + probe.last_words()
    return facts


def head(session, facts):
    return (f"device: {facts['device']}\ndriver: {facts['driver']}\ncommit: {facts['commit']}\n"
            f"date:   {facts['date']}\n" + (REHEARSED + "\n" if session.rehearsal else ""))
