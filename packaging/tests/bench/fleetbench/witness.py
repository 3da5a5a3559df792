"""What the commands' own log says: its lines as marks, and the judge's verdict on them.

Times are seconds since the epoch. What is due follows from the jobs alone, not from any scheduler.
"""

from collections import Counter
from dataclasses import dataclass

from fleetjudge.evidence import Job, Run, instant
from fleetjudge.judge import judge


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


def judged(jobs, every, marks, since, until):
    """The judge's verdict on the fires due in (since, until] of jobs that all fire every so many seconds."""
    runs = runs_of(mark for mark in marks if since < mark.fire <= until)
    return judge([Job(name, every) for name in jobs], runs, None, since, until, tick=0)


def runs_of(marks):
    """One run for each start; a run without an end lasts until its start. The clock is this machine's."""
    marks = list(marks)
    ended = {(m.job, m.fire, m.token, m.pid): m.at for m in marks if m.kind == "end"}
    return [
        Run(m.job, m.fire, _token(m), 1, m.instance, m.pid, m.at, m.at, ended.get((m.job, m.fire, m.token, m.pid)))
        for m in marks
        if m.kind == "start"
    ]


def _token(mark):
    """What grows from fire to fire: plain Quartz has no tokens."""
    return int(mark.token) if mark.token.isdigit() else int(mark.fire)


def shares(marks):
    """How many starts each instance had."""
    return dict(Counter(mark.instance for mark in marks if mark.kind == "start"))
