"""What all parts share: the binaries that they run, the time that is left, and the folder that they write."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

REHEARSED = ("REHEARSAL: no GPU was used. A fake device, whose times are made up, stands in its place, with small sizes. "
             "This is no evidence of anything.")


class Folder:
    """Of results. No file of a rehearsal has the name of a result."""

    def __init__(self, path, rehearsal=False):
        self.path, self.rehearsal = os.path.abspath(path), rehearsal

    def file(self, name):
        return os.path.join(self.path, ("rehearsal-" if self.rehearsal else "") + name)

    def write(self, name, text):
        """Whole or not at all."""
        handle, temporary = tempfile.mkstemp(dir=self.path, prefix=".gpu_check-")
        with os.fdopen(handle, "w") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, self.file(name))

    def write_json(self, name, value):
        self.write(name, json.dumps({**({"rehearsal": REHEARSED} if self.rehearsal else {}), **value}, indent=1) + "\n")

    def read_json(self, name):
        """Empty where there is none."""
        try:
            with open(self.file(name)) as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}


class Ended:
    """A command that has."""

    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err, seconds

    def last_words(self):
        lines = (self.err.strip() or self.out.strip()).splitlines()
        text = " | ".join(lines[-3:]) or "no output"
        if self.status in (124, 137):
            return "it ran past its time: " + text
        return f"exit status {self.status}: {text}"


class Session:
    def __init__(self, binaries, folder, limit_s):
        self.binaries, self.folder = os.path.abspath(binaries), folder
        self.rehearsal = folder.rehearsal
        self.started, self.limit_s = time.monotonic(), limit_s
        # The tests' own program has engines on a fake device.
        self.overlap = self.binary("overlap_faulty" if self.rehearsal else "overlap")
        self.cufft_folder = self.find_cufft()
        self.libraries = [path for path in (self.binary("lib"), self.cufft_folder) if path and os.path.isdir(path)]
        self.environment = dict(os.environ)
        if self.libraries:  # empty, it would mean the current folder
            self.environment["LD_LIBRARY_PATH"] = ":".join(
                filter(None, [*self.libraries, os.environ.get("LD_LIBRARY_PATH")]))

    def binary(self, name):
        return os.path.join(self.binaries, name)

    def left_s(self):
        return self.limit_s - (time.monotonic() - self.started)

    def say(self, text):
        print(f"[{time.monotonic() - self.started:5.0f} s] {text}", flush=True)

    def stand_in(self, executor):
        return executor.replace("/cuda", "/device") if self.rehearsal else executor

    def run(self, command, limit_s, carried=True):
        """With `carried`, the carried libraries are seen; the system's own programs go without them."""
        limit_s = int(min(limit_s, self.left_s()))
        if limit_s < 3:
            return Ended(124, "", "no time was left to start it", 0.0)
        begun = time.monotonic()
        with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
            process = subprocess.Popen(["timeout", "-k", "5", "-s", "INT", str(limit_s), *command],
                                       stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                       env=self.environment if carried else None)
            try:
                status = process.wait()
            except BaseException:
                process.terminate()  # `timeout` hands it on
                raise
            out.seek(0)
            err.seek(0)
            # `timeout` that had to kill is killed with its group.
            return Ended(137 if status == -9 else status, out.read(), err.read(), time.monotonic() - begun)

    def cufft_name(self):
        """The one that the module was linked with, such as libcufft.so.12."""
        try:
            with open(self.binary("overlap_cuda.so"), "rb") as file:
                found = re.search(rb"libcufft\.so\.\d+", file.read())
            return found.group().decode() if found else "libcufft.so.12"
        except OSError:
            return "libcufft.so.12"

    def cufft_file(self):
        path = os.path.join(self.cufft_folder or "", self.cufft_name())
        return path if os.path.exists(path) else None

    def find_cufft(self):
        """The folder that has it; cuFFT is too large to be carried."""
        name = self.cufft_name()
        listed = subprocess.run("PATH=$PATH:/sbin:/usr/sbin ldconfig -p", shell=True, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        for line in listed.splitlines():
            if line.split()[:1] == [name]:
                return os.path.dirname(line.split("=>")[-1].strip())
        patterns = [folder + "/" + name for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":") if folder]
        for home in filter(None, (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"))):
            patterns.append(home + "/lib64/" + name)
        patterns += ["/usr/local/cuda*/lib64/" + name, "/usr/local/cuda*/targets/*/lib/" + name]
        sites = {p for p in sys.path if p.endswith("-packages")}
        for prefix in {sys.prefix, sys.base_prefix, os.path.dirname(os.path.dirname(shutil.which("python3")))}:
            sites.update(glob.glob(prefix + "/lib/python3*/*-packages"))
        for site in sorted(sites) + ["/opt/*/lib/python3*/site-packages", "/opt/*/.venv/lib/python3*/site-packages",
                                     "/usr/local/lib/python3*/*-packages", "/usr/lib/python3*/*-packages"]:
            patterns += [site + "/nvidia/*/lib/" + name, site + "/nvidia/*/lib/*/" + name]
        return next((os.path.dirname(path) for pattern in patterns for path in sorted(glob.glob(pattern))), None)


def find_tool(name):
    """One of CUDA's, whose folder need not be in PATH."""
    found = shutil.which(name)
    patterns = ["/usr/local/cuda*/bin/" + name, "/opt/nvidia/nsight-compute/*/" + name,
                "/usr/local/cuda*/compute-sanitizer/" + name, "/opt/nvidia/nsight-systems/*/bin/" + name,
                "/opt/nvidia/nsight-systems/*/target-linux-x64/" + name]
    patterns += [f"{site}/nvidia/*/bin/{name}" for site in sys.path if site.endswith("-packages")]
    return found or next((path for pattern in patterns for path in sorted(glob.glob(pattern), reverse=True)), None)
