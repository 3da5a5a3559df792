"""The judge: witness files and history in, broken invariants out. It shares nothing with the program under test.

Times are seconds since the epoch. Hosts are compared on the machine's clock alone (`local` marks); the share's marks
carry the server's clock and tell whether a fire came before its time.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
import json
import math

from fleetlab.faults import Faults

# A file's time is the kernel's clock at its last tick, up to 10 ms ago at the hosts' 100 ticks a second.
TICK = 0.03
# How long a run may live on after its paused host resumed, in seconds, where a process starts as fast as on the reference.
WINDOW = 1.0
# How long a run's end may take to be noticed on a busy host, in seconds.
NOTICED = 5
# How long a fault makes itself felt, in seconds: a lease, and what came due meanwhile.
FELT = 60
# The exit statuses of a run that its host could not start.
CANNOT_RUN = {125, 126}
OUTCOMES = {"succeeded", "failed", "timed_out", "killed", "lost", "skipped", "missed"}
WITHOUT_START = {"skipped", "missed"}
# What no want of processor time excuses. Of the others, a machine that starved its hosts can be the cause.
UNEXCUSED = ("started twice", "overlap", "token did not grow", "started early", "settled twice", "untrue outcome", "unknown job")
# The laboratory's jobs have no time limit, and nobody asks for their end.
UNASKED = {"timed_out", "killed"}


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
    through: float = field(default=None, compare=False)  # the last of a row of fires that ended alike


@dataclass
class Verdict:
    """Counts for the table, and every broken invariant as a sentence."""

    due: int = 0
    once: int = 0
    more: int = 0
    overlapping: int = 0
    unaccounted: int = 0
    outcomes: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)


def instant(text):
    return datetime.fromisoformat(text).timestamp()


def stamp(seconds):
    return datetime.utcfromtimestamp(seconds).isoformat(timespec="milliseconds") + "Z"


def age(content):
    """The seconds from its beginning to its first mark, from what a witness writes: uptime, and start in ticks (proc(5))."""
    uptime, start = content.split()
    return max(0.0, float(uptime) - int(start) / 100)


def runs_of(local, share):
    """Runs from two lists of (file name, time): kind,job,fire,token,attempt,host,pid[,exit]."""
    runs = {}
    for on_share, marks in ((False, local), (True, share)):
        for name, time in marks:
            kind, *key = name.split(",")
            job, fire, token, attempt, host, pid = key[:6]
            run = runs.setdefault(tuple(key[:6]), Run(job, instant(fire), int(token), int(attempt), host, int(pid)))
            _mark(run, kind, time, on_share, key[6:])
    return sorted(runs.values(), key=lambda run: run.started)


def _mark(run, kind, time, on_share, rest):
    if kind == "beat":
        run.last_beat = time
    elif kind == "end":
        # The command's last act is the mark on the machine. Who has left the one on the share alone was ended just before.
        run.ended = run.ended if on_share else time
        run.exit = int(rest[0])
    elif on_share:
        run.server_started = time
        run.started = run.started or time
    else:
        run.started = time


def entries_of(text):
    """Entries from lines of history; a torn line is none, and what it held must stand elsewhere."""
    entries = {}
    for line in text.splitlines():
        try:
            entry = _entry(json.loads(line))
        except ValueError:
            continue
        if entry not in entries or (entry.through or 0) > (entries[entry].through or 0):
            entries[entry] = entry
    return list(entries.values())


def _entry(line):
    through = instant(line["through"]) if "through" in line else None
    return Entry(
        line["job"], instant(line["fire"]), line["outcome"], line["instance"], line.get("token"), line.get("exit"), through
    )


def _expanded(job, entries):
    """The job's entries, a row of fires as one entry each."""
    singles = {}
    for entry in entries:
        fires = job.due(entry.fire, entry.through) if entry.through else []
        for fire in [entry.fire, *fires]:
            singles[replace(entry, fire=fire, through=None)] = True
    return list(singles)


def judge(jobs, runs, entries, since, until, faults=None, paused=(), window=WINDOW):
    """Checks every invariant for all runs, and that all fires due in (since, until] are settled.

    `faults` say which runs may have lost their lock, and which fires no host could have started. `paused` are
    (host, begin, end) of whole virtual machines: a run that was paused and lived on for at most `window` after it counts
    as dead from the pause on. No lock can close that window; scenarios measure it, and the fencing token is for it.
    """
    faults = faults or Faults()
    alive_until = {id(run): _alive_until(run, paused, window) for run in runs}
    verdict = Verdict()
    for job in jobs:
        mine = [run for run in runs if run.job == job.name]
        reported = _expanded(job, [entry for entry in entries if entry.job == job.name])
        for host in job.everywhere or (None,):
            _judge_job(
                verdict,
                job,
                [run for run in mine if host in (None, run.host)],
                [entry for entry in reported if host in (None, entry.instance)],
                (since, until),
                faults.concerning(job.name),
                (host,) if host else None,
                alive_until,
            )
    _check_known(verdict, {job.name for job in jobs}, runs, entries)
    return verdict


