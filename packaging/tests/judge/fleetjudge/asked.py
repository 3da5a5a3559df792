"""What people asked of the fleet: what it excuses, and what it forbids.

Times are seconds since the epoch on the machine's clock. Pure.
"""

import math
from dataclasses import dataclass, replace

LEFT_OUT = "left out"  # fires of a job are not to be started: paused or skipped
DRAINED = "drained"  # a host is to claim nothing
ENDED = "ended"  # the run of a job is to be killed
RUN = "run"  # a job is to be run once more, by hand

# Within this time what was asked is in force on every host that is up, in seconds: the program promises it.
TAKES = 10


@dataclass(frozen=True)
class Asked:
    """`begin` is when the command was called, `known` when it said that it is in force, `end` when that was over.

    A request for a run has a `name`, which its command gets, and may be for one host.
    """

    kind: str
    of: str  # a job's or a host's name
    begin: float
    known: float = math.inf
    end: float = math.inf
    name: str = None
    host: str = None

    def until(self, end):
        return replace(self, end=end)


class Wishes:
    """All that was asked."""

    def __init__(self, asked=()):
        self.all = tuple(asked)

    def leave_out(self, job, fire):
        """Whether somebody asked that this fire be left out. What was taken back may be so in force until all have read it."""
        return any(one.begin <= fire + TAKES and fire <= one.end + TAKES for one in self._of(LEFT_OUT, job))

    def end(self, run):
        """Whether somebody asked for this run's end while it lived."""
        return any(run.started <= one.end and run.alive_until >= one.begin for one in self._of(ENDED, run.job))

    def forbids(self, run, host):
        """What a run was started against, or None. Nothing is, until the command that asked for it said so."""
        for one in (*self._of(LEFT_OUT, run.job), *self._of(DRAINED, host)):
            if one.known <= run.started < one.end:
                return f"{one.of} was {one.kind} since {run.started - one.known:.1f} s"
        return None

    def requests(self, job):
        """Those for runs of this job, by name."""
        return {one.name: one for one in self._of(RUN, job)}

    def _of(self, kind, name):
        return [one for one in self.all if (one.kind, one.of) == (kind, name)]
