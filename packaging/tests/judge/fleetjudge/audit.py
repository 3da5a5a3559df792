"""The audit at the end of the quickstart: the judge's verdict as a table, for agents that share one machine.

    audit [--unsettled] DIR LAUNCHED FROM TO

Reads
    DIR/jobs.yaml       which fires are due: multiples of each job's period since the epoch, computed here
    DIR/witness/*       what the commands did: one file per start and end of an attempt, with the time in it
    DIR/history.jsonl   what the scheduler says: history's lines
    DIR/ledger.jsonl    what it goes by: the records in the jobs' lock files, with the newest settlements, which need not be
                        in history yet
Every fire in (FROM, TO] must be accounted for; one in (LAUNCHED, FROM], while the agents were starting, or after TO may be
absent, but not wrong. Times are seconds since the epoch. Prints a table and what is wrong; exit status 0 if nothing is, 1 if
something is or if there was nothing to audit, 2 if it was called wrongly. With --unsettled it prints only how many due fires
are not settled yet.
"""

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from fleetjudge.evidence import Job, entries_of, entry_of, instant, merged_entries, runs_of, stamp
from fleetjudge.faults import Faults
from fleetjudge.judge import Verdict, judge

# Of due fires that no command started, history may say one of these.
NOT_STARTED = ("skipped", "missed", "lost")
COUNTED_APART = ("started twice", "overlap", "not settled")


class StoodStill(Faults):
    """No host is in trouble here, but the machine may stand still, and then nobody starts anything.

    Whether it did is seen in the runs of all jobs: agents that start one fire without delay can start another.
    """

    def __init__(self, runs, every):
        super().__init__()
        self.runs, self.every = runs, every

    def concerning(self, job):
        return self

    def startable(self, fires, until, runs, lost, hosts=None, full=()):
        for fire in fires:
            for run in self.runs:
                if fire <= run.fire and run.started <= fire + self.every and run.started - run.fire <= self.every / 2:
                    return f"{run.job} {stamp(run.fire)} was started in time to start it"
        return None


@dataclass
class Evidence:
    """What the folder holds, and every line or file in it that is not understood."""

    jobs: list
    runs: list = field(default_factory=list)
    entries: list = field(default_factory=list)
    ledger: dict = field(default_factory=dict)  # by job, the record that counts
    problems: list = field(default_factory=list)


def read(folder, launched):
    found = Evidence([])
    _read_jobs(found, (folder / "jobs.yaml").read_text(), launched)
    marks = [(file.name, float(file.read_text())) for file in sorted((folder / "witness").iterdir()) if file.stat().st_size]
    try:
        found.runs = runs_of(marks, marks)
    except ValueError as bad:
        found.problems.append(str(bad))
    torn = lambda line: found.problems.append(f"history has a line that is not understood: {line}")
    entries = entries_of((folder / "history.jsonl").read_text(), torn)
    for line in (folder / "ledger.jsonl").read_text().splitlines():
        try:
            record = json.loads(line)
        except ValueError:  # a lock file has two slots, and the one that is being written may be torn
            continue
        if record["seq"] > found.ledger.get(record["job"], {"seq": -1})["seq"]:
            found.ledger[record["job"]] = record
    for record in found.ledger.values():
        entries += [entry_of({"job": record["job"], **settled}) for settled in record.get("recent", [])]
    found.entries = merged_entries(entries)
    return found


def _read_jobs(found, text, launched):
    """The jobs of a file that holds no more than the quickstart's: `every: Ns`, or a schedule of every N seconds."""
    for name, definition in re.findall(r"^  ([a-z0-9._-]+):\n((?:    .*\n|\n)+)", text, re.MULTILINE):
        every = re.search(r'^    (?:every: ([1-9]\d*)s|schedule: "\*/([1-9]\d*) \* \* \* \* \*")$', definition, re.MULTILINE)
        if not every or (every[2] and 60 % int(every[2])):
            found.problems.append(f"{name}: its schedule is not one that this audit can compute")
        else:
            found.jobs.append(Job(name, int(every[1] or every[2]), since=launched))


@dataclass
class Row:
    """One job's line of the table."""

    job: Job
    verdict: Verdict
    not_started: Counter
    unaccounted: int
    attempts: int
    ran_on: Counter

    @property
    def counts(self):
        v = self.verdict
        return (v.due, v.once, sum(self.not_started.values()), v.doubled, v.overlapping, self.unaccounted)


def audit(found, launched, since, until):
    """The rows of the table; everything that is wrong is added to the evidence's problems."""
    rows = [_row(found, job, launched, since, until) for job in found.jobs]
    for name in sorted({item.job for item in (*found.runs, *found.entries)} - {job.name for job in found.jobs}):
        found.problems.append(f"unknown job: {name} is not in the job file")
    return rows


