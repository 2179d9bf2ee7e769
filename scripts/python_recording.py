"""The recording of a run, as docs/recording.md has it, for Python's rows."""

import fcntl
import mmap
import os
import struct
import sys
import threading
import time

# Offsets of docs/recording.md.
SETUP_CPU_NS, END_CPU_NS, T0_NS, END_NS = 88, 96, 72, 80
STEP_S, CAPACITY, LANES, REQUESTS_IN_PROGRESS, PEAK_MEMORY = 104, 112, 120, 128, 136
USABLE_CPUS, LANES_IN_LONG_RUN = 856, 864
PHASE, STOP, ERROR_STATE, CHECK_STATE, SETUP_S = 144, 148, 152, 156, 160
ERROR, ERROR_BYTES, CHECK_FINDING, CHECK_FINDING_BYTES, NOTES, NOTES_BYTES = 1024, 1024, 2048, 512, 2560, 1536
CHECK_NOT_DONE, CHECK_PASSED, CHECK_FAILED = 0, 1, 2
WORKER_BYTES, REQUEST_BYTES, STEP_BYTES = 64, 24, 64
LEFT = 32  # in a step's record
ASKED_FOR_MEMORY = 64  # processes, which takes a while; later ones are taken to have as much as one of them
STEP, STATE, COUNT = struct.Struct("@qqqIIdddd"), struct.Struct("@I"), struct.Struct("@Q")

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

    def note(self, text):
        self.put_text(NOTES, NOTES_BYTES, text)

    def report_check(self, finding):
        """Nothing found passes. Of several findings, the first stands."""
        state = self.get(CHECK_STATE, "I")
        if finding and state != CHECK_FAILED:
            self.put_text(CHECK_FINDING, CHECK_FINDING_BYTES, finding)
            self.put(CHECK_STATE, "I", CHECK_FAILED)
        elif not finding and state == CHECK_NOT_DONE:
            self.put(CHECK_STATE, "I", CHECK_PASSED)

    def request_at(self, request):
        return self.requests_at + REQUEST_BYTES * request

    def next_arrival_ns(self, request):
        """When a request that is not begun will come in."""
        return self.get(T0_NS, "q") + self.get(self.request_at(request), "q")

    def left_by(self, step):
        """The four numbers that a step left, of its place among all."""
        return list(struct.unpack_from("@4d", self.memory, self.steps_at + STEP_BYTES * step + LEFT))

    def workers_cpu_ns(self):
        """What the workers' entries say that they used."""
        entries = range(self.workers_at, self.workers_at + WORKER_BYTES * self.workers, WORKER_BYTES)
        return sum(self.get(at + 24, "q") - self.get(at + 16, "q") for at in entries)

    def raise_if_stopped(self):
        if self.get(STOP, "I") != 0:
            raise Stopped()


class Worker:
    """An entry of the worker table and the records that it fills: its own, so that none needs a lock."""

    def __init__(self, recording, index):
        self.recording, self.index = recording, index
        self.at = recording.workers_at + WORKER_BYTES * index
        self.steps_finished = self.digest_ns = 0
        self.order = threading.Lock()
        recording.put(self.at, "I4xqq", os.getpid(), now_ns(), 0)

    def end(self):
        """Of a process: what it used. Its time at the begin is 0, that of a fork."""
        like = self.recording.workers_at + WORKER_BYTES * (self.index % ASKED_FOR_MEMORY) + 40
        known = 0 if self.index < ASKED_FOR_MEMORY else self.recording.get(like, "Q")
        self.recording.put(self.at + 40, "Q", known or peak_memory_of_fork_bytes())
        self.recording.put(self.at + 24, "q", time.process_time_ns())

    def begin_request(self, request, begin_ns):
        self.recording.put(self.recording.request_at(request), "qq", self.recording.next_arrival_ns(request), begin_ns)

    def end_request(self, request, end_ns):
        self.recording.put(self.recording.request_at(request) + 16, "q", end_ns)
        self.recording.put(self.at + 56, "q", self.digest_ns)

    def finish_step(self, step, times_ns, left):
        memory, offset = self.recording.memory, self.recording.steps_at + STEP_BYTES * step
        STEP.pack_into(memory, offset, *times_ns, self.index, 0, *left)
        for _ in range(2):  # a release and then an acquire: what follows is seen after what came before
            with self.order:
                pass
        STATE.pack_into(memory, offset + 28, 1)
        self.steps_finished += 1
        COUNT.pack_into(memory, self.at + 32, self.steps_finished)


def kib_fields(path):
    try:
        with open(path) as file:
            return {line.split(":")[0]: int(line.split()[1]) for line in file if line.endswith(" kB\n")}
    except OSError:
        return {}


def peak_memory_bytes():
    kib = kib_fields("/proc/self/status")
    return max(0, kib.get("VmHWM", 0) - kib.get("RssShmem", 0)) * 1024


def peak_memory_of_fork_bytes():
    """The same of a forked process, also without what it still shares with its parent and others, which takes no memory
    of its own."""
    kib = kib_fields("/proc/self/status")
    parts = kib_fields("/proc/self/smaps_rollup")
    shared, private = (sum(parts.get(name + end, 0) for end in ("Clean", "Dirty")) for name in ("Shared_", "Private_"))
    shared_memory = kib.get("RssShmem", 0)
    # VmHWM may lag by a few pages; what smaps_rollup says of the end does not.
    of_end = private - parts.get("Pss_Shmem", shared_memory)
    return max(0, kib.get("VmHWM", 0) - max(shared, shared_memory), of_end) * 1024
