"""What Python's rows compute: the workload's FFT in NumPy, or a user's own function."""

import asyncio
import importlib.util
import inspect
import math
import os
import statistics
import sys
import threading

numpy = None  # imported in its phase of the setup

LONGEST_WAIT_S = 100 * 365.25 * 86400


class RunFailed(Exception):
    """A failure in this program's own words, which are the whole reason."""


class Workload:
    """What is to be waited, from the tool's job. What is to be computed follows below.

    A compute has: load(recording), its libraries; reals_of_wait(block, request, iteration), the first two reals of a
    block of a step's own generator; see_bin(real), which is told the second one of block 0; compute(request, iteration), a step; left(step, computed), the
    four numbers that a step leaves; finding(computed), what is wrong with the first step of all; keep(request,
    iteration, computed), a step of the calibration; and finding_in(recording), what is wrong after the run.
    """

    is_async = False  # once loaded: whether there is a compute_async, which lets others go on meanwhile
    kinds = 1  # how many iterations in a row may differ in what they take
    gives_lock_away = False  # also outside its steps

    def __init__(self, job):
        workload = job["workload"]
        self.requests, self.iterations, self.size = workload["requests"], workload["iterations"], workload["size"]
        self.seed, self.wait = workload["seed"], workload["wait"]
        self.repeat = workload["repeat"] if workload["rate"] > 0 else 0  # each has waits of its own at a rate

    def draw(self):
        """All waits, before the run."""
        self.waits_ns = []
        for request in range(self.requests):
            for iteration in range(self.iterations):
                wait, bin = self.reals_of_wait(0, request, iteration)
                if self.repeat:
                    wait, _ = self.reals_of_wait(self.repeat, request, iteration)
                self.waits_ns.append(int(min(max(self.quantile(wait), 0.0), LONGEST_WAIT_S) * 1e9 + 0.5))
                self.see_bin(bin)

    def quantile(self, u):
        """The wait distribution's inverse, in seconds: none, constant, uniform, exponential, lognormal, percentiles."""
        kind, a, b = self.wait["kind"], self.wait["a"], self.wait["b"]
        if kind == 1:
            return a
        if kind == 2:
            return a + (b - a) * u
        if kind == 3:
            return -a * math.log1p(-u)
        if kind == 4:
            return a * math.exp(b * statistics.NormalDist().inv_cdf(u)) if a > 0 and u > 0 else 0.0
        if kind == 5:
            below = (0.0, 0.0)
            for above in ((each["percent"], each["wait_s"]) for each in self.wait["percentiles"]):
                if 100 * u < above[0]:
                    return below[1] + (100 * u - below[0]) / (above[0] - below[0]) * (above[1] - below[1])
                below = above
            return below[1]
        return 0.0


class Generators(threading.local):
    """A thread's own generator, set to where a step's numbers begin: a new one for each takes longer than small steps."""

    def __init__(self, seed):
        self.bits = {stream: numpy.random.Philox(key=seed + (stream << 64)) for stream in (0, 1)}
        self.generators = {stream: numpy.random.Generator(bits) for stream, bits in self.bits.items()}
        self.states = {stream: bits.state for stream, bits in self.bits.items()}  # of nothing drawn yet
        self.counters = {stream: memoryview(state["state"]["counter"]).cast("B") for stream, state in self.states.items()}

    def at(self, stream, request, iteration, block=0):
        counter = ((iteration << 128) + (request << 64) + block - 1) % 2**256  # it counts up before its first block
        self.counters[stream][:] = counter.to_bytes(32, "little")
        self.bits[stream].state = self.states[stream]
        return self.generators[stream]


