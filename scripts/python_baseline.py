#!/usr/bin/env python3
"""Python's rows: the classic four (sequential, asyncio, threads, processes) in plain NumPy, or of a user's own compute.

The tool starts it as one of its runners: with a job, and with the recording at descriptor 3, which it fills as
docs/recording.md says. Waits and numbers are the workload's, drawn by numpy.random.Philox; those of a user's own compute
need no NumPy.

usage: python_baseline.py JOB            a runner of overlap
       python_baseline.py --facts        prints the versions, a line each; fails where NumPy is missing
       python_baseline.py --facts-of-own the same for a user's own compute, without NumPy
"""

import time

STARTED_NS = time.monotonic_ns()

import asyncio
import ctypes
import fcntl
import importlib.util
import itertools
import json
import math
import mmap
import multiprocessing
import multiprocessing.connection
import os
import resource
import signal
import statistics
import struct
import sys
import threading

# Drawing and transforming use no BLAS: its idle threads would only be forked with.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
numpy = None  # imported in its phase of the setup

RECORDING_FD = 3
LONGEST_WAIT_S = 100 * 365.25 * 86400
PHASES = ["spawn", "load", "context", "plan", "allocate", "warm_up", "check", "calibrate", "run"]

# Offsets of docs/recording.md.
SETUP_CPU_NS, END_CPU_NS, T0_NS, END_NS = 88, 96, 72, 80
STEP_S, CAPACITY, LANES, REQUESTS_IN_PROGRESS, PEAK_MEMORY = 104, 112, 120, 128, 136
PHASE, STOP, ERROR_STATE, CHECK_STATE, SETUP_S = 144, 148, 152, 156, 160
ERROR, ERROR_BYTES, CHECK_FINDING, CHECK_FINDING_BYTES, NOTES, NOTES_BYTES = 1024, 1024, 2048, 512, 2560, 1536
CHECK_PASSED, CHECK_FAILED = 1, 2
WORKER_BYTES, REQUEST_BYTES, STEP_BYTES = 64, 24, 64

now_ns = time.monotonic_ns


class Stopped(Exception):
    """The recording's stop word is set."""


class Recording:
    """The mapped recording. Formats are struct's native ones, in which every number is written at once."""

    def __init__(self, fd):
        self.fd = fd
        self.memory = mmap.mmap(fd, 0, flags=mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0))
        magic, version = struct.unpack_from("@8sI", self.memory, 0)
        if magic != b"OVERLAP\0" or version != 1 or sys.byteorder != "little":
            raise RuntimeError("a recording of another layout")
        self.requests, self.iterations, self.workers = struct.unpack_from("@3Q", self.memory, 16)
        self.workers_at, self.requests_at, self.steps_at = struct.unpack_from("@3Q", self.memory, 40)
        self.failing = threading.Lock()

    def put(self, offset, form, *values):
        struct.pack_into("@" + form, self.memory, offset, *values)

    def get(self, offset, form):
        return struct.unpack_from("@" + form, self.memory, offset)[0]

    def put_text(self, offset, size, text):
        whole = text.encode(errors="replace")[: size - 1].decode(errors="ignore").encode()
        self.memory[offset : offset + len(whole)] = whole

    def fail(self, message):
        """Writes the error, unless one stands already, and asks all to stop. Any process, any thread."""
        with self.failing:
            fcntl.lockf(self.fd, fcntl.LOCK_EX)
            if self.get(ERROR_STATE, "I") == 0:
                self.put(ERROR_STATE, "I", 1)
                self.put_text(ERROR, ERROR_BYTES, message)
                self.put(ERROR_STATE, "I", 2)
            self.put(STOP, "I", 1)
            fcntl.lockf(self.fd, fcntl.LOCK_UN)

    def raise_if_stopped(self):
        if self.get(STOP, "I") != 0:
            raise Stopped()


