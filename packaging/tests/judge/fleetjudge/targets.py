"""The classes of the only published fault test of a cron (Jepsen on Chronos, 2015): runs against windows of time.

It asks less than the judge, which knows fires, tokens and history: only that in each window one run began and ended.
"""

from dataclasses import dataclass

# How many seconds later than it may a run may begin, there and here.
FORGIVEN = 5


@dataclass(frozen=True)
class Classes:
    """`missed` holds the targets, as (job, time), in which no run began that ended; the others hold runs."""

    complete: tuple
    incomplete: tuple
    missed: tuple
    extra: tuple

    def __str__(self):
        return (
            f"{len(self.complete) + len(self.missed)} targets, {len(self.complete)} complete, {len(self.missed)} missed;"
            f" runs: {len(self.incomplete)} incomplete, {len(self.extra)} extra"
        )


def classes(jobs, runs, since, until, slower=1):
    """Matches the runs of these jobs with the windows that are over at `until`: a job's due times and its tolerance after each.

    The windows of a job must not overlap. On a machine that is so much slower, more is forgiven. What was due before all
    agents knew the job is left out.
    """
    complete, missed, extra = [], [], []
    for job in jobs:
        length = job.tolerance + FORGIVEN * slower
        known = max(since, job.since)
        mine = [run for run in runs if run.job == job.name and run.fire > known]
        ended = sorted((run for run in mine if run.ended is not None), key=lambda run: run.started)
        targets = [time for time in job.due(since, until) if time + length <= until]
        for target in targets:
            within = [run for run in ended if target <= run.started <= target + length]
            (complete if within else missed).append((job.name, target))
            extra += within[1:]
            ended = [run for run in ended if run not in within]
        last = max([target + length for target in targets], default=known)
        extra += [run for run in ended if run.started <= last]
    incomplete = [run for run in runs if run.ended is None and run.started <= until - FORGIVEN * slower]
    return Classes(tuple(complete), tuple(incomplete), tuple(missed), tuple(extra))
