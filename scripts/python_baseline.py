#!/usr/bin/env python3
"""Python's rows: the classic four (sequential, asyncio, threads, processes) and asyncio with a pool of threads or of
processes, in plain NumPy, or of a user's own compute.

The tool starts it as one of its runners: with a job, and with the recording at descriptor 3, which it fills as
docs/recording.md says. Waits and numbers are the workload's, drawn by numpy.random.Philox; those of a user's own compute
need no NumPy.

usage: python_baseline.py JOB            a runner of overlap, which alone starts it so
       python_baseline.py --facts        prints the versions, a line each; fails where NumPy is missing
       python_baseline.py --facts-of-own the same for a user's own compute, without NumPy
"""

import time

STARTED_NS = time.monotonic_ns()

import asyncio
import itertools
import json
import mmap
import multiprocessing
import multiprocessing.connection
import os
import resource
import signal
import struct
import sys
import threading

# Drawing and transforming use no BLAS: its idle threads would only be forked with.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Where an interpreter is told to look nowhere (-I), too.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from python_calibration import Calibration, has_lock
from python_computes import NumpyTransform, OwnCompute, RunFailed, close_event_loop, event_loop, reason_of
from python_pool import Pool, ThreadPool, die_with
from python_recording import (
    END_CPU_NS, END_NS, LANES, PEAK_MEMORY, PHASE, SETUP_CPU_NS, SETUP_S, T0_NS,
    Recording, Stopped, Worker, now_ns, peak_memory_bytes,
)

RECORDING_FD = 3
FACTS = ["--facts", "--facts-of-own"]
PHASES = ["spawn", "load", "context", "plan", "allocate", "warm_up", "check", "calibrate", "run"]


def reset_peak_memory():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass  # the figure then includes the setup


def children_cpu_ns():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return int((usage.ru_utime + usage.ru_stime) * 1e9)


class Step:
    """A step on its way: when it is due, and then what its caller made of it."""

    def __init__(self, request, iteration, due_ns):
        self.request, self.iteration, self.due_ns = request, iteration, due_ns
        self.begin_ns = self.end_ns = 0
        self.computed = self.left = None