def _judge_job(verdict, job, runs, entries, window, faults, hosts, alive_until):
    _check_starts(verdict, job, runs, entries)
    _check_overlap(verdict, runs, alive_until)
    _check_tokens(verdict, runs)
    _check_early(verdict, runs)
    _check_settled(verdict, job, runs, entries, window)
    _check_once_settled(verdict, entries)
    for entry in entries:
        _check_true(verdict, entry, [run for run in runs if run.fire == entry.fire], faults)
        _check_reason(verdict, entry, runs, faults)
    _check_not_started(verdict, job, runs, entries, faults, hosts)
    _check_told(verdict, runs, entries, window[1])


def _say(verdict, kind, text):
    verdict.violations.append(f"{kind}: {text}")


def _check_starts(verdict, job, runs, entries):
    """At most one start per fire; with on_lost: rerun another one, with a higher token, once the first is lost."""
    by_fire = {}
    for run in runs:
        by_fire.setdefault(run.fire, []).append(run)
    for started in by_fire.values():
        claims = sorted({(run.token, run.host) for run in started})
        attempts = {(run.token, run.host, run.attempt) for run in started}
        lost = {entry.token for entry in entries if entry.fire == started[0].fire and entry.outcome == "lost"}
        tokens = [token for token, _ in claims]
        rerun = job.on_lost == "rerun" and len(set(tokens)) == len(tokens) and set(tokens[:-1]) <= lost
        if (len(claims) > 1 and not rerun) or len(attempts) < len(started):
            verdict.more += 1
            _say(verdict, "started twice", "; ".join(map(str, started)))
        else:
            verdict.once += 1


def _alive_until(run, paused, window):
    for host, begin, end in paused:
        if host == run.host and run.started <= begin and end - TICK <= run.alive_until <= end + window:
            return begin
    return run.alive_until


def _check_overlap(verdict, runs, alive_until):
    last = None
    for run in sorted(runs, key=lambda run: run.started):
        if last and run.started < alive_until[id(last)]:
            verdict.overlapping += 1
            early = alive_until[id(last)] - run.started
            _say(verdict, "overlap", f"{run} started {early:.2f} s before the end of {last}")
        if last is None or alive_until[id(run)] > alive_until[id(last)]:
            last = run


def _check_tokens(verdict, runs):
    """A later claim has a higher token: that is what makes a token fence."""
    highest = {}
    for run in sorted(runs, key=lambda run: run.started):
        claim = (run.fire, run.host)
        if highest and run.token <= max(highest.values()) and highest.get(claim) != run.token:
            _say(verdict, "token did not grow", str(run))
        highest[claim] = run.token


def _check_early(verdict, runs):
    for run in runs:
        if run.server_started is not None and run.server_started < run.fire - TICK:
            _say(verdict, "started early", f"{run}, {run.fire - run.server_started:.2f} s by the server's clock")


def _check_settled(verdict, job, runs, entries, window):
    reported = {entry.fire for entry in entries}
    due = job.due(*window)
    verdict.due += len(due)
    for fire in due:
        if fire not in reported:
            verdict.unaccounted += 1
            started = "started" if any(run.fire == fire for run in runs) else "never started"
            _say(verdict, "not settled", f"{job.name} {stamp(fire)} ({started}) is not in history")


def _check_once_settled(verdict, entries):
    """One outcome per claim, and one per fire but for what was lost and run again."""
    outcomes, final = {}, {}
    for entry in entries:
        outcomes.setdefault((entry.job, entry.fire, entry.token), set()).add(entry.outcome)
        if entry.outcome != "lost":
            final.setdefault((entry.job, entry.fire), set()).add((entry.token, entry.outcome))
    for (job, fire, *_), reported in (*outcomes.items(), *final.items()):
        if len(reported) > 1:
            _say(verdict, "settled twice", f"{job} {stamp(fire)}: {sorted(map(str, reported))}")


