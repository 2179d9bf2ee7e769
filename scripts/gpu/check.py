"""Runs the parts of scripts/gpu_check, each of which writes what it found, and after each the summary."""

import argparse
import os
import sys
import time
import traceback

from environment import environment
from parts import bandwidth_part, sanitize_part, tests_part
from profile_step import profile_part
from session import REHEARSED, Folder, Session
from summary import same, summary, verdict
from sweep import sweep_part

SCRIPTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # in a bundle, its folder
BUILT = SCRIPTS if os.path.exists(os.path.join(SCRIPTS, "overlap")) else os.path.join(SCRIPTS, "../build/release")
LIMIT_S = 520  # in all; 9 minutes with what the last command may take to end
PARTS = {
    "tests": [("tests", tests_part)],
    "sanitize": [("sanitize", sanitize_part)],
    "sweep": [("bandwidth", bandwidth_part), ("profile", profile_part), ("sweep", sweep_part)],
}


def options():
    parser = argparse.ArgumentParser(
        prog="scripts/gpu_check",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Tests and measures the CUDA engines on a GPU, and writes at most 8 files into DIR:\n"
        "environment.json, tests.json, tests.txt, sweep.json, bandwidth.json, profile.txt, sanitize.txt, summary.md.",
        epilog="Runs of single parts into one DIR add up, as long as commit, device and driver are the same.\n"
        "Exit status: 0 all parts passed; 1 a part failed; 2 wrong usage; 4 CUDA is unavailable.",
    )
    parser.add_argument("dir", metavar="DIR", help="where the results go")
    parser.add_argument("--only", choices=PARTS, help="one part alone (sweep: with copy bandwidth and profile)")
    parser.add_argument("--binaries", metavar="FOLDER", default=BUILT,
                        help="holds overlap, overlap_tests, overlap_cuda.so, and lib/ for carried libraries "
                        "(default: build/release, or the bundle that this lies in)")
    parser.add_argument("--rehearse", action="store_true",
                        help="try the script itself without a GPU: the tests' fake device in the place of CUDA's, small "
                        "sizes; what it writes says so, and is no evidence")
    return parser.parse_args()


def why_unavailable(session):
    """What the tool says of CUDA, and what it may lack; empty where CUDA is available."""
    listed = session.run([session.overlap, "list"], 60)
    line = next((line for line in listed.out.splitlines() if line.split()[:1] == ["coroutine/cuda"]), listed.last_words())
    if line.split()[1:] == ["available"]:
        return []
    why = [f"gpu_check: {' '.join(line.split())}"]
    module = session.binary("overlap_cuda.so")
    if os.path.exists(module):
        why.append("gpu_check: libraries searched beside the system's: " + (":".join(session.libraries) or "none"))
        why += ["  " + line.strip() for line in session.run(["ldd", module], 20).out.splitlines() if "not found" in line]
    return why


def main():
    chosen = options()
    folder = Folder(chosen.dir, chosen.rehearse)
    session = Session(chosen.binaries, folder, LIMIT_S)
    if not os.path.exists(session.overlap):
        sys.exit(f"gpu_check: there is no {session.overlap}: build first (scripts/build), or name --binaries FOLDER")
    if not chosen.rehearse:
        why = why_unavailable(session)
        if why:
            print(*why, sep="\n", file=sys.stderr)
            return 4
    os.makedirs(folder.path, exist_ok=True)
    if chosen.rehearse:
        print("!" * 100 + f"\n{REHEARSED}\n" + "!" * 100, flush=True)
    facts = environment(session)
    session.say(f"{facts['device']}, driver {facts['driver']}, commit {facts['commit']}; at most {LIMIT_S} s")

    before = folder.read_json("environment.json")
    parts = before.get("parts", {}) if same(facts, before) else {}
    work = PARTS[chosen.only] if chosen.only else [part for group in PARTS.values() for part in group]
    for name, part in work:
        session.say(name)
        begun = time.monotonic()
        try:
            result = part(session, facts)
        except Exception:  # one part's failure must not cost the others
            traceback.print_exc()
            result = {"ok": False, "why": traceback.format_exc().splitlines()[-1]}
        parts[name] = {"date": facts["date"], "took_s": round(time.monotonic() - begun, 1), **result}
        session.say(f"{name}: {verdict(result, chosen.rehearse)}. {result.get('why', '')}")
        folder.write_json("environment.json", {**facts, "parts": parts})
        folder.write("summary.md", summary(folder))
    failed = [name for name, _ in work if not parts[name]["ok"]]
    session.say(f"wrote {folder.path}" + (f"; FAILED: {', '.join(failed)}" if failed else "; no part failed"))
    if chosen.rehearse:
        print(REHEARSED, flush=True)
    return 1 if failed else 0


sys.exit(main())
