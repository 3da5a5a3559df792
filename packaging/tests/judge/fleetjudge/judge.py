"""The judge: runs as witnesses saw them and entries of history in, broken invariants out.

Times are seconds since the epoch. Hosts are compared on the machine's clock alone (`local` marks); the share's marks
carry the server's clock and tell whether a fire came before its time.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
import math

from fleetjudge.asked import Wishes
from fleetjudge.evidence import stamp
from fleetjudge.faults import FELT, NOTICED, Faults

# A file's time is the kernel's clock at its last tick, up to 10 ms ago at the hosts' 100 ticks a second.
TICK = 0.03
# How long a run may live on after its paused host resumed, in seconds, where a process starts as fast as on the reference.
WINDOW = 1.0
# The exit statuses of a run that its host could not start.
CANNOT_RUN = {125, 126}
OUTCOMES = {"succeeded", "failed", "timed_out", "killed", "lost", "skipped", "missed"}
WITHOUT_START = {"skipped", "missed"}
# What no want of processor time excuses. Of the others, a machine that starved its hosts can be the cause.
UNEXCUSED = (
    "started twice", "overlap", "token did not grow", "started early", "never due", "settled twice", "untrue outcome", "unknown job",
    "against a wish", "group limit", "request started twice", "never asked",
)  # fmt: skip
# The laboratory's jobs have no time limit, and are killed only where somebody asked for it.
UNASKED = {"timed_out", "killed"}


@dataclass
class Verdict:
    """Counts for the table, and every broken invariant as a sentence."""

    due: int = 0
    once: int = 0  # due fires that were started once
    doubled: int = 0  # fires that were started more than once
    not_started: int = 0  # due fires that were never started
    overlapping: int = 0
    early: int = 0
    unexpected: int = 0  # starts of fires that were never due
    unaccounted: int = 0  # due fires that history does not know
    latencies: list = field(default_factory=list)  # of the first start of each due fire, in seconds, sorted
    outcomes: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)


@dataclass(frozen=True)
class Rules:
    """What is judged by: fires due in (since, until] must be accounted for, none is due before `launched`."""

    since: float
    until: float
    launched: float = -math.inf
    faults: Faults = field(default_factory=Faults)
    wishes: Wishes = field(default_factory=Wishes)
    limits: dict = field(default_factory=dict)
    full: dict = field(default_factory=dict)  # when as many runs of a group were there as it may have
    paused: tuple = ()
    window: float = WINDOW
    tick: float = TICK


def judge(jobs, runs, entries, since, until, **rules):
    """Checks every invariant for all runs, and that all fires due in (since, until] are settled.

    Without entries (None) only what witnesses saw is judged. `faults` say which runs may have lost their lock, and which
    fires no host could have started. `wishes` are what people asked for, `limits` how many runs of each group there may be at
    once. `paused` are (host, begin, end) of whole virtual machines: a run that was paused and lived on for at most `window`
    seconds after it counts as dead from the pause on. No lock can close that window; scenarios measure it, and the fencing
    token is for it. `tick` is how far a start's time may be behind.
    """
    rules = Rules(since, until, **rules)
    rules = replace(rules, full={group: _full(_of_group(group, jobs, runs), limit, rules) for group, limit in rules.limits.items()})
    verdict = Verdict()
    runs_by_job, entries_by_job = _by_job(runs), _by_job(entries or ())
    for job in jobs:
        reported = _expanded(job, entries_by_job[job.name])
        for host in job.everywhere or (None,):
            mine = [run for run in runs_by_job[job.name] if host in (None, run.host)]
            lines = [entry for entry in reported if host in (None, entry.instance)]
            _judge_runs(verdict, job, mine, lines, rules)
            if entries is not None:
                _judge_entries(verdict, job, mine, lines, rules, (host,) if host else None)
    _check_groups(verdict, jobs, runs, rules)
    _check_known(verdict, {job.name for job in jobs}, runs_by_job, entries_by_job)
    verdict.latencies.sort()
    return verdict


def _by_job(items):
    found = defaultdict(list)
    for item in items:
        found[item.job].append(item)
    return found


def _expanded(job, entries):
    """The job's entries, a row of fires as one entry each."""
    singles = {}
    for entry in entries:
        fires = job.due(entry.fire, entry.through) if entry.through else []
        for fire in [entry.fire, *fires]:
            singles[replace(entry, fire=fire, through=None)] = True
    return list(singles)


