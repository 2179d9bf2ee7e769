"""The GPU tests, memcheck over short runs, and the ceiling of copies."""

import json
import os
import re
import shlex
import sys
import tempfile

from environment import head
from session import find_tool


def tests_part(session, facts):
    program = session.binary("overlap_tests")
    if not os.path.exists(program):
        return {"ok": False, "why": f"there is no {program}"}
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        ended = session.run([program, "--gtest_filter=Gpu.*", "--gtest_output=json:" + report], 150)
        session.folder.write("tests.txt", head(session, facts) + "\n" + ended.out + ended.err)
        try:
            suites = json.load(open(report))["testsuites"]
        except (OSError, ValueError):
            suites = []
    tests = []
    for test in (t for suite in suites for t in suite["testsuite"]):
        failures = [f["failure"][:2000] for f in test.get("failures", [])]
        result = "failed" if failures else "skipped" if test["result"] == "SKIPPED" else "passed"
        tests.append({"name": test["name"], "result": result, "time": test["time"], "failures": failures})
    counts = {result: sum(t["result"] == result for t in tests) for result in ("passed", "failed", "skipped")}
    part = {"ok": ended.status == 0 and counts["passed"] > 0 and counts["passed"] == len(tests), "counts": counts,
            "seconds": round(ended.seconds, 1)}
    if ended.status != 0:
        part["why"] = ended.last_words()[:500]
    elif not part["ok"]:
        part["why"] = "tests were skipped"
    if session.rehearsal:  # there they can only be skipped
        part["ok"] = ended.status == 0
    session.folder.write_json("tests.json", {"environment": facts, **part, "tests": tests})
    return part


def sanitize_part(session, facts):
    program = find_tool("compute-sanitizer")
    if session.rehearsal or not program:
        why = "skipped: " + ("a rehearsal has nothing to watch" if session.rehearsal else "there is no compute-sanitizer here")
        session.folder.write("sanitize.txt", head(session, facts) + "\n" + why + "\n")
        return {"ok": True, "why": why}
    text = head(session, facts)
    results = []
    for name, arguments in (
        ("a step of cuda", ["step", "--engine", "cuda", "--size", "4099"]),
        ("a step of cuda-copy, float, half", ["step", "--engine", "cuda-copy", "--size", "1002", "--precision", "float",
                                              "--spectrum", "half"]),
        ("a run", ["run", "--executors", "coroutine/cuda", "--requests", "4", "--iterations", "2", "--size", "4096",
                   "--wait", "none", "--streams", "2"]),
        ("a run in order, blocking", ["run", "--executors", "coroutine/cuda", "--requests", "4", "--iterations", "1",
                                      "--size", "4M", "--wait", "none", "--streams", "2", "--completion", "block"]),
    ):
        # Runners are processes of their own.
        command = [program, "--tool", "memcheck", "--target-processes", "all", "--error-exitcode", "99", session.overlap,
                   *arguments]
        ended = session.run(command, 50)
        sums = [int(n) for n in re.findall(r"ERROR SUMMARY: (\d+) error", ended.out + ended.err)]
        ok = ended.status == 0 and len(sums) >= 1 and not any(sums)
        results.append(ok)
        verdict = "passed" if ok else "FAILED: " + ended.last_words()[:300]
        text += (f"\n==== {name}: {verdict}; {len(sums)} summaries, {sum(sums)} errors; {ended.seconds:.0f} s\n"
                 f"$ {shlex.join(map(os.path.basename, command))}\n{(ended.out + ended.err)[-20000:]}\n")
        session.folder.write("sanitize.txt", text)
    return {"ok": all(results), "why": f"{sum(results)} of {len(results)} runs without errors (memcheck)"}


def bandwidth_part(session, facts):
    if session.rehearsal:
        why = "a rehearsal has no device to copy on"
        session.folder.write_json("bandwidth.json", {"environment": facts, "skipped": why})
        return {"ok": True, "why": "skipped: " + why}
    # In a process of its own, which may crash or hang.
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "copy_bandwidth.py")
    ended = session.run([sys.executable, program], 40, carried=False)
    try:
        figures = json.loads(ended.out)
    except ValueError:
        return {"ok": False, "why": "the driver's copies could not be timed: " + ended.last_words()[:300]}
    session.folder.write_json("bandwidth.json", {"environment": facts, **figures})
    return {"ok": True, **figures}
