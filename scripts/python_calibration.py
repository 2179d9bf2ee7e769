"""How fast the steps of Python's rows are, alone and with all lanes busy: what src/run/calibration.cpp is for the other
rows."""

import mmap
import resource
import statistics
import sys
import time

from python_recording import LANES, LANES_IN_LONG_RUN, STEP_S, USABLE_CPUS, now_ns

LEAST_STEPS, MOST_STEPS = 3, 20_000
MOST_TIMES_AS_LONG = 3  # as was wanted, for the rest of a request
CLEARLY = 1.25
SHARE_OF_ROUND = 0.25  # of the time, for each number of steps at once
MORE_AT_ONCE = 4
UNBOUNDED = 2**63
MOST_BUSY_WITH_LOCK = 1.15
STILL_GROWS = 0.6  # of what the rate would be, were it to grow with the steps at once


class Calibration:
    """Of a row, in setup. Each kind of measurement takes about so many seconds, but at least three steps."""

    def __init__(self, row, seconds):
        self.row, self.workload, self.seconds = row, row.workload, seconds

    def measure(self):
        """Writes step_s, capacity and lanes, and how many CPUs and lanes are to be reckoned with."""
        row, recording, kinds = self.row, self.row.recording, self.workload.kinds
        sleeps_before = sleeps()
        alone = Spell()
        alone_s = self.compute_from(alone.begin_ns)
        alone.end()
        capacity = rate = len(alone_s) / alone.seconds
        blocks = alone.busy_cpus < 0.5 and sleeps() - sleeps_before >= max(1, len(alone_s) // kinds)
        lanes = row.job["blocking_lanes"] if blocks and not row.overlaps_steps else row.lanes
        together = Spell()
        if row.overlaps_steps:
            capacity = max(rate, self.rate_awaited(min(lanes, MOST_STEPS)))
        elif lanes > 1:
            capacity = self.rate_of_lanes(lanes)
        together.end()
        recording.put(LANES, "Q", lanes)
        if row.overlaps_steps or blocks and row.workers == self.workload.requests:
            recording.put(LANES_IN_LONG_RUN, "Q", UNBOUNDED)
        # The lock lets threads keep one CPU busy, but where what they call gives it away. Steps that keep a CPU busy tell
        # it by what they have of the CPUs when alone: other programs may leave them little.
        steps_wait = blocks or row.overlaps_steps
        most_with_lock = MOST_BUSY_WITH_LOCK * (1 if steps_wait else alone.busy_cpus)
        holds_lock = has_lock() and not self.workload.gives_lock_away and together.busy_cpus < most_with_lock
        if row.is_one_process and holds_lock:
            recording.put(USABLE_CPUS, "Q", 1)
        recording.put(STEP_S, "dd", step_s_of(alone_s, kinds), capacity)

    def compute_from(self, begin_ns):
        """Computes steps, without waits or digests, until the time since then is spent: the seconds of each. They are
        whole requests', so that all kinds of steps have their share, but where one takes far too long."""
        seconds, kinds = [], self.workload.kinds
        most = MOST_STEPS // kinds * kinds or MOST_STEPS
        end_ns = begin_ns + int(self.seconds * 1e9)
        latest_ns = begin_ns + int(MOST_TIMES_AS_LONG * self.seconds * 1e9)
        while len(seconds) < most:
            iteration, step_begin_ns = len(seconds), now_ns()
            computed = self.workload.compute(0, iteration)
            step_end_ns = now_ns()
            seconds.append((step_end_ns - step_begin_ns) * 1e-9)
            self.workload.keep(0, iteration, computed)
            is_whole = len(seconds) % kinds == 0 or step_end_ns >= latest_ns
            if step_end_ns >= end_ns and len(seconds) >= LEAST_STEPS and is_whole:
                break
        return seconds

    def rate_of_lanes(self, lanes):
        """Steps a second where all lanes begin together: the sum of each one's own since then."""
        rates, begin_ns = memoryview(mmap.mmap(-1, 8 * lanes)).cast("d"), memoryview(mmap.mmap(-1, 8)).cast("q")

        def begin():
            begin_ns[0] = now_ns()

        barrier = self.row.barrier(lanes, begin)

        def work(index):
            barrier.wait()
            rates[index] = len(self.compute_from(begin_ns[0])) / max((now_ns() - begin_ns[0]) * 1e-9, 1e-9)

        self.row.at_once(lanes, work)
        return sum(rates)

    def rate_awaited(self, lanes):
        """The same where one thread awaits several steps at once: ever more of them, while that makes more of them end
        in a second. A few would tell no more than how long a step takes."""
        at_once, rate = min(LEAST_STEPS, lanes), self.rate_at_once(min(LEAST_STEPS, lanes))
        while at_once < lanes:
            more = min(MORE_AT_ONCE * at_once, lanes)
            rate_of_more = self.rate_at_once(more)
            grows = rate_of_more >= STILL_GROWS * more / at_once * rate
            at_once, rate = more, max(rate, rate_of_more)
            if not grows:
                break
        return rate

    def rate_at_once(self, count):
        """Of so many requests at once, each beginning anew as it ends, how many of their steps end in a second. Where
        fewer are under way, ends may come in groups: it is the rate up to one of the later ends, where it is highest."""
        ends = []  # of requests: when, and of how many steps
        round_s, begin_ns = SHARE_OF_ROUND * self.seconds, now_ns()

        async def work():
            while True:
                steps = 0
                while steps < self.workload.kinds:
                    self.workload.keep(0, steps, await self.workload.compute_async(0, steps))
                    steps += 1
                    if now_ns() - begin_ns >= MOST_TIMES_AS_LONG * round_s * 1e9:
                        break
                ends.append((now_ns() - begin_ns, steps))
                if ends[-1][0] >= round_s * 1e9 or len(ends) >= MOST_STEPS:
                    break

        self.row.gather(work() for _ in range(count))
        in_all = sum(steps for _, steps in ends)
        ended, rate = 0, 0.0
        for elapsed_ns, steps in sorted(ends):
            ended += steps
            if 2 * ended >= in_all:
                rate = max(rate, ended / max(elapsed_ns * 1e-9, 1e-9))
        return rate


class Spell:
    """Some time, and how many CPUs this process kept busy in it."""

    def __init__(self):
        self.begin_ns, self.begin_cpu_ns = now_ns(), time.process_time_ns()

    def end(self):
        self.seconds = max((now_ns() - self.begin_ns) * 1e-9, 1e-9)
        self.busy_cpus = (time.process_time_ns() - self.begin_cpu_ns) * 1e-9 / self.seconds


def has_lock():
    """Of this interpreter, which lets one of its threads go on at a time."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


def sleeps():
    """What has to wait for a CPU that others use does not sleep."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw


def step_s_of(seconds, kinds):
    """The median, as what disturbs steps makes them longer. Where the steps of a request clearly differ, what they take
    on average: each iteration's median counts once."""
    median_s = statistics.median_low(seconds)
    medians_s = [statistics.median_low(seconds[kind::kinds]) for kind in range(min(kinds, len(seconds)))]
    mean_s = statistics.mean(medians_s)
    return mean_s if max(mean_s, median_s) > CLEARLY * min(mean_s, median_s) else median_s
