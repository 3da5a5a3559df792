"""What a judge goes by: jobs, what witnesses saw of their runs, and what the program says became of each fire.

Times are seconds since the epoch.
"""

import json
import math
from dataclasses import dataclass, field
from datetime import datetime, timezone


@dataclass(frozen=True)
class Job:
    """What the judge must know of a job to say what is due: `offset` after multiples of `every` seconds of the epoch."""

    name: str
    every: int
    on_lost: str = "skip"
    everywhere: tuple = ()
    offset: int = 0
    since: float = 0  # when every agent knew it
    tolerance: float = 60  # how late a fire may be started, in seconds
    group: str = None  # of its jobs only so many may run at once

    def fires_at(self, fire):
        """Whether that is one of its scheduled times at all."""
        return (fire - self.offset) % self.every == 0

    def due(self, since, until):
        """The scheduled times in (since, until]."""
        first, last = (math.floor((t - self.offset) / self.every) for t in (max(since, self.since), until))
        return [n * self.every + self.offset for n in range(first + 1, last + 1)]


@dataclass
class Run:
    """One attempt on one host as its witness files tell it; `ended` and `exit` are absent if it never got there."""

    job: str
    fire: float
    token: int
    attempt: int
    host: str
    pid: int
    started: float = None
    server_started: float = None
    ended: float = None
    exit: int = None
    last_beat: float = None
    request: str = None  # what somebody called it who asked for this run; None: a scheduled fire

    @property
    def alive_until(self):
        """The last moment of which it is known that something of the run lived."""
        return max(t for t in (self.started, self.ended, self.last_beat) if t is not None)

    def __str__(self):
        return f"{self.job} {stamp(self.fire)} token {self.token} attempt {self.attempt} on {self.host}"


@dataclass(frozen=True)
class Entry:
    """One line of history."""

    job: str
    fire: float
    outcome: str
    instance: str
    token: int
    exit: int
    attempts: int = None
    through: float = field(default=None, compare=False)  # the last of a row of fires that ended alike
    by_hand: bool = False


def instant(text):
    # Python before 3.11 does not take the Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def stamp(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def age(content):
    """The seconds from its beginning to its first mark, from what a witness writes: uptime, and start in ticks (proc(5))."""
    uptime, start = content.split()
    return max(0.0, float(uptime) - int(start) / 100)


def runs_of(local, share):
    """Runs from two lists of (file name, time): kind,job,fire,token,attempt,host,pid[,exit or request].

    Raises ValueError on a name that is not a witness file's, and on a run that left no mark of its start.
    """
    runs = {}
    for on_share, marks in ((False, local), (True, share)):
        for name, time in marks:
            kind, *key = name.split(",")
            if kind not in ("start", "beat", "asked", "end") or len(key) != 6 + (kind in ("asked", "end")):
                raise ValueError(f"{name} is not a witness file")
            job, fire, token, attempt, host, pid = key[:6]
            run = runs.setdefault(tuple(key[:6]), Run(job, instant(fire), int(token), int(attempt), host, int(pid)))
            _mark(run, kind, time, on_share, key[6:])
    for run in runs.values():
        if run.started is None:
            raise ValueError(f"no witness of the start of {run}")
    return sorted(runs.values(), key=lambda run: run.started)


def _mark(run, kind, time, on_share, rest):
    if kind == "beat":
        run.last_beat = time
    elif kind == "asked":
        run.request = rest[0]
    elif kind == "end":
        # The command's last act is the mark on the machine. Who has left the one on the share alone was ended just before.
        run.ended = run.ended if on_share else time
        run.exit = int(rest[0])
    elif on_share:
        run.server_started = time
        run.started = run.started or time
    else:
        run.started = time


def entries_of(text, torn=None):
    """Entries from lines of history. A line that is not understood is handed to `torn`, if there is such a function.

    Where the file's writer may have been killed, a line may be torn: what it held must stand elsewhere.
    """
    lines = []
    for line in text.splitlines():
        try:
            lines.append(entry_of(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            if torn:
                torn(line)
    return merged_entries(lines)


def merged_entries(some):
    """Each once; of rows that begin alike the longest."""
    entries = {}
    for entry in some:
        if entry not in entries or (entry.through or 0) > (entries[entry].through or 0):
            entries[entry] = entry
    return list(entries.values())


def entry_of(line):
    through = instant(line["through"]) if "through" in line else None
    what = (line.get(key) for key in ("token", "exit", "attempts"))
    return Entry(line["job"], instant(line["fire"]), line["outcome"], line["instance"], *what, through, line.get("trigger") == "manual")