def _row(found, job, launched, since, until):
    runs = [run for run in found.runs if run.job == job.name]
    entries = [entry for entry in found.entries if entry.job == job.name]
    faults = StoodStill(found.runs, job.every)
    verdict = judge([job], runs, entries, since, until, launched=launched, faults=faults, tick=0)
    found.problems += verdict.violations
    outcomes = _outcomes(job, entries)
    silent = set(job.due(since, until)) - {run.fire for run in runs}
    not_started = Counter(outcomes[fire] for fire in silent if outcomes.get(fire) in NOT_STARTED)
    untrue = sum(fire in outcomes and outcomes[fire] not in NOT_STARTED for fire in silent)
    _check_ledger(found, job, runs, since, until)
    if not verdict.due:
        found.problems.append(f"{job.name}: no fire was due, so there is nothing to audit")
    elif not verdict.once:
        found.problems.append(f"{job.name}: {verdict.due} fires were due and none was started once")
    of_due = [run for run in runs if since < run.fire <= until]
    ran_on = Counter({run.fire: run.host for run in of_due}.values())
    return Row(job, verdict, not_started, verdict.unaccounted + untrue, len(of_due), ran_on)


def _outcomes(job, entries):
    """What history says of each fire."""
    outcomes = {}
    for entry in entries:
        for fire in (entry.fire, *(job.due(entry.fire, entry.through) if entry.through else ())):
            outcomes[fire] = entry.outcome
    return outcomes


def _check_ledger(found, job, runs, since, until):
    record = found.ledger.get(job.name)
    newest = max(job.due(since, until), default=None)
    if newest is not None and (not record or not record.get("settled") or instant(record["settled"]) < newest):
        found.problems.append(f"ledger: {job.name} {stamp(newest)} is not settled in it")
    highest = max((run.token for run in runs), default=0)
    if record and record["token"] < highest:
        found.problems.append(f"ledger: {job.name}: its token {record['token']} is behind a command's, {highest}")


def unsettled(found, since, until):
    """How many due fires the program has not accounted for yet."""
    known = {(job.name, fire) for job in found.jobs for fire in _outcomes(job, [e for e in found.entries if e.job == job.name])}
    return sum((job.name, fire) not in known for job in found.jobs for fire in job.due(since, until))


def table(found, rows):
    """The printed lines, the last one with all sums."""
    hosts = sorted({host for row in rows for host in row.ran_on})
    width = "{:<18} {:>5} {:>8} {:>8} {:>8} {:>8} {:>8}  |" + " {:>7}" * len(hosts)
    sums = [sum(column) for column in zip(*(row.counts for row in rows))] or [0] * 6
    due, once, silent, doubled, overlapping, unaccounted = sums
    head = ("", "fires", "started", "not", "started", "over-", "unac-")
    yield width[: width.index("|") + 1].format(*head) + " ran on"
    yield width.format("job", "due", "once", "started", "twice", "lapping", "counted", *hosts)
    for row in rows:
        yield width.format(row.job.name, *row.counts, *(row.ran_on[host] for host in hosts))
    yield width.format("all", *sums, *(sum(row.ran_on[host] for row in rows) for host in hosts))
    yield ""
    reasons = sum((row.not_started for row in rows), Counter())
    if silent:
        yield f"Not started, and history says why: {', '.join(f'{count} {why}' for why, count in sorted(reasons.items()))}."
    disagreements = sum(not problem.startswith(COUNTED_APART) for problem in found.problems)
    agrees = f"disagrees {disagreements} times" if disagreements else "agrees with each of them"
    yield (
        f"{sum(row.attempts for row in rows)} attempts of {once + doubled} runs left witness files; "
        f"history {agrees} on instance, token, attempts and exit status."
    )
    yield from (f"WRONG: {problem}" for problem in found.problems)
    yield (
        f"audit: due {due}, started once {once}, started twice {doubled}, overlapping {overlapping}, "
        f"unaccounted {unaccounted}, disagreements {disagreements}"
    )


def main(arguments):
    only_unsettled = arguments[:1] == ["--unsettled"]
    try:
        folder, *times = arguments[only_unsettled:]
        launched, since, until = map(float, times)
        found = read(Path(folder), launched)
    except (ValueError, OSError, KeyError) as wrong:
        print(f"audit: {wrong}\n{__doc__}", file=sys.stderr)
        return 2
    if only_unsettled:
        print(unsettled(found, since, until))
        return 0
    rows = audit(found, launched, since, until)
    print("\n".join(table(found, rows)))
    return 1 if found.problems or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
