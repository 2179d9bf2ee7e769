"""Pools, of which python/pool and python/thread-pool have their steps computed: run_in_executor of a ProcessPoolExecutor
or a ThreadPoolExecutor."""

import asyncio
import concurrent.futures
import concurrent.futures.process
import ctypes
import multiprocessing
import os
import signal
import threading
import time

from python_computes import RunFailed, reason_of
from python_recording import Stopped, peak_memory_of_fork_bytes


def die_with(parent):
    """Should the parent be killed, so is this process."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class Process(multiprocessing.get_context("fork").Process):
    """A process of the pool. What it computes and does at its end, and where all meet, it has by being forked."""

    compute = barrier = at_end = None

    @classmethod
    def begin(cls, compute, barrier, at_end, parent):
        die_with(parent)
        cls.compute, cls.barrier, cls.at_end = compute, barrier, at_end

    def run(self):
        super().run()
        Process.at_end()


class Context(type(multiprocessing.get_context("fork"))):
    Process = Process


def step_of(request, iteration):
    """In a process of the pool: what the step came to; or why it failed, as text, or nothing where all is to stop."""
    try:
        return Process.compute(request, iteration)
    except Stopped:
        return None
    except BaseException as error:
        return reason_of(error)


def usage():
    """In a process of the pool: its CPU time, and its peak memory. None goes on before all have come."""
    Process.barrier.wait()
    return time.process_time_ns(), peak_memory_of_fork_bytes()


class Pool:
    """So many processes, forked where it is made. There, `compute` takes a step's request and iteration, and `at_end` is
    called when a process has nothing left to do."""

    def __init__(self, count, compute, at_end):
        context = Context()
        self.count = count
        begin_with = (compute, context.Barrier(count), at_end, os.getpid())
        self.executor = concurrent.futures.ProcessPoolExecutor(
            count, mp_context=context, initializer=Process.begin, initargs=begin_with
        )
        self.setup_cpu_ns, _ = self.usage_of_all()
        self.peak_memory_bytes = 0

    def usage_of_all(self):
        """Each process is asked once, as those that have answered wait for the others."""
        answers = [self.executor.submit(usage) for _ in range(self.count)]
        usages = [answer.result() for answer in answers]
        return sum(cpu_ns for cpu_ns, _ in usages), sum(memory for _, memory in usages)

    async def step_of(self, request, iteration):
        """What `compute` returned. Where it failed, or its process ended, RunFailed tells why."""
        loop = asyncio.get_running_loop()
        try:
            outcome = await loop.run_in_executor(self.executor, step_of, request, iteration)
        except concurrent.futures.process.BrokenProcessPool as error:
            raise RunFailed(f"a process of the pool ended before step ({request}, {iteration}) was done") from error
        if outcome is None:
            raise Stopped()
        if isinstance(outcome, str):
            raise RunFailed(outcome)
        return outcome

    def end(self):
        """Waits for the processes to end."""
        _, self.peak_memory_bytes = self.usage_of_all()
        self.executor.shutdown()


class ThreadPool:
    """So many threads of this process, started where it is made, as a Pool's processes are."""

    setup_cpu_ns = peak_memory_bytes = 0  # counted with this process's own

    def __init__(self, count, compute, at_end):
        self.count, self.compute, self.at_end = count, compute, at_end
        self.executor = concurrent.futures.ThreadPoolExecutor(count)
        self.in_all(lambda: None)

    def in_all(self, work):
        """Each thread is asked once, as those that have answered wait for the others."""
        barrier = threading.Barrier(self.count)

        def work_once():
            barrier.wait()
            work()

        for done in [self.executor.submit(work_once) for _ in range(self.count)]:
            done.result()

    async def step_of(self, request, iteration):
        return await asyncio.get_running_loop().run_in_executor(self.executor, self.compute, request, iteration)

    def end(self):
        """Waits for the threads to end."""
        self.in_all(self.at_end)
        self.executor.shutdown()
