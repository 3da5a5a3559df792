"""How long it takes until the others start what a lost host would have: one lost host after the other, three kinds of jobs.

Whenever a host is lost it runs jobs with `on_lost: rerun` and some with `skip`, and is idle to others. It comes back once its
runs have been taken over, not before: a host that mounts the share again gives its locks back at once.
"""

import json
import math
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from fleetlab import budget
from fleetlab.host import HostError

HOSTS = 5
KINDS = {
    "idle": "idle: the latest of the starts due right after it",
    "rerun": "mid-run, rerun: started again elsewhere",
    "skip": "mid-run, skip: the job's next start elsewhere",
}
# Before the others leave a silent member out of their ranking, and some more, in seconds.
RANKED = 20
# Runs that last longer than three of their periods are nearly always there.
EVERY, LONG = 10, 33
# A run that is to be lost has at least so many seconds before it.
REST = 2
# A fire that was lost this often is not started again.
MOST_RERUNS = 3
# An idle job's run that ended less than this before the loss may have held its lock then, in seconds.
SETTLING = 3
# How often all evidence is read, which costs more the longer it goes on; what is measured stands in it.
POLL = 0.5
# What the last fault, the end and the beginning take beside all others, in seconds, with the lease.
END = 90


def percentile(values, percent):
    """By the nearest rank: with less than 100 values the 99th is the greatest."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else float("nan")


class Failover:
    """One measurement with this lease: so many faults, or fewer if the limit in seconds comes first."""

    def __init__(self, lease, faults, limit):
        self.lease, self.most, self.limit = lease, faults, limit
        self.faults, self.seconds, self.missed = 0, {kind: [] for kind in KINDS}, 0

    def run(self, fleet):
        end = time.monotonic() + self.limit - END - self.lease
        each = fleet.sized(6, 3)
        for n in range(each):
            fleet.job(f"idle-{n}", every=5, offset=n % 5)
            for kind in ("rerun", "skip"):
                fleet.job(f"{kind}-{n}", every=EVERY, seconds=LONG, offset=(3 * n) % EVERY, on_lost=kind)
        fleet.start_agents()
        fleet.wait(EVERY + REST)
        with ThreadPoolExecutor(1) as pool:
            restored = pool.submit(lambda: None)
            while self.faults < self.most and time.monotonic() < end:
                host, runs = fleet.until(lambda: self._victim(fleet), 120, "a host with runs of both kinds", POLL)
                died = fleet.lose(host)
                self._taken_over(fleet, runs, died)
                self._idle(fleet, host, died)
                self.faults += 1
                restored.result()
                restored = pool.submit(fleet.restore, host)
            restored.result()
        fleet.check(self.faults == self.most, f"only {self.faults} of {self.most} faults within the limit")
        for kind, words in KINDS.items():
            fleet.measure(words, self.reported(kind))
        fleet.measure("fires missed after a loss by jobs that the host was idle to", self.missed)
        fleet.conclude(patience=90)

    @staticmethod
    def _victim(fleet):
        """The host that is there and has the most runs that go on, if it has both kinds; with these runs."""
        now, best = time.time(), None
        all_runs = fleet.runs()
        tries = Counter((run.job, run.fire) for run in all_runs)
        going = [run for run in all_runs if run.ended is None and not run.job.startswith("idle")]
        going = [run for run in going if run.started + REST < now < run.started + LONG - REST]
        going = [run for run in going if tries[run.job, run.fire] <= MOST_RERUNS]
        for host in (host for host in fleet.hosts if host.present):
            runs = [run for run in going if run.host == host.name]
            both = len({run.job.split("-")[0] for run in runs}) == 2
            if both and now - runs[0].alive_until < REST and (best is None or len(runs) > len(best[1])):
                best = host, runs
        return best

    def _taken_over(self, fleet, runs, died):
        """Waits until each of the lost host's runs has a successor elsewhere."""

        def successor(run, later):
            own = [other for other in later if other.job == run.job and other.host != run.host]
            return min((other.started for other in own if run.job.startswith("skip") or other.fire == run.fire), default=None)

        def all_of_them():
            later = [run for run in fleet.runs() if run.started > died]
            starts = [successor(run, later) for run in runs]
            return None not in starts and starts

        starts = fleet.until(all_of_them, 2 * self.lease + 60, "the lost runs are taken over", POLL)
        for run, start in zip(runs, starts, strict=True):
            self.seconds[run.job.split("-")[0]].append(start - died)
        fleet.say(f"fault {self.faults + 1}: {runs[0].host} lost, {len(runs)} runs taken over in {time.time() - died:.1f} s")

    def _idle(self, fleet, host, died):
        """How late the latest fire was that came due while the others still counted on the host."""
        late = []
        until = died + min(RANKED, self.lease)
        for job in (job for job in fleet.jobs if job.name.startswith("idle")):
            runs = fleet.runs(job.name)
            if any(run.host == host.name and died - SETTLING < run.alive_until <= died for run in runs):
                continue
            for fire in job.due(died, until):
                starts = [run.started for run in runs if run.fire == fire]
                self.missed += not starts
                late += [min(starts) - fire] if starts else []
        self.seconds["idle"] += [max(late)] if late else []

    def reported(self, kind):
        seconds = self.seconds[kind]
        p50, p99 = percentile(seconds, 50), percentile(seconds, 99)
        return f"p50 {p50:.1f} s, p99 {p99:.1f} s ({len(seconds)} values of {self.faults} faults, lease {self.lease} s)"

    def write(self, file):
        numbers = {"lease": self.lease, "faults": self.faults, "missed": self.missed, "seconds": self.seconds}
        file.write_text(json.dumps(numbers, indent=1) + "\n")


def usual_limit(lease):
    """What 20 faults take where everything is well, and half of that again."""
    return budget.seconds("12m") if lease <= 10 else budget.seconds("40m")