class Row:
    """One of the six: what it makes of requests, and how many steps it can compute at once."""

    def __init__(self, job, recording):
        self.job, self.recording = job, recording
        self.workload = OwnCompute(job) if job["own_compute"]["files"] else NumpyTransform(job)
        self.workers = job["workers"]
        self.has_rate = job["workload"]["rate"] > 0
        of_processes = multiprocessing.get_context("fork").Barrier
        self.run, self.at_once, self.barrier = {
            "sequential": (self.run_sequential, None, None),
            "asyncio": (self.run_asyncio, None, None),
            "threads": (self.run_threads, self.in_threads, threading.Barrier),
            "processes": (self.run_processes, self.in_processes, of_processes),
            "thread-pool": (self.run_pool, self.in_threads, threading.Barrier),
            "pool": (self.run_pool, self.in_processes, of_processes),
        }[job["executor"]["driver"]]
        self.pool = None

    # ---- A request, whoever takes it ----

    def steps_of(self, worker, request, begin_ns):
        """The request's steps, one after another: its caller waits until each is due, and computes it."""
        workload, recording = self.workload, self.recording
        worker.begin_request(request, begin_ns)
        end_ns = begin_ns
        for iteration in range(workload.iterations):
            number = request * workload.iterations + iteration
            step = Step(request, iteration, end_ns + workload.waits_ns[number])
            recording.raise_if_stopped()
            yield step
            end_ns = step.end_ns
            digest_begin_ns = time.thread_time_ns()
            left = step.left or workload.left(number, step.computed)
            step.computed = None  # before the wait
            worker.finish_step(number, (step.due_ns, step.begin_ns, end_ns), left)
            worker.digest_ns += time.thread_time_ns() - digest_begin_ns
        worker.end_request(request, end_ns)

    def compute(self, step):
        self.recording.raise_if_stopped()
        step.begin_ns = now_ns()
        step.computed = self.workload.compute(step.request, step.iteration)
        step.end_ns = now_ns()

    async def compute_async(self, step):
        self.recording.raise_if_stopped()
        step.begin_ns = now_ns()
        step.computed = await self.workload.compute_async(step.request, step.iteration)
        step.end_ns = now_ns()

    def compute_apart(self, request, iteration):
        """In the pool: a step's begin and end, what it left, and the CPU time of finding that out."""
        step = Step(request, iteration, 0)
        self.compute(step)
        digest_begin_ns = time.thread_time_ns()
        left = self.workload.left(request * self.workload.iterations + iteration, step.computed)
        return step.begin_ns, step.end_ns, left, time.thread_time_ns() - digest_begin_ns

    async def compute_in_pool(self, worker, step):
        self.recording.raise_if_stopped()
        step.begin_ns, step.end_ns, step.left, digest_ns = await self.pool.step_of(step.request, step.iteration)
        worker.digest_ns += digest_ns

    def expect(self, request):
        """Sleeps until it comes in."""
        if self.has_rate:
            sleep_until(self.recording.next_arrival_ns(request))
            self.recording.raise_if_stopped()

    def take(self, worker, request, begin_ns=None):
        came_before = begin_ns and self.recording.next_arrival_ns(request) <= begin_ns
        self.expect(request)
        for step in self.steps_of(worker, request, begin_ns if came_before else now_ns()):
            sleep_until(step.due_ns)
            self.compute(step)

    async def take_async(self, worker, request):
        while self.has_rate and (rest_ns := self.recording.next_arrival_ns(request) - now_ns()) > 0:
            await asyncio.sleep(rest_ns * 1e-9)
        for step in self.steps_of(worker, request, now_ns()):
            await asyncio.sleep((step.due_ns - now_ns()) * 1e-9)  # lets others go first even where it is over
            while (rest_ns := step.due_ns - now_ns()) > 0:
                await asyncio.sleep(rest_ns * 1e-9)
            if self.pool:
                await self.compute_in_pool(worker, step)
            elif self.workload.is_async:
                await self.compute_async(step)
            else:
                self.compute(step)

    # ---- The rows ----

    def run_sequential(self):
        worker = Worker(self.recording, 0)
        for request in range(self.workload.requests):
            self.take(worker, request)

    def run_asyncio(self):
        worker = Worker(self.recording, 0)
        self.gather(self.take_async(worker, request) for request in range(self.workload.requests))

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

        self.in_threads(self.workers, work, self.before_start())

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
            worker, request = Worker(self.recording, index), index
            while request < self.workload.requests:
                self.take(worker, request, begin_ns)
                request, begin_ns = next_request(), None
            worker.end()

        self.in_processes(self.workers, work, self.before_start())

    def make_pool(self):
        """In setup, where a program of one's own has it too."""
        driver = self.job["executor"]["driver"]
        if driver == "thread-pool":
            self.pool = ThreadPool(self.lanes, self.compute_apart, lambda: close_event_loop(wait=False))
        elif driver == "pool":
            close_event_loop()
            self.pool = Pool(self.lanes, self.compute_apart, end_if_threads_remain)

    def run_pool(self):
        self.run_asyncio()
        self.pool.end()

    # ---- Workers ----

    def before_start(self):
        """Where each request has a worker, that is started when the request comes in."""
        return self.expect if self.workers == self.workload.requests else None

    def guarded(self, work, *arguments):
        """Ends the process on any failure, with the reason in the recording: other workers may sleep for long."""
        try:
            work(*arguments)
            close_event_loop(wait=False)
        except BaseException as error:
            give_up(self.recording, error)

    def gather(self, coroutines):
        """What all of them return. A failure ends the process, as above: others may await what never comes."""
        async def guarded(coroutine):
            try:
                return await coroutine
            except BaseException as error:
                give_up(self.recording, error)

        async def gathered():
            return await asyncio.gather(*(guarded(coroutine) for coroutine in coroutines))

        return event_loop().run_until_complete(gathered())

    def in_threads(self, count, work, before_start=None):
        threads = [threading.Thread(target=self.guarded, args=(work, index)) for index in range(count)]
        for index, thread in enumerate(threads):
            if before_start:
                before_start(index)
            try:
                thread.start()
            except RuntimeError as error:
                raise RunFailed(cannot_start("thread", index, count, error)) from error
        for thread in threads:
            thread.join()

    def in_processes(self, count, work, before_start=None):
        close_event_loop()
        context = multiprocessing.get_context("fork")
        parent = os.getpid()
        done = mmap.mmap(-1, count)  # a byte each: what is computed may end its process, with status 0 too

        def begin(index):
            die_with(parent)
            work(index)
            done[index] = 1
            end_if_threads_remain()

        waiting, most = {}, 16  # by their sentinels

        def take_note(sentinel):
            index, process = waiting.pop(sentinel)
            process.join()
            if process.exitcode < 0:
                raise RunFailed(f"worker {index} was killed by {signal.Signals(-process.exitcode).name}")
            if process.exitcode > 0:
                raise RunFailed(f"worker {index} exited with status {process.exitcode}")
            if not done[index]:
                raise RunFailed(f"worker {index} exited before its steps were done, with status 0")

        for index in range(count):
            if before_start:
                before_start(index)
            if len(waiting) >= most:  # each takes two descriptors
                for sentinel in [each for each, (_, process) in waiting.items() if process.exitcode is not None]:
                    take_note(sentinel)
                most = max(most, 2 * len(waiting))
            process = context.Process(target=self.guarded, args=(begin, index))
            try:
                process.start()
            except OSError as error:
                raise RunFailed(cannot_start("process", index, count, error.strerror)) from error
            waiting[process.sentinel] = (index, process)
        while waiting:
            for sentinel in multiprocessing.connection.wait(list(waiting)):
                take_note(sentinel)

    # ---- Setup ----

    def compute_first_step(self):
        self.first_step = self.workload.compute(0, 0)

    def check(self):
        finding = self.workload.finding(self.first_step)
        del self.first_step
        self.recording.report_check(finding and "step (0, 0): " + finding)

    def check_run(self):
        self.recording.report_check(self.workload.finding_in(self.recording))

    @property
    def is_one_process(self):
        return self.job["executor"]["driver"] in ("asyncio", "threads", "thread-pool")

    @property
    def overlaps_steps(self):
        """Whether one thread has several steps at once: an asynchronous function's, in an event loop."""
        return self.workload.is_async and self.job["executor"]["driver"] == "asyncio"

    @property
    def lanes(self):
        return self.job["requests_in_progress"] if self.overlaps_steps else self.job["lanes"]