def _judge_runs(verdict, job, runs, entries, rules):
    due = [run for run in runs if run.request is None]
    _check_due(verdict, job, due, rules)
    _check_starts(verdict, job, due, rules, entries)
    _check_requests(verdict, [run for run in runs if run.request], rules.wishes.requests(job.name))
    _check_overlap(verdict, runs, {id(run): _alive_until(run, rules.paused, rules.window) for run in runs})
    _check_tokens(verdict, runs)
    _check_early(verdict, runs, rules.tick)
    _check_wishes(verdict, runs, rules.wishes)


def _judge_entries(verdict, job, runs, entries, rules, hosts):
    faults = rules.faults.concerning(job.name)
    due = [entry for entry in entries if not entry.by_hand]
    _check_settled(verdict, job, runs, due, rules)
    _check_once_settled(verdict, entries)
    runs_of_fire = _by_fire(runs)
    for entry in entries:
        _check_true(verdict, entry, runs_of_fire.get(entry.fire, ()), faults)
        _check_reason(verdict, entry, runs, faults, rules.wishes)
    _check_not_started(verdict, job, runs, due, faults, hosts, rules.full.get(job.group, []))
    _check_told(verdict, runs, entries, rules.until)


def _by_fire(runs):
    found = {}
    for run in runs:
        found.setdefault(run.fire, []).append(run)
    return found


def _say(verdict, kind, text):
    verdict.violations.append(f"{kind}: {text}")


def _check_due(verdict, job, runs, rules):
    for run in runs:
        if not job.fires_at(run.fire) or run.fire <= rules.launched:
            verdict.unexpected += 1
            _say(verdict, "never due", str(run))


def _check_starts(verdict, job, runs, rules, entries):
    """At most one start per fire; with on_lost: rerun another one, with a higher token, once the first is lost."""
    lost = {(entry.fire, entry.token) for entry in entries if entry.outcome == "lost"}
    by_fire = _by_fire(runs)
    due = set(job.due(rules.since, rules.until))
    verdict.due += len(due)
    for fire, started in by_fire.items():
        if _doubled(job, started, {token for of, token in lost if of == fire}):
            verdict.doubled += 1
            _say(verdict, "started twice", "; ".join(map(str, started)))
        elif fire in due:
            verdict.once += 1
        if fire in due:
            verdict.latencies.append(min(run.started for run in started) - fire)
    verdict.not_started += len(due - by_fire.keys())


def _doubled(job, started, lost):
    claims = sorted({(run.token, run.host) for run in started})
    tokens = [token for token, _ in claims]
    rerun = job.on_lost == "rerun" and len(set(tokens)) == len(tokens) and set(tokens[:-1]) <= lost
    return (len(claims) > 1 and not rerun) or _attempted_twice(started)


def _attempted_twice(started):
    return len({(run.token, run.host, run.attempt) for run in started}) < len(started)


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
    of_claim, highest = {}, -math.inf
    for run in sorted(runs, key=lambda run: run.started):
        claim = (run.fire, run.host)
        if run.token <= highest and of_claim.get(claim) != run.token:
            _say(verdict, "token did not grow", str(run))
        of_claim[claim] = run.token
        highest = max(highest, run.token)


def _check_early(verdict, runs, tick):
    for run in runs:
        if run.server_started is not None and run.server_started < run.fire - tick:
            verdict.early += 1
            _say(verdict, "started early", f"{run}, {run.fire - run.server_started:.2f} s by the server's clock")


def _check_wishes(verdict, runs, wishes):
    for run in runs:
        if reason := wishes.forbids(run, run.host):
            _say(verdict, "against a wish", f"{run}: {reason}")


def _check_requests(verdict, runs, asked):
    """What somebody asked for is started once, under one claim, on the host that it was asked of."""
    for name in {run.request for run in runs} - asked.keys():
        _say(verdict, "never asked", "; ".join(str(run) for run in runs if run.request == name))
    for name, one in asked.items():
        started = [run for run in runs if run.request == name]
        if not started:
            _say(verdict, "request not started", f"{one.of}, asked as {name}")
        elif len({(run.token, run.host) for run in started}) > 1 or _attempted_twice(started):
            _say(verdict, "request started twice", f"{name}: {'; '.join(map(str, started))}")
        elsewhere = [run for run in started if one.host not in (None, run.host)]
        if elsewhere or any(run.started < one.begin for run in started):
            _say(verdict, "against a wish", f"{name}, asked of {one.host or 'any host'}: {started[0]}")


def _check_groups(verdict, jobs, runs, rules):
    """Never more runs of a group at once than it may have, whichever hosts they are on."""
    for group, limit in rules.limits.items():
        mine = _of_group(group, jobs, runs)
        for at, run in enumerate(mine):
            beside = [other for other in mine[:at] if _alive_until(other, rules.paused, rules.window) > run.started]
            if len(beside) >= limit:
                _say(verdict, "group limit", f"{run} started beside {'; '.join(map(str, beside))}, and {group} may have {limit} at once")