class Worker:
    """An entry of the worker table and the records that it fills: its own, so that none needs a lock."""

    def __init__(self, recording, index, own_cpu=False):
        self.recording, self.index = recording, index
        self.at = recording.workers_at + WORKER_BYTES * index
        self.steps_finished = self.digest_ns = 0
        self.order = threading.Lock()
        self.cpu_begin_ns = time.process_time_ns() if own_cpu else 0
        recording.put(self.at, "I4xqq", os.getpid(), now_ns(), self.cpu_begin_ns)

    def end(self):
        """Of a process: what it used."""
        self.recording.put(self.at + 40, "Q", peak_memory_bytes())
        self.recording.put(self.at + 24, "q", time.process_time_ns())

    def begin_request(self, request, begin_ns):
        offset = self.recording.requests_at + REQUEST_BYTES * request
        self.recording.put(offset, "qq", self.recording.get(T0_NS, "q"), begin_ns)

    def end_request(self, request, end_ns):
        self.recording.put(self.recording.requests_at + REQUEST_BYTES * request + 16, "q", end_ns)

    def finish_step(self, step, times_ns, digest):
        offset = self.recording.steps_at + STEP_BYTES * step
        self.recording.put(offset, "qqqI", *times_ns, self.index)
        self.recording.put(offset + 32, "dddd", *digest)
        for _ in range(2):  # a release and then an acquire: what follows is seen after what came before
            with self.order:
                pass
        self.recording.put(offset + 28, "I", 1)
        self.steps_finished += 1
        self.recording.put(self.at + 32, "Q", self.steps_finished)
        self.recording.put(self.at + 56, "q", self.digest_ns)


class Workload:
    """What is to be waited, from the tool's job. What is to be computed follows below.

    A compute has: load(recording), its libraries; reals_of_wait(request, iteration), the first two reals of a step's own
    generator, of which see_bin(real) is told the second; compute(request, iteration), a step; left(step, computed), the
    four numbers that a step leaves; finding(computed), what is wrong with the first step of all; keep(request,
    iteration, computed), a step of the calibration; and finding_in(recording), what is wrong after the run.
    """

    def __init__(self, job):
        self.requests, self.iterations, self.size = job["requests"], job["iterations"], job["size"]
        self.seed, self.wait = job["seed"], job["wait"]

    def draw(self):
        """All waits, before the run."""
        self.waits_ns = []
        for request in range(self.requests):
            for iteration in range(self.iterations):
                wait, bin = self.reals_of_wait(request, iteration)
                self.waits_ns.append(int(min(max(self.quantile(wait), 0.0), LONGEST_WAIT_S) * 1e9 + 0.5))
                self.see_bin(bin)

    def quantile(self, u):
        """The wait distribution's inverse, in seconds: none, constant, uniform, exponential or lognormal."""
        kind, a, b = self.wait["kind"], self.wait["a"], self.wait["b"]
        if kind == 1:
            return a
        if kind == 2:
            return a + (b - a) * u
        if kind == 3:
            return -a * math.log1p(-u)
        if kind == 4:
            return a * math.exp(b * statistics.NormalDist().inv_cdf(u)) if a > 0 and u > 0 else 0.0
        return 0.0


