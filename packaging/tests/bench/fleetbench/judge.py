"""The judge: witness lines in; due, started, doubled, missed, early and latencies out. It trusts nothing the program says.

Times are seconds since the epoch. What is due follows from the jobs alone, not from any scheduler.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone


@dataclass(frozen=True)
class Mark:
    """One line of a witness: a command of that fire started, or ended, at that clock."""

    kind: str
    job: str
    fire: float
    token: str
    instance: str
    pid: int
    at: float


@dataclass
class Verdict:
    due: int = 0
    once: int = 0
    doubled: int = 0  # fires that started more than once
    missed: int = 0  # due fires that never started; a fire skipped because the one before still ran is one of them
    early: int = 0  # starts before their scheduled time
    unexpected: int = 0  # starts of fires that no job has
    latencies: list = field(default_factory=list)  # of the first start of each due fire, sorted

    def percentile(self, per_cent):
        return percentile(self.latencies, per_cent)


def parse(lines):
    """The marks in witness lines. Raises ValueError with the line that is not one."""
    marks = []
    for line in lines:
        try:
            kind, job, fire, token, instance, pid, at = line.split()
            if kind not in ("start", "end"):
                raise ValueError(kind)
            marks.append(Mark(kind, job, instant(fire), token, instance, int(pid), float(at)))
        except ValueError:
            raise ValueError(f"not a witness line: {line.rstrip()!r}") from None
    return marks


def instant(text):
    """Seconds since the epoch of `2026-11-23T02:30:00Z`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()


def due_times(every, since, until):
    """The scheduled times in (since, until] of a job that fires at each multiple of `every` seconds."""
    return [n * every for n in range(math.floor(since / every) + 1, math.floor(until / every) + 1)]


def judge(jobs, every, marks, since, until):
    """Judges the fires due in (since, until] of jobs that all fire every so many seconds."""
    due = {(job, float(fire)) for job in jobs for fire in due_times(every, since, until)}
    starts = {}
    verdict = Verdict(due=len(due))
    for mark in marks:
        if mark.kind == "start" and since < mark.fire <= until:
            starts.setdefault((mark.job, mark.fire), []).append(mark.at)
    for fire, at in starts.items():
        if fire not in due:
            verdict.unexpected += len(at)
            continue
        verdict.once += len(at) == 1
        verdict.doubled += len(at) > 1
        verdict.early += sum(clock < fire[1] for clock in at)
        verdict.latencies.append(min(at) - fire[1])
    verdict.missed = len(due - starts.keys())
    verdict.latencies.sort()
    return verdict


def overlapping(marks):
    """How many runs began while another run of the same job had not ended. Runs without an end last until their start."""
    ended = {(m.job, m.fire, m.token, m.pid): m.at for m in marks if m.kind == "end"}
    busy_until, found = {}, 0
    for mark in sorted((m for m in marks if m.kind == "start"), key=lambda m: m.at):
        found += mark.at < busy_until.get(mark.job, 0)
        end = ended.get((mark.job, mark.fire, mark.token, mark.pid), mark.at)
        busy_until[mark.job] = max(busy_until.get(mark.job, 0), end)
    return found


def percentile(values, per_cent):
    """The smallest value that at least `per_cent` of all values do not exceed (nearest rank); None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(per_cent / 100 * len(ordered)) - 1)]


def milliseconds(seconds):
    return None if seconds is None else seconds * 1000


def median(values):
    """The middle value, or the mean of the two middle ones; None without values. Absent values do not count."""
    ordered = sorted(value for value in values if value is not None)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def shares(marks):
    """How many starts each instance had."""
    return dict(Counter(mark.instance for mark in marks if mark.kind == "start"))