def _of_group(group, jobs, runs):
    names = {job.name for job in jobs if job.group == group}
    return sorted((run for run in runs if run.job in names), key=lambda run: run.started)


def _full(runs, limit, rules):
    """When there were as many runs as there may be."""
    events = sorted(event for run in runs for event in ((run.started, 1), (_alive_until(run, rules.paused, rules.window), -1)))
    spans, count = [], 0
    for at, change in events:
        count += change
        if (count, change) == (limit, 1):
            spans.append((at, math.inf))
        elif (count, change) == (limit - 1, -1):
            spans[-1] = (spans[-1][0], at)
    return spans


def _check_settled(verdict, job, runs, entries, rules):
    reported = {entry.fire for entry in entries}
    for fire in job.due(rules.since, rules.until):
        if fire not in reported:
            verdict.unaccounted += 1
            started = "started" if any(run.fire == fire for run in runs) else "never started"
            _say(verdict, "not settled", f"{job.name} {stamp(fire)} ({started}) is not in history")


def _check_once_settled(verdict, entries):
    """One outcome per claim, and one per fire but for what was lost and run again."""
    outcomes, final = {}, {}
    for entry in entries:
        outcomes.setdefault((entry.job, entry.fire, entry.token), set()).add(entry.outcome)
        if entry.outcome != "lost" and not entry.by_hand:
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
    elif entry.outcome == "killed":
        if final.ended is not None:
            _say(verdict, "untrue outcome", f"{what}, but it ended by itself with {final.exit}: {final}")
    else:
        _check_exit(verdict, entry, final, what)
        _check_attempts(verdict, entry, mine, final, what, faults)


def _check_reason(verdict, entry, runs, faults, wishes):
    """Nothing is skipped but beside a run that goes on, nothing left out or ended unasked."""
    what = f"{entry.job} {stamp(entry.fire)} is recorded as {entry.outcome}"
    if entry.outcome == "killed" and any(run.token == entry.token and wishes.end(run) for run in runs):
        return
    if entry.outcome in UNASKED:
        _say(verdict, "without reason", f"{what}, and nobody asked for that")
    elif entry.outcome == "skipped" and not wishes.leave_out(entry.job, entry.fire):
        # A run whose host is in trouble may go on unseen, or its end come to be known late.
        trouble = faults.near(entry.fire - FELT, entry.fire + NOTICED)
        if not trouble and not any(run.fire < entry.fire <= run.alive_until + NOTICED for run in runs):
            _say(verdict, "without reason", f"{what}, but no run went on then")


def _check_not_started(verdict, job, runs, entries, faults, hosts, full):
    """Nothing is missed, and nothing refused by a host that cannot run it, but where no other host could have started it."""
    started = {run.fire for run in runs}
    lost = [entry.fire for entry in entries if entry.outcome == "lost" and entry.fire not in started]
    for outcome, row in _rows_not_started(job, entries, started, faults):
        what = f"{job.name} {stamp(row[0])}{f' and {len(row) - 1} after it' if row[1:] else ''} recorded as {outcome}"
        if reason := faults.startable(row, row[-1] + min(job.every, job.tolerance), runs, lost, hosts, full):
            _say(verdict, "without reason", f"{what}, but {reason}")


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


def _check_attempts(verdict, entry, runs, final, what, faults):
    """Each attempt is seen from its start to its end, unless something kept the host from starting one."""
    if entry.attempts is not None and entry.attempts != final.attempt:
        _say(verdict, "untrue outcome", f"{what} after {entry.attempts} attempts, but the last one seen was {final}")
    seen = {run.attempt for run in runs}
    unseen = [attempt for attempt in range(1, final.attempt) if attempt not in seen]
    if unseen and not faults.near(entry.fire - FELT, final.alive_until):
        _say(verdict, "untrue outcome", f"{what}, but no witness saw attempt {unseen[0]}")
    for run in runs:
        if run.ended is None and run is not final:
            _say(verdict, "untrue outcome", f"{what}, but no witness saw it end: {run}")


def _check_told(verdict, runs, entries, until):
    reported = {(entry.fire, entry.token) for entry in entries}
    for run in runs:
        if run.fire <= until and (run.fire, run.token) not in reported:
            _say(verdict, "not in history", str(run))


def _check_known(verdict, names, *by_job):
    for name in sorted({name for found in by_job for name, items in found.items() if items} - names):
        _say(verdict, "unknown job", name)