class NumpyTransform(Workload):
    """The workload's FFT, in NumPy."""

    def __init__(self, job):
        super().__init__(job)
        self.single, self.half = job["precision"] == 1, job["spectrum"] == 1
        self.bins = self.size // 2 + 1 if self.half else self.size
        self.checked_bins = []

    def load(self, recording):
        global numpy
        import numpy

        if self.single and int(numpy.__version__.split(".")[0]) < 2:
            recording.put_text(NOTES, NOTES_BYTES, "NumPy before 2.0 transforms float in double")

    def reals_of_wait(self, request, iteration):
        return self.generator(0, request, iteration).random(2).tolist()

    def see_bin(self, real):
        self.checked_bins.append(int(real * self.bins))

    def generator(self, stream, request, iteration):
        counter = ((iteration << 128) + (request << 64) - 1) % 2**256  # it counts up before its first block
        return numpy.random.Generator(numpy.random.Philox(key=self.seed + (stream << 64), counter=counter))

    def compute(self, request, iteration):
        """A step, as the notebook has it: random numbers, then their transform."""
        numbers = self.generator(1, request, iteration).random(self.size)
        if self.single:
            numbers = numbers.astype(numpy.float32)
        return numbers, numpy.fft.rfft(numbers) if self.half else numpy.fft.fft(numbers)

    def left(self, step, computed):
        return self.digest(*computed, self.checked_bins[step])

    def digest(self, numbers, spectrum, bin):
        """What a step leaves of its numbers: their energy, the spectrum's, and one bin."""
        energy_of_spectrum = energy(spectrum)
        if self.half:
            alone = [0] if self.size % 2 else [0, self.size // 2]
            energy_of_spectrum = 2 * energy_of_spectrum - sum(abs(complex(spectrum[k])) ** 2 for k in alone)
        value = complex(spectrum[bin])
        return energy(numbers), energy_of_spectrum / self.size, value.real, value.imag

    def finding(self, computed):
        """Of a step that is read back whole. NumPy makes its arrays itself, so none can be poisoned beforehand."""
        numbers, spectrum = computed
        tolerance = 8 * (2.0**-23 if self.single else 2.0**-52) * math.log2(2 * self.size)
        if len(numbers) != self.size or len(spectrum) != self.bins:
            return f"{len(numbers)} inputs and {len(spectrum)} bins, expected {self.size} and {self.bins}"
        if not numpy.isfinite(spectrum).all():
            return f"bin {int(numpy.argmin(numpy.isfinite(spectrum)))} is not finite"
        input_energy, spectrum_energy, _, _ = self.digest(numbers, spectrum, 0)
        if not abs(input_energy - spectrum_energy) <= tolerance * min(input_energy, spectrum_energy):
            return f"Parseval's equation fails: Σs² {input_energy}, Σ|X|²/N {spectrum_energy}"
        if not self.half:
            difference = spectrum[1:] - spectrum[:0:-1].conj()
            if energy(difference) > tolerance**2 * energy(spectrum):
                return "the upper half is not the lower one's conjugate"
        return ""

    def keep(self, request, iteration, computed):
        pass

    def finding_in(self, recording):
        return ""


class OwnCompute(Workload):
    """A user's own: the function `compute` of a file."""

    def __init__(self, job):
        super().__init__(job)
        self.file, self.name = job["compute_file"], job["compute"]
        self.computed = {}  # in setup, by request and iteration

    def load(self, recording):
        sys.path.insert(0, os.path.dirname(self.file))  # as of a program that is run
        spec = importlib.util.spec_from_file_location(os.path.splitext(self.name)[0], self.file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        try:
            spec.loader.exec_module(module)
            if not callable(getattr(module, "compute", None)):
                raise RuntimeError("it has no function compute(request, iteration, size, seed)")
            self.function = module.compute
            if callable(getattr(module, "prepare", None)):
                module.prepare(self.size, self.seed)
        except Exception as error:
            raise RuntimeError(f"{self.name}: {reason_of(error)}") from error

    def reals_of_wait(self, request, iteration):
        return [(number >> 11) * 2.0**-53 for number in philox((0, request, iteration, 0), (self.seed, 0))[:2]]

    def see_bin(self, real):
        pass

    def compute(self, request, iteration):
        try:
            return self.function(request, iteration, self.size, self.seed)
        except Exception as error:
            raise RuntimeError(f"{self.name}: step ({request}, {iteration}): {reason_of(error)}") from error

    def left(self, step, computed):
        """Up to four numbers; nothing stands for zeros."""
        try:
            numbers = [] if computed is None else list(computed) if hasattr(computed, "__iter__") else [computed]
            if len(numbers) > 4:
                raise ValueError(f"{len(numbers)} of them")
            return [float(number) for number in numbers] + [0.0] * (4 - len(numbers))
        except (TypeError, ValueError) as error:
            place = divmod(step, self.iterations)
            raise RuntimeError(f"{self.name}: step {place}: it takes up to four numbers ({error})") from error

    def keep(self, request, iteration, computed):
        """A step of the setup, which the run is held against."""
        if iteration < self.iterations:
            self.computed[request, iteration] = computed

    def finding(self, computed):
        self.left(0, computed)  # raises
        self.keep(0, 0, computed)
        return ""

    def finding_in(self, recording):
        for (request, iteration), computed in self.computed.items():
            step = request * self.iterations + iteration
            before = self.left(step, computed)
            offset = recording.steps_at + STEP_BYTES * step + 32
            now = list(struct.unpack_from("@4d", recording.memory, offset))
            if not all(a == b or math.isclose(a, b, rel_tol=1e-6) for a, b in zip(before, now)):
                return f"step ({request}, {iteration}) left {now}, in setup {before}"
        return ""


def philox(counter, key):
    """A block of Philox4x64-10 (Salmon et al. 2011), which is four numbers of 64 bits."""
    mask = 2**64 - 1
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        product_0, product_2 = 0xD2E7470EE14C6C93 * c0, 0xCA5A826395121157 * c2
        c0, c1, c2, c3 = (product_2 >> 64) ^ c1 ^ k0, product_2 & mask, (product_0 >> 64) ^ c3 ^ k1, product_0 & mask
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & mask, (k1 + 0xBB67AE8584CAA73B) & mask
    return c0, c1, c2, c3


def energy(array):
    """The sum of squared magnitudes, in double and in parts, so that rounding stays far below an FFT's."""
    reals = array.view(array.real.dtype)
    whole = len(reals) // 1024 * 1024
    rows = reals[:whole].reshape(-1, 1024)
    rest = reals[whole:].astype(numpy.float64)
    parts = numpy.einsum("ij,ij->i", rows, rows, dtype=numpy.float64)
    return float(parts.sum() + (rest * rest).sum())


def peak_memory_bytes():
    with open("/proc/self/status") as status:
        kib = {line.split(":")[0]: int(line.split()[1]) for line in status if line.startswith(("VmHWM:", "RssShmem:"))}
    return max(0, kib.get("VmHWM", 0) - kib.get("RssShmem", 0)) * 1024


def reset_peak_memory():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass  # the figure then includes the setup


def children_cpu_ns():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return int((usage.ru_utime + usage.ru_stime) * 1e9)


class Row:
    """One of the four: what it makes of requests, and how many steps it can compute at once."""

    def __init__(self, job, recording):
        self.job, self.recording = job, recording
        self.workload = OwnCompute(job) if job["compute_file"] else NumpyTransform(job)
        self.workers = job["workers"]
        self.run, self.at_once = {
            "sequential": (self.run_sequential, None),
            "asyncio": (self.run_asyncio, None),
            "threads": (self.run_threads, self.in_threads),
            "processes": (self.run_processes, self.in_processes),
        }[job["driver"]]

    # ---- A request, whoever takes it ----

    def steps_of(self, worker, request, begin_ns):
        """Computes the request's steps; yields when each is due, for its caller to wait until then."""
        workload, recording = self.workload, self.recording
        worker.begin_request(request, begin_ns)
        end_ns = begin_ns
        for iteration in range(workload.iterations):
            step = request * workload.iterations + iteration
            due_ns = end_ns + workload.waits_ns[step]
            recording.raise_if_stopped()
            yield due_ns
            recording.raise_if_stopped()
            begin_ns = now_ns()
            computed = workload.compute(request, iteration)
            end_ns = now_ns()
            digest_begin_ns = time.thread_time_ns()
            digest = workload.left(step, computed)
            del computed  # before the wait
            worker.digest_ns += time.thread_time_ns() - digest_begin_ns
            worker.finish_step(step, (due_ns, begin_ns, end_ns), digest)
        worker.end_request(request, end_ns)

    def take(self, worker, request, begin_ns=None):
        for due_ns in self.steps_of(worker, request, begin_ns or now_ns()):
            while (rest_ns := due_ns - now_ns()) > 0:
                time.sleep(rest_ns * 1e-9)

    async def take_async(self, worker, request):
        for due_ns in self.steps_of(worker, request, now_ns()):
            await asyncio.sleep((due_ns - now_ns()) * 1e-9)  # lets others go first even where it is over
            while (rest_ns := due_ns - now_ns()) > 0:
                await asyncio.sleep(rest_ns * 1e-9)

    # ---- The classic four ----

    def run_sequential(self):
        worker = Worker(self.recording, 0)
        for request in range(self.workload.requests):
            self.take(worker, request)

    def run_asyncio(self):
        async def gather():
            worker = Worker(self.recording, 0)
            await asyncio.gather(*(self.take_async(worker, request) for request in range(self.workload.requests)))

        asyncio.run(gather())

    def run_threads(self):
        counter, lock = itertools.count(self.workers), threading.Lock()

        def next_request():
            with lock:
                return next(counter)

        def work(index):
            worker, request = Worker(self.recording, index), index
            while request < self.workload.requests:
                self.take(worker, request)
                request = next_request()

        self.in_threads(self.workers, work)

    def run_processes(self):
        counter, lock = mmap.mmap(-1, 8), multiprocessing.get_context("fork").Lock()
        counter[:] = struct.pack("@Q", self.workers)

        def next_request():
            with lock:
                (request,) = struct.unpack("@Q", counter[:])
                counter[:] = struct.pack("@Q", request + 1)
                return request

        def work(index):
            begin_ns = now_ns()
            worker, request = Worker(self.recording, index, own_cpu=True), index
            while request < self.workload.requests:
                self.take(worker, request, begin_ns)
                request, begin_ns = next_request(), None
            worker.end()

        self.in_processes(self.workers, work)

    # ---- Workers ----

    def guarded(self, work, *arguments):
        """Ends the process on any failure, with the reason in the recording: other workers may sleep for long."""
        try:
            work(*arguments)
        except BaseException as error:
            give_up(self.recording, error)

    def in_threads(self, count, work):
        threads = [threading.Thread(target=self.guarded, args=(work, index)) for index in range(count)]
        for index, thread in enumerate(threads):
            try:
                thread.start()
            except RuntimeError as error:
                raise RuntimeError(cannot_start("thread", index, count, error)) from error
        for thread in threads:
            thread.join()

    def in_processes(self, count, work):
        context = multiprocessing.get_context("fork")
        parent = os.getpid()

        def begin(index):
            die_with(parent)
            work(index)

        waiting = {}
        for index in range(count):
            process = context.Process(target=self.guarded, args=(begin, index))
            try:
                process.start()
            except OSError as error:
                raise RuntimeError(cannot_start("process", index, count, error.strerror)) from error
            waiting[process.sentinel] = (index, process)
        while waiting:
            for sentinel in multiprocessing.connection.wait(list(waiting)):
                index, process = waiting.pop(sentinel)
                process.join()
                if process.exitcode < 0:
                    raise RuntimeError(f"worker {index} was killed by {signal.Signals(-process.exitcode).name}")
                if process.exitcode > 0:
                    raise RuntimeError(f"worker {index} exited with status {process.exitcode}")

    # ---- Setup ----

    def first_step_s(self):
        begin_ns = now_ns()
        self.first_step = self.workload.compute(0, 0)
        return (now_ns() - begin_ns) * 1e-9

    def check(self):
        self.report(self.workload.finding(self.first_step), "step (0, 0): ")
        del self.first_step

    def check_run(self):
        self.report(self.workload.finding_in(self.recording))

    def report(self, finding, place=""):
        """Of several findings, the first stands."""
        if finding and self.recording.get(CHECK_STATE, "I") != CHECK_FAILED:
            self.recording.put_text(CHECK_FINDING, CHECK_FINDING_BYTES, place + finding)
            self.recording.put(CHECK_STATE, "I", CHECK_FAILED)
        elif not finding and self.recording.get(CHECK_STATE, "I") == 0:
            self.recording.put(CHECK_STATE, "I", CHECK_PASSED)

    def rate(self, steps):
        """Computes some steps, without waits or digests: the median of their seconds, and how many in a second."""
        seconds = []
        begin_ns = now_ns()
        for iteration in range(steps):
            step_begin_ns = now_ns()
            computed = self.workload.compute(0, iteration)
            seconds.append((now_ns() - step_begin_ns) * 1e-9)
            self.workload.keep(0, iteration, computed)
        return statistics.median_low(seconds), steps / max((now_ns() - begin_ns) * 1e-9, 1e-9)

    def calibrate(self, first_step_s):
        def steps_within(step_s):
            return int(min(max(self.job["calibration_s"] / max(step_s, 1e-9), 3), 20_000))

        step_s, capacity = self.rate(steps_within(first_step_s))
        lanes = self.job["lanes"]
        if lanes > 1:
            rates = memoryview(mmap.mmap(-1, 8 * lanes)).cast("d")

            def work(index):
                rates[index] = self.rate(steps_within(step_s))[1]

            self.at_once(lanes, work)
            capacity = sum(rates)
        self.recording.put(STEP_S, "dd", step_s, capacity)


def cannot_start(what, index, count, error):
    return f"{what} {index + 1} of {count} can't be started ({error}); --workers bounds their number"


def die_with(parent):
    """Should the parent be killed, so is this process."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def give_up(recording, error):
    if not isinstance(error, Stopped):
        recording.fail(reason_of(error))
    os._exit(1)


def reason_of(error):
    """An error in a line; one that this program has worded is only its text."""
    text = (str(error).strip().splitlines() or [""])[0]
    return text if type(error) is RuntimeError and text else f"{type(error).__name__}: {text}"


class Setup:
    """The clock of setup's phases; the current one shows in the recording."""

    def __init__(self, recording):
        self.recording, self.seconds = recording, [0.0] * (len(PHASES) - 1)

    def measure(self, phase, work, *arguments):
        number = PHASES.index(phase)
        self.recording.put(PHASE, "I", number)
        begin_ns = now_ns()
        result = work(*arguments)
        self.seconds[number] += (now_ns() - begin_ns) * 1e-9
        self.recording.put(PHASE, "I", 0)
        return result

    def end(self):
        self.recording.put(SETUP_S, "8d", *self.seconds)


def run(job, recording):
    recording.put(LANES, "QQ", job["lanes"], job["requests_in_progress"])
    setup = Setup(recording)
    setup.seconds[0] = (STARTED_NS - job["spawned_ns"]) * 1e-9
    setup.seconds[1] = (now_ns() - STARTED_NS) * 1e-9
    row = Row(job, recording)
    setup.measure("load", row.workload.load, recording)
    setup.measure("plan", row.workload.draw)
    first_step_s = setup.measure("warm_up", row.first_step_s)
    setup.measure("check", row.check)
    setup.measure("calibrate", row.calibrate, first_step_s)
    setup.end()

    setup_children_cpu_ns = children_cpu_ns()
    reset_peak_memory()
    recording.put(PHASE, "I", PHASES.index("run"))
    recording.put(SETUP_CPU_NS, "q", time.process_time_ns() + setup_children_cpu_ns)
    recording.put(T0_NS, "q", now_ns())
    row.run()
    recording.put(END_NS, "q", now_ns())
    recording.put(END_CPU_NS, "q", time.process_time_ns() + setup_children_cpu_ns)
    recording.put(PEAK_MEMORY, "Q", peak_memory_bytes())
    row.check_run()


def print_facts(with_numpy):
    print("python_version", sys.version.split()[0])
    if with_numpy:
        import numpy

        numpy.random.Philox
        print("numpy_version", numpy.__version__)
    print("python_lock", "on" if getattr(sys, "_is_gil_enabled", lambda: True)() else "off")


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__.strip())
    if arguments[0] in ("--facts", "--facts-of-own"):
        return print_facts(with_numpy=arguments[0] == "--facts")
    recording = Recording(RECORDING_FD)
    try:
        run(json.loads(arguments[0]), recording)
    except BaseException as error:
        give_up(recording, error)


if __name__ == "__main__":
    main(sys.argv[1:])