class NumpyTransform(Workload):
    """The workload's FFT, in NumPy."""

    gives_lock_away = True  # in digests

    def __init__(self, job):
        super().__init__(job)
        self.single, self.half = job["workload"]["precision"] == 1, job["workload"]["spectrum"] == 1
        self.bins = self.size // 2 + 1 if self.half else self.size
        self.checked_bins = []

    def load(self, recording):
        global numpy
        import numpy

        if self.single and int(numpy.__version__.split(".")[0]) < 2:
            recording.note("NumPy before 2.0 transforms float in double")
        self.generators = Generators(self.seed)

    def reals_of_wait(self, block, request, iteration):
        return self.generators.at(0, request, iteration, block).random(2).tolist()

    def see_bin(self, real):
        self.checked_bins.append(int(real * self.bins))

    def compute(self, request, iteration):
        """A step, as the notebook has it: random numbers, then their transform."""
        numbers = self.generators.at(1, request, iteration).random(self.size)
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
        self.file = next(file for file in job["own_compute"]["files"] if file.endswith(".py"))
        self.name = os.path.basename(self.file)
        self.kinds = self.iterations
        self.setup = {}  # what steps left in setup, by request and iteration

    def load(self, recording):
        sys.path.insert(0, os.path.dirname(self.file))  # as of a program that is run
        # By a name of its own: the file may be called as a module that others import.
        spec = importlib.util.spec_from_file_location("own_compute", self.file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        try:
            # Not from the cache, which knows a file by its size and the second in which it was written.
            exec(spec.loader.source_to_code(spec.loader.get_data(self.file), self.file), module.__dict__)
        except BaseException as error:  # SystemExit among them
            raise self.failed(error) from error
        if not callable(getattr(module, "compute", None)):
            raise RunFailed(f"{self.name}: it has no function compute(request, iteration, size, seed)")
        self.function, self.is_async = module.compute, inspect.iscoroutinefunction(module.compute)
        if callable(getattr(module, "prepare", None)):
            try:
                prepared = module.prepare(self.size, self.seed)
                if inspect.isawaitable(prepared):
                    event_loop().run_until_complete(prepared)
            except BaseException as error:
                raise self.failed(error, "prepare: ") from error

    def failed(self, error, place=""):
        """Whatever a user's code has raised, with where."""
        line = line_in(self.file, error)
        hint = ""
        if isinstance(error, ModuleNotFoundError):
            hint = f"; {sys.executable} lacks it, and --python names another interpreter"
        return RunFailed(f"{self.name}: {place}{reason_of(error)}{line and f' (line {line})'}{hint}")

    def reals_of_wait(self, block, request, iteration):
        return [(number >> 11) * 2.0**-53 for number in philox((block, request, iteration, 0), (self.seed, 0))[:2]]

    def see_bin(self, real):
        pass

    def compute(self, request, iteration):
        iteration %= self.iterations  # setup computes more steps than there are
        try:
            computed = self.function(request, iteration, self.size, self.seed)
            return event_loop().run_until_complete(computed) if self.is_async else computed
        except BaseException as error:
            raise self.failed(error, f"step ({request}, {iteration}): ") from error

    async def compute_async(self, request, iteration):
        iteration %= self.iterations
        try:
            return await self.function(request, iteration, self.size, self.seed)
        except asyncio.CancelledError:  # as another step has failed
            raise
        except BaseException as error:
            raise self.failed(error, f"step ({request}, {iteration}): ") from error

    def left(self, step, computed):
        """Up to four numbers; nothing stands for zeros."""
        try:
            if isinstance(computed, (str, bytes, bytearray, set, frozenset, dict)) or inspect.isgenerator(computed):
                raise TypeError(f"not a {type(computed).__name__}")
            is_one = not hasattr(computed, "__iter__") or getattr(computed, "ndim", 1) == 0
            numbers = [] if computed is None else [computed] if is_one else list(computed)
            if len(numbers) > 4:
                raise ValueError(f"{len(numbers)} of them")
            return [float(number) for number in numbers] + [0.0] * (4 - len(numbers))
        except (OverflowError, TypeError, ValueError) as error:
            place = divmod(step, self.iterations)
            raise RunFailed(f"{self.name}: step {place}: it returns up to four numbers ({error})") from error

    def keep(self, request, iteration, computed):
        """A step of the setup, which the run is held against: its numbers, as the function may use a list again."""
        if iteration < self.iterations:
            self.setup[request, iteration] = self.left(request * self.iterations + iteration, computed)

    def finding(self, computed):
        self.keep(0, 0, computed)
        return ""

    def finding_in(self, recording):
        for (request, iteration), before in self.setup.items():
            now = recording.left_by(request * self.iterations + iteration)
            if not all(a == b or math.isclose(a, b, rel_tol=1e-6) for a, b in zip(before, now)):
                nan = "; NaN can't be verified" if any(map(math.isnan, before + now)) else ""
                return f"step ({request}, {iteration}) left {now}, in setup {before}{nan}"
        return ""


loops = threading.local()


def event_loop():
    """This thread's own, for asynchronous functions where none runs."""
    if getattr(loops, "loop", None) is None:
        loops.loop = asyncio.new_event_loop()
    return loops.loop


def close_event_loop(wait=True):
    """This thread's, before its end, and, waiting for threads of the loop, before it forks: processes can't share one."""
    if getattr(loops, "loop", None) is not None:
        if wait and hasattr(loops.loop, "shutdown_default_executor"):  # from Python 3.9 on
            loops.loop.run_until_complete(loops.loop.shutdown_default_executor())
        elif wait and loops.loop._default_executor is not None:
            loops.loop._default_executor.shutdown()
        loops.loop.close()
    loops.loop = None


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
    part = 1024
    reals = array.view(array.real.dtype)
    whole = len(reals) // part * part
    rest = reals[whole:].astype(numpy.float64, copy=False)
    if not whole:
        return float(rest.dot(rest))
    rows = reals[:whole].reshape(-1, part)
    parts = numpy.einsum("ij,ij->i", rows, rows, dtype=numpy.float64)
    return float(parts.sum() + rest.dot(rest))


def line_in(file, error):
    """The line of a file from which an error came; "" where it came from elsewhere."""
    line, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def reason_of(error):
    """An error in a line: its type and its text, of RunFailed the text alone."""
    text = (str(error).strip().splitlines() or [""])[0]
    if isinstance(error, RunFailed):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