def sleep_until(moment_ns):
    while (rest_ns := moment_ns - now_ns()) > 0:
        time.sleep(rest_ns * 1e-9)


def cannot_start(what, index, count, error):
    return f"{what} {index + 1} of {count} can't be started ({error}); --workers bounds their number"


def allow_descriptors():
    """As many as may be had: each process of a row takes two of this one's."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def end_if_threads_remain():
    """All is done: Python would wait at its end for threads that what was computed has left, for ever perhaps."""
    if any(not thread.daemon and thread is not threading.main_thread() for thread in threading.enumerate()):
        end_process(0)


def end_process(status):
    """At once, but with what was printed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # none, or closed
            pass
    os._exit(status)


def give_up(recording, error):
    if not isinstance(error, Stopped):
        recording.fail(reason_of(error))
    end_process(1)


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
    setup = Setup(recording)
    setup.seconds[0] = (STARTED_NS - job["spawned_ns"]) * 1e-9
    setup.seconds[1] = (now_ns() - STARTED_NS) * 1e-9
    row = Row(job, recording)
    setup.measure("load", row.workload.load, recording)
    recording.put(LANES, "QQ", row.lanes, job["requests_in_progress"])
    setup.measure("warm_up", row.workload.draw)  # not what a program of one's own would do at its start
    setup.measure("warm_up", row.compute_first_step)
    setup.measure("check", row.check)
    allow_descriptors()
    setup.measure("calibrate", Calibration(row, job["calibration_s"]).measure)
    setup.measure("allocate", row.make_pool)
    setup.end()

    setup_children_cpu_ns = children_cpu_ns()
    reset_peak_memory()
    recording.put(PHASE, "I", PHASES.index("run"))
    recording.put(SETUP_CPU_NS, "q", time.process_time_ns() + setup_children_cpu_ns)
    recording.put(T0_NS, "q", now_ns())
    row.run()
    recording.put(END_NS, "q", now_ns())
    children_cpu_since_ns = children_cpu_ns() - setup_children_cpu_ns
    known_ns = row.pool.setup_cpu_ns if row.pool else recording.workers_cpu_ns()
    uncounted_ns = max(0, children_cpu_since_ns - known_ns)
    recording.put(END_CPU_NS, "q", time.process_time_ns() + setup_children_cpu_ns + uncounted_ns)
    recording.put(PEAK_MEMORY, "Q", peak_memory_bytes() + (row.pool.peak_memory_bytes if row.pool else 0))
    row.check_run()
    end_if_threads_remain()


def print_facts(with_numpy):
    print("python_version", sys.version.split()[0])
    if with_numpy:
        import numpy

        numpy.random.Philox
        print("numpy_version", numpy.__version__)
    print("python_lock", "on" if has_lock() else "off")


def main(arguments):
    if len(arguments) == 1 and arguments[0] in ("-h", "--help"):
        return print(__doc__.strip())
    if len(arguments) != 1 or not (arguments[0].startswith("{") or arguments[0] in FACTS):
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(2)
    if arguments[0] in FACTS:
        return print_facts(with_numpy=arguments[0] == "--facts")
    recording = Recording(RECORDING_FD)
    if sys.stdout:
        sys.stdout.reconfigure(line_buffering=True)  # so that nothing is lost of what is printed before a crash
    try:
        run(json.loads(arguments[0]), recording)
    except BaseException as error:
        give_up(recording, error)


if __name__ == "__main__":
    main(sys.argv[1:])