def _check_true(verdict, entry, runs, faults):
    verdict.outcomes[entry.outcome] = verdict.outcomes.get(entry.outcome, 0) + 1
    what = f"{entry.job} {stamp(entry.fire)} token {entry.token} is recorded as {entry.outcome}"
    mine = [run for run in runs if run.token == entry.token]
    final = max(mine, key=lambda run: run.attempt, default=None)
    if entry.outcome not in OUTCOMES:
        _say(verdict, "untrue outcome", f"{what}, which is not a final outcome")
    elif entry.outcome in WITHOUT_START:
        if mine:
            _say(verdict, "untrue outcome", f"{what}, but it started: {mine[0]}")
    elif final is None:
        if entry.outcome == "succeeded" or (entry.outcome == "failed" and entry.exit not in CANNOT_RUN):
            _say(verdict, "untrue outcome", f"{what}, but no witness saw it start")
        elif entry.outcome == "lost" and not faults.troubled(entry.instance, entry.fire - FELT, entry.fire + FELT + 2 * faults.lease):
            _say(verdict, "without reason", f"{what} and never started, but nothing was wrong with {entry.instance} then")
    elif entry.outcome == "lost":
        if final.ended is None and not faults.may_end(final):
            _say(verdict, "without reason", f"{what}, but its host neither died nor was silent for as long as ends a run: {final}")
        elif final.ended is not None and not faults.may_lose(final):
            _say(verdict, "without reason", f"{what}, but it ended by itself with {final.exit}, and its lock was not lost: {final}")
    else:
        _check_exit(verdict, entry, final, what)


def _check_reason(verdict, entry, runs, faults):
    """Nothing is skipped but beside a run that goes on, nothing ended unasked."""
    what = f"{entry.job} {stamp(entry.fire)} is recorded as {entry.outcome}"
    if entry.outcome in UNASKED:
        _say(verdict, "without reason", f"{what}, and nobody asked for that")
    elif entry.outcome == "skipped":
        # A run whose host is in trouble may go on unseen, or its end come to be known late.
        trouble = faults.near(entry.fire - FELT, entry.fire + NOTICED)
        if not trouble and not any(run.fire < entry.fire <= run.alive_until + NOTICED for run in runs):
            _say(verdict, "without reason", f"{what}, but no run went on then")


def _check_not_started(verdict, job, runs, entries, faults, hosts):
    """Nothing is missed, and nothing refused by a host that cannot run it, but where no other host could have started it."""
    started = {run.fire for run in runs}
    lost = [entry.fire for entry in entries if entry.outcome == "lost" and entry.fire not in started]
    for outcome, row in _rows_not_started(job, entries, started, faults):
        what = f"{job.name} {stamp(row[0])}{f' and {len(row) - 1} after it' if row[1:] else ''} recorded as {outcome}"
        if not faults.near(row[0] - FELT, row[-1] + NOTICED):
            _say(verdict, "without reason", f"{what}, but nothing was wrong then")
        elif host := faults.idle_host(row, row[-1] + min(job.every, job.tolerance), runs, lost, hosts):
            _say(verdict, "without reason", f"{what}, but {host} could have started it")


def _rows_not_started(job, entries, started, faults):
    """(outcome, fires due one after the other) that nobody started, of one outcome each."""
    rows = []
    reported = {entry.fire: entry for entry in entries if entry.fire not in started}
    for fire, entry in sorted(reported.items()):
        refused = entry.outcome == "failed" and entry.exit in CANNOT_RUN
        if entry.outcome == "missed" or (refused and not faults.struck(entry.instance, fire)):
            if rows and rows[-1][0] == entry.outcome and fire - rows[-1][1][-1] <= job.every:
                rows[-1][1].append(fire)
            else:
                rows.append((entry.outcome, [fire]))
    return rows


def _check_exit(verdict, entry, final, what):
    if final.exit is None:
        _say(verdict, "untrue outcome", f"{what}, but no witness saw it end: {final}")
    elif (final.exit == 0) != (entry.outcome == "succeeded") or entry.exit != final.exit:
        _say(verdict, "untrue outcome", f"{what} with {entry.exit}, but the command ended with {final.exit}: {final}")
    if entry.instance != final.host:
        _say(verdict, "untrue outcome", f"{what} on {entry.instance}, but it ran on {final.host}")


def _check_told(verdict, runs, entries, until):
    reported = {(entry.fire, entry.token) for entry in entries}
    for run in runs:
        if run.fire <= until and (run.fire, run.token) not in reported:
            _say(verdict, "not in history", str(run))


def _check_known(verdict, names, runs, entries):
    for name in {item.job for item in (*runs, *entries)} - names:
        _say(verdict, "unknown job", name)
